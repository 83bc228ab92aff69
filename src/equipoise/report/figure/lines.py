"""Lines over a number, such as power over the true difference, with numbered marks on them."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from equipoise.report.figure.panel import KeyEntry, Line, line_of, panels, write_across
from equipoise.report.figure.style import SMALL, ArmLook, FigureArm, house_style, looks_of
from equipoise.report.figure.svg import Drawn, mark, svg_of

__all__ = ["Curve", "CurveMark", "CurvePanel", "LineChart", "draw_line_chart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line: its name, and its points as places on the axis with the numbers there."""

    label: str
    points: tuple[tuple[float, Drawn], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveMark:
    """A numbered point on a line, such as a scenario."""

    number: int
    x: float
    y: Drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePanel:
    """One panel: what it shows, its lines, its marks."""

    title: str = ""
    curves: tuple[Curve, ...]
    marks: tuple[CurveMark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart:
    """Everything that the figure shows.

    Attributes
    ----------
    panels : tuple of CurvePanel
        Beside each other; lines of one name look alike in all of them.
    x_label, y_label : str
        Titles of the axes.
    across : tuple of Line
        Lines at a number, such as the smallest difference that matters.
    y_scale : float
        What numbers are multiplied with at the axis: 100 shows shares in percent.
    y_limits : tuple of float
        Ends of the axis of values, as shown.
    """

    name: str
    panels: tuple[CurvePanel, ...]
    x_label: str
    y_label: str
    across: tuple[Line, ...] = ()
    y_scale: float = 1.0
    y_limits: tuple[float, float] = (0.0, 100.0)


def draw_line_chart(chart: LineChart) -> str:
    """Draw the lines as SVG."""
    names = list(dict.fromkeys(one.label for panel in chart.panels for one in panel.curves))
    looks = looks_of([FigureArm(id=name, label=name) for name in names])
    key = [
        KeyEntry(label=name, colour=looks[name].colour, dashes=looks[name].dashes) for name in names
    ]
    with house_style(chart.name):
        figure, all_axes = panels(
            [panel.title for panel in chart.panels],
            key=key if len(key) > 1 else [],
            x_label=chart.x_label,
            y_label=chart.y_label,
        )
        places = [x for panel in chart.panels for one in panel.curves for x, _ in one.points]
        low, high = min(places, default=0.0), max(places, default=1.0)
        for place, (axes, panel) in enumerate(zip(all_axes, chart.panels, strict=True)):
            axes.set_xlim(low - 0.03 * (high - low), high + 0.03 * (high - low))
            axes.set_ylim(*chart.y_limits)
            write_across(axes, chart.across, is_named=place == len(all_axes) - 1)
            for curve in panel.curves:
                _draw_curve(axes, curve, looks[curve.label], chart.y_scale)
            for one in panel.marks:
                _draw_mark(axes, one, chart.y_scale)
        return svg_of(figure, chart.name)


def _draw_curve(axes: Axes, curve: Curve, look: ArmLook, scale: float) -> None:
    (drawn,) = axes.plot(
        [x for x, _ in curve.points],
        [scale * number.value for _, number in curve.points],
        color=look.colour,
        linestyle=line_of(look.dashes),
        marker="o" if len(curve.points) == 1 else "",  # a line of one point has no length
        zorder=3,
    )
    mark(drawn, [number for _, number in curve.points])


def _draw_mark(axes: Axes, one: CurveMark, scale: float) -> None:
    (drawn,) = axes.plot(
        [one.x], [scale * one.y.value], marker="o", markersize=10, markerfacecolor="white",
        markeredgecolor="#1c1c1c", markeredgewidth=0.8, linestyle="none", zorder=4, clip_on=False,
    )  # fmt: skip
    mark(drawn, [one.y])
    axes.annotate(
        str(one.number), (one.x, scale * one.y.value), size=SMALL - 1.5, ha="center",
        va="center_baseline", zorder=5, annotation_clip=False,
    )  # fmt: skip
