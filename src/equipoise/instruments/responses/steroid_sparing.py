"""The steroid-sparing endpoint of the trials of tabalumab."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import Bools, Floats
from equipoise.instruments.clinical import PREDNISONE
from equipoise.instruments.columns import Column, flag, measured
from equipoise.instruments.composite import read_fields, read_setting
from equipoise.instruments.logic import all_of, negate
from equipoise.instruments.responses.series import sustained
from equipoise.instruments.thresholds import above, fallen_by, not_above

__all__ = ["steroid_sparing"]

_FIRST = -np.finfo(np.float64).max


def steroid_sparing(
    *,
    days: ArrayLike,
    prednisone_mg_day: ArrayLike,
    baseline_mg_day: ArrayLike,
    new_treatment: ArrayLike,
    first_day: float = 168.0,
    last_day: float = 364.0,
    least_days: float = 84.0,
) -> Floats:
    """Judge the steroid-sparing endpoint of the trials of tabalumab.

    Parameters
    ----------
    days : (..., visits) float
        Day of each visit from randomisation, rising. [day]
    prednisone_mg_day : (..., visits) float
        Prednisone or its equivalent at each visit. [mg/day]
    baseline_mg_day : (...) float
        The same at baseline. [mg/day]
    new_treatment : (...) float
        1 where an antimalarial or immunosuppressant was added.
    first_day, last_day : float
        Window, weeks 24 to 52. [day]
    least_days : float
        Three months; here of four weeks. [day]

    Returns
    -------
    (...) float
        1 if the dose stayed <= 7.5 mg/day and at least a quarter below baseline for
        ``least_days`` in a row inside the window; NaN where unknown, and where baseline is not
        above 7.5 mg/day.

    Raises
    ------
    DataError
        For values outside their range, and for shapes that do not broadcast.
    """
    first = read_setting("first_day", first_day, lowest=_FIRST)
    last = read_setting("last_day", last_day, lowest=_FIRST)
    given = read_fields(
        (PREDNISONE, Column(name="days", meaning="day", unit="day")),
        {"days": days, "prednisone_mg_day": prednisone_mg_day},
    )
    each = read_fields(
        (
            measured("baseline_mg_day", "dose", "mg/day"),
            flag("new_treatment", "added"),
        ),
        {"baseline_mg_day": baseline_mg_day, "new_treatment": new_treatment},
    )
    day, dose, before = given["days"], given["prednisone_mg_day"], each["baseline_mg_day"]
    low = all_of(not_above(dose, 7.5), fallen_by(now=dose, baseline=before[..., None], share=0.25))
    inside: Bools = (day >= first) & (day <= last)
    kept = sustained(days=day, states=np.where(inside, low, 0.0), least_days=least_days)
    answer = all_of(kept, negate(each["new_treatment"]))
    return np.where(above(before, 7.5) == 1, answer, np.nan)
