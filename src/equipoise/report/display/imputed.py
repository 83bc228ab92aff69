"""Comparisons after imputation: what was filled, in words and as a table, then the means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from equipoise.analyse.key import levels_of
from equipoise.report import format as shape
from equipoise.report.display.cells import number, number_cell
from equipoise.report.display.means import means_blocks
from equipoise.report.display.model import Block, Paragraph, Row, Run, Table
from equipoise.report.display.view import View
from equipoise.report.rows import ResultRows

__all__ = ["filled_blocks", "imputed_blocks", "is_complete"]

_NOTHING_FILLED = (
    "Nothing had to be filled there: no assumption about missing values can change the comparison, "
    "which is given once."
)


def imputed_blocks(view: View) -> tuple[Block, ...]:
    """Lay out a comparison after imputation: how much was filled, what came out, the counts."""
    said, *tables = filled_blocks(view)
    shown = _given_once(view) if is_complete(view) else view
    return (said, *means_blocks(shown), *tables)


def is_complete(view: View) -> bool:
    """Say whether nothing was missing at the visits that are compared, so that nothing differs."""
    compared = _compared(view)
    counts = [row for row in view.rows.where(variable="filled", statistic="count")
              if levels_of(row.by).get("visit") in compared]  # fmt: skip
    return bool(counts) and all(row.is_estimated and row.value == 0 for row in counts)


def _compared(view: View) -> set[str]:
    """Visits at which groups are compared."""
    contrasts = view.rows.where(variable="contrast")
    return {levels_of(by)["visit"] for by in view.by_levels(contrasts) if "visit" in levels_of(by)}


def _given_once(view: View) -> View:
    """Keep the first strategy, without its name: all of them give the same answer."""
    strategies = dict.fromkeys(levels_of(row.by).get("strategy") for row in view.rows)
    first = next((one for one in strategies if one), None)
    kept = []
    for row in view.rows:
        levels = levels_of(row.by)
        if levels.pop("strategy", first) == first:
            by = "; ".join(f"{name}={level}" for name, level in levels.items())
            kept.append(replace(row, by=by))
    return replace(view, rows=ResultRows(kept))


def filled_blocks(view: View) -> tuple[Block, ...]:
    """Say how many values were filled at the visit that is compared, and list all counts."""
    visits = [by for by in view.by_levels(view.rows.where(variable="filled")) if by]
    if not visits:
        return (Paragraph(runs=("No value was filled.",), kind="note"),)
    compared = _compared(view)
    last = next((by for by in visits if levels_of(by).get("visit") in compared), visits[-1])
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
    runs.append(f". {_NOTHING_FILLED}" if is_complete(view) else ".")
    return (Paragraph(runs=tuple(runs)), _table(view, visits))


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
