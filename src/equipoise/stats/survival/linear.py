"""Small symmetric systems of many trials at once, where some may be singular."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc

from equipoise.stats.arrays import Bools, Floats

__all__ = ["ROUNDING", "chi_square_tail", "independent", "inverse", "quadratic"]

ROUNDING = 1e-12  # of the terms of a sum: less is left of a difference that is 0
_PIVOT = 1e-10  # of the diagonal: what is left of a column after the columns before it


def independent(matrix: Floats, floor: Floats | None = None) -> Bools:
    """Mark the columns of (trials, p, p) that do not depend on the columns before them.

    Gaussian elimination without reordering; a column is dependent whose pivot is not finite, or
    not above 1e-10 of its diagonal element and above ``floor``, (trials, p): what rounding alone
    can leave of the sums that the element is a difference of.
    """
    rest = matrix.copy()
    least = _PIVOT * np.diagonal(matrix, axis1=-2, axis2=-1)
    if floor is not None:
        least = np.maximum(least, floor)
    is_free = np.zeros(matrix.shape[:-1], dtype=np.bool_)
    for column in range(matrix.shape[-1]):
        pivot = rest[:, column, column]
        is_free[:, column] = (pivot > least[:, column]) & (pivot > 0) & np.isfinite(pivot)
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
