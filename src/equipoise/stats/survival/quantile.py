"""Quantiles of survival time, and their limits read off the limits of the curve.

Source: Brookmeyer, Crowley. Biometrics 1982; 38:29-41. A curve that is flat at the wanted height
gives the middle of the flat part, as R ``survival::quantile.survfit`` does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats, as_floats
from equipoise.stats.state import State
from equipoise.stats.survival.door import (
    OUT,
    Subjects,
    blocks,
    read_choice,
    read_level,
    read_subjects,
)
from equipoise.stats.survival.limits import SCALES, Scale, survival_limits
from equipoise.stats.survival.product_limit import Product

__all__ = ["SurvivalQuantile", "survival_quantile"]

_TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))  # heights that near are one height


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalQuantile:
    """Quantiles of survival time; every field is (..., quantiles).

    A limit is NaN where the limit of the curve does not reach the height: for ``ci_high`` the
    data allow any larger time. ``state`` is not estimable where the quantile was not reached.
    """

    estimate: Floats
    ci_low: Floats
    ci_high: Floats
    state: NDArray[np.int8]


def survival_quantile(
    *,
    time: ArrayLike,
    event: ArrayLike,
    quantile: ArrayLike = 0.5,
    scale: Scale = "log-log",
    level: float = 0.95,
) -> SurvivalQuantile:
    """Estimate the times by which shares of the subjects have had the event.

    Parameters
    ----------
    time : (..., subjects) float
        Time from randomisation to event or censoring; ``-inf`` for subjects that are out. [day]
    event : (..., subjects) bool
        True where the event was seen at ``time``.
    quantile : (quantiles,) float
        Shares with the event, above 0 and below 1: 0.5 is the median. [1]
    scale : {"plain", "log", "log-log", "logit", "arcsine"}
        Scale of the limits of the curve.
    level : float
        Confidence level. [1]

    Returns
    -------
    SurvivalQuantile
        The first time at which the curve is at or below ``1 - quantile``; the limits are the
        first times at which the lower and the upper limit of the curve are.

    Raises
    ------
    DataError
        NaN in ``time``, a quantile outside 0 to 1, an unknown scale.
    """
    read_choice("scale", scale, SCALES)
    level = read_level(level)
    shares = np.atleast_1d(as_floats("quantile", quantile))
    if shares.ndim != 1 or not shares.size or not np.all((shares > 0) & (shares < 1)):
        raise DataError(
            Fault(where="quantile", came=repr(quantile)[:80], wanted="shares between 0 and 1")
        )
    subjects = read_subjects(time=time, event=event)
    parts = [
        _quantiles(subjects.part(rows), shares, scale=scale, level=level)
        for rows in blocks(subjects.trials, subjects.time.shape[1])
    ]
    estimate, low, high = (
        subjects.lay_out(np.concatenate(column)) for column in zip(*parts, strict=True)
    )
    state = np.where(np.isnan(estimate), State.NOT_ESTIMABLE, State.ESTIMATED).astype(np.int8)
    return SurvivalQuantile(estimate=estimate, ci_low=low, ci_high=high, state=state)


def _quantiles(
    subjects: Subjects, shares: Floats, *, scale: Scale, level: float
) -> tuple[Floats, Floats, Floats]:
    """Estimate and limits, each (trials, quantiles)."""
    curve = Product.of(subjects.time, subjects.event)
    log_error = np.sqrt(curve.log_variance)
    low, high = survival_limits(curve.survival, log_error, scale=scale, level=level)
    time = curve.time
    return (
        _crossings(time, curve.survival, shares),
        _crossings(time, low, shares),
        _crossings(time, high, shares),
    )


def _crossings(time: Floats, height: Floats, shares: Floats) -> Floats:
    """First times at which a step function of (trials, places) falls to ``1 - share``."""
    fallen = 1 - np.where(time > OUT, height, np.nan)
    found = [_crossing(time, fallen, share) for share in shares]
    return np.stack(found, axis=-1)


def _crossing(time: Floats, fallen: Floats, share: float) -> Floats:
    reaches, passes = fallen >= share - _TOLERANCE, fallen > share + _TOLERANCE
    at, beyond = _first_time(time, reaches), _first_time(time, passes)
    ends_flat = np.isnan(beyond) & (np.abs(fallen[:, -1] - share) <= _TOLERANCE)
    beyond = np.where(ends_flat, time[:, -1], beyond)
    return (at + beyond) / 2


def _first_time(time: Floats, is_there: NDArray[np.bool_]) -> Floats:
    """Time of the first place where ``is_there``; NaN where there is none."""
    place = np.argmax(is_there, axis=-1)[:, None]
    when = np.take_along_axis(time, place, axis=-1)[:, 0]
    return np.where(is_there.any(axis=-1), when, np.nan)
