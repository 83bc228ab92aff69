"""Rules of the tables of doses and of adverse events: agents, amounts, units, grades, ends."""

from __future__ import annotations

from equipoise.data.door import Door
from equipoise.data.intervention import interventions_of
from equipoise.data.rules.table import Table
from equipoise.errors import did_you_mean
from equipoise.protocol.model.arm import Dose, Intervention

__all__ = ["check_doses", "check_events"]

_GRADES = range(1, 6)
"""Grades of adverse events of CTCAE 5.0: 1 mild to 5 death."""


def check_doses(door: Door, table: Table) -> None:
    """Find unknown agents, amounts that are no dose, and units that are not the protocol's."""
    known = interventions_of(door.protocol)
    read = table.read
    for record, (agent, amount, unit, day) in enumerate(
        zip(read["intervention"], read["amount"], read["unit"], read["date"], strict=True)
    ):
        if isinstance(amount, float) and amount <= 0:
            door.fail(
                table.text, record, "amount", f"{amount:g}",
                "an amount above 0; a dose that was not given has no row",
            )  # fmt: skip
        if agent is None:
            continue
        name = str(agent)
        if name not in known:
            door.fail(
                table.text, record, "intervention", f"unknown intervention {name!r}",
                f"one of {', '.join(known)}", did_you_mean(name, list(known)),
            )  # fmt: skip
            continue
        units = _units([one.dose for one in known[name]])
        if unit is not None and units and unit not in units:
            wanted = f"{' or '.join(units)} for {name}"
            door.fail(table.text, record, "unit", repr(unit), wanted)
        if isinstance(day, int) and day < 0 and not _may_be_early(known[name]):
            came = f"a dose on day {day}, before randomisation"
            door.fail(table.text, record, "date", came, "a day of 0 or later")


def _units(doses: list[Dose | None]) -> list[str]:
    """List the units of the doses of an agent; none where a dose varies or is not known."""
    units = [one.unit for one in doses if one is not None]
    return list(dict.fromkeys(units)) if len(units) == len(doses) else []


def _may_be_early(interventions: list[Intervention]) -> bool:
    """Say whether an agent is standard care, or planned before randomisation."""
    for one in interventions:
        days = one.days or ()
        first = min(days, default=0) if isinstance(days, tuple) else days.first
        if one.background or first < 0:
            return True
    return False


def check_events(door: Door, table: Table) -> None:
    """Find grades outside the scale, unless the protocol has its own, and ends before starts."""
    read = table.read
    has_own_scale = "grade" in door.protocol.variables_at("event")
    for record, (grade, start, end) in enumerate(
        zip(read["grade"], read["start"], read["end"], strict=True)
    ):
        if not has_own_scale and grade is not None and grade not in _GRADES:
            wanted = f"a whole grade from {_GRADES[0]} to {_GRADES[-1]}"
            door.fail(table.text, record, "grade", str(table.raw["grade"][record]), wanted)
        if isinstance(start, int) and isinstance(end, int) and end < start:
            came = f"day {end} before the start on day {start}"
            door.fail(table.text, record, "end", came, "the same day or later")
