"""From a matplotlib figure, or from boxes and lines, to a small, repeatable SVG.

Text stays text, in the report's own face. A drawn element that shows results carries their ids in
``data-result``, as the cells of a table do.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from equipoise.report import fonts
from equipoise.report.figure.style import INK, MUTED, TEXT

__all__ = ["Drawn", "SvgCanvas", "mark", "mark_ids", "svg_of", "texts_of", "wrap"]

_MARK = "result:"
_GROUP_ID = re.compile(r'<g id="(?P<id>[^"]*)"')
_STYLE = re.compile(r" <defs>\s*<style[^>]*>\*\{[^}]*\}</style>\s*</defs>\n")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A number that a figure draws, and the result that it is."""

    value: float
    result_id: str


def mark(artist: Artist, numbers: Iterable[Drawn | None]) -> None:
    """Say which results an element shows; a number without a result is left out."""
    mark_ids(artist, [number.result_id for number in numbers if number is not None])


def mark_ids(artist: Artist, ids: Sequence[str]) -> None:
    """Say which results an element shows, by their ids."""
    if any(ids):
        artist.set_gid(_MARK + " ".join(ids))


def svg_of(figure: Figure, name: str) -> str:
    """Write a figure as SVG whose ids begin with ``name``, so that several fit on one page."""
    target = io.StringIO()
    figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None, "Type": None})
    svg = target.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r" <metadata>.*?</metadata>\n", "", svg, flags=re.DOTALL)
    svg = _GROUP_ID.sub(_group, svg)
    svg = _STYLE.sub("", svg, count=1)  # a rule for * would reach the whole page
    svg = svg.replace("<svg ", '<svg stroke-linejoin="round" ', 1)
    return _own_ids(svg, name)


def _group(found: re.Match[str]) -> str:
    gid = found["id"]
    return f'<g data-result="{gid.removeprefix(_MARK)}"' if gid.startswith(_MARK) else "<g"


def _own_ids(svg: str, name: str) -> str:
    svg = re.sub(r' id="(?P<id>[^"]+)"', rf' id="{name}-\g<id>"', svg)
    svg = re.sub(r'href="#(?P<id>[^"]+)"', rf'href="#{name}-\g<id>"', svg)
    return re.sub(r"url\(#(?P<id>[^)]+)\)", rf"url(#{name}-\g<id>)", svg)


def wrap(text: str, width: float, size: float, weight: fonts.Weight = "regular") -> list[str]:
    """Break a text into lines no wider than ``width``; a single longer word is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):  # a no-break space holds its words together
        if not word:
            continue
        longer = f"{line} {word}" if line else word
        if fonts.text_width(longer, size, weight) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while fonts.text_width(word, size, weight) > width and len(word) > 1:
            cut = _longest_start(word, width, size, weight)
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line] if line else lines or [""]


def _longest_start(word: str, width: float, size: float, weight: fonts.Weight) -> int:
    fitting = [n for n in range(1, len(word)) if fonts.text_width(word[:n], size, weight) <= width]
    return fitting[-1] if fitting else 1


class SvgCanvas:
    """Boxes, lines and texts at computed places, in points.

    Parameters
    ----------
    width, height : float
        Size of the drawing.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "#ffffff",
        edge: str = INK,
        line: float = 0.8,
        radius: float = 0.0,
    ) -> None:
        """Draw a rectangle."""
        self._parts.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" '
            f'rx="{radius:g}" fill="{fill}" stroke="{edge}" stroke-width="{line:g}"/>'
        )

    def line(
        self,
        points: Sequence[tuple[float, float]],
        *,
        colour: str = INK,
        width: float = 0.8,
        arrow: bool = False,
        dash: str = "",
    ) -> None:
        """Draw a path through points; with an arrow head at its end."""
        path = " L".join(f"{x:.2f} {y:.2f}" for x, y in points)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashes}/>'
        )
        if arrow:
            self._arrow_head(points[-2], points[-1], colour)

    def _arrow_head(
        self, before: tuple[float, float], tip: tuple[float, float], colour: str
    ) -> None:
        across, down = tip[0] - before[0], tip[1] - before[1]
        length = math.hypot(across, down) or 1.0
        along_x, along_y = across / length, down / length
        back_x, back_y = tip[0] - 5 * along_x, tip[1] - 5 * along_y
        left = f"{back_x + 2.6 * along_y:.2f} {back_y - 2.6 * along_x:.2f}"
        right = f"{back_x - 2.6 * along_y:.2f} {back_y + 2.6 * along_x:.2f}"
        self._parts.append(
            f'<path d="M{tip[0]:.2f} {tip[1]:.2f} L{left} L{right} Z" fill="{colour}"/>'
        )

    def disc(self, x: float, y: float, radius: float, *, fill: str, edge: str = "none") -> None:
        """Draw a disc."""
        self._parts.append(
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:g}" fill="{fill}" stroke="{edge}"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = TEXT,
        weight: fonts.Weight = "regular",
        anchor: str = "start",
        colour: str = INK,
        results: Iterable[str] = (),
    ) -> None:
        """Write one line whose baseline starts, centres or ends at a point."""
        number = {"regular": 400, "semibold": 600}[weight]
        ids = " ".join(results)
        shown = f" data-result={quoteattr(ids)}" if ids else ""
        self._parts.append(
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" font-weight="{number}" '
            f'text-anchor="{anchor}" fill="{colour}"{shown}>{escape(text)}</text>'
        )

    def upright(
        self, x: float, y: float, text: str, *, size: float = 9.0, anchor: str = "middle"
    ) -> None:
        """Write one line from below upwards whose baseline passes through a point."""
        self._parts.append(
            f'<text transform="translate({x:.2f} {y:.2f}) rotate(-90)" font-size="{size:g}" '
            f'text-anchor="{anchor}" fill="{MUTED}">{escape(text)}</text>'
        )

    def svg(self) -> str:
        """Write the drawing."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width:.2f}pt" '
            f'height="{self.height:.2f}pt" viewBox="0 0 {self.width:.2f} {self.height:.2f}" '
            f"font-family=\"'{fonts.FAMILY}', '{fonts.FALLBACK}', sans-serif\">"
        )
        return "\n".join([head, *self._parts, "</svg>"])


def texts_of(svg: str) -> list[str]:
    """Read the texts of a drawing, in their order."""
    from xml.etree import ElementTree as ET

    root = ET.fromstring(svg)
    name = "{http://www.w3.org/2000/svg}text"
    return ["".join(element.itertext()) for element in root.iter(name)]
