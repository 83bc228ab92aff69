"""Elimination in small symmetric matrices, one after the other."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats

__all__ = ["eliminate"]


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
    trials, size = allowed.shape
    inverse = np.zeros(matrix.shape)
    is_used = np.zeros(allowed.shape, dtype=np.bool_)
    rest = np.zeros((size, size))
    for trial in range(trials):
        used = is_used[trial]
        for row in range(size):
            for column in range(size):
                rest[row, column] = matrix[trial, row, column]
        for turn in range(size):
            pivot = rest[turn, turn]
            if not (allowed[trial, turn] and pivot > least[trial, turn] and pivot < np.inf):
                continue
            used[turn] = True
            rest[turn, turn] = 1.0
            for column in range(size):
                rest[turn, column] /= pivot
            for row in range(size):
                if row != turn:
                    factor = rest[row, turn]
                    rest[row, turn] = 0.0
                    for column in range(size):
                        rest[row, column] -= factor * rest[turn, column]
        for row in range(size):
            for column in range(size):
                if used[row] and used[column]:
                    inverse[trial, row, column] = rest[row, column]
    return inverse, is_used
