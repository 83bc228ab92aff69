"""Compare two variances by the F test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.continuous.moments import Moments
from equipoise.stats.continuous.t_test import read_arms
from equipoise.stats.continuous.t_test_from_summary import read_summaries
from equipoise.stats.state import State, first_state
from equipoise.stats.tails import f_quantile, f_upper

__all__ = ["VarianceRatio", "variance_ratio_test", "variance_ratio_test_from_summary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceRatio:
    """Ratio of the variances, experimental over control, with the two-sided F test.

    ``state`` is NOT_ESTIMABLE, and every number NaN, where an arm has fewer than two values or
    no spread.
    """

    ratio: Floats
    df_treated: Floats
    df_control: Floats
    p_value: Floats
    ci_low: Floats
    ci_high: Floats
    state: NDArray[np.int8]


def variance_ratio_test(
    *, response: ArrayLike, treated: ArrayLike, confidence: float = 0.95
) -> VarianceRatio:
    """Compare the variances of two arms.

    Parameters
    ----------
    response : (..., subjects) float
        NaN takes a subject out.
    treated : (..., subjects) bool
        True in the experimental arm.
    confidence : float
        Confidence of the limits of the ratio.

    Raises
    ------
    DataError
        As `student_t_test`.

    Notes
    -----
    The two-sided p value is twice the smaller tail, as in R ``var.test``; SAS ``PROC TTEST`` folds
    the larger variance on top and gets the same where the arms are of one size.
    Source: Armitage, Berry, Matthews. Statistical Methods in Medical Research, 4th edition 2002,
    section 5.1.
    """
    return _test(*read_arms(response, treated, confidence), confidence=confidence)


def variance_ratio_test_from_summary(
    *,
    n_treated: ArrayLike,
    sd_treated: ArrayLike,
    n_control: ArrayLike,
    sd_control: ArrayLike,
    confidence: float = 0.95,
) -> VarianceRatio:
    """Run `variance_ratio_test` on published numbers and standard deviations."""
    arms = read_summaries(n_treated, 0.0, sd_treated, n_control, 0.0, sd_control, confidence)
    return _test(*arms, confidence=confidence)


def _test(treated: Moments, control: Moments, *, confidence: float) -> VarianceRatio:
    # Spread that is rounding of a constant is no spread; the rule is that of the t test.
    one, other = (
        np.where(
            np.sqrt(arm.variance / np.maximum(arm.n, 1))
            > 10 * np.finfo(np.float64).eps * np.abs(arm.mean),
            arm.variance,
            np.nan,
        )
        for arm in (treated, control)
    )
    ratio = divide_or_nan(one, other)
    is_estimated = np.isfinite(ratio)
    df1, df2 = (np.where(is_estimated, arm.n - 1, np.nan) for arm in (treated, control))
    upper, lower = f_upper(ratio, df1, df2), f_upper(divide_or_nan(1, ratio), df2, df1)
    most = (1 + confidence) / 2
    return VarianceRatio(
        ratio=ratio,
        df_treated=df1,
        df_control=df2,
        p_value=np.minimum(2 * np.minimum(upper, lower), 1.0),
        ci_low=ratio / f_quantile(most, df1, df2),
        ci_high=ratio * f_quantile(most, df2, df1),
        state=first_state((~is_estimated, State.NOT_ESTIMABLE)),
    )
