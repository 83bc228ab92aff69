from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import optimize, stats

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.meta import (
    fit_meta_regression,
    leave_one_out,
    log_risk_ratio_effects,
    pool_common_effect,
    pool_random_effects,
    prediction_interval,
    tau2_interval,
)
from equipoise.stats.meta.heterogeneity import HETEROGENEITY

from .strategies import assert_row, meta_analyses, one_by_one

METHODS = sorted(set(HETEROGENEITY) - {"common"})
INTERVALS = ["wald", "hartung_knapp", "hartung_knapp_ad_hoc"]


def naive_tau2(y, v, x, method):
    """The definitions with dense matrices, and a numeric search for the likelihoods."""
    k, p = x.shape

    def projector(w):
        weight = np.diag(w)
        return weight - weight @ x @ np.linalg.inv(x.T @ weight @ x) @ x.T @ weight

    def cochran(tau2):
        return y @ projector(1 / (v + tau2)) @ y

    def negative_likelihood(tau2):
        w = 1 / (v + tau2)
        value = np.sum(np.log(v + tau2)) + cochran(tau2)
        if method == "restricted_likelihood":
            value += np.log(np.linalg.det(x.T @ np.diag(w) @ x))
        return value

    fixed = projector(1 / v)
    if method == "dersimonian_laird":
        return max(0, (y @ fixed @ y - (k - p)) / np.trace(fixed))
    if method == "hunter_schmidt":
        return max(0, (y @ fixed @ y - k) / np.sum(1 / v))
    if method == "hedges":
        flat = projector(np.ones(k))
        return max(0, (y @ flat @ y - np.trace(flat @ np.diag(v))) / (k - p))
    if method == "sidik_jonkman":
        start = np.var(y)
        return start * (y @ projector(1 / (v + start)) @ y) / (k - p)
    if method in ("paule_mandel", "empirical_bayes"):
        if cochran(0.0) <= k - p:
            return 0.0
        return optimize.brentq(lambda tau2: cochran(tau2) - (k - p), 0, 1e4, xtol=1e-14)
    grid = np.concatenate([[0], np.geomspace(1e-5, 50, 300)])
    best = grid[np.argmin([negative_likelihood(tau2) for tau2 in grid])]
    low, high = best / 1.2, best * 1.2 + 1e-5
    found = optimize.minimize_scalar(
        negative_likelihood, bounds=(low, high), method="bounded", options={"xatol": 1e-12}
    )
    return found.x if found.fun < negative_likelihood(0.0) else 0.0


@given(meta_analyses(least=3), st.sampled_from(METHODS))
def test_tau2_follows_its_definition(batch, method):
    result = pool_random_effects(**batch, method=method)
    for row, one in enumerate(one_by_one(batch)):
        known = ~np.isnan(one["estimate"])
        y, v = one["estimate"][known], one["variance"][known]
        expected = naive_tau2(y, v, np.ones((len(y), 1)), method)
        likelihood = "likelihood" in method
        atol = 2e-5 if likelihood else 1e-9
        assert_allclose(result.tau2[row], expected, rtol=1e-3 if likelihood else 1e-7, atol=atol)


@given(meta_analyses(least=5, missing=False), st.sampled_from(METHODS))
@settings(max_examples=20)
def test_tau2_of_a_regression_follows_its_definition(batch, method):
    moderator = np.linspace(-1, 2, batch["estimate"].shape[1])
    result = fit_meta_regression(**batch, moderators=moderator[:, None], method=method)
    design = np.column_stack([np.ones_like(moderator), moderator])
    for row, one in enumerate(one_by_one(batch)):
        expected = naive_tau2(one["estimate"], one["variance"], design, method)
        likelihood = "likelihood" in method
        assert_allclose(result.tau2[row], expected, rtol=1e-3 if likelihood else 1e-7, atol=2e-5)


@given(meta_analyses(least=3), st.sampled_from(METHODS), st.sampled_from(INTERVALS))
def test_a_batch_equals_its_analyses_one_by_one(batch, method, interval):
    result = pool_random_effects(**batch, method=method, interval=interval)
    assert np.all(result.state == State.ESTIMATED)
    for row, one in enumerate(one_by_one(batch)):
        assert_row(result, pool_random_effects(**one, method=method, interval=interval), row)


