"""The partial likelihood of the Cox model: sums over risk sets, one trial after the other."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats, Integers

__all__ = ["arrange", "evaluate"]

_TINY = np.finfo(np.float64).tiny


@compiled
def arrange(
    order: Integers, first: Integers, event: Bools, x: Floats, efron: float
) -> tuple[Bools, Floats, Floats]:
    """Bring events and covariates into the order of the risk sets, and share out tied events.

    ``efron`` is 1 where events that are tied leave the risk set by and by, and 0 after Breslow.

    Returns
    -------
    event : (trials, places) bool
    share : (trials, places) float
        Share 1 - f of the events tied that is still there at each; 0 without event.
    x : (trials, places, covariates) float
    """
    trials, places, size = x.shape
    is_event = np.empty(first.shape, dtype=np.bool_)
    share, column = np.empty(first.shape), np.empty(x.shape)
    for trial in range(trials):
        place = 0
        while place < places:
            lead, died, number = place, 0, 0
            while place < places and first[trial, place] == lead:
                who = order[trial, place]
                is_event[trial, place] = event[trial, who]
                died += event[trial, who]
                for one in range(size):
                    column[trial, place, one] = x[trial, who, one]
                place += 1
            for own in range(lead, place):
                share[trial, own] = 0.0
                if is_event[trial, own]:
                    share[trial, own] = 1 - efron * number / died
                    number += 1
    return is_event, share, column


@compiled
def evaluate(
    time: Floats,
    start: Floats,
    first: Integers,
    end: Integers,
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
    """Evaluate some of the trials, each at one coefficient, in one passage back through time.

    Parameters
    ----------
    time, start, first, end : (trials, places)
        As in `RiskSets`; ``start`` without places where all begin at once, one row of ``end``
        where it serves all trials.
    share, x
        As `arrange` gives them.
    trial_of : (chosen,) int
        The trials that are evaluated.
    coefficient : (chosen, covariates) float
    weight : (chosen, places) float
        Weight of each event in the information; one row serves all trials.
    log_risk, risk, hazard : (chosen, places) float
    mean : (chosen, places, covariates) float
        Filled as `Passage` says; a single row is written again by each trial.

    Returns
    -------
    log_likelihood, score, information : (chosen,), (chosen, p), (chosen, p, p) float

    Notes
    -----
    The sums of r, r x and r x x' over the events tied stand beside those over the others at
    risk, so that nothing is a difference.
    """
    chosen, size = coefficient.shape
    places = x.shape[1]
    log_likelihood = np.zeros(chosen)
    score, information = np.zeros((chosen, size)), np.zeros((chosen, size, size))
    others, tied = np.zeros((2, 1 + size + size * (size + 1) // 2))
    for number in range(chosen):
        trial, keep = trial_of[number], number % len(hazard)
        row, beside = trial % len(end), number % len(weight)
        hazard[keep].fill(0.0)
        mean[keep].fill(0.0)
        _fill_risks(time[trial], x[trial], coefficient[number], log_risk[keep], risk[keep])
        total, place = 0.0, places
        while place > 0:
            lead = first[trial, place - 1]
            if place == end[row, place - 1]:  # a stratum begins, at its end
                others.fill(0.0)
            if time[trial, lead] == -np.inf:
                place = lead
                continue
            tied.fill(0.0)
            if start.shape[1] > 0:
                others.fill(0.0)
                for other in range(place, end[row, lead]):
                    if start[trial, other] < time[trial, lead]:
                        _add(risk[keep, other], x, trial, other, others)
            for own in range(lead, place):
                _add(risk[keep, own], x, trial, own, tied if share[trial, own] > 0 else others)
            for own in range(lead, place):
                if share[trial, own] > 0:
                    below = max(others[0] + share[trial, own] * tied[0], _TINY)
                    step = 1 / below
                    hazard[keep, own] = step
                    total += log_risk[keep, own] - np.log(below)
                    at = 1 + size
                    for one in range(size):
                        average = (others[1 + one] + share[trial, own] * tied[1 + one]) * step
                        mean[keep, own, one] = average
                        score[number, one] += x[trial, own, one] - average
                        for other in range(one + 1):
                            square = (others[at] + share[trial, own] * tied[at]) * step
                            square -= average * mean[keep, own, other]
                            information[number, one, other] += weight[beside, own] * square
                            at += 1
            for moment in range(len(others)):
                others[moment] += tied[moment]
            place = lead
        log_likelihood[number] = total
        for one in range(size):
            for other in range(one):
                information[number, other, one] = information[number, one, other]
    return log_likelihood, score, information


@compiled
def _add(risk: float, x: Floats, trial: int, place: int, sums: Floats) -> None:
    """Add r, r x and r x x' of one subject, the last row by row up to its diagonal."""
    sums[0] += risk
    size = x.shape[2]
    at = 1 + size
    for one in range(size):
        product = risk * x[trial, place, one]
        sums[1 + one] += product
        for other in range(one + 1):
            sums[at] += product * x[trial, place, other]
            at += 1


@compiled
def _fill_risks(
    time: Floats, x: Floats, coefficient: Floats, log_risk: Floats, risk: Floats
) -> None:
    """Linear predictor of those in the trial, its largest value taken off, and exponential.

    Where it has two values only, as in a model of the arm alone, one exponential serves.
    """
    highest, lowest = -np.inf, np.inf
    for place in range(len(time)):
        total = 0.0
        if time[place] > -np.inf:
            for one in range(len(coefficient)):
                total += x[place, one] * coefficient[one]
            highest, lowest = max(highest, total), min(lowest, total)
        log_risk[place] = total
    least, between = np.exp(lowest - highest), 0
    for place in range(len(time)):
        total = log_risk[place]
        risk[place] = 1.0 if total == highest else least
        between += total != highest and total != lowest
        log_risk[place] = total - highest
    for place in range(len(time)):
        if time[place] == -np.inf:
            log_risk[place] = risk[place] = 0.0
        elif between > 0:
            risk[place] = np.exp(log_risk[place])
