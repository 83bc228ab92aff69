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


def t_upper(t: ArrayLike, two_sided: Floats) -> Floats:
    """P(T >= t), one-sided, from P(abs(T) >= abs(t))."""
    # Below zero the tail is the larger part, which has no digits to lose.
    upper: Floats = np.where(np.asarray(t) >= 0, two_sided / 2, 1 - two_sided / 2)
    return upper


def t_quantile(confidence: float, df: ArrayLike) -> Floats:
    """Find the value that abs(T) stays below with probability ``confidence``."""
    return np.sqrt(f_quantile(confidence, 1.0, df))


def f_upper(f: ArrayLike, df1: ArrayLike, df2: ArrayLike) -> Floats:
    """P(F >= f); NaN where a degree of freedom is not positive or ``f`` is negative or NaN."""
    f, a, b = np.broadcast_arrays(*(np.asarray(value, np.float64) for value in (f, df1, df2)))
    is_known = (f >= 0) & (a > 0) & (b > 0)
    f, a, b = (np.where(is_known, value, 1.0) for value in (f, a, b))
    with np.errstate(over="ignore"):
        odds = f * a / b
    is_near = odds < 1
    below = np.where(is_near, odds, 0.0)
    below = below / (1 + below)
    above = 1 / (1 + odds)
    a, b = a / 2, b / 2
    # The larger part has no digits to lose; betaincc itself loses some there for a = b = 1/2.
    lower = special.betainc(a, b, below, where=is_near, out=np.ones(f.shape))
    tail: Floats = np.where(lower < 0.5, 1 - lower, np.nan)
    special.betaincc(a, b, below, where=is_near & (lower >= 0.5), out=tail)
    special.betainc(b, a, above, where=~is_near, out=tail)
    return np.where(is_known, tail, np.nan)


def f_quantile(confidence: float, df1: ArrayLike, df2: ArrayLike) -> Floats:
    """Find the value that F stays below with probability ``confidence``."""
    df1, df2 = np.broadcast_arrays(*(np.asarray(value, np.float64) for value in (df1, df2)))
    # A batch has few degrees of freedom, and the search for a quantile is slow.
    pairs, place = np.unique(
        np.stack([df1.ravel(), df2.ravel()]), axis=1, return_inverse=True, equal_nan=False
    )
    one, other = (np.where(pair > 0, pair, np.nan) for pair in pairs)
    below = special.betaincinv(one / 2, other / 2, confidence)
    above = 1 - below
    special.betainccinv(other / 2, one / 2, confidence, where=below > 0.5, out=above)
    quantiles: Floats = (other / one * below / above)[place].reshape(df1.shape)
    return quantiles


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
