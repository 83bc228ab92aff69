"""The sums of squares of a fit, in one walk over the subjects of each trial."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats

__all__ = ["sums_of_squares"]


@compiled
def sums_of_squares(
    response: Floats, residual: Floats, inside: Bools
) -> tuple[Floats, Floats, Floats, Floats]:
    """Sum over the subjects inside.

    Parameters
    ----------
    response, residual : (trials, subjects) float
    inside : (trials, subjects) bool

    Returns
    -------
    n, residual, fitted, total : (trials,) float
        Subjects; squares of the residuals, of the fitted values, and of the deviations of the
        responses from their mean, which is corrected by the mean of the deviations from it: Chan
        TF, Golub GH, LeVeque RJ. American Statistician 1983; 37:242-247, equation 1.7.
    """
    trials, subjects = response.shape
    n, total = np.zeros(trials), np.zeros(trials)
    squares, fitted = np.zeros(trials), np.zeros(trials)
    for trial in range(trials):
        count, whole, left, explained = 0, 0.0, 0.0, 0.0
        for subject in range(subjects):
            if inside[trial, subject]:
                count += 1
                whole += response[trial, subject]
                left += residual[trial, subject] ** 2
                explained += (response[trial, subject] - residual[trial, subject]) ** 2
        mean = whole / count
        rest, deviations = 0.0, 0.0
        for subject in range(subjects):
            if inside[trial, subject]:
                deviation = response[trial, subject] - mean
                rest += deviation
                deviations += deviation**2
        n[trial], squares[trial], fitted[trial] = count, left, explained
        if count:
            total[trial] = max(deviations - rest**2 / count, 0.0)
    return n, squares, fitted, total
