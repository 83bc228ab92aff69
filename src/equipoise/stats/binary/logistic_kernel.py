"""Newton's method for one logistic regression after the other: each needs its own steps."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.state import State

__all__ = ["maximise"]

_ESTIMATED = int(State.ESTIMATED)
_INFINITE = int(State.INFINITE)
_NOT_CONVERGED = int(State.NOT_CONVERGED)

_STEPS = 100
_HALVINGS = 30
_SETTLED = 1e-9
"""Largest move of a linear predictor in the last step of a fit. [log odds]"""
_ROUNDING = 1e-12
"""Relative change of a log-likelihood that may be rounding. [1]"""
_EXTREME = 20.0
"""Beyond this linear predictor a fit is checked for separation. [log odds]"""
_AGAINST = 1e-6
"""A step separates if no subject moves against it by more than this share of the largest. [1]"""
_DEPENDENT = 1e-15
"""A column of the information whose share of its own is below this takes no step. [1]"""


@compiled
def maximise(
    x: Floats, sign: Floats, is_sought: Bools
) -> tuple[Floats, Floats, Floats, Integers, Integers]:
    """Maximise the likelihood of each trial that is sought.

    Parameters
    ----------
    x : (trials, subjects, coefficients) float
        Columns of about unit size.
    sign : (trials, subjects) float
        1 with the event, -1 without, 0 for a subject out of the fit.
    is_sought : (trials,) bool

    Returns
    -------
    coefficients : (trials, coefficients) float
    covariance : (trials, coefficients, coefficients) float
        Inverse of the observed information.
    log_likelihood : (trials,) float
        The limit it rises to where a combination of columns separates the outcomes. These three
        are NaN where nothing is sought; the first two where no maximum is found, too.
    iterations, state : (trials,) int
        ESTIMATED, INFINITE or NOT_CONVERGED.
    """
    trials, subjects, size = x.shape
    coefficients, log_likelihood = np.full((trials, size), np.nan), np.full(trials, np.nan)
    covariance = np.full((trials, size, size), np.nan)
    iterations = np.zeros(trials, dtype=np.int64)
    state = np.full(trials, _NOT_CONVERGED)
    predictor, move, moved = np.empty(subjects), np.empty(subjects), np.empty(subjects)
    gradient, information = np.empty(size), np.empty((size, size))
    for trial in range(trials):
        if not is_sought[trial]:
            continue
        rows, signs, beta = x[trial], sign[trial], np.zeros(size)
        predictor[:] = 0.0
        value = _log_likelihood(predictor, signs)
        while iterations[trial] < _STEPS and state[trial] == _NOT_CONVERGED:
            iterations[trial] += 1
            _derivatives(rows, signs, predictor, gradient, information)
            step = _inverse(information) @ gradient
            _predict(rows, step, move)
            share, before = 1.0, value
            for _ in range(_HALVINGS + 1):
                moved[:] = predictor + share * move
                value = _log_likelihood(moved, signs)
                if value >= before - _ROUNDING * (1 + abs(before)):
                    break
                share /= 2
            beta += share * step
            _predict(rows, beta, predictor)
            if np.max(np.abs(move * signs)) <= _SETTLED:
                state[trial] = _ESTIMATED
            elif _is_separating(move, predictor, signs):
                state[trial] = _INFINITE
                value = _limit(move, predictor, signs)
        if state[trial] != _NOT_CONVERGED:
            log_likelihood[trial] = value
        if state[trial] == _ESTIMATED:
            _derivatives(rows, signs, predictor, gradient, information)
            coefficients[trial], covariance[trial] = beta, _inverse(information)
    return coefficients, covariance, log_likelihood, iterations, state


@compiled
def _predict(rows: Floats, coefficients: Floats, predictor: Floats) -> None:
    for subject in range(predictor.size):
        predictor[subject] = 0.0
        for column in range(coefficients.size):
            predictor[subject] += rows[subject, column] * coefficients[column]


@compiled
def _log_likelihood(predictor: Floats, sign: Floats) -> float:
    total = 0.0
    for subject in range(predictor.size):
        if sign[subject] != 0:
            total += _log_probability(sign[subject] * predictor[subject])
    return total


@compiled
def _log_probability(towards: float) -> float:
    """Logarithm of the probability of an outcome whose log odds are ``towards``."""
    return float(min(towards, 0.0) - np.log1p(np.exp(-abs(towards))))


@compiled
def _derivatives(
    rows: Floats, sign: Floats, predictor: Floats, gradient: Floats, information: Floats
) -> None:
    """Fill in the gradient of the log-likelihood and minus its second derivatives."""
    gradient[:], information[:] = 0.0, 0.0
    for subject in range(predictor.size):
        if sign[subject] == 0:
            continue
        odds = np.exp(-abs(predictor[subject]))
        # The probability of the other outcome, without cancellation in either tail.
        is_likely = sign[subject] * predictor[subject] > 0
        residual = sign[subject] * (odds if is_likely else 1.0) / (1 + odds)
        weight = odds / (1 + odds) ** 2
        for row in range(gradient.size):
            gradient[row] += rows[subject, row] * residual
            weighted = rows[subject, row] * weight
            for column in range(row + 1):
                information[row, column] += weighted * rows[subject, column]
    for row in range(gradient.size):
        for column in range(row):
            information[column, row] = information[row, column]


@compiled
def _inverse(matrix: Floats) -> Floats:
    """Invert a positive definite matrix, scaled to a unit diagonal, by its Cholesky factor.

    A column that depends on those before it gets zeros, and so takes no step.
    """
    size = len(matrix)
    unit = np.empty(size)
    root, inverse = np.zeros((size, size)), np.zeros((size, size))
    for row in range(size):
        unit[row] = np.sqrt(matrix[row, row]) if matrix[row, row] > 0 else 1.0
        for column in range(row + 1):
            left = matrix[row, column] / (unit[row] * unit[column])
            for place in range(column):
                left -= root[row, place] * root[column, place]
            if column < row:
                root[row, column] = left / root[column, column]
            else:
                # An infinite pivot takes the column out of all that follows.
                root[row, row] = np.sqrt(left) if left > _DEPENDENT else np.inf
    for column in range(size):
        for row in range(column, size):
            left = 1.0 if row == column else 0.0
            for place in range(column, row):
                left -= root[row, place] * inverse[place, column]
            inverse[row, column] = left / root[row, row]
    scaled = inverse.T @ inverse
    return scaled / (unit.reshape(size, 1) * unit)


@compiled
def _is_separating(move: Floats, predictor: Floats, sign: Floats) -> bool:
    """Say whether no included subject moves against its outcome, once one is beyond doubt."""
    towards = move * sign
    largest = np.max(towards)
    is_extreme = np.max(np.abs(predictor * sign)) > _EXTREME
    return bool(is_extreme and largest > 0 and np.min(towards) >= -_AGAINST * largest)


@compiled
def _limit(move: Floats, predictor: Floats, sign: Floats) -> float:
    """Log-likelihood far along a separating direction: who moves is certain, the others stay."""
    total, largest = 0.0, np.max(move * sign)
    for subject in range(move.size):
        if sign[subject] != 0 and move[subject] * sign[subject] <= _AGAINST * largest:
            total += _log_probability(sign[subject] * predictor[subject])
    return total
