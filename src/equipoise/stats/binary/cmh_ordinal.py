"""The Cochran-Mantel-Haenszel family for r x c tables over strata.

Three alternatives to independence given the strata, in the definitions of SAS ``PROC FREQ``:
a correlation of row and column scores, row means of column scores that differ, and any
association. Each compares the sum over strata of scored counts with its expectation given all
margins. Source: Landis JR, Heyman ER, Koch GG. International Statistical Review 1978;
46(3):237-254.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats, as_floats
from equipoise.stats.binary.counts import read_tables
from equipoise.stats.binary.interval import state_where

__all__ = [
    "CmhFamilyTest",
    "cmh_general_association",
    "cmh_nonzero_correlation",
    "cmh_row_mean_scores",
    "column_midranks",
    "modified_ridits",
]

_LARGEST = 1e50
"""Covariances of scores are squared."""
_RANK = 1e-10
"""An eigenvalue below this share of the largest counts as zero. [1]"""
_AXES = ("strata", "rows", "columns")


@dataclass(frozen=True, slots=True, kw_only=True)
class CmhFamilyTest:
    """One test of the family for each trial; fields have the leading shape.

    Attributes
    ----------
    statistic, df, p_value : float
        Chi-square statistic; ``df`` counts what the tables can show: rows or columns without a
        subject do not add to it.
    state : int8
        NOT_ESTIMABLE, and NaN, where the margins leave nothing to vary.
    """

    statistic: Floats
    df: Floats
    p_value: Floats
    state: NDArray[np.int8]


def cmh_nonzero_correlation(
    *,
    table: ArrayLike,
    row_scores: ArrayLike | None = None,
    column_scores: ArrayLike | None = None,
) -> CmhFamilyTest:
    """Test for a linear relation of row scores and column scores, given the strata.

    Parameters
    ----------
    table : (..., strata, rows, columns) int
        Counts. NaN is refused; a stratum with fewer than two subjects adds nothing.
    row_scores : (rows,) or (..., strata, rows) float, optional
        Scores of the rows; 1, 2, ... if not given (table scores).
    column_scores : (columns,) or (..., strata, columns) float, optional
        Scores of the columns; 1, 2, ... if not given. See :func:`column_midranks`.

    Returns
    -------
    CmhFamilyTest
        With one degree of freedom.

    Raises
    ------
    DataError
        If ``table`` has fewer than three axes, an axis of length zero, or anything but whole
        numbers of zero or more, or scores are not finite or do not fit.
    """
    counts, rows, columns = _read(table, row_scores, column_scores)
    return _test(counts, rows[..., None, :], columns[..., None, :])


def cmh_row_mean_scores(
    *, table: ArrayLike, column_scores: ArrayLike | None = None
) -> CmhFamilyTest:
    """Test whether the mean column score differs between rows, given the strata.

    Parameters and Raises are those of :func:`cmh_nonzero_correlation`. With modified ridits as
    scores it is van Elteren's test; with midranks and one stratum that of Kruskal and Wallis.

    Returns
    -------
    CmhFamilyTest
        With (rows - 1) degrees of freedom.
    """
    counts, _, columns = _read(table, None, column_scores)
    return _test(counts, np.eye(counts.shape[-2]), columns[..., None, :])


def cmh_general_association(*, table: ArrayLike) -> CmhFamilyTest:
    """Test for any association of rows and columns, given the strata.

    Parameters and Raises are those of :func:`cmh_nonzero_correlation`.

    Returns
    -------
    CmhFamilyTest
        With (rows - 1)(columns - 1) degrees of freedom. R ``mantelhaen.test`` gives the same
        for tables larger than 2 x 2.
    """
    counts, _, _ = _read(table, None, None)
    return _test(counts, np.eye(counts.shape[-2]), np.eye(counts.shape[-1]))


def column_midranks(*, table: ArrayLike) -> Floats:
    """Midranks of the columns within each stratum: (..., strata, rows, columns) to scores.

    Returns
    -------
    (..., strata, columns) float
        The mean rank of the subjects of a column, SAS ``SCORES=RANK``.

    Raises
    ------
    DataError
        As :func:`cmh_nonzero_correlation`.
    """
    margin = np.sum(read_tables("table", table, axes=_AXES), axis=-2)
    return np.asarray(np.cumsum(margin, axis=-1) - margin / 2 + 0.5)


def modified_ridits(*, table: ArrayLike) -> Floats:
    """Midranks over one more than the subjects of the stratum, SAS ``SCORES=MODRIDIT``.

    Parameters, Returns and Raises are those of :func:`column_midranks`.
    """
    counts = read_tables("table", table, axes=_AXES)
    total = np.sum(counts, axis=(-2, -1))[..., None]
    return np.asarray(column_midranks(table=counts) / (total + 1))


def _read(
    table: ArrayLike, row_scores: ArrayLike | None, column_scores: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    faults: list[Fault] = []
    counts = read_tables("table", table, axes=_AXES)
    strata, rows, columns = counts.shape[-3:]
    row = _read_scores("row_scores", row_scores, (*counts.shape[:-3], strata, rows), faults)
    column = _read_scores(
        "column_scores", column_scores, (*counts.shape[:-3], strata, columns), faults
    )
    if faults:
        raise DataError(faults)
    return counts, row, column


def _read_scores(
    name: str, scores: ArrayLike | None, shape: tuple[int, ...], faults: list[Fault]
) -> Floats:
    if scores is None:
        return np.broadcast_to(np.arange(1.0, shape[-1] + 1), shape)
    given = as_floats(name, scores)
    try:
        given = np.broadcast_to(given, shape)
    except ValueError:
        faults.append(Fault(where=name, came=f"shape {given.shape}", wanted=f"({shape[-1]},)"))
    if not np.all(np.abs(given) <= _LARGEST):
        faults.append(Fault(where=name, came="a score that is not finite", wanted="numbers"))
    return given


def _test(counts: Floats, row_maps: Floats, column_maps: Floats) -> CmhFamilyTest:
    """Refer scored counts to their expectation; maps are (..., scores, rows or columns)."""
    total = np.sum(counts, axis=(-2, -1))[..., None, None]
    row = np.sum(counts, axis=-1, keepdims=True)
    column = np.sum(counts, axis=-2, keepdims=True)
    gap = counts - np.divide(row * column, total, out=np.zeros_like(counts), where=total > 0)
    right = np.swapaxes(column_maps, -1, -2)
    excess = np.sum(row_maps @ gap @ right, axis=-3)
    between_rows = _spread(row_maps, row[..., 0])
    between_columns = _spread(column_maps, column[..., 0, :])
    factor = np.divide(1.0, total**2 * (total - 1), out=np.zeros_like(total), where=total > 1)
    product = np.einsum("...ij,...kl->...ikjl", factor * between_rows, between_columns)
    size = excess.shape[-2] * excess.shape[-1]
    covariance = np.sum(product, axis=-5).reshape(*counts.shape[:-3], size, size)
    return _chi_square(excess.reshape(*counts.shape[:-3], size), covariance)


def _spread(maps: Floats, margin: Floats) -> Floats:
    """N² times the covariance of the scores of one subject drawn from a margin."""
    total = np.sum(margin, axis=-1)[..., None, None]
    weighted = maps * margin[..., None, :]
    mean = np.sum(weighted, axis=-1, keepdims=True)
    return np.asarray(
        total * (weighted @ np.swapaxes(maps, -1, -2)) - mean * np.swapaxes(mean, -1, -2)
    )


def _chi_square(excess: Floats, covariance: Floats) -> CmhFamilyTest:
    values, vectors = np.linalg.eigh(covariance)
    largest = np.max(np.abs(values), axis=-1, keepdims=True)
    is_free = (values > _RANK * largest) & (values > 0)
    along = np.einsum("...ij,...i->...j", vectors, excess)
    parts = np.divide(along**2, values, out=np.zeros_like(values), where=is_free)
    df = np.asarray(np.sum(is_free, axis=-1), dtype=np.float64)
    statistic = np.where(df == 0, np.nan, np.sum(parts, axis=-1))
    return CmhFamilyTest(
        statistic=statistic,
        df=df,
        p_value=chdtrc(np.maximum(df, 1), statistic),
        state=state_where(not_estimable=df == 0),
    )
