"""Figures of the report: a drawing, its words, and the table of its numbers."""

from __future__ import annotations

from dataclasses import replace

from equipoise.report.display.model import Cell, Column, Figure, Number, Row, Run, Runs, Table
from equipoise.report.display.spoken import alt_text
from equipoise.report.display.view import View
from equipoise.report.figure.bar_grid import BarGrid, draw_bar_grid
from equipoise.report.figure.bars import StackedBars, draw_stacked_bars
from equipoise.report.figure.course import Course, CoursePoint, draw_course
from equipoise.report.figure.course_grid import CourseGrid, draw_course_grid, with_room
from equipoise.report.figure.dots import Dots, draw_dots
from equipoise.report.figure.flow import ParticipantFlow, draw_flow
from equipoise.report.figure.forest import Forest, draw_forest
from equipoise.report.figure.graph import HypothesisGraph, draw_hypothesis_graph
from equipoise.report.figure.incidence import IncidenceCurves, draw_incidence
from equipoise.report.figure.individual import IndividualCourses, draw_individual_courses
from equipoise.report.figure.kaplan_meier import KaplanMeierCurves, draw_kaplan_meier
from equipoise.report.figure.lines import LineChart, draw_line_chart
from equipoise.report.figure.residuals import Residuals, draw_residuals
from equipoise.report.figure.states import StateAreas, draw_state_areas
from equipoise.report.figure.svg import Drawn
from equipoise.report.figure.tipping_grid import TippingGrid, draw_tipping_grid
from equipoise.report.figure.tipping_line import TippingLine, draw_tipping_line
from equipoise.report.format import count, fixed
from equipoise.report.rows import Datum

__all__ = [
    "bar_grid_figure",
    "bars_figure",
    "course_figure",
    "course_grid_figure",
    "dots_figure",
    "drawn",
    "flow_figure",
    "forest_figure",
    "graph_figure",
    "incidence_figure",
    "individual_figure",
    "kaplan_meier_figure",
    "path_figure",
    "residuals_figure",
    "states_figure",
    "tipping_grid_figure",
    "tipping_line_figure",
]


def drawn(datum: Datum | None) -> Drawn | None:
    """Take the number of a result for drawing; None where it has none."""
    if datum is None or not datum.is_estimated or datum.value is None:
        return None
    return Drawn(datum.value, datum.result_id)


def course_figure(view: View, course: Course, *, title: str, decimals: int) -> Figure:
    """Means by visit, and as a table with their errors and numbers of subjects."""
    body = []
    for visit in course.visits:
        cells = []
        for arm in course.arms:
            points = [one for one in course.points.get(arm.id, ()) if one.visit == visit.id]
            cells.append(Cell(_point(points[0], decimals) if points else ()))
        body.append(Row(label=(visit.label,), cells=tuple(cells)))
    columns = [Column(label=arm.label) for arm in course.arms]
    subjects = " [subjects]" if course.has_subjects else ""
    notes: list[Runs] = [(f"{course.value_label}: mean (error){subjects}.",)]
    suffix = course.name.removeprefix(view.id)
    numbers = view.table(
        body, columns, suffix=f"{suffix}-points", title=title, stub="Visit", footnotes=notes
    )
    return _figure(view, course.name, draw_course(course), "Means by visit", numbers)


def _point(point: CoursePoint, decimals: int) -> Runs:
    runs: list[Run] = [Number(fixed(point.mean.value, decimals), point.mean.result_id)]
    if point.error is not None:
        error = Number(fixed(point.error.value, decimals + 1), point.error.result_id)
        runs += [" (", error, ")"]
    if point.subjects is not None:
        runs += [" [", Number(count(point.subjects.value), point.subjects.result_id), "]"]
    return tuple(runs)


def course_grid_figure(view: View, grid: CourseGrid, numbers: Table) -> Figure:
    """Courses of several measures, a panel each."""
    panels = tuple(with_room(one, panels=len(grid.courses)) for one in grid.courses)
    text = "Mean with one standard error on both sides; n, subjects measured."
    if panels != grid.courses:
        text += " Visits stand at equal distances."
    svg = draw_course_grid(replace(grid, courses=panels))
    return _figure(view, grid.name, svg, "Means by visit", numbers, (text,))


def bar_grid_figure(view: View, grid: BarGrid, numbers: Table) -> Figure:
    """Categories of several variables by visit, a panel each."""
    caption: Runs = (
        "Share of subjects; numbers in the bars are subjects, the marker under a bar names its "
        "arm. What is missing to 100% was not recorded.",
    )
    return _figure(view, grid.name, draw_bar_grid(grid), "Grades by visit", numbers, caption)


