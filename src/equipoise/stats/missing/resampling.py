"""Errors of an estimate from what it is without each subject, and in samples of the subjects.

Source: Efron B, Tibshirani RJ. An Introduction to the Bootstrap 1993, chapters 11 and 13.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.door import Door
from equipoise.stats.state import State
from equipoise.stats.tails import normal_quantile, normal_two_sided

__all__ = ["Bootstrapped", "Jackknifed", "pool_bootstrap", "pool_jackknife"]

_LEAST = 2
"""Estimates without which there is no spread."""

_ROUNDING = 1e-9
"""Slack for a level that asks for the lowest of the samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jackknifed:
    """An estimate with its jackknife standard error, normal limits and two-sided p value."""

    estimate: Floats
    standard_error: Floats
    ci_low: Floats
    ci_high: Floats
    p_value: Floats
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrapped:
    """An estimate with its bootstrap error; fields have the leading shape.

    Attributes
    ----------
    estimate : float
        From all subjects.
    standard_error : float
        Standard deviation of the estimates of the samples.
    percentile_low, percentile_high : float
        Quantiles of the estimates of the samples. NaN where there are too few samples for the
        level: fewer than 2 / (1 - confidence) - 1.
    percentile_less, percentile_greater : float
        One-sided p values: small where few samples are above zero, and below it.
    percentile_p : float
        Two-sided, twice the smaller of them.
    normal_low, normal_high, normal_p : float
        Limits and two-sided p value from the standard error.
    state : int8
        NOT_ESTIMABLE with fewer than two samples, or where one is NaN.
    """

    estimate: Floats
    standard_error: Floats
    percentile_low: Floats
    percentile_high: Floats
    percentile_less: Floats
    percentile_greater: Floats
    percentile_p: Floats
    normal_low: Floats
    normal_high: Floats
    normal_p: Floats
    state: NDArray[np.int8]


def pool_jackknife(
    *, estimate: ArrayLike, without: ArrayLike, confidence: float = 0.95
) -> Jackknifed:
    """Give an estimate its jackknife standard error.

    Parameters
    ----------
    estimate : (...) float
        From all subjects.
    without : (..., subjects) float
        The estimate without each subject in turn. NaN makes the standard error NaN.
    confidence : float
        Two-sided level of the normal limits.

    Returns
    -------
    Jackknifed
        Standard error sqrt((n - 1) / n sum (theta_i - mean)^2).

    Raises
    ------
    DataError
        If shapes do not fit or ``confidence`` is not between 0 and 1.

    Notes
    -----
    Source: Efron B, Tibshirani RJ. An Introduction to the Bootstrap 1993, equation 11.5.
    """
    door = Door()
    whole = door.numbers("estimate", estimate, nan=True)
    parts = door.numbers("without", without, core=1, nan=True)
    door.level("confidence", confidence)
    lead = door.close()
    whole = np.broadcast_to(whole, lead)
    many = parts.shape[-1]
    if many < 2:
        parts, many = np.full((*parts.shape[:-1], 2), np.nan), 2
    centred = parts - np.mean(parts, axis=-1, keepdims=True)
    error = np.sqrt((many - 1) / many * np.sum(np.square(centred), axis=-1))
    error = np.where(np.isnan(whole), np.nan, error)
    reach = normal_quantile(confidence) * error
    good = np.isfinite(error)
    return Jackknifed(
        estimate=whole,
        standard_error=error,
        ci_low=whole - reach,
        ci_high=whole + reach,
        p_value=normal_two_sided(divide_or_nan(whole, error)),
        state=np.where(good, State.ESTIMATED, State.NOT_ESTIMABLE).astype(np.int8),
    )


def pool_bootstrap(
    *, estimate: ArrayLike, samples: ArrayLike, confidence: float = 0.95
) -> Bootstrapped:
    """Give an estimate the errors that its bootstrap samples show.

    Parameters
    ----------
    estimate : (...) float
        From all subjects.
    samples : (..., samples) float
        The estimate in each sample. NaN makes the errors NaN.
    confidence : float
        Two-sided level of the limits.

    Raises
    ------
    DataError
        If shapes do not fit or ``confidence`` is not between 0 and 1.

    Notes
    -----
    A quantile q lies at place q (B + 1) of the B ordered samples, between two of them in
    proportion (R ``quantile(type = 6)``). A one-sided p value is (1 + samples on the other side
    of zero) / (B + 1), as R ``rbmi::pool``; a sample at zero, which rbmi passes over, counts for
    both sides. Source: Davison AC, Hinkley DV. Bootstrap Methods and their Application 1997,
    sections 4.2 and 5.2.
    """
    door = Door()
    whole = door.numbers("estimate", estimate, nan=True)
    drawn = door.numbers("samples", samples, core=1, nan=True)
    door.level("confidence", confidence)
    lead = door.close()
    whole = np.broadcast_to(whole, lead)
    drawn = np.broadcast_to(drawn, (*lead, drawn.shape[-1]))
    many = drawn.shape[-1]
    if many < _LEAST:
        drawn, many = np.full((*lead, _LEAST), np.nan), _LEAST
    error = np.std(drawn, axis=-1, ddof=1)
    error = np.where(np.isnan(whole), np.nan, error)
    good = np.isfinite(error)
    gone = np.where(good, 0.0, np.nan)
    low, high = _percentiles(drawn, (1 - confidence) / 2) + gone
    less, greater = (
        (1 + np.count_nonzero(side, axis=-1)) / (many + 1) + gone
        for side in (drawn >= 0, drawn <= 0)
    )
    reach = normal_quantile(confidence) * error
    return Bootstrapped(
        estimate=whole,
        standard_error=error,
        percentile_low=low,
        percentile_high=high,
        percentile_less=np.minimum(less, 1.0),
        percentile_greater=np.minimum(greater, 1.0),
        percentile_p=np.minimum(2 * np.minimum(less, greater), 1.0),
        normal_low=whole - reach,
        normal_high=whole + reach,
        normal_p=normal_two_sided(divide_or_nan(whole, error)),
        state=np.where(good, State.ESTIMATED, State.NOT_ESTIMABLE).astype(np.int8),
    )


def _percentiles(drawn: Floats, tail: float) -> Floats:
    """Quantiles that leave ``tail`` below and above, (2, ...); NaN beyond the samples."""
    if tail * (drawn.shape[-1] + 1) < 1 - _ROUNDING:
        return np.full((2, *drawn.shape[:-1]), np.nan)
    return np.asarray(np.quantile(drawn, [tail, 1 - tail], axis=-1, method="weibull"))
