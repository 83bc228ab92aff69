"""Shares that add up to the whole, stacked over a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from equipoise.report.figure.panel import KeyEntry, Line, panels, write_across
from equipoise.report.figure.style import house_style
from equipoise.report.figure.svg import Drawn, mark, svg_of

__all__ = ["AreaChart", "AreaPanel", "draw_area_chart"]

_COLOURS = ("#0072B2", "#D9D9D9", "#E69F00", "#CC79A7")
"""First is what is hoped for; the second, light, is what stays open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPanel:
    """One panel: places on the axis, and the shares of each category there."""

    title: str = ""
    places: tuple[float, ...]
    shares: tuple[tuple[Drawn, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaChart:
    """Everything that the figure shows; shares of a panel are in the order of the categories."""

    name: str
    categories: tuple[str, ...]
    panels: tuple[AreaPanel, ...]
    x_label: str
    y_label: str
    across: tuple[Line, ...] = ()


def draw_area_chart(chart: AreaChart) -> str:
    """Draw the areas as SVG, the first category at the bottom."""
    key = [
        KeyEntry(label=label, colour=colour)
        for label, colour in zip(chart.categories, _COLOURS, strict=False)
    ]
    with house_style(chart.name):
        figure, all_axes = panels(
            [panel.title for panel in chart.panels],
            key=key,
            x_label=chart.x_label,
            y_label=chart.y_label,
        )
        for place, (axes, panel) in enumerate(zip(all_axes, chart.panels, strict=True)):
            _draw_areas(axes, panel)
            axes.set_xlim(min(panel.places), max(panel.places))
            axes.set_ylim(0, 100)
            write_across(axes, chart.across, is_named=place == len(all_axes) - 1)
        return svg_of(figure, chart.name)


def _draw_areas(axes: Axes, panel: AreaPanel) -> None:
    floor: Sequence[float] = [0.0] * len(panel.places)
    for colour, shares in zip(_COLOURS, panel.shares, strict=False):
        top = [below + 100 * one.value for below, one in zip(floor, shares, strict=True)]
        drawn = axes.fill_between(
            panel.places, floor, top, color=colour, linewidth=0.6, edgecolor="white"
        )
        mark(drawn, shares)
        floor = top
