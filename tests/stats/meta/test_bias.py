from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.meta import (
    begg_test,
    egger_test,
    egger_test_mixed,
    pool_common_effect,
    pool_random_effects,
    trim_and_fill,
)
from equipoise.stats.meta.kendall import kendall

from .strategies import assert_row, meta_analyses, one_by_one


def known_of(one):
    known = ~np.isnan(one["estimate"])
    return one["estimate"][known], one["variance"][known]


@given(meta_analyses(least=3))
def test_egger_is_the_intercept_of_effect_over_error_on_precision(batch):
    result = egger_test(**batch)
    for row, one in enumerate(one_by_one(batch)):
        y, v = known_of(one)
        line = stats.linregress(1 / np.sqrt(v), y / np.sqrt(v))
        assert_allclose(result.slope[row], line.intercept, rtol=1e-6, atol=1e-8)
        assert_allclose(result.limit[row], line.slope, rtol=1e-6, atol=1e-8)
        t = line.intercept / line.intercept_stderr
        assert_allclose(result.statistic[row], t, rtol=1e-5, atol=1e-7)
        assert_allclose(result.p_value[row], 2 * stats.t.sf(abs(t), len(y) - 2), rtol=1e-5)


@given(meta_analyses(least=3))
@settings(max_examples=20)
@pytest.mark.parametrize("test", [egger_test, egger_test_mixed, begg_test, trim_and_fill])
def test_a_batch_equals_its_analyses_one_by_one(test, batch):
    result = test(**batch)
    for row, one in enumerate(one_by_one(batch)):
        assert_row(result, test(**one), row, rtol=1e-7)


@given(meta_analyses(least=3))
@settings(max_examples=20)
def test_turning_the_sign_turns_the_slope(batch):
    turned = {"estimate": -batch["estimate"], "variance": batch["variance"]}
    for test in (egger_test, egger_test_mixed):
        assert_allclose(test(**turned).statistic, -test(**batch).statistic, rtol=1e-7, atol=1e-9)
    assert_allclose(begg_test(**turned).tau, -begg_test(**batch).tau, atol=1e-12)
    one, other = trim_and_fill(**batch), trim_and_fill(**turned)
    assert_array_equal(one.missing, other.missing)
    assert_array_equal(one.is_right, ~other.is_right)
    assert_allclose(one.pooled.estimate, -other.pooled.estimate, rtol=1e-8, atol=1e-10)


@given(arrays(float, st.tuples(st.integers(2, 6)), elements=st.floats(-5, 5), unique=True))
def test_kendall_counts_all_permutations(x):
    size = len(x)
    y = np.arange(size, dtype=float)
    tau, p_value = kendall(x[None], y[None], np.ones((1, size), dtype=bool))

    def score(order):
        return sum(np.sign(order[j] - order[i]) for i, j in itertools.combinations(range(size), 2))

    own = score(x)
    scores = np.array([score(order) for order in itertools.permutations(range(size))])
    tail = min(np.mean(scores <= own), np.mean(scores >= own))
    assert_allclose(tau[0], own / (size * (size - 1) / 2))
    assert_allclose(p_value[0], min(1, 2 * tail), rtol=1e-12)


@given(arrays(float, (2, 7), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0])))
def test_kendall_with_ties_agrees_with_scipy(pair):
    x, y = pair
    tau, p_value = kendall(x[None], y[None], np.ones((1, 7), dtype=bool))
    if len(set(x)) == 1 or len(set(y)) == 1:
        assert np.isnan(tau[0])
        return
    expected = stats.kendalltau(x, y, method="asymptotic")
    assert_allclose(tau[0], expected.statistic, atol=1e-12)
    assert_allclose(p_value[0], expected.pvalue, rtol=1e-9)


@given(meta_analyses(least=3))
@settings(max_examples=20)
def test_begg_correlates_standardised_effects_with_variances(batch):
    result = begg_test(**batch)
    for row, one in enumerate(one_by_one(batch)):
        y, v = known_of(one)
        pooled = pool_common_effect(estimate=y, variance=v)
        deviate = (y - pooled.estimate) / np.sqrt(v - pooled.standard_error**2)
        expected = stats.kendalltau(deviate, v, method="exact")
        assert_allclose(result.tau[row], expected.statistic, atol=1e-12)
        assert_allclose(result.p_value[row], expected.pvalue, rtol=1e-9)


