"""Every case of the reference files of multiplicity."""

from __future__ import annotations

from operator import attrgetter

import pytest

from equipoise.qualification.statistics.multiplicity import METHODS
from support.reference import cases, check

CASES = [*cases("multiplicity"), *cases("multiplicity_unusual"), *cases("closed_test")]


@pytest.mark.parametrize("case", CASES, ids=attrgetter("id"))
def test_agrees_with_the_reference(case):
    check(case, METHODS)
