"""Odds ratio of two arms, experimental over control, with five kinds of limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.binary.conditional import conditional_odds_ratio
from equipoise.stats.binary.counts import (
    TwoArms,
    on_distinct_tables,
    read_two_arms,
)
from equipoise.stats.binary.interval import IntervalEstimate, estimated, normal_quantile, quotient
from equipoise.stats.binary.mass import chunks, hypergeometric_log_rows
from equipoise.stats.binary.score import odds_ratio_limits

__all__ = [
    "odds_ratio_conditional",
    "odds_ratio_cornfield",
    "odds_ratio_haldane_anscombe",
    "odds_ratio_miettinen_nurminen",
    "odds_ratio_woolf",
]


def odds_ratio_miettinen_nurminen(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the odds ratio with score limits and the N/(N - 1) variance factor.

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
        ``estimate`` > 1: higher odds in the experimental arm. A zero cell makes it 0 (and the
        low limit) or infinite (and the high limit; state INFINITE). Without any event, or any
        non-event, the estimate is NaN, the limits are 0 and infinity and the state is
        NOT_ESTIMABLE; with an empty arm the limits are NaN too.

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


def odds_ratio_cornfield(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the odds ratio with score limits without a variance or continuity correction.

    Parameters, Returns and Raises are those of :func:`odds_ratio_miettinen_nurminen`.

    Notes
    -----
    Source: Cornfield J. Proc. Third Berkeley Symposium 1956; 4:135-148.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    return _score(arms, confidence, is_corrected=False)


def odds_ratio_conditional(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the odds ratio by conditional maximum likelihood with exact limits.

    Parameters, Returns and Raises are those of :func:`odds_ratio_miettinen_nurminen`.

    Notes
    -----
    The limits are those of two one-sided exact tests at half of ``1 - confidence`` each. For a
    one-sided limit at level c give ``2 * c - 1``. The same quantities as R ``fisher.test``,
    whose root search stops after about four digits; here they are solved to the last ones.
    Sources: Cornfield 1956, as above; Fisher RA. JRSS 1935; 98(1):39-82.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    estimate, low, high = on_distinct_tables(arms, lambda some: _conditional(some, confidence))
    return estimated(estimate, low, high)


def odds_ratio_woolf(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the odds ratio with limits at z standard errors of its logarithm.

    Parameters and Raises are those of :func:`odds_ratio_miettinen_nurminen`.

    Returns
    -------
    IntervalEstimate
        With a zero cell the standard error is infinite and the limits are NaN: the state is
        INFINITE where the odds ratio is, else NOT_ESTIMABLE.

    Notes
    -----
    The variance of the logarithm is the sum of the reciprocals of the four cells.
    Source: Woolf B. Annals of Human Genetics 1955; 19(4):251-253.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    return _from_cells(_cells(arms), confidence)


def odds_ratio_haldane_anscombe(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> IntervalEstimate:
    """Estimate the odds ratio after adding 1/2 to each cell, with Woolf's limits.

    Parameters and Raises are those of :func:`odds_ratio_miettinen_nurminen`.

    Returns
    -------
    IntervalEstimate
        Finite for every table; NOT_ESTIMABLE where an arm is empty.

    Notes
    -----
    Sources: Haldane JBS. Annals of Human Genetics 1956; 20(4):309-311. Anscombe FJ.
    Biometrika 1956; 43(3/4):461-464.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    missing = np.where(arms.is_empty, np.nan, 0.5)
    return _from_cells(tuple(cell + missing for cell in _cells(arms)), confidence)


def _cells(arms: TwoArms) -> tuple[Floats, ...]:
    """Events and non-events of arm 1, then of arm 0."""
    return arms.x1, arms.n1 - arms.x1, arms.x0, arms.n0 - arms.x0


def _from_cells(cells: tuple[Floats, ...], confidence: float) -> IntervalEstimate:
    events1, others1, events0, others0 = cells
    estimate = quotient(events1 * others0, others1 * events0)
    variance = sum((divide_or_nan(1.0, cell) for cell in cells), start=np.zeros(()))
    spread = np.exp(normal_quantile(confidence) * np.sqrt(variance))
    return estimated(estimate, estimate / spread, estimate * spread)


def _score(arms: TwoArms, confidence: float, *, is_corrected: bool) -> IntervalEstimate:
    low, high = on_distinct_tables(
        arms,
        lambda some: odds_ratio_limits(some, confidence=confidence, is_corrected=is_corrected),
    )
    events1, others1, events0, others0 = _cells(arms)
    return estimated(quotient(events1 * others0, others1 * events0), low, high)


def _conditional(arms: TwoArms, confidence: float) -> tuple[Floats, ...]:
    columns = np.empty((3, arms.x1.size))
    width = int(np.max(np.minimum(arms.n1, arms.events), initial=0)) + 1
    for rows in chunks(arms.x1.size, width):
        some = arms.take(rows)
        log_mass, low = hypergeometric_log_rows(some.n1, some.n0, some.events)
        high = np.minimum(some.n1, some.events).astype(np.int64)
        solved = conditional_odds_ratio(
            log_mass, some.x1.astype(np.int64) - low, last=high - low, confidence=confidence
        )
        columns[:, rows] = solved.estimate, solved.ci_low, solved.ci_high
    return tuple(columns)
