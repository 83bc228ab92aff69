"""What the likelihood needs of the data: crossproducts summed over subjects of one pattern.

Subjects of one group who are seen at the same visits form a cell. They share one covariance
matrix ``V``, so that ``sum_i X_i' V^-1 X_i`` is linear in the entries of ``V^-1``: the sums of
crossproducts are taken once, and an evaluation costs the same for ten subjects and for thousands.
The design is made orthonormal and the response replaced by its standardised least-squares
residual beforehand: the answer is carried back exactly, and no digits are lost to units.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from equipoise.stats.arrays import Bools, Floats, Integers

__all__ = ["Problem", "Standard", "build", "pack", "packed_pairs", "standardise", "take"]

_RANK = 1e-9
_T = TypeVar("_T", "Problem", "Standard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """Data on the scale of the fit, and the way back.

    ``response = design @ (backward @ coefficient)`` on the standard scale times ``scale``.
    """

    rows: Floats  # (trials, subjects, visits, p + 1): orthonormal design, then the residual
    observed: Bools  # (trials, subjects, visits)
    triangle: Floats  # (trials, p, p) upper triangular: design = rows[..., :p] @ triangle
    ordinary: Floats  # (trials, p) least-squares coefficients of the orthonormal design
    scale: Floats  # (trials,) residual standard deviation of the least-squares fit
    deficient: Integers  # (trials,) first column that the ones before it determine, or -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Sufficient statistics of each trial, by cell."""

    crossproduct: Floats  # (trials, cells * pairs of visits, pairs of columns)
    subjects: Floats  # (trials, cells) number of subjects
    seen: Bools  # (cells, visits), the same for all trials
    group: Integers  # (cells,), the same for all trials
    groups: int
    columns: int  # p, without the response


def take(what: _T, trials: Integers | Bools) -> _T:
    """Keep some of the trials."""
    shared = ("seen", "group", "groups", "columns")
    return type(what)(
        **{
            field.name: getattr(what, field.name)
            if field.name in shared
            else getattr(what, field.name)[trials]
            for field in fields(what)
        }
    )


@functools.cache
def packed_pairs(size: int) -> tuple[Integers, Integers]:
    """Places (row, column) with row <= column of a symmetric matrix."""
    row, column = np.triu_indices(size)
    return row, column


def pack(matrix: Floats) -> Floats:
    """Upper triangle of (..., n, n) symmetric matrices, as (..., n (n + 1) / 2)."""
    return np.asarray(matrix[(..., *packed_pairs(matrix.shape[-1]))])


def standardise(response: Floats, design: Floats) -> Standard:
    """Make the design orthonormal and the response a residual of unit variance.

    Parameters
    ----------
    response : (trials, subjects, visits) float
        NaN where not observed.
    design : (trials, subjects, visits, p) float
        Any number where the response is not observed.
    """
    trials, subjects, visits, columns = design.shape
    observed = ~np.isnan(response)
    rows = np.where(observed[..., None], design, 0).reshape(trials, subjects * visits, columns)
    y = np.where(observed, response, 0).reshape(trials, subjects * visits)
    length = np.sqrt(np.sum(rows**2, axis=1))
    unit = rows / np.where(length > 0, length, 1)[:, None, :]
    short = max(0, columns - subjects * visits)  # fewer rows than columns: fill up with zeros
    orthonormal, triangle = np.linalg.qr(np.pad(unit, ((0, 0), (0, short), (0, 0))))
    orthonormal = orthonormal[:, : subjects * visits]
    diagonal = np.abs(np.diagonal(triangle, axis1=1, axis2=2))
    dependent = diagonal < _RANK
    triangle = triangle * length[:, None, :]
    ordinary = np.einsum("tnp,tn->tp", orthonormal, y)
    residual = y - np.einsum("tnp,tp->tn", orthonormal, ordinary)
    freedom = np.maximum(observed.sum(axis=(1, 2)) - columns, 1)
    scale = np.sqrt(np.sum(residual**2, axis=1) / freedom)
    size = np.sqrt(np.sum(y**2, axis=1) / np.maximum(observed.sum(axis=(1, 2)), 1))
    scale = np.where(scale > 1e-13 * size, scale, 0)
    residual = residual / np.where(scale > 0, scale, 1)[:, None]
    both = np.concatenate([orthonormal, residual[..., None]], axis=-1)
    return Standard(
        rows=both.reshape(trials, subjects, visits, columns + 1),
        observed=observed,
        triangle=triangle,
        ordinary=ordinary,
        scale=scale,
        deficient=np.where(dependent.any(axis=1), dependent.argmax(axis=1), -1),
    )


def build(standard: Standard, group: Integers, groups: int) -> Problem:
    """Sum the crossproducts of each cell; ``group`` is (trials, subjects) in 0..groups-1."""
    trials, subjects, visits, width = standard.rows.shape
    bits = standard.observed @ (1 << np.arange(visits, dtype=np.int64))
    key = bits * groups + group
    kinds, cell = np.unique(key, return_inverse=True)
    cell = cell.reshape(trials, subjects)
    occupied = kinds >= groups  # the others are subjects without any observation
    first = int(np.count_nonzero(~occupied))
    cells = len(kinds) - first
    count = np.zeros((trials, cells))
    gram = np.zeros((trials, cells, visits * width, visits * width))
    flat = standard.rows.reshape(trials, subjects, visits * width)
    for trial in range(trials):
        order = np.argsort(cell[trial], kind="stable")
        bounds = np.searchsorted(cell[trial][order], np.arange(first, len(kinds) + 1))
        for place, (start, stop) in enumerate(itertools.pairwise(bounds)):
            if stop > start:
                members = flat[trial, order[start:stop]]
                gram[trial, place] = members.T @ members
                count[trial, place] = stop - start
    kinds = kinds[occupied]
    return Problem(
        crossproduct=_packed(gram.reshape(trials, cells, visits, width, visits, width)),
        subjects=count,
        seen=(kinds[:, None] // groups >> np.arange(visits)) & 1 == 1,
        group=kinds % groups,
        groups=groups,
        columns=width - 1,
    )


def _packed(gram: Floats) -> Floats:
    """Symmetrise and keep each pair of visits and of columns once; pairs of visits count double."""
    trials, cells, visits, width = gram.shape[:4]
    a, b = packed_pairs(visits)
    c, d = packed_pairs(width)
    both = gram[:, :, a[:, None], c, b[:, None], d] + gram[:, :, b[:, None], c, a[:, None], d]
    both *= np.where(a == b, 0.5, 1.0)[:, None]
    return np.asarray(both.reshape(trials, cells * len(a), len(c)))
