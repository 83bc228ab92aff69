"""One proportion: confidence intervals and the exact test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincc, betainccinv, betaincinv

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats, as_floats, broadcast, divide_or_nan
from equipoise.stats.binary.counts import distinct, read_one_arm
from equipoise.stats.binary.interval import (
    IntervalEstimate,
    estimated,
    normal_quantile,
    state_where,
)
from equipoise.stats.binary.mass import binomial_rows, chunks, not_above_observed

__all__ = [
    "BinomialTest",
    "binomial_test",
    "proportion_agresti_coull",
    "proportion_clopper_pearson",
    "proportion_jeffreys",
    "proportion_wald",
    "proportion_wilson",
    "proportion_wilson_corrected",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BinomialTest:
    """Exact binomial test of each trial; fields have the shape of the batch, NaN where n = 0.

    ``p_less`` is the probability of ``x`` events or fewer, ``p_greater`` of ``x`` or more,
    ``p_two_sided`` of all counts that are at most as probable as ``x``.
    """

    p_two_sided: Floats
    p_less: Floats
    p_greater: Floats
    state: NDArray[np.int8]


def proportion_clopper_pearson(
    *, x: ArrayLike, n: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate a proportion with exact limits.

    Parameters
    ----------
    x, n : (...) int
        Events and subjects; broadcast together. NaN is refused.
    confidence : float
        Two-sided level. For a one-sided bound at level c give ``2 * c - 1``.

    Returns
    -------
    IntervalEstimate
        NOT_ESTIMABLE where n = 0.

    Raises
    ------
    DataError
        If a count is not a whole number, is negative or exceeds its size, or ``confidence``
        is not between 0 and 1.

    Notes
    -----
    The low limit is the alpha/2 quantile of Beta(x, n - x + 1) and 0 at x = 0; the high one
    leaves alpha/2 above in Beta(x + 1, n - x) and is 1 at x = n.
    Source: Clopper CJ, Pearson ES. Biometrika 1934; 26(4):404-413. R ``binom.test``.
    """
    x, n = read_one_arm(x=x, n=n, confidence=confidence)
    half = (1 - confidence) / 2
    low = np.where(x == 0, 0.0, betaincinv(np.maximum(x, 1), n - x + 1, half))
    high = np.where(x == n, 1.0, betainccinv(x + 1, np.maximum(n - x, 1), half))
    return _of(x, n, low, high)


