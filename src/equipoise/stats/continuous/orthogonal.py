"""Orthogonal columns in their given order, and what they tell of a response, batched."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from equipoise.stats.arrays import Bools, Floats, in_rows

__all__ = ["Orthogonal", "orthogonalise"]

# A column of which less than this share is new counts as a combination of those before it: the
# tolerance of R's lm.
_NEW = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Orthogonal:
    """A factorisation X' = R' Q of columns that lie as rows.

    Attributes
    ----------
    q : (..., columns, subjects) float
        Orthonormal rows; zero for an aliased column.
    r, inverse : (..., columns, columns) float
        Upper triangular: column j of X is the sum over i of r[i, j] q[i]; and its inverse over
        the columns that count, zero in the rows and columns of the others.
    aliased : (..., columns) bool
        True for a column that is a combination of those before it.
    effects : (..., columns) float
        Shares of the response in the rows of ``q``.
    residual : (..., subjects) float
        The response without them.
    """

    q: Floats
    r: Floats
    inverse: Floats
    aliased: Bools
    effects: Floats
    residual: Floats


def orthogonalise(columns: Floats, response: Floats) -> Orthogonal:
    """Factorise (..., columns, subjects) by classical Gram-Schmidt, done twice.

    Done twice it is as exact as Householder's way and it may skip a column of one trial of a
    batch. Source: Giraud L, Langou J, Rozloznik M, van den Eshof J. Numerische Mathematik 2005;
    101:87-100.
    """
    # Loading the compiler takes a moment, which only who fits a model should pay for.
    from equipoise.stats.continuous.orthogonal_kernel import gram_schmidt

    *leading, width, subjects = columns.shape
    trials = prod(leading)
    q, r, inverse, aliased, residual, effects = gram_schmidt(
        in_rows(columns.reshape(trials, width, subjects)),
        in_rows(response.reshape(trials, subjects)),
        _NEW,
    )
    return Orthogonal(
        q=q.reshape(columns.shape),
        r=r.reshape(*leading, width, width),
        inverse=inverse.reshape(*leading, width, width),
        aliased=aliased.reshape(*leading, width),
        effects=effects.reshape(*leading, width),
        residual=residual.reshape(response.shape),
    )
