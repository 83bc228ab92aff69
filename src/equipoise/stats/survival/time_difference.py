"""Mean times in each state of two arms compared.

The arms are independent, so the variance of a difference is the sum of their variances; limits
and test are normal, as those of restricted means, which this is for two states, free of the
event and after it (Royston, Parmar. BMC Med Res Methodol 2013; 13:152).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.state import State
from equipoise.stats.survival.door import read_level
from equipoise.stats.survival.limits import normal_quantile
from equipoise.stats.survival.multistate import TimeInState

__all__ = ["TimeDifference", "compare_times_in_state"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeDifference:
    """Difference of mean times in each state; fields are (..., states), in days.

    ``difference`` above 0: the experimental arm is longer in the state. ``p_value`` is
    two-sided, and NaN with ``z`` where neither arm varies.
    """

    difference: Floats
    standard_error: Floats
    ci_low: Floats
    ci_high: Floats
    z: Floats
    p_value: Floats
    state: NDArray[np.int8]


def compare_times_in_state(
    *, experimental: TimeInState, control: TimeInState, level: float = 0.95
) -> TimeDifference:
    """Compare the mean times in each state of two arms, up to the same horizon.

    Parameters
    ----------
    experimental, control : TimeInState
        Results of `time_in_state` of each arm, with the same states and horizon.
    level : float
        Confidence level. [1]

    Returns
    -------
    TimeDifference
        Not estimable where an arm is not. The differences of all states add up to 0.

    Raises
    ------
    DataError
        A level outside 0 to 1.
    """
    level = read_level(level)
    difference = experimental.mean - control.mean
    error = np.hypot(experimental.standard_error, control.standard_error)
    half = normal_quantile(level) * error
    z = divide_or_nan(difference, error)
    state = np.where(np.isnan(difference), State.NOT_ESTIMABLE, State.ESTIMATED)
    return TimeDifference(
        difference=difference,
        standard_error=error,
        ci_low=difference - half,
        ci_high=difference + half,
        z=z,
        p_value=2 * ndtr(-np.abs(z)),
        state=state.astype(np.int8),
    )
