"""How wide the columns of a printed table are, how large its type, which way its page lies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from equipoise.report import fonts
from equipoise.report.display.model import Row, Runs, Table, text_of

__all__ = ["LANDSCAPE", "PORTRAIT", "fit"]

PORTRAIT, LANDSCAPE = 470.0, 712.0
"""Widths of the type area of A4 in points."""

_SIZES = (9.0, 8.5, 8.0, 7.5)
_SMALLEST = 7.0
_COLUMN_GAP = 1.1  # in units of the font size
_INDENT = 1.0
_LEAST_STUB, _MOST_STUB, _WRAPPED_STUB = 8.0, 24.0, 12.0
_LEAST_TEXT = 16.0


def fit(table: Table, cells: Sequence[Sequence[Runs]]) -> dict[str, Any]:
    """Measure the columns and choose size and orientation of the table on a printed page.

    Returns
    -------
    dict
        ``size`` of the type, ``landscape``, widths of the ``stub`` and the ``columns`` in points,
        and ``wrapped``: True where even the smallest type on a turned page needs broken cells.
    """
    is_text = [_is_text(table, place) for place in range(len(table.columns))]
    widths = [_column_width(table, cells, place) for place in range(len(table.columns))]
    fixed = sum(width for width, text in zip(widths, is_text, strict=True) if not text)
    gaps = _COLUMN_GAP * len(widths)
    texts = sum(is_text)
    labels = [fonts.text_width(table.stub, 1.0, "semibold")]
    labels += [_stub_width(row) for row in table.rows if not (row.is_group and not row.cells)]
    stub = min(max(max(labels) + 0.5, _LEAST_STUB), _MOST_STUB)
    least = fixed + gaps + min(stub, _WRAPPED_STUB) + _LEAST_TEXT * texts
    for landscape, room in ((False, PORTRAIT), (True, LANDSCAPE)):
        for size in _SIZES:
            if least * size <= room:
                whole = room / size
                free = whole - fixed - gaps - _LEAST_TEXT * texts
                own = min(stub, free)
                share = (whole - fixed - gaps - own) / texts if texts else 0.0
                shared = [
                    min(width, share) if text else width
                    for width, text in zip(widths, is_text, strict=True)
                ]
                return _fitted(own, shared, size, landscape=landscape)
    own_widths = [
        min(width, _LEAST_TEXT) if text else width
        for width, text in zip(widths, is_text, strict=True)
    ]
    share = (LANDSCAPE / _SMALLEST - _WRAPPED_STUB - gaps) / sum(own_widths)
    narrowed = [width * share for width in own_widths]
    return _fitted(_WRAPPED_STUB, narrowed, _SMALLEST, landscape=True, is_wrapped=True)


def _fitted(
    stub: float,
    widths: Sequence[float],
    size: float,
    *,
    landscape: bool,
    is_wrapped: bool = False,
) -> dict[str, Any]:
    columns = [round((width + _COLUMN_GAP) * size, 2) for width in widths]
    return {
        "size": size,
        "landscape": landscape,
        "wrapped": is_wrapped,
        "stub": round(stub * size, 2),
        "columns": columns,
    }


def _is_text(table: Table, place: int) -> bool:
    return any(row.cells and row.cells[place].kind == "text" for row in table.rows)


def _stub_width(row: Row) -> float:
    weight: fonts.Weight = "semibold" if row.is_group else "regular"
    return row.indent * _INDENT + fonts.text_width(text_of(row.label), 1.0, weight)


@lru_cache(maxsize=10_000)
def _text_width(text: str) -> float:
    return fonts.text_width(text, 1.0)


def _column_width(table: Table, cells: Sequence[Sequence[Runs]], place: int) -> float:
    """Width that a column needs for its cells and for the words of its head, in font sizes."""
    column = table.columns[place]
    texts = [_text_width(text_of(row[place])) for row in cells]
    words = [fonts.text_width(word, 1.0, "semibold") for word in column.label.split()]
    under = fonts.text_width(text_of(column.under), 1.0)
    head = max(words, default=0.0)
    # a long head may take three lines
    whole = fonts.text_width(column.label, 1.0, "semibold") / 3
    return max([*texts, head, under, whole]) + 0.3