def bars_figure(view: View, bars: StackedBars, numbers: Table) -> Figure:
    """Shares of categories."""
    caption: Runs = ("Numbers in the bars are subjects.",)
    svg = draw_stacked_bars(bars)
    return _figure(view, bars.name, svg, "Stacked bars of categories", numbers, caption)


def forest_figure(view: View, forest: Forest, numbers: Table, caption: Runs = ()) -> Figure:
    """Contrasts with their intervals."""
    svg = draw_forest(forest)
    return _figure(view, forest.name, svg, "Contrasts with intervals", numbers, caption)


def dots_figure(view: View, dots: Dots, numbers: Table, caption: Runs) -> Figure:
    """Shares of subjects with an adverse event."""
    svg = draw_dots(dots)
    return _figure(view, dots.name, svg, "Dot plot of adverse events", numbers, caption)


def kaplan_meier_figure(
    view: View, curves: KaplanMeierCurves, numbers: tuple[Table, ...], caption: Runs
) -> Figure:
    """Curves over the numbers at risk; the first table of numbers is read out."""
    svg = draw_kaplan_meier(curves)
    kind = "Kaplan-Meier curves"
    return _figure(view, curves.name, svg, kind, numbers[0], caption, more=numbers[1:])


def path_figure(view: View, chart: LineChart, numbers: Table, caption: Runs) -> Figure:
    """Path of what was seen, between the bounds of the looks."""
    svg = draw_line_chart(chart)
    return _figure(view, chart.name, svg, "Path of the trial between its bounds", numbers, caption)


def individual_figure(view: View, courses: IndividualCourses, numbers: Table) -> Figure:
    """Courses of single subjects."""
    caption: Runs = ("A line is a subject; the arms of a measure share its scale.",)
    svg = draw_individual_courses(courses)
    return _figure(view, courses.name, svg, "Courses of single subjects", numbers, caption)


def incidence_figure(view: View, curves: IncidenceCurves, numbers: Table, caption: Runs) -> Figure:
    """Curves of the event and of what competes with it, over the numbers at risk."""
    svg = draw_incidence(curves)
    return _figure(view, curves.name, svg, "Cumulative incidence curves", numbers, caption)


def residuals_figure(view: View, residuals: Residuals, numbers: Table, caption: Runs) -> Figure:
    """Residuals of a model over time or over a covariate."""
    svg = draw_residuals(residuals)
    return _figure(view, residuals.name, svg, "Scatter of residuals", numbers, caption)


def states_figure(view: View, areas: StateAreas, numbers: Table, caption: Runs) -> Figure:
    """Areas of the states over time, over the numbers in each state."""
    svg = draw_state_areas(areas)
    return _figure(view, areas.name, svg, "Stacked areas of states", numbers, caption)


def flow_figure(view: View, flow: ParticipantFlow, numbers: Table) -> Figure:
    """Flow of participants."""
    return _figure(view, flow.name, draw_flow(flow), "Flow of participants", numbers)


def graph_figure(graph: HypothesisGraph, numbers: Table) -> Figure:
    """Hypotheses and how they pass their level on; of the plan or with what was rejected."""
    caption: Runs = (
        "In a box stands the level with which a hypothesis starts; a number on an arrow is the "
        "share of its level that it passes on when it is rejected.",
    )
    if any(node.order is not None for node in graph.nodes):
        caption = (*caption, " Filled: rejected, with its number in the order of rejection.")
    return Figure(
        id=f"figure-{graph.name}",
        title=numbers.title,
        svg=draw_hypothesis_graph(graph),
        alt=alt_text("Graph of hypotheses", numbers),
        caption=caption,
        numbers=(numbers,),
        source=numbers.source,
    )


def tipping_line_figure(view: View, line: TippingLine, numbers: Table, caption: Runs) -> Figure:
    """Estimate over what is added to the imputed values of one arm."""
    kind = "Estimate with its interval over delta"
    return _figure(view, line.name, draw_tipping_line(line), kind, numbers, caption)


def tipping_grid_figure(view: View, grid: TippingGrid, numbers: Table, caption: Runs) -> Figure:
    """Conclusions over what is assumed of the missing of two arms."""
    kind = "Grid of conclusions"
    return _figure(view, grid.name, draw_tipping_grid(grid), kind, numbers, caption)


def _figure(
    view: View,
    name: str,
    svg: str,
    kind: str,
    numbers: Table,
    caption: Runs = (),
    *,
    more: tuple[Table, ...] = (),
) -> Figure:
    return Figure(
        id=f"figure-{name}",
        title=numbers.title,
        population=view.population,
        svg=svg,
        alt=alt_text(kind, numbers),
        caption=caption,
        numbers=(numbers, *more),
        source=view.source,
    )
