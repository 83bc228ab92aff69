"""Runs of tied times and of strata, one subject after the other."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Floats, Integers

__all__ = ["count_stratum", "runs"]


@compiled
def runs(time: Floats, stratum: Integers) -> tuple[Integers, Integers, Integers, Integers]:
    """Find the ends of the tie and of the stratum that each place is in.

    Parameters
    ----------
    time, stratum : (trials, places)
        Sorted by stratum, then by time; one row of strata serves all trials.

    Returns
    -------
    first, last : (trials, places) int
        First and last place with the same time in the same stratum.
    begin, end : (trials, places) int
        First place of the stratum, and the place after its last.
    """
    trials, places = time.shape
    first, last = np.zeros(time.shape, dtype=np.int64), np.zeros(time.shape, dtype=np.int64)
    begin, end = np.zeros(time.shape, dtype=np.int64), np.zeros(time.shape, dtype=np.int64)
    for trial in range(trials):
        row = trial % len(stratum)
        lead, head = 0, 0
        for place in range(places):
            if stratum[row, place] != stratum[row, head]:
                lead, head = place, place
            elif time[trial, place] != time[trial, lead]:
                lead = place
            first[trial, place] = lead
            begin[trial, place] = head
        tail, border = places - 1, places
        for place in range(places - 1, -1, -1):
            last[trial, place] = tail
            end[trial, place] = border
            if first[trial, place] == place:
                tail = place - 1
            if begin[trial, place] == place:
                border = place
    return first, last, begin, end


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
