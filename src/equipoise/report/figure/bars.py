"""Shares of ordered categories as stacked bars, one bar for each arm."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equipoise.report.figure.labels import name_lines
from equipoise.report.figure.style import INK, MUTED, SMALL, WIDTH, house_style, shades
from equipoise.report.figure.svg import Drawn, mark, svg_of
from equipoise.report.fonts import text_width
from equipoise.report.format import count, percent

__all__ = ["Bar", "BarPart", "StackedBars", "draw_stacked_bars", "is_dark"]

_BAR, _GAP, _KEY_ROW, _AXIS = 20.0, 8.0, 14.0, 36.0
_WHITE_TEXT_FROM = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPart:
    """A category in a bar: its share in percent, and its count."""

    category: str
    percent: Drawn
    count: Drawn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its name, the group that it stands in (such as a visit), its parts."""

    label: str
    group: str = ""
    parts: tuple[BarPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackedBars:
    """Everything that the figure shows; the worst or highest category last, and darkest."""

    name: str
    categories: tuple[str, ...]
    bars: tuple[Bar, ...]
    axis_label: str = "Share of subjects (%)"


def draw_stacked_bars(bars: StackedBars) -> str:
    """Draw the bars as SVG, each part with its count where there is room for it."""
    left = _label_width(bars)
    key = _key_rows(bars, WIDTH)
    groups = len({bar.group for bar in bars.bars if bar.group})
    body = len(bars.bars) * (_BAR + _GAP) + groups * _KEY_ROW
    head = len(key) * _KEY_ROW + 6
    height = head + body + _AXIS
    with house_style(bars.name):
        figure = Figure(figsize=(WIDTH / 72, height / 72))
        axes = figure.add_axes(
            (left / WIDTH, _AXIS / height, (WIDTH - left - 10) / WIDTH, body / height)
        )
        axes.set_ylim(body, 0)
        axes.set_xlim(0, 100)
        colours = dict(zip(bars.categories, shades(len(bars.categories)), strict=True))
        _draw_bars(axes, bars, colours, left)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(bars.axis_label)
        _draw_key(figure, key, colours, height)
        return svg_of(figure, bars.name)


def _label_width(bars: StackedBars) -> float:
    widest = max((text_width(bar.label, SMALL) for bar in bars.bars), default=40.0)
    return min(widest + 12, 0.34 * WIDTH)


def _draw_bars(axes: Axes, bars: StackedBars, colours: dict[str, str], left: float) -> None:
    y, group = 0.0, ""
    scale = (WIDTH - left - 10) / 100
    for bar in bars.bars:
        if bar.group != group:
            group = bar.group
            axes.text(
                -left / scale, y + _KEY_ROW / 2, group, size=SMALL, weight="semibold", va="center"
            )
            y += _KEY_ROW
        label = "\n".join(name_lines([bar.label], width=left - 10, lines=3)[0])
        axes.text(-left / scale, y + _BAR / 2, label, size=SMALL, va="center", linespacing=1.0)
        start = 0.0
        for part in bar.parts:
            _draw_part(axes, part, start, y, colours[part.category], scale)
            start += part.percent.value
        y += _BAR + _GAP


def _draw_part(
    axes: Axes, part: BarPart, start: float, y: float, colour: str, scale: float
) -> None:
    (drawn,) = axes.barh(
        y + _BAR / 2, part.percent.value, left=start, height=_BAR, color=colour, edgecolor="white"
    )
    drawn.set_linewidth(0.6)
    mark(drawn, [part.percent])
    number = part.count or part.percent
    text = count(number.value) if part.count is not None else percent(number.value)
    if part.percent.value * scale > text_width(text, SMALL) + 6:
        written = axes.text(
            start + part.percent.value / 2,
            y + _BAR / 2,
            text,
            size=SMALL,
            ha="center",
            va="center",
            color="white" if is_dark(colour) else INK,
        )
        mark(written, [number])


def is_dark(colour: str) -> bool:
    """Say whether white type reads better on a colour than black."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < _WHITE_TEXT_FROM


def _key_rows(bars: StackedBars, width: float) -> list[list[tuple[str, float]]]:
    """Put the names of the categories into rows, each with its place."""
    rows: list[list[tuple[str, float]]] = [[]]
    x = 0.0
    for category in bars.categories:
        own = text_width(category, SMALL) + 28
        if x + own > width and rows[-1]:
            rows.append([])
            x = 0.0
        rows[-1].append((category, x))
        x += own
    return rows


def _draw_key(
    figure: Figure, rows: list[list[tuple[str, float]]], colours: dict[str, str], height: float
) -> None:
    for place, row in enumerate(rows):
        y = 1 - (_KEY_ROW * place + 7) / height
        for category, x in row:
            figure.text(x / WIDTH, y, "■", size=SMALL + 1, color=colours[category], va="center")
            figure.text((x + 13) / WIDTH, y, category, size=SMALL, va="center", color=MUTED)
