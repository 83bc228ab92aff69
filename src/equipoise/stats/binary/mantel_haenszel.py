"""Effects pooled over strata after Mantel and Haenszel, and their heterogeneity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtr

from equipoise.stats.arrays import Bools, Floats, divide_or_nan, everywhere
from equipoise.stats.binary.counts import TwoArms, read_strata
from equipoise.stats.binary.interval import normal_quantile, quotient, state_where

__all__ = [
    "PooledEffect",
    "cells",
    "common_odds_ratio",
    "divide_or_zero",
    "hold_both_outcomes",
    "mantel_haenszel_log_odds_ratio",
    "mantel_haenszel_log_risk_ratio",
    "mantel_haenszel_risk_difference",
    "sato_terms",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledEffect:
    """An effect pooled over the strata of each trial; fields have the leading shape.

    Attributes
    ----------
    estimate, standard_error, ci_low, ci_high : float
        On the scale the function names: a logarithm for the ratios.
    z, p_value : float
        Estimate over standard error, and its two-sided p value.
    heterogeneity, heterogeneity_df, heterogeneity_p : float
        Inverse-variance weighted sum of squares of the strata's effects about the pooled one,
        referred to chi-square with one degree of freedom less than there are such strata; 0 with
        one of them.
    i_squared : float
        Share of the heterogeneity beyond its degrees of freedom, at least 0. [%]
    state : int8
        INFINITE where a ratio is 0 or infinite; NOT_ESTIMABLE where no stratum informs.
    """

    estimate: Floats
    standard_error: Floats
    ci_low: Floats
    ci_high: Floats
    z: Floats
    p_value: Floats
    heterogeneity: Floats
    heterogeneity_df: Floats
    heterogeneity_p: Floats
    i_squared: Floats
    state: NDArray[np.int8]


def mantel_haenszel_log_odds_ratio(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> PooledEffect:
    """Pool the odds ratio over strata; the answer is on the logarithmic scale.

    Parameters
    ----------
    x1, n1 : (..., strata) int
        Events and subjects of the experimental arm. NaN is refused; a stratum in which an arm
        is empty adds nothing.
    x0, n0 : (..., strata) int
        Events and subjects of the control arm; all four broadcast together.
    confidence : float
        Two-sided level of the limits.

    Returns
    -------
    PooledEffect
        ``estimate`` > 0: more events in the experimental arm.

    Raises
    ------
    DataError
        If a count is not a whole number, is negative or exceeds the size of its arm, shapes
        do not broadcast, there is no axis of strata, or ``confidence`` is not between 0 and 1.

    Notes
    -----
    Sources: Mantel N, Haenszel W. JNCI 1959; 22(4):719-748. Variance: Robins J, Breslow N,
    Greenland S. Biometrics 1986; 42(2):311-323. For the heterogeneity alone, 1/2 is added to
    the cells of a stratum with a zero cell, and strata without any event, or any non-event, are
    left out, as R ``metafor::rma.mh`` does.
    """
    arms = read_strata(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    a, b, c, d, total = cells(arms)
    r, s = _products(a, b, c, d, total)
    p, q = divide_or_zero(a + d, total), divide_or_zero(b + c, total)
    sum_r, sum_s = _sum(r), _sum(s)
    variance = (
        divide_or_nan(_sum(p * r), 2 * sum_r**2)
        + divide_or_nan(_sum(p * s + q * r), 2 * sum_r * sum_s)
        + divide_or_nan(_sum(q * s), 2 * sum_s**2)
    )
    is_informative = hold_both_outcomes(a, b, c, d)
    a, b, c, d = _filled(a, b, c, d)
    effect, spread = np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    return _pooled(
        _log_quotient(sum_r, sum_s),
        variance,
        confidence,
        strata=(effect, spread, is_informative),
    )


def mantel_haenszel_log_risk_ratio(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> PooledEffect:
    """Pool the risk ratio over strata; the answer is on the logarithmic scale.

    Parameters, Returns and Raises are those of :func:`mantel_haenszel_log_odds_ratio`, and so
    is the treatment of zero cells in the heterogeneity.

    Notes
    -----
    Source: Greenland S, Robins JM. Biometrics 1985; 41(1):55-68.
    """
    arms = read_strata(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    a, b, c, d, total = cells(arms)
    sum_r = _sum(divide_or_zero(a * arms.n0, total))
    sum_s = _sum(divide_or_zero(c * arms.n1, total))
    spread_sum = _sum(divide_or_zero(arms.n1 * arms.n0 * (a + c) - a * c * total, total**2))
    is_informative = hold_both_outcomes(a, b, c, d)
    a, b, c, d = _filled(a, b, c, d)
    risk1, risk0 = a / (a + b), c / (c + d)
    spread = (1 - risk1) / a + (1 - risk0) / c
    return _pooled(
        _log_quotient(sum_r, sum_s),
        divide_or_nan(spread_sum, sum_r * sum_s),
        confidence,
        strata=(np.log(risk1 / risk0), spread, is_informative),
    )


def mantel_haenszel_risk_difference(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, confidence: float = 0.95
) -> PooledEffect:
    """Pool the risk difference over strata.

    Parameters, Returns and Raises are those of :func:`mantel_haenszel_log_odds_ratio`, and so
    is the treatment of zero cells in the heterogeneity.

    Notes
    -----
    Sources: Greenland and Robins 1985, as above. Variance, consistent for few large and for
    many small strata: Sato T. Biometrics 1989; 45(4):1323-1324 (R ``metafor::rma.mh``).
    """
    arms = read_strata(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    a, b, c, d, total = cells(arms)
    share1, share0 = divide_or_zero(arms.n1, total), divide_or_zero(arms.n0, total)
    estimate = divide_or_nan(_sum(a * share0 - c * share1), _sum(arms.n1 * share0))
    slope, constant = sato_terms(arms)
    is_informative = hold_both_outcomes(a, b, c, d)
    a, b, c, d = _filled(a, b, c, d)
    risk1, risk0 = a / (a + b), c / (c + d)
    spread = risk1 * (1 - risk1) / (a + b) + risk0 * (1 - risk0) / (c + d)
    return _pooled(
        estimate,
        estimate * slope + constant,
        confidence,
        strata=(risk1 - risk0, spread, is_informative),
    )


def sato_terms(arms: TwoArms) -> tuple[Floats, Floats]:
    """Slope and constant of Sato's variance of the risk difference, linear in the difference."""
    a, b, c, d, total = cells(arms)
    share1, share0 = divide_or_zero(arms.n1, total), divide_or_zero(arms.n0, total)
    square = _sum(arms.n1 * share0) ** 2
    p = _sum(c * share1**2 - a * share0**2 + share1 * share0 * (arms.n0 - arms.n1) / 2)
    q = _sum(divide_or_zero(a * d + c * b, total)) / 2
    return divide_or_nan(p, square), divide_or_nan(q, square)


