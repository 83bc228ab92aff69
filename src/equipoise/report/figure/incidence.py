"""Cumulative incidence of the event and of what competes with it, beside each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equipoise.report.figure.grid import Grid
from equipoise.report.figure.kaplan_meier import AtRisk
from equipoise.report.figure.style import WIDTH, ArmLook, FigureArm, house_style, looks_of
from equipoise.report.figure.svg import Drawn, mark, svg_of
from equipoise.report.figure.time_panel import foot_of, frame_panel, write_counts

__all__ = ["IncidenceCurves", "IncidencePanel", "IncidenceStep", "draw_incidence"]

_BODY = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidenceStep:
    """The curve from ``time`` on: share with the event, and its limits."""

    time: float
    incidence: Drawn
    ci_low: Drawn | None = None
    ci_high: Drawn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidencePanel:
    """A cause: its title, and the steps of each arm in the order of time."""

    title: str
    steps: dict[str, tuple[IncidenceStep, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidenceCurves:
    """Everything that the figure shows.

    Attributes
    ----------
    arms : tuple of FigureArm
        In the order of the key and of the numbers at risk.
    panels : tuple of IncidencePanel
        The event, then what competes with it.
    at_risk : mapping of arm id to numbers at risk
        Under both panels.
    times : tuple of float
        Planned times; the axis ends at the last.
    """

    name: str
    arms: tuple[FigureArm, ...]
    panels: tuple[IncidencePanel, ...]
    at_risk: dict[str, tuple[AtRisk, ...]]
    times: tuple[float, ...]
    time_label: str = "Days"


def draw_incidence(curves: IncidenceCurves) -> str:
    """Draw the curves as SVG: steps and bands of each arm, numbers at risk below."""
    grid = Grid(
        panels=len(curves.panels), body=_BODY, foot=foot_of(len(curves.arms)), arms=curves.arms
    )
    looks = looks_of(curves.arms)
    last = max(curves.times, default=0.0) or 1.0
    with house_style(curves.name):
        figure = Figure(figsize=(WIDTH / 72, grid.height / 72))
        grid.draw_key(figure)
        rows: list[tuple[Callable[[float, float], None], tuple[AtRisk, ...]]] = [
            (partial(grid.mark_arm, figure, arm), curves.at_risk.get(arm.id, ()))
            for arm in curves.arms
        ]
        for place, panel in enumerate(curves.panels):
            axes = grid.axes(figure, place, panel.title)
            for arm in curves.arms:
                _draw_arm(axes, panel.steps.get(arm.id, ()), looks[arm.id], last)
            frame_panel(axes, times=curves.times, last=last, label=curves.time_label, grid=grid)
            write_counts(figure, grid, place, title="Number at risk", rows=rows, last=last)
        return svg_of(figure, curves.name)


def _draw_arm(axes: Axes, steps: tuple[IncidenceStep, ...], look: ArmLook, last: float) -> None:
    shown = [step for step in steps if step.time <= last]
    if not shown:
        return
    end = max(min(steps[-1].time, last), shown[-1].time)
    times = [*(step.time for step in shown), end]
    heights = [step.incidence.value for step in shown]
    (line,) = axes.step(
        times, [*heights, heights[-1]], where="post", color=look.colour, linestyle=look.line,
        marker=look.marker, markevery=[len(times) - 1], clip_on=False, zorder=3,
    )  # fmt: skip
    mark(line, [step.incidence for step in shown])
    limits = [
        (step.time, step.ci_low.value, step.ci_high.value)
        for step in shown
        if step.ci_low is not None and step.ci_high is not None
    ]
    if limits:
        at, low, high = (list(one) for one in zip(*limits, strict=True))
        axes.fill_between(
            [*at, max(end, at[-1])], [*low, low[-1]], [*high, high[-1]], step="post",
            color=look.colour, alpha=0.12, linewidth=0,
        )  # fmt: skip
