"""Every case of the reference file of rates."""

from __future__ import annotations

from operator import attrgetter

import pytest

from equipoise.qualification.statistics.rate import METHODS
from support.reference import cases, check


@pytest.mark.parametrize("case", cases("rate"), ids=attrgetter("id"))
def test_agrees_with_the_reference(case):
    check(case, METHODS)
