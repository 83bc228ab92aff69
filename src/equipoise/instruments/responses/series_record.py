"""The record of time in a state: one row of a table is one series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import Floats
from equipoise.instruments.columns import Column, flag
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.responses.series import UNKNOWN_VISITS, sustained, time_in_state

__all__ = ["INSTRUMENT"]

_UNKNOWN = ("", "na", "nan", ".")
_MEASURES = {
    "fraction_visits": "visits in the state over visits at which it is known",
    "fraction_time_forward": "share of time, a state holding to the next visit",
    "fraction_time_both_ends": "share of time, the state holding at both ends",
}


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    # Without days or without states nothing of the series is known.
    pairs = [
        (None, None) if None in pair else pair
        for pair in zip(columns["days"], columns["states"], strict=True)
    ]
    days = _read("days", [day for day, _ in pairs])
    states = _read("states", [state for _, state in pairs])
    wrong = [
        Fault(
            where="states",
            came=f"{len(state)} states for {len(day)} days ({row + 1}. row)",
            wanted="one state for each day",
        )
        for row, (day, state) in enumerate(zip(days, states, strict=True))
        if len(day) != len(state)
    ]
    if wrong:
        raise DataError(wrong)
    day, state = _padded(days), _padded(states)
    held = time_in_state(days=day, states=state, unknown_visit=parameters["unknown_visit"])
    lasted = sustained(days=day, states=state, **parameters)
    has_visits = held.n_visits > 0
    return {
        **{name: getattr(held, name) for name in _MEASURES},
        "longest_run_days": np.where(has_visits, held.longest_run_days, np.nan),
        "sustained": np.where(has_visits, lasted, np.nan),
        "n_visits": held.n_visits,
        "n_unknown": held.n_unknown,
    }


def _read(name: str, texts: Sequence[str | None]) -> list[list[float]]:
    """Read numbers separated by semicolons; an empty place is unknown."""
    rows: list[list[float]] = []
    for text in texts:
        parts = [] if text is None else [part.strip().lower() for part in str(text).split(";")]
        try:
            rows.append([np.nan if part in _UNKNOWN else float(part) for part in parts])
        except ValueError as error:
            raise DataError(
                Fault(where=name, came=repr(text)[:60], wanted="numbers separated by ';'")
            ) from error
    return rows


def _padded(rows: list[list[float]]) -> Floats:
    longest = max((len(row) for row in rows), default=0)
    table = np.full((len(rows), max(longest, 1)), np.nan)
    for place, row in enumerate(rows):
        table[place, : len(row)] = row
    return table


INSTRUMENT = Instrument(
    id="time_in_state",
    title="Time in a state",
    purpose="share of visits and of time in a state, longest run; one row is one series",
    inputs=(
        Column(
            name="days",
            meaning="days of the visits, rising, separated by semicolons",
            is_text=True,
            is_required=True,
        ),
        Column(
            name="states",
            meaning="state at each visit, 1 or 0, empty for unknown, separated by semicolons",
            is_text=True,
            is_required=True,
        ),
    ),
    outputs=(
        *(
            Column(name=name, meaning=meaning, lowest=0, highest=1)
            for name, meaning in _MEASURES.items()
        ),
        Column(name="longest_run_days", meaning="longest run in the state", unit="day"),
        flag("sustained", "held for the span asked for"),
        Column(name="n_visits", meaning="visits", unit="visits"),
        Column(name="n_unknown", meaning="visits at which the state is unknown", unit="visits"),
    ),
    rules=(
        Rule(
            id="unknown",
            text="Intervals that touch an unknown visit are left out of numerator and "
            "denominator, and it leaves open whether a run went on (left_out) or ends the run "
            "(breaks_run); or it counts as out of the state (not_in_state).",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="unknown_visit",
            default="left_out",
            choices=UNKNOWN_VISITS,
        ),
        Rule(
            id="sustained",
            text="Held from first to last visit of a run for at least so many days.",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="least_days",
            default=180.0,
        ),
    ),
    sources=("Franklyn K, et al. Ann Rheum Dis 2016; 75:1615-1621",),
    scorer=_score,
)
