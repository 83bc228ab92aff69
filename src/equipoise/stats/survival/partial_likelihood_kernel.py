"""The partial likelihood of the Cox model: sums over risk sets, one trial after the other."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats, Integers

__all__ = ["evaluate"]

_TINY = np.finfo(np.float64).tiny


@compiled
def evaluate(
    time: Floats,
    start: Floats,
    first: Integers,
    end: Integers,
    event: Bools,
    share: Floats,
    x: Floats,
    trial_of: Integers,
    coefficient: Floats,
    weight: Floats,
    log_risk: Floats,
    risk: Floats,
    hazard: Floats,
    mean: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Evaluate some of the trials, each at one coefficient.

    Parameters
    ----------
    time, start, first, end : (trials, places)
        As in `RiskSets`; ``start`` without places where all begin at once.
    event : (trials, places) bool
    share : (trials, places) float
        Share 1 - f of the tied events that is still there at each of them.
    x : (trials, places, covariates) float
    trial_of : (chosen,) int
        The trials that are evaluated.
    coefficient : (chosen, covariates) float
    weight : (chosen, places) float
        Weight of each event in the information; one row serves all trials.
    log_risk, risk, hazard : (chosen, places) float
    mean : (chosen, covariates, places) float
        Filled as `Passage` says; a single row is written again by each trial.

    Returns
    -------
    log_likelihood, score, information : (chosen,), (chosen, p), (chosen, p, p) float
    """
    chosen, size = coefficient.shape
    places = x.shape[1]
    log_likelihood = np.zeros(chosen)
    score, information = np.zeros((chosen, size)), np.zeros((chosen, size, size))
    one_x, two_x, sums = np.zeros(places), np.zeros(places), np.zeros(places)
    for number in range(chosen):
        trial, keep = trial_of[number], number % len(hazard)
        times, starts = time[trial], start[trial % len(start)]
        leads, ends, dead, shares = first[trial], end[trial], event[trial], share[trial]
        columns, weights = x[trial], weight[number % len(weight)]
        risks, steps = risk[keep], hazard[keep]
        _fill_risks(times, columns, coefficient[number], log_risk[keep], risks)
        _sum_at_events(times, starts, leads, ends, dead, shares, risks, sums)
        for place in range(places):
            steps[place] = 0.0
            if dead[place]:
                below = max(sums[place], _TINY)
                steps[place] = 1 / below
                log_likelihood[number] += log_risk[keep, place] - np.log(below)
        for one in range(size):
            average, total = mean[keep, one], 0.0
            for place in range(places):
                one_x[place] = risks[place] * columns[place, one]
            _sum_at_events(times, starts, leads, ends, dead, shares, one_x, sums)
            for place in range(places):
                average[place] = sums[place] * steps[place]
                if dead[place]:
                    total += columns[place, one] - average[place]
            score[number, one] = total
            for other in range(one + 1):
                beside, total = mean[keep, other], 0.0
                for place in range(places):
                    two_x[place] = one_x[place] * columns[place, other]
                _sum_at_events(times, starts, leads, ends, dead, shares, two_x, sums)
                for place in range(places):
                    square = sums[place] * steps[place] - average[place] * beside[place]
                    total += weights[place] * square
                information[number, one, other] = total
                information[number, other, one] = total
    return log_likelihood, score, information


@compiled
def _fill_risks(
    time: Floats, x: Floats, coefficient: Floats, log_risk: Floats, risk: Floats
) -> None:
    """Linear predictor of those in the trial, its largest value taken off, and exponential."""
    highest = -np.inf
    for place in range(len(time)):
        total = 0.0
        if time[place] > -np.inf:
            for one in range(len(coefficient)):
                total += x[place, one] * coefficient[one]
            highest = max(highest, total)
        log_risk[place] = total
    for place in range(len(time)):
        risk[place] = 0.0
        if time[place] > -np.inf:
            log_risk[place] -= highest
            risk[place] = np.exp(log_risk[place])


@compiled
def _sum_at_events(
    time: Floats,
    start: Floats,
    first: Integers,
    end: Integers,
    event: Bools,
    share: Floats,
    value: Floats,
    sums: Floats,
) -> None:
    """Sum a value over the risk set of each event, tied events in their share; 0 elsewhere.

    The events tied are summed beside the others at risk, so that nothing is a difference.
    """
    place, others = len(time) - 1, 0.0
    while place >= 0:
        if place + 1 == end[place]:  # a stratum begins, at its end
            others = 0.0
        lead, last, tied, died = first[place], place, 0.0, 0
        while place >= lead:
            sums[place] = 0.0
            if event[place]:
                tied += value[place]
                died += 1
            else:
                others += value[place]
            place -= 1
        if died == 0:
            continue
        if len(start) > 0:
            others = 0.0
            for other in range(lead, end[lead]):
                is_tied = other <= last and event[other]
                if start[other] < time[lead] and not is_tied:
                    others += value[other]
        for own in range(lead, last + 1):
            if event[own]:
                sums[own] = others + share[own] * tied
        others += tied
