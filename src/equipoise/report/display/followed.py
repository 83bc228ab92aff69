"""Variables followed over visits: numbers as courses, categories as grades by visit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from equipoise.analyse.key import levels_of
from equipoise.report.display.cells import fixed_number, number, number_cell
from equipoise.report.display.figures import (
    bar_grid_figure,
    bars_figure,
    course_grid_figure,
    drawn,
)
from equipoise.report.display.model import Block, Cell, Column, Row, Table
from equipoise.report.display.view import View
from equipoise.report.figure.bar_grid import BarGrid, BarPanel
from equipoise.report.figure.bars import Bar, BarPart, StackedBars
from equipoise.report.figure.course import Course, CoursePoint, CourseVisit
from equipoise.report.figure.course_grid import CourseGrid
from equipoise.report.figure.style import FigureArm
from equipoise.report.format import count, decimals_of
from equipoise.report.rows import Datum

__all__ = ["category_blocks", "is_followed", "number_blocks"]

_LEAST_VISITS, _LEAST_GRADED_VISITS = 3, 2
_LEAST_CATEGORIES = 3
_MOST_COLUMNS = 12


def is_followed(view: View, variable: str) -> bool:
    """Say whether a variable is described over visits, and by nothing else.

    Numbers are followed over three visits or more, categories over two.
    """
    own = view.rows.where(variable=variable)
    least = _LEAST_VISITS if own.where(statistic="mean").rows else _LEAST_GRADED_VISITS
    tested = own.where(statistic="p_value").rows
    by = view.by_levels(own)
    is_by_visit = all(set(levels_of(one)) == {"visit"} for one in by)
    return not tested and len(by) >= least and is_by_visit


def number_blocks(view: View, variables: Sequence[str]) -> tuple[Block, ...]:
    """Show numbers over visits: a figure with a panel for each, and a table of all of them."""
    if not variables:
        return ()
    table = _number_table(view, variables)
    courses = [course for one in variables if (course := _course(view, one)) is not None]
    if not courses:
        return (table,)
    grid = CourseGrid(name=f"{view.id}-courses", arms=view.arms, courses=tuple(courses))
    return (course_grid_figure(view, grid, table), table)


def category_blocks(view: View, variables: Sequence[str]) -> tuple[Block, ...]:
    """Show categories over visits: variables of the same levels in one figure and one table."""
    families: dict[tuple[str, ...], list[str]] = {}
    for variable in variables:
        families.setdefault(_levels(view, variable), []).append(variable)
    blocks: list[Block] = []
    for order, (levels, own) in enumerate(families.items()):
        suffix = f"-grades-{order}" if len(families) > 1 else "-grades"
        table = _category_table(view, own, levels, suffix)
        if len(own) > 1:
            blocks.append(bar_grid_figure(view, _bar_grid(view, own, levels, suffix), table))
        elif len(levels) >= _LEAST_CATEGORIES:
            blocks.append(bars_figure(view, _bars(view, own[0], levels, suffix), table))
        blocks.append(table)
    return tuple(blocks)


def _visits(view: View, variable: str) -> tuple[str, ...]:
    return view.by_levels(view.rows.where(variable=variable))


def _table(
    view: View,
    variables: Sequence[str],
    heads: Sequence[str],
    cells_of: Callable[[str, str, str], Iterable[Cell]],
    *,
    suffix: str,
    note: str,
) -> Table:
    """Put visits down and groups across; groups go down too where they would be too many.

    ``cells_of`` gives the cells of a variable at a visit in a group, one for each head.
    """
    groups = view.groups
    is_wide = len(groups) * len(heads) > _MOST_COLUMNS
    columns = (
        [Column(label=head) for head in heads]
        if is_wide
        else [Column(label=head, over=over) for over in _named(view, groups) for head in heads]
    )
    body: list[Row] = []
    for variable in variables:
        body.append(Row(label=(view.words.variable(variable).titled,), is_group=True))
        for by in _visits(view, variable):
            parts = [tuple(cells_of(variable, by, group.id)) for group in groups]
            visit = view.by_label(by)
            if is_wide:
                body += [
                    Row(label=(f"{visit}, {group.label}",), cells=cells, indent=1)
                    for group, cells in zip(groups, parts, strict=True)
                ]
            else:
                cells = tuple(cell for part in parts for cell in part)
                body.append(Row(label=(visit,), cells=cells, indent=1))
    return view.table(body, columns, suffix=suffix, stub="Visit", footnotes=[(note,)])


def _named(view: View, groups: Sequence[FigureArm]) -> tuple[str, ...]:
    """Name the groups with their sizes."""
    sizes = [view.size_of(group.id) for group in groups]
    return tuple(
        group.label if size is None else f"{group.label} (N = {size.text})"
        for group, size in zip(groups, sizes, strict=True)
    )


def _number_table(view: View, variables: Sequence[str]) -> Table:
    return _table(
        view,
        variables,
        ("n", "Mean (SD)", "Median (Q1 to Q3)"),
        lambda variable, by, group: _number_cells(view, variable, by, group),
        suffix="-courses",
        note="SD, standard deviation; Q1 and Q3, quartiles.",
    )


def _number_cells(view: View, variable: str, by: str, group: str) -> Iterator[Cell]:
    decimals = view.words.variable(variable).decimals

    def at(statistic: str) -> Datum | None:
        return view.rows.at(statistic, variable=variable, group=group, by=by)

    yield number_cell(number(at("n"), count))
    for middle, first, second, between in (
        ("mean", "sd", None, ""),
        ("median", "q1", "q3", " to "),
    ):
        shown = fixed_number(at(middle), decimals_of(middle, decimals))
        low = at(first)
        if low is None or not low.is_estimated:
            yield number_cell(shown)
            continue
        limits = [fixed_number(low, decimals_of(first, decimals))]
        if second is not None:
            limits += [between, fixed_number(at(second), decimals_of(second, decimals))]
        yield number_cell(shown, " (", *limits, ")")


def _course(view: View, variable: str) -> Course | None:
    """Read the means of a variable over visits; None where there are none.

    The error of a point is the standard error; the title of the figure says so.
    """
    words = view.words.variable(variable)
    visits = _visits(view, variable)
    points = {arm.id: tuple(_points(view, variable, arm.id, visits)) for arm in view.arms}
    if not any(points.values()):
        return None
    places = view.day_places([levels_of(by)["visit"] for by in visits])
    return Course(
        name=f"{view.id}-{variable}",
        arms=view.arms,
        visits=tuple(
            CourseVisit(id=by, label=view.words.visit(levels_of(by)["visit"]), place=place)
            for by, place in zip(visits, places, strict=True)
        ),
        points=points,
        value_label=words.titled,
    )


def _points(view: View, variable: str, arm: str, visits: Iterable[str]) -> Iterator[CoursePoint]:
    for by in visits:
        mean, error, subjects = (
            drawn(view.rows.at(name, variable=variable, group=arm, by=by))
            for name in ("mean", "standard_error", "n")
        )
        if mean is not None:
            yield CoursePoint(visit=by, mean=mean, error=error, subjects=subjects)


def _levels(view: View, variable: str) -> tuple[str, ...]:
    """List the levels of a category, the worst last."""
    levels = view.rows.where(variable=variable, statistic="count").levels("variable_level")
    return levels[::-1] if view.words.variable(variable).is_worst_first else levels


def _category_table(
    view: View, variables: Sequence[str], levels: Sequence[str], suffix: str
) -> Table:
    shown = tuple(reversed(levels))
    has_missing = any(row.value for row in view.rows.where(variable=variables, statistic="missing"))
    heads = [view.words.level(variables[0], level) for level in shown]
    heads += ["Missing"] if has_missing else []

    def cells(variable: str, by: str, group: str) -> Iterator[Cell]:
        for datum in _counts(view, variable, by, group, shown, has_missing=has_missing):
            yield number_cell(number(datum, count))

    return _table(view, variables, heads, cells, suffix=suffix, note="Numbers of subjects.")


def _counts(
    view: View, variable: str, by: str, group: str, levels: Sequence[str], *, has_missing: bool
) -> Iterator[Datum | None]:
    for level in levels:
        yield view.rows.at("count", variable=variable, variable_level=level, group=group, by=by)
    if has_missing:
        yield view.rows.at("missing", variable=variable, group=group, by=by)


def _parts(
    view: View, variable: str, by: str, group: str, levels: Sequence[str]
) -> tuple[BarPart, ...]:
    parts = []
    for level in levels:
        share, counted = (
            drawn(view.rows.at(name, variable=variable, variable_level=level, group=group, by=by))
            for name in ("percent", "count")
        )
        if share is not None and share.value > 0:
            name = view.words.level(variable, level)
            parts.append(BarPart(category=name, percent=share, count=counted))
    return tuple(parts)


def _level_names(view: View, variable: str, levels: Sequence[str]) -> tuple[str, ...]:
    return tuple(view.words.level(variable, level) for level in levels)


def _bar_grid(view: View, variables: Sequence[str], levels: Sequence[str], suffix: str) -> BarGrid:
    return BarGrid(
        name=f"{view.id}{suffix}",
        arms=view.arms,
        categories=_level_names(view, variables[0], levels),
        panels=tuple(
            BarPanel(
                title=view.words.variable(variable).label,
                visits=tuple(view.by_label(by) for by in _visits(view, variable)),
                bars=dict(_panel_bars(view, variable, levels)),
            )
            for variable in variables
        ),
    )


def _panel_bars(
    view: View, variable: str, levels: Sequence[str]
) -> Iterator[tuple[tuple[str, str], tuple[BarPart, ...]]]:
    for by in _visits(view, variable):
        for arm in view.arms:
            yield (view.by_label(by), arm.id), _parts(view, variable, by, arm.id, levels)


def _bars(view: View, variable: str, levels: Sequence[str], suffix: str) -> StackedBars:
    return StackedBars(
        name=f"{view.id}{suffix}",
        categories=_level_names(view, variable, levels),
        bars=tuple(
            Bar(
                label=arm.label,
                group=view.by_label(by),
                parts=_parts(view, variable, by, arm.id, levels),
            )
            for by in _visits(view, variable)
            for arm in view.arms
        ),
    )
