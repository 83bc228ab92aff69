"""Every case of the reference file of formulas."""

from __future__ import annotations

from operator import attrgetter

import pytest

from equipoise.qualification import Verdict
from equipoise.qualification.run import run_case
from support.reference import cases


@pytest.mark.parametrize("case", cases("formula"), ids=attrgetter("id"))
def test_agrees_with_the_reference(case):
    outcome = run_case(case)
    assert outcome.verdict is Verdict.PASSED, (outcome.message, outcome.differences)
