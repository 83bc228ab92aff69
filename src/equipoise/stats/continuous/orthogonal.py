"""Orthogonal columns in their given order, batched; a column that adds nothing is set apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Bools, Floats

__all__ = ["Orthogonal", "orthogonalise", "project"]

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
    r : (..., columns, columns) float
        Upper triangular: column j of X is the sum over i of r[i, j] q[i].
    aliased : (..., columns) bool
        True for a column that is a combination of those before it.
    """

    q: Floats
    r: Floats
    aliased: Bools


def orthogonalise(columns: Floats) -> Orthogonal:
    """Factorise (..., columns, subjects) by classical Gram-Schmidt, done twice.

    Done twice it is as exact as Householder's way and it may skip a column of one trial of a
    batch. Source: Giraud L, Langou J, Rozloznik M, van den Eshof J. Numerische Mathematik 2005;
    101:87-100.
    """
    *leading, size, _ = columns.shape
    q = np.zeros(columns.shape)
    r = np.zeros((*leading, size, size))
    aliased = np.zeros((*leading, size), dtype=np.bool_)
    for place in range(size):
        column = columns[..., place, :]
        rest, shares = project(q[..., :place, :], column)
        r[..., :place, place] = shares
        left, whole = _length(rest), _length(column)
        is_aliased = left <= _NEW * whole
        aliased[..., place] = is_aliased
        r[..., place, place] = np.where(is_aliased, 0.0, left)
        q[..., place, :] = np.where(
            is_aliased[..., None], 0.0, rest / np.where(is_aliased, 1.0, left)[..., None]
        )
    return Orthogonal(q=q, r=r, aliased=aliased)


def project(q: Floats, vector: Floats) -> tuple[Floats, Floats]:
    """Take the span of the rows of ``q`` out of a vector, twice; return the rest and the shares."""
    shares = np.zeros((*q.shape[:-2], q.shape[-2]))
    rest = vector
    if q.shape[-2]:
        for _ in range(2):
            step = (q @ rest[..., None])[..., 0]
            rest = rest - (step[..., None, :] @ q)[..., 0, :]
            shares += step
    return rest, shares


def _length(vector: Floats) -> Floats:
    length: Floats = np.sqrt(np.sum(np.square(vector), axis=-1))
    return length
