from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.continuous import (
    hodges_lehmann_exact,
    hodges_lehmann_normal,
    wilcoxon_rank_sum,
    wilcoxon_rank_sum_exact,
)

from .strategies import assert_same, one_by_one, two_arms

TEST_OF = {
    hodges_lehmann_exact: wilcoxon_rank_sum_exact,
    hodges_lehmann_normal: wilcoxon_rank_sum,
}


@given(two_arms(most_subjects=14))
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("estimate", TEST_OF)
def test_the_estimate_is_the_median_of_all_differences(estimate, batch):
    result = estimate(**batch)
    for place, trial in enumerate(one_by_one(batch)):
        assert_same(result, estimate(**trial), place=place)
        known = ~np.isnan(trial["response"])
        x, y = (trial["response"][known & side] for side in (trial["treated"], ~trial["treated"]))
        differences = np.subtract.outer(x, y).ravel()
        expected = np.median(differences) if differences.size else np.nan
        assert_allclose(result.estimate[place], expected, rtol=1e-14)
        if result.state[place] == State.ESTIMATED:
            assert result.ci_low[place] in differences
            assert result.ci_high[place] in differences
            assert result.ci_low[place] <= result.estimate[place] <= result.ci_high[place]


@pytest.mark.parametrize("estimate", TEST_OF)
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_beyond_its_limits_the_shift_is_rejected_and_within_it_is_not(estimate, seed, confidence):
    rng = np.random.default_rng(seed)
    size = (int(rng.integers(5, 12)), int(rng.integers(5, 12)))
    response, treated = rng.normal(size=sum(size)), np.repeat([True, False], size)
    result = estimate(response=response, treated=treated, confidence=confidence)

    def p_value(shift):
        moved = np.where(treated, response - shift, response)
        return TEST_OF[estimate](response=moved, treated=treated).p_value

    step = 1e-9
    assert p_value(result.ci_low - step) < 1 - confidence <= p_value(result.ci_low + step)
    assert p_value(result.ci_high + step) < 1 - confidence <= p_value(result.ci_high - step)


def test_the_exact_limits_tell_the_confidence_they_attain():
    # With 3 against 3 there are 20 arrangements; the extreme differences attain 1 - 2/20.
    result = hodges_lehmann_exact(response=[1, 2.5, 4.2, 7, 11, 16.3], treated=[1, 1, 1, 0, 0, 0])
    assert_allclose(result.confidence, 0.9)
    assert_allclose([result.ci_low, result.ci_high], [1 - 16.3, 4.2 - 7])
    larger = hodges_lehmann_exact(response=np.arange(20.0) ** 2, treated=np.arange(20) % 2 == 0)
    assert larger.confidence >= 0.95


def test_the_normal_limits_of_tiny_arms_tell_that_they_fall_short():
    result = hodges_lehmann_normal(response=[1.0, 3.0], treated=[1, 0], continuity=False)
    assert result.ci_low == result.ci_high == -2
    assert_allclose(result.confidence, 1 - 2 * 0.158655253931457)  # one standard deviation


@pytest.mark.parametrize("estimate", TEST_OF)
def test_shift_scale_and_labels(estimate):
    rng = np.random.default_rng(1)
    response, treated = rng.normal(size=(3, 20)), np.arange(20) < 9
    here = estimate(response=response, treated=treated)
    moved = estimate(response=2 * response + 5 * treated, treated=treated)
    assert_allclose(moved.estimate, 2 * here.estimate + 5)
    assert_allclose(moved.ci_low, 2 * here.ci_low + 5)
    swapped = estimate(response=response, treated=~treated)
    assert_allclose(swapped.estimate, -here.estimate)
    assert_allclose(swapped.ci_low, -here.ci_high)


def test_the_order_of_large_batches_survives_the_blocks(monkeypatch):
    rng = np.random.default_rng(2)
    response, treated = rng.normal(size=(7, 2, 12)), rng.random((7, 2, 12)) < 0.5
    whole = hodges_lehmann_normal(response=response, treated=treated)
    monkeypatch.setattr("equipoise.stats.continuous.hodges_lehmann._BLOCK", 100)
    assert_same(whole, hodges_lehmann_normal(response=response, treated=treated))
    assert whole.estimate.shape == (7, 2)


@pytest.mark.parametrize("estimate", TEST_OF)
def test_an_empty_arm_has_neither_estimate_nor_limits(estimate):
    for treated in ([True, True], [False, False]):
        result = estimate(response=[1.0, 2.0], treated=treated)
        assert result.state == State.NOT_ESTIMABLE
        assert np.isnan([result.estimate, result.ci_low, result.ci_high]).all()
    none = estimate(response=[], treated=np.array([], dtype=bool))
    assert none.state == State.NOT_ESTIMABLE


def test_ties_leave_the_exact_limits_out_but_not_the_estimate():
    result = hodges_lehmann_exact(response=[1, 2, 2, 5], treated=[1, 1, 0, 0])
    assert result.state == State.NOT_ESTIMABLE
    assert result.estimate == np.median([1 - 2, 1 - 5, 2 - 2, 2 - 5])
    assert_array_equal(np.isnan([result.ci_low, result.ci_high, result.confidence]), True)


@pytest.mark.parametrize("estimate", TEST_OF)
def test_faults(estimate):
    with pytest.raises(DataError, match=r"confidence: 1\.5"):
        estimate(response=[1.0, 2.0], treated=[0, 1], confidence=1.5)
