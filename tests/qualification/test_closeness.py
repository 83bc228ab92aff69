"""Which answers agree with a reference: searches of R, limits, curves, and inputs left out."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from equipoise.qualification import Difference, Verdict, read_cases, run_case
from equipoise.qualification.closeness import closeness, is_limit
from support.reference import cases


def case_of(method, **changes):
    found = next(case for case in cases("binary") if case.function == "two_by_two")
    return replace(found, function=method, tolerance=None, **changes)


@pytest.mark.parametrize(
    ("expected", "actual", "agrees"),
    [
        (0.5, 0.5001, True),
        (0.5, 0.5002, False),
        (2.0, 2.0004, True),  # the inverses differ by 1e-4
        (2.0, 2.0006, False),
        (80.0, 80.7, True),
        (80.0, 81.0, False),
        (0.99999, 1.00001, True),
    ],
)
def test_an_odds_ratio_is_compared_where_r_searches_it(expected, actual, agrees):
    close = closeness(case_of("two_by_two"))
    assert close("fisher.or_ci[0]", expected, actual) is agrees
    assert not close("odds_ratio_conditional_tight.or_ci[0]", expected, actual)


def test_a_regression_takes_the_tolerance_of_its_estimator():
    for method, agrees in (("REML", True), ("DL", False)):
        close = closeness(case_of("meta_regression", inputs={"method": method}))
        assert close("beta[0]", 1.0, 1.0 + 1e-8) is agrees


@pytest.mark.parametrize(
    ("path", "expected", "actual", "agrees"),
    [
        ("truth.log_hr", -0.6, -0.65, True),
        ("truth.log_hr", -0.6, -0.67, False),
        ("truth.logrank_chisq", 4.0, 4.9, True),  # roots 2 and 2.21
        ("truth.logrank_chisq", 4.0, 5.2, False),
    ],
)
def test_a_reconstructed_curve_is_compared_in_its_own_error(path, expected, actual, agrees):
    case = case_of("km_reconstruction", expected={"truth": {"se": 0.3}})
    assert closeness(case)(path, expected, actual) is agrees


@pytest.mark.parametrize(
    ("remark", "path", "actual", "is_one"),
    [
        ("coefficient may be infinite.", "cox.efron.se[0]", float("nan"), True),
        ("coefficient may be infinite.", "zph.km.table[0][0]", float("nan"), True),
        ("coefficient may be infinite.", "cox.efron.se[0]", 3.0, False),
        ("coefficient may be infinite.", "km.arm0.surv[0]", float("nan"), False),
        ("NaNs produced", "cox.efron.se[0]", float("nan"), False),
    ],
)
def test_a_limit_stands_for_where_r_stopped_on_the_way(remark, path, actual, is_one):
    case = case_of("two_arm_survival", remarks=(remark,))
    assert is_limit(case, Difference(path=path, expected=1.0, actual=actual)) is is_one


def test_null_and_an_empty_object_are_inputs_left_out(tmp_path):
    (tmp_path / "json").mkdir()
    file = tmp_path / "json" / "rate.json"
    case = {
        "id": "null",
        "method": "event_rate",
        "input": {"events": 1, "time": 3.2, "conf": None, "par": {}},
        "expect": {"estimate": 0.3125, "converged": False},
    }
    file.write_text(json.dumps({"cases": [case]}), encoding="utf-8")
    (read,) = read_cases(file)
    assert read.inputs == {"events": 1, "time": 3.2}
    assert read.expected == {"estimate": 0.3125}
    assert run_case(read).verdict is Verdict.PASSED
