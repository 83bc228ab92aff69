"""The partial likelihood of the Cox model: sums over risk sets, one trial after the other."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats, Integers

__all__ = ["evaluate", "shares"]

_TINY = np.finfo(np.float64).tiny


@compiled
def shares(first: Integers, event: Bools, efron: float) -> Floats:
    """Compute the share 1 - f of the events tied that is still there at each; 0 without event.

    ``efron`` is 1 where events that are tied leave the risk set by and by, and 0 after Breslow.
    """
    trials, places = first.shape
    share = np.zeros(first.shape)
    for trial in range(trials):
        place = 0
        while place < places:
            lead, died, number = place, 0, 0
            while place < places and first[trial, place] == lead:
                died += event[trial, place]
                place += 1
            for own in range(lead, place):
                if event[trial, own]:
                    share[trial, own] = 1 - efron * number / died
                    number += 1
    return share


@compiled
def evaluate(
    time: Floats,
    start: Floats,
    first: Integers,
    end: Integers,
    is_in: Bools,
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
        As in `RiskSets`; ``start`` without places where all begin at once, one row of ``end``
        where it serves all trials.
    is_in : (trials, places) bool
    share : (trials, places) float
        As `shares` gives it.
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
    one_x, two_x = np.zeros(places), np.zeros(places)
    sums, dead = np.zeros(places), np.zeros(places)
    tied, others = np.zeros(places), np.zeros(places)
    for number in range(chosen):
        trial, keep = trial_of[number], number % len(hazard)
        times, starts = time[trial], start[trial % len(start)]
        leads, ends = first[trial], end[trial % len(end)]
        shares, columns, weights = share[trial], x[trial], weight[number % len(weight)]
        risks, steps = risk[keep], hazard[keep]
        for place in range(places):
            dead[place] = 1.0 if shares[place] > 0 else 0.0
        _fill_risks(is_in[trial], columns, coefficient[number], log_risk[keep], risks)
        _sum_at_events(times, starts, leads, ends, dead, shares, risks, sums, tied, others)
        total = 0.0
        for place in range(places):
            below = max(sums[place], _TINY)
            steps[place] = dead[place] / below
            total += dead[place] * log_risk[keep, place]
            total -= np.log(below if dead[place] > 0 else 1.0)
        log_likelihood[number] = total
        for one in range(size):
            average, total = mean[keep, one], 0.0
            for place in range(places):
                one_x[place] = risks[place] * columns[place, one]
            _sum_at_events(times, starts, leads, ends, dead, shares, one_x, sums, tied, others)
            for place in range(places):
                average[place] = sums[place] * steps[place]
                total += dead[place] * columns[place, one] - average[place]
            score[number, one] = total
            for other in range(one + 1):
                beside, total = mean[keep, other], 0.0
                for place in range(places):
                    two_x[place] = one_x[place] * columns[place, other]
                _sum_at_events(times, starts, leads, ends, dead, shares, two_x, sums, tied, others)
                for place in range(places):
                    square = sums[place] * steps[place] - average[place] * beside[place]
                    total += weights[place] * square
                information[number, one, other] = total
                information[number, other, one] = total
    return log_likelihood, score, information


@compiled
def _fill_risks(
    is_in: Bools, x: Floats, coefficient: Floats, log_risk: Floats, risk: Floats
) -> None:
    """Linear predictor of those in the trial, its largest value taken off, and exponential."""
    highest = -np.inf
    for place in range(len(is_in)):
        total = 0.0
        if is_in[place]:
            for one in range(len(coefficient)):
                total += x[place, one] * coefficient[one]
            highest = max(highest, total)
        log_risk[place] = total
    for place in range(len(is_in)):
        risk[place] = 0.0
        if is_in[place]:
            log_risk[place] -= highest
            risk[place] = np.exp(log_risk[place]) if log_risk[place] != 0 else 1.0


@compiled
def _sum_at_events(
    time: Floats,
    start: Floats,
    first: Integers,
    end: Integers,
    dead: Floats,
    share: Floats,
    value: Floats,
    sums: Floats,
    tied: Floats,
    others: Floats,
) -> None:
    """Sum a value over the risk set of each event, tied events in their share; 0 elsewhere.

    The events tied are summed beside the others at risk, at the first place of their time, so
    that nothing is a difference.
    """
    tied.fill(0.0)
    others.fill(0.0)
    for place in range(len(time)):
        died = dead[place] * value[place]
        tied[first[place]] += died
        others[first[place]] += value[place] - died
    if len(start) > 0:
        for lead in range(len(time)):
            if first[lead] == lead:
                _sum_others(lead, time, start, first, end, dead, value, others)
    else:
        total = 0.0
        for place in range(len(time) - 1, -1, -1):
            if place + 1 == end[place]:  # a stratum begins, at its end
                total = 0.0
            others[place] += total
            total = others[place] + tied[place]
    for place in range(len(time)):
        lead = first[place]
        sums[place] = dead[place] * (others[lead] + share[place] * tied[lead])


@compiled
def _sum_others(
    lead: int,
    time: Floats,
    start: Floats,
    first: Integers,
    end: Integers,
    dead: Floats,
    value: Floats,
    others: Floats,
) -> None:
    """Sum over the intervals that hold the time of a place, but for its events."""
    total = 0.0
    for place in range(lead, end[lead]):
        if start[place] < time[lead] and (first[place] != lead or dead[place] == 0):
            total += value[place]
    others[lead] = total
