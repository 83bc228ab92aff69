"""The partial likelihood of the Cox model: sums over risk sets, one trial after the other."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats, Integers

__all__ = ["arrange", "arrange_one", "evaluate", "evaluate_one", "workspace"]

_TINY = np.finfo(np.float64).tiny
_SMALL, _LARGE = 1e-150, 1e150  # a product between them can take one factor more


@compiled
def arrange(
    order: Integers, first: Integers, time: Floats, event: Bools, x: Floats, efron: int
) -> tuple[Floats, Integers, Integers, Integers]:
    """Bring covariates into the order of the risk sets, and list events and ties of events.

    Parameters
    ----------
    order, first, time : (trials, places)
        As in `RiskSets`, of a time those with an event before the others.
    event : (trials, subjects) bool
    x : (trials, subjects, covariates) float
    efron : bool
        True where tied events leave the risk set by and by; False after Breslow.

    Returns
    -------
    x : (trials, covariates, places) float
        Less their mean, which changes no coefficient and keeps digits; 0 for subjects out.
    events : (trials, 2, places) int
        Places of the events, ascending, and the place from which on each has its risk set.
    ties : (trials, 2, places) int
        First place, and place after the last, of the events that are tied with others.
    count : (trials, 2) int
        How many events and how many ties of them are listed; the rest of the lists is 0.
    """
    trials, places, size = x.shape
    column = np.empty((trials, size, places))
    events, ties = np.zeros((2, trials, 2, places), dtype=np.int64)
    count = np.empty((trials, 2), dtype=np.int64)
    for trial in range(trials):
        count[trial] = arrange_one(
            order[trial],
            first[trial],
            time[trial],
            event[trial],
            x[trial],
            efron,
            column[trial],
            events[trial],
            ties[trial],
        )
    return column, events, ties, count


@compiled
def arrange_one(
    order: Integers,
    first: Integers,
    time: Floats,
    event: Bools,
    x: Floats,
    efron: int,
    column: Floats,
    events: Integers,
    ties: Integers,
) -> tuple[int, int]:
    """Arrange one trial into ``column``, ``events`` and ``ties``; return how many are listed."""
    places, size = x.shape
    listed, tied, inside = 0, 0, 0
    for place in range(places):
        events[0, listed] = place
        listed += event[order[place]]
        inside += time[place] > -np.inf
    for own in events[0, :listed]:
        lead = first[own]
        tied += own == lead + 1
        if own > lead:
            ties[0, tied - 1], ties[1, tied - 1] = lead, own + 1
    for i in range(listed):
        events[1, i] = events[0, i] if efron else first[events[0, i]]
    for one in range(size):
        mean = 0.0
        for place in range(places):
            value = x[order[place], one]
            column[one, place] = value
            mean += value if time[place] > -np.inf else 0.0
        mean /= max(inside, 1)
        for place in range(places):
            column[one, place] = column[one, place] - mean if time[place] > -np.inf else 0.0
    return listed, tied


@compiled
def workspace(size: int, places: int) -> Floats:
    """Make room for the sums of r, r x, r x x' of one trial, for steps and for means of x."""
    return np.empty((2 + 2 * size + size * (size + 1) // 2, places))


@compiled
def evaluate(
    time: Floats,
    start: Floats,
    begin: Integers,
    end: Integers,
    x: Floats,
    events: Integers,
    ties: Integers,
    count: Integers,
    coefficient: Floats,
    weight: Floats,
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats, Floats]:
    """Evaluate each trial at its coefficient, with what happens at each place.

    Parameters
    ----------
    time, start, begin, end : (trials, places)
        As in `RiskSets`; ``start`` without places where all begin at once.
    x, events, ties, count
        As `arrange` gives them.
    coefficient : (trials, covariates) float
    weight : (trials, places) float
        Weight of each event in the information; one row serves all trials.

    Returns
    -------
    log_likelihood, score, information : (trials,), (trials, p), (trials, p, p) float
    log_risk, risk, hazard, mean : (trials, places), the last (trials, p, places) float
        As `Passage` says.
    """
    trials, size, places = x.shape
    log_likelihood = np.empty(trials)
    score, information = np.empty((trials, size)), np.empty((trials, size, size))
    log_risk, risk = np.empty((2, trials, places))
    hazard, mean = np.zeros((trials, places)), np.zeros((trials, size, places))
    room = workspace(size, places)
    for trial in range(trials):
        own = events[trial, :, : count[trial, 0]]
        log_likelihood[trial] = evaluate_one(
            time[trial],
            start[trial % len(start)],
            begin[trial],
            end[trial],
            x[trial],
            own,
            ties[trial, :, : count[trial, 1]],
            coefficient[trial],
            weight[trial % len(weight)],
            log_risk[trial],
            risk[trial],
            room,
            score[trial],
            information[trial],
        )
        for i in range(own.shape[1]):
            hazard[trial, own[0, i]] = room[-1, i]
            for one in range(size):
                mean[trial, one, own[0, i]] = room[-2 - one, i]
    return log_likelihood, score, information, log_risk, risk, hazard, mean


@compiled
def evaluate_one(
    time: Floats,
    start: Floats,
    begin: Integers,
    end: Integers,
    x: Floats,
    events: Integers,
    ties: Integers,
    coefficient: Floats,
    weight: Floats,
    log_risk: Floats,
    risk: Floats,
    room: Floats,
    score: Floats,
    information: Floats,
) -> float:
    """Evaluate one trial; fill in its score and information and return its log likelihood.

    ``events`` and ``ties`` end with what is listed. At event i, ``room`` keeps the step of the
    hazard in its last row and the means of x in the rows before, the first nearest.

    Notes
    -----
    After Efron, the l-th of d tied events, from 0, finds 1 - l / d of each of them in the risk
    set. That is the sum over the risk set from its place on, once each of the d stands for their
    mean: one sum, from the last place back, serves all events.
    """
    size, total, product = len(x), 0.0, 1.0
    step = room[-1]
    _fill_risks(time, x, coefficient, log_risk, risk)
    above = room[: 1 + size + size * (size + 1) // 2]
    _fill_terms(risk, x, above)
    if len(start) > 0:
        _sum_in_intervals(time, start, end, events[0], above)
    else:
        _sum_at_risk(begin, ties, above)
    for i in range(events.shape[1]):
        below = max(above[0, events[1, i]], _TINY)
        step[i] = 1 / below
        total += log_risk[events[0, i]]
        product *= below
        if not _SMALL < product < _LARGE:
            total -= np.log(product)
            product = 1.0
    at = 1 + size
    for one in range(size):
        mean = room[-2 - one]
        score[one] = 0.0
        for i in range(events.shape[1]):
            mean[i] = above[1 + one, events[1, i]] * step[i]
            score[one] += x[one, events[0, i]] - mean[i]
        for other in range(one + 1):
            beside, squares = room[-2 - other], 0.0
            for i in range(events.shape[1]):
                square = above[at, events[1, i]] * step[i] - mean[i] * beside[i]
                squares += weight[events[0, i]] * square
            information[one, other] = information[other, one] = squares
            at += 1
    return total - float(np.log(product))


@compiled
def _fill_risks(
    time: Floats, x: Floats, coefficient: Floats, log_risk: Floats, risk: Floats
) -> None:
    """Linear predictor of those in the trial, its largest value taken off, and exponential.

    Where it has two values only, as in a model of the arm alone, one exponential serves.
    """
    log_risk.fill(0.0)
    for one in range(len(x)):
        for place in range(len(time)):
            log_risk[place] += x[one, place] * coefficient[one]
    highest, lowest = -np.inf, np.inf
    for place in range(len(time)):
        total = log_risk[place]
        if time[place] > -np.inf:
            highest = total if total > highest else highest
            lowest = total if total < lowest else lowest
    least, between = np.exp(lowest - highest), 0
    for place in range(len(time)):
        total = log_risk[place]
        between += total != highest and total != lowest and time[place] > -np.inf
        risk[place] = 1.0 if total == highest else least
        log_risk[place] = total - highest
    if between > 0:
        for place in range(len(time)):
            risk[place] = np.exp(log_risk[place])
    for place in range(len(time)):
        if time[place] == -np.inf:
            log_risk[place] = risk[place] = 0.0


@compiled
def _fill_terms(risk: Floats, x: Floats, term: Floats) -> None:
    """Fill rows with r, with r x, and with r x x' row by row up to its diagonal."""
    size, at = len(x), 1 + len(x)
    term[0] = risk
    for one in range(size):
        for place in range(len(risk)):
            term[1 + one, place] = risk[place] * x[one, place]
        for other in range(one + 1):
            for place in range(len(risk)):
                term[at, place] = term[1 + one, place] * x[other, place]
            at += 1


@compiled
def _sum_at_risk(begin: Integers, ties: Integers, above: Floats) -> None:
    """Turn terms into their sums from each place to the end of its stratum.

    Each of the events tied counts as their mean. Three rows at a time: a sum waits for itself.
    """
    rows, places = above.shape
    for i in range(ties.shape[1]):
        lead, after = ties[0, i], ties[1, i]
        for row in range(rows):
            mean = 0.0
            for place in range(lead, after):
                mean += above[row, place]
            mean /= after - lead
            for place in range(lead, after):
                above[row, place] = mean
    after = places
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
def _sum_in_intervals(
    time: Floats, start: Floats, end: Integers, events: Integers, above: Floats
) -> None:
    """Turn the terms at events into sums over those at risk then, from the earliest event on.

    Each of the events tied counts as their mean, but only at their own time: who else had an
    event then may not be at risk before.
    """
    i = 0
    while i < len(events):
        lead, border = events[i], end[events[i]]
        after = lead
        while i < len(events) and events[i] < border and time[events[i]] == time[lead]:
            i += 1
            after += 1
        for row in range(len(above)):
            total, mean = 0.0, 0.0
            for place in range(after, border):
                if start[place] < time[lead]:
                    total += above[row, place]
            for place in range(lead, after):
                mean += above[row, place]
            mean /= after - lead
            for place in range(after - 1, lead - 1, -1):
                total += mean
                above[row, place] = total
