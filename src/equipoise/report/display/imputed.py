"""Comparisons after imputation: what was filled, in words and as a table, then the means."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.report import format as shape
from equipoise.report.display.cells import number, number_cell
from equipoise.report.display.means import means_blocks
from equipoise.report.display.model import Block, Paragraph, Row, Run, Table
from equipoise.report.display.view import View
from equipoise.report.rows import levels_of

__all__ = ["filled_blocks", "imputed_blocks"]


def imputed_blocks(view: View) -> tuple[Block, ...]:
    """Lay out a comparison after imputation: how much was filled, what came out, the counts."""
    said, *tables = filled_blocks(view)
    return (said, *means_blocks(view), *tables)


def filled_blocks(view: View) -> tuple[Block, ...]:
    """Say how many values were filled at the last visit, and list all counts by visit."""
    visits = [by for by in view.by_levels(view.rows.where(variable="filled")) if by]
    if not visits:
        return (Paragraph(runs=("No value was filled.",), kind="note"),)
    last = visits[-1]
    runs: list[Run] = [f"Missing at {view.by_label(last)} and filled by the model: "]
    for place, group in enumerate(view.groups):
        if place:
            runs.append("; ")
        count, of = (
            view.rows.at(name, variable="filled", group=group.id, by=last)
            for name in ("count", "denominator")
        )
        runs += [number(count, shape.count), " of ", number(of, shape.count)]
        runs.append(f" with {group.label}")
    return (Paragraph(runs=(*runs, ".")), _table(view, visits))


def _table(view: View, visits: list[str]) -> Table:
    return view.table(
        _rows(view, visits),
        view.columns(view.groups),
        suffix="-filled",
        title=f"{view.title}: values seen and values filled",
        stub="Visit",
        footnotes=[("Values seen + values filled by the model.",)],
    )


def _rows(view: View, visits: list[str]) -> Iterator[Row]:
    for by in visits:
        cells = []
        for group in view.groups:
            seen = view.rows.at("n", variable="seen", group=group.id, by=by)
            filled = view.rows.at("count", variable="filled", group=group.id, by=by)
            cells.append(number_cell(number(seen, shape.count), " + ", number(filled, shape.count)))
        yield Row(label=(view.words.visit(levels_of(by)["visit"]),), cells=tuple(cells))
