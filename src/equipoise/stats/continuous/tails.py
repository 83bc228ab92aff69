"""Tail areas and two-sided quantiles of the t, F, chi-square and normal distributions.

Tails of t and F come from the regularised incomplete beta function with the smaller of the two
arguments formed directly, so that neither a tiny p value nor one near 1 loses digits.
Source: NIST Digital Library of Mathematical Functions, 8.17 (incomplete beta) and 8.11.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from equipoise.stats.arrays import Floats

__all__ = [
    "chi_square_upper",
    "f_quantile",
    "f_upper",
    "normal_quantile",
    "normal_two_sided",
    "normal_upper",
    "t_quantile",
    "t_two_sided",
    "t_upper",
]


def t_two_sided(t: ArrayLike, df: ArrayLike) -> Floats:
    """P(abs(T) >= abs(t)); NaN where ``df`` is not positive."""
    with np.errstate(over="ignore"):
        return f_upper(np.square(np.asarray(t, dtype=np.float64)), 1.0, df)


def t_upper(t: ArrayLike, df: ArrayLike) -> Floats:
    """P(T >= t), one-sided."""
    t = np.asarray(t, dtype=np.float64)
    half = t_two_sided(t, df) / 2
    # Below zero the tail is the larger part, which has no digits to lose.
    return np.where(t >= 0, half, 1 - half)


def t_quantile(confidence: ArrayLike, df: ArrayLike) -> Floats:
    """Find the value that abs(T) stays below with probability ``confidence``."""
    return np.sqrt(f_quantile(confidence, 1.0, df))


def f_upper(f: ArrayLike, df1: ArrayLike, df2: ArrayLike) -> Floats:
    """P(F >= f); NaN where a degree of freedom is not positive or ``f`` is negative or NaN."""
    f, df1, df2 = (np.asarray(value, dtype=np.float64) for value in (f, df1, df2))
    a, b = np.where(df1 > 0, df1, np.nan) / 2, np.where(df2 > 0, df2, np.nan) / 2
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        odds = f * df1 / df2
        below = np.where(np.isinf(odds), 1.0, odds / (1 + odds))
        above = 1 / (1 + odds)
    # The larger part has no digits to lose; betaincc itself loses some there for a = b = 1/2.
    lower = special.betainc(a, b, below)
    near = np.where(lower < 0.5, 1 - lower, special.betaincc(a, b, below))
    tail: Floats = np.where(odds < 1, near, special.betainc(b, a, above))
    return tail


def f_quantile(confidence: ArrayLike, df1: ArrayLike, df2: ArrayLike) -> Floats:
    """Find the value that F stays below with probability ``confidence``."""
    confidence, df1, df2 = (np.asarray(value, dtype=np.float64) for value in (confidence, df1, df2))
    a, b = np.where(df1 > 0, df1, np.nan) / 2, np.where(df2 > 0, df2, np.nan) / 2
    below = special.betaincinv(a, b, confidence)
    above = special.betainccinv(b, a, confidence)
    quantile: Floats = np.asarray(df2 / df1 * below / above)
    return quantile


def chi_square_upper(chi_square: ArrayLike, df: ArrayLike) -> Floats:
    """P(chi-square >= the value)."""
    tail: Floats = special.chdtrc(df, chi_square)
    return tail


def normal_upper(z: ArrayLike) -> Floats:
    """P(Z >= z), one-sided."""
    tail: Floats = special.ndtr(-np.asarray(z, dtype=np.float64))
    return tail


def normal_two_sided(z: ArrayLike) -> Floats:
    """P(abs(Z) >= abs(z))."""
    return 2 * normal_upper(np.abs(np.asarray(z, dtype=np.float64)))


def normal_quantile(confidence: ArrayLike) -> Floats:
    """Find the value that abs(Z) stays below with probability ``confidence``."""
    quantile: Floats = -special.ndtri((1 - np.asarray(confidence, dtype=np.float64)) / 2)
    return quantile
