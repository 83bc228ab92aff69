"""Published curves of the reference as files that a protocol names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.small import small_file


def points_text(arms: Mapping[str, Mapping[str, Any]]) -> str:
    """Write points and numbers at risk of each arm as one table."""
    lines = ["arm,time,survival,at_risk"]
    for name, arm in arms.items():
        points = zip(arm["curve_time"], arm["curve_surv"], strict=True)
        numbers = zip(arm["risk_time"], arm["n_risk"], strict=True)
        lines += [f"{name},{time},{survival}," for time, survival in points]
        lines += [f"{name},{time},,{at_risk}" for time, at_risk in numbers]
    return "\n".join(lines) + "\n"


def with_curve(folder: Path, text: str, fields: str) -> Path:
    """Write the small trial with a curve ``one`` in flow style, and its points."""
    (folder / "points.csv").write_text(text, encoding="utf-8")
    curve = f"{{label: Survival, place: figure 1, points: points.csv, unit: days, {fields}}}"
    return small_file(folder, ("estimands:\n", f"curves:\n  one: {curve}\nestimands:\n"))


def arms_field(events: Mapping[str, int]) -> str:
    """Write the arms of a curve with their printed events."""
    arms = ", ".join(f"{arm}: {{label: {arm}, events: {n}}}" for arm, n in events.items())
    return f"arms: {{{arms}}}"
