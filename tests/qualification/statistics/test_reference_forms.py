"""Every case of the reference files of formulas, of inputs left out, and of unlike data."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter

import pytest

from equipoise.qualification import Verdict
from equipoise.qualification.run import run_case
from support.reference import cases

CASES = [case for name in ("formula", "sparse_input", "unlike_data") for case in cases(name)]


@pytest.mark.parametrize("case", CASES, ids=attrgetter("id"))
def test_agrees_with_the_reference(case):
    outcome = run_case(case)
    assert outcome.verdict is Verdict.PASSED, (outcome.message, outcome.differences)


@pytest.mark.parametrize(
    ("method", "inputs", "told"),
    [
        ("gs_rpact", {"typeOfDesign": "PT"}, "rpact design 'PT'"),
        ("gs_rpact", {"kMax": 3, "delayedInformation": [0.1, 0.1, 0]}, "delayedInformation"),
        ("gs_rpact", {"sided": 2, "typeBetaSpending": "bsOF"}, "typeBetaSpending, sided 2"),
        ("meta_continuous", {"data": "data/normand1999.csv", "measure": "ROM"}, "measure 'ROM'"),
        ("ancova", {"data": "data/formulas.csv", "formula": "y ~ poly(base, 2) + arm"}, "'poly'"),
    ],
)
def test_what_is_not_built_is_not_run(method, inputs, told):
    (known, *_) = cases("formula")
    outcome = run_case(replace(known, function=method, inputs=inputs, expected={"p": 1.0}))
    assert outcome.verdict is Verdict.NOT_RUN
    assert told in outcome.message


@pytest.mark.parametrize(
    ("method", "inputs", "expected"),
    [
        (
            "average_hazard_ratio",
            {
                "enroll_duration": 12,
                "enroll_rate": 9,
                "fail_duration": 100,
                "fail_rate": 0.05,
                "hr": 0.6,
                "dropout_rate": 0.001,
                "total_duration": 24,
            },
            {"time": 24, "ahr": 0.6},
        ),
        (
            "boundary_crossing_mvn",
            {"upper_z": 1.959963984540054, "info": 1, "delta": 0},
            {"cum_noncross_null": 0.975},
        ),
    ],
)
def test_a_vector_of_one_is_written_as_a_number(method, inputs, expected):
    (known, *_) = cases("formula")
    outcome = run_case(replace(known, function=method, inputs=inputs, expected=expected))
    assert outcome.verdict is Verdict.PASSED, (outcome.message, outcome.differences)
