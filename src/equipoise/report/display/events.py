"""Adverse events: subjects and events by class and term, and the frequent ones as dots."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.report import format as shape
from equipoise.report.display.cells import count_and_percent, number, p_value_number
from equipoise.report.display.figures import dots_figure, drawn
from equipoise.report.display.model import Block, Cell, Column, Paragraph, Row, Run, Table
from equipoise.report.display.view import View
from equipoise.report.figure.dots import DotRow, Dots
from equipoise.report.figure.style import FigureArm
from equipoise.report.rows import levels_of, sides_of

__all__ = ["dots_of", "event_blocks"]

_FREQUENT = 5.0
_MOST_DOTS = 25

_Path = tuple[str, str, str]


def event_blocks(view: View) -> tuple[Block, ...]:
    """Lay out adverse events: any in words, frequent terms as a figure, all in a table."""
    paths = _paths(view)
    blocks: list[Block] = list(_any_paragraph(view))
    dots, chosen = dots_of(view, paths)
    if dots.rows:
        numbers = _table(view, chosen, suffix="-frequent", title=f"{view.title}, most frequent")
        caption = (
            f"Terms that at least {shape.plain(_FREQUENT)}% of an arm had"
            + (f", the {_MOST_DOTS} most frequent of them" if len(chosen) == _MOST_DOTS else "")
            + "; all terms stand in the table.",
        )
        blocks.append(dots_figure(view, dots, numbers, caption))
    if len(paths) == 1 and paths[0][0] == "any":
        blocks.append(Paragraph(runs=("No adverse event was recorded under any term.",)))
    return (*blocks, _table(view, paths, suffix="", title=view.title))


def _paths(view: View) -> list[_Path]:
    """List what was counted, in the order of the results: variable, level, classes above it."""
    counted = view.rows.where(statistic="subjects")
    return list(dict.fromkeys((row.variable, row.variable_level, row.by) for row in counted))


def _any_paragraph(view: View) -> Iterator[Paragraph]:
    for by in dict.fromkeys(by for variable, _, by in _paths(view) if variable == "any"):
        runs: list[Run] = ["At least one adverse event" + (f", {view.by_label(by)}" if by else "")]
        runs.append(": ")
        for place, group in enumerate(view.groups):
            subjects, of, share, events = (
                view.rows.at(name, variable="any", group=group.id, by=by)
                for name in ("subjects", "denominator", "percent", "events")
            )
            runs += ["; " if place else "", number(subjects, shape.count), " of "]
            runs += [number(of, shape.count)]
            if share is not None and share.is_estimated:
                runs += [" (", number(share, shape.percent), "%)"]
            runs += [f" with {group.label}"]
            if events is not None:
                runs += [" [", number(events, shape.count), " events]"]
        yield Paragraph(runs=(*(run for run in runs if run != ""), "."), kind="lead")


def _table(view: View, paths: list[_Path], *, suffix: str, title: str) -> Table:
    groups = view.groups
    classes = {variable for variable, _, _ in paths}
    tests = [
        name
        for name in view.rows.where(statistic="p_value").levels("group")
        if sides_of(name) is not None
    ]
    columns = list(view.columns(groups))
    for test in tests:
        experimental, control = sides_of(test) or (test, "")
        columns.append(
            Column(
                label=view.words.group(experimental),
                over=f"p against {view.words.group(control)}",
            )
        )
    innermost = next((variable for variable, _, _ in reversed(paths)), "any")
    body = [
        Row(
            label=(_label(view, path),),
            cells=_cells(view, path, groups, tests),
            indent=sum(1 for name in levels_of(path[2]) if name in classes),
            is_group=path[0] not in {innermost, "any"} and len(classes) > 1,
        )
        for path in paths
    ]
    names = view.messages(view.rows.where(statistic="p_value"))
    notes = [("Subjects with at least one event (percentage of subjects) [events].",)]
    if tests and names:
        notes.append((f"p: {'; '.join(names)}.",))
    return view.table(body, columns, suffix=suffix, title=title, footnotes=notes)


def _label(view: View, path: _Path) -> str:
    variable, level, by = path
    if variable == "any":
        return "Any adverse event" + (f": {view.by_label(by)}" if by else "")
    return view.words.level(variable, level)


def _cells(
    view: View, path: _Path, groups: tuple[FigureArm, ...], tests: list[str]
) -> tuple[Cell, ...]:
    variable, level, by = path
    cells = []
    for group in groups:
        subjects, share, of, events = (
            view.rows.at(name, variable=variable, variable_level=level, group=group.id, by=by)
            for name in ("subjects", "percent", "denominator", "events")
        )
        runs = count_and_percent(subjects, share, of)
        if events is not None and events.value:
            runs = (*runs, " [", number(events, shape.count), "]")
        cells.append(Cell(runs))
    for test in tests:
        p_value = view.rows.at(
            "p_value", variable=variable, variable_level=level, group=test, by=by
        )
        is_empty = p_value is not None and not p_value.is_estimated
        shown = "" if p_value is None or is_empty else p_value_number(p_value, view.p_style)
        cells.append(Cell((shown,) if shown != "" else ()))
    return tuple(cells)


def dots_of(view: View, paths: list[_Path]) -> tuple[Dots, list[_Path]]:
    """Choose the frequent terms, most frequent first, and read their shares."""
    innermost = paths[-1][0] if paths else "any"
    groups = tuple(group for group in view.groups if group.id != "Total")
    rows: list[tuple[float, _Path, DotRow]] = []
    for path in paths:
        variable, level, by = path
        if variable != innermost or variable == "any":
            continue
        shares = {
            group.id: share
            for group in groups
            if (
                share := drawn(
                    view.rows.at(
                        "percent", variable=variable, variable_level=level, group=group.id, by=by
                    )
                )
            )
        }
        most = max((share.value for share in shares.values()), default=0.0)
        if most >= _FREQUENT:
            rows.append((most, path, DotRow(label=_label(view, path), percent=shares)))
    rows.sort(key=lambda one: -one[0])
    kept = rows[:_MOST_DOTS]
    dots = Dots(name=f"{view.id}-dots", arms=groups, rows=tuple(row for _, _, row in kept))
    return dots, [path for _, path, _ in kept]
