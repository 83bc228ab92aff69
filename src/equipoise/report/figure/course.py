"""Means by visit with their errors, and the numbers behind them under the axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equipoise.report.figure.labels import VisitTicks, name_lines, short_name, spread, visit_ticks
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
from equipoise.report.figure.svg import Drawn, mark, svg_of
from equipoise.report.format import count

__all__ = [
    "Course",
    "CoursePoint",
    "CourseVisit",
    "arm_places",
    "draw_arm",
    "draw_course",
    "visit_limits",
]

_LEFT, _RIGHT, _TOP = 50.0, 88.0, 8.0
_CURVES, _AXIS, _ROW, _GAP, _LINE = 150.0, 40.0, 12.0, 4.0, 11.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseVisit:
    """A visit: its id, its name at the axis, its place on the axis."""

    id: str
    label: str
    place: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePoint:
    """An arm at a visit: mean, the error drawn on both sides, subjects."""

    visit: str
    mean: Drawn
    error: Drawn | None = None
    subjects: Drawn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Everything that the figure shows.

    Attributes
    ----------
    points : mapping of arm id to points
        In the order of the visits; a visit without a point is a gap of the line.
    value_label : str
        Title of the axis of values, with the unit.
    reference : float or None
        Value that gets a line across, such as 0 for a change.
    """

    name: str
    arms: tuple[FigureArm, ...]
    visits: tuple[CourseVisit, ...]
    points: dict[str, tuple[CoursePoint, ...]]
    value_label: str
    reference: float | None = None

    @property
    def has_subjects(self) -> bool:
        """True where numbers of subjects are known."""
        return any(one.subjects is not None for row in self.points.values() for one in row)


def draw_course(course: Course) -> str:
    """Draw the means as SVG, arms a little beside each other so that no error hides another."""
    looks = looks_of(course.arms)
    rows = len(course.arms) if course.has_subjects else 0
    ticks = _ticks(course)
    axis = _AXIS + _LINE * (ticks.lines - 1 + bool(ticks.title))
    table = axis - 14 if not rows else axis + 8 + rows * (2 * _ROW + _GAP)
    height = table + _CURVES + _TOP
    with house_style(course.name):
        figure = Figure(figsize=(WIDTH / 72, height / 72))
        width = (WIDTH - _LEFT - _RIGHT) / WIDTH
        axes = figure.add_axes((_LEFT / WIDTH, table / height, width, _CURVES / height))
        places = arm_places(course)
        for arm in course.arms:
            draw_arm(axes, course.points.get(arm.id, ()), places[arm.id], looks[arm.id])
        _draw_frame(axes, course, ticks)
        _draw_names(axes, course, looks)
        if rows:
            _draw_subjects(figure, axes, course, looks, top=table - axis, height=height)
        return svg_of(figure, course.name)


def arm_places(course: Course) -> dict[str, dict[str, float]]:
    """Place of each visit for each arm: the visit's own, moved by a share of the least gap."""
    at = sorted(visit.place for visit in course.visits)
    gaps = [after - before for before, after in pairwise(at) if after > before]
    step = 0.06 * min(gaps, default=1.0)
    middle = (len(course.arms) - 1) / 2
    return {
        arm.id: {visit.id: visit.place + (turn - middle) * step for visit in course.visits}
        for turn, arm in enumerate(course.arms)
    }


def draw_arm(
    axes: Axes, points: Sequence[CoursePoint], places: dict[str, float], look: ArmLook
) -> None:
    """Draw the means of an arm, joined, and their errors."""
    drawn = {point.visit: point for point in points}
    means = [drawn[visit].mean.value if visit in drawn else float("nan") for visit in places]
    (line,) = axes.plot(
        list(places.values()),
        means,
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        zorder=3,
    )
    mark(line, [point.mean for point in points])
    errors = [
        (places[point.visit], point.mean.value, point.error.value)
        for point in points
        if point.error is not None
    ]
    if errors:
        at, mean, error = zip(*errors, strict=True)
        bars = axes.errorbar(
            at,
            mean,
            yerr=error,
            fmt="none",
            ecolor=look.colour,
            elinewidth=1,
            capsize=2.5,
            zorder=2,
        )
        mark(bars.lines[2][0], [point.error for point in points])


def visit_limits(course: Course) -> tuple[float, float]:
    """Give the ends of the axis of visits, a little outside the first and the last."""
    at = [visit.place for visit in course.visits]
    least, most = min(at, default=0.0), max(at, default=1.0)
    margin = 0.04 * (most - least) if most > least else 0.5
    return least - margin, most + margin


def _ticks(course: Course) -> VisitTicks:
    low, high = visit_limits(course)
    scale = (WIDTH - _LEFT - _RIGHT) / (high - low)
    return visit_ticks(
        [visit.label for visit in course.visits],
        places=[(visit.place - low) * scale for visit in course.visits],
        size=SMALL,
    )


def _draw_frame(axes: Axes, course: Course, ticks: VisitTicks) -> None:
    axes.set_xlim(*visit_limits(course))
    axes.set_xticks([visit.place for visit in course.visits], list(ticks.names))
    if ticks.title:
        axes.set_xlabel(ticks.title, size=SMALL, labelpad=2)
    axes.margins(y=0.08)
    axes.autoscale(axis="y")
    axes.locator_params(axis="y", nbins=6)
    axes.grid(axis="y", color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    if course.reference is not None:
        axes.axhline(course.reference, color=MUTED, linewidth=0.7, zorder=1)
    axes.set_ylabel(course.value_label)


def _draw_names(axes: Axes, course: Course, looks: dict[str, ArmLook]) -> None:
    named = [arm for arm in course.arms if course.points.get(arm.id)]
    names = [arm.label for arm in named]
    texts = name_lines(names, width=_RIGHT - 10, lines=_CURVES / _LINE)
    low, high = axes.get_ylim()
    line = _LINE / _CURVES * (high - low)
    ends = [course.points[arm.id][-1].mean.value for arm in named]
    places = spread(ends, heights=[line * (len(text) + 0.2) for text in texts], low=low, high=high)
    left, last = axes.get_xlim()
    for arm, text, place in zip(named, texts, places, strict=True):
        axes.text(
            last + (last - left) * 0.015,
            place,
            "\n".join(text),
            color=looks[arm.id].ink,
            weight="semibold",
            size=SMALL,
            va="center",
            linespacing=1.05,
        )


def _draw_subjects(
    figure: Figure,
    axes: Axes,
    course: Course,
    looks: dict[str, ArmLook],
    *,
    top: float,
    height: float,
) -> None:
    low, high = axes.get_xlim()
    y = top - 2
    figure.text(0, y / height, "Number of subjects", size=SMALL, color=MUTED, va="center")
    place = {visit.id: visit.place for visit in course.visits}
    for arm in course.arms:
        y -= _ROW + _GAP
        figure.text(
            0,
            y / height,
            short_name(arm.label, WIDTH),
            size=SMALL,
            color=looks[arm.id].ink,
            weight="semibold",
            va="center",
        )
        y -= _ROW
        for point in course.points.get(arm.id, ()):
            if point.subjects is None:
                continue
            x = _LEFT + (WIDTH - _LEFT - _RIGHT) * (place[point.visit] - low) / (high - low)
            number = figure.text(
                x / WIDTH,
                y / height,
                count(point.subjects.value),
                size=SMALL,
                ha="center",
                va="center",
            )
            mark(number, [point.subjects])
