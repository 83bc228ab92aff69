"""The missing of a response split in every way: what was found, in words, as a grid and a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from equipoise.analyse.key import levels_of
from equipoise.report import format as shape
from equipoise.report.display.cells import (
    number,
    number_cell,
    p_value_number,
    points_number,
    text_cell,
)
from equipoise.report.display.figures import drawn, tipping_grid_figure
from equipoise.report.display.model import (
    Block,
    Cell,
    Column,
    Figure,
    Paragraph,
    Row,
    Runs,
    Table,
    text_of,
)
from equipoise.report.display.spoken import p_value_words
from equipoise.report.display.view import View
from equipoise.report.figure.tipping_grid import TippingCell, TippingGrid
from equipoise.report.rows import Datum

__all__ = ["CONCLUSIONS", "cell_of", "legend_of", "split_blocks"]

CONCLUSIONS = {1.0: "higher", -1.0: "lower", 0.0: "none"}
"""Words of figures for the statistic ``conclusion``."""


def split_blocks(view: View) -> tuple[Block, ...]:
    """Lay out every split of the missing into responders and others."""
    blocks: list[Block] = []
    for name, experimental, control in view.contrasts:
        blocks.append(Paragraph(runs=_sentence(view, name, experimental, control), kind="lead"))
        figure = _figure(view, name, experimental, control)
        if figure is not None:
            blocks.append(figure)
    return tuple(blocks)


def _sentence(view: View, name: str, experimental: str, control: str) -> Runs:
    def at(statistic: str) -> Datum | None:
        return view.rows.at(statistic, variable="splits", group=name)

    missing = [view.rows.at("missing", variable="splits", group=g) for g in (experimental, control)]
    arms = [view.words.group(one) for one in (experimental, control)]
    splits, significant = at("splits"), at("significant")
    if any(one is None or not one.is_estimated for one in (*missing, splits, significant)):
        return (f"{view.endpoint.label}: {' against '.join(arms)} could not be compared.",)
    assert splits is not None
    assert significant is not None
    counted: Runs = (
        f"{view.endpoint.label}: the response of ",
        number(missing[0], shape.count), f" with {arms[0]} and of ",
        number(missing[1], shape.count), f" with {arms[1]} is not known. ",
    )  # fmt: skip
    if all(one is not None and one.value == 0 for one in missing):
        return (f"{view.endpoint.label}: no response is missing (", number(missing[0], shape.count),
                f" with {arms[0]}, ", number(missing[1], shape.count), f" with {arms[1]}), so that "
                "there is nothing to fill in (", *p_value_words(at("p_value_lowest"), view),
                ").")  # fmt: skip
    p_values = [p_value_number(at(f"p_value_{end}"), view.p_style) for end in ("lowest", "highest")]
    if splits.value == 1:
        return (*counted, "There is one way to fill them in (",
                *p_value_words(at("p_value_lowest"), view), ").")  # fmt: skip
    tried: Runs = (
        "Over the ", number(splits, shape.count), " ways in which they may have responded, p runs "
        "from ", p_values[0], " to ", p_values[1], "; ",
    )  # fmt: skip
    if significant.value == 0:
        return (*counted, *tried, "none of them (", number(significant, shape.count), ") shows a "
                "difference, and none shows that there is none.")  # fmt: skip
    if significant.value == splits.value:
        return (*counted, *tried, "all of them (", number(significant, shape.count),
                ") show a difference.")  # fmt: skip
    return (*counted, *tried, number(significant, shape.count),
            " of them show a difference: the conclusion rests on what is not known.")  # fmt: skip


def _figure(view: View, name: str, experimental: str, control: str) -> Figure | None:
    """Draw the grid of splits; nothing where there is a single one."""
    rows = view.rows.where(variable="split", group=name)
    found = [(by, levels_of(by)) for by in view.by_levels(rows)]
    known = [
        (by, levels) for by, levels in found
        if (p := rows.at("p_value", variable="split", group=name, by=by)) is not None
        and p.is_estimated
    ]  # fmt: skip
    if len(known) < 2:  # one split is no grid
        return None
    columns = tuple(dict.fromkeys(levels["responders"] for _, levels in known))
    lines = tuple(dict.fromkeys(levels["control_responders"] for _, levels in known))
    cells: dict[tuple[int, int], TippingCell] = {}
    for by, levels in known:
        place = (lines.index(levels["control_responders"]), columns.index(levels["responders"]))
        cell = cell_of(view, name, by, variable="split")
        if cell is not None:
            cells[place] = cell
    arms = [view.words.group(one) for one in (experimental, control)]
    grid = TippingGrid(
        name=f"{view.id}-{experimental}-{control}",
        columns=columns,
        rows=lines,
        cells=cells,
        column_label=f"Responders among the missing with {arms[0]}",
        row_label=f"Among the missing with {arms[1]}",
        legend=legend_of(cells.values(), view, arms),
    )
    caption: Runs = ("Numbers in the cells are p values.",)
    return tipping_grid_figure(
        view, grid, _table(view, name, [by for by, _ in known], arms), caption
    )


def cell_of(
    view: View, name: str, by: str, *, variable: str, is_base: bool = False
) -> TippingCell | None:
    """Read one cell of a grid; None where it has no answer."""
    p_value = view.rows.at("p_value", variable=variable, group=name, by=by)
    conclusion = view.rows.at("conclusion", variable=variable, group=name, by=by)
    result = drawn(p_value)
    if result is None or conclusion is None or conclusion.value is None:
        return None
    return TippingCell(
        text=text_of((p_value_number(p_value, view.p_style),)),
        result=result,
        conclusion=CONCLUSIONS[conclusion.value],
        is_base=is_base,
    )


def legend_of(
    cells: Iterable[TippingCell], view: View, arms: list[str]
) -> tuple[tuple[str, str], ...]:
    """Name the conclusions that are drawn."""
    alpha = shape.plain(1 - view.level, 4)
    words = {
        "higher": f"{arms[0]} higher than {arms[1]}, p < {alpha}",
        "none": f"neither shown to differ nor to be equal, p \u2265 {alpha}",
        "lower": f"{arms[0]} lower than {arms[1]}, p < {alpha}",
    }
    present = {cell.conclusion for cell in cells}
    return tuple((name, text) for name, text in words.items() if name in present)


def _table(view: View, name: str, levels: list[str], arms: list[str]) -> Table:
    return view.table(
        _rows(view, name, levels),
        (
            Column(label=f"Responders, {arms[0]}"),
            Column(label=f"Responders, {arms[1]}"),
            Column(label="Difference, percentage points"),
            Column(label="p"),
        ),
        suffix=f"-{name.replace(' ', '')}",
        title=f"{view.title}: {view.words.contrast(name)}",
        stub="Split",
        footnotes=view.message_notes(view.rows.where(variable="split")),
    )


def _rows(view: View, name: str, levels: list[str]) -> Iterator[Row]:
    for place, by in enumerate(levels, start=1):
        parts = levels_of(by)
        difference = view.rows.at("estimate", variable="split", group=name, by=by)
        p_value = view.rows.at("p_value", variable="split", group=name, by=by)
        written = points_number(difference)
        cells: tuple[Cell, ...] = (
            text_cell(parts["responders"]),
            text_cell(parts["control_responders"]),
            number_cell(written),
            number_cell(p_value_number(p_value, view.p_style)),
        )
        yield Row(label=(f"{place}",), cells=cells)
