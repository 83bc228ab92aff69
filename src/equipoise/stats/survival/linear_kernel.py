"""Elimination in small symmetric matrices, one after the other."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats

__all__ = ["eliminate", "eliminate_one"]


@compiled
def eliminate(matrix: Floats, least: Floats, allowed: Bools) -> tuple[Floats, Bools]:
    """Invert by Gauss-Jordan elimination without reordering, leaving columns out.

    Parameters
    ----------
    matrix : (trials, p, p) float
        Symmetric, positive semidefinite.
    least : (trials, p) float
        A column is used whose pivot is finite and above it.
    allowed : (trials, p) bool
        Other columns are not used.

    Returns
    -------
    inverse : (trials, p, p) float
        Of the part that is used; 0 in the rows and columns that are not.
    is_used : (trials, p) bool
    """
    inverse = np.empty(matrix.shape)
    is_used = np.empty(allowed.shape, dtype=np.bool_)
    for trial in range(len(matrix)):
        eliminate_one(matrix[trial], least[trial], allowed[trial], inverse[trial], is_used[trial])
    return inverse, is_used


@compiled
def eliminate_one(
    matrix: Floats, least: Floats, allowed: Bools, inverse: Floats, is_used: Bools
) -> None:
    """Fill in the inverse of one (p, p) matrix and which columns it uses; see `eliminate`."""
    size = len(matrix)
    for row in range(size):
        for column in range(size):
            inverse[row, column] = matrix[row, column]
    for turn in range(size):
        pivot = inverse[turn, turn]
        is_used[turn] = allowed[turn] and pivot > least[turn] and pivot < np.inf
        if not is_used[turn]:  # nothing is taken from a row of zeros, nor added to it
            for other in range(size):
                inverse[turn, other] = inverse[other, turn] = 0.0
            continue
        inverse[turn, turn] = 1.0
        for column in range(size):
            inverse[turn, column] /= pivot
        for row in range(size):
            if row != turn:
                factor = inverse[row, turn]
                inverse[row, turn] = 0.0
                for column in range(size):
                    inverse[row, column] -= factor * inverse[turn, column]
