"""The faces of a report: Source Sans for everything, DejaVu Sans for characters it lacks.

Both come from wheels and system fonts are never used, so that a page is the same on every
machine. A character that neither face draws is an error that names it, never an empty box.
"""

from __future__ import annotations

import base64
import io
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

import font_source_sans_pro  # type: ignore[import-untyped] # ships no type information
import matplotlib as mpl
from fontTools import subset  # type: ignore[import-untyped] # ships no type information
from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # ships no type information

from equipoise.errors import DataError, Fault

__all__ = [
    "FALLBACK",
    "FAMILY",
    "Weight",
    "characters_without_face",
    "faces",
    "font_css",
    "require_faces",
    "text_width",
]

FAMILY = "Source Sans Pro"
FALLBACK = "DejaVu Sans"

Weight = Literal["regular", "semibold"]

_CSS_WEIGHTS: dict[Weight, int] = {"regular": 400, "semibold": 600}
_LAYOUT_CHARACTERS = frozenset(map(ord, "\t\n\r"))


def faces() -> tuple[tuple[str, int, Path], ...]:
    """List the faces of a report: family, weight as CSS counts it, file."""
    return tuple(
        (family, number, _file(family, weight))
        for family in (FAMILY, FALLBACK)
        for weight, number in _CSS_WEIGHTS.items()
    )


def characters_without_face(text: str) -> tuple[str, ...]:
    """List the characters of a text that no face of the report draws."""
    drawn = _all_characters()
    return tuple(sorted(character for character in set(text) if ord(character) not in drawn))


def require_faces(texts: Iterable[tuple[str, str]]) -> None:
    """Refuse texts that cannot be drawn.

    Parameters
    ----------
    texts : iterable of (where, text)
        Every text of a report, and where it stands.

    Raises
    ------
    DataError
        One fault for each character and place.
    """
    faults = [
        Fault(
            where=where,
            came=f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}",
            wanted=f"a character of {FAMILY} or {FALLBACK}",
            repair="write it in a script that the report's fonts have",
        )
        for where, text in texts
        for character in characters_without_face(text)
    ]
    if faults:
        raise DataError(faults)


def text_width(text: str, size: float, weight: Weight = "regular") -> float:
    """Measure a line of text in the unit of ``size``; kerning is left out.

    Characters of the fallback face are as wide as that face has them.
    """
    widths, fallback = _advances(FAMILY, weight), _advances(FALLBACK, weight)
    return size * sum(
        widths.get(ord(character)) or fallback.get(ord(character), 0.0) for character in text
    )


def font_css(text: str) -> str:
    """Write ``@font-face`` rules that embed the characters of a text, and no others.

    Parameters
    ----------
    text : str
        Everything that will be set in the fonts.
    """
    needed = {ord(character) for character in text} | {0x20}
    rules = []
    for family in (FAMILY, FALLBACK):
        own = _characters(family) - (_characters(FAMILY) if family == FALLBACK else frozenset())
        wanted = sorted(needed & own)
        if not wanted:
            continue
        for weight, number in _CSS_WEIGHTS.items():
            data = base64.b64encode(_subset(family, weight, tuple(wanted))).decode()
            rules.append(
                f"@font-face{{font-family:'{family}';font-weight:{number};font-style:normal;"
                f"src:url(data:font/woff;base64,{data}) format('woff')}}"
            )
    return "\n".join(rules)


def _file(family: str, weight: Weight) -> Path:
    if family == FAMILY:
        face = {"regular": "Regular", "semibold": "Semibold"}[weight]
        return Path(font_source_sans_pro.font_directory) / f"SourceSansPro-{face}.ttf"
    face = {"regular": "DejaVuSans", "semibold": "DejaVuSans-Bold"}[weight]
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{face}.ttf"


@cache
def _all_characters() -> frozenset[int]:
    return _characters(FAMILY) | _characters(FALLBACK) | _LAYOUT_CHARACTERS


@cache
def _characters(family: str) -> frozenset[int]:
    """Characters that both weights of a family draw."""
    return frozenset.intersection(*(frozenset(_advances(family, one)) for one in _CSS_WEIGHTS))


@cache
def _advances(family: str, weight: Weight) -> dict[int, float]:
    """Widths of characters as shares of the font size."""
    with TTFont(_file(family, weight), lazy=True) as font:
        metrics, em = font["hmtx"], font["head"].unitsPerEm
        return {code: metrics[glyph][0] / em for code, glyph in font.getBestCmap().items()}


@cache
def _subset(family: str, weight: Weight, characters: tuple[int, ...]) -> bytes:
    options = subset.Options(
        flavor="woff",
        layout_features=["kern", "mark", "mkmk", "ccmp", "locl"],
        hinting=False,
        recalc_timestamp=False,
        name_IDs=[0, 1, 2, 13, 14],
        drop_tables=[*subset.Options().drop_tables, "FFTM"],
    )
    target = io.BytesIO()
    with subset.load_font(str(_file(family, weight)), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=characters)
        cutter.subset(font)
        subset.save_font(font, target, options)
    return target.getvalue()
