"""Shares of ordered categories by visit, one panel a variable: grades of systems over time."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equipoise.report.figure.bars import BarPart, is_dark
from equipoise.report.figure.grid import PANEL_TEXT, Grid
from equipoise.report.figure.labels import visit_ticks
from equipoise.report.figure.style import (
    INK,
    MUTED,
    SMALL,
    WIDTH,
    FigureArm,
    house_style,
    shades,
)
from equipoise.report.figure.svg import mark, svg_of
from equipoise.report.fonts import text_width
from equipoise.report.format import count

__all__ = ["BarGrid", "BarPanel", "draw_bar_grid"]

_BODY, _MARKS, _LINE, _BELOW, _KEY = 74.0, 13.0, 9.0, 12.0, 16.0
_SHARE = 0.78
"""Part of the room of a visit that its bars take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPanel:
    """A variable: its title, and for each visit and arm the parts of a bar.

    Attributes
    ----------
    bars : mapping of (visit, arm id) to parts
        In the order of the categories; an arm without a bar at a visit is missing.
    """

    title: str
    visits: tuple[str, ...]
    bars: dict[tuple[str, str], tuple[BarPart, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BarGrid:
    """Panels over the same categories, the worst category last."""

    name: str
    arms: tuple[FigureArm, ...]
    categories: tuple[str, ...]
    panels: tuple[BarPanel, ...]


def draw_bar_grid(grid: BarGrid) -> str:
    """Draw a panel for each variable: beside each other at a visit the arms, in their order."""
    places = Grid(
        panels=len(grid.panels), body=_BODY, foot=_MARKS + _LINE + _BELOW, arms=grid.arms,
        head=_KEY,
    )  # fmt: skip
    colours = dict(zip(grid.categories, shades(len(grid.categories)), strict=True))
    with house_style(grid.name):
        figure = Figure(figsize=(WIDTH / 72, places.height / 72))
        places.draw_key(figure)
        _draw_key(figure, places, colours)
        for place, panel in enumerate(grid.panels):
            axes = places.axes(figure, place, panel.title)
            width = _draw_bars(axes, grid, panel, colours, places.width)
            _mark_arms(figure, places, grid, panel, place, width)
        return svg_of(figure, grid.name)


def _draw_bars(
    axes: Axes, grid: BarGrid, panel: BarPanel, colours: dict[str, str], width: float
) -> float:
    """Draw the bars of a panel; give the width of one in points."""
    slot = width / max(len(panel.visits), 1)
    own = slot * _SHARE / len(grid.arms)
    axes.set_xlim(0, width)
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 50, 100], ["0", "50", "100%"])
    for (visit, arm), parts in panel.bars.items():
        start = slot * panel.visits.index(visit) + slot * (1 - _SHARE) / 2
        left = start + own * [one.id for one in grid.arms].index(arm)
        base = 0.0
        for part in reversed(parts):
            _draw_part(axes, part, left, base, own, colours[part.category])
            base += part.percent.value
    centres = [slot * (step + 0.5) for step in range(len(panel.visits))]
    ticks = visit_ticks(panel.visits, places=centres, size=PANEL_TEXT)
    word = f"{ticks.title} " if ticks.title else ""
    fits = all(text_width(word + name, PANEL_TEXT) < slot for name in ticks.names)
    axes.set_xticks(centres, [f"{word if fits else ''}{name}" for name in ticks.names])
    axes.tick_params(axis="x", length=0, pad=_MARKS - 2)
    if word and not fits:
        axes.set_xlabel(ticks.title, size=PANEL_TEXT, labelpad=1)
    return own


def _draw_part(
    axes: Axes, part: BarPart, left: float, base: float, width: float, colour: str
) -> None:
    (drawn,) = axes.bar(
        left + width / 2, part.percent.value, bottom=base, width=width - 1, color=colour,
        edgecolor="white",
    )  # fmt: skip
    drawn.set_linewidth(0.5)
    mark(drawn, [part.percent])
    if part.count is None:
        return
    text = count(part.count.value)
    room = part.percent.value / 100 * _BODY
    if room > PANEL_TEXT and width > text_width(text, PANEL_TEXT) + 2:
        written = axes.text(
            left + width / 2, base + part.percent.value / 2, text, size=PANEL_TEXT - 0.5,
            ha="center", va="center_baseline", color="white" if is_dark(colour) else INK,
        )  # fmt: skip
        mark(written, [part.count])


def _mark_arms(
    figure: Figure, places: Grid, grid: BarGrid, panel: BarPanel, place: int, width: float
) -> None:
    """Put the marker of its arm under each bar."""
    slot = places.width / max(len(panel.visits), 1)
    y = places.top(place) + _BODY + _MARKS / 2 - 1
    for visit, arm in panel.bars:
        order = [one.id for one in grid.arms].index(arm)
        x = slot * (panel.visits.index(visit) + (1 - _SHARE) / 2) + width * (order + 0.5)
        places.mark_arm(figure, grid.arms[order], places.left(place) + x, y)


def _draw_key(figure: Figure, places: Grid, colours: dict[str, str]) -> None:
    x = 4.0
    for category, colour in colours.items():
        places.write(figure, x, 7, "■", size=SMALL + 1, color=colour)
        places.write(figure, x + 13, 7, category, size=SMALL, color=MUTED)
        x += text_width(category, SMALL) + 28
