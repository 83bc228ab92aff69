"""Adverse events: subjects and events by class and term, and the frequent ones as dots."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyse.key import levels_of
from equipoise.report import format as shape
from equipoise.report.display.cells import count_and_percent, number, p_value_number, points_number
from equipoise.report.display.figures import dots_figure, drawn
from equipoise.report.display.model import Block, Cell, Column, Paragraph, Row, Run, Runs, Table
from equipoise.report.display.view import View
from equipoise.report.figure.dots import DotDifference, DotRow, Dots
from equipoise.report.figure.style import FigureArm
from equipoise.report.figure.svg import Drawn
from equipoise.report.rows import Datum

__all__ = ["event_blocks"]

_FREQUENT = 5.0
_MOST_DOTS = 25
_MOST_COMPARED = 3
"""With more contrasts their differences make rows and tables that nobody can read."""

_Path = tuple[str, str, str]


def event_blocks(view: View) -> tuple[Block, ...]:
    """Lay out adverse events: any in words, frequent terms as a figure, all in a table."""
    paths = _paths(view)
    blocks: list[Block] = list(_any_paragraph(view))
    dots, chosen = _dots_of(view, paths)
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
        runs: list[Run] = ["At least one adverse event" + view.by_suffix(by)]
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
    columns = [*view.columns(groups), *_contrast_columns(view)]
    innermost = next((variable for variable, _, _ in reversed(paths)), "any")
    body = [
        Row(
            label=(_label(view, path),),
            cells=(*_group_cells(view, path, groups), *_contrast_cells(view, path)),
            indent=sum(1 for name in levels_of(path[2]) if name in classes),
            is_group=path[0] not in {innermost, "any"} and len(classes) > 1,
        )
        for path in paths
    ]
    notes = [("Subjects with at least one event (percentage of subjects) [events].",)]
    for statistic, name in (
        ("estimate", "Risk differences in percentage points"),
        ("p_value", "p"),
    ):
        found = view.messages(view.rows.where(statistic=statistic, group=_compared(view)))
        if found and (statistic == "p_value" or _with_differences(view)):
            notes.append((f"{name}: {'; '.join(found)}.",))
    return view.table(body, columns, suffix=suffix, title=title, footnotes=notes)


def _compared(view: View) -> list[str]:
    """Name the contrasts that the rows hold."""
    return [name for name, _, _ in view.contrasts]


def _with_differences(view: View) -> bool:
    return bool(view.rows.where(statistic="estimate").rows) and (
        len(view.contrasts) <= _MOST_COMPARED
    )


def _with_tests(view: View) -> bool:
    return bool(view.rows.where(statistic="p_value").rows)


def _contrast_columns(view: View) -> Iterator[Column]:
    """Head the columns of the contrasts: difference with its limits, and p value."""
    for _, experimental, control in view.contrasts:
        label, against = view.words.group(experimental), view.words.group(control)
        if _with_differences(view):
            over = f"Risk difference ({view.interval_label}) against {against}"
            yield Column(label=label, over=over)
        if _with_tests(view):
            yield Column(label=label, over=f"p against {against}")


def _label(view: View, path: _Path) -> str:
    variable, level, by = path
    if variable == "any":
        return "Any adverse event" + (f": {view.by_label(by)}" if by else "")
    return view.words.level(variable, level)


def _group_cells(view: View, path: _Path, groups: tuple[FigureArm, ...]) -> Iterator[Cell]:
    variable, level, by = path
    for group in groups:
        subjects, share, of, events = (
            view.rows.at(name, variable=variable, variable_level=level, group=group.id, by=by)
            for name in ("subjects", "percent", "denominator", "events")
        )
        runs = count_and_percent(subjects, share, of)
        if events is not None and events.value:
            runs = (*runs, " [", number(events, shape.count), "]")
        yield Cell(runs)


def _contrast_cells(view: View, path: _Path) -> Iterator[Cell]:
    variable, level, by = path
    for name, _, _ in view.contrasts:
        estimate, low, high, p_value = (
            view.rows.at(statistic, variable=variable, variable_level=level, group=name, by=by)
            for statistic in ("estimate", "ci_low", "ci_high", "p_value")
        )
        if _with_differences(view):
            yield Cell(_difference(estimate, low, high))
        if _with_tests(view):
            is_known = p_value is not None and p_value.is_estimated
            yield Cell((p_value_number(p_value, view.p_style),) if is_known else ())


def _difference(estimate: Datum | None, low: Datum | None, high: Datum | None) -> Runs:
    """Write a difference of shares in percentage points with its limits."""
    if estimate is None or not estimate.is_estimated or low is None or high is None:
        return ()
    shown, *limits = (points_number(one) for one in (estimate, low, high))
    return (shown, " (", limits[0], " to ", limits[1], ")")


def _dots_of(view: View, paths: list[_Path]) -> tuple[Dots, list[_Path]]:
    """Choose the frequent terms, most frequent first, and read their shares."""
    innermost = paths[-1][0] if paths else "any"
    groups = view.arms
    rows: list[tuple[float, _Path, DotRow]] = []
    for path in paths:
        variable, _, _ = path
        if variable != innermost or variable == "any":
            continue
        shares = {
            group.id: share
            for group in groups
            if (share := _drawn_at(view, "percent", path, group.id)) is not None
        }
        most = max((share.value for share in shares.values()), default=0.0)
        if most >= _FREQUENT:
            dot = DotRow(
                label=_label(view, path), percent=shares, differences=_differences(view, path)
            )
            rows.append((most, path, dot))
    rows.sort(key=lambda one: -one[0])
    kept = rows[:_MOST_DOTS]
    dots = Dots(
        name=f"{view.id}-dots",
        arms=groups,
        rows=tuple(row for _, _, row in kept),
        difference_label=f"Difference, points ({view.interval_label})",
    )
    return dots, [path for _, path, _ in kept]


def _drawn_at(view: View, statistic: str, path: _Path, group: str) -> Drawn | None:
    variable, level, by = path
    return drawn(
        view.rows.at(statistic, variable=variable, variable_level=level, group=group, by=by)
    )


def _differences(view: View, path: _Path) -> dict[str, DotDifference]:
    """Take the difference of each arm from its control; none where there are many contrasts."""
    found: dict[str, DotDifference] = {}
    if not _with_differences(view):
        return found
    for name, experimental, _ in view.contrasts:
        estimate, low, high = (
            _drawn_at(view, statistic, path, name)
            for statistic in ("estimate", "ci_low", "ci_high")
        )
        if estimate is not None and low is not None and high is not None:
            found[experimental] = DotDifference(estimate=estimate, ci_low=low, ci_high=high)
    return found
