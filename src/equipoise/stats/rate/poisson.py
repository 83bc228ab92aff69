"""Rate of events in a person-time, with exact limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainccinv, gammaincinv

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.binary.interval import IntervalEstimate, estimated
from equipoise.stats.door import Door

__all__ = ["check_seen", "event_rate", "read_rate"]


def event_rate(*, events: ArrayLike, time: ArrayLike, confidence: float = 0.95) -> IntervalEstimate:
    """Estimate a rate with the exact limits of a Poisson count.

    Parameters
    ----------
    events : (...) int
        Events seen. NaN is refused.
    time : (...) float
        Person-time in which they were seen, in any unit; the rate is per that unit.
    confidence : float
        Two-sided level of the limits.

    Returns
    -------
    IntervalEstimate
        The low limit is 0 without events. NOT_ESTIMABLE, and NaN, where there is no time.

    Raises
    ------
    DataError
        If a count is not whole or is negative, a time is negative, events were seen in no time,
        shapes do not broadcast, or ``confidence`` is not between 0 and 1.

    Notes
    -----
    Quantiles of gamma distributions with shape x and x + 1, over the time.
    Source: Garwood F. Biometrika 1936; 28(3/4):437-442. R ``poisson.test``.
    """
    door = Door()
    count, spent = read_rate(door, events, time, suffix="")
    door.level("confidence", confidence)
    lead = door.close()
    count, spent = np.broadcast_to(count, lead), np.broadcast_to(spent, lead)
    check_seen(door, count, spent, suffix="")
    half = (1 - confidence) / 2
    low = np.where(count == 0, 0.0, gammaincinv(np.maximum(count, 1), half))
    return estimated(
        divide_or_nan(count, spent),
        divide_or_nan(low, spent),
        divide_or_nan(gammainccinv(count + 1, half), spent),
    )


def read_rate(
    door: Door, events: ArrayLike, time: ArrayLike, *, suffix: str
) -> tuple[Floats, Floats]:
    """Read a count of events and the time it was seen in; names end with the arm's suffix."""
    count = door.numbers(f"events{suffix}", events, low=0, whole=True)
    return count, door.numbers(f"time{suffix}", time, low=0)


def check_seen(door: Door, count: Floats, spent: Floats, *, suffix: str) -> None:
    """Refuse events that were seen in no time."""
    is_wrong = (count > 0) & (spent == 0)
    came = f"{np.count_nonzero(is_wrong)} counts above zero in no time"
    door.wants(
        not np.any(is_wrong), where=f"events{suffix}", came=came, wanted="time above zero with them"
    )
    door.close()
