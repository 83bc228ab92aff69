"""The answer for every assumption about the missing of two arms: one cell each, by its conclusion.

Cells differ in fill and in the weight of their number, so that the figure reads the same in grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.report.figure.style import INK, MUTED, SMALL, TEXT, WIDTH
from equipoise.report.figure.svg import Drawn, SvgCanvas, wrap
from equipoise.report.fonts import text_width

__all__ = ["TippingCell", "TippingGrid", "draw_tipping_grid"]

_LEFT, _TOP, _AXIS, _LEGEND = 60.0, 8.0, 40.0, 18.0
_HIGHEST, _WIDEST = 26.0, 62.0
_FILLS = {"higher": "#9ec4e0", "lower": "#f0c3a0", "none": "#f4f4f4"}
_ROOM = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TippingCell:
    """One assumption.

    Attributes
    ----------
    text : str
        The p value as printed.
    result : Drawn
        The p value.
    conclusion : str
        ``higher`` or ``lower`` where the test says that the experimental arm is, else ``none``.
    is_base : bool
        True for the assumption that the analysis starts from; it is framed.
    """

    text: str
    result: Drawn
    conclusion: str
    is_base: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TippingGrid:
    """Everything that the figure shows.

    Attributes
    ----------
    columns, rows : tuple of str
        What is assumed of the experimental arm, from left to right, and of the control, from
        below upwards.
    cells : mapping of (row, column) to TippingCell
        By their places.
    column_label, row_label : str
        Below and beside the grid.
    legend : tuple of (str, str)
        Words for each conclusion that is drawn.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: dict[tuple[int, int], TippingCell]
    column_label: str
    row_label: str
    legend: tuple[tuple[str, str], ...]


def draw_tipping_grid(grid: TippingGrid) -> str:
    """Draw the cells as SVG."""
    wide = min((WIDTH - _LEFT - 4) / max(len(grid.columns), 1), _WIDEST)
    high = min(_HIGHEST, 12 * _HIGHEST / max(len(grid.rows), 1))
    bottom = _TOP + high * len(grid.rows)
    lines = wrap(grid.column_label, WIDTH - _LEFT, TEXT)
    height = bottom + _AXIS + 12 * len(lines) + _LEGEND * len(grid.legend)
    canvas = SvgCanvas(WIDTH, height)
    for (row, column), cell in grid.cells.items():
        x, y = _LEFT + wide * column, bottom - high * (row + 1)
        _draw_cell(canvas, cell, (x, y, wide, high))
    for (row, column), cell in grid.cells.items():
        if cell.is_base:
            x, y = _LEFT + wide * column, bottom - high * (row + 1)
            canvas.box(x, y, wide, high, fill="none", line=1.8)
    _draw_ticks(canvas, grid, wide, high, bottom)
    y = bottom + _AXIS - 8
    for line in lines:
        middle = _LEFT + wide * len(grid.columns) / 2
        least = _LEFT + text_width(line, TEXT) / 2
        canvas.text(max(middle, least), y, line, anchor="middle")
        y += 12
    _draw_legend(canvas, grid.legend, y + 4)
    return canvas.svg()


def _draw_cell(
    canvas: SvgCanvas, cell: TippingCell, box: tuple[float, float, float, float]
) -> None:
    x, y, wide, high = box
    canvas.box(x, y, wide, high, fill=_FILLS[cell.conclusion], edge="#ffffff", line=1.0)
    if text_width(cell.text, SMALL, "semibold") + _ROOM > wide or high < SMALL + _ROOM:
        return
    canvas.text(
        x + wide / 2,
        y + high / 2 + 0.35 * SMALL,
        cell.text,
        size=SMALL,
        weight="regular" if cell.conclusion == "none" else "semibold",
        anchor="middle",
        results=[cell.result.result_id],
    )


def _draw_ticks(
    canvas: SvgCanvas, grid: TippingGrid, wide: float, high: float, bottom: float
) -> None:
    step = _thinned(grid.columns, wide)
    for column, text in enumerate(grid.columns):
        if column % step == 0:
            x = _LEFT + wide * (column + 0.5)
            canvas.text(x, bottom + 13, text, size=SMALL, anchor="middle")
    step = max(1, round((SMALL + 2) / high + 0.49))
    for row, text in enumerate(grid.rows):
        if row % step == 0:
            y = bottom - high * (row + 0.5) + 0.35 * SMALL
            canvas.text(_LEFT - 6, y, text, size=SMALL, anchor="end")
    for place, line in enumerate(wrap(grid.row_label, max(bottom - _TOP, 90.0), TEXT)[:2]):
        canvas.upright(10 + 12 * place, (bottom + _TOP) / 2, line, size=TEXT)


def _thinned(texts: Sequence[str], wide: float) -> int:
    """Say how many columns apart labels stand so that none lies on another."""
    widest = max((text_width(text, SMALL) for text in texts), default=0.0) + _ROOM
    return max(1, round(widest / wide + 0.49))


def _draw_legend(canvas: SvgCanvas, legend: Sequence[tuple[str, str]], y: float) -> None:
    for place, (conclusion, words) in enumerate(legend):
        top = y + _LEGEND * place
        canvas.box(_LEFT, top - 9, 14, 11, fill=_FILLS[conclusion], edge=MUTED, line=0.5)
        canvas.text(_LEFT + 20, top, words, size=SMALL, colour=INK)
