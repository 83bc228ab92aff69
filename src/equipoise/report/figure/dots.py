"""Adverse events as dots: the share of subjects of each arm, term by term."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

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

__all__ = ["DotRow", "Dots", "draw_dots"]

_LINE, _ROW_GAP, _KEY_ROW, _AXIS = 11.0, 6.0, 15.0, 36.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DotRow:
    """A term, and the share of subjects with it in each arm, in percent."""

    label: str
    percent: dict[str, Drawn]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """Everything that the figure shows, from the top row down."""

    name: str
    arms: tuple[FigureArm, ...]
    rows: tuple[DotRow, ...]
    axis_label: str = "Share of subjects (%)"


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
    with house_style(dots.name):
        figure = Figure(figsize=(WIDTH / 72, height / 72))
        axes = figure.add_axes(
            (left / WIDTH, _AXIS / height, (WIDTH - left - 12) / WIDTH, body / height)
        )
        axes.set_ylim(body, 0)
        y = 0.0
        for row, line, own in zip(dots.rows, lines, heights, strict=True):
            middle = y + own / 2
            _draw_row(axes, row, middle, looks)
            place = 1 - (head + middle) / height
            figure.text(0, place, "\n".join(line), size=SMALL, va="center", linespacing=1.05)
            y += own
        _draw_frame(axes, dots)
        _draw_key(figure, dots, looks, key, height)
        return svg_of(figure, dots.name)


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
