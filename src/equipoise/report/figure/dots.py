"""Adverse events as dots: the share of subjects of each arm, and the differences, by term."""

from __future__ import annotations

from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from equipoise.report.figure.labels import short_name
from equipoise.report.figure.style import (
    GRID,
    MUTED,
    SMALL,
    WIDTH,
    ArmLook,
    FigureArm,
    house_style,
    looks_of,
)
from equipoise.report.figure.svg import Drawn, mark, svg_of, wrap
from equipoise.report.fonts import text_width
from equipoise.report.format import plain

__all__ = ["DotDifference", "DotRow", "Dots", "draw_dots"]

_LINE, _ROW_GAP, _KEY_ROW, _AXIS = 11.0, 6.0, 15.0, 36.0
_SHARES, _BETWEEN = 0.52, 14.0
"""Part of the width for the shares where differences stand beside them, and the gap. [1], [pt]"""
_APART = 3.4
"""Between the intervals of two arms in one row. [pt]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DotDifference:
    """Difference of the shares of an arm and its control, with its limits."""

    estimate: Drawn
    ci_low: Drawn
    ci_high: Drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class DotRow:
    """A term, the share of subjects with it in each arm, in percent, and differences of shares."""

    label: str
    percent: dict[str, Drawn]
    differences: dict[str, DotDifference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """Everything that the figure shows, from the top row down."""

    name: str
    arms: tuple[FigureArm, ...]
    rows: tuple[DotRow, ...]
    axis_label: str = "Share of subjects (%)"
    difference_label: str = "Risk difference"

    @property
    def has_differences(self) -> bool:
        """True where any row has one."""
        return any(row.differences for row in self.rows)


def draw_dots(dots: Dots) -> str:
    """Draw the shares as SVG; a thin line joins the arms of a term."""
    looks = looks_of(dots.arms)
    labels = max((text_width(row.label, SMALL) for row in dots.rows), default=60.0)
    left = min(labels + 12, 0.42 * WIDTH)
    lines = [wrap(row.label, left - 10, SMALL) for row in dots.rows]
    heights = [_LINE * len(line) + _ROW_GAP for line in lines]
    key = _key_places(dots)
    head = _KEY_ROW * (1 + max((row for row, _ in key.values()), default=0)) + 4
    body = max(sum(heights), 20.0)
    height = head + body + _AXIS
    whole = WIDTH - left - 12
    first = whole * _SHARES if dots.has_differences else whole
    with house_style(dots.name):
        figure = Figure(figsize=(WIDTH / 72, height / 72))
        axes = figure.add_axes((left / WIDTH, _AXIS / height, first / WIDTH, body / height))
        middles = [sum(heights[:place]) + own / 2 for place, own in enumerate(heights)]
        axes.set_ylim(body, 0)
        for row, line, middle in zip(dots.rows, lines, middles, strict=True):
            _draw_row(axes, row, middle, looks)
            place = 1 - (head + middle) / height
            figure.text(0, place, "\n".join(line), size=SMALL, va="center", linespacing=1.05)
        _draw_frame(axes, dots)
        if dots.has_differences:
            start = left + first + _BETWEEN
            second = figure.add_axes(
                (start / WIDTH, _AXIS / height, (WIDTH - start - 4) / WIDTH, body / height)
            )
            second.set_ylim(body, 0)
            for row, middle in zip(dots.rows, middles, strict=True):
                _draw_differences(second, row, middle, looks)
            _draw_difference_frame(second, dots)
        _draw_key(figure, dots, looks, key, height)
        return svg_of(figure, dots.name)


def _draw_differences(axes: Axes, row: DotRow, y: float, looks: dict[str, ArmLook]) -> None:
    axes.axhline(y, color=GRID, linewidth=0.5, zorder=0)
    start = y - _APART * (len(row.differences) - 1) / 2
    for place, (arm, one) in enumerate(row.differences.items()):
        own, look = start + _APART * place, looks[arm]
        (line,) = axes.plot(
            [one.ci_low.value, one.ci_high.value], [own, own], color=look.colour, linewidth=1.1,
            zorder=2,
        )  # fmt: skip
        mark(line, [one.ci_low, one.ci_high])
        (dot,) = axes.plot(
            [one.estimate.value], [own], linestyle="none", marker=look.marker, color=look.colour,
            markersize=4.5, zorder=3,
        )  # fmt: skip
        mark(dot, [one.estimate])


def _draw_difference_frame(axes: Axes, dots: Dots) -> None:
    ends = [
        limit.value
        for row in dots.rows
        for one in row.differences.values()
        for limit in (one.ci_low, one.ci_high)
    ]
    room = 0.05 * (max(*ends, 0.0) - min(*ends, 0.0)) or 0.05
    axes.set_xlim(min(*ends, 0.0) - room, max(*ends, 0.0) + room)
    axes.axvline(0, color=MUTED, linewidth=0.8, zorder=1)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(4, min_n_ticks=2))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value, shift=2)))
    axes.set_xlabel(dots.difference_label)


def _draw_row(axes: Axes, row: DotRow, y: float, looks: dict[str, ArmLook]) -> None:
    shares = [number.value for number in row.percent.values()]
    axes.axhline(y, color=GRID, linewidth=0.5, zorder=0)
    if shares:
        axes.plot([min(shares), max(shares)], [y, y], color=MUTED, linewidth=0.7, zorder=1)
    for arm, number in row.percent.items():
        (dot,) = axes.plot(
            [number.value],
            [y],
            linestyle="none",
            marker=looks[arm].marker,
            color=looks[arm].colour,
            markersize=5.5,
            clip_on=False,
            zorder=3,
        )
        mark(dot, [number])


def _draw_frame(axes: Axes, dots: Dots) -> None:
    most = max((one.value for row in dots.rows for one in row.percent.values()), default=0.0)
    axes.set_xlim(0, min(max(most * 1.06, 5.0), 100.0))
    axes.set_yticks([])
    axes.spines["left"].set_color(MUTED)
    axes.locator_params(axis="x", nbins=6)
    axes.set_xlabel(dots.axis_label)


def _key_name(arm: FigureArm) -> str:
    return short_name(arm.label, WIDTH - 20)


def _key_places(dots: Dots) -> dict[str, tuple[int, float]]:
    places, row, x = {}, 0, 0.0
    for arm in dots.arms:
        own = text_width(_key_name(arm), SMALL, "semibold") + 30
        if x + own > WIDTH and x:
            row, x = row + 1, 0.0
        places[arm.id] = (row, x)
        x += own
    return places


def _draw_key(
    figure: Figure,
    dots: Dots,
    looks: dict[str, ArmLook],
    places: dict[str, tuple[int, float]],
    height: float,
) -> None:
    key = figure.add_axes((0, 0, 1, 1), zorder=-1)
    key.set_axis_off()
    key.set_xlim(0, WIDTH)
    key.set_ylim(0, height)
    for arm in dots.arms:
        row, x = places[arm.id]
        y = height - 8 - row * _KEY_ROW
        look = looks[arm.id]
        key.plot([x + 5], [y], marker=look.marker, color=look.colour, markersize=5.5)
        key.text(
            x + 14, y, _key_name(arm), size=SMALL, weight="semibold", color=look.ink, va="center"
        )
