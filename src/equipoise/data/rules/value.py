"""Rules of the table of values: variables, units, codes, reasons, and no value twice."""

from __future__ import annotations

from collections import defaultdict

from equipoise.data.cells import CellReader
from equipoise.data.door import Door
from equipoise.data.records import Column
from equipoise.data.rules.table import Table
from equipoise.errors import did_you_mean

__all__ = ["check_values"]


def check_values(door: Door, table: Table) -> None:
    """Check each value against its variable; the column stays text, as it was captured."""
    text, raw = table.text, table.raw
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
        reason = raw["missing_reason"][record]
        if value is not None and reason is not None:
            came = f"{reason!r} beside the value {value!r}"
            door.fail(text, record, "missing_reason", came, "a value, or why there is none")
        if raw["visit"][record] is None and raw["date"][record] is None:
            door.fail(text, record, "date", "neither visit nor date", "one of them")
    _no_value_twice(door, table, values)


def _no_value_twice(door: Door, table: Table, values: list[object]) -> None:
    """Find two values of one subject and variable for one visit or day, be they the same or not.

    Records of one visit on different days are no double entry: the schedule takes the nearest.
    """
    text, visits, raw = table.text, table.raw["visit"], table.raw
    days = [
        cell if day is None else day
        for day, cell in zip(table.read["date"], raw["date"], strict=True)
    ]

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
        earlier = [one for key in keys for one in kept[key]]
        other = next((one for one in earlier if same_occasion(one, record)), None)
        if other is not None:
            before = "as" if values[other] == value else f"but {raw['value'][other]!r}"
            came = f"{raw['value'][record]!r} for {who[1]}, {before} in {text.other(other)}"
            door.fail(text, record, "value", came, "one value for one visit or day")
        for key in keys:
            kept[key].append(record)
