"""Residuals of a model as points over time, or over a covariate, a panel for each."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from equipoise.report.figure.panel import panels
from equipoise.report.figure.style import INK, MUTED, house_style
from equipoise.report.figure.svg import Drawn, mark, svg_of
from equipoise.report.format import plain

__all__ = ["ResidualPanel", "Residuals", "draw_residuals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualPanel:
    """Points of one panel, and the line that they would scatter about."""

    title: str
    points: tuple[tuple[Drawn, Drawn], ...]
    level: Drawn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Residuals:
    """Everything that the figure shows; the panels share the scale of the residuals."""

    name: str
    panels: tuple[ResidualPanel, ...]
    x_label: str
    y_label: str


def draw_residuals(residuals: Residuals) -> str:
    """Draw the points as SVG."""
    with house_style(residuals.name):
        figure, axes = panels(
            [panel.title for panel in residuals.panels], key=(), x_label=residuals.x_label,
            y_label=residuals.y_label,
        )  # fmt: skip
        limits = _limits(residuals)
        for one, panel in zip(axes, residuals.panels, strict=True):
            _draw(one, panel)
            one.set_ylim(*limits)
        return svg_of(figure, residuals.name)


def _limits(residuals: Residuals) -> tuple[float, float]:
    shown = [y.value for panel in residuals.panels for _, y in panel.points] or [0.0]
    low, high = min(*shown, 0.0), max(*shown, 0.0)
    margin = 0.06 * (high - low) or 1.0
    return low - margin, high + margin


def _draw(axes: Axes, panel: ResidualPanel) -> None:
    axes.axhline(0, color=MUTED, linewidth=0.8, zorder=1)
    if panel.level is not None:
        line = axes.axhline(panel.level.value, color=INK, linewidth=1.2, zorder=2)
        mark(line, [panel.level])
    (points,) = axes.plot(
        [x.value for x, _ in panel.points], [y.value for _, y in panel.points], linestyle="none",
        marker="o", markersize=3, markerfacecolor="none", color=INK, zorder=3,
    )  # fmt: skip
    mark(points, [one for pair in panel.points for one in pair])
    axes.xaxis.set_major_locator(MaxNLocator(6, min_n_ticks=3))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
