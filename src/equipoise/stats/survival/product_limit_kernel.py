"""The product limit, one subject after the other."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats

__all__ = ["product_limit"]


@compiled
def product_limit(
    time: Floats, event: Bools, entry: Floats
) -> tuple[Bools, Floats, Floats, Floats, Floats, Floats]:
    """Multiply the conditional survival of each event time.

    Parameters
    ----------
    time, event : (trials, subjects)
        By ascending time; those with time ``-inf`` are in no risk set.
    entry : (trials, subjects) float
        When subjects come under observation, ascending by itself: they are at risk after it.
        One row serves all trials.

    Returns
    -------
    is_first : (trials, subjects) bool
        First place of each time.
    at_risk, events : (trials, subjects) float
        At the time of each place.
    survival : (trials, subjects) float
        From the time of each place on.
    term : (trials, subjects) float
        d / (n (n - d)) at the first place of each time, infinite where all at risk have the
        event; 0 elsewhere.
    log_variance : (trials, subjects) float
        Sum of the terms up to each place.
    """
    trials, subjects = time.shape
    is_first = np.zeros(time.shape, dtype=np.bool_)
    at_risk, events = np.zeros(time.shape), np.zeros(time.shape)
    survival, term = np.ones(time.shape), np.zeros(time.shape)
    log_variance = np.zeros(time.shape)
    for trial in range(trials):
        row = trial % len(entry)
        place, entered, height, spread = 0, 0, 1.0, 0.0
        while place < subjects:
            first, died = place, 0.0
            while place < subjects and time[trial, place] == time[trial, first]:
                if event[trial, place]:
                    died += 1
                place += 1
            while entered < subjects and entry[row, entered] < time[trial, first]:
                entered += 1
            total = float(entered - first)
            if died > 0:
                height *= 1 - died / total
                term[trial, first] = died / (total * (total - died))
                spread += term[trial, first]
            is_first[trial, first] = True
            for tied in range(first, place):
                at_risk[trial, tied] = total
                events[trial, tied] = died
                survival[trial, tied] = height
                log_variance[trial, tied] = spread
    return is_first, at_risk, events, survival, term, log_variance