@given(meta_analyses(least=3), st.sampled_from(METHODS), st.sampled_from(INTERVALS))
@settings(max_examples=25)
def test_shift_scale_and_swap_of_labels(batch, method, interval):
    options = {"method": method, "interval": interval}
    result = pool_random_effects(**batch, **options)
    y, v = batch["estimate"], batch["variance"]
    moved = pool_random_effects(estimate=3 * y - 1, variance=9 * v, **options)
    assert_allclose(moved.estimate, 3 * result.estimate - 1, rtol=1e-6, atol=1e-8)
    assert_allclose(moved.tau2, 9 * result.tau2, rtol=1e-6, atol=1e-8)
    assert_allclose(moved.standard_error, 3 * result.standard_error, rtol=1e-6)
    swapped = pool_random_effects(estimate=-y, variance=v, **options)
    assert_allclose(swapped.ci_low, -result.ci_high, rtol=1e-9, atol=1e-11)
    assert_allclose(swapped.p_value, result.p_value, rtol=1e-8)
    turned = pool_random_effects(estimate=y[:, ::-1], variance=v[:, ::-1], **options)
    assert_allclose(turned.weights[:, ::-1], result.weights, rtol=1e-6, atol=1e-9)


@given(meta_analyses(least=1))
def test_common_effect_is_the_inverse_variance_mean(batch):
    result = pool_common_effect(**batch)
    for row, one in enumerate(one_by_one(batch)):
        known = ~np.isnan(one["estimate"])
        y, w = one["estimate"][known], 1 / one["variance"][known]
        mean = np.sum(w * y) / np.sum(w)
        assert_allclose(result.estimate[row], mean, rtol=1e-10, atol=1e-12)
        assert_allclose(result.standard_error[row], np.sum(w) ** -0.5, rtol=1e-10)
        assert_allclose(result.q[row], np.sum(w * (y - mean) ** 2), rtol=1e-8, atol=1e-12)
        assert_allclose(result.p_value[row], 2 * stats.norm.sf(abs(mean) * np.sum(w) ** 0.5))
        assert_allclose(np.sum(result.weights[row]), 100)
        assert result.studies[row] == known.sum()


def test_bcg_trials_as_published():
    # Colditz and others, JAMA 1994; 271:698-702: relative risk 0.49 (0.34 to 0.70).
    x1 = np.array([4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27])
    n1 = np.array([123, 306, 231, 13598, 5069, 1541, 2545, 88391, 7499, 1716, 50634, 2498, 16913])
    x0 = np.array([11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29])
    n0 = np.array([139, 303, 220, 12867, 5808, 1451, 629, 88391, 7277, 1665, 27338, 2341, 17854])
    effects = log_risk_ratio_effects(x1=x1, n1=n1, x0=x0, n0=n0)
    pooled = pool_random_effects(
        estimate=effects.estimate,
        variance=effects.variance,
        method="dersimonian_laird",
        interval="wald",
    )
    found = np.exp([pooled.estimate, pooled.ci_low, pooled.ci_high])
    assert_allclose(found, [0.49, 0.34, 0.70], atol=0.006)


@given(meta_analyses(least=3))
@settings(max_examples=20)
def test_intervals_are_ordered(batch):
    wald, scaled, ad_hoc = (
        pool_random_effects(**batch, interval=interval) for interval in INTERVALS
    )
    assert_array_equal(np.isinf(wald.df), True)
    assert_array_equal(scaled.df, scaled.studies - 1)
    assert np.all(ad_hoc.standard_error >= wald.standard_error * (1 - 1e-12))
    assert np.all(ad_hoc.standard_error >= scaled.standard_error * (1 - 1e-12))
    assert np.all(ad_hoc.ci_high >= wald.ci_high - 1e-12)