def naive_trim_and_fill(y, v):
    """The loop of the paper, one meta-analysis, missing on the left."""
    order = np.argsort(y, kind="stable")
    y, v, k, missing = y[order], v[order], len(y), 0
    for _ in range(100):
        rest = slice(0, k - missing)
        centre = pool_random_effects(estimate=y[rest], variance=v[rest], interval="wald").estimate
        ranks = np.argsort(np.argsort(np.abs(y - centre), kind="stable"), kind="stable") + 1
        above = ranks[y > centre].sum()
        new = round(max(0.0, (4 * above - k * (k + 1)) / (2 * k - 1)))
        if new == missing:
            break
        missing = new
    filled = np.concatenate([y, 2 * centre - y[k - missing :]])
    return missing, filled, np.concatenate([v, v[k - missing :]])


@given(meta_analyses(least=4))
@settings(max_examples=25)
def test_trim_and_fill_follows_the_loop_of_the_paper(batch):
    result = trim_and_fill(**batch)
    for row, one in enumerate(one_by_one(batch)):
        y, v = known_of(one)
        sign = -1 if result.is_right[row] else 1
        missing, filled, variance = naive_trim_and_fill(sign * y, v)
        assert result.missing[row] == missing
        pooled = pool_random_effects(estimate=sign * filled, variance=variance, interval="wald")
        assert_allclose(result.pooled.estimate[row], pooled.estimate, rtol=1e-8, atol=1e-10)
        assert_allclose(result.pooled.ci_low[row], pooled.ci_low, rtol=1e-7, atol=1e-9)


def test_a_lopsided_funnel_is_filled():
    # Small studies with large effects only: their mirror images are missing on the left.
    error = np.array([0.05, 0.06, 0.08, 0.3, 0.35, 0.4, 0.45])
    y = np.array([0.20, 0.15, 0.25, 0.9, 1.0, 1.2, 1.3])
    result = trim_and_fill(estimate=y, variance=error**2)
    assert result.missing > 0
    assert not result.is_right
    assert result.pooled.estimate < pool_random_effects(estimate=y, variance=error**2).estimate
    assert egger_test(estimate=y, variance=error**2).p_value < 0.05


def test_too_few_studies_are_a_state():
    y, v = [0.3, 0.2], [0.1, 0.2]
    assert egger_test(estimate=y, variance=v).state == State.NOT_ESTIMABLE
    assert trim_and_fill(estimate=y, variance=v).state == State.NOT_ESTIMABLE
    assert trim_and_fill(estimate=y, variance=v).missing == -1
    assert trim_and_fill(estimate=y, variance=v).pooled.state == State.NOT_ESTIMABLE
    assert begg_test(estimate=[0.3], variance=[0.1]).state == State.NOT_ESTIMABLE
    same = begg_test(estimate=[0.3, 0.2, 0.5], variance=[0.1] * 3)
    assert same.state == State.NOT_ESTIMABLE
    assert np.isnan([same.tau, same.p_value]).all()
    flat = egger_test(estimate=[0.3, 0.2, 0.5], variance=[0.1] * 3)
    assert flat.state == State.SINGULAR


def test_faults_come_together():
    for test in (egger_test, begg_test, trim_and_fill):
        with pytest.raises(DataError, match="variance: -1; wanted variances above zero"):
            test(estimate=[0.1, 0.2, 0.3], variance=[0.1, -1, 0.1])
        with pytest.raises(DataError, match="studies 0, 1"):
            test(estimate=[0.1, 0.2, 0.3], variance=[0.1, 1, 0.1], overlap_group=["a", "a", "b"])


def test_trimming_to_one_study_is_centred_on_it():
    """Two of three effects on one side of a precise one: by hand, L0 = (4 * 5 - 12) / 5 = 1.6.

    So 2 are trimmed. The one left is the centre, and the ranks above it are again 2 and 3.
    """
    result = trim_and_fill(estimate=[0.0, 0.4, 0.45], variance=[1e-4, 1.0, 1.1])
    assert (result.missing, result.state) == (2, State.ESTIMATED)
    assert_allclose(result.pooled.estimate, 0, atol=1e-12)
