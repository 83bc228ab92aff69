"""The jackknife and the bootstrap of one number."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.missing import pool_bootstrap, pool_jackknife


def test_the_jackknife_of_a_mean_is_its_standard_error():
    values = np.array([3.0, 5.0, 4.0, 8.0, 1.5])
    without = [np.mean(np.delete(values, place)) for place in range(5)]
    result = pool_jackknife(estimate=np.mean(values), without=without)
    assert_allclose(result.standard_error, stats.sem(values), rtol=1e-12)
    z = np.mean(values) / stats.sem(values)
    assert_allclose(result.p_value, 2 * stats.norm.sf(z), rtol=1e-10)
    assert_allclose(result.ci_low, np.mean(values) - stats.norm.isf(0.025) * stats.sem(values))


def test_what_has_no_jackknife_is_a_state():
    without = pool_jackknife(estimate=1.0, without=[1.0, np.nan])
    assert without.state == State.NOT_ESTIMABLE
    assert np.isnan(without.standard_error)
    assert pool_jackknife(estimate=1.0, without=[1.0]).state == State.NOT_ESTIMABLE


def test_percentiles_and_p_values_count_samples():
    samples = np.array([-1.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0])
    found = pool_bootstrap(estimate=1.8, samples=samples, confidence=0.8)
    # R: quantile(c(-1, seq(0.5, 4, 0.5)), c(0.1, 0.9), type = 6) gives -1 and 4.
    assert_allclose([found.percentile_low, found.percentile_high], [-1.0, 4.0])
    found = pool_bootstrap(estimate=1.8, samples=samples, confidence=0.7)
    # R: the same with c(0.15, 0.85) gives -0.25 and 3.75.
    assert_allclose([found.percentile_low, found.percentile_high], [-0.25, 3.75])
    assert_allclose([found.percentile_greater, found.percentile_less], [0.2, 0.9])
    assert_allclose(found.percentile_p, 0.4)
    error = np.std(samples, ddof=1)
    assert_allclose(found.normal_p, 2 * stats.norm.sf(1.8 / error), rtol=1e-12)
    low, high = stats.norm.interval(0.7, 1.8, error)
    assert_allclose([found.normal_low, found.normal_high], [low, high], rtol=1e-12)


def test_a_sample_at_zero_counts_for_both_sides():
    found = pool_bootstrap(estimate=0.0, samples=[-1.0, 0.0, 1.0])
    assert_allclose([found.percentile_less, found.percentile_greater], [0.75, 0.75])
    assert found.percentile_p == 1.0


def test_scale_shift_order_and_sign():
    rng = np.random.default_rng(5)
    samples, estimate = rng.normal(1, 1, size=(3, 199)), np.array([0.9, 1.0, 1.2])
    plain = pool_bootstrap(estimate=estimate, samples=samples)
    shuffled = pool_bootstrap(estimate=estimate, samples=rng.permuted(samples, axis=1))
    assert_allclose(shuffled.percentile_low, plain.percentile_low, rtol=1e-12)
    turned = pool_bootstrap(estimate=-2 * estimate, samples=-2 * samples)
    assert_allclose(turned.standard_error, 2 * plain.standard_error, rtol=1e-12)
    assert_allclose(turned.percentile_low, -2 * plain.percentile_high, rtol=1e-12)
    assert_allclose(turned.percentile_p, plain.percentile_p)
    assert_allclose(turned.percentile_less, plain.percentile_greater)
    wider = pool_bootstrap(estimate=estimate, samples=samples, confidence=0.9)
    assert np.all(wider.percentile_low >= plain.percentile_low)
    for row in range(3):
        alone = pool_bootstrap(estimate=estimate[row], samples=samples[row])
        assert_allclose(plain.percentile_high[row], alone.percentile_high, rtol=1e-14)


def test_too_few_samples_have_no_percentiles():
    samples = np.arange(38.0)
    assert np.isnan(pool_bootstrap(estimate=1, samples=samples).percentile_low)
    enough = pool_bootstrap(estimate=1, samples=np.arange(39.0))
    assert_allclose([enough.percentile_low, enough.percentile_high], [0, 38], atol=1e-12)
    for few in ([], [1.0], [1.0, np.nan]):
        found = pool_bootstrap(estimate=1, samples=few)
        assert found.state == State.NOT_ESTIMABLE
        assert np.isnan([found.standard_error, found.percentile_p, found.normal_p]).all()


def test_faults_come_together():
    with pytest.raises(DataError, match=r"without: inf(.|\n)*confidence: 2"):
        pool_jackknife(estimate=1, without=[np.inf, 1], confidence=2)
    with pytest.raises(DataError, match=r"samples: inf(.|\n)*confidence: 1"):
        pool_bootstrap(estimate=1.0, samples=[np.inf, 2.0], confidence=1.0)
