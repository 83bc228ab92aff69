"""Rules that join cells: of one row, of the rows of one subject, and of several tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import polars as pl

from equipoise.data.cells import CellReader
from equipoise.data.door import Door
from equipoise.data.records import DISPOSITION, Column
from equipoise.data.text import TextTable
from equipoise.errors import did_you_mean

__all__ = ["check_between_tables", "check_table"]

_ENDS = ("completed", "withdrawn", "death")

Raw = Mapping[str, list[str | None]]
Read = Mapping[str, list[object]]


def check_table(door: Door, name: str, text: TextTable, raw: Raw, read: Read) -> None:
    """Check the rows of one table, given its cells as text and as they were read."""
    if name == "values":
        _check_values(door, text, raw, read)
    if name in ("visits", "values"):
        _check_visits(door, text, read)
    if name == "disposition":
        _check_disposition(door, text, read)


def _check_values(door: Door, text: TextTable, raw: Raw, read: Read) -> None:
    """Check each value against its variable; the column stays text, as it was captured."""
    known = {
        name: one for name, one in door.protocol.variables_at("visit").items() if not one.is_derived
    }
    cells = {
        name: CellReader(door, text, Column("value", "the value"), one)
        for name, one in known.items()
    }
    values: list[object] = [None] * len(text.rows)
    for record, name in enumerate(raw["variable"]):
        if name is None:
            continue
        variable = known.get(name)
        if variable is None:
            door.fail(
                text, record, "variable", f"unknown variable {name!r}",
                "a captured variable of visits", did_you_mean(name, list(known)),
            )  # fmt: skip
            continue
        unit, value = raw["unit"][record], raw["value"][record]
        if unit is not None and unit != variable.unit:
            wanted = f"{variable.unit or 'no unit'} for {name}"
            door.fail(text, record, "unit", repr(unit), wanted)
        if value is not None:
            values[record] = cells[name].of_variable(value, record, variable)
        if raw["visit"][record] is None and raw["date"][record] is None:
            door.fail(text, record, "date", "neither visit nor date", "one of them")
    _no_value_twice(door, text, raw, read, values)


def _no_value_twice(
    door: Door, text: TextTable, raw: Raw, read: Read, values: list[object]
) -> None:
    """Find two values of one subject and variable for one visit or day that contradict.

    Records of one visit on different days do not contradict: the schedule takes the nearest.
    """
    days = [
        cell if day is None else day for day, cell in zip(read["date"], raw["date"], strict=True)
    ]
    visits = raw["visit"]

    def same_occasion(one: int, other: int) -> bool:
        return (None in (visits[one], visits[other]) or visits[one] == visits[other]) and (
            None in (days[one], days[other]) or days[one] == days[other]
        )

    kept: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for record, value in enumerate(values):
        if value is None:
            continue
        who = (raw["subject"][record], raw["variable"][record])
        occasions = (("visit", visits[record]), ("day", days[record]))
        keys = [(*who, kind, at) for kind, at in occasions if at is not None]
        earlier = [one for key in keys for one in kept[key] if values[one] != value]
        other = next((one for one in earlier if same_occasion(one, record)), None)
        if other is not None:
            came = (
                f"{raw['value'][record]!r} for {who[1]}, but {raw['value'][other]!r} "
                f"in {text.other(other)}"
            )
            door.fail(text, record, "value", came, "one value for one visit or day")
        for key in keys:
            kept[key].append(record)


def _check_visits(door: Door, text: TextTable, read: Read) -> None:
    visits = door.protocol.visits
    for record, (name, day) in enumerate(zip(read["visit"], read["date"], strict=True)):
        if name is None:
            continue
        visit = visits.get(str(name))
        if visit is None:
            door.fail(
                text, record, "visit", f"visit {name!r} is not scheduled",
                f"one of {', '.join(visits)}", did_you_mean(str(name), list(visits)),
            )  # fmt: skip
        elif isinstance(day, int) and day < 0 and visit.day is not None and visit.day > 0:
            came = f"{name} on day {day}, before randomisation"
            door.fail(text, record, "date", came, "a day of 0 or later")


def _check_disposition(door: Door, text: TextTable, read: Read) -> None:
    """Each subject ends once: completed or withdrawn, and at most one death."""
    seen: dict[tuple[object, str], int] = {}
    for record, (subject, what) in enumerate(zip(read["subject"], read["what"], strict=True)):
        if what is None:
            continue
        if what not in DISPOSITION:
            wanted = f"one of {', '.join(DISPOSITION)}"
            door.fail(
                text, record, "what", repr(what), wanted, did_you_mean(str(what), DISPOSITION)
            )
        if what not in _ENDS:
            continue
        group = "death" if what == "death" else "end"
        before = seen.setdefault((subject, group), record)
        if before != record:
            came = f"{what} of {subject!r}, but {read['what'][before]} in {text.other(before)}"
            wanted = "one death" if what == "death" else "completed or withdrawn, once"
            door.fail(text, record, "what", came, wanted)


def check_between_tables(
    door: Door, tables: Mapping[str, TextTable], frames: Mapping[str, pl.DataFrame]
) -> None:
    """Check what only the whole of the tables can show: arms, and the order of days."""
    _arms_have_subjects(door, tables["subjects"], frames["subjects"])
    _order_of_days(door, tables, frames)


def _arms_have_subjects(door: Door, text: TextTable, subjects: pl.DataFrame) -> None:
    found = set(subjects["arm"].drop_nulls())
    for arm in door.protocol.arms:
        if found and arm not in found:
            door.fail_table(text.file, f"no subject in arm {arm!r}", "at least one")
    without = pl.col("arm").is_not_null() & pl.col("randomised").is_null()
    for record, _ in _where(subjects, without):
        door.fail(
            text, record, "randomised", "nothing, though the subject has an arm",
            "the date of randomisation, or 0",
        )  # fmt: skip


def _order_of_days(
    door: Door, tables: Mapping[str, TextTable], frames: Mapping[str, pl.DataFrame]
) -> None:
    wanted = "a day of 0 or later"
    for record, row in _where(frames["doses"], pl.col("date") < 0):
        came = f"a dose on day {row['date']}, before randomisation"
        door.fail(tables["doses"], record, "date", came, wanted)
    for record, row in _where(frames["events"], pl.col("end") < pl.col("start")):
        came = f"day {row['end']} before the start on day {row['start']}"
        door.fail(tables["events"], record, "end", came, "the same day or later")
    after = pl.col("what").is_in(_ENDS) & (pl.col("date") < 0)
    for record, row in _where(frames["disposition"], after):
        if (door.start or {}).get(str(row["subject"])) != "never":
            came = f"{row['what']} on day {row['date']}, before randomisation"
            door.fail(tables["disposition"], record, "date", came, wanted)


def _where(frame: pl.DataFrame, condition: pl.Expr) -> Iterator[tuple[int, dict[str, object]]]:
    """Give the records that meet a condition, with their place in the table."""
    for row in frame.with_row_index("_record").filter(condition).iter_rows(named=True):
        yield int(str(row["_record"])), row
