"""An estimate with its confidence limits, as every interval of this folder returns it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from equipoise.stats.arrays import Bools, Floats, everywhere
from equipoise.stats.state import State, first_state

__all__ = ["IntervalEstimate", "estimated", "normal_quantile", "quotient", "state_where"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalEstimate:
    """Estimate and two-sided limits of each trial; every field has the shape of the batch.

    Attributes
    ----------
    estimate : float
        The point estimate; NaN where the counts do not determine one.
    ci_low, ci_high : float
        Confidence limits; 0 and infinity where those are the limits, NaN where the method has none.
    state : int8
        ESTIMATED: estimate and both limits are the answer. INFINITE: the estimate is infinite.
        NOT_ESTIMABLE: an arm is empty, the estimate is 0/0, or the method has no limits for
        these counts.
    """

    estimate: Floats
    ci_low: Floats
    ci_high: Floats
    state: NDArray[np.int8]


def estimated(estimate: Floats, ci_low: Floats, ci_high: Floats) -> IntervalEstimate:
    """Put an interval together and read its state from the numbers."""
    estimate, ci_low, ci_high = np.broadcast_arrays(estimate, ci_low, ci_high)
    is_missing = np.isnan(estimate) | np.isnan(ci_low) | np.isnan(ci_high)
    state = state_where(not_estimable=is_missing, infinite=np.isinf(estimate))
    return IntervalEstimate(estimate=estimate, ci_low=ci_low, ci_high=ci_high, state=state)


def state_where(*, not_estimable: Bools, infinite: Bools | None = None) -> NDArray[np.int8]:
    """States from conditions; an infinite estimate is named before a missing limit."""
    missing = (not_estimable, State.NOT_ESTIMABLE)
    return (
        first_state(missing)
        if infinite is None
        else first_state((infinite, State.INFINITE), missing)
    )


def normal_quantile(confidence: float) -> float:
    """Quantile of the standard normal that leaves half of ``1 - confidence`` above."""
    return float(-ndtri((1 - confidence) / 2))


def quotient(numerator: Floats, denominator: Floats) -> Floats:
    """Divide numbers of zero or more: x/0 is infinite, 0/0 is NaN."""
    if everywhere(denominator):
        return numerator / denominator
    without = np.where(numerator > 0, np.inf, np.nan)
    return np.divide(numerator, denominator, out=without, where=denominator > 0)
