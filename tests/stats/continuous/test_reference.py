"""Every case of the reference file of continuous methods."""

from __future__ import annotations

from operator import attrgetter

import pytest

from equipoise.qualification.statistics.continuous import METHODS
from support.reference import cases, check

CASES = [*cases("continuous"), *cases("continuous_unusual"), *cases("mean")]


@pytest.mark.parametrize("case", CASES, ids=attrgetter("id"))
def test_agrees_with_the_reference(case):
    check(case, METHODS)
