"""A difference of means with its t test: the result, and how moments make it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.arrays import Floats, divide_or_nan, everywhere
from equipoise.stats.continuous.moments import Moments
from equipoise.stats.state import State, first_state
from equipoise.stats.tails import t_one_sided, t_quantile, t_two_sided

__all__ = ["MeanDifference", "difference_of", "pairs_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanDifference:
    """A difference of means with its t test; every field has the leading shape of the input.

    ``estimate`` is experimental minus control (for pairs: the mean of first minus second).
    ``p_less`` and ``p_greater`` are one-sided, for the alternatives that the difference is below
    and above the margin. ``state`` is NOT_ESTIMABLE, and all but estimate and counts NaN, where
    there are too few subjects or the data are constant.
    """

    estimate: Floats
    standard_error: Floats
    df: Floats
    statistic: Floats
    p_value: Floats
    p_less: Floats
    p_greater: Floats
    ci_low: Floats
    ci_high: Floats
    n_treated: Floats
    n_control: Floats
    mean_treated: Floats
    mean_control: Floats
    state: NDArray[np.int8]


def difference_of(
    treated: Moments,
    control: Moments,
    *,
    equal_variance: bool,
    margin: float,
    confidence: float,
) -> MeanDifference:
    """Compare two samples known by their moments."""
    # An arm of one subject or none makes NaN of 0/0, which is no test below.
    with np.errstate(divide="ignore", invalid="ignore"):
        if equal_variance:
            df = np.where((treated.n > 0) & (control.n > 0), treated.n + control.n - 2, 0.0)
            pooled = (treated.deviations + control.deviations) / df
            variance = pooled * (1 / treated.n + 1 / control.n)
        else:
            one, other = (arm.deviations / (arm.n - 1) / arm.n for arm in (treated, control))
            variance = one + other
            # Of shares, since the square of a variance may be beyond the range of numbers.
            spread = np.square(one / variance) / (treated.n - 1)
            df = 1 / (spread + np.square(other / variance) / (control.n - 1))
    return _inference(
        estimate=treated.mean - control.mean,
        standard_error=np.sqrt(variance),
        df=df,
        scale=np.fmax(np.abs(treated.mean), np.abs(control.mean)),
        margin=margin,
        confidence=confidence,
        n=(treated.n, control.n),
        means=(treated.mean, control.mean),
    )


def pairs_of(
    pairs: Moments, *, means: tuple[Floats, Floats], margin: float, confidence: float
) -> MeanDifference:
    """Test the mean of differences known by their moments."""
    return _inference(
        estimate=pairs.mean,
        standard_error=np.sqrt(divide_or_nan(pairs.variance, pairs.n)),
        df=pairs.n - 1,
        scale=np.fmax(np.abs(pairs.mean), np.fmax(np.abs(means[0]), np.abs(means[1]))),
        margin=margin,
        confidence=confidence,
        n=(pairs.n, pairs.n),
        means=means,
    )


def _inference(
    *,
    estimate: Floats,
    standard_error: Floats,
    df: Floats,
    scale: Floats,
    margin: float,
    confidence: float,
    n: tuple[Floats, Floats],
    means: tuple[Floats, Floats],
) -> MeanDifference:
    """Draw test and limits from an estimate, its standard error and degrees of freedom."""
    rounding = 10 * np.finfo(np.float64).eps * scale
    is_estimated, error = (standard_error > rounding) & (df > 0), standard_error
    if not everywhere(is_estimated):
        error, df = np.where(is_estimated, error, np.nan), np.where(is_estimated, df, np.nan)
    statistic = (estimate - margin) / error
    reach = t_quantile(confidence, df) * error
    two_sided = t_two_sided(statistic, df)
    p_less, p_greater = t_one_sided(statistic, two_sided)
    return MeanDifference(
        estimate=estimate,
        standard_error=error,
        df=df,
        statistic=statistic,
        p_value=two_sided,
        p_less=p_less,
        p_greater=p_greater,
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        n_treated=n[0],
        n_control=n[1],
        mean_treated=means[0],
        mean_control=means[1],
        state=first_state((~is_estimated, State.NOT_ESTIMABLE)),
    )
