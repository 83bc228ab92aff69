"""Runs of tied times and of strata, one subject after the other."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats, Integers

__all__ = ["count_stratum", "find_runs", "find_strata", "runs"]


@compiled
def runs(
    order: Integers, time: Floats, stratum: Integers, event: Bools
) -> tuple[Floats, Integers, Integers, Integers, Integers]:
    """Sort the times, and find the ends of the tie and of the stratum that each place is in.

    Parameters
    ----------
    order : (trials, places) int
        The subjects by stratum and, within it, by ascending time. Of a time, those with an event
        are brought before those without.
    time, stratum : (trials, subjects)
        One row of strata, all the same, serves all trials.
    event : (trials, subjects) bool
        One row without subjects where the order within a time does not matter.

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
        if trial < rows:
            find_strata(order[trial], stratum[row], begin[row], end[row])
        find_runs(
            order[trial],
            time[trial],
            event[trial % len(event)],
            end[row],
            sorted_time[trial],
            first[trial],
            last[trial],
        )
    return sorted_time, first, last, begin, end


@compiled
def find_runs(
    order: Integers,
    time: Floats,
    event: Bools,
    end: Integers,
    sorted_time: Floats,
    first: Integers,
    last: Integers,
) -> None:
    """Fill in the sorted times of one trial and the ends of the tie of each place; see `runs`."""
    for place in range(len(order)):
        sorted_time[place] = time[order[place]]
    lead = 0
    while lead < len(order):
        after, border = lead + 1, end[lead]
        while after < border and sorted_time[after] == sorted_time[lead]:
            after += 1
        died = lead
        for place in range(lead, after):
            if len(event) > 0:
                who = order[place]
                order[place], order[died] = order[died], who
                died += event[who]
            first[place] = lead
            last[place] = after - 1
        lead = after


@compiled
def find_strata(order: Integers, stratum: Integers, begin: Integers, end: Integers) -> None:
    """Fill in where the stratum of each place begins and ends."""
    head = 0
    while head < len(order):
        border = head + 1
        while border < len(order) and stratum[order[border]] == stratum[order[head]]:
            border += 1
        begin[head:border] = head
        end[head:border] = border
        head = border


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
