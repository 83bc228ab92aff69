"""Survival of two arms compared at one fixed time.

Source: Klein, Logan, Harhoff, Andersen. Stat Med 2007; 26:4505-4519: the test of the plain
difference, and the one on the complementary log-log scale, which keeps its level better.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.state import State
from equipoise.stats.survival.door import Beyond, Subjects, read_level, read_number
from equipoise.stats.survival.groups import read_groups
from equipoise.stats.survival.kaplan_meier import survival_at
from equipoise.stats.survival.limits import normal_quantile
from equipoise.stats.survival.strata import estimates_of_arms

__all__ = ["Milestone", "milestone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """Two arms at one time, group 1 against group 0; fields are (...), of the arms (..., 2).

    ``difference`` above 0: more of group 1 are free of the event. ``log_log_z`` compares
    log(-log S) and is above 0 where group 1 has the higher hazard; it is NaN, as is its
    p value, where an arm stands at 0 or 1. p values are two-sided.
    """

    survival: Floats
    standard_error: Floats
    difference: Floats
    difference_standard_error: Floats
    ci_low: Floats  # of the difference, normal
    ci_high: Floats
    z: Floats
    p_value: Floats
    log_log_z: Floats
    log_log_p_value: Floats
    state: NDArray[np.int8]


def milestone(
    *,
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    at: float,
    stratum: ArrayLike | None = None,
    level: float = 0.95,
    beyond: Beyond = "not estimable",
) -> Milestone:
    """Compare the Kaplan-Meier estimates of two arms at one time.

    Parameters
    ----------
    time : (..., subjects) float
        Time from randomisation to event or censoring; ``-inf`` for subjects that are out. [day]
    event : (..., subjects) bool
        True where the event was seen at ``time``.
    group : (..., subjects) int
        1 in the experimental arm, 0 in the control arm.
    at : float
        The fixed time. [day]
    stratum : (..., subjects) int, optional
        With strata the survival of an arm is the mean of that in the strata, each weighed by its
        subjects in both arms; a stratum without subjects of one arm does not count.
    level : float
        Confidence level. [1]
    beyond : {"not estimable", "last"}
        As in `survival_at`.

    Returns
    -------
    Milestone
        Not estimable where an arm is not, in one stratum that counts.

    Raises
    ------
    DataError
        NaN in ``time`` or ``at``, a group other than 0 and 1, a level outside 0 to 1.
    """
    level = read_level(level)
    at = read_number("at", at, wanted="a time")
    subjects = read_groups(time=time, event=event, group=group, stratum=stratum, groups=2)

    def fixed(arm: Subjects) -> tuple[Floats, Floats]:
        found = survival_at(time=arm.time, event=arm.event, times=[at], beyond=beyond)
        return found.survival[..., 0], np.square(found.standard_error[..., 0])

    survival, variance = estimates_of_arms(subjects, fixed)
    error = np.sqrt(variance)
    difference = survival[:, 1] - survival[:, 0]
    difference_error = np.sqrt(np.sum(error**2, axis=-1))
    z = divide_or_nan(difference, difference_error)
    half = normal_quantile(level) * difference_error

    is_inside = (survival > 0) & (survival < 1)
    hazard = -np.log(np.where(is_inside, survival, 0.5))
    height = np.where(is_inside, np.log(hazard), np.nan)
    height_error = np.where(is_inside, error, np.nan) / (np.exp(-hazard) * hazard)
    apart = np.sqrt(np.sum(height_error**2, axis=-1))
    log_log_z = divide_or_nan(height[:, 1] - height[:, 0], apart)
    state = np.where(np.isnan(difference), State.NOT_ESTIMABLE, State.ESTIMATED)
    fields = {
        "survival": survival,
        "standard_error": error,
        "difference": difference,
        "difference_standard_error": difference_error,
        "ci_low": difference - half,
        "ci_high": difference + half,
        "z": z,
        "p_value": 2 * ndtr(-np.abs(z)),
        "log_log_z": log_log_z,
        "log_log_p_value": 2 * ndtr(-np.abs(log_log_z)),
    }
    return Milestone(
        **{name: subjects.lay_out(value) for name, value in fields.items()},
        state=subjects.lay_out(state.astype(np.int8)),
    )
