"""Survival probabilities by Kaplan and Meier: at fixed times, or as whole curves.

Source: Kaplan, Meier. J Am Stat Assoc 1958; 53:457-481. Variance: Greenwood 1926, as in
Kalbfleisch, Prentice. The Statistical Analysis of Failure Time Data, 2nd ed., 2002, eq. 1.13.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.state import State
from equipoise.stats.survival.door import (
    BEYOND,
    Beyond,
    read_choice,
    read_level,
    read_subjects,
    read_times,
)
from equipoise.stats.survival.limits import SCALES, Scale, normal_quantile
from equipoise.stats.survival.risk_sets import order_of

__all__ = [
    "SurvivalAt",
    "SurvivalCurve",
    "kaplan_meier",
    "number_at_risk",
    "survival_at",
]

_ESTIMATED, _NOT_ESTIMABLE = np.int8(State.ESTIMATED), np.int8(State.NOT_ESTIMABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalAt:
    """Survival at fixed times; every field is (..., times).

    ``survival`` and its limits are NaN, and ``state`` is not estimable, at times after the last
    follow-up where the curve has not reached 0, unless the last estimate was asked for.
    """

    survival: Floats
    standard_error: Floats
    ci_low: Floats
    ci_high: Floats
    at_risk: Integers  # with time >= the fixed time
    events: Integers  # up to and including the fixed time
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalCurve:
    """Whole curves; every field is (..., distinct times), as many as the trial with most has.

    A trial with fewer is filled up: its counts are 0 there, everything else is NaN.
    """

    time: Floats
    at_risk: Integers  # just before the time
    events: Integers
    censored: Integers
    survival: Floats  # from this time on
    log_standard_error: Floats  # of log survival; infinite where survival is 0
    standard_error: Floats  # NaN where survival is 0
    ci_low: Floats
    ci_high: Floats
    cumulative_hazard: Floats  # Nelson-Aalen
    cumulative_hazard_standard_error: Floats


def survival_at(
    *,
    time: ArrayLike,
    event: ArrayLike,
    times: ArrayLike,
    scale: Scale = "log-log",
    level: float = 0.95,
    beyond: Beyond = "not estimable",
) -> SurvivalAt:
    """Estimate survival at fixed times.

    Parameters
    ----------
    time : (..., subjects) float
        Time from randomisation to event or censoring. [day]
        ``-inf`` takes a subject out of the analysis; NaN is refused.
    event : (..., subjects) bool
        True where the event was seen at ``time``; False where censored.
    times : (times,) float
        The fixed times. [day]
    scale : {"plain", "log", "log-log", "logit", "arcsine"}
        Scale of the confidence interval.
    level : float
        Confidence level. [1]
    beyond : {"not estimable", "last"}
        What is said of times after the last follow-up of a curve that has not reached 0: that
        nothing is known, or the last estimate, as R ``summary(survfit, extend = TRUE)``.

    Returns
    -------
    SurvivalAt
        A subject whose event falls on the fixed time has had it; one at risk there has
        ``time >= times``.

    Raises
    ------
    DataError
        NaN in ``time``, shapes that do not broadcast, an unknown scale, a level outside 0 to 1.
    """
    read_choice("scale", scale, SCALES)
    read_choice("beyond", beyond, BEYOND)
    level = read_level(level)
    wanted = read_times("times", times)
    subjects = read_subjects(time=time, event=event)
    from equipoise.stats.survival import kaplan_meier_kernel  # loads the compiler

    estimates, counts = kaplan_meier_kernel.at_times(
        order_of(subjects.time),
        subjects.time,
        subjects.event,
        wanted,
        int(beyond == "last"),
        SCALES.index(scale),
        normal_quantile(level),
    )
    shape = (*subjects.leading, len(wanted))
    survival, error, low, high = (column.reshape(shape) for column in estimates)
    is_unknown = np.isnan(survival)
    return SurvivalAt(
        survival=survival,
        standard_error=error,
        ci_low=low,
        ci_high=high,
        at_risk=counts[0].reshape(shape),
        events=counts[1].reshape(shape),
        state=np.where(is_unknown, _NOT_ESTIMABLE, _ESTIMATED),
    )


def number_at_risk(*, time: ArrayLike, times: ArrayLike) -> Integers:
    """Count the subjects at risk at fixed times: those with ``time`` at or after each.

    Parameters
    ----------
    time : (..., subjects) float
        Time to event or censoring; ``-inf`` for subjects that are out. [day]
    times : (times,) float
        The fixed times. [day]

    Returns
    -------
    (..., times) int
        A subject whose event or censoring falls on the time is still at risk there.

    Raises
    ------
    DataError
        NaN in ``time`` or ``times``.
    """
    wanted = read_times("times", times)
    subjects = read_subjects(time=time, event=[False])
    counts = [np.count_nonzero(subjects.time >= moment, axis=-1) for moment in wanted]
    inside = subjects.is_in.sum(axis=-1)  # -inf >= -inf would count those that are out
    at_risk = np.minimum(np.stack(counts, axis=-1), inside[:, None]).astype(np.int64)
    return subjects.lay_out(at_risk)


def kaplan_meier(
    *, time: ArrayLike, event: ArrayLike, scale: Scale = "log-log", level: float = 0.95
) -> SurvivalCurve:
    """Estimate the whole survival curve of each trial, for a figure.

    Parameters
    ----------
    time : (..., subjects) float
        Time to event or censoring; ``-inf`` for subjects that are out. [day]
    event : (..., subjects) bool
        True where the event was seen at ``time``.
    scale : {"plain", "log", "log-log", "logit", "arcsine"}
        Scale of the confidence limits, which hold at each time and not for the whole curve.
    level : float
        Confidence level. [1]

    Returns
    -------
    SurvivalCurve
        One row per distinct time, ascending; the curve is 1 before the first.

    Raises
    ------
    DataError
        Whatever `survival_at` refuses.
    """
    read_choice("scale", scale, SCALES)
    level = read_level(level)
    subjects = read_subjects(time=time, event=event)
    from equipoise.stats.survival import kaplan_meier_kernel  # loads the compiler

    values, counts, number = kaplan_meier_kernel.curves(
        order_of(subjects.time),
        subjects.time,
        subjects.event,
        SCALES.index(scale),
        normal_quantile(level),
    )
    most = number.max(initial=0)
    shape = (*subjects.leading, most)
    moments, survival, log_error, error, low, high, hazard, hazard_error = (
        one[:, :most].reshape(shape) for one in values
    )
    at_risk, events, censored = (one[:, :most].reshape(shape) for one in counts)
    return SurvivalCurve(
        time=moments,
        at_risk=at_risk,
        events=events,
        censored=censored,
        survival=survival,
        log_standard_error=log_error,
        standard_error=error,
        ci_low=low,
        ci_high=high,
        cumulative_hazard=hazard,
        cumulative_hazard_standard_error=hazard_error,
    )