def common_odds_ratio(a: Floats, b: Floats, c: Floats, d: Floats, total: Floats) -> Floats:
    """Pool the odds ratio over the strata of :func:`cells`; NaN where all are empty."""
    r, s = _products(a, b, c, d, total)
    return quotient(_sum(r), _sum(s))


def divide_or_zero(numerator: Floats, denominator: Floats) -> Floats:
    """Divide; zero wherever the denominator is zero, so that empty strata add nothing."""
    if everywhere(denominator):
        return numerator / denominator
    is_zero = denominator == 0
    return np.where(is_zero, 0.0, numerator / np.where(is_zero, 1.0, denominator))


def cells(arms: TwoArms) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Events and others of arm 1, of arm 0, and the total; zeros in a stratum with an empty arm."""
    if everywhere(arms.n1) and everywhere(arms.n0):
        return arms.x1, arms.n1 - arms.x1, arms.x0, arms.n0 - arms.x0, arms.total
    is_filled = ~arms.is_empty
    return (
        arms.x1 * is_filled,
        (arms.n1 - arms.x1) * is_filled,
        arms.x0 * is_filled,
        (arms.n0 - arms.x0) * is_filled,
        arms.total * is_filled,
    )


def _products(a: Floats, b: Floats, c: Floats, d: Floats, total: Floats) -> tuple[Floats, Floats]:
    """Products of the diagonals over the size of each stratum, whose sums make the odds ratio."""
    return divide_or_zero(a * d, total), divide_or_zero(b * c, total)


def _filled(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Add 1/2 to each cell of a stratum that has a zero cell."""
    if everywhere(a * b * c * d):
        return a, b, c, d
    half = 0.5 * ((a == 0) | (b == 0) | (c == 0) | (d == 0))
    return a + half, b + half, c + half, d + half


def hold_both_outcomes(a: Floats, b: Floats, c: Floats, d: Floats) -> Bools:
    """Say which strata hold both outcomes, those with an empty arm being all zeros."""
    return (a + c > 0) & (b + d > 0)


def _sum(strata: Floats) -> Floats:
    total: Floats = np.add.reduce(strata, axis=-1)
    return total


def _log_quotient(numerator: Floats, denominator: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        logarithm: Floats = np.log(quotient(numerator, denominator))
    return logarithm


def _pooled(
    estimate: Floats,
    variance: Floats,
    confidence: float,
    *,
    strata: tuple[Floats, Floats, Bools],
) -> PooledEffect:
    effect, spread, is_informative = strata
    with np.errstate(invalid="ignore"):
        # Sato's variance can fall below zero in the sparsest tables: no standard error then.
        standard_error = np.sqrt(variance)
        # Without a finite pooled effect there is nothing to be heterogeneous about.
        missing = estimate - estimate
    half = normal_quantile(confidence) * standard_error
    z = divide_or_nan(estimate, standard_error)
    squares = np.square(effect - (estimate + missing)[..., None]) / spread
    df = np.maximum(np.add.reduce(is_informative, axis=-1, dtype=np.float64) - 1, 0)
    # One stratum is not heterogeneous with itself, although strata without events may move the
    # pooled effect.
    between = np.where(df == 0, 0.0, _sum(np.where(is_informative, squares, 0.0)))
    heterogeneity = between + missing
    return PooledEffect(
        estimate=estimate,
        standard_error=standard_error,
        ci_low=estimate - half,
        ci_high=estimate + half,
        z=z,
        p_value=2 * ndtr(-np.abs(z)),
        heterogeneity=heterogeneity,
        heterogeneity_df=df,
        heterogeneity_p=chdtrc(np.maximum(df, 1), heterogeneity),
        i_squared=100 * divide_or_zero(np.maximum(heterogeneity - df, 0), heterogeneity),
        state=state_where(
            not_estimable=~(standard_error + missing > 0), infinite=np.isinf(estimate)
        ),
    )
