"""Limits of a risk difference over strata that hold where strata are small or risks extreme.

All are limits of the Mantel-Haenszel difference: strata weigh n1 n0 / (n1 + n0). Where the
Mantel-Haenszel difference has Sato's standard error alone, its symmetric limits may pass 1.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Floats, Integers, divide_or_nan
from equipoise.stats.binary.counts import TwoArms, read_strata
from equipoise.stats.binary.interval import IntervalEstimate, estimated, normal_quantile
from equipoise.stats.binary.mantel_haenszel import divide_or_zero, sato_terms
from equipoise.stats.binary.one_proportion import wilson_limits
from equipoise.stats.roots import bracketed_root

__all__ = [
    "stratified_difference_klingenberg",
    "stratified_difference_miettinen_nurminen",
    "stratified_difference_newcombe",
]


def stratified_difference_miettinen_nurminen(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the risk difference over strata with score limits.

    Parameters
    ----------
    x1, n1 : (..., strata) int
        Events and subjects of the experimental arm. NaN is refused; a stratum in which an arm
        is empty adds nothing.
    x0, n0 : (..., strata) int
        Events and subjects of the control arm; all four broadcast together.
    confidence : float
        Two-sided level of the limits.

    Returns
    -------
    IntervalEstimate
        ``estimate`` > 0: more events in the experimental arm. NOT_ESTIMABLE where no stratum
        has both arms.

    Raises
    ------
    DataError
        If a count is not a whole number, is negative or exceeds the size of its arm, shapes
        do not broadcast, there is no axis of strata, or ``confidence`` is not between 0 and 1.

    Notes
    -----
    A limit d solves (estimate - d)^2 = z^2 sum of w^2 V(d), w the weights that sum to 1 and V(d)
    the variance of each stratum at its likeliest risks under d, times N / (N - 1). One stratum
    gives :func:`risk_difference_miettinen_nurminen`. Source: Miettinen O, Nurminen M. Statistics
    in Medicine 1985; 4(2):213-226, with Mantel-Haenszel weights, as R ``lrstat`` and ``cardx``
    take, in place of their iterated ones.
    """
    arms, weight = _read(x1, n1, x0, n0, confidence)
    arms = _filled(arms)
    estimate = _difference(arms, weight)
    trials = TwoArms(x1=_rows(arms.x1), n1=_rows(arms.n1), x0=_rows(arms.x0), n0=_rows(arms.n0))
    low, high = _score_limits(trials, _rows(weight), np.ravel(estimate), confidence)
    return estimated(estimate, low.reshape(estimate.shape), high.reshape(estimate.shape))


