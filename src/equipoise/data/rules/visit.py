"""Rules of visits, wherever a table names them: scheduled, held once, in their order."""

from __future__ import annotations

from collections import defaultdict

from equipoise.data.door import Door
from equipoise.data.records import VISIT_STATUS
from equipoise.data.rules.table import Table
from equipoise.errors import did_you_mean

__all__ = ["check_order_of_visits", "check_visits"]

_FARTHEST_BEFORE = 365
"""Days before the first visit of the schedule, or its window, that a record may lie."""


def check_visits(door: Door, table: Table) -> None:
    """Find visits that are not scheduled, come twice or are dated before they can have been."""
    visits = door.protocol.visits
    is_own_table = "status" in table.read
    earliest = _earliest(door)
    seen: dict[tuple[object, str], int] = {}
    for record, (name, day) in enumerate(zip(table.read["visit"], table.read["date"], strict=True)):
        if isinstance(day, int) and day < earliest:
            door.fail(
                table.text, record, "date", f"day {day}, long before randomisation",
                f"day {earliest} or later: a year before the first visit, or its window",
            )  # fmt: skip
        if name is None:
            continue
        visit = visits.get(str(name))
        if visit is None:
            door.fail(
                table.text, record, "visit", f"visit {name!r} is not scheduled",
                f"one of {', '.join(visits)}", did_you_mean(str(name), list(visits)),
            )  # fmt: skip
        elif isinstance(day, int) and earliest <= day < 0 and (visit.day or 0) > 0:
            came = f"{name} on day {day}, before randomisation"
            door.fail(table.text, record, "date", came, "a day of 0 or later")
        if is_own_table:
            subject = table.read["subject"][record]
            before = seen.setdefault((subject, str(name)), record)
            if before != record:
                came = f"{name} of {subject!r} again, first in {table.text.other(before)}"
                door.fail(table.text, record, "visit", came, "each visit of a subject once")
    for record, status in enumerate(table.read.get("status", ())):
        if status is not None and status not in VISIT_STATUS:
            wanted = f"one of {', '.join(VISIT_STATUS)}"
            repair = did_you_mean(str(status), VISIT_STATUS)
            door.fail(table.text, record, "status", repr(status), wanted, repair)


def _earliest(door: Door) -> int:
    """Find the first day that a record of a visit can have."""
    visits = door.protocol.visits.values()
    windows = [one.window.first for one in visits if one.window and one.window.first is not None]
    days = [one.day for one in visits if one.day is not None]
    return min(*windows, min(days, default=0) - _FARTHEST_BEFORE, -_FARTHEST_BEFORE)


def check_order_of_visits(door: Door, table: Table) -> None:
    """Find visits of a subject that are dated before a visit that the schedule has earlier.

    Visits that were missed have no order. Values are compared within one variable: what is
    measured at a visit may be taken on different days.
    """
    order = {
        name: visit.day for name, visit in door.protocol.visits.items() if visit.day is not None
    }
    groups: defaultdict[tuple[object, object], list[tuple[int, int, int]]] = defaultdict(list)
    nothing: list[object] = [None] * len(table.text.rows)
    variables, states = table.read.get("variable", nothing), table.read.get("status", nothing)
    for record, (subject, variable, name, day) in enumerate(
        zip(table.read["subject"], variables, table.read["visit"], table.read["date"], strict=True)
    ):
        if isinstance(day, int) and str(name) in order and states[record] != "missed":
            groups[subject, variable].append((order[str(name)], day, record))
    for group in groups.values():
        latest: tuple[int, int, int] | None = None
        for planned, day, record in sorted(group):
            if latest is not None and planned > latest[0] and day < latest[1]:
                came = (
                    f"{table.read['visit'][record]} on day {day}, but "
                    f"{table.read['visit'][latest[2]]} on day {latest[1]} "
                    f"in {table.text.other(latest[2])}"
                )
                door.fail(table.text, record, "date", came, "visits in the order of the schedule")
            elif latest is None or day >= latest[1]:
                latest = (planned, day, record)
