"""Treatment-emergent events and time at risk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise import units
from equipoise.instruments.checks import Floats
from equipoise.instruments.columns import Column, flag, measured
from equipoise.instruments.composite import read_fields, read_setting
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.logic import all_of
from equipoise.instruments.thresholds import TOLERANCE, choose, not_above, not_below

__all__ = ["INSTRUMENT", "is_treatment_emergent", "person_years"]

_INPUTS = (
    Column(name="onset_day", meaning="onset, fraction of the day where known", unit="day"),
    Column(name="first_dose_day", meaning="first dose, fraction where known", unit="day"),
    Column(name="last_dose_day", meaning="last dose", unit="day"),
    flag("time_known", "time of day known of both onset and dose"),
)


def is_treatment_emergent(
    *,
    onset_day: ArrayLike,
    first_dose_day: ArrayLike,
    last_dose_day: ArrayLike,
    time_known: ArrayLike = 0.0,
    window_days: float = 30.0,
) -> Floats:
    """Say whether an event began under treatment.

    Parameters
    ----------
    onset_day, first_dose_day, last_dose_day : (...) float
        Days from randomisation, with a fraction where the time of day is known. [day]
    time_known : (...) float
        1 where the time of day is known of both onset and first dose: it then decides on the day
        of the first dose; else an event of that day is emergent.
    window_days : float
        Days after the last dose that still count, by the protocol. [day]

    Returns
    -------
    (...) float
        1 emergent, 0 not, NaN unknown.

    Raises
    ------
    DataError
        For what is not numeric and shapes that do not broadcast.
    """
    window = read_setting("window_days", window_days, lowest=0, highest=3660)
    given = read_fields(
        _INPUTS,
        {
            "onset_day": onset_day,
            "first_dose_day": first_dose_day,
            "last_dose_day": last_dose_day,
            "time_known": time_known,
        },
    )
    onset, first = given["onset_day"], given["first_dose_day"]
    began = choose(
        given["time_known"],
        if_true=not_below(onset, first),
        if_false=not_below(_day_of(onset), _day_of(first)),
    )
    last = _day_of(given["last_dose_day"]) + window
    return all_of(began, not_above(_day_of(onset), last))


def _day_of(time: Floats) -> Floats:
    """Calendar day of a time; midnight itself is of the new day, however it was rounded."""
    return np.floor(time + TOLERANCE)


def person_years(days: ArrayLike) -> Floats:
    """Convert days at risk into years of 365.25 days."""
    column = measured("days", "days at risk", "day")
    years: Floats = read_fields((column,), {"days": days})["days"] / units.DAYS_PER_YEAR
    return years


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    given: dict[str, Any] = {column.name: columns[column.name] for column in _INPUTS}
    return {"treatment_emergent": is_treatment_emergent(**given, **parameters)}


INSTRUMENT = Instrument(
    id="treatment_emergent",
    title="Treatment-emergent event",
    purpose="whether an adverse event began under treatment",
    inputs=_INPUTS,
    outputs=(flag("treatment_emergent", "began under treatment"),),
    rules=(
        Rule(
            id="start",
            text="From the first dose on; on its day by the time where that is known of both, "
            "else any event of that day counts.",
            source="choice of this package, as in ICH E9",
            status=Status.CONFIRMED,
        ),
        Rule(
            id="window",
            text="Up to so many days after the last dose. [day]",
            source="the protocol says",
            status=Status.MEMORY,
            parameter="window_days",
            default=30.0,
            highest=3660.0,
        ),
    ),
    sources=("ICH E9, Statistical Principles for Clinical Trials, 1998, glossary",),
    scorer=_score,
)