def stratified_difference_newcombe(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the risk difference over strata with limits built from those of the two risks.

    Parameters, Returns and Raises are those of
    :func:`stratified_difference_miettinen_nurminen`.

    Notes
    -----
    Wilson's limits of each stratum, at a quantile shrunk so that their weighted sum has the
    level, give limits of the weighted risk of an arm; the difference goes from there as
    Newcombe's does, to which one stratum comes down. Where every risk of an arm is 0 or 1, the
    quantile is that for equal risks. Source: Yan X, Su XG. Statistics in Biopharmaceutical
    Research 2010; 2(3):329-335, with Mantel-Haenszel weights (SAS ``COMMONRISKDIFF(CL=NEWCOMBE)``).
    """
    arms, weight = _read(x1, n1, x0, n0, confidence)
    arms = _filled(arms)
    z = normal_quantile(confidence)
    low1, high1 = _weighted_wilson(arms.x1, arms.n1, weight, z)
    low0, high0 = _weighted_wilson(arms.x0, arms.n0, weight, z)
    share1, share0 = _sum(weight**2 / arms.n1), _sum(weight**2 / arms.n0)
    estimate = _difference(arms, weight)
    below = share1 * low1 * (1 - low1) + share0 * high0 * (1 - high0)
    above = share1 * high1 * (1 - high1) + share0 * low0 * (1 - low0)
    return estimated(estimate, estimate - z * np.sqrt(below), estimate + z * np.sqrt(above))


def stratified_difference_klingenberg(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the risk difference over strata with limits that Sato's variance does not reject.

    Parameters, Returns and Raises are those of
    :func:`stratified_difference_miettinen_nurminen`; NOT_ESTIMABLE also where the variance is
    below zero at every difference.

    Notes
    -----
    Sato's variance is P d + Q; it is taken at the limit d itself, which then solves a quadratic.
    Source: Klingenberg B. Statistics in Medicine 2014; 33(17):2968-2983 (SAS
    ``COMMONRISKDIFF(CL=KLINGENBERG)``).
    """
    arms, weight = _read(x1, n1, x0, n0, confidence)
    slope, constant = sato_terms(arms)
    estimate = _difference(_filled(arms), weight)
    square = normal_quantile(confidence) ** 2
    middle = estimate + square * slope / 2
    under = middle**2 - estimate**2 + square * constant
    half = np.sqrt(np.where(under >= 0, under, np.nan))
    return estimated(estimate, np.maximum(middle - half, -1), np.minimum(middle + half, 1))


def _read(
    x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float
) -> tuple[TwoArms, Floats]:
    """Read the strata and their weights, which sum to 1; NaN where no stratum has both arms."""
    arms = read_strata(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    weight = divide_or_zero(arms.n1 * arms.n0, arms.total)
    return arms, divide_or_nan(weight, weight.sum(axis=-1, keepdims=True))


def _filled(arms: TwoArms) -> TwoArms:
    """Put one subject into each arm of a stratum that weighs nothing, so that its risks exist."""
    empty = arms.is_empty
    return TwoArms(
        x1=np.where(empty, 0.0, arms.x1),
        n1=np.where(empty, 1.0, arms.n1),
        x0=np.where(empty, 0.0, arms.x0),
        n0=np.where(empty, 1.0, arms.n0),
    )


def _sum(strata: Floats) -> Floats:
    return np.asarray(strata.sum(axis=-1))


def _difference(arms: TwoArms, weight: Floats) -> Floats:
    return _sum(weight * (arms.x1 / arms.n1 - arms.x0 / arms.n0))


def _rows(strata: Floats) -> Floats:
    return np.ascontiguousarray(strata.reshape(-1, strata.shape[-1]))


def _weighted_wilson(x: Floats, n: Floats, weight: Floats, z: float) -> tuple[Floats, Floats]:
    """Limits of the weighted risk of an arm (Yan and Su, section 2)."""
    variance = x / n * (1 - x / n) / n
    is_flat = _sum(weight * variance) == 0
    variance = np.where(is_flat[..., None], 1 / n, variance)
    shrunk = z * divide_or_nan(np.sqrt(_sum(weight**2 * variance)), _sum(weight * variance**0.5))
    low, high = wilson_limits(x, n, shrunk[..., None])
    return _sum(weight * low), _sum(weight * high)


def _score_limits(
    arms: TwoArms, weight: Floats, estimate: Floats, confidence: float
) -> tuple[Floats, Floats]:
    """Solve for both limits of each trial; arrays are (trials, strata) and (trials,)."""
    known = np.flatnonzero(~np.isnan(estimate))
    factor = np.square(weight) * arms.total / (arms.total - 1)
    z = normal_quantile(confidence)

    def excess(difference: Floats, problem: Integers) -> Floats:
        """Distance from the estimate beyond what the level allows; none allows less than 0."""
        trial = known[problem]
        variance = _sum(factor[trial] * _variance(arms.take(trial), difference[:, None]))
        gap = np.abs(estimate[trial] - difference)
        is_apart = gap > 0
        allowed = z**2 * variance / np.where(is_apart, gap, 1.0)
        return np.where(is_apart, gap - allowed, -np.inf)

    limits = np.full((2, estimate.size), np.nan)
    for side, edge in enumerate((-1.0, 1.0)):
        far = np.full(known.size, edge)
        root = bracketed_root(excess, far, estimate[known])
        limits[side, known] = np.where(estimate[known] == edge, edge, root)
    return limits[0], limits[1]


def _variance(arms: TwoArms, difference: Floats) -> Floats:
    """Variance of the difference of each stratum at its likeliest risks under a difference."""
    kernel = _kernel()
    columns = (arms.x1, arms.n1, arms.x0, arms.n0, np.broadcast_to(difference, arms.shape))
    risks = kernel.restricted_risks(kernel.DIFFERENCE, *(np.ravel(one) for one in columns))
    p1, q1, p0, q0 = (one.reshape(arms.shape) for one in risks)
    return np.asarray(p1 * q1 / arms.n1 + p0 * q0 / arms.n0)


def _kernel() -> ModuleType:
    # Loading the compiler takes a moment, which only who asks for score limits should pay for.
    from equipoise.stats.binary import score_kernel

    return score_kernel
