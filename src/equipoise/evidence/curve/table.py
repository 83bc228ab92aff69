"""Points of published curves and the numbers at risk under them.

Columns: ``arm, time, survival`` (0 to 1), ``at_risk``; a row may hold a point, a number at risk,
or both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from equipoise.evidence.column import read_columns
from equipoise.protocol.model.curve import PublishedCurve
from equipoise.protocol.rules import FieldFault
from equipoise.stats import Floats

__all__ = ["ArmPoints", "CurveTable", "curve_faults", "read_points"]

_NEEDED = ("arm", "time", "survival", "at_risk")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPoints:
    """What a figure shows of one arm, in the order of the file."""

    time: Floats
    survival: Floats
    risk_time: Floats
    at_risk: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveTable:
    """A file that was read: its name, the hash of its bytes, its arms."""

    file: str
    data_hash: str
    arms: Mapping[str, ArmPoints]


def read_points(path: Path) -> CurveTable:
    """Read points and numbers at risk.

    Raises
    ------
    DataError
        With every fault of the file, each with its row and column.
    """
    columns = read_columns(path, _NEEDED)
    found: dict[str, list[tuple[float, float, float]]] = {}
    for place in columns.places:
        arm = columns.text(place, "arm", needed=True)
        time = columns.number(place, "time", low=0)
        survival = columns.number(place, "survival", low=0, high=1)
        at_risk = columns.number(place, "at_risk", low=0, whole=True)
        if not columns.text(place, "time"):
            columns.fail(place, "time", "nothing", "a time")
        if not (columns.text(place, "survival") or columns.text(place, "at_risk")):
            columns.fail(place, "survival", "nothing", "a survival, or a number at risk")
        found.setdefault(arm, []).append((time, survival, at_risk))
    columns.close()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    arms = {arm: _points(np.array(rows)) for arm, rows in found.items()}
    return CurveTable(file=path.name, data_hash=digest, arms=arms)


def _points(rows: Floats) -> ArmPoints:
    time, survival, at_risk = rows.T
    is_point, is_number = ~np.isnan(survival), ~np.isnan(at_risk)
    return ArmPoints(
        time=time[is_point],
        survival=survival[is_point],
        risk_time=time[is_number],
        at_risk=at_risk[is_number],
    )


def curve_faults(name: str, plan: PublishedCurve, table: CurveTable) -> list[FieldFault]:
    """Find faults between a curve and its file: arms, numbers at risk, events."""
    faults: list[FieldFault] = []
    for arm, told in plan.arms.items():
        path = ("curves", name, "arms", arm)
        points = table.arms.get(arm)
        if points is None:
            known = ", ".join(table.arms)
            came = f"{table.file} has no arm {arm!r}"
            faults.append(FieldFault(path=path, came=came, wanted=f"one of {known}"))
            continue
        for came, wanted in _wrong(points):
            faults.append(FieldFault(path=path, came=f"{table.file}: {came}", wanted=wanted))
        first = points.at_risk[0] if points.at_risk.size else np.inf
        if told.events is not None and told.events > first:
            came = f"{told.events} events of {first:g} at risk"
            faults.append(
                FieldFault(path=(*path, "events"), came=came, wanted="no more than were at risk")
            )
    return faults


def _wrong(points: ArmPoints) -> list[tuple[str, str]]:
    faults = []
    if not points.time.size:
        faults.append(("no point of the curve", "one or more"))
    risk = points.risk_time
    if not risk.size or risk[0] != 0 or np.any(np.diff(risk) <= 0):
        shown = ", ".join(f"{one:g}" for one in risk[:6]) or "none"
        faults.append((f"numbers at risk at {shown}", "rising times that start at 0"))
    if np.any(np.diff(points.at_risk) > 0):
        shown = ", ".join(f"{one:g}" for one in points.at_risk[:6])
        faults.append((f"numbers at risk {shown}", "numbers that do not rise"))
    return faults
