"""What was captured: six long tables, one row a record, days counted from randomisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from equipoise.protocol import BUILT_IN, Protocol

__all__ = ["TABLES", "Column", "Origin", "Records", "columns_of"]

Origin = Literal["captured", "SIMULATED"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: how its text is read, whether it must be filled or needs a start.

    A day that is ``never_before_randomisation`` belongs to subjects who were randomised: a date
    of anyone else is a fault there, and has no day elsewhere.
    """

    name: str
    meaning: str
    kind: Literal["text", "day", "number", "yes_no"] = "text"
    is_required: bool = False
    never_before_randomisation: bool = False


def _day_after(name: str) -> Column:
    meaning = "date, or day from randomisation"
    return Column(name, meaning, kind="day", never_before_randomisation=True)


TABLES: Mapping[str, tuple[Column, ...]] = {
    "subjects": (
        Column("subject", "id of the subject", is_required=True),
        Column("site", "site of the subject"),
        Column("arm", "arm; empty while blinded or if not randomised"),
        Column("randomised", "date of randomisation, or 0 where days are used"),
    ),
    "visits": (
        Column("subject", "id of the subject", is_required=True),
        Column("visit", "id of the visit", is_required=True),
        Column("date", "date, or day from randomisation", kind="day"),
        Column("status", "held or missed; empty: held"),
    ),
    "values": (
        Column("subject", "id of the subject", is_required=True),
        Column("visit", "id of the visit; empty: placed by its date"),
        Column("date", "date, or day from randomisation", kind="day"),
        Column("variable", "id of the variable", is_required=True),
        Column("value", "the value"),
        Column("unit", "its unit; empty: the unit of the protocol"),
        Column("missing_reason", "why there is no value"),
    ),
    "events": (
        Column("subject", "id of the subject", is_required=True),
        Column("term", BUILT_IN["term"].meaning, is_required=True),
        Column("body_system", BUILT_IN["body_system"].meaning),
        _day_after("start"),
        _day_after("end"),
        Column("grade", BUILT_IN["grade"].meaning, kind="number"),
        Column("severity", BUILT_IN["severity"].meaning),
        Column("serious", BUILT_IN["serious"].meaning, kind="yes_no"),
        Column("related", BUILT_IN["related"].meaning),
        Column("outcome", BUILT_IN["outcome"].meaning),
    ),
    "doses": (
        Column("subject", "id of the subject", is_required=True),
        Column("intervention", "agent as the protocol names it", is_required=True),
        _day_after("date"),
        Column("amount", "amount given", kind="number"),
        Column("unit", "unit of the amount"),
    ),
    "disposition": (
        Column("subject", "id of the subject", is_required=True),
        Column(
            "what", "completed, withdrawn, death, last_contact, screen_failure", is_required=True
        ),
        Column("date", "date, or day from randomisation", kind="day"),
        Column("reason", "reason in words"),
    ),
}
"""Tables of a data folder and their standard columns."""

VISIT_STATUS = ("held", "missed")

DISPOSITION = ("completed", "withdrawn", "death", "last_contact", "screen_failure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Checked records of one trial.

    Every frame has the columns of :data:`TABLES`; ``date``, ``start`` and ``end`` have become
    whole days from randomisation (null: unknown), and variables of subjects and events stand as
    further columns of ``subjects`` and ``events``. A column ``_row`` keeps the row of the file.
    """

    subjects: pl.DataFrame
    visits: pl.DataFrame
    values: pl.DataFrame
    events: pl.DataFrame
    doses: pl.DataFrame
    disposition: pl.DataFrame
    origin: Origin
    data_hash: str
    """SHA-256 over the files that the records were read from."""


def columns_of(protocol: Protocol, table: str) -> tuple[Column, ...]:
    """List the columns of a table for a trial: the standard ones and its own variables."""
    standard = TABLES[table]
    level = {"subjects": "subject", "events": "event"}.get(table)
    if level is None:
        return standard
    names = {column.name for column in standard}
    own = tuple(
        Column(name, variable.label)
        for name, variable in protocol.variables_at(level).items()
        if not variable.is_derived and name not in names
    )
    return (*standard, *own)
