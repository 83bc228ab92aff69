"""Variables described by group: the table of characteristics, courses and categories by visit."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.report.display.cells import (
    count_and_percent,
    fixed_number,
    number,
    number_cell,
    p_value_number,
)
from equipoise.report.display.figures import bars_figure, course_figure, drawn
from equipoise.report.display.model import Block, Cell, Column, Row, Run, Runs, Table
from equipoise.report.display.view import View
from equipoise.report.display.words import unit_words
from equipoise.report.figure.bars import Bar, BarPart, StackedBars
from equipoise.report.figure.course import Course, CoursePoint, CourseVisit
from equipoise.report.figure.style import FigureArm
from equipoise.report.format import count, decimals_of
from equipoise.report.rows import Datum, ResultRows, levels_of, sides_of

__all__ = ["course_of", "describe_blocks"]

_LEAST_VISITS = 3
_LEAST_CATEGORIES = 3


def describe_blocks(view: View) -> tuple[Block, ...]:
    """Lay out described variables: one table, and figures for what is followed over visits."""
    figures: list[Block] = []
    for variable in view.rows.levels("variable"):
        rows = view.rows.where(variable=variable)
        course = course_of(rows, view, variable)
        if course is not None:
            words = view.words.variable(variable)
            decimals = decimals_of("mean", words.decimals)
            title = f"{view.title}: {words.label}"
            figures.append(course_figure(view, course, title=title, decimals=decimals))
        bars = _bars_of(rows, view, variable)
        if bars is not None:
            figures.append(bars_figure(view, bars, _describe_table(view, rows, f"-{variable}-n")))
    return (*figures, _describe_table(view, view.rows, ""))


def _describe_table(view: View, rows: ResultRows, suffix: str) -> Table:
    groups = view.groups
    tests = _tests(rows)
    columns = [*view.columns(groups), *_test_columns(view, tests)]
    body = [
        row
        for variable in rows.levels("variable")
        for by in view.by_levels(rows.where(variable=variable))
        for row in _variable_rows(view, rows, variable, by, groups, tests)
    ]
    return view.table(body, columns, suffix=suffix, footnotes=_footnotes(view, rows, tests))


def _tests(rows: ResultRows) -> tuple[str, ...]:
    """List the groups, or contrasts of them, that were tested."""
    return rows.where(statistic="p_value").levels("group")


def _test_columns(view: View, tests: tuple[str, ...]) -> list[Column]:
    if len(tests) == 1 and sides_of(tests[0]) is None:
        return [Column(label="p")]
    return [Column(label=view.words.contrast(test), over="p") for test in tests]


def _variable_rows(
    view: View,
    rows: ResultRows,
    variable: str,
    by: str,
    groups: tuple[FigureArm, ...],
    tests: tuple[str, ...],
) -> Iterator[Row]:
    own = rows.where(variable=variable, by=by)
    words = view.words.variable(variable)
    unit = unit_words(next(iter(own.levels("unit")), "")) or words.unit
    label = words.label + (f", {unit}" if unit else "") + (f": {view.by_label(by)}" if by else "")
    p_cells = _p_cells(view, own, variable, "", by, tests)
    levels = own.where(statistic="count").levels("variable_level")
    if levels in (("no", "yes"), ("yes",)):
        cells = [_count_cell(own, variable, "yes", group.id, by) for group in groups]
        yield Row(label=(f"{label}, n (%)",), cells=(*cells, *p_cells))
        yield from _missing_row(own, variable, groups, by, len(tests))
        return
    blank = tuple(Cell() for _ in groups)
    heading = (*blank, *p_cells) if any(cell.runs for cell in p_cells) else ()
    yield Row(label=(f"{label}, n (%)" if levels else label,), cells=heading, is_group=True)
    if levels:
        for level in levels:
            cells = [_count_cell(own, variable, level, group.id, by) for group in groups]
            own_p = _p_cells(view, own, variable, level, by, tests)
            name = view.words.level(variable, level)
            yield Row(label=(name,), cells=(*cells, *own_p), indent=1)
    else:
        yield from _number_rows(own, variable, words.decimals, groups, by, len(tests))
    yield from _missing_row(own, variable, groups, by, len(tests))


def _number_rows(
    rows: ResultRows,
    variable: str,
    decimals: int,
    groups: tuple[FigureArm, ...],
    by: str,
    tests: int,
) -> Iterator[Row]:
    def at(statistic: str, group: str) -> Datum | None:
        return rows.at(statistic, variable=variable, group=group, by=by)

    def shown(statistic: str, group: str) -> Run:
        return fixed_number(at(statistic, group), decimals_of(statistic, decimals))

    def pair(first: str, middle: str, second: str, last: str, group: str) -> Cell:
        one, other = at(first, group), at(second, group)
        if one is None or other is None:
            return number_cell(shown(first, group))
        if not one.is_estimated and not other.is_estimated:
            return number_cell(shown(first, group))
        return number_cell(shown(first, group), middle, shown(second, group), last)

    def quartiles(group: str) -> Cell:
        median, low, high = (at(name, group) for name in ("median", "q1", "q3"))
        if median is None or low is None or high is None or not median.is_estimated:
            return number_cell(shown("median", group))
        return number_cell(
            shown("median", group), " (", shown("q1", group), " to ", shown("q3", group), ")"
        )

    blank = tuple(Cell() for _ in range(tests))
    if any((missing := at("missing", g.id)) is not None and missing.value for g in groups):
        cells = [number_cell(number(at("n", group.id), count)) for group in groups]
        yield Row(label=("n",), cells=(*cells, *blank), indent=1)
    means = [pair("mean", " (", "sd", ")", group.id) for group in groups]
    yield Row(label=("Mean (SD)",), cells=(*means, *blank), indent=1)
    medians = [quartiles(group.id) for group in groups]
    yield Row(label=("Median (Q1 to Q3)",), cells=(*medians, *blank), indent=1)
    ranges = [pair("min", " to ", "max", "", group.id) for group in groups]
    yield Row(label=("Range",), cells=(*ranges, *blank), indent=1)


def _count_cell(rows: ResultRows, variable: str, level: str, group: str, by: str) -> Cell:
    counted, share, of = (
        rows.at(name, variable=variable, variable_level=level, group=group, by=by)
        for name in ("count", "percent", "denominator")
    )
    return Cell(count_and_percent(counted, share, of))


def _missing_row(
    rows: ResultRows, variable: str, groups: tuple[FigureArm, ...], by: str, tests: int
) -> Iterator[Row]:
    found = [rows.at("missing", variable=variable, group=group.id, by=by) for group in groups]
    if any(one is not None and one.value for one in found):
        cells = [number_cell(number(one, count)) for one in found]
        blank = tuple(Cell() for _ in range(tests))
        yield Row(label=("Missing",), cells=(*cells, *blank), indent=1)


def _p_cells(
    view: View, rows: ResultRows, variable: str, level: str, by: str, tests: tuple[str, ...]
) -> tuple[Cell, ...]:
    found = (
        rows.at("p_value", variable=variable, variable_level=level, group=test, by=by)
        for test in tests
    )
    return tuple(number_cell(p_value_number(one, view.p_style)) for one in found)


def _footnotes(view: View, rows: ResultRows, tests: tuple[str, ...]) -> Iterator[Runs]:
    if rows.where(statistic="sd").rows:
        yield ("SD, standard deviation; Q1 and Q3, quartiles.",)
    names = view.messages(rows.where(statistic="p_value"))
    if tests and names:
        yield (f"p: {'; '.join(names)}.",)


def course_of(rows: ResultRows, view: View, variable: str) -> Course | None:
    """Read the course of a number over the visits; None where it is not followed over three.

    The error of a point is the standard error where the results hold it, else the standard
    deviation; the axis says which.
    """
    means = rows.where(statistic="mean")
    visits = [by for by in view.by_levels(means) if set(levels_of(by)) == {"visit"}]
    if len(visits) < _LEAST_VISITS:
        return None
    groups = tuple(group for group in view.groups if group.id != "Total")
    error = "standard_error" if rows.where(statistic="standard_error").rows else "sd"
    places = _places(view, [levels_of(by)["visit"] for by in visits])
    points = {}
    for group in groups:
        own = []
        for by in visits:
            mean = drawn(rows.at("mean", variable=variable, group=group.id, by=by))
            if mean is not None:
                own.append(
                    CoursePoint(
                        visit=by,
                        mean=mean,
                        error=drawn(rows.at(error, variable=variable, group=group.id, by=by)),
                        subjects=drawn(rows.at("n", variable=variable, group=group.id, by=by)),
                    )
                )
        points[group.id] = tuple(own)
    words = view.words.variable(variable)
    name = {"standard_error": "SE", "sd": "SD"}[error]
    unit = f", {words.unit}" if words.unit else ""
    return Course(
        name=f"{view.id}-{variable}",
        arms=groups,
        visits=tuple(
            CourseVisit(id=by, label=view.words.visit(levels_of(by)["visit"]), place=place)
            for by, place in zip(visits, places, strict=True)
        ),
        points=points,
        value_label=f"{words.label}{unit} (mean ± {name})",
    )


def _places(view: View, visits: list[str]) -> list[float]:
    """Days of the visits where all have one, else their order."""
    days = [view.words.visits[one].day if one in view.words.visits else None for one in visits]
    if any(day is None for day in days):
        return [float(place) for place in range(len(visits))]
    return [float(day or 0.0) for day in days]


def _bars_of(rows: ResultRows, view: View, variable: str) -> StackedBars | None:
    shares = rows.where(statistic="percent")
    levels = shares.levels("variable_level")
    visits = [by for by in view.by_levels(shares) if "visit" in levels_of(by)]
    if len(levels) < _LEAST_CATEGORIES or not visits:
        return None
    bars = []
    for by in visits:
        for group in view.groups:
            if group.id == "Total":
                continue
            parts = []
            for level in levels:
                share, counted = (
                    drawn(
                        rows.at(
                            name, variable=variable, variable_level=level, group=group.id, by=by
                        )
                    )
                    for name in ("percent", "count")
                )
                if share is not None and share.value > 0:
                    name = view.words.level(variable, level)
                    parts.append(BarPart(category=name, percent=share, count=counted))
            bars.append(Bar(label=group.label, group=view.by_label(by), parts=tuple(parts)))
    categories = tuple(view.words.level(variable, level) for level in levels)
    return StackedBars(name=f"{view.id}-{variable}", categories=categories, bars=tuple(bars))
