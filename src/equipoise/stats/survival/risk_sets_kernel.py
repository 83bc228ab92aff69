"""Runs of tied times and of strata, one subject after the other."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Floats, Integers

__all__ = ["count_stratum", "runs"]


@compiled
def runs(
    order: Integers, time: Floats, stratum: Integers
) -> tuple[Floats, Integers, Integers, Integers, Integers]:
    """Sort the times, and find the ends of the tie and of the stratum that each place is in.

    Parameters
    ----------
    order : (trials, places) int
        The subjects by stratum and, within it, by ascending time.
    time, stratum : (trials, subjects)
        One row of strata, all the same, serves all trials.

    Returns
    -------
    time : (trials, places) float
        Sorted.
    first, last : (trials, places) int
        First and last place with the same time in the same stratum.
    begin, end : (trials, places) int
        First place of the stratum, and the place after its last; one row where it serves all.
    """
    trials, places = order.shape
    rows = min(len(stratum), trials)
    sorted_time = np.empty(order.shape)
    first, last = np.empty(order.shape, dtype=np.int64), np.empty(order.shape, dtype=np.int64)
    begin = np.empty((rows, places), dtype=np.int64)
    end = np.empty((rows, places), dtype=np.int64)
    for trial in range(trials):
        row = trial % rows
        lead, head = 0, 0
        for place in range(places):
            who, before = order[trial, place], order[trial, max(place, 1) - 1]
            sorted_time[trial, place] = time[trial, who]
            if stratum[row, who] != stratum[row, before]:
                lead, head = place, place
            elif time[trial, who] != time[trial, before]:
                lead = place
            first[trial, place] = lead
            begin[row, place] = head
        tail, border = places - 1, places
        for place in range(places - 1, -1, -1):
            last[trial, place] = tail
            end[row, place] = border
            if first[trial, place] == place:
                tail = place - 1
            if begin[row, place] == place:
                border = place
    return sorted_time, first, last, begin, end


@compiled
def count_stratum(
    order: Integers,
    time: Floats,
    group: Integers,
    stratum: Integers,
    begin: int,
    at_risk: Floats,
) -> int:
    """Count into ``at_risk`` the groups of the stratum that begins at a place; return its end.

    ``order`` holds the subjects of one trial by stratum; those with time ``-inf`` are not counted.
    """
    at_risk.fill(0.0)
    end = begin
    while end < len(order) and stratum[order[end]] == stratum[order[begin]]:
        if time[order[end]] > -np.inf:
            at_risk[group[order[end]]] += 1
        end += 1
    return end
