"""The document in the order of its pages: numbered, aligned, measured.

HTML and PDF render the same layout, so they cannot differ in what they say. It is made of plain
mappings and lists that JSON holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from equipoise.report import fonts
from equipoise.report.display.model import (
    Block,
    Cell,
    Document,
    Facts,
    Figure,
    Number,
    Paragraph,
    Row,
    Run,
    Runs,
    Section,
    Strong,
    Table,
    text_of,
)
from equipoise.report.format import FIGURE_SPACE, integer_width, padding

__all__ = ["aligned_cells", "laid_out", "texts_of_layout"]

Layout = dict[str, Any]

_PORTRAIT, _LANDSCAPE = 470.0, 712.0
_SIZES = (9.0, 8.5, 8.0, 7.5)
_SMALLEST = 7.0
_COLUMN_GAP = 1.1  # in units of the font size
_INDENT = 1.0
_LEAST_STUB, _MOST_STUB, _WRAPPED_STUB = 8.0, 24.0, 12.0
_LEAST_TEXT = 16.0


def laid_out(document: Document) -> Layout:
    """Lay a document out: sections flat with their levels, tables and figures numbered."""
    numbers = _Numbering(document)
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "date": document.date,
        "marks": list(document.marks),
        "source": document.source,
        "sections": [
            {
                "id": _anchor("section", section.id),
                "title": section.title,
                "level": level,
                "blocks": [_block(block, numbers) for block in section.blocks],
            }
            for level, section in _flat(document.sections, 1)
        ],
    }


def _flat(sections: Sequence[Section], level: int) -> Iterator[tuple[int, Section]]:
    for section in sections:
        yield level, section
        yield from _flat(section.sections, level + 1)


def _anchor(kind: str, name: str) -> str:
    return f"{kind}-{re.sub(r'[^A-Za-z0-9_-]+', '-', name)}"


class _Numbering:
    """Numbers of tables and figures in the order of the document."""

    def __init__(self, document: Document) -> None:
        self._labels: dict[int, str] = {}
        counts = {"Table": 0, "Figure": 0}
        for _, section in _flat(document.sections, 1):
            for block in section.blocks:
                if isinstance(block, Table | Figure):
                    kind = type(block).__name__
                    counts[kind] += 1
                    self._labels[id(block)] = f"{kind} {counts[kind]}"
        self._tables = {
            block: self._labels[id(block)]
            for _, section in _flat(document.sections, 1)
            for block in section.blocks
            if isinstance(block, Table)
        }

    def of(self, block: Table | Figure) -> str:
        return self._labels[id(block)]

    def of_same_table(self, table: Table) -> str | None:
        """Label of a table of the document that is equal to this one."""
        return self._tables.get(table)


def _block(block: Block, numbers: _Numbering) -> Layout:
    match block:
        case Paragraph():
            return {"type": "paragraph", "kind": block.kind, "runs": _runs(block.runs)}
        case Facts():
            entries = [{"name": name, "runs": _runs(runs)} for name, runs in block.entries]
            return {"type": "facts", "entries": entries}
        case Table():
            label = numbers.of(block)
            return _table(block, label, label.lower().replace(" ", "-"))
        case Figure():
            return _figure(block, numbers)


def _figure(figure: Figure, numbers: _Numbering) -> Layout:
    label = numbers.of(figure)
    anchor = label.lower().replace(" ", "-")
    shown = []
    for place, table in enumerate(figure.numbers, start=1):
        elsewhere = numbers.of_same_table(table)
        if elsewhere is not None:
            shown.append({"type": "reference", "label": elsewhere})
        else:
            own = f"{anchor}-numbers-{place}"
            shown.append(_table(table, f"Numbers of {label.lower()}", own))
    return {
        "type": "figure",
        "label": label,
        "anchor": anchor,
        "title": figure.title,
        "population": figure.population,
        "svg": figure.svg,
        "alt": figure.alt,
        "caption": _runs(figure.caption),
        "source": figure.source,
        "numbers": shown,
    }


def _runs(runs: Sequence[Run]) -> list[Layout]:
    return [_run(run) for run in runs]


def _run(run: Run) -> Layout:
    if isinstance(run, Number):
        return {"kind": "number", "text": run.text, "id": run.result_id, "note": run.note}
    if isinstance(run, Strong):
        return {"kind": "strong", "text": run.text}
    return {"kind": "text", "text": run}


def _table(table: Table, label: str, anchor: str) -> Layout:
    cells = aligned_cells(table)
    rows = [
        {
            "label": _runs(row.label),
            "indent": row.indent,
            "group": row.is_group,
            "empty": not any(cell.runs for cell in row.cells),
            "cells": [
                {"runs": _runs(runs), "kind": cell.kind}
                for cell, runs in zip(row.cells or _blank(table), own, strict=True)
            ],
        }
        for row, own in zip(table.rows, cells, strict=True)
    ]
    return {
        "type": "table",
        "label": label,
        "anchor": anchor,
        "title": table.title,
        "population": table.population,
        "stub": table.stub,
        "over": _over(table),
        "columns": [
            {"label": column.label, "under": _runs(column.under)} for column in table.columns
        ],
        "rows": rows,
        "footnotes": [_runs(note) for note in table.footnotes],
        "source": table.source,
        "fit": _fit(table, cells),
    }


def _blank(table: Table) -> tuple[Cell, ...]:
    return tuple(Cell() for _ in table.columns)


def _over(table: Table) -> list[Layout]:
    """Join neighbouring columns under the same spanning head; empty if no column has one."""
    spans: list[Layout] = []
    for column in table.columns:
        if spans and column.over and spans[-1]["label"] == column.over:
            spans[-1]["span"] += 1
        else:
            spans.append({"label": column.over, "span": 1})
    return spans if any(span["label"] for span in spans) else []


def aligned_cells(table: Table) -> tuple[tuple[Runs, ...], ...]:
    """Pad the numbers of each column so that decimal points, and percentages, line up.

    Returns
    -------
    tuple of rows of runs
        The cells of every row; a group row without cells gets empty ones.
    """
    rows = [list(row.cells or _blank(table)) for row in table.rows]
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


def _fit(table: Table, cells: Sequence[Sequence[Runs]]) -> Layout:
    """Measure the columns and choose size and orientation of the table on a printed page."""
    is_text = [_is_text(table, place) for place in range(len(table.columns))]
    widths = [_column_width(table, cells, place) for place in range(len(table.columns))]
    fixed = sum(width for width, text in zip(widths, is_text, strict=True) if not text)
    gaps = _COLUMN_GAP * len(widths)
    texts = sum(is_text)
    labels = [fonts.text_width(table.stub, 1.0, "semibold")]
    labels += [_stub_width(row) for row in table.rows if not (row.is_group and not row.cells)]
    stub = min(max(max(labels) + 0.5, _LEAST_STUB), _MOST_STUB)
    least = fixed + gaps + min(stub, _WRAPPED_STUB) + _LEAST_TEXT * texts
    for landscape, room in ((False, _PORTRAIT), (True, _LANDSCAPE)):
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
    room = _LANDSCAPE / _SMALLEST
    narrowed = (room - _WRAPPED_STUB - gaps) / sum(widths)
    return _fitted(_WRAPPED_STUB, [width * narrowed for width in widths], _SMALLEST, landscape=True)


def _is_text(table: Table, place: int) -> bool:
    return any(row.cells and row.cells[place].kind == "text" for row in table.rows)


def _fitted(stub: float, widths: Sequence[float], size: float, *, landscape: bool) -> Layout:
    columns = [round((width + _COLUMN_GAP) * size, 2) for width in widths]
    return {
        "size": size,
        "landscape": landscape,
        "stub": round(stub * size, 2),
        "columns": columns,
    }


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


def texts_of_layout(layout: Any, where: str = "report") -> Iterator[tuple[str, str]]:
    """Yield every text of a layout with the place where it stands, drawings included."""
    if isinstance(layout, Mapping):
        place = str(layout.get("label") or layout.get("title") or where)
        place = place if isinstance(layout.get("label"), str) or "title" in layout else where
        for key, value in layout.items():
            if key not in {"id", "anchor"}:
                yield from texts_of_layout(value, place)
    elif isinstance(layout, list):
        for value in layout:
            yield from texts_of_layout(value, where)
    elif isinstance(layout, str):
        yield where, layout
