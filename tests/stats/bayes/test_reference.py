"""Every case of the reference files of the Bayesian methods."""

from __future__ import annotations

from operator import attrgetter

import pytest

from equipoise.qualification.statistics.bayes import METHODS
from support.reference import cases, check

CASES = [*cases("bayes"), *cases("bayes_unusual"), *cases("prediction")]


@pytest.mark.parametrize("case", CASES, ids=attrgetter("id"))
def test_agrees_with_the_reference(case):
    check(case, METHODS)
