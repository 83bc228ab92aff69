"""Write a report: pages, figures, and every number as data, all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from equipoise.analyse import (
    REPORT_FILES,
    RESULT_FILES,
    Chapter,
    Provenance,
    json_rows,
    whole_frame,
    write_results,
)
from equipoise.data import replaced_folder
from equipoise.protocol import Protocol
from equipoise.report.display.build import blocks_of
from equipoise.report.display.layout import laid_out
from equipoise.report.display.model import Document, Paragraph, text_of
from equipoise.report.document import trial_report, view_of
from equipoise.report.figure.standalone import marked_svg, standalone_svg
from equipoise.report.format import P_VALUE, PValueStyle
from equipoise.report.html import render_html
from equipoise.report.naming import words_of
from equipoise.report.pdf import render_pdf, render_pictures
from equipoise.report.rows import ResultRows

__all__ = ["summary", "write_report"]


def write_report(
    protocol: Protocol,
    results: pl.DataFrame,
    provenance: Provenance,
    folder: Path | str,
    *,
    chapters: Sequence[Chapter] = (),
    date: str | None = None,
    marks: Iterable[str] = (),
    p_style: PValueStyle = P_VALUE,
) -> Document:
    """Write the report of a trial into a folder.

    Parameters
    ----------
    protocol, results, provenance
        What was planned, what was found, where it comes from.
    folder : path
        Takes ``report.html``, ``report.pdf``, ``figures/`` (SVG and PNG), ``results.csv``,
        ``results.parquet``, ``results.json``, ``provenance.json``, ``protocol.json`` and
        ``chapters.json``. Earlier files of these names are replaced together; any other file in
        the folder stays.
    chapters : sequence of Chapter
        What the design can show, and what published numbers say; their rows stand in the same
        table of results.
    date : str, optional
        Day of the report, ISO 8601; today by default. Equal input and day give equal bytes.
    marks : iterable of str
        What every page must say.
    p_style : PValueStyle
        How p values are printed.

    Returns
    -------
    Document
        What was written.

    Raises
    ------
    DataError
        If the results cannot be laid out or the folder cannot be written; nothing is changed.
    """
    folder = Path(folder)
    day = date or datetime.now(UTC).date().isoformat()
    document = trial_report(
        protocol, results, provenance, date=day, chapters=chapters, marks=marks, p_style=p_style
    )
    page, printed = render_html(document), render_pdf(document)
    with replaced_folder(folder, own=RESULT_FILES | REPORT_FILES) as place:
        write_results(protocol, results, provenance, place, chapters=chapters)
        whole = whole_frame(results, chapters)
        rows = json.dumps(json_rows(whole), indent=1, allow_nan=False, ensure_ascii=False)
        (place / "results.json").write_text(rows + "\n", encoding="utf-8")
        (place / "report.html").write_text(page, encoding="utf-8")
        (place / "report.pdf").write_bytes(printed)
        (place / "figures").mkdir()
        figures = {name: marked_svg(svg, document.marks) for name, svg in _figures(document)}
        pictures = render_pictures(list(figures.values()))
        for (name, svg), picture in zip(figures.items(), pictures, strict=True):
            (place / "figures" / f"{name}.svg").write_text(standalone_svg(svg), encoding="utf-8")
            (place / "figures" / f"{name}.png").write_bytes(picture)
    return document


def _figures(document: Document) -> Iterator[tuple[str, str]]:
    """Name each figure by its number and drawing."""
    for section in laid_out(document)["sections"]:
        for block in section["blocks"]:
            if block["type"] == "figure":
                yield block["anchor"], block["svg"]


def summary(protocol: Protocol, results: pl.DataFrame) -> str:
    """Say the results of the primary analyses in plain sentences, for a terminal."""
    rows = ResultRows.from_frame(results).where(look="final")
    words = words_of(protocol)
    said = []
    for name, analysis in protocol.analyses.items():
        if analysis.role != "primary":
            continue
        blocks = blocks_of(view_of(protocol, rows, words, name))
        sentences = [text_of(one.runs) for one in blocks if isinstance(one, Paragraph)]
        said.append("\n".join([analysis.title, *sentences]))
    return "\n\n".join(said)
