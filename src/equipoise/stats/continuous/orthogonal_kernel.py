"""Orthogonal columns, trial by trial: each trial leaves out columns of its own."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats

__all__ = ["gram_schmidt"]


@compiled
def gram_schmidt(
    columns: Floats, response: Floats, new: float
) -> tuple[Floats, Floats, Floats, Bools, Floats, Floats]:
    """Orthogonalise columns in their order, then the response, each twice.

    Parameters
    ----------
    columns : (trials, columns, subjects) float
    response : (trials, subjects) float
    new : float
        Least share of a column that must be new for it to count.

    Returns
    -------
    q : (trials, columns, subjects) float
        Orthonormal rows; zero for an aliased column.
    r, inverse : (trials, columns, columns) float
        Upper triangular factor, and its inverse over the columns that count, zero elsewhere.
    aliased : (trials, columns) bool
    residual : (trials, subjects) float
    effects : (trials, columns) float
        Shares of the response in the rows of ``q``.
    """
    trials, width, _ = columns.shape
    q, residual = columns.copy(), response.copy()
    r, inverse = np.zeros((trials, width, width)), np.zeros((trials, width, width))
    aliased, effects = np.zeros((trials, width), dtype=np.bool_), np.zeros((trials, width))
    for trial in range(trials):
        basis, factor, back = q[trial], r[trial], inverse[trial]
        for place in range(width):
            column = basis[place]
            whole = np.sqrt(_product(column, column))
            for _ in range(2):
                _subtract_shares(basis[:place], column, factor[:place, place])
            left = np.sqrt(_product(column, column))
            if left <= new * whole:
                aliased[trial, place] = True
                column[:] = 0.0
                continue
            factor[place, place] = left
            column /= left
            # Column j of the inverse: R x = e_j from the last row upwards.
            back[place, place] = 1 / left
            for row in range(place - 1, -1, -1):
                if not aliased[trial, row]:
                    total = 0.0
                    for other in range(row + 1, place + 1):
                        total += factor[row, other] * back[other, place]
                    back[row, place] = -total / factor[row, row]
        for _ in range(2):
            _subtract_shares(basis, residual[trial], effects[trial])
    return q, r, inverse, aliased, residual, effects


@compiled
def _subtract_shares(basis: Floats, vector: Floats, shares: Floats) -> None:
    """Classical step: all shares are of the vector as it came."""
    step = np.empty(len(basis))
    for place in range(len(basis)):
        step[place] = _product(basis[place], vector)
    for place in range(len(basis)):
        shares[place] += step[place]
        for subject in range(vector.size):
            vector[subject] -= step[place] * basis[place, subject]


@compiled
def _product(one: Floats, other: Floats) -> float:
    """Inner product in four partial sums, which keeps the adder busy and rounding small."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    whole = one.size - one.size % 4
    for place in range(0, whole, 4):
        a += one[place] * other[place]
        b += one[place + 1] * other[place + 1]
        c += one[place + 2] * other[place + 2]
        d += one[place + 3] * other[place + 3]
    for place in range(whole, one.size):
        a += one[place] * other[place]
    return (a + b) + (c + d)
