"""Ratio of two rates: exact, given the total number of events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainccinv, betaincinv

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.binary.interval import estimated, quotient
from equipoise.stats.binary.one_proportion import binomial_test
from equipoise.stats.door import Door
from equipoise.stats.rate.poisson import check_seen, read_rate

__all__ = ["RateRatio", "rate_ratio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRatio:
    """Ratio of two rates of each trial, experimental over control; fields have the batch's shape.

    Attributes
    ----------
    estimate, ci_low, ci_high : float
        The ratio and its exact limits: 0 and infinity where an arm has no event.
    p_two_sided : float
        Of equal rates: probability of all splits of the events at most as probable as that seen.
    p_less, p_greater : float
        Against a ratio of at least, or at most, 1.
    state : int8
        INFINITE where only the control has no event. NOT_ESTIMABLE, and no estimate, without
        any event, or where an arm has no time: there the limits and p values are NaN too.
    """

    estimate: Floats
    ci_low: Floats
    ci_high: Floats
    p_two_sided: Floats
    p_less: Floats
    p_greater: Floats
    state: NDArray[np.int8]


def rate_ratio(
    *,
    events1: ArrayLike,
    time1: ArrayLike,
    events0: ArrayLike,
    time0: ArrayLike,
    confidence: float = 0.95,
) -> RateRatio:
    """Compare two rates of Poisson events.

    Parameters
    ----------
    events1, time1 : (...) int, (...) float
        Events of the experimental arm and the person-time they were seen in. NaN is refused.
    events0, time0 : (...) int, (...) float
        Those of the control arm, in the same unit of time; all four broadcast together.
    confidence : float
        Two-sided level of the limits.

    Returns
    -------
    RateRatio

    Raises
    ------
    DataError
        As :func:`event_rate`.

    Notes
    -----
    Given the total of events, those of the experimental arm are binomial with the probability
    r t1 / (r t1 + t0) at the ratio r. The limits are those of Clopper and Pearson for that
    probability, carried over to r; the odds of a limit are taken from both tails, so that
    neither loses digits near 1.
    Source: Przyborowski J, Wilenski H. Biometrika 1940; 31(3/4):313-323. R ``poisson.test``.
    """
    door = Door()
    x1, t1 = read_rate(door, events1, time1, suffix="1")
    x0, t0 = read_rate(door, events0, time0, suffix="0")
    door.level("confidence", confidence)
    lead = door.close()
    x1, t1, x0, t0 = (np.broadcast_to(value, lead) for value in (x1, t1, x0, t0))
    check_seen(door, x1, t1, suffix="1")
    check_seen(door, x0, t0, suffix="0")

    has_time = (t1 > 0) & (t0 > 0)
    unknown = np.where(has_time, 0.0, np.nan)
    found = estimated(
        quotient(x1 * t0, x0 * t1) + unknown, *_limits(x1, x0, (1 - confidence) / 2, t1, t0)
    )
    share = np.where(has_time, divide_or_nan(t1, t1 + t0), 0.5)
    tested = binomial_test(x=x1, n=x1 + x0, probability=share)
    return RateRatio(
        estimate=found.estimate,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        p_two_sided=tested.p_two_sided + unknown,
        p_less=tested.p_less + unknown,
        p_greater=tested.p_greater + unknown,
        state=found.state,
    )


def _limits(x1: Floats, x0: Floats, half: float, t1: Floats, t0: Floats) -> tuple[Floats, Floats]:
    """Odds of the binomial limits times the ratio of the times."""
    one, zero = np.maximum(x1, 1), np.maximum(x0, 1)
    low = betaincinv(one, x0 + 1, half) / betainccinv(x0 + 1, one, half)
    high = betainccinv(x1 + 1, zero, half) / betaincinv(zero, x1 + 1, half)
    times = divide_or_nan(t0, t1) + np.where(t0 > 0, 0.0, np.nan)
    unknown = np.where(np.isnan(times), np.nan, 0.0)
    return (
        np.where(x1 == 0, 0.0, low * times) + unknown,
        np.where(x0 == 0, np.inf, high * times) + unknown,
    )
