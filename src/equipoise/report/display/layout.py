"""The document in the order of its pages: numbered, aligned, measured.

HTML and PDF render the same layout, so they cannot differ in what they say. It is made of plain
mappings and lists that JSON holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from equipoise.report.display.align import aligned_cells, blank_cells
from equipoise.report.display.fit import fit
from equipoise.report.display.model import (
    Block,
    Cited,
    Document,
    Facts,
    Figure,
    Link,
    Number,
    Paragraph,
    Run,
    Section,
    Strong,
    Table,
)

__all__ = ["laid_out", "texts_of_layout"]

Layout = dict[str, Any]


def laid_out(document: Document) -> Layout:
    """Lay a document out: sections flat with their levels, tables and figures numbered."""
    numbers = _Numbering(document)
    has_brief = bool(document.sections) and document.sections[0].id == "brief"
    return {
        "contents": _contents(document),
        "contents_after": 0 if has_brief else -1,
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


def _contents(document: Document) -> list[Layout]:
    """List sections with those right under them; the first page needs no entry."""
    return [
        {
            "id": _anchor("section", section.id),
            "title": section.title,
            "sections": [
                {"id": _anchor("section", one.id), "title": one.title} for one in section.sections
            ],
        }
        for section in document.sections
        if section.id != "brief"
    ]


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
    match run:
        case Number():
            return {"kind": "number", "text": run.text, "id": run.result_id, "note": run.note}
        case Cited():
            ids = " ".join(run.result_ids)
            return {"kind": "number", "text": run.text, "id": ids, "note": ""}
        case Strong():
            return {"kind": "strong", "text": run.text}
        case Link():
            return {"kind": "link", "text": run.text, "anchor": _anchor("section", run.section)}
        case str():
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
                for cell, runs in zip(row.cells or blank_cells(table), own, strict=True)
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
        "fit": fit(table, cells),
    }


def _over(table: Table) -> list[Layout]:
    """Join neighbouring columns under the same spanning head; empty if no column has one."""
    spans: list[Layout] = []
    for column in table.columns:
        if spans and column.over and spans[-1]["label"] == column.over:
            spans[-1]["span"] += 1
        else:
            spans.append({"label": column.over, "span": 1})
    return spans if any(span["label"] for span in spans) else []


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
