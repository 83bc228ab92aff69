"""Restricted mean survival time: the area under the Kaplan-Meier curve up to a time.

With A(t) the area from t on, d events among n at risk, the variance is the sum of
A(t)^2 d / (n (n - d)) over event times. Source: Royston, Parmar. BMC Med Res Methodol 2013;
13:152; Uno et al. J Clin Oncol 2014; 32:2380-2385.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.state import State, first_state
from equipoise.stats.survival.door import (
    BEYOND,
    OUT,
    Beyond,
    Subjects,
    blocks,
    read_choice,
    read_horizon,
    read_level,
    read_subjects,
)
from equipoise.stats.survival.groups import read_groups
from equipoise.stats.survival.limits import normal_quantile
from equipoise.stats.survival.product_limit import Product
from equipoise.stats.survival.strata import estimates_of_arms

__all__ = [
    "RestrictedMean",
    "RestrictedMeanComparison",
    "compare_restricted_means",
    "restricted_mean",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedMean:
    """Mean time free of the event up to a horizon, of each trial; fields are (...), in days.

    Not estimable where the horizon lies after the last follow-up and the curve has not
    reached 0, unless the curve was to be drawn on.
    """

    mean: Floats
    standard_error: Floats
    ci_low: Floats
    ci_high: Floats
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedMeanComparison:
    """Two arms compared, group 1 against group 0; fields are (...), of the arms (..., 2).

    ``difference`` above 0: group 1 is free of the event for longer. p values are two-sided.
    """

    mean: Floats
    standard_error: Floats
    difference: Floats
    difference_standard_error: Floats
    ci_low: Floats  # of the difference
    ci_high: Floats
    p_value: Floats
    ratio: Floats
    ratio_ci_low: Floats  # taken on the log scale
    ratio_ci_high: Floats
    ratio_p_value: Floats
    state: NDArray[np.int8]


def restricted_mean(
    *,
    time: ArrayLike,
    event: ArrayLike,
    horizon: float,
    level: float = 0.95,
    beyond: Beyond = "not estimable",
) -> RestrictedMean:
    """Estimate the mean time free of the event up to a horizon.

    Parameters
    ----------
    time : (..., subjects) float
        Time from randomisation to event or censoring; ``-inf`` for subjects that are out. [day]
    event : (..., subjects) bool
        True where the event was seen at ``time``.
    horizon : float
        The time up to which the curve counts, above 0. [day]
    level : float
        Confidence level of the normal limits. [1]
    beyond : {"not estimable", "last"}
        What is said where the horizon lies after the last follow-up of a curve that has not
        reached 0: that nothing is known, or the area under the last estimate drawn on.

    Raises
    ------
    DataError
        NaN in ``time``, a horizon that is not above 0, a level outside 0 to 1.
    """
    level = read_level(level)
    read_horizon(horizon)
    read_choice("beyond", beyond, BEYOND)
    subjects = read_subjects(time=time, event=event)
    mean, variance = _areas(subjects, horizon, beyond)
    error = np.sqrt(variance)
    half = normal_quantile(level) * error
    return RestrictedMean(
        mean=subjects.lay_out(mean),
        standard_error=subjects.lay_out(error),
        ci_low=subjects.lay_out(mean - half),
        ci_high=subjects.lay_out(mean + half),
        state=subjects.lay_out(first_state((np.isnan(mean), State.NOT_ESTIMABLE))),
    )


def compare_restricted_means(
    *,
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    horizon: float,
    stratum: ArrayLike | None = None,
    level: float = 0.95,
    beyond: Beyond = "not estimable",
) -> RestrictedMeanComparison:
    """Compare the restricted means of two arms by difference and ratio.

    Parameters
    ----------
    group : (..., subjects) int
        1 in the experimental arm, 0 in the control arm.
    stratum : (..., subjects) int, optional
        With strata the mean of an arm is that of its means in the strata, each weighed by its
        subjects in both arms; a stratum without subjects of one arm does not count.
    time, event, horizon, level, beyond
        As in `restricted_mean`.

    Returns
    -------
    RestrictedMeanComparison
        Not estimable where one arm is not, in one stratum that counts.
    """
    level = read_level(level)
    read_horizon(horizon)
    read_choice("beyond", beyond, BEYOND)
    subjects = read_groups(time=time, event=event, group=group, stratum=stratum, groups=2)
    mean, variance = estimates_of_arms(subjects, lambda arm: _areas(arm, horizon, beyond))
    difference, error = mean[:, 1] - mean[:, 0], np.sqrt(variance.sum(axis=-1))
    positive = np.where(mean > 0, mean, np.nan)
    log_ratio = np.log(positive[:, 1] / positive[:, 0])
    log_error = np.sqrt(np.sum(variance / positive**2, axis=-1))
    z = normal_quantile(level)
    fields = {
        "mean": mean,
        "standard_error": np.sqrt(variance),
        "difference": difference,
        "difference_standard_error": error,
        "ci_low": difference - z * error,
        "ci_high": difference + z * error,
        "p_value": _two_sided(difference, error),
        "ratio": np.exp(log_ratio),
        "ratio_ci_low": np.exp(log_ratio - z * log_error),
        "ratio_ci_high": np.exp(log_ratio + z * log_error),
        "ratio_p_value": _two_sided(log_ratio, log_error),
    }
    return RestrictedMeanComparison(
        **{name: subjects.lay_out(value) for name, value in fields.items()},
        state=subjects.lay_out(first_state((np.isnan(difference), State.NOT_ESTIMABLE))),
    )


def _areas(subjects: Subjects, horizon: float, beyond: Beyond) -> tuple[Floats, Floats]:
    """Area and its variance, each (trials,); NaN where the curve is not known to the horizon."""
    parts = [
        _area(subjects.part(rows), horizon, is_extended=beyond == "last")
        for rows in blocks(subjects.trials, subjects.time.shape[1])
    ]
    area, variance = map(np.concatenate, zip(*parts, strict=True))
    return area, variance


def _area(subjects: Subjects, horizon: float, *, is_extended: bool) -> tuple[Floats, Floats]:
    curve = Product.of(subjects.time, subjects.event)
    time = curve.time
    corner = np.clip(time, 0, horizon)
    width = np.diff(corner, axis=-1, append=horizon)
    beyond = np.cumsum((curve.survival * width)[:, ::-1], axis=-1)[:, ::-1]
    # After the event of all who were left, the area is 0 and Greenwood's term infinite.
    counts = (beyond > 0) & (time <= horizon)
    with np.errstate(invalid="ignore"):
        variance = np.sum(np.where(counts, beyond**2 * curve.log_variance_step, 0), axis=-1)
    is_known = (time[:, -1] >= horizon) | (curve.survival[:, -1] == 0)
    is_known |= is_extended & (time[:, -1] > OUT)
    area = corner[:, 0] + beyond[:, 0]
    return np.where(is_known, area, np.nan), np.where(is_known, variance, np.nan)


def _two_sided(estimate: Floats, error: Floats) -> Floats:
    p_value: Floats = 2 * ndtr(-np.abs(divide_or_nan(estimate, error)))
    return p_value
