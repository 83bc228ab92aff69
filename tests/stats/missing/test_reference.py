"""Every case of the reference files of missing values."""

from __future__ import annotations

from operator import attrgetter

import pytest

from equipoise.qualification.statistics.missing import METHODS
from support.reference import cases, check


@pytest.mark.parametrize("case", [*cases("missing"), *cases("imputation")], ids=attrgetter("id"))
def test_agrees_with_the_reference(case):
    check(case, METHODS)