@given(meta_analyses(least=3))
@settings(max_examples=20)
def test_leaving_one_out_is_pooling_the_others(batch):
    result = leave_one_out(**batch, method="paule_mandel")
    y = batch["estimate"]
    for place in range(y.shape[1]):
        others = np.arange(y.shape[1]) != place
        alone = pool_random_effects(
            estimate=y[:, others], variance=batch["variance"][:, others], method="paule_mandel"
        )
        assert_allclose(result.estimate[:, place], alone.estimate, rtol=1e-9, atol=1e-12)
        assert_allclose(result.ci_low[:, place], alone.ci_low, rtol=1e-8, atol=1e-10)
        assert_array_equal(result.state[:, place], alone.state)


@given(meta_analyses(least=2))
def test_profile_limits_solve_their_equation(batch):
    limits = tau2_interval(**batch)
    common = pool_common_effect(**batch)
    for row, one in enumerate(one_by_one(batch)):
        known = ~np.isnan(one["estimate"])
        y, v = one["estimate"][known], one["variance"][known]

        def cochran(tau2, y=y, v=v):
            w = 1 / (v + tau2)
            return np.sum(w * (y - np.sum(w * y) / np.sum(w)) ** 2)

        upper, lower = stats.chi2.ppf([0.975, 0.025], len(y) - 1)
        for limit, target in ((limits.ci_low[row], upper), (limits.ci_high[row], lower)):
            if common.q[row] > target:
                assert_allclose(cochran(limit), target, rtol=1e-8)
            else:
                assert limit == 0


def test_prediction_interval_by_hand():
    y, v = [0.1, 0.9, -0.4, 1.5], [0.05, 0.1, 0.08, 0.2]
    pooled = pool_random_effects(estimate=y, variance=v, interval="wald")
    reach = np.sqrt(pooled.standard_error**2 + pooled.tau2)
    normal = prediction_interval(pooled=pooled)
    assert_allclose(normal.high, pooled.estimate + stats.norm.isf(0.025) * reach)
    higgins = prediction_interval(pooled=pooled, df=pooled.studies - 2, confidence=0.9)
    assert_allclose(higgins.low, pooled.estimate - stats.t.isf(0.05, 2) * reach)
    assert np.isnan(prediction_interval(pooled=pooled, df=0).low)


def test_equal_effects_have_no_heterogeneity():
    for method in METHODS:
        result = pool_random_effects(
            estimate=[0.5] * 4, variance=[0.1, 0.2, 0.3, 0.4], method=method, interval="wald"
        )
        assert_allclose([result.tau2, result.q, result.i_squared], 0, atol=1e-12)
        assert_allclose(result.shrunken, 0.5)


def test_equal_effects_leave_a_common_effect_no_heterogeneity():
    alike = {"estimate": np.zeros(4), "variance": np.array([0.1, 0.2, 0.3, 0.4])}
    result = pool_common_effect(**alike)
    assert (result.q, result.i_squared, result.q_p_value) == (0, 0, 1)


def test_too_few_studies_are_a_state():
    nothing = pool_common_effect(estimate=[np.nan], variance=[0.1])
    assert nothing.state == State.NOT_ESTIMABLE
    assert np.isnan([nothing.estimate, nothing.q, nothing.p_value]).all()
    single = pool_common_effect(estimate=[0.3], variance=[0.1])
    assert single.state == State.ESTIMATED
    assert_allclose([single.estimate, single.q, single.weights[0]], [0.3, 0, 100], atol=1e-15)
    assert np.isnan([single.i_squared, single.q_p_value]).all()
    for method in METHODS:
        random = pool_random_effects(estimate=[0.3, np.nan], variance=[0.1, 0.2], method=method)
        assert random.state == State.NOT_ESTIMABLE
        assert np.isnan([random.estimate, random.tau2, random.ci_low]).all()
    assert tau2_interval(estimate=[0.3], variance=[0.1]).state == State.NOT_ESTIMABLE
    empty = pool_common_effect(estimate=np.empty((2, 0)), variance=np.empty((2, 0)))
    assert_array_equal(empty.state, [State.NOT_ESTIMABLE] * 2)


