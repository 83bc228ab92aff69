"""The partial likelihood of the Cox model: sums over risk sets, one trial after the other."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival.risk_sums_kernel import (
    fill_risks,
    fill_terms,
    sum_at_risk,
    sum_in_intervals,
)

__all__ = ["arrange", "arrange_one", "evaluate", "evaluate_one", "workspace"]

_TINY = np.finfo(np.float64).tiny
_SMALL, _LARGE = 1e-150, 1e150  # a product between them can take one factor more


@compiled
def arrange(
    order: Integers,
    first: Integers,
    end: Integers,
    time: Floats,
    event: Bools,
    x: Floats,
    efron: int,
    cut: int,
) -> tuple[Floats, Floats, Integers, Floats, Integers]:
    """Bring covariates into the order of the risk sets, and list the events.

    Parameters
    ----------
    order, first, end, time : (trials, places)
        As in `RiskSets`, of a time those with an event before the others; one row of ``end``
        where it serves all trials.
    event : (trials, subjects) bool
    x : (trials, subjects, covariates) float
    efron : int
        1 where tied events leave the risk set by and by; 0 after Breslow.
    cut : int
        1 where subjects are at risk in intervals (start, time].

    Returns
    -------
    x : (trials, covariates, places) float
        Less their mean, which changes no coefficient and keeps digits; 0 for subjects out.
    extreme : (trials, 2, covariates) float
        The least and the largest of each column.
    events : (trials, 3, places) int
        Places of the events, ascending; where the sum over those at risk then stands; where
        that without the events tied stands, the place after the last where nobody remains.
    gone : (trials, places) float
        Share f of the events tied that has left before each event.
    count : (trials,) int
        How many events are listed; the rest of the lists is 0.
    """
    trials, places, size = x.shape
    column, extreme = np.empty((trials, size, places)), np.empty((trials, 2, size))
    events = np.zeros((trials, 3, places), dtype=np.int64)
    gone, count = np.zeros((trials, places)), np.empty(trials, dtype=np.int64)
    for trial in range(trials):
        count[trial] = arrange_one(
            order[trial],
            first[trial],
            end[trial % len(end)],
            time[trial],
            event[trial],
            x[trial],
            efron,
            cut,
            column[trial],
            extreme[trial],
            events[trial],
            gone[trial],
        )
    return column, extreme, events, gone, count


@compiled
def arrange_one(
    order: Integers,
    first: Integers,
    end: Integers,
    time: Floats,
    event: Bools,
    x: Floats,
    efron: int,
    cut: int,
    column: Floats,
    extreme: Floats,
    events: Integers,
    gone: Floats,
) -> int:
    """Arrange one trial into the last four arguments; return how many events are listed."""
    places, size = x.shape
    listed, inside = 0, 0
    for place in range(places):
        events[0, listed] = place
        listed += event[order[place]]
        inside += time[place] > -np.inf
    after = places
    for i in range(listed - 1, -1, -1):
        own = events[0, i]
        lead = first[own]
        if i == listed - 1 or lead != events[1, i + 1]:
            after = own + 1
        events[1, i] = lead
        events[2, i] = lead + 1 if cut else (after if after < end[lead] else places)
        gone[i] = efron * (own - lead) / (after - lead)
    for one in range(size):
        mean, lowest, highest = 0.0, np.inf, -np.inf
        for place in range(places):
            value = x[order[place], one]
            column[one, place] = value
            mean += value if time[place] > -np.inf else 0.0
        mean /= max(inside, 1)
        for place in range(places):
            value = column[one, place] - mean
            if time[place] > -np.inf:
                highest = value if value > highest else highest
                lowest = value if value < lowest else lowest
            column[one, place] = value if time[place] > -np.inf else 0.0
        extreme[0, one], extreme[1, one] = lowest, highest
    return listed


@compiled
def workspace(size: int, places: int) -> Floats:
    """Make room for the sums of r, r x, r x x' of one trial, for steps and for means of x."""
    return np.zeros((2 + 2 * size + size * (size + 1) // 2, places + 1))


@compiled
def evaluate(
    time: Floats,
    start: Floats,
    begin: Integers,
    end: Integers,
    x: Floats,
    extreme: Floats,
    events: Integers,
    gone: Floats,
    count: Integers,
    coefficient: Floats,
    weight: Floats,
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats, Floats]:
    """Evaluate each trial at its coefficient, with what happens at each place.

    Parameters
    ----------
    time, start, begin, end : (trials, places)
        As in `RiskSets`; ``start`` without places where all begin at once, one row of ``begin``
        and ``end`` where it serves all trials.
    x, extreme, events, gone, count
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
        listed = events[trial, :, : count[trial]]
        log_likelihood[trial] = evaluate_one(
            time[trial],
            start[trial % len(start)],
            begin[trial % len(begin)],
            end[trial % len(end)],
            x[trial],
            extreme[trial],
            listed,
            gone[trial],
            coefficient[trial],
            weight[trial % len(weight)],
            log_risk[trial],
            risk[trial],
            room,
            score[trial],
            information[trial],
        )
        for place in range(places):
            if time[trial, place] == -np.inf:
                log_risk[trial, place] = risk[trial, place] = 0.0
        for i in range(count[trial]):
            hazard[trial, listed[0, i]] = room[-1, i]
            for one in range(size):
                mean[trial, one, listed[0, i]] = room[-2 - one, i]
    return log_likelihood, score, information, log_risk, risk, hazard, mean


@compiled
def evaluate_one(
    time: Floats,
    start: Floats,
    begin: Integers,
    end: Integers,
    x: Floats,
    extreme: Floats,
    events: Integers,
    gone: Floats,
    coefficient: Floats,
    weight: Floats,
    log_risk: Floats,
    risk: Floats,
    room: Floats,
    score: Floats,
    information: Floats,
) -> float:
    """Evaluate one trial; fill in its score and information and return its log likelihood.

    ``events`` end with what is listed. At event i, ``room`` keeps the step of the hazard in its
    last row and the means of x in the rows before, the first nearest.

    Notes
    -----
    S - f D, without a difference, is 1 - f of the sum with all the events tied and f of that
    without them.
    """
    size, total, product = len(x), 0.0, 1.0
    own, lead, after = events
    step = room[-1]
    fill_risks(time, x, extreme, coefficient, log_risk, risk)
    above = room[: 1 + size + size * (size + 1) // 2]
    fill_terms(risk, x, above)
    if len(start) > 0:
        sum_in_intervals(time, start, end, own, above)
    else:
        sum_at_risk(begin, above)
    for i in range(len(own)):
        below = (1 - gone[i]) * above[0, lead[i]] + gone[i] * above[0, after[i]]
        below = max(below, _TINY)
        step[i] = 1 / below
        total += log_risk[own[i]]
        product *= below
        if not _SMALL < product < _LARGE:
            total -= np.log(product)
            product = 1.0
    at = 1 + size
    for one in range(size):
        mean = room[-2 - one]
        score[one] = 0.0
        for i in range(len(own)):
            met = (1 - gone[i]) * above[1 + one, lead[i]] + gone[i] * above[1 + one, after[i]]
            mean[i] = met * step[i]
            score[one] += x[one, own[i]] - mean[i]
        for other in range(one + 1):
            beside, squares = room[-2 - other], 0.0
            for i in range(len(own)):
                met = (1 - gone[i]) * above[at, lead[i]] + gone[i] * above[at, after[i]]
                squares += weight[own[i]] * (met * step[i] - mean[i] * beside[i])
            information[one, other] = information[other, one] = squares
            at += 1
    return total - float(np.log(product))
