"""The door of the data: from tables of text to checked records; every fault with file and row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from equipoise.data.records import DISPOSITION, TABLES, Column, Origin, Records, columns_of
from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.protocol import Protocol
from equipoise.protocol.model.variable import Variable

__all__ = ["TextTable", "check_records"]

_DAY = re.compile(r"^-?\d+$")
_YES_NO = {
    "yes": True, "y": True, "true": True, "1": True,
    "no": False, "n": False, "false": False, "0": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table as it was read: every cell text or null, and the name of its file.

    ``first_row`` is the row of the file in which the first record stands.
    """

    file: str
    frame: pl.DataFrame
    first_row: int = 2


@dataclass(slots=True)
class _Door:
    protocol: Protocol
    faults: list[Fault] = field(default_factory=list)
    randomised: dict[str, date | None] = field(default_factory=dict)
    subjects: set[str] = field(default_factory=set)

    def fail(
        self, file: str, row: int, column: str, came: str, wanted: str, hint: str = ""
    ) -> None:
        where = f"{file}, row {row}, {column}" if column else f"{file}, row {row}"
        self.faults.append(Fault(where=where, came=came, wanted=wanted, repair=hint))


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
        Holds every fault found, each with its file and row.
    """
    door = _Door(protocol)
    frames: dict[str, pl.DataFrame] = {}
    for name in TABLES:
        text = tables[name]
        if _columns_fit(door, name, text):
            frames[name] = _read(door, name, text)
    if len(frames) == len(TABLES):
        _arms_have_subjects(door, tables["subjects"].file, frames["subjects"])
        _order_of_days(door, tables, frames)
    if door.faults:
        raise DataError(door.faults)
    return Records(**frames, origin=origin, data_hash=data_hash)


def _columns_fit(door: _Door, name: str, text: TextTable) -> bool:
    wanted = columns_of(door.protocol, name)
    known = [column.name for column in wanted]
    before = len(door.faults)
    for column in TABLES[name]:
        if column.is_required and column.name not in text.frame.columns:
            door.faults.append(
                Fault(
                    where=text.file,
                    came=f"no column {column.name!r}",
                    wanted=", ".join(known[:12]),
                )
            )
    for column_name in text.frame.columns:
        if column_name not in known:
            door.faults.append(
                Fault(
                    where=f"{text.file}, row 1",
                    came=f"unknown column {column_name!r}",
                    wanted="a standard column or a variable of the protocol",
                    repair=did_you_mean(column_name, known),
                )
            )
    return len(door.faults) == before


def _read(door: _Door, name: str, text: TextTable) -> pl.DataFrame:
    frame = text.frame.with_columns(pl.col(pl.String).str.strip_chars().replace("", None))
    size = frame.height
    columns: dict[str, list[object]] = {"row": [text.first_row + place for place in range(size)]}
    raw: dict[str, list[str | None]] = {
        column.name: frame[column.name].to_list() if column.name in frame.columns else [None] * size
        for column in columns_of(door.protocol, name)
    }
    if name == "subjects":
        _register_subjects(door, text, raw)
    level = {"subjects": "subject", "events": "event"}.get(name, "")
    variables = door.protocol.variables_at(level)
    for column in columns_of(door.protocol, name):
        cells = raw[column.name]
        reader = _Cells(door, text, column, variables.get(column.name))
        columns[column.name] = [
            reader.read(cell, place, raw["subject"][place]) for place, cell in enumerate(cells)
        ]
    if name == "values":
        _check_values(door, text, columns)
    if name in ("visits", "values"):
        _check_visits(door, text, columns)
    if name == "disposition":
        for place, what in enumerate(columns["what"]):
            if what is not None and what not in DISPOSITION:
                door.fail(
                    text.file, text.first_row + place, "what", repr(what),
                    f"one of {', '.join(DISPOSITION)}", did_you_mean(str(what), DISPOSITION),
                )  # fmt: skip
    schema = {"row": pl.Int64} | {
        column.name: _type(column, variables.get(column.name))
        for column in columns_of(door.protocol, name)
    }
    return pl.DataFrame(columns, schema=schema, strict=False)


def _type(column: Column, variable: Variable | None) -> type[pl.DataType]:
    if variable is not None:
        return {"number": pl.Float64, "yes_no": pl.Boolean}.get(variable.kind, pl.String)
    return {"day": pl.Int64, "number": pl.Float64, "yes_no": pl.Boolean}.get(column.kind, pl.String)


def _register_subjects(door: _Door, text: TextTable, raw: Mapping[str, list[str | None]]) -> None:
    seen: dict[str, int] = {}
    for place, subject in enumerate(raw["subject"]):
        row = text.first_row + place
        if subject is None:
            continue
        if subject in seen:
            door.fail(
                text.file, row, "subject", f"{subject!r} again, first in row {seen[subject]}",
                "each subject once",
            )  # fmt: skip
        seen.setdefault(subject, row)
        day = raw["randomised"][place]
        door.subjects.add(subject)
        door.randomised[subject] = None
        if day is None or day == "0":
            continue
        parsed = _date(day)
        if parsed is None:
            door.fail(text.file, row, "randomised", repr(day), "a date as 2012-07-09, or 0")
        door.randomised[subject] = parsed


class _Cells:
    """Reads the cells of one column; a bad cell becomes a fault and null."""

    def __init__(
        self, door: _Door, text: TextTable, column: Column, variable: Variable | None
    ) -> None:
        self.door, self.text, self.column, self.variable = door, text, column, variable

    def fail(self, place: int, came: str, wanted: str, hint: str = "") -> None:
        row = self.text.first_row + place
        self.door.fail(self.text.file, row, self.column.name, came, wanted, hint)

    def read(self, cell: str | None, place: int, subject: str | None) -> object:
        name, protocol = self.column.name, self.door.protocol
        if cell is None:
            if self.column.is_required:
                self.fail(place, "nothing", self.column.meaning)
            return None
        if name == "subject" and cell not in self.door.subjects:
            self.fail(place, f"unknown subject {cell!r}", "a subject of the table of subjects")
        if name == "arm" and cell not in protocol.arms:
            arms = list(protocol.arms)
            self.fail(place, repr(cell), f"one of {', '.join(arms)}", did_you_mean(cell, arms))
            return None
        if self.variable is not None:
            return self.of_variable(cell, place, self.variable)
        if self.column.kind == "day":
            return self.day(cell, place, subject)
        if self.column.kind == "number":
            return self.number(cell, place)
        if self.column.kind == "yes_no":
            return self.yes_no(cell, place)
        return cell

    def of_variable(self, cell: str, place: int, variable: Variable) -> object:
        if variable.kind == "number":
            number = self.number(cell, place)
            problem = _range_problem(number, variable)
            if problem:
                self.fail(place, cell, problem)
            return number
        if variable.kind == "yes_no":
            return self.yes_no(cell, place)
        if variable.codes is not None and cell not in variable.codes:
            codes = list(variable.codes)
            self.fail(place, repr(cell), f"one of {', '.join(codes)}", did_you_mean(cell, codes))
            return None
        return cell

    def number(self, cell: str, place: int) -> float | None:
        number = _number(cell)
        if number is None:
            self.fail(place, repr(cell), "a number")
        return number

    def yes_no(self, cell: str, place: int) -> bool | None:
        answer = _YES_NO.get(cell.lower())
        if answer is None:
            self.fail(place, repr(cell), "yes or no")
        return answer

    def day(self, cell: str, place: int, subject: str | None) -> int | None:
        if _DAY.match(cell):
            return int(cell)
        parsed = _date(cell)
        if parsed is None:
            self.fail(place, repr(cell), "a date as 2012-07-09, or a whole day from randomisation")
            return None
        start = self.door.randomised.get(subject or "")
        return (parsed - start).days if start is not None else None


def _number(cell: str) -> float | None:
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _date(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell[:10]) if len(cell) >= 10 else None
    except ValueError:
        return None


def _range_problem(number: float | None, variable: Variable) -> str:
    low, high = variable.range or (None, None)
    if number is None or ((low is None or number >= low) and (high is None or number <= high)):
        return ""
    ends = [
        f"at least {low}" if low is not None else "",
        f"at most {high}" if high is not None else "",
    ]
    return " and ".join(end for end in ends if end) + (f" {variable.unit}" if variable.unit else "")


def _check_values(door: _Door, text: TextTable, columns: dict[str, list[object]]) -> None:
    """Check each value against its variable; the column stays text, as it was captured."""
    known = {
        name: one for name, one in door.protocol.variables_at("visit").items() if not one.is_derived
    }
    cells = {
        name: _Cells(door, text, Column("value", "the value"), one) for name, one in known.items()
    }
    for place, name in enumerate(columns["variable"]):
        row = text.first_row + place
        if name is None:
            continue
        variable = known.get(str(name))
        if variable is None:
            door.fail(
                text.file, row, "variable", f"unknown variable {name!r}",
                "a captured variable of visits", did_you_mean(str(name), list(known)),
            )  # fmt: skip
            continue
        unit, value = columns["unit"][place], columns["value"][place]
        if unit is not None and unit != variable.unit:
            door.fail(
                text.file, row, "unit", repr(unit), f"{variable.unit or 'no unit'} for {name}"
            )
        if value is not None:
            cells[str(name)].of_variable(str(value), place, variable)
        if columns["visit"][place] is None and columns["date"][place] is None:
            door.fail(text.file, row, "date", "neither visit nor date", "one of them")


def _check_visits(door: _Door, text: TextTable, columns: dict[str, list[object]]) -> None:
    visits = door.protocol.visits
    for place, (name, day) in enumerate(zip(columns["visit"], columns["date"], strict=True)):
        row = text.first_row + place
        if name is None:
            continue
        visit = visits.get(str(name))
        if visit is None:
            door.fail(
                text.file, row, "visit", f"visit {name!r} is not scheduled",
                f"one of {', '.join(visits)}", did_you_mean(str(name), list(visits)),
            )  # fmt: skip
        elif isinstance(day, int) and day < 0 and visit.day is not None and visit.day > 0:
            door.fail(
                text.file, row, "date",
                f"{name} on day {day}, before randomisation", "a day of 0 or later",
            )  # fmt: skip


def _arms_have_subjects(door: _Door, file: str, subjects: pl.DataFrame) -> None:
    found = set(subjects["arm"].drop_nulls())
    if found or not door.faults:
        for arm in door.protocol.arms:
            if arm not in found and found:
                door.faults.append(
                    Fault(where=file, came=f"no subject in arm {arm!r}", wanted="at least one")
                )
    for row in subjects.filter(
        pl.col("arm").is_not_null() & pl.col("randomised").is_null()
    ).iter_rows(named=True):
        door.fail(
            file, row["row"], "randomised", "nothing, though the subject has an arm",
            "the date of randomisation, or 0",
        )  # fmt: skip


def _order_of_days(
    door: _Door, tables: Mapping[str, TextTable], frames: Mapping[str, pl.DataFrame]
) -> None:
    def bad(name: str, condition: pl.Expr) -> Iterator[dict[str, object]]:
        return frames[name].filter(condition).iter_rows(named=True)

    for row in bad("doses", pl.col("date") < 0):
        door.fail(
            tables["doses"].file, int(str(row["row"])), "date",
            f"a dose on day {row['date']}, before randomisation", "a day of 0 or later",
        )  # fmt: skip
    for row in bad("events", pl.col("end") < pl.col("start")):
        door.fail(
            tables["events"].file, int(str(row["row"])), "end",
            f"day {row['end']} before the start on day {row['start']}", "the same day or later",
        )  # fmt: skip
    after = pl.col("what").is_in(["completed", "withdrawn", "death"]) & (pl.col("date") < 0)
    for row in bad("disposition", after):
        subject = str(row["subject"])
        if door.randomised.get(subject) is not None:
            door.fail(
                tables["disposition"].file, int(str(row["row"])), "date",
                f"{row['what']} on day {row['date']}, before randomisation", "a day of 0 or later",
            )  # fmt: skip
