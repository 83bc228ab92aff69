"""Infusion reactions: when they began, and how severe they were.

Source of the grades: CTCAE v5.0, infusion related reaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import Floats
from equipoise.instruments.columns import Column, flag
from equipoise.instruments.composite import read_fields, read_setting, words_of
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.logic import all_of, any_of, negate
from equipoise.instruments.thresholds import above, not_above, not_below

__all__ = ["CLASSES", "INSTRUMENT", "infusion_class", "infusion_grade"]

CTCAE_V5 = "Common Terminology Criteria for Adverse Events v5.0, 2017"
CTCAE_V6 = "Common Terminology Criteria for Adverse Events v6.0, 2025"
CLASSES = ("none", "acute", "delayed")
"""Words of the codes 0 to 2."""

_HOURS = (
    Column(name="hours_from_start", meaning="onset after the start of the infusion", unit="h"),
    Column(
        name="hours_after_end",
        meaning="onset after its end, negative while it runs",
        unit="h",
    ),
)
_SIGNS = tuple(
    flag(name, meaning)
    for name, meaning in (
        ("reaction", "any reaction"),
        ("intervention", "interrupted or treated, prompt response, drugs for up to 24 h"),
        ("prolonged_or_admitted", "prolonged, recurring after improvement, or admitted"),
        ("life_threatening", "life-threatening"),
        ("death", "died of it"),
    )
)


def infusion_class(
    *,
    hours_from_start: ArrayLike,
    hours_after_end: ArrayLike,
    acute_hours: float = 24.0,
    delayed_days: float = 14.0,
) -> Floats:
    """Class a reaction by its onset.

    Parameters
    ----------
    hours_from_start, hours_after_end : (...) float
        Onset after start and after end of the infusion; the second is negative while it runs.
        [h]
    acute_hours : float
        Acute up to and with so many hours after the end. [h]
    delayed_days : float
        Delayed up to and with so many days after the end. [day]

    Returns
    -------
    (...) float
        0 none (before the start, or too late), 1 acute, 2 delayed; NaN unknown.

    Raises
    ------
    DataError
        For a reaction that lies further from the end than from the start, and for shapes that
        do not broadcast.
    """
    acute_limit = read_setting("acute_hours", acute_hours, lowest=0, highest=168)
    late_limit = 24 * read_setting("delayed_days", delayed_days, lowest=1, highest=365)
    given = read_fields(
        _HOURS, {"hours_from_start": hours_from_start, "hours_after_end": hours_after_end}
    )
    since_start, since_end = given["hours_from_start"], given["hours_after_end"]
    wrong = above(since_end, since_start) == 1
    if wrong.any():
        raise DataError(
            Fault(
                where="hours_after_end",
                came=f"{since_end[wrong].flat[0]:g}",
                wanted=f"at most hours_from_start ({since_start[wrong].flat[0]:g})",
            )
        )
    # The end is never before the start: either time can settle what the other leaves unknown.
    started = _settled(not_below(since_start, 0), not_below(since_end, 0))
    early = _settled(not_above(since_end, acute_limit), not_above(since_start, acute_limit))
    late = _settled(not_above(since_end, late_limit), not_above(since_start, late_limit))
    acute = all_of(started, early)
    delayed = all_of(started, negate(early), late)
    return acute + 2 * delayed


def _settled(known: Floats, implied: Floats) -> Floats:
    """Fill what is unknown where the other time implies it; what is not implied stays open."""
    return np.where(np.isnan(known) & (implied == 1), 1.0, known)


def infusion_grade(
    *,
    reaction: ArrayLike,
    intervention: ArrayLike,
    prolonged_or_admitted: ArrayLike,
    life_threatening: ArrayLike,
    death: ArrayLike,
) -> Floats:
    """Grade a reaction, 0 to 5.

    Parameters
    ----------
    reaction, intervention, prolonged_or_admitted, life_threatening, death : (...) float
        1 yes, 0 no, NaN unknown: any reaction; interrupted or treated with prompt response and
        drugs for up to 24 h; prolonged, recurring or admitted; life-threatening; died of it.

    Returns
    -------
    (...) float
        1 mild and transient, 2 intervention, 3 prolonged or admitted, 4 life-threatening,
        5 death, 0 none; NaN where an unknown decides.

    Raises
    ------
    DataError
        For values outside their range, and for shapes that do not broadcast.

    Notes
    -----
    Source: CTCAE v5.0, infusion related reaction.
    """
    given = read_fields(
        _SIGNS,
        {
            "reaction": reaction,
            "intervention": intervention,
            "prolonged_or_admitted": prolonged_or_admitted,
            "life_threatening": life_threatening,
            "death": death,
        },
    )
    signs = list(given.values())
    at_least = [any_of(*signs[place:]) for place in range(len(signs))]
    graded: Floats = np.sum(at_least, axis=0)
    return graded


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    hours: dict[str, Any] = {column.name: columns[column.name] for column in _HOURS}
    signs: dict[str, Any] = {column.name: columns[column.name] for column in _SIGNS}
    return {
        "class": words_of(infusion_class(**hours, **parameters), CLASSES),
        "grade": infusion_grade(**signs),
    }


INSTRUMENT = Instrument(
    id="infusion_class",
    title="Infusion reaction",
    purpose="acute or delayed by onset, and the grade",
    inputs=(*_HOURS, *_SIGNS),
    outputs=(
        Column(name="class", meaning="by onset", words=CLASSES),
        Column(name="grade", meaning="grade by what was needed", lowest=0, highest=5),
    ),
    rules=(
        Rule(
            id="acute",
            text="Acute from the start of the infusion to so many hours after its end. [h]",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="acute_hours",
            default=24.0,
            highest=168.0,
        ),
        Rule(
            id="delayed",
            text="Delayed up to so many days after the end; later is no infusion reaction. [day]",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="delayed_days",
            default=14.0,
            lowest=1.0,
            highest=365.0,
        ),
        Rule(
            id="grade",
            text="1 mild, 2 interruption or treatment, 3 prolonged, recurrent or admitted, 4 "
            "life-threatening, 5 death.",
            source=f"{CTCAE_V5}; {CTCAE_V6} maps them unchanged",
            status=Status.CONFIRMED,
        ),
    ),
    sources=(CTCAE_V5, CTCAE_V6),
    scorer=_score,
)
