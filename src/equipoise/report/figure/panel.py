"""Panels beside each other under one key: the frame of charts over a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from equipoise.report.figure.style import GRID, INK, MUTED, SMALL, WIDTH
from equipoise.report.figure.svg import wrap
from equipoise.report.fonts import text_width

__all__ = ["KeyEntry", "Line", "line_of", "panels", "write_across"]

_LEFT, _RIGHT, _GAP, _AXIS, _BODY, _TITLE, _ROW = 44.0, 10.0, 18.0, 36.0, 170.0, 13.0, 14.0
_SAMPLE = 22.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """A name in the key: its colour, and its dashes where it is a line."""

    label: str
    colour: str
    dashes: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line across all panels at a number: upright at an x, level at a y."""

    label: str
    x: float | None = None
    y: float | None = None


def line_of(dashes: tuple[float, ...]) -> Literal["solid"] | tuple[float, tuple[float, ...]]:
    """Write dashes as matplotlib takes them."""
    return (0, dashes) if dashes else "solid"


def panels(
    titles: Sequence[str], *, key: Sequence[KeyEntry], x_label: str, y_label: str
) -> tuple[Figure, list[Axes]]:
    """Make a figure with one pair of axes for each title, and the key over them."""
    rows = _rows(key)
    each = (WIDTH - _LEFT - _RIGHT - _GAP * (len(titles) - 1)) / len(titles)
    wrapped = [wrap(title, each, SMALL, "semibold") for title in titles]
    head = _key_height(key) + 6 + _TITLE * max(len(lines) for lines in wrapped)
    height = head + _BODY + _AXIS
    figure = Figure(figsize=(WIDTH / 72, height / 72))
    found = []
    for place, lines in enumerate(wrapped):
        left = _LEFT + place * (each + _GAP)
        axes = figure.add_axes((left / WIDTH, _AXIS / height, each / WIDTH, _BODY / height))
        if any(lines):
            figure.text(
                left / WIDTH, (_AXIS + _BODY + 5) / height, "\n".join(lines), size=SMALL,
                weight="semibold", va="bottom", linespacing=1.1,
            )  # fmt: skip
        axes.grid(axis="y", color=GRID, linewidth=0.5)
        axes.set_axisbelow(True)
        if place:
            axes.tick_params(labelleft=False)
        else:
            axes.set_ylabel(y_label)
        found.append(axes)
    figure.text(
        (_LEFT + (WIDTH - _LEFT - _RIGHT) / 2) / WIDTH, 5 / height, x_label, ha="center",
        va="bottom",
    )  # fmt: skip
    for order, row in enumerate(rows):
        _draw_row(figure, row, (height - _ROW * order - _ROW / 2) / height, height)
    return figure, found


def _key_height(key: Sequence[KeyEntry]) -> float:
    """Give the room that a key takes, in points."""
    return _ROW * len(_rows(key))


def _rows(key: Sequence[KeyEntry]) -> list[list[tuple[KeyEntry, float]]]:
    """Put entries into rows, each with its place."""
    rows: list[list[tuple[KeyEntry, float]]] = []
    x = WIDTH
    for entry in key:
        own = text_width(entry.label, SMALL) + _SAMPLE + 18
        if x + own > WIDTH or not rows:
            rows.append([])
            x = 0.0
        rows[-1].append((entry, x))
        x += own
    return rows


def _draw_row(
    figure: Figure, row: Sequence[tuple[KeyEntry, float]], y: float, height: float
) -> None:
    for entry, x in row:
        if entry.dashes is None:
            figure.add_artist(
                Rectangle(
                    (x / WIDTH, y - 4 / height), (_SAMPLE - 6) / WIDTH, 8 / height,
                    facecolor=entry.colour, edgecolor="none", transform=figure.transFigure,
                )
            )  # fmt: skip
        else:
            figure.add_artist(
                Line2D(
                    (x / WIDTH, (x + _SAMPLE - 4) / WIDTH), (y, y), color=entry.colour,
                    linestyle=line_of(entry.dashes), transform=figure.transFigure,
                )
            )  # fmt: skip
        figure.text((x + _SAMPLE) / WIDTH, y, entry.label, size=SMALL, va="center", color=INK)


def write_across(axes: Axes, lines: Sequence[Line], *, is_named: bool) -> None:
    """Draw lines across a panel; name them in one panel only."""
    for line in lines:
        if line.x is not None:
            axes.axvline(line.x, color=MUTED, linewidth=0.7, linestyle=(0, (2, 2)), zorder=1)
        if line.y is not None:
            axes.axhline(line.y, color=MUTED, linewidth=0.7, linestyle=(0, (2, 2)), zorder=1)
        if not is_named or not line.label:
            continue
        if line.y is not None:
            axes.annotate(
                line.label, (1, line.y), xycoords=("axes fraction", "data"), xytext=(-2, 2),
                textcoords="offset points", size=SMALL - 1, color=MUTED, ha="right",
            )  # fmt: skip
        else:
            axes.annotate(
                line.label, (line.x or 0.0, 1), xycoords=("data", "axes fraction"),
                xytext=(-2, -2), textcoords="offset points", size=SMALL - 1, color=MUTED,
                ha="right", va="top", rotation=90,
            )  # fmt: skip
