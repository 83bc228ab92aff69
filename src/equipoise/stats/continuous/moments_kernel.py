"""Moments of the groups of a trial, whose sizes differ, in two walks over its subjects."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Floats, Integers

__all__ = ["group_moments"]


@compiled
def group_moments(response: Floats, group: Integers, groups: int) -> Floats:
    """Count, average and sum squared deviations.

    Parameters
    ----------
    response : (trials, subjects) float
        NaN is left out.
    group : (trials, subjects) or (1, subjects) int
        Codes from 0 below ``groups``; -1 is left out. One row serves all trials.
    groups : int

    Returns
    -------
    (3, trials, groups) float
        Number, mean and squared deviations: one array, since each that leaves the compiled code
        costs a call of one trial as much as its arithmetic. The mean is NaN for an empty group.
        The rounding of the mean is taken out of the squares as in `moments`.
    """
    trials, subjects = response.shape
    found, rest = np.zeros((3, trials, groups)), np.zeros(groups)
    n, mean, deviations = found[0], found[1], found[2]
    for trial in range(trials):
        code, values, row = group[trial % len(group)], response[trial], mean[trial]
        for subject in range(subjects):
            if code[subject] >= 0 and not np.isnan(values[subject]):
                n[trial, code[subject]] += 1
                row[code[subject]] += values[subject]
        row /= n[trial]
        rest[:] = 0.0
        for subject in range(subjects):
            if code[subject] >= 0 and not np.isnan(values[subject]):
                deviation = values[subject] - row[code[subject]]
                rest[code[subject]] += deviation
                deviations[trial, code[subject]] += deviation**2
        for place in range(groups):
            if n[trial, place]:
                share = rest[place] / n[trial, place]
                row[place] += share
                squares = deviations[trial, place] - n[trial, place] * share**2
                deviations[trial, place] = max(squares, 0.0)
    return found
