"""An estimate with its limits over what is added to missing values, and where the answer turns."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from equipoise.report.figure.style import GRID, INK, MUTED, SMALL, WIDTH, house_style
from equipoise.report.figure.svg import Drawn, mark, svg_of
from equipoise.report.format import plain

__all__ = ["TippingLine", "TippingLinePoint", "draw_tipping_line"]

_LEFT, _RIGHT = 56.0, 14.0
_TOP, _NAMES = 8.0, 28.0
_AXES, _AXIS = 170.0, 40.0
_BAND = "#cfd8df"
_TURN = "#B34F00"


@dataclass(frozen=True, slots=True, kw_only=True)
class TippingLinePoint:
    """The answer at one delta."""

    delta: float
    estimate: Drawn
    ci_low: Drawn
    ci_high: Drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class TippingLine:
    """Everything that the figure shows.

    Attributes
    ----------
    points : tuple of TippingLinePoint
        From the least delta upwards.
    turning : tuple of Drawn
        Deltas at which the conclusion turns; those outside the points are not drawn.
    delta_label, value_label : str
        Below and beside the axes.
    """

    name: str
    points: tuple[TippingLinePoint, ...]
    turning: tuple[Drawn, ...]
    delta_label: str
    value_label: str


def draw_tipping_line(line: TippingLine) -> str:
    """Draw the estimate and its limits as SVG."""
    height = (_NAMES if _turns(line) else _TOP) + _AXES + _AXIS
    with house_style(line.name):
        figure = Figure(figsize=(WIDTH / 72, height / 72))
        width = (WIDTH - _LEFT - _RIGHT) / WIDTH
        axes = figure.add_axes((_LEFT / WIDTH, _AXIS / height, width, _AXES / height))
        _draw_points(axes, line)
        _draw_frame(axes, line)
        _draw_turning(axes, line)
        return svg_of(figure, line.name)


def _turns(line: TippingLine) -> list[Drawn]:
    """Keep the turning points inside the deltas that are drawn."""
    deltas = [point.delta for point in line.points]
    return [one for one in line.turning if min(deltas) <= one.value <= max(deltas)]


def _draw_points(axes: Axes, line: TippingLine) -> None:
    deltas = [point.delta for point in line.points]
    low = [point.ci_low.value for point in line.points]
    high = [point.ci_high.value for point in line.points]
    band = axes.fill_between(deltas, low, high, color=_BAND, linewidth=0, zorder=1)
    mark(band, [one for point in line.points for one in (point.ci_low, point.ci_high)])
    estimates = [point.estimate.value for point in line.points]
    (drawn,) = axes.plot(deltas, estimates, color=INK, linewidth=1.5, zorder=3)
    mark(drawn, [point.estimate for point in line.points])
    for point in line.points:
        if point.delta == 0:
            axes.plot([0], [point.estimate.value], marker="o", color=INK, zorder=4)


def _draw_frame(axes: Axes, line: TippingLine) -> None:
    deltas = [point.delta for point in line.points]
    axes.set_xlim(min(deltas), max(deltas))
    axes.margins(y=0.06)
    axes.axhline(0, color=MUTED, linewidth=0.8, zorder=2)
    axes.axvline(0, color=MUTED, linewidth=0.7, linestyle=(0, (1, 2)), zorder=2)
    axes.xaxis.set_major_locator(MaxNLocator(9, min_n_ticks=3))
    axes.yaxis.set_major_locator(MaxNLocator(6, min_n_ticks=3))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
    axes.grid(axis="y", color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_xlabel(line.delta_label)
    axes.set_ylabel(line.value_label)


def _draw_turning(axes: Axes, line: TippingLine) -> None:
    """Mark each turning point over the axes, so that its number lies on nothing."""
    least, most = axes.get_xlim()
    for place, one in enumerate(_turns(line)):
        (drawn,) = axes.plot(
            [one.value, one.value],
            [0, 1],
            transform=axes.get_xaxis_transform(),
            color=_TURN,
            linestyle=(0, (4, 2)),
            zorder=4,
        )
        mark(drawn, [one])
        share = (one.value - least) / (most - least)
        axes.annotate(
            f"turns at {plain(one.value, 2)}",
            (one.value, 1),
            xycoords=axes.get_xaxis_transform(),
            xytext=(0, 4 + 13 * (place % 2)),
            textcoords="offset points",
            ha="left" if share < 0.15 else "right" if share > 0.85 else "center",
            color=_TURN,
            size=SMALL,
            weight="semibold",
            annotation_clip=False,
        )
