"""Every case of the reference files of designs."""

from __future__ import annotations

from operator import attrgetter

import pytest

from equipoise.qualification.statistics.design import METHODS
from support.reference import cases, check

CASES = [*cases("design"), *cases("design_unusual"), *cases("size")]


@pytest.mark.parametrize("case", CASES, ids=attrgetter("id"))
def test_agrees_with_the_reference(case):
    check(case, METHODS)
