"""Variables described by group: the table of characteristics."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.contrast import sides_of
from equipoise.report.display.cells import (
    count_and_percent,
    fixed_number,
    number,
    number_cell,
    p_value_number,
)
from equipoise.report.display.followed import category_blocks, is_followed, number_blocks
from equipoise.report.display.model import Block, Cell, Column, Row, Run, Runs, Table
from equipoise.report.display.view import View
from equipoise.report.display.words import unit_words
from equipoise.report.figure.style import FigureArm
from equipoise.report.format import count, decimals_of
from equipoise.report.rows import Datum, ResultRows

__all__ = ["describe_blocks"]


def describe_blocks(view: View) -> tuple[Block, ...]:
    """Lay out described variables: one table; what is followed over visits has its own display."""
    variables = view.rows.levels("variable")
    followed = [one for one in variables if is_followed(view, one)]
    numbers = [one for one in followed if view.rows.where(variable=one, statistic="mean").rows]
    categories = [one for one in followed if one not in numbers]
    rest = view.rows.where(variable=set(variables) - set(followed))
    own = (_describe_table(view, rest),) if rest.rows else ()
    return (*own, *number_blocks(view, numbers), *category_blocks(view, categories))


def _describe_table(view: View, rows: ResultRows) -> Table:
    groups = view.groups
    tests = _tests(rows)
    columns = [*view.columns(groups), *_test_columns(view, tests)]
    body = [
        row
        for variable in rows.levels("variable")
        for by in view.by_levels(rows.where(variable=variable))
        for row in _variable_rows(view, rows, variable, by, groups, tests)
    ]
    return view.table(body, columns, footnotes=_footnotes(view, rows, tests))


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
