"""Courses of single subjects, a panel for each measure and arm over one scale of values."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equipoise.report.figure.course import CourseVisit
from equipoise.report.figure.grid import PANEL_TEXT, Grid
from equipoise.report.figure.labels import visit_ticks
from equipoise.report.figure.style import (
    GRID,
    WIDTH,
    ArmLook,
    FigureArm,
    house_style,
    looks_of,
)
from equipoise.report.figure.svg import Drawn, mark, svg_of

__all__ = ["Individual", "IndividualCourses", "draw_individual_courses"]

_BODY, _FOOT = 104.0, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Individual:
    """A measure: for each arm and subject the values at its visits."""

    label: str
    visits: tuple[CourseVisit, ...]
    subjects: dict[str, dict[str, dict[str, Drawn]]]
    """Arm id to subject to visit id to value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualCourses:
    """Everything that the figure shows."""

    name: str
    arms: tuple[FigureArm, ...]
    measures: tuple[Individual, ...]


def draw_individual_courses(courses: IndividualCourses) -> str:
    """Draw a thin line for each subject; arms of a measure share its scale."""
    arms = courses.arms
    columns = min(len(arms), 3)
    rows = -(-len(arms) // columns)
    grid = Grid(
        panels=len(courses.measures) * rows * columns, body=_BODY, foot=_FOOT, arms=arms,
        columns=columns,
    )  # fmt: skip
    looks = looks_of(arms)
    with house_style(courses.name):
        figure = Figure(figsize=(WIDTH / 72, grid.height / 72))
        grid.draw_key(figure)
        for row, measure in enumerate(courses.measures):
            limits = _limits(measure)
            for column, arm in enumerate(arms):
                place = row * rows * columns + column
                axes = grid.axes(figure, place, measure.label if column == 0 else "")
                for values in measure.subjects.get(arm.id, {}).values():
                    _draw_subject(axes, measure, values, looks[arm.id])
                _frame(axes, measure, limits, grid.width)
        return svg_of(figure, courses.name)


def _limits(measure: Individual) -> tuple[float, float]:
    found = [
        one.value
        for arm in measure.subjects.values()
        for values in arm.values()
        for one in values.values()
    ]
    low, high = min(found, default=0.0), max(found, default=1.0)
    margin = 0.06 * (high - low) if high > low else 0.5
    return low - margin, high + margin


def _draw_subject(axes: Axes, measure: Individual, values: dict[str, Drawn], look: ArmLook) -> None:
    seen = [(visit.place, values[visit.id]) for visit in measure.visits if visit.id in values]
    (line,) = axes.plot(
        [place for place, _ in seen],
        [one.value for _, one in seen],
        color=look.colour,
        linewidth=0.9,
        alpha=0.75,
        marker=look.marker,
        markersize=2.2,
    )
    mark(line, [one for _, one in seen])


def _frame(axes: Axes, measure: Individual, limits: tuple[float, float], width: float) -> None:
    at = [visit.place for visit in measure.visits]
    low, high = min(at, default=0.0), max(at, default=1.0)
    margin = 0.05 * (high - low) if high > low else 0.5
    low, high = low - margin, high + margin
    ticks = visit_ticks(
        [visit.label for visit in measure.visits],
        places=[width * (place - low) / (high - low) for place in at],
        size=PANEL_TEXT,
    )
    axes.set_xlim(low, high)
    axes.set_ylim(*limits)
    axes.set_xticks(at, list(ticks.names))
    if ticks.title:
        axes.set_xlabel(ticks.title, size=PANEL_TEXT, labelpad=1)
    axes.locator_params(axis="y", nbins=5)
    axes.grid(axis="y", color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
