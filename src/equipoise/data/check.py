"""The door of the data: from tables of text to checked records; every fault with file and row."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from equipoise.data.cells import CellReader, read_date
from equipoise.data.door import Door, Start
from equipoise.data.records import TABLES, Column, Origin, Records, columns_of
from equipoise.data.rules import Table, check_between_tables, check_table
from equipoise.data.text import TextTable
from equipoise.errors import DataError, did_you_mean
from equipoise.protocol import Protocol
from equipoise.protocol.model.variable import Variable

__all__ = ["check_records"]


def check_records(
    protocol: Protocol, tables: Mapping[str, TextTable], *, origin: Origin, data_hash: str
) -> Records:
    """Check tables of text against the protocol, and read them.

    Parameters
    ----------
    protocol : Protocol
        Says which variables, codes, units, ranges, visits and arms there are.
    tables : mapping of str to TextTable
        The six tables of :data:`~equipoise.data.records.TABLES`.
    origin : str
        ``captured`` or ``SIMULATED``.
    data_hash : str
        Hash of the files.

    Raises
    ------
    DataError
        Holds every fault found, each with its file and row; of many faults alike in one column
        the first twenty, and how many more there are.
    """
    door = Door(protocol)
    frames: dict[str, pl.DataFrame] = {}
    for name in TABLES:
        text = tables[name]
        if _columns_fit(door, name, text):
            frames[name] = _read(door, name, text)
    check_between_tables(door, tables, frames)
    faults = door.faults()
    if faults:
        raise DataError(faults)
    return Records(**frames, origin=origin, data_hash=data_hash)


def _columns_fit(door: Door, name: str, text: TextTable) -> bool:
    known = [column.name for column in columns_of(door.protocol, name)]
    fits = True
    for column in TABLES[name]:
        if column.is_required and column.name not in text.frame.columns:
            fits = False
            door.fail_table(text.file, f"no column {column.name!r}", ", ".join(known[:12]))
    for column_name in text.frame.columns:
        if column_name not in known:
            fits = False
            door.fail_table(
                f"{text.file}, row 1", f"unknown column {column_name!r}",
                "a standard column or a variable of the protocol",
                did_you_mean(column_name, known),
            )  # fmt: skip
    return fits


def _read(door: Door, name: str, text: TextTable) -> pl.DataFrame:
    frame = text.frame.with_columns(pl.col(pl.String).str.strip_chars().replace("", None))
    size = frame.height
    wanted = columns_of(door.protocol, name)
    raw: dict[str, list[str | None]] = {
        column.name: frame[column.name].to_list() if column.name in frame.columns else [None] * size
        for column in wanted
    }
    if name == "subjects":
        _register_subjects(door, text, raw)
    level = {"subjects": "subject", "events": "event"}.get(name, "")
    variables = door.protocol.variables_at(level)
    columns: dict[str, list[object]] = {"_row": list(text.rows)}
    for column in wanted:
        reader = CellReader(door, text, column, variables.get(column.name))
        columns[column.name] = [
            reader.read(cell, record, raw["subject"][record])
            for record, cell in enumerate(raw[column.name])
        ]
    check_table(door, name, Table(text, raw, columns))
    schema = {"_row": pl.Int64} | {
        column.name: _type(column, variables.get(column.name)) for column in wanted
    }
    return pl.DataFrame(columns, schema=schema, strict=False)


def _type(column: Column, variable: Variable | None) -> type[pl.DataType]:
    if variable is not None:
        return {"number": pl.Float64, "yes_no": pl.Boolean}.get(variable.kind, pl.String)
    return {"day": pl.Int64, "number": pl.Float64, "yes_no": pl.Boolean}.get(column.kind, pl.String)


def _register_subjects(door: Door, text: TextTable, raw: Mapping[str, list[str | None]]) -> None:
    """Note who is in the trial, and from which date the days of each count."""
    if not text.frame.height:
        door.fail_table(text.file, "no subjects", "at least one row")
        return
    door.start = {}
    seen: dict[str, int] = {}
    for record, subject in enumerate(raw["subject"]):
        if subject is None:
            continue
        if subject in seen:
            came = f"{subject!r} again, first in {text.other(seen[subject])}"
            door.fail(text, record, "subject", came, "each subject once")
        seen.setdefault(subject, record)
        cell = raw["randomised"][record]
        start = _start(cell, has_arm=raw["arm"][record] is not None)
        if start == "unclear" and cell is not None:
            door.fail(text, record, "randomised", repr(cell), "a date as 2012-07-09, or 0")
        door.start.setdefault(subject, start)


def _start(cell: str | None, *, has_arm: bool) -> Start:
    """Read the cell ``randomised``; an empty one beside an arm is a fault of its own."""
    if cell is None:
        return "unclear" if has_arm else "never"
    return "by_day" if cell == "0" else read_date(cell) or "unclear"
