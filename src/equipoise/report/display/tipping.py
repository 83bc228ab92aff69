"""Tipping points: where the conclusion turns, in words, as a drawing and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from equipoise.analyse.key import levels_of
from equipoise.report import format as shape
from equipoise.report.display.cells import (
    fixed_number,
    interval,
    number,
    number_cell,
    p_value_number,
    text_cell,
)
from equipoise.report.display.figures import drawn, tipping_grid_figure, tipping_line_figure
from equipoise.report.display.imputed import filled_blocks, is_complete
from equipoise.report.display.model import (
    Block,
    Cell,
    Column,
    Figure,
    Paragraph,
    Row,
    Run,
    Runs,
    Table,
)
from equipoise.report.display.splits import CONCLUSIONS, cell_of, legend_of, split_blocks
from equipoise.report.display.spoken import p_value_words
from equipoise.report.display.view import View
from equipoise.report.figure.tipping_grid import TippingCell, TippingGrid
from equipoise.report.figure.tipping_line import TippingLine, TippingLinePoint
from equipoise.report.format import decimals_of
from equipoise.report.rows import Datum

__all__ = ["tipping_blocks"]

_SHOWN = {
    "higher": "higher",
    "lower": "lower",
    "none": "not shown",
}


def tipping_blocks(view: View) -> tuple[Block, ...]:
    """Lay out a tipping point: of a course over deltas, of a response over splits."""
    if view.rows.where(variable="splits").rows:
        return split_blocks(view)
    said, *tables = filled_blocks(view)
    blocks: list[Block] = [said]
    nothing_moves = is_complete(view)
    for name, experimental, control in view.contrasts:
        blocks.append(Paragraph(runs=_sentence(view, name, experimental, control), kind="lead"))
        if nothing_moves:
            continue
        figure = _figure(view, name, experimental, control)
        blocks.append(figure if figure is not None else _table(view, name))
    return tuple(blocks) if nothing_moves else (*blocks, *tables)


def _base(view: View, name: str, statistic: str) -> Datum | None:
    """Find a result of the values as imputed."""
    rows = view.rows.where(variable="contrast", group=name, statistic=statistic)
    return next((row for row in rows if _deltas(row.by) == (0.0, 0.0)), None)


def _deltas(by: str) -> tuple[float, float]:
    levels = levels_of(by)
    return float(levels.get("delta", "0")), float(levels.get("control_delta", "0"))


def _sentence(view: View, name: str, experimental: str, control: str) -> Runs:
    arm, other = view.words.group(experimental), view.words.group(control)
    estimate = _base(view, name, "estimate")
    conclusion = _base(view, name, "conclusion")
    if estimate is None or not estimate.is_estimated or conclusion is None:
        why = f": {estimate.message}" if estimate is not None and estimate.message else ""
        return (f"{view.endpoint.label}: {arm} against {other} could not be compared{why}.",)
    decimals = decimals_of("estimate", view.endpoint.decimals)
    limits = interval(_base(view, name, "ci_low"), _base(view, name, "ci_high"), decimals)
    shows = CONCLUSIONS[conclusion.value or 0.0]
    said = {
        "none": ", which shows neither a difference nor that there is none",
        "higher": f", which shows higher values with {arm}",
        "lower": f", which shows lower values with {arm}",
    }[shows]
    return (
        f"{view.endpoint.label}: with the missing values as imputed, the difference of {arm} to "
        f"{other} was ", fixed_number(estimate, decimals), _unit(view),
        f" ({view.interval_label} ", *limits, "; ",
        *p_value_words(_base(view, name, "p_value"), view), f"){said}. ",
        *_turns(view, name, arm),
    )  # fmt: skip


def _unit(view: View) -> str:
    return f" {view.endpoint.unit}" if view.endpoint.unit else ""


def _distance(value: float, *, decimals: int) -> str:
    return shape.fixed(abs(value), decimals)


def _turns(view: View, name: str, arm: str) -> Runs:
    """Say how far the imputed values of the arm would have to lie to turn the conclusion."""
    if is_complete(view):
        return ("There is nothing to shift.",)
    rows = view.rows.where(variable="turning_point", group=name)
    sides: list[Runs] = []
    for statistic, word in (("below", "lower"), ("above", "higher")):
        found = [row for row in rows.where(statistic=statistic) if _deltas(row.by)[1] == 0]
        if found and found[0].is_estimated:
            decimals = decimals_of("estimate", view.endpoint.decimals)
            moved = number(found[0], partial(_distance, decimals=decimals))
            sides.append((moved, f"{_unit(view)} {word}"))
    if not sides:
        return (f"No shift of the imputed values of {arm} turns this conclusion.",)
    joined: list[Run] = [*sides[0]]
    for side in sides[1:]:
        joined += [", or ", *side]
    return (f"It turns where the true values of the missing with {arm} lie ", *joined,
            " than imputed.")  # fmt: skip


def _figure(view: View, name: str, experimental: str, control: str) -> Figure | None:
    rows = view.rows.where(variable="contrast", group=name)
    levels = [by for by in view.by_levels(rows) if _is_known(view, name, by)]
    if len(levels) < 2:  # a line takes two points
        return None
    arms = [view.words.group(one) for one in (experimental, control)]
    if len({_deltas(by)[1] for by in levels}) > 1:
        return _grid(view, name, levels, arms)
    return _line(view, name, levels, arms)


def _is_known(view: View, name: str, by: str) -> bool:
    found = view.rows.at("ci_low", variable="contrast", group=name, by=by)
    return found is not None and found.is_estimated


def _line(view: View, name: str, levels: list[str], arms: list[str]) -> Figure:
    def at(statistic: str, by: str) -> Datum | None:
        return view.rows.at(statistic, variable="contrast", group=name, by=by)

    points = []
    for by in levels:
        estimate, low, high = (drawn(at(one, by)) for one in ("estimate", "ci_low", "ci_high"))
        if estimate is not None and low is not None and high is not None:
            points.append(
                TippingLinePoint(delta=_deltas(by)[0], estimate=estimate, ci_low=low, ci_high=high)
            )
    turning = view.rows.where(variable="turning_point", group=name, statistic=("below", "above"))
    unit = view.unit_suffix
    line = TippingLine(
        name=f"{view.id}-{name.replace(' ', '')}",
        points=tuple(points),
        turning=tuple(one for row in turning if (one := drawn(row)) is not None),
        delta_label=f"Added to the imputed values with {arms[0]}{unit}",
        value_label=f"Difference to {arms[1]} ({view.interval_label}){unit}",
    )
    caption: Runs = (
        "Line: the difference; band: its interval; dot: as imputed. Where the band leaves the line "
        "of no difference, or comes to it, the conclusion turns.",
    )
    return tipping_line_figure(view, line, _table(view, name), caption)


def _grid(view: View, name: str, levels: list[str], arms: list[str]) -> Figure:
    deltas = tuple(dict.fromkeys(_deltas(by)[0] for by in levels))
    controls = tuple(dict.fromkeys(_deltas(by)[1] for by in levels))
    cells: dict[tuple[int, int], TippingCell] = {}
    for by in levels:
        delta, control = _deltas(by)
        cell = cell_of(view, name, by, variable="contrast", is_base=_deltas(by) == (0.0, 0.0))
        if cell is not None:
            cells[controls.index(control), deltas.index(delta)] = cell
    unit = view.unit_suffix
    grid = TippingGrid(
        name=f"{view.id}-{name.replace(' ', '')}",
        columns=tuple(shape.plain(delta) for delta in deltas),
        rows=tuple(shape.plain(control) for control in controls),
        cells=cells,
        column_label=f"Added to the imputed values with {arms[0]}{unit}",
        row_label=f"Added with {arms[1]}{unit}",
        legend=legend_of(cells.values(), view, arms),
    )
    caption: Runs = ("Numbers in the cells are p values; the frame is what was imputed.",)
    return tipping_grid_figure(view, grid, _table(view, name), caption)


def _table(view: View, name: str) -> Table:
    columns = [
        Column(label="Difference"),
        Column(label=view.interval_label),
        Column(label="p"),
        Column(label="Difference shown"),
    ]
    return view.table(
        _rows(view, name),
        columns,
        suffix=f"-{name.replace(' ', '')}",
        title=f"{view.title}: {view.words.contrast(name)}",
        stub="Added to the imputed values",
        footnotes=view.message_notes(view.rows.where(variable="contrast", group=name)),
    )


def _rows(view: View, name: str) -> Iterator[Row]:
    rows = view.rows.where(variable="contrast", group=name)
    decimals = decimals_of("estimate", view.endpoint.decimals)
    levels = view.by_levels(rows)
    has_controls = len({_deltas(by)[1] for by in levels}) > 1
    for by in levels:
        delta, control = _deltas(by)
        found = {
            one: view.rows.at(one, variable="contrast", group=name, by=by)
            for one in ("estimate", "ci_low", "ci_high", "p_value", "conclusion")
        }
        shown = found["conclusion"]
        told = (
            _SHOWN[CONCLUSIONS[shown.value]]
            if shown is not None and shown.value is not None
            else ""
        )
        label = shape.plain(delta)
        label = f"{label}; control {shape.plain(control)}" if has_controls else label
        yield Row(
            label=(label,),
            cells=(
                number_cell(fixed_number(found["estimate"], decimals)),
                Cell(interval(found["ci_low"], found["ci_high"], decimals)),
                number_cell(p_value_number(found["p_value"], view.p_style)),
                text_cell(told),
            ),
        )
