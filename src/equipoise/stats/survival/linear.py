"""Small symmetric systems of many trials at once, where some may be singular."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc

from equipoise.stats.arrays import Bools, Floats

__all__ = [
    "PIVOT",
    "ROUNDING",
    "chi_square_tail",
    "free_inverse",
    "independent",
    "inverse",
    "quadratic",
]

ROUNDING = 1e-12  # of the terms of a sum: less is left of a difference that is 0
PIVOT = 1e-10  # of the diagonal: what is left of a column after the columns before it


def free_inverse(
    matrix: Floats, allowed: Bools, floor: Floats | None = None
) -> tuple[Floats, Bools]:
    """Invert the part of (trials, p, p) whose columns do not depend on the columns before them.

    Gauss-Jordan elimination without reordering; a column is dependent whose pivot is not finite,
    or not above 1e-10 of its diagonal element and above ``floor``, (trials, p): what rounding
    alone can leave of the sums that the element is a difference of. Columns that are not
    ``allowed``, (trials, p), are left out too.

    Returns
    -------
    inverse : (trials, p, p) float
        0 in the rows and columns that are left out.
    is_free : (trials, p) bool
    """
    least = PIVOT * np.diagonal(matrix, axis1=-2, axis2=-1)
    least = np.maximum(least, 0.0 if floor is None else np.maximum(floor, 0.0))
    return _eliminate(matrix, least, allowed)


def independent(matrix: Floats, floor: Floats | None = None) -> Bools:
    """Mark the columns of (trials, p, p) that do not depend on the columns before them."""
    return free_inverse(matrix, np.ones(matrix.shape[:-1], dtype=np.bool_), floor)[1]


def inverse(matrix: Floats, is_free: Bools) -> Floats:
    """Invert the part of (trials, p, p) that is free; 0 in the rows and columns that are not."""
    return _eliminate(matrix, np.full(is_free.shape, -np.inf), is_free)[0]


def quadratic(vector: Floats, matrix: Floats, is_free: Bools) -> Floats:
    """Compute v' M^- v over the free columns of (trials, p) and (trials, p, p)."""
    form: Floats = np.einsum("ti,tij,tj->t", vector, inverse(matrix, is_free), vector)
    return form


def chi_square_tail(statistic: Floats, df: Floats) -> Floats:
    """Upper tail of chi square; NaN without degrees of freedom."""
    tail: Floats = np.where(df > 0, chdtrc(np.maximum(df, 1), statistic), np.nan)
    return tail


def _eliminate(matrix: Floats, least: Floats, allowed: Bools) -> tuple[Floats, Bools]:
    from equipoise.stats.survival.linear_kernel import eliminate  # loads the compiler

    return eliminate(
        np.ascontiguousarray(matrix), np.ascontiguousarray(least), np.ascontiguousarray(allowed)
    )
