"""A drawing as a file of its own: with its faces inside, and readable outside a browser."""

from __future__ import annotations

from equipoise.report import fonts
from equipoise.report.figure.svg import texts_of

__all__ = ["standalone_svg"]


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
