"""The document as DOCX, for teams that edit and file in a word processor."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime

import docx
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table as WordTable

from equipoise.report.dates import long_date
from equipoise.report.display.model import (
    Block,
    Document,
    Facts,
    Figure,
    Paragraph,
    Section,
    Strong,
    Table,
    text_of,
)
from equipoise.report.pdf import render_pictures

__all__ = ["render_docx"]

_FACE = "Source Sans Pro"
_TEXT_WIDTH = Cm(25.0)


def render_docx(document: Document) -> bytes:
    """Render a document as DOCX, landscape A4.

    Equal documents give equal content; the file's own date is that of the document.
    """
    word = docx.Document()
    _set_page(word, document)
    word.add_heading(document.title, level=0)
    word.add_paragraph(document.subtitle)
    word.add_paragraph(long_date(document.date))
    for mark in document.marks:
        word.add_paragraph().add_run(mark).bold = True
    count = {"Table": 0, "Figure": 0}
    for section in document.sections:
        _add_section(word, section, level=1, count=count)
    content = io.BytesIO()
    word.save(content)
    return content.getvalue()


def _set_page(word: Word, document: Document) -> None:
    page = word.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21.0)
    page.left_margin = page.right_margin = Cm(2.3)
    page.top_margin = page.bottom_margin = Cm(2.0)
    page.footer.paragraphs[0].text = " ".join([*document.marks, document.source])
    normal = word.styles["Normal"]
    normal.font.name = _FACE
    normal.font.size = Pt(10)
    day = datetime.fromisoformat(document.date).replace(tzinfo=UTC)
    properties = word.core_properties
    properties.title, properties.author = document.title, "equipoise"
    properties.created = properties.modified = day.replace(tzinfo=None)


def _add_section(word: Word, section: Section, *, level: int, count: dict[str, int]) -> None:
    word.add_heading(section.title, level=min(level, 4))
    for block in section.blocks:
        _add_block(word, block, count)
    for below in section.sections:
        _add_section(word, below, level=level + 1, count=count)


def _add_block(word: Word, block: Block, count: dict[str, int]) -> None:
    match block:
        case Paragraph():
            paragraph = word.add_paragraph()
            for run in block.runs:
                is_strong = isinstance(run, Strong) or block.kind == "lead"
                paragraph.add_run(text_of((run,))).bold = is_strong
        case Facts():
            table = word.add_table(rows=0, cols=2)
            for name, runs in block.entries:
                cells = table.add_row().cells
                cells[0].paragraphs[0].add_run(name).bold = True
                cells[1].text = text_of(runs)
            _set_widths(table, (1, 4))
        case Table():
            count["Table"] += 1
            _add_table(word, block, f"Table {count['Table']}. {block.title}")
        case Figure():
            count["Figure"] += 1
            _add_caption(word, f"Figure {count['Figure']}. {block.title}", block.population)
            (drawing,) = render_pictures([block.svg])
            picture = word.add_picture(io.BytesIO(drawing), width=Cm(16))
            picture._inline.docPr.set("descr", block.alt)  # python-docx offers no name for it
            if block.caption:
                word.add_paragraph(text_of(block.caption))


def _add_caption(word: Word, title: str, population: str) -> None:
    caption = word.add_paragraph()
    caption.add_run(title).bold = True
    if population:
        caption.add_run(f"\n{population}")
    caption.paragraph_format.keep_with_next = True


def _add_table(word: Word, block: Table, title: str) -> None:
    _add_caption(word, title, block.population)
    table = word.add_table(rows=1, cols=1 + len(block.columns))
    heads = table.rows[0].cells
    heads[0].paragraphs[0].add_run(block.stub).bold = True
    for cell, column in zip(heads[1:], block.columns, strict=True):
        over = f"{column.over}: " if column.over else ""
        under = f"\n{text_of(column.under)}" if column.under else ""
        cell.paragraphs[0].add_run(f"{over}{column.label}{under}").bold = True
    _repeat_header(table)
    for row in block.rows:
        cells = table.add_row().cells
        run = cells[0].paragraphs[0].add_run("\u2003" * row.indent + text_of(row.label))
        run.bold = row.is_group
        for cell, content in zip(cells[1:], row.cells, strict=False):
            cell.text = text_of(content.runs)
    _draw_rules(table)
    _set_widths(table, (2, *(1 for _ in block.columns)))
    for note in block.footnotes:
        word.add_paragraph(text_of(note)).paragraph_format.space_after = Pt(0)
    word.add_paragraph()


def _set_widths(table: WordTable, shares: Sequence[int]) -> None:
    table.autofit = False
    for row in table.rows:
        for cell, share in zip(row.cells, shares, strict=True):
            cell.width = int(_TEXT_WIDTH * share / sum(shares))


def _repeat_header(table: WordTable) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)  # python-docx offers no name for it


def _draw_rules(table: WordTable) -> None:
    """Rule above, below and under the header; no vertical lines."""
    for row, sides in (
        (table.rows[0], ("top", "bottom")),
        (table.rows[-1], ("bottom",)),
    ):
        for cell in row.cells:
            borders = OxmlElement("w:tcBorders")
            for side in sides:
                rule = OxmlElement(f"w:{side}")
                for name, value in (("val", "single"), ("sz", "6"), ("color", "000000")):
                    rule.set(qn(f"w:{name}"), value)
                borders.append(rule)
            cell._tc.get_or_add_tcPr().append(borders)  # python-docx offers no name for it
