"""What displays over time share: planned times, repetitions, percentages with their limits."""

from __future__ import annotations

from equipoise.analyse.key import by_text, levels_of
from equipoise.report import format as shape
from equipoise.report.display.cells import number, points_number
from equipoise.report.display.model import Run
from equipoise.report.display.view import View
from equipoise.report.rows import Datum, ResultRows

__all__ = ["outer_levels", "percent_runs", "slug", "time_of", "times_of"]


def outer_levels(view: View) -> tuple[str, ...]:
    """Levels of the repetition: ``by`` without the time."""
    return tuple(dict.fromkeys(_outer(row.by) for row in view.rows))


def time_of(datum: Datum, outer: str) -> float | None:
    """Read the time of a row; None if it belongs to another repetition, or has no time."""
    time = levels_of(datum.by).get("time")
    return float(time) if time is not None and _outer(datum.by) == outer else None


def _outer(by: str) -> str:
    return by_text(**{name: level for name, level in levels_of(by).items() if name != "time"})


def times_of(rows: ResultRows, outer: str) -> dict[float, str]:
    """List the times of rows in ascending order, each with its ``by``."""
    found = {time: row.by for row in rows if (time := time_of(row, outer)) is not None}
    return dict(sorted(found.items()))


def slug(text: str) -> str:
    """Write further levels as a part of a name."""
    return "".join(letter if letter.isalnum() else "-" for letter in text).strip("-").lower()


def percent_runs(
    share: Datum | None, low: Datum | None, high: Datum | None, at_risk: Datum | None = None
) -> tuple[Run, ...]:
    """Show a share in percent with its limits and the number at risk, as far as there are any."""
    runs: list[Run] = [points_number(share)]
    if low is not None and high is not None and low.is_estimated and high.is_estimated:
        runs += [" (", points_number(low), " to ", points_number(high), ")"]
    if at_risk is not None:
        runs += [" [", number(at_risk, shape.count), "]"]
    return tuple(runs)
