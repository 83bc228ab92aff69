"""The exact conditional test of independence over strata, and the common odds ratio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats
from equipoise.stats.binary.conditional import conditional_odds_ratio
from equipoise.stats.binary.counts import TwoArms, distinct, read_strata
from equipoise.stats.binary.interval import state_where
from equipoise.stats.binary.mass import chunks, hypergeometric_log_rows, not_above_observed, tails

__all__ = ["CmhExactTest", "cmh_exact_test"]

_STEEPEST = 20.0
"""Largest log odds ratio at which masses are built; it centres them, it is no limit. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CmhExactTest:
    """Exact test over strata of each trial; fields have the leading shape.

    Attributes
    ----------
    statistic : float
        Events in the experimental arm, over all strata.
    p_two_sided, p_less, p_greater : float
        Probability, given the margins of every stratum, of sums at most as probable, as small,
        or as large.
    estimate, ci_low, ci_high : float
        Conditional maximum likelihood odds ratio common to the strata, with exact limits.
    state : int8
        INFINITE where the odds ratio is; NOT_ESTIMABLE, with a NaN estimate and limits 0 and
        infinity, where the margins leave one sum only.
    """

    statistic: Floats
    p_two_sided: Floats
    p_less: Floats
    p_greater: Floats
    estimate: Floats
    ci_low: Floats
    ci_high: Floats
    state: NDArray[np.int8]


def cmh_exact_test(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> CmhExactTest:
    """Test exactly whether the arms differ in risk, given the margins of each stratum.

    Parameters
    ----------
    x1, n1 : (..., strata) int
        Events and subjects of the experimental arm. NaN is refused.
    x0, n0 : (..., strata) int
        Events and subjects of the control arm; all four broadcast together.
    confidence : float
        Two-sided level of the limits.

    Returns
    -------
    CmhExactTest

    Raises
    ------
    DataError
        If a count is not a whole number, is negative or exceeds the size of its arm, shapes
        do not broadcast, there is no stratum, or ``confidence`` is not between 0 and 1.

    Notes
    -----
    The distribution of the sum is the convolution of the hypergeometric ones of the strata. R
    ``mantelhaen.test(exact = TRUE)`` has the same definitions, but its search for the odds
    ratio and the limits stops after about four digits; here they are solved to the last ones.
    Source: Mehta CR, Patel NR, Gray R. JASA 1985; 80(392):969-973.
    """
    arms = read_strata(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    if not arms.shape[-1]:
        raise DataError(Fault(where="x1", came="no stratum", wanted="one stratum or more"))
    leading = arms.shape[:-1]
    flat = np.concatenate(
        [column.reshape(-1, arms.shape[-1]).T for column in (arms.x1, arms.n1, arms.x0, arms.n0)]
    )
    trials, place = distinct(*flat)
    columns = _solve(trials.reshape(4, arms.shape[-1], -1), confidence)[:, place]
    two_sided, less, greater, estimate, low, high = columns.reshape(6, *leading)
    return CmhExactTest(
        statistic=np.sum(arms.x1, axis=-1),
        p_two_sided=two_sided,
        p_less=less,
        p_greater=greater,
        estimate=estimate,
        ci_low=low,
        ci_high=high,
        state=state_where(not_estimable=np.isnan(estimate), infinite=np.isinf(estimate)),
    )


def _solve(trials: Floats, confidence: float) -> Floats:
    """Six columns for each trial of (4, strata, trials)."""
    columns = np.empty((6, trials.shape[2]))
    if columns.size == 0:
        return columns
    x1, n1, x0, n0 = trials
    events = x1 + x0
    low = np.sum(np.maximum(0, events - n0), axis=0)
    last = (np.sum(np.minimum(n1, events), axis=0) - low).astype(np.int64)
    place = (np.sum(x1, axis=0) - low).astype(np.int64)
    for rows in chunks(columns.shape[1], int(np.max(last)) + 1):
        null = np.zeros((last[rows].size, int(np.max(last[rows])) + 1))
        log_mass = np.full_like(null, -np.inf)
        for row, trial in enumerate(np.moveaxis(trials[:, :, rows], 2, 0)):
            null[row, : last[rows][row] + 1], log_mass[row, : last[rows][row] + 1] = _masses(trial)
        columns[:3, rows] = _p_values(null, place[rows])
        solved = conditional_odds_ratio(
            log_mass, place[rows], last=last[rows], confidence=confidence
        )
        columns[3:, rows] = solved.estimate, solved.ci_low, solved.ci_high
    return columns


def _p_values(mass: Floats, place: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    below, observed, above = tails(mass, place)
    is_low, _ = not_above_observed(mass, observed)
    two_sided = np.minimum(1.0, np.sum(np.where(is_low, mass, 0.0), axis=1))
    return two_sided, np.minimum(1.0, below + observed), np.minimum(1.0, observed + above)


def _masses(trial: Floats) -> tuple[Floats, Floats]:
    """Masses of the sum under independence, and their logarithms, of one (4, strata) trial.

    The logarithms come from masses tilted to put the observed sum near the centre, so that
    none of those that matter for the odds ratio is lost to underflow.
    """
    x1, n1, x0, n0 = trial
    arms = TwoArms(x1=x1, n1=n1, x0=x0, n0=n0)
    rows, _ = hypergeometric_log_rows(arms.n1, arms.n0, arms.events)
    total = np.maximum(arms.total, 1)
    more = np.sum(x1 * (n0 - x0) / total) + 0.5
    fewer = np.sum((n1 - x1) * x0 / total) + 0.5
    tilt = float(np.clip(np.log(more / fewer), -_STEEPEST, _STEEPEST))
    null, tilted = np.ones(1), np.ones(1)
    for row in rows:
        support = row[np.isfinite(row)]
        shifted = support + tilt * np.arange(support.size)
        null = np.convolve(null, _normalised(support))
        tilted = np.convolve(tilted, _normalised(shifted))
    with np.errstate(divide="ignore"):
        return null, np.log(tilted) - tilt * np.arange(tilted.size)


def _normalised(log_mass: Floats) -> Floats:
    mass = np.exp(log_mass - np.max(log_mass))
    return np.asarray(mass / np.sum(mass))
