"""Kaplan-Meier of sorted subjects with limits: read off at fixed times, or whole curves."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival.limits_kernel import limit
from equipoise.stats.survival.product_limit_kernel import multiply

__all__ = ["at_times", "curves"]

_EARLIEST = np.finfo(np.float64).min  # those before it are out


@compiled
def at_times(
    order: Integers,
    time: Floats,
    event: Bools,
    times: Floats,
    extended: int,
    scale: int,
    z: float,
) -> tuple[Floats, Integers]:
    """Read the curve of each trial off at fixed times.

    Parameters
    ----------
    order : (trials, subjects) int
        The subjects by ascending time.
    time, event : (trials, subjects)
        A subject with time ``-inf`` is in no risk set.
    times : (times,) float
    extended : int
        1 where the last estimate is said of later times, else 0.
    scale, z
        As in `limit`.

    Returns
    -------
    estimates : (4, trials, times) float
        Survival, its standard error, lower and upper limit; NaN where not estimable.
    counts : (2, trials, times) int
        At risk at the time, and events up to it.
    """
    trials, subjects = time.shape
    estimates = np.empty((4, trials, len(times)))
    counts = np.empty((2, trials, len(times)), dtype=np.int64)
    moment, survival, log_variance, at_risk, died, term = np.empty((6, subjects))
    events = np.empty(subjects, dtype=np.int64)
    is_event, is_first = np.empty(subjects, dtype=np.bool_), np.empty(subjects, dtype=np.bool_)
    everybody = np.empty(0)
    for trial in range(trials):
        number = 0
        for place in range(subjects):
            moment[place] = time[trial, order[trial, place]]
            is_event[place] = event[trial, order[trial, place]]
            number += is_event[place]
            events[place] = number
        multiply(moment, is_event, everybody, is_first, at_risk, died, survival, term, log_variance)
        has_anyone = moment[subjects - 1] > -np.inf
        for number in range(len(times)):
            known = np.searchsorted(moment, times[number], side="right")
            before = np.searchsorted(moment, max(times[number], _EARLIEST), side="left")
            height, spread, seen = 1.0, 0.0, 0
            if known > 0:
                height, spread, seen = (
                    survival[known - 1],
                    log_variance[known - 1],
                    events[known - 1],
                )
            if not (before < subjects or height == 0 or (extended > 0 and has_anyone)):
                height, spread = np.nan, np.nan
            error = np.sqrt(spread)
            low, high = limit(height, error, scale, z)
            estimates[0, trial, number], estimates[1, trial, number] = height, height * error
            estimates[2, trial, number], estimates[3, trial, number] = low, high
            counts[0, trial, number], counts[1, trial, number] = subjects - before, seen
    return estimates, counts


@compiled
def curves(
    order: Integers, time: Floats, event: Bools, scale: int, z: float
) -> tuple[Floats, Integers, Integers]:
    """Give the curve of each trial by its distinct times.

    Parameters
    ----------
    order, time, event : (trials, subjects)
        As in `at_times`.
    scale, z
        As in `limit`.

    Returns
    -------
    values : (8, trials, subjects) float
        Time, survival, standard errors of its logarithm and of itself, lower and upper limit,
        cumulative hazard and its standard error; NaN after the last distinct time.
    counts : (3, trials, subjects) int
        At risk, events, censored; 0 after the last distinct time.
    number : (trials,) int
        Number of distinct times.
    """
    trials, subjects = time.shape
    values = np.empty((8, trials, subjects))
    counts = np.empty((3, trials, subjects), dtype=np.int64)
    number = np.empty(trials, dtype=np.int64)
    moment, survival, log_variance, at_risk, died, term = np.empty((6, subjects))
    is_event, is_first = np.empty(subjects, dtype=np.bool_), np.empty(subjects, dtype=np.bool_)
    everybody = np.empty(0)
    for trial in range(trials):
        for place in range(subjects):
            moment[place] = time[trial, order[trial, place]]
            is_event[place] = event[trial, order[trial, place]]
        multiply(moment, is_event, everybody, is_first, at_risk, died, survival, term, log_variance)
        row, total, spread, error, low, high = -1, 0.0, 0.0, 0.0, 1.0, 1.0
        for place in range(subjects):
            if moment[place] == -np.inf:
                continue
            if not is_first[place]:
                counts[2, trial, row] += not is_event[place]
                continue
            if died[place] > 0:  # nothing else moves the curve
                error, hazard = np.sqrt(log_variance[place]), died[place] / at_risk[place]
                low, high = limit(survival[place], error, scale, z)
                total += hazard
                spread += hazard / at_risk[place]
            row += 1
            values[0, trial, row], values[1, trial, row] = moment[place], survival[place]
            values[2, trial, row], values[3, trial, row] = error, survival[place] * error
            values[4, trial, row], values[5, trial, row] = low, high
            values[6, trial, row], values[7, trial, row] = total, np.sqrt(spread)
            counts[0, trial, row], counts[1, trial, row] = int(at_risk[place]), int(died[place])
            counts[2, trial, row] = not is_event[place]
        number[trial] = row + 1
        values[:, trial, row + 1 :] = np.nan
        counts[:, trial, row + 1 :] = 0
    return values, counts, number
