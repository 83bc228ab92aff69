"""Chi-square tests of independence: 2x2 with its corrections, and r x c."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, xlogy

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.binary.counts import read_tables, read_two_arms
from equipoise.stats.binary.interval import state_where

__all__ = [
    "ChiSquareTest",
    "IndependenceTest",
    "chi_square_test",
    "chi_square_test_of_independence",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChiSquareTest:
    """Chi-square test of 2x2 tables (1 degree of freedom); fields have the batch's shape.

    Attributes
    ----------
    z : float
        Signed root of ``statistic``; above zero with more events in the experimental arm.
    statistic, p_value : float
        Pearson's statistic and its two-sided p value.
    statistic_yates, p_yates : float
        With Yates' correction for continuity.
    statistic_n_minus_1, p_n_minus_1 : float
        Pearson's statistic times (N - 1)/N.
    state : int8
        NOT_ESTIMABLE, and all numbers NaN, where a margin is zero.
    """

    z: Floats
    statistic: Floats
    p_value: Floats
    statistic_yates: Floats
    p_yates: Floats
    statistic_n_minus_1: Floats
    p_n_minus_1: Floats
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndependenceTest:
    """Chi-square tests of r x c tables; fields have the leading shape, ``expected`` the full one.

    Attributes
    ----------
    statistic, p_value : float
        Pearson's statistic.
    statistic_likelihood, p_likelihood : float
        The likelihood ratio statistic.
    df : float
        (rows - 1)(columns - 1), counting rows and columns that hold a subject.
    expected : (..., rows, columns) float
        Counts expected under independence.
    smallest_expected : float
        The smallest of them over rows and columns that hold a subject.
    state : int8
        NOT_ESTIMABLE, and NaN, where fewer than two rows or two columns hold a subject.
    """

    statistic: Floats
    p_value: Floats
    statistic_likelihood: Floats
    p_likelihood: Floats
    df: Floats
    expected: Floats
    smallest_expected: Floats
    state: NDArray[np.int8]


def chi_square_test(*, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> ChiSquareTest:
    """Test whether two arms have the same risk, by chi-square.

    Parameters
    ----------
    x1, n1 : (...) int
        Events and subjects of the experimental arm. NaN is refused.
    x0, n0 : (...) int
        Events and subjects of the control arm; all four broadcast together.

    Returns
    -------
    ChiSquareTest

    Raises
    ------
    DataError
        If a count is not a whole number, is negative or exceeds the size of its arm, or
        shapes do not broadcast.

    Notes
    -----
    Yates' correction takes 1/2 off each |observed - expected|, but never more than there is,
    as R ``chisq.test`` does.
    Sources: Yates F. Suppl JRSS 1934; 1(2):217-235. The (N - 1)/N factor: Campbell I.
    Statistics in Medicine 2007; 26:3661-3675.
    """
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0)
    total = arms.total
    # Each |observed - expected| is |excess| / N, so all statistics share one form.
    excess = arms.x1 * arms.n0 - arms.x0 * arms.n1
    margins = arms.n1 * arms.n0 * arms.events * (total - arms.events)
    z = divide_or_nan(excess * np.sqrt(total), np.sqrt(margins))
    corrected = np.maximum(np.abs(excess) - total / 2, 0.0)
    yates = divide_or_nan(corrected**2 * total, margins)
    pearson = divide_or_nan(excess**2 * total, margins)
    campbell = divide_or_nan(excess**2 * (total - 1), margins)
    return ChiSquareTest(
        z=z,
        statistic=pearson,
        p_value=chdtrc(1, pearson),
        statistic_yates=yates,
        p_yates=chdtrc(1, yates),
        statistic_n_minus_1=campbell,
        p_n_minus_1=chdtrc(1, campbell),
        state=state_where(not_estimable=margins == 0),
    )


def chi_square_test_of_independence(*, table: ArrayLike) -> IndependenceTest:
    """Test whether rows and columns of a table are independent.

    Parameters
    ----------
    table : (..., rows, columns) int
        Counts; NaN is refused. Rows and columns without a subject are left out, as SAS
        ``PROC FREQ`` does (R ``chisq.test`` has no answer for them).

    Returns
    -------
    IndependenceTest

    Raises
    ------
    DataError
        If ``table`` has fewer than two axes, an axis of length zero, or holds anything but
        whole numbers of zero or more.

    Notes
    -----
    Source: Agresti A. Categorical Data Analysis, 3rd ed. 2013, section 3.2.
    """
    counts = read_tables("table", table, axes=("rows", "columns"))
    row = np.sum(counts, axis=-1, keepdims=True)
    column = np.sum(counts, axis=-2, keepdims=True)
    total = np.sum(row, axis=-2, keepdims=True)
    expected = divide_or_nan(row * column, total)
    is_filled = (row > 0) & (column > 0)
    df = np.asarray(
        np.maximum(np.sum(row > 0, axis=(-2, -1)) - 1, 0)
        * np.maximum(np.sum(column > 0, axis=(-2, -1)) - 1, 0),
        dtype=np.float64,
    )
    gap = np.divide(
        (counts - expected) ** 2, expected, out=np.zeros_like(expected), where=is_filled
    )
    ratio = np.divide(counts, expected, out=np.ones_like(expected), where=is_filled)
    is_empty = df == 0
    pearson = np.where(is_empty, np.nan, np.sum(gap, axis=(-2, -1)))
    likelihood = np.where(
        is_empty, np.nan, np.maximum(0.0, 2 * np.sum(xlogy(counts, ratio), axis=(-2, -1)))
    )
    smallest = np.min(np.where(is_filled, expected, np.inf), axis=(-2, -1))
    return IndependenceTest(
        statistic=pearson,
        p_value=chdtrc(df, pearson),
        statistic_likelihood=likelihood,
        p_likelihood=chdtrc(df, likelihood),
        df=df,
        expected=expected,
        smallest_expected=np.where(is_empty, np.nan, smallest),
        state=state_where(not_estimable=is_empty),
    )
