"""A synthesis: its sentences, the studies as a forest plot, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.contrast import contrast_name
from equipoise.protocol.model.synthesis import Compared, SingleArms, SynthesisBase
from equipoise.report import format as shape
from equipoise.report.chapter.effect import EFFECTS, Effect
from equipoise.report.chapter.small_study import beside_blocks, funnel_figure
from equipoise.report.chapter.view import ChapterView
from equipoise.report.display.cells import fixed_number, number, number_cell, text_cell
from equipoise.report.display.figures import drawn
from equipoise.report.display.model import (
    Block,
    Cell,
    Column,
    Figure,
    Row,
    Runs,
    Table,
    numbers_of,
    text_of,
)
from equipoise.report.display.spoken import alt_text
from equipoise.report.display.words import unit_words
from equipoise.report.figure.forest import Forest, ForestRow, draw_forest
from equipoise.report.rows import Datum, ResultRows

__all__ = ["compared_blocks", "side_by_side_blocks"]

_SINGLE = Effect(variable="proportion", name="share", statistic="percent")


def compared_blocks(view: ChapterView, name: str, plan: Compared) -> Iterator[Block]:
    """Lay a comparison out: sentences, forest plot, heterogeneity, what stands beside it."""
    rows = view.rows.where(analysis=name)
    effect = Effect.of(plan)
    contrast = contrast_name(plan.experimental, plan.control)
    yield from view.texts(name)
    used = _used(rows)
    if used:
        table = _table(view, name, plan, rows, effect, (plan.experimental, plan.control))
        yield _forest(view, name, plan, rows, effect, contrast, table)
        if plan.funnel:
            yield funnel_figure(view, name, plan, rows, effect, contrast, used)
        yield from beside_blocks(view, name, plan, rows, effect, contrast)
    yield from _left_out(view, name, plan, rows)


def side_by_side_blocks(view: ChapterView, name: str, plan: SingleArms) -> Iterator[Block]:
    """Lay single arms out side by side."""
    rows = view.rows.where(analysis=name)
    yield from view.texts(name)
    if _used(rows):
        table = _table(view, name, plan, rows, _SINGLE, (plan.arm,))
        yield _forest(view, name, plan, rows, _SINGLE, plan.arm, table)
    yield from _left_out(view, name, plan, rows)


def _used(rows: ResultRows) -> tuple[str, ...]:
    """Name the studies that are used."""
    return tuple(
        row.variable_level
        for row in rows.where(variable="study", statistic="used")
        if row.value == 1
    )


def _table(
    view: ChapterView,
    name: str,
    plan: SynthesisBase,
    rows: ResultRows,
    effect: Effect,
    roles: tuple[str, ...],
) -> Table:
    """Set printed numbers beside effects, a row for each study, what is pooled below."""
    contrast = contrast_name(*roles) if isinstance(plan, Compared) else roles[0]
    has_weights = bool(rows.where(variable="weight").rows)
    body = [
        Row(
            label=(study,),
            cells=(
                *(_printed(rows, study, role) for role in roles),
                *effect.cells(rows, contrast, study),
                *([_weight(rows, contrast, study)] if has_weights else []),
            ),
        )
        for study in _used(rows)
    ]
    gap = (*(Cell() for _ in roles),)
    last = (Cell(),) if has_weights else ()
    if isinstance(plan, Compared):
        pooled = (*gap, *effect.cells(rows, contrast), *last)
        body.append(Row(label=("Pooled",), cells=pooled))
    if rows.where(variable="prediction").rows:
        limits = effect.limits(rows.where(variable="prediction"))
        cells = (*gap, Cell(), number_cell(*limits), *last)
        body.append(Row(label=("A further study",), cells=cells))
    columns = [
        *(Column(label=role.replace("_", " ").capitalize()) for role in roles),
        Column(label=effect.name.capitalize()),
        Column(label=f"{shape.plain(100 * plan.level)}% CI"),
        *([Column(label="Weight, %")] if has_weights else []),
    ]
    return view.table(
        f"{name}-studies",
        body,
        columns,
        title=plan.label,
        population=_measured(rows, effect),
        stub="Study",
        footnotes=_notes(rows),
    )


def _measured(rows: ResultRows, effect: Effect) -> str:
    if not rows.where(variable="value").rows:
        return "Events of participants"
    units = [unit_words(unit) for unit in rows.where(variable="value").levels("unit")]
    printed = ", ".join(["Mean (SD), n, as printed", *([" or ".join(units)] if units else [])])
    return f"{printed}; effect in {effect.unit}" if effect.unit else printed


def _notes(rows: ResultRows) -> list[Runs]:
    """Say under the table what a reader must know of single numbers, with their sources."""
    notes: list[Runs] = []
    for row in rows:
        if row.statistic in ("count", "n") and row.variable in ("response", "value"):
            group = row.group.replace("_", " ")
            notes.append((f"{row.variable_level}, {group}: {row.message}.",))
        is_effect = row.statistic == "estimate" and row.variable_level and not row.by
        is_shown = is_effect and row.variable in EFFECTS
        if is_shown and row.message:
            notes.append((f"{row.variable_level}: {row.message}.",))
    return notes


def _printed(rows: ResultRows, study: str, role: str) -> Cell:
    def at(statistic: str, variable: str) -> Datum | None:
        return rows.at(statistic, variable=variable, variable_level=study, group=role)

    if at("count", "response") is not None:
        count, of = at("count", "response"), at("denominator", "response")
        return number_cell(number(count, shape.count), "/", number(of, shape.count))
    mean, sd, n = (number(at(one, "value"), shape.plain) for one in ("mean", "sd", "n"))
    return number_cell(mean, " (", sd, "), ", n)


def _weight(rows: ResultRows, contrast: str, study: str) -> Cell:
    found = rows.at("percent", variable="weight", variable_level=study, group=contrast)
    return number_cell(fixed_number(found, 1))


def _forest(
    view: ChapterView,
    name: str,
    plan: SynthesisBase,
    rows: ResultRows,
    effect: Effect,
    contrast: str,
    table: Table,
) -> Figure:
    lines = [_line(rows, effect, contrast, study) for study in _used(rows)]
    if isinstance(plan, Compared):
        lines.append(_line(rows, effect, contrast))
    left, right = _favours(plan) if isinstance(plan, Compared) else ("", "")
    forest = Forest(
        name=f"synthesis-{name}",
        rows=tuple(lines),
        axis_label=effect.axis_label,
        text_label=f"{effect.name.capitalize()} ({shape.plain(100 * plan.level)}% CI)",
        is_ratio=effect.is_ratio,
        shift=effect.shift,
        left=left,
        right=right,
        left_is_worse=plan.benefit == "higher",
    )
    return Figure(
        id=f"figure-synthesis-{name}",
        title=plan.label,
        population=table.population,
        svg=draw_forest(forest),
        alt=alt_text("Forest plot of studies", table),
        caption=(_caption(forest),),
        numbers=(table,),
        source=view.source,
    )


def _caption(forest: Forest) -> str:
    if not any(row.is_pooled and row.estimate is not None for row in forest.rows):
        return "Squares are studies; nothing is pooled."
    squares = "their area the weight in what is pooled; "
    squares = squares if any(row.weight is not None for row in forest.rows) else ""
    return f"Squares are studies; {squares}the diamond is what is pooled, from limit to limit."


def _line(rows: ResultRows, effect: Effect, contrast: str, study: str = "") -> ForestRow:
    estimate, low, high = effect.found(rows, contrast, study)
    shown = effect.written(rows, contrast, study)
    weight = rows.at("percent", variable="weight", variable_level=study, group=contrast)
    return ForestRow(
        label=study or "Pooled",
        estimate=drawn(estimate),
        ci_low=drawn(low),
        ci_high=drawn(high),
        text=text_of(shown) or "–",
        text_results=tuple(one.result_id for one in numbers_of(shown)),
        weight=weight.value if weight is not None and weight.is_estimated else None,
        is_pooled=not study,
    )


def _favours(plan: Compared) -> tuple[str, str]:
    one, other = (f"favours {role.replace('_', ' ')}" for role in (plan.experimental, plan.control))
    return (other, one) if plan.benefit == "higher" else (one, other)


def _left_out(
    view: ChapterView, name: str, plan: SynthesisBase, rows: ResultRows
) -> Iterator[Table]:
    found = [row for row in rows.where(variable="study", statistic="used") if row.value == 0]
    if not found:
        return
    yield view.table(
        f"{name}-left-out",
        [Row(label=(row.variable_level,), cells=(text_cell(row.message),)) for row in found],
        [Column(label="Why")],
        title=f"{plan.label}: studies that are not used",
        stub="Study",
    )
