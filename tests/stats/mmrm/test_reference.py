"""Every repeated-measures case of the reference set, against R mmrm, emmeans, nlme and lme4."""

from __future__ import annotations

from operator import attrgetter

import pytest

from equipoise.qualification.case import Case
from equipoise.qualification.statistics.mmrm import METHODS
from support.reference import cases, check


@pytest.mark.parametrize("case", cases("mmrm"), ids=attrgetter("id"))
def test_agrees_with_r(case: Case) -> None:
    check(case, METHODS)
