"""Every case of the reference file of meta-analysis."""

from __future__ import annotations

from operator import attrgetter

import pytest

from equipoise.qualification.statistics.meta import METHODS
from support.reference import cases, check


@pytest.mark.parametrize("case", [*cases("meta"), *cases("meta_unusual")], ids=attrgetter("id"))
def test_agrees_with_the_reference(case):
    check(case, METHODS)
