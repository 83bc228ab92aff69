"""Plain-language sentences about numbers: data for a report, without layout."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from equipoise.analyse.key import result_id
from equipoise.analyse.results import Row

__all__ = ["Kind", "Statement", "cited", "opened", "p_words", "percent", "points", "signed"]

Kind = Literal["finding", "disagreement", "caution", "claim", "not_found"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence, or a few, for a reader who is no statistician.

    Attributes
    ----------
    id : str
        Name, unique among the statements of one output.
    title : str
        What it is about, in a few words.
    text : str
        The sentences.
    kind : {'finding', 'disagreement', 'caution', 'claim', 'not_found'}
        A number; two numbers or readings that disagree; something to keep in mind; what a
        publication says; something that is not public.
    cites : tuple of str
        ``result_id`` of the rows that the numbers come from.
    topic : str
        Part of its chapter under which it stands.
    short : str
        The same in one sentence, where it belongs to the few that are read first.
    """

    id: str
    title: str
    text: str
    kind: Kind = "finding"
    cites: tuple[str, ...] = ()
    topic: str = ""
    short: str = ""


def cited(rows: Iterable[Row]) -> tuple[str, ...]:
    """Give the ids of rows."""
    return tuple(result_id(row.key) for row in rows)


def opened(text: str) -> str:
    """Begin a text with a capital, as a sentence does."""
    return text[:1].upper() + text[1:]


def p_words(value: float) -> str:
    """Write a p value with its sign: two decimals, three where it is small, bounds at the ends."""
    if value < 0.001:
        return "<0.001"
    if value > 0.99:
        return ">0.99"
    return f"= {value:.3f}" if value < 0.1 else f"= {value:.2f}"


def percent(value: float, digits: int = 0) -> str:
    """Write a share as a percentage."""
    return f"{100 * value:.{digits}f}%"


def points(value: float, digits: int = 0) -> str:
    """Write a difference of shares in percentage points, with its sign."""
    return f"{signed(100 * value, digits)} points"


def signed(value: float, digits: int = 0) -> str:
    """Write a number with its sign; a rounded zero has none."""
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0:
        return text
    return f"{'−' if value < 0 else '+'}{text}"
