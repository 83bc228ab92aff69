"""Means by visit of several measures beside each other, with the numbers of subjects below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equipoise.report.figure.course import Course, arm_places, draw_arm, visit_limits
from equipoise.report.figure.grid import PANEL_TEXT, Grid
from equipoise.report.figure.labels import VisitTicks, short_name, visit_ticks
from equipoise.report.figure.style import GRID, MUTED, WIDTH, FigureArm, house_style, looks_of
from equipoise.report.figure.svg import mark, svg_of
from equipoise.report.fonts import text_width
from equipoise.report.format import count

__all__ = ["CourseGrid", "draw_course_grid", "with_room"]

_BODY, _TICK, _LINE, _ROW, _BELOW, _WORD = 92.0, 8.0, 9.0, 10.0, 10.0, 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseGrid:
    """Courses of the same arms; ``value_label`` of each course is the title of its panel."""

    name: str
    arms: tuple[FigureArm, ...]
    courses: tuple[Course, ...]


def draw_course_grid(grid: CourseGrid) -> str:
    """Draw a panel for each course."""
    subjects = _ROW * len(grid.arms)
    panels = Grid(panels=len(grid.courses), body=_BODY, foot=0, arms=grid.arms)
    ticks = [_ticks(course, panels.width) for course in grid.courses]
    names = _TICK + _LINE * max((one.lines for one in ticks), default=1)
    panels = replace(panels, foot=names + subjects + _BELOW)
    looks = looks_of(grid.arms)
    with house_style(grid.name):
        figure = Figure(figsize=(WIDTH / 72, panels.height / 72))
        panels.draw_key(figure)
        for place, (course, visits) in enumerate(zip(grid.courses, ticks, strict=True)):
            axes = panels.axes(figure, place, course.value_label)
            places = arm_places(course)
            for arm in grid.arms:
                draw_arm(axes, course.points.get(arm.id, ()), places[arm.id], looks[arm.id])
            _frame(axes, course, visits)
            left, foot = panels.left(place), panels.top(place) + _BODY
            word = short_name(visits.title, _WORD) if visits.title else ""
            panels.write(figure, left - _WORD - 2, foot + _TICK, word, color=MUTED)
            _subjects(figure, panels, course, left, foot + names)
        return svg_of(figure, grid.name)


def with_room(course: Course, *, panels: int) -> Course:
    """Place the visits of a course one step apart where their numbers would touch.

    Parameters
    ----------
    course : Course
        As it is timed.
    panels : int
        Number of panels of the figure.
    """
    across = _across(course, Grid(panels=panels, body=_BODY, foot=0, arms=course.arms).width)
    texts = {
        point.visit: text_width(count(point.subjects.value), PANEL_TEXT)
        for points in course.points.values()
        for point in points
        if point.subjects is not None
    }
    widest = max(texts.values(), default=0.0)
    if all(after - before > widest + 2 for before, after in pairwise(across)):
        return course
    steps = tuple(replace(visit, place=float(step)) for step, visit in enumerate(course.visits))
    return replace(course, visits=steps)


def _frame(axes: Axes, course: Course, ticks: VisitTicks) -> None:
    axes.set_xlim(*visit_limits(course))
    axes.set_xticks([visit.place for visit in course.visits], list(ticks.names))
    axes.margins(y=0.08)
    axes.autoscale(axis="y")
    axes.locator_params(axis="y", nbins=5)
    axes.grid(axis="y", color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    if course.reference is not None:
        axes.axhline(course.reference, color=MUTED, linewidth=0.7, zorder=1)


def _across(course: Course, width: float) -> list[float]:
    """Places of the visits from the left end of a panel, in points."""
    low, high = visit_limits(course)
    return [width * (visit.place - low) / (high - low) for visit in course.visits]


def _ticks(course: Course, width: float) -> VisitTicks:
    names = [visit.label for visit in course.visits]
    return visit_ticks(names, places=_across(course, width), size=PANEL_TEXT)


def _subjects(figure: Figure, panels: Grid, course: Course, left: float, top: float) -> None:
    for row, arm in enumerate(course.arms):
        y = top + _ROW * (row + 0.5)
        panels.mark_arm(figure, arm, left - 26, y)
        panels.write(figure, left - 20, y, "n", color=MUTED)
        at = dict(zip((v.id for v in course.visits), _across(course, panels.width), strict=True))
        for point in course.points.get(arm.id, ()):
            if point.subjects is not None:
                text = count(point.subjects.value)
                written = panels.write(figure, left + at[point.visit], y, text, ha="center")
                mark(written, [point.subjects])
