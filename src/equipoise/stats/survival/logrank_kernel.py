"""The sums of the log-rank family, one subject after the other."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival.risk_sets_kernel import count_stratum

__all__ = ["weighted_sums"]


@compiled
def weighted_sums(
    order: Integers,
    time: Floats,
    event: Bools,
    group: Integers,
    stratum: Integers,
    groups: int,
    weights: Floats,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Sum over the event times of each stratum.

    Parameters
    ----------
    order : (trials, subjects) int
        The subjects by stratum and, within it, by ascending time.
    time, event, group : (trials, subjects)
        A subject with time ``-inf`` is in no risk set.
    stratum : (trials, subjects) int
        One row serves all trials.
    weights : (weights, 3) float
        Powers of the number at risk, of S(t-) and of 1 - S(t-).

    Returns
    -------
    observed, expected : (trials, weights, groups) float
        Weighted events.
    covariance : (trials, weights, weights, groups, groups) float
        Of their differences.
    scale : (trials, weights, groups) float
        Size of the terms of the variance: what rounding is a share of.
    """
    trials, subjects = time.shape
    kinds = len(weights)
    observed = np.zeros((trials, kinds, groups))
    expected = np.zeros((trials, kinds, groups))
    covariance = np.zeros((trials, kinds, kinds, groups, groups))
    scale = np.zeros((trials, kinds, groups))
    at_risk, leaving, events = np.zeros(groups), np.zeros(groups), np.zeros(groups)
    share, height = np.zeros(groups), np.zeros(kinds)
    for trial in range(trials):
        seen, meant, size, spread = (
            observed[trial],
            expected[trial],
            scale[trial],
            covariance[trial],
        )
        row = trial % len(stratum)
        place, end, total, survival = 0, 0, 0.0, 1.0
        while place < subjects:
            if place == end:  # a stratum begins
                end = count_stratum(
                    order[trial], time[trial], group[trial], stratum[row], place, at_risk
                )
                total, survival = at_risk.sum(), 1.0
            moment, died = time[trial, order[trial, place]], 0.0
            leaving.fill(0.0)
            events.fill(0.0)
            while place < end and time[trial, order[trial, place]] == moment:
                who = order[trial, place]
                leaving[group[trial, who]] += 1
                if event[trial, who]:
                    events[group[trial, who]] += 1
                    died += 1
                place += 1
            if moment == -np.inf:
                continue
            if died > 0:
                factor = died * (total - died) / max(total - 1, 1.0)
                for one in range(groups):
                    share[one] = at_risk[one] / total
                for kind in range(kinds):
                    weight = _weight(weights[kind], total, survival)
                    height[kind] = weight
                    for one in range(groups):
                        seen[kind, one] += weight * events[one]
                        meant[kind, one] += weight * died * share[one]
                        size[kind, one] += weight * weight * factor * share[one]
                for kind in range(kinds):
                    for beside in range(kinds):
                        weight = height[kind] * height[beside] * factor
                        for one in range(groups):
                            for other in range(groups):
                                rest = (one == other) - share[other]
                                spread[kind, beside, one, other] += weight * share[one] * rest
                survival *= 1 - died / total
            for one in range(groups):
                at_risk[one] -= leaving[one]
                total -= leaving[one]
    return observed, expected, covariance, scale


@compiled
def _weight(powers: Floats, at_risk: float, survival: float) -> float:
    """Weight of an event time."""
    weight = 1.0
    if powers[0] != 0:
        weight *= at_risk ** powers[0]
    if powers[1] != 0:
        weight *= survival ** powers[1]
    if powers[2] != 0:
        weight *= (1 - survival) ** powers[2]
    return weight
