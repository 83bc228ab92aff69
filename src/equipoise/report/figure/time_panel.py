"""Panels over time with numbers of subjects under them: ticks that can be read, rows of numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equipoise.report.figure.grid import PANEL_TEXT, Grid
from equipoise.report.figure.kaplan_meier import AtRisk
from equipoise.report.figure.style import GRID, MUTED
from equipoise.report.figure.svg import mark
from equipoise.report.fonts import text_width
from equipoise.report.format import count

__all__ = ["foot_of", "frame_panel", "legible", "write_counts"]

_ROW = 10.0
"""Height of a row of numbers. [pt]"""

_AXIS, _HEAD, _BELOW, _GAP = 26.0, 12.0, 12.0, 5.0


def foot_of(rows: int) -> float:
    """Give the room in points under a panel for its axis and so many rows of numbers."""
    return _AXIS + _HEAD + rows * _ROW + _BELOW


def legible(times: Sequence[float], *, last: float, width: float) -> tuple[float, ...]:
    """Keep the times whose labels do not touch on an axis of that width, the last one first.

    Parameters
    ----------
    times : sequence of float
        Times in ascending order.
    last : float
        Time at the right end of the axis, which begins at 0.
    width : float
        Width of the axis. [pt]
    """
    kept: list[float] = []
    free = float("inf")
    for time in reversed(times):
        centre = time / last * width
        half = text_width(f"{time:g}", PANEL_TEXT) / 2
        if centre + half + _GAP <= free:
            kept.append(time)
            free = centre - half
    return tuple(reversed(kept))


def frame_panel(axes: Axes, *, times: Sequence[float], last: float, label: str, grid: Grid) -> None:
    """Set the axes of a panel: time from 0 to the last planned time, shares in percent."""
    ticks = legible(sorted({0.0, *times}), last=last, width=grid.width)
    axes.set_xlim(0, last)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1], ["0", "50", "100%"])
    axes.set_xticks(ticks, [f"{time:g}" for time in ticks])
    axes.set_xlabel(label, size=PANEL_TEXT, labelpad=1)
    axes.grid(axis="y", color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)


def write_counts(
    figure: Figure,
    grid: Grid,
    place: int,
    *,
    title: str,
    rows: Iterable[tuple[Callable[[float, float], None], Sequence[AtRisk]]],
    last: float,
) -> None:
    """Write rows of numbers under a panel, each number under its time.

    Parameters
    ----------
    rows : iterable of (sign, counts)
        ``sign`` draws what tells the row apart at a place in points.
    """
    left, y = grid.left(place), grid.top(place) + grid.body + _AXIS + 4
    grid.write(figure, left - 32, y, title, color=MUTED)
    for sign, counts in rows:
        y += _ROW
        sign(left - 24, y)
        at = {one.time: one.subjects for one in counts}
        for time in legible(tuple(at), last=last, width=grid.width):
            x = left + grid.width * time / last
            number = grid.write(figure, x, y, count(at[time].value), ha="center")
            mark(number, [at[time]])
