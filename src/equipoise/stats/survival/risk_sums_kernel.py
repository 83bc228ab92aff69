"""Risks of the subjects of one trial, and their sums over risk sets."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Floats, Integers

__all__ = ["fill_risks", "fill_terms", "sum_at_risk", "sum_in_intervals"]


@compiled
def fill_risks(
    time: Floats,
    x: Floats,
    extreme: Floats,
    coefficient: Floats,
    log_risk: Floats,
    risk: Floats,
) -> None:
    """Linear predictor of those in the trial, its largest value taken off, and exponential.

    Where it has two values only, as in a model of the arm alone, one exponential serves. What
    subjects that are out get says nothing: no risk set reaches back to them.
    """
    log_risk.fill(0.0)
    for one in range(len(x)):
        for place in range(len(time)):
            log_risk[place] += x[one, place] * coefficient[one]
    highest, lowest = -np.inf, np.inf
    if len(x) == 1:
        highest = max(extreme[0, 0] * coefficient[0], extreme[1, 0] * coefficient[0])
        lowest = min(extreme[0, 0] * coefficient[0], extreme[1, 0] * coefficient[0])
    else:
        for place in range(len(time)):
            if time[place] > -np.inf:
                highest = log_risk[place] if log_risk[place] > highest else highest
                lowest = log_risk[place] if log_risk[place] < lowest else lowest
    least, between = np.exp(lowest - highest), 0
    for place in range(len(time)):
        total = log_risk[place]
        between += (total != highest) & (total != lowest) & (time[place] > -np.inf)
        risk[place] = 1.0 if total == highest else least
        log_risk[place] = total - highest
    if between > 0:
        for place in range(len(time)):
            risk[place] = np.exp(log_risk[place])


@compiled
def fill_terms(risk: Floats, x: Floats, term: Floats) -> None:
    """Fill rows with r, with r x, and with r x x' row by row up to its diagonal."""
    at = 1 + len(x)
    for place in range(len(risk)):
        term[0, place] = risk[place]
    for one in range(len(x)):
        for place in range(len(risk)):
            term[1 + one, place] = risk[place] * x[one, place]
        for other in range(one + 1):
            for place in range(len(risk)):
                term[at, place] = term[1 + one, place] * x[other, place]
            at += 1


@compiled
def sum_at_risk(begin: Integers, above: Floats) -> None:
    """Turn terms into their sums from each place to the end of its stratum.

    Three rows at a time, since each sum waits for itself.
    """
    rows, after = len(above), len(begin)
    while after > 0:
        head = begin[after - 1]
        for row in range(0, rows - 2, 3):
            one, two, three = 0.0, 0.0, 0.0
            for place in range(after - 1, head - 1, -1):
                one += above[row, place]
                two += above[row + 1, place]
                three += above[row + 2, place]
                above[row, place], above[row + 1, place], above[row + 2, place] = one, two, three
        for row in range(rows - rows % 3, rows):
            one = 0.0
            for place in range(after - 1, head - 1, -1):
                one += above[row, place]
                above[row, place] = one
        after = head


@compiled
def sum_in_intervals(
    time: Floats, start: Floats, end: Integers, events: Integers, above: Floats
) -> None:
    """Turn the terms at events into sums over those at risk then, from the earliest event on.

    The first of the events tied gets the sum, and the second the sum without them.
    """
    i = 0
    while i < len(events):
        lead, border = events[i], end[events[i]]
        after = lead
        while i < len(events) and events[i] < border and time[events[i]] == time[lead]:
            i += 1
            after += 1
        for row in range(len(above)):
            tied, others = 0.0, 0.0
            for place in range(lead, after):
                tied += above[row, place]
            for place in range(after, border):
                if start[place] < time[lead]:
                    others += above[row, place]
            above[row, lead] = others + tied
            if after > lead + 1:
                above[row, lead + 1] = others
