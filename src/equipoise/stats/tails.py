"""Tail areas and two-sided quantiles of the t, F, chi-square and normal distributions.

Tails of t and F come from the regularised incomplete beta function; where it is the larger part,
the smaller one is computed, so that neither a tiny p value nor one near 1 loses digits.
Source: NIST Digital Library of Mathematical Functions, 8.17 (incomplete beta) and 8.11.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from equipoise.stats.arrays import Floats, anywhere

__all__ = [
    "chi_square_upper",
    "f_quantile",
    "f_upper",
    "normal_quantile",
    "normal_two_sided",
    "normal_upper",
    "t_one_sided",
    "t_or_normal_quantile",
    "t_or_normal_two_sided",
    "t_quantile",
    "t_two_sided",
]

_FEW = 8
"""So many quantiles are searched for without a look for equal ones. [1]"""


def t_two_sided(t: ArrayLike, df: ArrayLike) -> Floats:
    """P(abs(T) >= abs(t)); NaN where ``df`` is not positive."""
    with np.errstate(over="ignore"):
        square = np.square(np.asarray(t, dtype=np.float64))
    return f_upper(square, 1.0, df)


def t_or_normal_two_sided(t: ArrayLike, df: ArrayLike) -> Floats:
    """P(abs(T) >= abs(t)), normal where ``df`` is infinite; NaN where it is not positive."""
    is_normal = np.isinf(df)
    if not anywhere(is_normal):
        return t_two_sided(t, df)
    return np.where(is_normal, normal_two_sided(t), t_two_sided(t, np.where(is_normal, 1.0, df)))


def t_one_sided(t: ArrayLike, two_sided: Floats) -> tuple[Floats, Floats]:
    """P(T <= t) and P(T >= t), from P(abs(T) >= abs(t))."""
    # The tail on the far side of zero is the larger part, which has no digits to lose.
    small, is_above = two_sided / 2, np.asarray(t) >= 0
    large = 1 - small
    return np.where(is_above, large, small), np.where(is_above, small, large)


def t_quantile(confidence: float, df: ArrayLike) -> Floats:
    """Find the value that abs(T) stays below with probability ``confidence``."""
    return np.sqrt(f_quantile(confidence, 1.0, df))


def t_or_normal_quantile(confidence: float, df: ArrayLike) -> Floats:
    """Find the value that abs(T), normal where ``df`` is infinite, stays below."""
    is_normal = np.isinf(df)
    if not anywhere(is_normal):
        return t_quantile(confidence, df)
    quantile = t_quantile(confidence, np.where(is_normal, 1.0, df))
    return np.where(is_normal, normal_quantile(confidence), quantile)


def f_upper(f: ArrayLike, df1: ArrayLike, df2: ArrayLike) -> Floats:
    """P(F >= f); NaN where a degree of freedom is not positive or ``f`` is negative or NaN."""
    f, one, other = (np.asarray(value, np.float64) for value in (f, df1, df2))
    tail: Floats = np.asarray(special.fdtrc(one, other, f))
    is_large = tail > 0.5
    if anywhere(is_large):
        # The larger part has no digits to lose, the smaller is formed without a difference.
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            odds = f * one / other
            below = np.where(is_large, odds / (1 + odds), 0.0)
        np.subtract(1, special.betainc(one / 2, other / 2, below), where=is_large, out=tail)
    return tail


def f_quantile(confidence: float, df1: ArrayLike, df2: ArrayLike) -> Floats:
    """Find the value that F stays below with probability ``confidence``."""
    one, other = np.asarray(df1, np.float64), np.asarray(df2, np.float64)
    if one.size == 1 and other.size <= _FEW:
        return _f_quantile(confidence, one, other)
    # A batch has few degrees of freedom, and the search for a quantile is slow.
    if one.size == 1:
        distinct, place = np.unique(other, return_inverse=True, equal_nan=False)
        return np.asarray(_f_quantile(confidence, one, distinct)[place.reshape(other.shape)])
    one, other = np.broadcast_arrays(one, other)
    pairs, place = np.unique(
        np.stack([one.ravel(), other.ravel()]), axis=1, return_inverse=True, equal_nan=False
    )
    return np.asarray(_f_quantile(confidence, *pairs)[place].reshape(one.shape))


def _f_quantile(confidence: float, df1: Floats, df2: Floats) -> Floats:
    # NaN where a degree of freedom is not positive, as the inverse has none there.
    below = special.betaincinv(df1 / 2, df2 / 2, confidence)
    above = np.asarray(1 - below)
    is_near_one = below > 0.5
    if anywhere(is_near_one):
        special.betainccinv(df2 / 2, df1 / 2, confidence, where=is_near_one, out=above)
    quantile: Floats = df2 / df1 * below / above
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
