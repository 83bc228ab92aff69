"""The compiled score statistics and limits against likelihoods maximised by a search."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import brentq
from scipy.special import ndtri

from equipoise.stats.binary import score_kernel
from equipoise.stats.binary.counts import TwoArms
from equipoise.stats.binary.score import (
    difference_limits,
    difference_statistic,
    odds_ratio_expectation,
    odds_ratio_limits,
    ratio_limits,
)

_CONFIDENCE = 0.9
_LIMITS = {
    score_kernel.DIFFERENCE: difference_limits,
    score_kernel.LOG_RATIO: ratio_limits,
    score_kernel.LOG_ODDS_RATIO: odds_ratio_limits,
}


@pytest.mark.parametrize("kind", _LIMITS)
def test_the_statistic_is_that_of_the_restricted_likelihood(kind):
    arms = _tables(7, 5)
    for effect in (-0.61, -0.2, 0.05, 0.7):
        found = score_kernel.score_statistics(
            kind, arms.x1, arms.n1, arms.x0, arms.n0, np.full(arms.shape, effect)
        )
        expected = [_statistic(kind, *table, effect) for table in _rows(arms)]
        assert_allclose(found, expected, rtol=1e-8, atol=1e-8)
    if kind == score_kernel.DIFFERENCE:
        assert np.array_equal(difference_statistic(arms, np.full(arms.shape, 0.7)), found)


@pytest.mark.parametrize("kind", _LIMITS)
def test_at_a_limit_the_statistic_is_the_quantile(kind):
    arms = _tables(7, 5)
    quantile = -ndtri((1 - _CONFIDENCE) / 2)
    low, high = _LIMITS[kind](arms, confidence=_CONFIDENCE, is_corrected=False)
    found = 0
    for table, lower, upper in zip(_rows(arms), low, high, strict=True):
        for limit, wanted in ((lower, quantile), (upper, -quantile)):
            effect = limit if kind == score_kernel.DIFFERENCE else np.log(limit) if limit else 0.0
            is_inner = limit not in (0.0, -1.0, 1.0) and np.isfinite(limit)
            if is_inner:
                assert_allclose(_statistic(kind, *table, effect), wanted, rtol=1e-7)
                found += 1
    assert found > 60


def test_the_expectation_given_an_odds_ratio_keeps_margins_and_odds():
    arms = _tables(7, 5)
    inner = (arms.events > 0) & (arms.events < arms.total)
    expected, variance = odds_ratio_expectation(arms, np.float64(2.5))
    p1, p0 = expected[inner] / 7, (arms.events - expected)[inner] / 5
    assert_allclose(p1 / (1 - p1), 2.5 * p0 / (1 - p0), rtol=1e-12)
    assert_allclose(1 / variance[inner], 1 / (7 * p1 * (1 - p1)) + 1 / (5 * p0 * (1 - p0)))
    assert np.all(variance[~inner] == 0)


def _tables(n1, n0):
    x1, x0 = np.array(list(itertools.product(range(n1 + 1), range(n0 + 1))), dtype=float).T.copy()
    return TwoArms(x1=x1, n1=np.full(x1.shape, n1 + 0.0), x0=x0, n0=np.full(x1.shape, n0 + 0.0))


def _rows(arms):
    return list(zip(arms.x1, arms.n1, arms.x0, arms.n0, strict=True))


def _statistic(kind, x1, n1, x0, n0, effect):
    """Score statistic with the control risk at which the slope of the likelihood is zero."""
    if kind == score_kernel.LOG_ODDS_RATIO:
        return _odds_ratio_statistic(x1, n1, x0, n0, np.exp(effect))
    shift, ratio = (effect, 1.0) if kind == score_kernel.DIFFERENCE else (0.0, np.exp(effect))
    low, high = max(0.0, -shift / ratio), min(1.0, (1 - shift) / ratio)

    def slope(p0):
        p1 = shift + ratio * p0
        parts = ((x1, p1, ratio), (n1 - x1, 1 - p1, -ratio), (x0, p0, 1), (n0 - x0, 1 - p0, -1))
        return sum(sign * count / risk for count, risk, sign in parts if count)

    p0 = _root(slope, low, high)
    p1 = shift + ratio * p0
    variance = p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0
    gap = x1 / n1 - ratio * x0 / n0 - shift
    return gap / np.sqrt(variance) if variance > 1e-11 else (np.sign(gap) * np.inf if gap else 0.0)


def _odds_ratio_statistic(x1, n1, x0, n0, odds):
    if x1 + x0 in (0, n1 + n0):
        return 0.0

    def risk(p0):
        return odds * p0 / (1 - p0 + odds * p0)

    p0 = brentq(lambda p: n1 * risk(p) + n0 * p - x1 - x0, 0, 1, xtol=1e-16, rtol=1e-15)
    p1 = risk(p0)
    precision = 1 / (n1 * p1 * (1 - p1)) + 1 / (n0 * p0 * (1 - p0))
    return (x1 - n1 * p1) * np.sqrt(precision)


def _root(slope, low, high):
    """Root of a falling slope; the end towards which it pushes if it has none inside."""
    near = 1e-13 * (high - low)
    if slope(low + near) <= 0:
        return low
    if slope(high - near) >= 0:
        return high
    return brentq(slope, low + near, high - near, xtol=1e-16, rtol=1e-15)
