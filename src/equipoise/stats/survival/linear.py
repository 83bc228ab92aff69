"""Small symmetric systems of many trials at once, where some may be singular."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc

from equipoise.stats.arrays import Bools, Floats

__all__ = ["chi_square_tail", "independent", "inverse", "quadratic"]

_PIVOT = 1e-10  # of the diagonal: what is left of a column after the columns before it


def independent(matrix: Floats) -> Bools:
    """Mark the columns of (trials, p, p) that do not depend on the columns before them.

    Gaussian elimination without reordering; a column whose pivot falls below 1e-10 of its
    diagonal element, or is not finite, is dependent.
    """
    rest = matrix.copy()
    size = matrix.shape[-1]
    diagonal = np.diagonal(matrix, axis1=-2, axis2=-1)
    is_free = np.zeros(matrix.shape[:-1], dtype=np.bool_)
    for column in range(size):
        pivot = rest[:, column, column]
        is_free[:, column] = (pivot > _PIVOT * diagonal[:, column]) & np.isfinite(pivot)
        safe = np.where(is_free[:, column], pivot, 1.0)
        row = np.where(is_free[:, column, None], rest[:, column, :], 0.0)
        rest = rest - row[:, :, None] * (row / safe[:, None])[:, None, :]
    return is_free


def inverse(matrix: Floats, is_free: Bools) -> Floats:
    """Invert the part of (trials, p, p) that is free; 0 in the rows and columns that are not."""
    pair = is_free[:, :, None] & is_free[:, None, :]
    filled = np.where(pair, matrix, np.eye(matrix.shape[-1]))
    inverted: Floats = np.where(pair, np.linalg.inv(filled), 0.0)
    return inverted


def quadratic(vector: Floats, matrix: Floats, is_free: Bools) -> Floats:
    """Compute v' M^- v over the free columns of (trials, p) and (trials, p, p)."""
    form: Floats = np.einsum("ti,tij,tj->t", vector, inverse(matrix, is_free), vector)
    return form


def chi_square_tail(statistic: Floats, df: Floats) -> Floats:
    """Upper tail of chi square; NaN without degrees of freedom."""
    tail: Floats = np.where(df > 0, chdtrc(np.maximum(df, 1), statistic), np.nan)
    return tail
