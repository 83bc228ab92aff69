"""Effects of studies over their standard errors, around the pooled effect."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from equipoise.report.figure.style import GRID, INK, MUTED, WIDTH, house_style
from equipoise.report.figure.svg import Drawn, mark, svg_of
from equipoise.report.format import plain

__all__ = ["Funnel", "FunnelPoint", "draw_funnel"]

_HEIGHT = 260.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 14.0, 10.0, 42.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelPoint:
    """One study: its effect on the scale that is pooled, and its standard error."""

    estimate: Drawn
    standard_error: Drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Everything that the figure shows.

    Attributes
    ----------
    points : tuple of FunnelPoint
        The studies.
    centre : Drawn or None
        Pooled effect; without it there is no funnel around the points.
    reach : float
        Standard errors on either side within which studies of one effect lie.
    axis_label : str
        Title of the axis of effects.
    shift : int
        Places by which the numbers at the axis of effects move.
    """

    name: str
    points: tuple[FunnelPoint, ...]
    centre: Drawn | None
    axis_label: str
    reach: float = 1.96
    shift: int = 0


def draw_funnel(funnel: Funnel) -> str:
    """Draw the studies as SVG: large ones above, the limits of one effect as a funnel."""
    with house_style(funnel.name):
        figure = Figure(figsize=(WIDTH / 72, _HEIGHT / 72))
        axes = figure.add_axes(
            (
                _LEFT / WIDTH,
                _BOTTOM / _HEIGHT,
                (WIDTH - _LEFT - _RIGHT) / WIDTH,
                (_HEIGHT - _BOTTOM - _TOP) / _HEIGHT,
            )
        )
        widest = 1.08 * max((one.standard_error.value for one in funnel.points), default=1.0)
        axes.set_ylim(widest, 0)
        if funnel.centre is not None:
            _draw_limits(axes, funnel.centre, funnel.reach, widest)
        (dots,) = axes.plot(
            [one.estimate.value for one in funnel.points],
            [one.standard_error.value for one in funnel.points],
            marker="o", linestyle="none", color=INK, markersize=4.5, zorder=3,
        )  # fmt: skip
        mark(dots, [one.estimate for one in funnel.points])
        axes.set_xlabel(funnel.axis_label)
        axes.set_ylabel("Standard error")
        axes.xaxis.set_major_locator(MaxNLocator(7, min_n_ticks=3))
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda value, _: plain(value, shift=funnel.shift))
        )
        axes.yaxis.set_major_formatter(
            FuncFormatter(lambda value, _: plain(value, shift=funnel.shift))
        )
        axes.grid(axis="y", color=GRID, linewidth=0.5)
        axes.set_axisbelow(True)
        return svg_of(figure, funnel.name)


def _draw_limits(axes: Axes, centre: Drawn, reach: float, widest: float) -> None:
    (line,) = axes.plot([centre.value] * 2, [0, widest], color=MUTED, linewidth=0.8, zorder=1)
    mark(line, [centre, centre])
    for side in (-1, 1):
        axes.plot(
            [centre.value, centre.value + side * reach * widest], [0, widest], color=MUTED,
            linewidth=0.8, linestyle=(0, (4, 3)), zorder=1,
        )  # fmt: skip
