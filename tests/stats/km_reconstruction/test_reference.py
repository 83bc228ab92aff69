"""Every case of the reference file of reconstructed curves: how near they come to the truth."""

from __future__ import annotations

from operator import attrgetter

import pytest
from numpy.testing import assert_allclose

from equipoise.qualification.adapter import Given
from equipoise.qualification.statistics.km_reconstruction import METHODS
from support.reference import cases, check

CASES = cases("km_reconstruction")


@pytest.mark.parametrize("case", CASES, ids=attrgetter("id"))
def test_agrees_with_the_truth(case):
    check(case, METHODS)


@pytest.mark.parametrize(
    "case", [case for case in CASES if "exact" in case.id], ids=attrgetter("id")
)
def test_exact_steps_give_nearly_the_truth(case):
    answer = METHODS[case.function](Given(case.inputs, case.folder))["truth"]
    truth = case.expected["truth"]
    assert_allclose(answer["log_hr"], truth["log_hr"], atol=0.003)
    assert_allclose(answer["se"], truth["se"], rtol=0.0005)
    assert_allclose(answer["logrank_chisq"], truth["logrank_chisq"], rtol=0.01, atol=0.001)
    for median in ("median0", "median1"):
        assert_allclose(float(answer[median][0]), truth[median], rtol=1e-12)
