"""The product limit, one subject after the other."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats

__all__ = ["multiply", "product_limit"]


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
        One row serves all trials, and a row without subjects says that all are from the begin.

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
    is_first = np.zeros(time.shape, dtype=np.bool_)
    at_risk, events = np.zeros(time.shape), np.zeros(time.shape)
    survival, term = np.ones(time.shape), np.zeros(time.shape)
    log_variance = np.zeros(time.shape)
    for trial in range(len(time)):
        multiply(
            time[trial],
            event[trial],
            entry[trial % len(entry)],
            is_first[trial],
            at_risk[trial],
            events[trial],
            survival[trial],
            term[trial],
            log_variance[trial],
        )
    return is_first, at_risk, events, survival, term, log_variance


@compiled
def multiply(
    time: Floats,
    event: Bools,
    entry: Floats,
    is_first: Bools,
    at_risk: Floats,
    events: Floats,
    survival: Floats,
    term: Floats,
    log_variance: Floats,
) -> None:
    """Fill what `product_limit` returns of one trial; all are at risk if ``entry`` is empty."""
    place, entered, height, spread = 0, 0, 1.0, 0.0
    while place < len(time):
        first, died = place, 0.0
        while place < len(time) and time[place] == time[first]:
            if event[place]:
                died += 1
            place += 1
        while entered < len(entry) and entry[entered] < time[first]:
            entered += 1
        if len(entry) == 0 and time[first] > -np.inf:
            entered = len(time)
        total = float(entered - first)
        one = 0.0
        if died > 0:
            height *= 1 - died / total
            one = died / (total * (total - died))
            spread += one
        for tied in range(first, place):
            is_first[tied] = tied == first
            at_risk[tied] = total
            events[tied] = died
            survival[tied] = height
            term[tied] = one if tied == first else 0.0
            log_variance[tied] = spread
