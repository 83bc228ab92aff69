"""The record of expedited reporting: one row of a table is one event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.instruments.checks import Floats
from equipoise.instruments.columns import Column, flag
from equipoise.instruments.composite import MISSING_INPUTS, name_missing
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.logic import any_of
from equipoise.instruments.safety.reporting import CRITERIA, FLAGS, ICH_E2A, susar_due
from equipoise.instruments.thresholds import coalesce

__all__ = ["INSTRUMENT"]


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    del parameters
    serious = _summary(columns["serious"], *(columns[column.name] for column in CRITERIA))
    fatal = _summary(
        columns["fatal_or_life_threatening"], columns["death"], columns["life_threatening"]
    )
    answer = susar_due(
        day0=columns["day0"],
        serious=serious,
        related=columns["related"],
        unexpected=columns["unexpected"],
        fatal_or_life_threatening=fatal,
        fatal_known=columns["fatal_known"],
    )
    return {
        "serious": serious,
        "expedited": answer.expedited,
        "first_due": _iso(answer.first_due),
        "followup_due": _iso(answer.followup_due),
        "earliest_due": _iso(answer.earliest_due),
        MISSING_INPUTS.name: name_missing(answer.missing),
    }


def _summary(whole: Floats, *criteria: Floats) -> Floats:
    """Any criterion that is true decides, then the whole, then the criteria together."""
    by_criteria = any_of(*criteria)
    return np.where(by_criteria == 1, 1.0, coalesce(whole, by_criteria))


def _iso(days: NDArray[np.datetime64]) -> NDArray[np.object_]:
    texts = np.datetime_as_string(days).astype(np.object_)
    texts[np.isnat(days)] = None
    return texts


INSTRUMENT = Instrument(
    id="susar_due",
    title="Expedited reporting of adverse reactions",
    purpose="whether an event is serious and must be reported, and by which day",
    inputs=(
        Column(name="day0", meaning="day the sponsor knew the minimum, ISO", is_text=True),
        *FLAGS,
        *CRITERIA,
        Column(
            name="fatal_known", meaning="day it became known that it is fatal, ISO", is_text=True
        ),
    ),
    outputs=(
        flag("serious", "serious"),
        flag("expedited", "suspected unexpected serious reaction"),
        Column(name="first_due", meaning="last day of the first report, ISO", is_text=True),
        Column(name="followup_due", meaning="last day of the complete report, ISO", is_text=True),
        Column(
            name="earliest_due",
            meaning="day the first report is due if every unknown is for the worse, ISO",
            is_text=True,
        ),
        MISSING_INPUTS,
    ),
    rules=(
        Rule(
            id="serious",
            text="Serious: death, risk of death, admission or its prolongation, disability, "
            "congenital anomaly, or medically important.",
            source=f"{ICH_E2A}, section II.B",
            status=Status.CONFIRMED,
        ),
        Rule(
            id="expedited",
            text="Expedited: suspected related and unexpected and serious.",
            source=ICH_E2A,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="days",
            text="Fatal or life-threatening: 7 calendar days, complete 8 later; other: 15. "
            "Weekends do not extend.",
            source=ICH_E2A,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="day0",
            text="Day 0 is the day on which the sponsor knows patient, product, reporter and "
            "event; a case that turns fatal has 7 days from that knowledge.",
            source=f"{ICH_E2A}, sections III.B.1 and III.B.3",
            status=Status.CONFIRMED,
        ),
    ),
    sources=(ICH_E2A,),
    scorer=_score,
)
