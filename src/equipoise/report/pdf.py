"""The report as PDF, set by Typst from the same layout as the HTML page.

Texts reach Typst as JSON strings and are placed as text; they are never part of its source, so
there is no markup in them to escape.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from equipoise.errors import DataError
from equipoise.report import fonts
from equipoise.report.dates import long_date
from equipoise.report.display.layout import laid_out, texts_of_layout
from equipoise.report.display.model import Document

__all__ = ["MOST_NUMBER_ROWS", "render_pdf", "render_pictures"]

MOST_NUMBER_ROWS = 60
"""Tables of numbers behind figures with more rows than this stay in the HTML page and in CSV."""

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
_LONGEST_RUNNING_TITLE = 90
_PICTURES = """
#set page(width: auto, height: auto, margin: 6pt, fill: white)
#for drawing in json(bytes(sys.inputs.drawings)) { page(image(bytes(drawing), format: "svg")) }
"""


def render_pdf(document: Document) -> bytes:
    """Set a document in pages of A4.

    Parameters
    ----------
    document : Document
        What the pages say; its date becomes the date of the file.

    Returns
    -------
    bytes
        PDF/A-2a (archival, tagged, with text for every drawing); equal documents give equal bytes.

    Raises
    ------
    DataError
        If a character has no face; the error names each and where it stands.
    """
    layout = laid_out(document)
    layout["long_date"] = long_date(document.date)
    layout["short_title"] = _running(document.title)
    layout["numbers"] = list(_numbers(layout))
    fonts.require_faces(texts_of_layout(layout))
    pdf = _compiled(
        _TEMPLATE.read_text(encoding="utf-8"),
        {"document": json.dumps(layout, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["a-2a"],
        timestamp=int(datetime.fromisoformat(document.date).replace(tzinfo=UTC).timestamp()),
    )
    if not isinstance(pdf, bytes):
        raise TypeError(f"Typst returned {type(pdf).__name__}, not bytes")
    return pdf


def render_pictures(drawings: Sequence[str]) -> list[bytes]:
    """Draw figures of the report as PNG on white, three times as fine as a screen.

    Parameters
    ----------
    drawings : sequence of str
        SVG of each figure.
    """
    if not drawings:
        return []
    made = _compiled(_PICTURES, {"drawings": json.dumps(drawings)}, format="png", ppi=216.0)
    return [made] if isinstance(made, bytes) else made


def _compiled(source: str, inputs: dict[str, str], **options: Any) -> bytes | list[bytes]:
    """Run Typst in a folder that holds the source and our faces, and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for _, _, file in fonts.faces():
            shutil.copy(file, place / file.name)
        (place / "page.typ").write_text(source, encoding="utf-8")
        try:
            made: bytes | list[bytes] = typst.compile(
                str(place / "page.typ"),
                root=folder,
                font_paths=[folder],
                ignore_system_fonts=True,
                sys_inputs=inputs,
                **options,
            )
        except typst.TypstError as error:
            raise DataError(f"the page could not be set: {error}") from error
    return made


def _running(title: str) -> str:
    if len(title) <= _LONGEST_RUNNING_TITLE:
        return title
    return title[:_LONGEST_RUNNING_TITLE].rsplit(" ", 1)[0] + " …"


def _numbers(layout: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Tables of numbers that no table of a page shows yet, and that are short enough to print."""
    blocks = [block for section in layout["sections"] for block in section["blocks"]]
    shown = {one for block in blocks if block["type"] == "table" for one in _ids(block)}
    for block in blocks:
        if block["type"] != "figure":
            continue
        for table in block["numbers"]:
            is_new = table["type"] == "table" and not set(_ids(table)) <= shown
            if is_new and len(table["rows"]) <= MOST_NUMBER_ROWS:
                yield table


def _ids(table: dict[str, Any]) -> Iterator[str]:
    """Ids of the results that a table prints."""
    for row in table["rows"]:
        for runs in (row["label"], *(cell["runs"] for cell in row["cells"])):
            yield from (run["id"] for run in runs if run["kind"] == "number")
