"""Every case of the reference file of the Bayesian methods."""

from __future__ import annotations

from operator import attrgetter

import pytest

from equipoise.qualification.statistics.bayes import METHODS
from support.reference import cases, check


@pytest.mark.parametrize("case", [*cases("bayes"), *cases("bayes_unusual")], ids=attrgetter("id"))
def test_agrees_with_the_reference(case):
    check(case, METHODS)