def test_a_regression_without_enough_studies_or_with_a_copied_moderator_is_a_state():
    y, v = [0.1, 0.5, 0.2, 0.9], [0.1, 0.1, 0.2, 0.1]
    double = fit_meta_regression(
        estimate=y, variance=v, moderators=[[1, 2], [2, 4], [3, 6], [5, 10]], interval="wald"
    )
    assert double.state == State.SINGULAR
    assert np.isnan(double.coefficients).all()
    few = fit_meta_regression(estimate=y[:2], variance=v[:2], moderators=[[1.0], [2.0]])
    assert few.state == State.NOT_ESTIMABLE


def test_several_moderators_are_tested_together():
    rng = np.random.default_rng(5)
    x, v = rng.normal(size=(12, 2)), rng.gamma(2, 0.1, size=12)
    y = x @ [0.5, 0] + rng.normal(scale=np.sqrt(v))
    wald = fit_meta_regression(estimate=y, variance=v, moderators=x, interval="wald")
    inner = wald.covariance[1:, 1:]
    square = wald.coefficients[1:] @ np.linalg.inv(inner) @ wald.coefficients[1:]
    assert_allclose(wald.moderator_statistic, square, rtol=1e-9)
    assert_allclose(wald.moderator_p, stats.chi2.sf(square, 2), rtol=1e-9)
    scaled = fit_meta_regression(estimate=y, variance=v, moderators=x)
    inner = scaled.covariance[1:, 1:]
    square = scaled.coefficients[1:] @ np.linalg.inv(inner) @ scaled.coefficients[1:]
    assert_allclose(scaled.moderator_p, stats.f.sf(square / 2, 2, 9), rtol=1e-9)


def test_overlapping_cohorts_are_refused_until_told_which_to_keep():
    y, v = np.array([0.1, 0.5, 0.2, 0.9]), np.full(4, 0.1)
    cohorts = ["Nanjing", None, "Nanjing", ""]
    for pool in (pool_common_effect, pool_random_effects, leave_one_out, tau2_interval):
        with pytest.raises(DataError, match=r"studies 0, 2 .* all report on 'Nanjing'; wanted one"):
            pool(estimate=y, variance=v, overlap_group=cohorts)
    kept = pool_random_effects(
        estimate=y, variance=v, overlap_group=cohorts, keep=[False, True, True, True]
    )
    assert_allclose(kept.estimate, pool_random_effects(estimate=y[1:], variance=v[1:]).estimate)
    assert kept.weights[0] == 0
    assert kept.studies == 3


def test_faults_come_together():
    with pytest.raises(
        DataError, match=r"method: 'reml'(.|\n)*variance: 0; wanted variances above"
    ):
        pool_random_effects(estimate=[1.0], variance=[0.0], method="reml")
    with pytest.raises(DataError, match=r"estimate: an infinite(.|\n)*keep: shape \(2,\)"):
        pool_common_effect(estimate=[np.inf], variance=[1.0], keep=[True, False])
    with pytest.raises(DataError, match="overlap_group: 1 labels; wanted one for each of 2"):
        pool_common_effect(estimate=[1.0, 2.0], variance=[1.0, 1.0], overlap_group=["a"])
    with pytest.raises(DataError, match=r"keep: .*; wanted true or false"):
        pool_common_effect(estimate=[1.0], variance=[1.0], keep=[0.5])
    with pytest.raises(DataError, match="estimate 1, variance 2; wanted last axes of one length"):
        pool_common_effect(estimate=[1.0], variance=[1.0, 2.0])
    with pytest.raises(DataError, match=r"moderators: shape \(3, 1\)"):
        fit_meta_regression(estimate=[1.0], variance=[1.0], moderators=np.ones((3, 1)))
    with pytest.raises(DataError, match="confidence: 1"):
        prediction_interval(
            pooled=pool_common_effect(estimate=[1.0], variance=[1.0]), confidence=1.0
        )


@pytest.mark.parametrize("variance", [[], [0.1, 0.2], 0.1])
def test_leaving_one_out_of_studies_of_different_number_is_refused(variance):
    with pytest.raises(DataError, match="shape"):
        leave_one_out(estimate=[0.1, 0.2, 0.3], variance=variance)
