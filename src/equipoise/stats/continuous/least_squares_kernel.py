"""What a factorisation tells of a fit, in one walk over the subjects of each trial."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats

__all__ = ["solve"]


@compiled
def solve(
    response: Floats,
    residual: Floats,
    inside: Bools,
    inverse: Floats,
    effects: Floats,
    aliased: Bools,
    exact: float,
) -> tuple[Floats, Floats, Floats]:
    """Solve for the coefficients and sum over the subjects inside.

    Parameters
    ----------
    response, residual : (trials, subjects) float
    inside : (trials, subjects) bool
    inverse : (trials, columns, columns) float
        Of the triangular factor, zero in the rows and columns of aliased ones.
    effects : (trials, columns) float
    aliased : (trials, columns) bool
    exact : float
        A mean square below this share of the fitted values' is rounding.

    Returns
    -------
    coefficients : (trials, columns) float
        NaN for an aliased column.
    covariance : (trials, columns, columns) float
        With the residual mean square; NaN for aliased columns.
    numbers : (7, trials) float
        Subjects, rank, degrees of freedom, residual sum of squares, residual mean square, R
        squared about the mean, maximum of the normal log-likelihood; the mean square and the
        last are NaN where nothing is left or the fit is exact.

    Notes
    -----
    Squares about the mean are corrected by the mean of the deviations from it: Chan TF, Golub GH,
    LeVeque RJ. American Statistician 1983; 37:242-247, equation 1.7.
    """
    trials, subjects = response.shape
    width = aliased.shape[1]
    coefficients, covariance = np.zeros(effects.shape), np.zeros(inverse.shape)
    numbers = np.full((7, trials), np.nan)
    for trial in range(trials):
        n, rank, whole, squares, fitted = 0, 0, 0.0, 0.0, 0.0
        for subject in range(subjects):
            if inside[trial, subject]:
                left = residual[trial, subject]
                n += 1
                whole += response[trial, subject]
                squares += left**2
                fitted += (response[trial, subject] - left) ** 2
        mean, rest, deviations = whole / n, 0.0, 0.0
        for subject in range(subjects):
            if inside[trial, subject]:
                deviation = response[trial, subject] - mean
                rest += deviation
                deviations += deviation**2
        total = deviations - rest**2 / n
        for column in range(width):
            rank += not aliased[trial, column]
        mean_square = np.nan
        if n > rank and squares > (n - rank) * exact * fitted / n:
            mean_square = squares / (n - rank)
            numbers[6, trial] = -n / 2 * (np.log(2 * np.pi * squares / n) + 1)
        numbers[0, trial], numbers[1, trial], numbers[2, trial] = n, rank, n - rank
        numbers[3, trial], numbers[4, trial] = squares, mean_square
        if total > 0:
            numbers[5, trial] = 1 - squares / total
        for row in range(width):
            if aliased[trial, row]:
                coefficients[trial, row] = np.nan
                covariance[trial, row, :] = np.nan
                covariance[trial, :, row] = np.nan
                continue
            for other in range(row, width):
                coefficients[trial, row] += inverse[trial, row, other] * effects[trial, other]
            for column in range(row + 1):
                if aliased[trial, column]:
                    continue
                product = 0.0
                for other in range(row, width):
                    product += inverse[trial, row, other] * inverse[trial, column, other]
                covariance[trial, row, column] = product * mean_square
                covariance[trial, column, row] = product * mean_square
    return coefficients, covariance, numbers
