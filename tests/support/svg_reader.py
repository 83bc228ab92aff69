"""Reads drawings back: every text with its place, so that tests see what overlaps or falls out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from equipoise.report.fonts import text_width

_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = r"-?[\d.]+(?:e-?\d+)?"


@dataclass(frozen=True)
class Placed:
    """A line of text and the box around it, in the units of the drawing."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Placed, *, by: float = 1.0) -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > by and down > by


def size_of(svg: str) -> tuple[float, float]:
    """Width and height of a drawing."""
    box = ET.fromstring(svg).attrib["viewBox"].split()
    return float(box[2]), float(box[3])


def results_in(svg: str) -> list[str]:
    """Ids of the results that the elements of a drawing show."""
    return [
        name
        for element in ET.fromstring(svg).iter()
        for name in element.attrib.get("data-result", "").split()
    ]


def placed_texts(svg: str) -> Iterator[Placed]:
    """Yield every line of text that is not turned by a quarter."""
    for element in ET.fromstring(svg).iter(f"{_SVG}text"):
        whole = "".join(element.itertext())
        if not whole.strip():
            continue
        spans = list(element.iter(f"{_SVG}tspan")) or [element]
        for span in spans:
            placed = _placed(element, span)
            if placed is not None:
                yield placed


def _placed(element: ET.Element, span: ET.Element) -> Placed | None:
    style = element.attrib.get("style", "")
    size = float(_found(r"font-size: ([\d.]+)px", style) or element.attrib.get("font-size", 0))
    weight = _found(r"font-weight: (\w+)", style) or element.attrib.get("font-weight", "400")
    anchor = _found(r"text-anchor: (\w+)", style) or element.attrib.get("text-anchor", "start")
    transform = element.attrib.get("transform", "")
    turned = _found(rf"rotate\(({_NUMBER})", transform)
    if turned is not None and abs(float(turned)) > 1:
        return None
    moved = re.search(rf"translate\(({_NUMBER})[ ,]+({_NUMBER})\)", transform)
    x0, y0 = (float(moved[1]), float(moved[2])) if moved else (0.0, 0.0)
    x = x0 + float(span.attrib.get("x", element.attrib.get("x", 0)))
    y = y0 + float(span.attrib.get("y", element.attrib.get("y", 0)))
    text = span.text or ""
    width = text_width(text, size, "semibold" if weight in {"600", "700", "bold"} else "regular")
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return Placed(text, left, y - 0.72 * size, left + width, y + 0.2 * size)


def _found(pattern: str, text: str) -> str | None:
    found = re.search(pattern, text)
    return found[1] if found else None
