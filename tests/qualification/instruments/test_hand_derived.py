"""Cases at and beside the limits, derived by hand from the rules, in every form of a case file.

They name each function and each parameter, hold null, nested answers, subsets, refusals, and
values of several patients; what is expected was never taken from the package.
"""

from pathlib import Path

import pytest

from equipoise.qualification import Verdict, case_files, run_files
from equipoise.qualification.functions import FUNCTIONS

OUTCOMES = list(run_files(case_files([Path(__file__).parent / "hand_derived"])))


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.id)
def test_case(outcome):
    assert outcome.verdict is Verdict.PASSED, [*map(str, outcome.differences), outcome.message]
    assert "not read" not in outcome.message


def test_every_function_is_asked():
    assert {outcome.function for outcome in OUTCOMES} >= set(FUNCTIONS)
