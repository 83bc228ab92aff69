"""Score limits of a difference, a ratio and an odds ratio of two proportions.

The score statistic compares the observed effect with a hypothetical one, with the variance at
the proportions that are most likely under the hypothesis. A limit is where it meets a normal
quantile. Source of all three: Miettinen O, Nurminen M. Statistics in Medicine 1985;
4(2):213-226. Their variance factor N/(N - 1) divides the statistic by its root, so the
quantile is multiplied by that instead (``is_corrected``); without it the limits are those of
Mee (difference), Koopman (ratio) and Cornfield (odds ratio).
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

from equipoise.stats.arrays import Bools, Floats
from equipoise.stats.binary.counts import TwoArms
from equipoise.stats.binary.interval import normal_quantile

__all__ = [
    "difference_limits",
    "difference_statistic",
    "odds_ratio_expectation",
    "odds_ratio_limits",
    "ratio_limits",
]

_WIDEST_LOG = 80.0
"""Limits of ratios are sought between exp(-80) and exp(80)."""


def difference_limits(
    arms: TwoArms, *, confidence: float, is_corrected: bool
) -> tuple[Floats, Floats]:
    """Score limits of the risk difference of each table (a vector of tables, no empty arm)."""
    estimate = arms.x1 / arms.n1 - arms.x0 / arms.n0
    quantile = _quantile(arms, confidence=confidence, is_corrected=is_corrected)
    edge = np.ones_like(estimate)
    bracket = np.stack([-edge, estimate, estimate, edge])
    kernel = _kernel()
    low, high = kernel.score_limits(
        kernel.DIFFERENCE, arms.x1, arms.n1, arms.x0, arms.n0, quantile, bracket
    )
    return np.where(estimate <= -1, -1.0, low), np.where(estimate >= 1, 1.0, high)


def ratio_limits(arms: TwoArms, *, confidence: float, is_corrected: bool) -> tuple[Floats, Floats]:
    """Score limits of the risk ratio; 0 without events in arm 1, infinity without any in arm 0."""
    return _log_limits(
        _kernel().LOG_RATIO,
        arms,
        _quantile(arms, confidence=confidence, is_corrected=is_corrected),
        is_zero=arms.x1 == 0,
        is_infinite=arms.x0 == 0,
    )


def odds_ratio_limits(
    arms: TwoArms, *, confidence: float, is_corrected: bool
) -> tuple[Floats, Floats]:
    """Score limits of the odds ratio; 0 or infinity where a zero cell makes the estimate so."""
    return _log_limits(
        _kernel().LOG_ODDS_RATIO,
        arms,
        _quantile(arms, confidence=confidence, is_corrected=is_corrected),
        is_zero=(arms.x1 == 0) | (arms.x0 == arms.n0),
        is_infinite=(arms.x0 == 0) | (arms.x1 == arms.n1),
    )


def _quantile(arms: TwoArms, *, confidence: float, is_corrected: bool) -> Floats:
    total = arms.total
    factor = total / np.maximum(total - 1, 1) if is_corrected else np.ones_like(total)
    return np.asarray(normal_quantile(confidence) * np.sqrt(factor))


def _log_limits(
    kind: int, arms: TwoArms, quantile: Floats, *, is_zero: Bools, is_infinite: Bools
) -> tuple[Floats, Floats]:
    widest = np.full(arms.shape, _WIDEST_LOG)
    bracket = np.stack([-widest, widest, -widest, widest])
    low, high = np.exp(
        _kernel().score_limits(kind, arms.x1, arms.n1, arms.x0, arms.n0, quantile, bracket)
    )
    return np.where(is_zero, 0.0, low), np.where(is_infinite, np.inf, high)


def difference_statistic(arms: TwoArms, difference: Floats) -> Floats:
    """Score statistic of the risk difference against ``difference``, without variance factor.

    A vector of tables, no empty arm.
    """
    kernel = _kernel()
    statistic: Floats = kernel.score_statistics(
        kernel.DIFFERENCE, arms.x1, arms.n1, arms.x0, arms.n0, difference
    )
    return statistic


def odds_ratio_expectation(arms: TwoArms, odds_ratio: Floats) -> tuple[Floats, Floats]:
    """Return the events expected in arm 1 given margins and odds ratio, and their variance.

    No arm may be empty. The variance is that for large samples, the reciprocal of the sum of
    the reciprocals of the four expected cells; zero where one of them is.
    """
    odds = np.empty(arms.shape)
    odds[...] = odds_ratio
    columns = (column.ravel() for column in (arms.n1, arms.n0, arms.events, odds))
    expected, variance = _kernel().odds_ratio_expectations(*columns).reshape(2, *arms.shape)
    return expected, variance


def _kernel() -> ModuleType:
    # Loading the compiler takes a moment, which only who asks for score limits should pay for.
    from equipoise.stats.binary import score_kernel

    return score_kernel
