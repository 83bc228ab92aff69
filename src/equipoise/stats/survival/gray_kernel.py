"""The sums of Gray's test, one subject after the other."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.survival.risk_sets_kernel import count_stratum

__all__ = ["gray_sums"]


@compiled
def gray_sums(
    order: Integers,
    time: Floats,
    cause: Integers,
    group: Integers,
    stratum: Integers,
    groups: int,
    interest: int,
    rho: float,
) -> tuple[Floats, Floats, Floats]:
    """Add up score and variance over the times of each stratum.

    Parameters
    ----------
    order : (trials, subjects) int
        The subjects by stratum and, within it, by ascending time.
    time, cause, group : (trials, subjects)
        A subject with time ``-inf`` is in no risk set.
    stratum : (trials, subjects) int
        One row serves all trials.

    Returns
    -------
    score : (trials, groups) float
    variance : (trials, groups, groups) float
    scale : (trials,) float
        Size of the terms of the variance: what rounding is a share of.
    """
    trials, subjects = time.shape
    score, variance = np.zeros((trials, groups)), np.zeros((trials, groups, groups))
    scale = np.zeros(trials)
    at_risk, leaving = np.zeros(groups), np.zeros(groups)
    own, others = np.zeros(groups), np.zeros(groups)
    free, incidence, size = np.zeros(groups), np.zeros(groups), np.zeros(groups)
    # Of each event time: how the score of group i moves with the hazard of group k, and what
    # share of it adds to each later time; of each group the spread of its hazards of the cause
    # and of the others, and how much of the movement to come they bring.
    apart, rate = np.zeros((subjects, groups, groups)), np.zeros(subjects)
    spread, other_spread = np.zeros((subjects, groups)), np.zeros((subjects, groups))
    slope, height = np.zeros((subjects, groups)), np.zeros((subjects, groups))
    for trial in range(trials):
        row = trial % len(stratum)
        place, end, count, pooled = 0, 0, 0, 0.0
        while place < subjects:
            if place == end:  # a stratum begins
                end = count_stratum(
                    order[trial], time[trial], group[trial], stratum[row], place, at_risk
                )
                count, pooled = 0, 0.0
                free.fill(1.0)
                incidence.fill(0.0)
            moment, events, competing = time[trial, order[trial, place]], 0.0, 0.0
            leaving.fill(0.0)
            own.fill(0.0)
            others.fill(0.0)
            while place < end and time[trial, order[trial, place]] == moment:
                who = order[trial, place]
                leaving[group[trial, who]] += 1
                if cause[trial, who] == interest:
                    own[group[trial, who]] += 1
                    events += 1
                elif cause[trial, who] > 0:
                    others[group[trial, who]] += 1
                    competing += 1
                place += 1
            if moment > -np.inf and events + competing > 0:
                weight = max(1 - pooled, 0.0) ** rho
                scale[trial] += weight * events
                total = _compare(at_risk, free, incidence, own, events, weight, size, score[trial])
                rate[count] = events / total / (1 - pooled) if pooled < 1 else 0.0
                pooled += events / total
                for one in range(groups):
                    for other in range(groups):
                        rest = (one == other) - size[other] / total
                        apart[count, one, other] = weight * size[one] * rest
                    spread[count, one], other_spread[count, one] = _spread_of(
                        at_risk[one], free[one], own[one], others[one], events, total
                    )
                    n, before = max(at_risk[one], 1.0), free[one]
                    free[one] = before * (1 - (own[one] + others[one]) / n)
                    incidence[one] += before * own[one] / n
                    height[count, one] = (1 - pooled) / free[one] if free[one] > 0 else 0.0
                    slope[count, one] = 1 - height[count, one] if free[one] > 0 else 1.0
                count += 1
            if moment > -np.inf:
                for one in range(groups):
                    at_risk[one] -= leaving[one]
            if place == end:
                _go_back(count, apart, rate, spread, slope, other_spread, height, variance[trial])
    return score, variance, scale


@compiled
def _compare(
    at_risk: Floats,
    free: Floats,
    incidence: Floats,
    own: Floats,
    events: float,
    weight: float,
    size: Floats,
    score: Floats,
) -> float:
    """Add the events of one time to the score; return the subjects that count, ``size`` by group.

    Those with another cause before still count: a group counts as its number at risk over the
    share that is free of both causes.
    """
    total, still = 0.0, 0.0
    for one in range(len(size)):
        size[one] = at_risk[one] / free[one] if free[one] > 0 else at_risk[one]
        total += size[one]
        still += size[one] * (1 - incidence[one])
    if events > 0:
        for one in range(len(size)):
            expected = events * size[one] * (1 - incidence[one]) / max(still, 1e-300)
            score[one] += weight * (own[one] - expected)
    return total


@compiled
def _spread_of(
    at_risk: float, free: float, own: float, others: float, events: float, total: float
) -> tuple[float, float]:
    """Spread of the hazards of the cause and of the others in one group, at one time."""
    n, of_cause, of_others = max(at_risk, 1.0), 0.0, 0.0
    if events > 0 and at_risk > 0:
        thin = 1.0
        if events > 1:
            thin -= (events - 1) / max(total * free - 1, 1e-300)
        of_cause = thin * free * events / (total * n)
    if free * (1 - (own + others) / n) > 0:
        thin = 1 - max(others - 1, 0.0) / max(n - 1, 1.0)
        of_others = thin * free**2 * others / n**2
    return of_cause, of_others


@compiled
def _go_back(
    count: int,
    apart: Floats,
    rate: Floats,
    spread: Floats,
    slope: Floats,
    other_spread: Floats,
    height: Floats,
    variance: Floats,
) -> None:
    """Add the variance of a stratum, from its last event time to the first."""
    groups = len(variance)
    to_come, move = np.zeros((groups, groups)), np.zeros(groups)
    for step in range(count - 1, -1, -1):
        for k in range(groups):
            for one in range(groups):
                move[one] = apart[step, one, k] + slope[step, k] * to_come[one, k]
            _add_square(variance, spread[step, k], move)
            for one in range(groups):
                move[one] = height[step, k] * to_come[one, k]
            _add_square(variance, other_spread[step, k], move)
        for one in range(groups):
            for k in range(groups):
                to_come[one, k] += rate[step] * apart[step, one, k]


@compiled
def _add_square(matrix: Floats, factor: float, vector: Floats) -> None:
    """Add a multiple of v v'."""
    for one in range(len(vector)):
        for other in range(len(vector)):
            matrix[one, other] += factor * vector[one] * vector[other]
