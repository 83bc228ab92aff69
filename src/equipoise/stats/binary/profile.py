"""Profile-likelihood limits of a difference, a ratio and an odds ratio of two proportions.

The deviance of an effect is twice the log likelihood that is lost at the proportions most likely
under it. A limit is where the deviance meets the square of a normal quantile. Source: Venzon DJ,
Moolgavkar SH. Applied Statistics 1988; 37(1):87-94. Those of the odds ratio are the limits that
profiling a logistic regression gives (R ``confint`` of ``glm``).
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Bools, Floats, Integers, divide_or_nan
from equipoise.stats.binary.counts import (
    TwoArms,
    on_distinct_tables,
    read_two_arms,
)
from equipoise.stats.binary.interval import IntervalEstimate, estimated, normal_quantile, quotient
from equipoise.stats.roots import bracketed_root

__all__ = ["odds_ratio_profile", "risk_difference_profile", "risk_ratio_profile"]

_WIDEST_LOG = 80.0
"""Limits of ratios are sought between exp(-80) and exp(80)."""


def risk_difference_profile(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the risk difference with profile-likelihood limits.

    Parameters
    ----------
    x1, n1 : (...) int
        Events and subjects of the experimental arm. NaN is refused.
    x0, n0 : (...) int
        Events and subjects of the control arm; all four broadcast together.
    confidence : float
        Two-sided level of the limits.

    Returns
    -------
    IntervalEstimate
        ``estimate`` > 0: more events in the experimental arm. NOT_ESTIMABLE where an arm is
        empty.

    Raises
    ------
    DataError
        If a count is not a whole number, is negative or exceeds the size of its arm, shapes
        do not broadcast, or ``confidence`` is not between 0 and 1.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    low, high = on_distinct_tables(arms, lambda some: _difference(some, confidence))
    return estimated(divide_or_nan(arms.x1, arms.n1) - divide_or_nan(arms.x0, arms.n0), low, high)


def risk_ratio_profile(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the risk ratio with profile-likelihood limits.

    Parameters and Raises are those of :func:`risk_difference_profile`.

    Returns
    -------
    IntervalEstimate
        ``estimate`` > 1: more events in the experimental arm; zero cells as in
        :func:`risk_ratio_miettinen_nurminen`.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    low, high = on_distinct_tables(
        arms,
        lambda some: _logarithm(
            some, confidence, _kernel().LOG_RATIO, is_zero=some.x1 == 0, is_infinite=some.x0 == 0
        ),
    )
    return estimated(quotient(arms.x1 * arms.n0, arms.x0 * arms.n1), low, high)


def odds_ratio_profile(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the odds ratio with profile-likelihood limits.

    Parameters and Raises are those of :func:`risk_difference_profile`.

    Returns
    -------
    IntervalEstimate
        ``estimate`` > 1: higher odds in the experimental arm; zero cells as in
        :func:`odds_ratio_miettinen_nurminen`.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    others1, others0 = arms.n1 - arms.x1, arms.n0 - arms.x0
    low, high = on_distinct_tables(
        arms,
        lambda some: _logarithm(
            some,
            confidence,
            _kernel().LOG_ODDS_RATIO,
            is_zero=(some.x1 == 0) | (some.x0 == some.n0),
            is_infinite=(some.x0 == 0) | (some.x1 == some.n1),
        ),
    )
    return estimated(quotient(arms.x1 * others0, arms.x0 * others1), low, high)


def _kernel() -> ModuleType:
    # Loading the compiler takes a moment, which only who asks for these limits should pay for.
    from equipoise.stats.binary import score_kernel

    return score_kernel


def _difference(arms: TwoArms, confidence: float) -> tuple[Floats, Floats]:
    estimate, edge = arms.x1 / arms.n1 - arms.x0 / arms.n0, np.ones(arms.shape)
    kind, quantile = _kernel().DIFFERENCE, normal_quantile(confidence)
    low = _solve(arms, kind, quantile, -edge, estimate)
    high = _solve(arms, kind, quantile, edge, estimate)
    return np.where(estimate <= -1, -1.0, low), np.where(estimate >= 1, 1.0, high)


def _logarithm(
    arms: TwoArms, confidence: float, kind: int, *, is_zero: Bools, is_infinite: Bools
) -> tuple[Floats, Floats]:
    """Limits of a ratio, sought on the logarithmic scale on either side of its estimate."""
    if kind == _kernel().LOG_RATIO:
        top, bottom = arms.x1 * arms.n0, arms.x0 * arms.n1
    else:
        top, bottom = arms.x1 * (arms.n0 - arms.x0), arms.x0 * (arms.n1 - arms.x1)
    is_known = ~is_zero & ~is_infinite
    estimate = np.log(np.where(is_known, top, 1.0) / np.where(is_known, bottom, 1.0))
    estimate = np.where(is_zero, -_WIDEST_LOG, np.where(is_infinite, _WIDEST_LOG, estimate))
    widest = np.full(arms.shape, _WIDEST_LOG)
    quantile = normal_quantile(confidence)
    low = np.exp(_solve(arms, kind, quantile, -widest, estimate))
    high = np.exp(_solve(arms, kind, quantile, widest, estimate))
    return np.where(is_zero, 0.0, low), np.where(is_infinite, np.inf, high)


def _solve(arms: TwoArms, kind: int, quantile: float, far: Floats, near: Floats) -> Floats:
    """Effect between a far end and the estimate whose deviance is the quantile squared."""

    def excess(effect: Floats, table: Integers) -> Floats:
        return _deviance(arms.take(table), kind, effect) - quantile**2

    return bracketed_root(excess, far, near)


def _deviance(arms: TwoArms, kind: int, effect: Floats) -> Floats:
    """Twice the log likelihood lost under an effect; infinite where the table is impossible."""
    risks = _kernel().restricted_risks(kind, arms.x1, arms.n1, arms.x0, arms.n0, effect)
    lost = np.zeros(arms.shape)
    sizes = (arms.n1, arms.n1, arms.n0, arms.n0)
    counts = (arms.x1, arms.n1 - arms.x1, arms.x0, arms.n0 - arms.x0)
    for count, size, risk in zip(counts, sizes, risks, strict=True):
        is_seen = count > 0
        share = np.where(is_seen, count / size, 1.0)
        with np.errstate(divide="ignore"):
            lost += 2 * count * np.log(share / np.where(is_seen, np.maximum(risk, 0.0), 1.0))
    return lost