def proportion_jeffreys(
    *, x: ArrayLike, n: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate a proportion with limits from the posterior under Jeffreys' prior.

    Parameters, Returns and Raises are those of :func:`proportion_clopper_pearson`.

    Notes
    -----
    Quantiles of Beta(x + 1/2, n - x + 1/2); the low limit is 0 at x = 0, the high 1 at x = n.
    Source: Brown LD, Cai TT, DasGupta A. Statistical Science 2001; 16(2):101-133, section 3.
    """
    x, n = read_one_arm(x=x, n=n, confidence=confidence)
    half = (1 - confidence) / 2
    low = np.where(x == 0, 0.0, betaincinv(x + 0.5, n - x + 0.5, half))
    high = np.where(x == n, 1.0, betainccinv(x + 0.5, n - x + 0.5, half))
    return _of(x, n, low, high)


def proportion_wilson(*, x: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> IntervalEstimate:
    """Estimate a proportion with the limits of the score test.

    Parameters, Returns and Raises are those of :func:`proportion_clopper_pearson`.

    Notes
    -----
    Source: Wilson EB. JASA 1927; 22(158):209-212. R ``prop.test(correct = FALSE)``.
    """
    x, n = read_one_arm(x=x, n=n, confidence=confidence)
    low, high = wilson_limits(x, n, normal_quantile(confidence))
    return _of(x, n, low, high)


def proportion_wilson_corrected(
    *, x: ArrayLike, n: ArrayLike, confidence: float = 0.95, correction: ArrayLike = 0.5
) -> IntervalEstimate:
    """Estimate a proportion with the limits of the score test corrected for continuity.

    Parameters
    ----------
    x, n, confidence
        As in :func:`proportion_clopper_pearson`.
    correction : (...) float
        How many events the observed count is moved outwards at each limit. [event]
        R ``prop.test`` takes ``min(0.5, |x - n p|)`` with p the proportion it tests (1/2
        unless told), so that its interval depends on the null; here it does not unless asked.

    Returns
    -------
    IntervalEstimate
        NOT_ESTIMABLE where n = 0.

    Raises
    ------
    DataError
        As :func:`proportion_clopper_pearson`; or if ``correction`` is not within 0 and 1/2.

    Notes
    -----
    The low limit is 0 where the moved count is not above zero, the high one 1 where it is
    not below n.
    Source: Newcombe RG. Statistics in Medicine 1998; 17:857-872, method 4.
    """
    x, n = read_one_arm(x=x, n=n, confidence=confidence)
    shift = as_floats("correction", correction)
    if not np.all((shift >= 0) & (shift <= 0.5)):
        raise DataError(Fault(where="correction", came=f"{correction!r}", wanted="0 to 0.5"))
    broadcast(x=x, correction=shift)
    x, n, shift = np.broadcast_arrays(x, n, shift)
    z = normal_quantile(confidence)
    low, _ = wilson_limits(np.maximum(x - shift, 0.0), n, z)
    _, high = wilson_limits(np.minimum(x + shift, n), n, z)
    return _of(x, n, np.where(x <= shift, 0.0, low), np.where(x + shift >= n, 1.0, high))


def proportion_wald(*, x: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> IntervalEstimate:
    """Estimate a proportion with the textbook limits: estimate -/+ z standard errors.

    Parameters, Returns and Raises are those of :func:`proportion_clopper_pearson`. Limits are
    given as the formula has them: past 0 or 1, and of no width at x = 0 and x = n. Kept for
    comparison with publications; its coverage is poor (Brown, Cai, DasGupta 2001, section 2).
    """
    x, n = read_one_arm(x=x, n=n, confidence=confidence)
    share = divide_or_nan(x, n)
    half = normal_quantile(confidence) * np.sqrt(divide_or_nan(share * (1 - share), n))
    return _of(x, n, share - half, share + half)


def proportion_agresti_coull(
    *, x: ArrayLike, n: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate a proportion with Wald limits after adding z²/2 events and as many non-events.

    Parameters, Returns and Raises are those of :func:`proportion_clopper_pearson`. ``estimate``
    is x / n, not the middle of the interval; limits may pass 0 or 1.

    Notes
    -----
    Source: Agresti A, Coull BA. The American Statistician 1998; 52(2):119-126.
    """
    x, n = read_one_arm(x=x, n=n, confidence=confidence)
    z = normal_quantile(confidence)
    size = n + z**2
    middle = (x + z**2 / 2) / size
    half = z * np.sqrt(middle * (1 - middle) / size)
    return _of(x, n, middle - half, middle + half)


def binomial_test(*, x: ArrayLike, n: ArrayLike, probability: ArrayLike) -> BinomialTest:
    """Test exactly whether events have the given probability.

    Parameters
    ----------
    x, n : (...) int
        Events and subjects.
    probability : (...) float
        The probability under the null, strictly between 0 and 1. Broadcasts with the counts.

    Returns
    -------
    BinomialTest
        NOT_ESTIMABLE where n = 0.

    Raises
    ------
    DataError
        If a count is wrong or a probability is not between 0 and 1.

    Notes
    -----
    The two-sided p value sums the counts that are at most as probable as the observed one,
    equal up to a relative 1e-7, as R ``binom.test`` does.
    """
    x, n = read_one_arm(x=x, n=n)
    null = as_floats("probability", probability)
    if not np.all((null > 0) & (null < 1)):
        wanted = "numbers strictly between 0 and 1"
        raise DataError(Fault(where="probability", came=f"{probability!r}", wanted=wanted))
    broadcast(x=x, probability=null)
    x, n, null = np.broadcast_arrays(x, n, null)
    levels, level = np.unique(null, return_inverse=True)
    (events, size, which), place = distinct(x, n, level.reshape(x.shape).astype(np.float64))
    chosen = levels[which.astype(np.int64)]
    two_sided = _binomial_two_sided(events, size, chosen)[place].reshape(x.shape)
    is_empty = n == 0
    less = np.where(x == n, 1.0, betaincc(x + 1, np.maximum(n - x, 1), null))
    greater = np.where(x == 0, 1.0, betainc(np.maximum(x, 1), n - x + 1, null))
    return BinomialTest(
        p_two_sided=np.where(is_empty, np.nan, two_sided),
        p_less=np.where(is_empty, np.nan, less),
        p_greater=np.where(is_empty, np.nan, greater),
        state=state_where(not_estimable=is_empty),
    )


def wilson_limits(x: Floats, n: Floats, z: float | Floats) -> tuple[Floats, Floats]:
    """Limits of the score test of one proportion; NaN where n = 0."""
    share = divide_or_nan(x, n)
    middle = divide_or_nan(x + z**2 / 2, n + z**2)
    inner = n * share * (1 - share) + z**2 / 4
    half = z * np.sqrt(inner) / (n + z**2)
    low = np.where(x == 0, 0.0, middle - half)
    high = np.where(x == n, 1.0, middle + half)
    return np.where(n == 0, np.nan, low), np.where(n == 0, np.nan, high)


def _binomial_two_sided(x: Floats, n: Floats, probability: Floats) -> Floats:
    p_value = np.ones(x.shape)
    width = int(np.max(n, initial=0)) + 1
    for rows in chunks(x.size, width):
        mass = binomial_rows(n[rows], probability[rows])
        here = x[rows].astype(np.int64)[:, None]
        observed = np.take_along_axis(mass, here, axis=1)[:, 0]
        is_low, _ = not_above_observed(mass, observed)
        p_value[rows] = np.minimum(1.0, np.sum(np.where(is_low, mass, 0.0), axis=1))
    return p_value


def _of(x: Floats, n: Floats, low: Floats, high: Floats) -> IntervalEstimate:
    is_empty = n == 0
    return estimated(
        divide_or_nan(x, n), np.where(is_empty, np.nan, low), np.where(is_empty, np.nan, high)
    )
