"""Rules of the schedule: visits, windows, assessments, and blinding of the schedule itself."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.model.schedule import Visit
from equipoise.protocol.rules.fault import FieldFault, Path, unknown

__all__ = ["schedule_faults"]


def schedule_faults(protocol: Protocol) -> Iterator[FieldFault]:
    """Find faults in visits and assessments."""
    schedule = protocol.schedule
    yield from unknown(("schedule", "baseline"), "visit", schedule.baseline, schedule.visits)
    if "baseline" in schedule.visits and schedule.baseline != "baseline":
        yield FieldFault(
            path=("schedule", "visits", "baseline"), came="a visit named 'baseline'",
            wanted=f"another name: expressions call {schedule.baseline} so",
        )  # fmt: skip
    yield from _visits(protocol)
    for name, assessment in schedule.assessments.items():
        path: Path = ("schedule", "assessments", name)
        for place, visit in enumerate(assessment.visits):
            yield from unknown((*path, "visits", place), "visit", visit, schedule.visits)
        for place, variable in enumerate(assessment.variables):
            here: Path = (*path, "variables", place)
            yield from unknown(here, "variable", variable, protocol.variables)
            known = protocol.variables.get(variable)
            if known is not None and known.level != "visit":
                yield FieldFault(
                    path=here, came=f"{variable!r} is a variable of the {known.level}",
                    wanted="a variable with level: visit",
                )  # fmt: skip
    yield from _differs_by_arm(protocol)


def _visits(protocol: Protocol) -> Iterator[FieldFault]:
    last: tuple[str, Visit] | None = None
    for name, visit in protocol.visits.items():
        path: Path = ("schedule", "visits", name)
        for place, arm in enumerate(visit.arms):
            yield from unknown((*path, "arms", place), "arm", arm, protocol.arms)
        window = visit.window
        if window is not None and visit.day is not None and not window.holds(visit.day):
            yield FieldFault(
                path=(*path, "window"), came=f"a window without day {visit.day}",
                wanted="a window that holds the day of the visit",
            )  # fmt: skip
        if visit.day is None:
            continue
        if last is not None:
            before_name, before = last
            if before.day is not None and visit.day <= before.day:
                yield FieldFault(
                    path=(*path, "day"), came=f"day {visit.day} after {before_name}",
                    wanted=f"a day later than {before.day}",
                )  # fmt: skip
            ends = before.window.last if before.window else None
            begins = window.first if window else None
            if ends is not None and begins is not None and begins <= ends:
                yield FieldFault(
                    path=(*path, "window"), came=f"a window from day {begins}",
                    wanted=f"one that begins after day {ends}, where that of {before_name} ends",
                )  # fmt: skip
        last = (name, visit)


def _differs_by_arm(protocol: Protocol) -> Iterator[FieldFault]:
    """Find differences by arm: they would tell a blinded subject the arm."""
    if "subject" not in protocol.masking.blinded:
        return
    nouns = [("visits", name, one.arms) for name, one in protocol.visits.items()]
    nouns += [
        ("assessments", name, one.arms) for name, one in protocol.schedule.assessments.items()
    ]
    for field, name, arms in nouns:
        if arms and set(arms) != set(protocol.arms):
            yield FieldFault(
                path=("schedule", field, name, "arms"), came=f"only for {', '.join(arms)}",
                wanted="the same schedule in all arms, because subjects are blinded",
            )  # fmt: skip
