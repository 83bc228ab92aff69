"""Risk difference of two arms, experimental minus control, with five kinds of limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.binary.counts import (
    TwoArms,
    on_distinct_tables,
    read_two_arms,
)
from equipoise.stats.binary.interval import IntervalEstimate, estimated, normal_quantile
from equipoise.stats.binary.one_proportion import wilson_limits
from equipoise.stats.binary.score import difference_limits

__all__ = [
    "risk_difference_agresti_caffo",
    "risk_difference_mee",
    "risk_difference_miettinen_nurminen",
    "risk_difference_newcombe",
    "risk_difference_wald",
]


def risk_difference_miettinen_nurminen(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the risk difference with score limits and the N/(N - 1) variance factor.

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

    Notes
    -----
    Source: Miettinen O, Nurminen M. Statistics in Medicine 1985; 4(2):213-226.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    return _score(arms, confidence, is_corrected=True)


def risk_difference_mee(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the risk difference with score limits without a variance factor.

    Parameters, Returns and Raises are those of :func:`risk_difference_miettinen_nurminen`.

    Notes
    -----
    Source: Mee RW. Biometrics 1984; 40(4):1175-1176.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    return _score(arms, confidence, is_corrected=False)


def risk_difference_newcombe(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the risk difference with limits built from the Wilson limits of each arm.

    Parameters, Returns and Raises are those of :func:`risk_difference_miettinen_nurminen`.

    Notes
    -----
    Source: Newcombe RG. Statistics in Medicine 1998; 17(8):873-890, method 10.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    z = normal_quantile(confidence)
    p1, p0 = _risks(arms)
    low1, high1 = wilson_limits(arms.x1, arms.n1, z)
    low0, high0 = wilson_limits(arms.x0, arms.n0, z)
    return estimated(
        p1 - p0,
        p1 - p0 - np.hypot(p1 - low1, high0 - p0),
        p1 - p0 + np.hypot(high1 - p1, p0 - low0),
    )


def risk_difference_wald(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the risk difference with limits at z unpooled standard errors.

    Parameters, Returns and Raises are those of :func:`risk_difference_miettinen_nurminen`.
    Limits are given as the formula has them: they may pass -1 or 1 and have no width where
    all risks are 0 or 1.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    return _wald(*_risks(arms), arms.n1, arms.n0, confidence)


def risk_difference_agresti_caffo(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the risk difference with Wald limits after adding one event and one non-event.

    Parameters, Returns and Raises are those of :func:`risk_difference_miettinen_nurminen`;
    ``estimate`` is the plain difference, not the middle of the interval.

    Notes
    -----
    Each arm gets one event and one non-event more.
    Source: Agresti A, Caffo B. The American Statistician 2000; 54(4):280-288.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    size1, size0 = arms.n1 + 2, arms.n0 + 2
    shifted = _wald((arms.x1 + 1) / size1, (arms.x0 + 1) / size0, size1, size0, confidence)
    p1, p0 = _risks(arms)
    missing = np.where(arms.is_empty, np.nan, 0.0)
    return estimated(p1 - p0, shifted.ci_low + missing, shifted.ci_high + missing)


def _risks(arms: TwoArms) -> tuple[Floats, Floats]:
    return divide_or_nan(arms.x1, arms.n1), divide_or_nan(arms.x0, arms.n0)


def _wald(p1: Floats, p0: Floats, n1: Floats, n0: Floats, confidence: float) -> IntervalEstimate:
    variance = divide_or_nan(p1 * (1 - p1), n1) + divide_or_nan(p0 * (1 - p0), n0)
    half = normal_quantile(confidence) * np.sqrt(variance)
    return estimated(p1 - p0, p1 - p0 - half, p1 - p0 + half)


def _score(arms: TwoArms, confidence: float, *, is_corrected: bool) -> IntervalEstimate:
    low, high = on_distinct_tables(
        arms,
        lambda some: difference_limits(some, confidence=confidence, is_corrected=is_corrected),
    )
    p1, p0 = _risks(arms)
    return estimated(p1 - p0, low, high)
