"""Risk ratio (relative risk) of two arms, experimental over control."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.binary.counts import (
    TwoArms,
    on_distinct_tables,
    read_two_arms,
)
from equipoise.stats.binary.interval import IntervalEstimate, estimated, normal_quantile, quotient
from equipoise.stats.binary.score import ratio_limits

__all__ = ["risk_ratio_katz", "risk_ratio_koopman", "risk_ratio_miettinen_nurminen"]


def risk_ratio_miettinen_nurminen(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the risk ratio with score limits and the N/(N - 1) variance factor.

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
        ``estimate`` > 1: more events in the experimental arm. Without events in the
        experimental arm the low limit is 0; without events in control the high one is infinite
        and the state INFINITE. Without any event the estimate is NaN, the limits are 0 and
        infinity, the state NOT_ESTIMABLE; with an empty arm the limits are NaN too.

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


def risk_ratio_koopman(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the risk ratio with score limits without a variance factor.

    Parameters, Returns and Raises are those of :func:`risk_ratio_miettinen_nurminen`.

    Notes
    -----
    Source: Koopman PAR. Biometrics 1984; 40(2):513-517.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    return _score(arms, confidence, is_corrected=False)


def risk_ratio_katz(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the risk ratio with limits at z standard errors of its logarithm.

    Parameters and Raises are those of :func:`risk_ratio_miettinen_nurminen`.

    Returns
    -------
    IntervalEstimate
        Without events in an arm the standard error is infinite and the limits are NaN: the
        state is INFINITE where the ratio is, else NOT_ESTIMABLE.

    Notes
    -----
    The variance of the logarithm is 1/x1 - 1/n1 + 1/x0 - 1/n0.
    Source: Katz D, Baptista J, Azen SP, Pike MC. Biometrics 1978; 34(3):469-474, method C.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    estimate = _ratio(arms)
    variance = divide_or_nan(arms.n1 - arms.x1, arms.x1 * arms.n1) + divide_or_nan(
        arms.n0 - arms.x0, arms.x0 * arms.n0
    )
    spread = np.exp(normal_quantile(confidence) * np.sqrt(variance))
    return estimated(estimate, estimate / spread, estimate * spread)


def _ratio(arms: TwoArms) -> Floats:
    return quotient(arms.x1 * arms.n0, arms.x0 * arms.n1)


def _score(arms: TwoArms, confidence: float, *, is_corrected: bool) -> IntervalEstimate:
    low, high = on_distinct_tables(
        arms,
        lambda some: ratio_limits(some, confidence=confidence, is_corrected=is_corrected),
    )
    return estimated(_ratio(arms), low, high)
