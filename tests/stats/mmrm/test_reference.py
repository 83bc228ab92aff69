"""Every repeated-measures case of the reference set, against R mmrm, emmeans, nlme and lme4."""

from __future__ import annotations

from operator import attrgetter

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from equipoise.qualification.adapter import Given
from equipoise.qualification.case import Case
from equipoise.qualification.statistics.mmrm import METHODS
from support.reference import cases, check

CASES = [*cases("mmrm"), *cases("mmrm_unusual"), *cases("visit_mean")]


@pytest.mark.parametrize("case", CASES, ids=attrgetter("id"))
def test_agrees_with_r(case: Case) -> None:
    check(case, METHODS)


def test_the_linear_mixed_model_of_the_reference_stops_short_of_the_optimum() -> None:
    """Ten days of 18 subjects are balanced: the optimum is known, and lme4 is above it."""
    (case,) = (case for case in cases("mmrm") if case.function == "linear_mixed_model")
    answer = METHODS[case.function](Given(case.inputs, case.folder))
    y = pl.read_csv(case.folder / case.inputs["data"])["y"].to_numpy().reshape(18, 10)
    z = np.stack([np.ones(10), np.arange(10)], axis=1)
    lines = y @ np.linalg.pinv(z).T
    variance = np.sum((y - lines @ z.T) ** 2) / (18 * 8)
    exact = np.cov(lines.T) - variance * np.linalg.inv(z.T @ z)
    assert_allclose(answer["random_cov"], exact, rtol=1e-9)
    assert_allclose(answer["sigma"], np.sqrt(variance), rtol=1e-10)
    assert_allclose(answer["df_satterthwaite"], 17, rtol=1e-10)
    assert case.expected["reml_criterion"] > answer["reml_criterion"]
    assert np.abs(np.array(case.expected["random_cov"]) / exact - 1).max() > 1e-6
