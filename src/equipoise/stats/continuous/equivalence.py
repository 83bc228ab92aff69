"""Show by two one-sided tests that a difference of means lies within an equivalence range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats
from equipoise.stats.continuous.mean_difference import difference_of
from equipoise.stats.continuous.moments import Moments
from equipoise.stats.continuous.t_test import read_arms
from equipoise.stats.continuous.t_test_from_summary import read_summaries
from equipoise.stats.door import Door
from equipoise.stats.state import State
from equipoise.stats.tails import t_one_sided, t_quantile, t_two_sided

__all__ = ["Equivalence", "tost_estimate", "tost_means", "tost_means_from_summary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence:
    """Two one-sided t tests of a difference of means; fields have the leading shape.

    ``p_value`` is the larger of ``p_lower`` (difference above the lower bound) and ``p_upper``
    (difference below the upper bound): equivalence is shown where it is below ``alpha``.
    ``ci_low`` and ``ci_high`` hold with confidence 1 - 2 alpha. ``state`` as in `MeanDifference`.
    """

    estimate: Floats
    standard_error: Floats
    df: Floats
    statistic_lower: Floats
    p_lower: Floats
    statistic_upper: Floats
    p_upper: Floats
    p_value: Floats
    ci_low: Floats
    ci_high: Floats
    state: NDArray[np.int8]


def tost_means(
    *,
    response: ArrayLike,
    treated: ArrayLike,
    low: float,
    high: float,
    alpha: float = 0.05,
    equal_variance: bool = False,
) -> Equivalence:
    """Test whether the difference of two means lies between ``low`` and ``high``.

    Parameters
    ----------
    response : (..., subjects) float
        NaN takes a subject out.
    treated : (..., subjects) bool
        True in the experimental arm; differences are experimental minus control.
    low, high : float
        The equivalence range, in the unit of the response.
    alpha : float
        Level of each one-sided test.
    equal_variance : bool
        One variance for both arms (Student) or one each (Welch).

    Raises
    ------
    DataError
        If ``low`` is not below ``high``, alpha not in (0, 0.5), or as `student_t_test`.

    Notes
    -----
    Source: Schuirmann DJ. Journal of Pharmacokinetics and Biopharmaceutics 1987; 15:657-680.
    """
    _check_range(low, high, alpha, equal_variance=equal_variance)
    arms = read_arms(response, treated, 1 - 2 * alpha)
    return _test(*arms, low=low, high=high, alpha=alpha, equal_variance=equal_variance)


def tost_means_from_summary(
    *,
    n_treated: ArrayLike,
    mean_treated: ArrayLike,
    sd_treated: ArrayLike,
    n_control: ArrayLike,
    mean_control: ArrayLike,
    sd_control: ArrayLike,
    low: float,
    high: float,
    alpha: float = 0.05,
    equal_variance: bool = False,
) -> Equivalence:
    """Run `tost_means` on published numbers; see `student_t_test_from_summary`."""
    _check_range(low, high, alpha, equal_variance=equal_variance)
    arms = read_summaries(
        n_treated, mean_treated, sd_treated, n_control, mean_control, sd_control, 1 - 2 * alpha
    )
    return _test(*arms, low=low, high=high, alpha=alpha, equal_variance=equal_variance)


def tost_estimate(
    *,
    estimate: ArrayLike,
    standard_error: ArrayLike,
    df: ArrayLike,
    low: float,
    high: float,
    alpha: float = 0.05,
) -> Equivalence:
    """Test whether a difference that a model has estimated lies between ``low`` and ``high``.

    Parameters
    ----------
    estimate, standard_error, df : (...) float
        The difference, its standard error and degrees of freedom; NaN where there is none.
    low, high : float
        The equivalence range, in the unit of the estimate.
    alpha : float
        Level of each one-sided test.

    Raises
    ------
    DataError
        If ``low`` is not below ``high``, alpha not in (0, 0.5), or shapes do not broadcast.
    """
    _check_range(low, high, alpha)
    door = Door()
    value = door.responses("estimate", estimate, axes=0)
    error = door.spreads("standard_error", standard_error)
    freedom = door.responses("df", df, axes=0)
    door.close()
    value, error, freedom = np.broadcast_arrays(value, error, freedom)
    error = np.where(error > 0, error, np.nan)
    known = ~np.isnan(value + error) & (freedom > 0)
    lower, upper = (np.where(known, (value - bound) / error, np.nan) for bound in (low, high))
    _, p_lower = t_one_sided(lower, t_two_sided(lower, freedom))
    p_upper, _ = t_one_sided(upper, t_two_sided(upper, freedom))
    reach = t_quantile(1 - 2 * alpha, np.where(known, freedom, np.nan)) * error
    return Equivalence(
        estimate=value,
        standard_error=error,
        df=freedom,
        statistic_lower=lower,
        p_lower=p_lower,
        statistic_upper=upper,
        p_upper=p_upper,
        p_value=np.maximum(p_lower, p_upper),
        ci_low=value - reach,
        ci_high=value + reach,
        state=np.where(known, State.ESTIMATED, State.NOT_ESTIMABLE).astype(np.int8),
    )


def _check_range(low: float, high: float, alpha: float, *, equal_variance: bool = False) -> None:
    door = Door()
    door.rise(low=door.number("low", low), high=door.number("high", high))
    door.number("alpha", alpha, low=0, high=0.5, open_low=True, open_high=True)
    door.switch("equal_variance", equal_variance)
    door.close()


def _test(
    treated: Moments,
    control: Moments,
    *,
    low: float,
    high: float,
    alpha: float,
    equal_variance: bool,
) -> Equivalence:
    confidence = 1 - 2 * alpha
    lower = difference_of(
        treated, control, equal_variance=equal_variance, margin=low, confidence=confidence
    )
    upper = (lower.estimate - high) / lower.standard_error
    p_upper, _ = t_one_sided(upper, t_two_sided(upper, lower.df))
    return Equivalence(
        estimate=lower.estimate,
        standard_error=lower.standard_error,
        df=lower.df,
        statistic_lower=lower.statistic,
        p_lower=lower.p_greater,
        statistic_upper=upper,
        p_upper=p_upper,
        p_value=np.maximum(lower.p_greater, p_upper),
        ci_low=lower.ci_low,
        ci_high=lower.ci_high,
        state=lower.state,
    )
