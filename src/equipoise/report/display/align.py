"""Columns of numbers whose decimal points, and percentages, stand under each other."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.report.display.model import Cell, Number, Runs, Table, text_of
from equipoise.report.format import FIGURE_SPACE, integer_width, padding

__all__ = ["aligned_cells", "blank_cells"]


def blank_cells(table: Table) -> tuple[Cell, ...]:
    """Make the cells of a row that has none."""
    return tuple(Cell() for _ in table.columns)


def aligned_cells(table: Table) -> tuple[tuple[Runs, ...], ...]:
    """Pad the numbers of each column so that decimal points, and percentages, line up.

    Returns
    -------
    tuple of rows of runs
        The cells of every row; a group row without cells gets empty ones.
    """
    rows = [list(row.cells or blank_cells(table)) for row in table.rows]
    columns = [_aligned_column([row[place] for row in rows]) for place in range(len(table.columns))]
    return tuple(tuple(column[row] for column in columns) for row in range(len(rows)))


def _aligned_column(cells: Sequence[Cell]) -> list[Runs]:
    texts = [text_of(cell.runs) if cell.kind == "number" else "" for cell in cells]
    pads = padding(texts)
    widest = max((integer_width(_share(cell.runs)) for cell in cells), default=0)
    aligned = []
    for cell, pad in zip(cells, pads, strict=True):
        runs = list(_with_padded_share(cell.runs, widest))
        if pad and runs and isinstance(runs[0], Number):
            runs.insert(0, pad)
        elif pad and runs and isinstance(runs[0], str):
            runs[0] = pad + runs[0]
        aligned.append(tuple(runs))
    return aligned


def _share_place(runs: Runs) -> int | None:
    """Place of the opening bracket before a percentage: ``12 (14.0%)``."""
    for place in range(1, len(runs) - 2):
        after = runs[place + 2]
        if runs[place] == " (" and isinstance(after, str) and after.startswith("%)"):
            return place
    return None


def _share(runs: Runs) -> str:
    place = _share_place(runs)
    return "" if place is None else text_of((runs[place + 1],))


def _with_padded_share(runs: Runs, widest: int) -> Runs:
    place = _share_place(runs)
    if place is None:
        return runs
    pad = FIGURE_SPACE * (widest - integer_width(_share(runs)))
    return (*runs[:place], f" {pad}(", *runs[place + 1 :])
