"""Remission in leukaemia: Freireich et al. Blood 1963; 21:699-716, as analysed in textbooks.

KK: Kleinbaum, Klein. Survival Analysis. A Self-Learning Text, 3rd ed., 2012. Its data are those
of the paper; its output is Stata's, with the digits printed there.
"""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.stats.survival import cox, kaplan_meier, logrank, number_at_risk, survival_quantile
from support.survival import freireich


def by_group():
    """Placebo and mercaptopurine as two samples of one call."""
    sample = freireich()
    inside = sample["group"] == np.arange(2)[:, None]
    return {"time": np.where(inside, sample["time"], -np.inf), "event": sample["event"]}


def test_the_curve_of_mercaptopurine():
    # KK chapter 2, Kaplan-Meier table of the 6-MP group.
    both = by_group()
    curve = kaplan_meier(time=both["time"][1], event=both["event"])
    fell = curve.events > 0
    assert_array_equal(curve.time[fell], [6, 7, 10, 13, 16, 22, 23])
    assert_array_equal(curve.at_risk[fell], [21, 17, 15, 12, 11, 7, 6])
    assert_array_equal(curve.events[fell], [3, 1, 1, 1, 1, 1, 1])
    printed = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert_allclose(curve.survival[fell], printed, atol=5e-5)


def test_the_medians_are_8_and_23_weeks():
    assert_array_equal(survival_quantile(**by_group()).estimate[:, 0], [8, 23])


def test_at_risk_are_21_a_group_at_the_start():
    counts = number_at_risk(time=by_group()["time"], times=[0, 10, 20])
    assert_array_equal(counts, [[21, 8, 2], [21, 15, 8]])


def test_the_log_rank_test():
    # KK chapter 2: chi square 16.79, 9 and 21 events observed.
    found = logrank(**freireich())
    assert_allclose(found.chi_square, 16.79, atol=0.005)
    assert_array_equal(found.observed, [21, 9])
    assert found.z < 0  # mercaptopurine: fewer relapses than expected


def test_the_cox_model():
    # KK chapter 3, model 1: placebo against mercaptopurine, Breslow's ties.
    sample = freireich()
    placebo = 1.0 - sample.pop("group")[:, None]
    fit = cox(**sample, covariates=placebo, ties="breslow")
    assert_allclose(fit.coefficient, [1.509], atol=5e-4)
    assert_allclose(fit.standard_error, [0.410], atol=5e-4)
    assert_allclose(fit.hazard_ratio, [4.523], atol=5e-4)
    assert_allclose([fit.ci_low, fit.ci_high], [[2.027], [10.094]], atol=5e-4)
    assert_allclose(fit.log_likelihood, -86.380, atol=5e-4)
