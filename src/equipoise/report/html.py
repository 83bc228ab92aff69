"""The report as one HTML file that holds everything it needs: no script, no outside file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from equipoise.report import fonts
from equipoise.report.dates import long_date
from equipoise.report.display.layout import laid_out, texts_of_layout
from equipoise.report.display.model import Document

__all__ = ["render_html"]

_TEMPLATES = Path(__file__).parent / "templates"


def render_html(document: Document) -> str:
    """Render a document as one self-contained page.

    Parameters
    ----------
    document : Document
        What the page says.

    Returns
    -------
    str
        HTML with its style, its faces (only the characters used) and its drawings inside;
        equal documents give equal text.

    Raises
    ------
    DataError
        If a character has no face; the error names each and where it stands.
    """
    layout = laid_out(document)
    layout["long_date"] = long_date(document.date)
    texts = list(texts_of_layout(layout))
    fonts.require_faces(texts)
    page = _template().render(
        document=layout,
        css=(_TEMPLATES / "report.css").read_text(encoding="utf-8").strip(),
        font_css=fonts.font_css("".join(text for _, text in texts) + _OWN_TEXT),
    )
    return page + "\n"


_OWN_TEXT = "".join(map(chr, range(0x20, 0x7F)))


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=False,
    )
    return environment.get_template("report.html.j2")
