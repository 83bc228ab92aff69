"""A drawing as a file of its own: with its faces inside, and readable outside a browser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from equipoise.report import fonts
from equipoise.report.figure.style import ALARM, TEXT
from equipoise.report.figure.svg import texts_of

__all__ = ["marked_svg", "standalone_svg"]

_SIZE = re.compile(r'<svg [^>]*?width="(?P<width>[\d.]+)pt" height="(?P<height>[\d.]+)pt"')
_BAND = 20.0


def marked_svg(svg: str, marks: Sequence[str]) -> str:
    """Put the marks of its pages over a drawing, so that it never stands without them.

    Parameters
    ----------
    svg : str
        A drawing of the report.
    marks : sequence of str
        Such as ``SIMULATED DATA``; without any the drawing stays as it is.
    """
    if not marks:
        return svg
    size = _SIZE.match(svg)
    assert size is not None, "a drawing of the report has its size in points"
    width, height = float(size["width"]), float(size["height"]) + _BAND
    inner = svg.removeprefix("<svg ").replace('pt"', '"', 2)
    family = f"'{fonts.FAMILY}', '{fonts.FALLBACK}', sans-serif"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.2f}pt" height="{height:.2f}pt" '
        f'viewBox="0 0 {width:.2f} {height:.2f}">\n'
        f'<text x="{width - 2:.2f}" y="{_BAND - 8:.2f}" font-size="{TEXT:g}" font-weight="600" '
        f'text-anchor="end" fill="{ALARM}" font-family="{family}">'
        f"{escape('   '.join(marks))}</text>\n"
        f'<svg y="{_BAND:g}" {inner}\n</svg>'
    )


def standalone_svg(svg: str) -> str:
    """Embed the characters that a drawing uses, on a white ground.

    Parameters
    ----------
    svg : str
        A drawing of the report.

    Returns
    -------
    str
        SVG with an XML declaration, the faces as a style, and nothing else changed.
    """
    faces = fonts.font_css("".join(texts_of(svg)))
    head, _, rest = svg.partition(">")
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    style = f"<defs><style>{faces}</style></defs>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head}>\n{style}\n{ground}{rest}\n'
