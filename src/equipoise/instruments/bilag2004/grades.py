"""Grades A to E as numbers, their points, totals and tallies.

A grade is 4 for A, 3 for B, 2 for C, 1 for D, 0 for E and NaN where it is unknown: higher is
more active. Points: A 12, B 8, C 1, D and E 0, 0 to 108 over nine systems.

Source: Yee CS, et al. Rheumatology 2010; 49:1665-1669.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.instruments.bilag2004.form import SYSTEMS
from equipoise.instruments.checks import (
    Bools,
    Floats,
    check_choice,
    check_items,
    common_shape,
    read_numbers,
    read_texts,
)
from equipoise.instruments.columns import FLAG, Column
from equipoise.instruments.form import Item
from equipoise.instruments.layout import Codes

__all__ = [
    "GRADES",
    "POINTS",
    "Totals",
    "grade_column",
    "grades_from_letters",
    "involved_before",
    "letters",
    "points_between",
    "tally_of",
    "total_between",
    "total_of_grades",
]

GRADES = "EDCBA"
"""Letters of the codes 0 to 4."""

POINTS = np.array([0.0, 0.0, 1.0, 8.0, 12.0])
"""Points of the codes 0 to 4. Earlier codings (A 9, B 3; A 12, B 5) belong to the old index."""

_POINTS_OF = [(code, np.int8(points)) for code, points in enumerate(POINTS) if points]

_CODES = (0.0, 1.0, 2.0, 3.0, 4.0)
GRADE_ITEMS: tuple[Item, ...] = tuple(
    Item(system, system=system, definition=f"grade of {system}", codes=_CODES) for system in SYSTEMS
)


def grade_column(name: str, meaning: str) -> Column:
    """Make the column of a grade that is read: a letter A to E, or its code 4 to 0."""
    return Column(name=name, meaning=meaning, codes=_CODES, letters=GRADES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Points of each visit.

    Attributes
    ----------
    total : (...) float
        Points, 0 to 108; NaN where they are unknown. [points]
    lower, upper : (...) float
        Bounds whatever the unknown grades are. [points]
    points : (..., 9) float
        Points of each system; NaN where unknown. [points]
    tally : (..., 5) int
        Number of systems with each known grade, in the order of ``GRADES`` (E first).
    unknown : (..., 9) bool
        True where the grade of a system is unknown.
    """

    total: Floats
    lower: Floats
    upper: Floats
    points: Floats
    tally: NDArray[np.int64]
    unknown: Bools


def total_of_grades(grade: ArrayLike, *, missing: str = "strict") -> Totals:
    """Add up the points of nine systems.

    Parameters
    ----------
    grade : (..., 9) float
        4 for A down to 0 for E, NaN unknown, in the order of ``SYSTEMS``.
    missing : {'strict', 'as_absent'}
        Whether an unknown grade makes the total unknown, or adds nothing.

    Returns
    -------
    Totals
        Higher is more active disease.

    Raises
    ------
    DataError
        For a last axis that is not 9 long, and codes outside 0 to 4.
    """
    check_choice("missing", missing, ("strict", "as_absent"))
    grades = check_items(grade, GRADE_ITEMS, where="grade")
    gaps = np.isnan(grades)
    lowest, highest = (np.where(gaps, end, grades) for end in (0, 4))
    counted = lowest if missing == "as_absent" else grades
    total, lower, upper = total_between(
        *(np.moveaxis(bound, -1, 0).astype(np.int8) for bound in (lowest, highest)),
        missing=missing,
    )
    return Totals(
        total=total,
        lower=lower.astype(np.float64),
        upper=upper.astype(np.float64),
        points=points_between(lowest, highest, missing=missing),
        tally=tally_of(counted),
        unknown=gaps,
    )


def total_between(lowest: Codes, highest: Codes, *, missing: str) -> tuple[Floats, Codes, Codes]:
    """Total and its bounds where each grade lies between two codes: (9, ...), systems first."""
    lower, upper = (
        sum((codes == code).sum(axis=0, dtype=np.int8) * points for code, points in _POINTS_OF)
        for codes in (lowest, highest)
    )
    is_known = (lower == upper) | (missing == "as_absent")
    return np.where(is_known, lower, np.nan), lower, upper


def points_between(lowest: Floats, highest: Floats, *, missing: str) -> Floats:
    """Points of systems whose grade lies between two: (..., 9). Grades D and E are alike."""
    least, most = POINTS[lowest.astype(np.intp)], POINTS[highest.astype(np.intp)]
    return np.where((least == most) | (missing == "as_absent"), least, np.nan)


def tally_of(grade: Floats) -> NDArray[np.int64]:
    """Count the systems with each known grade, in the order of ``GRADES``: (..., 5)."""
    return np.stack(
        [np.count_nonzero(grade == code, axis=-1) for code in range(len(GRADES))], axis=-1
    )


def letters(grade: ArrayLike) -> NDArray[np.object_]:
    """Write grades as letters; None where unknown.

    Raises
    ------
    DataError
        For what is not a code 0 to 4 or NaN.
    """
    grades = check_items(read_numbers("grade", grade)[..., None], GRADE_ITEMS[:1])[..., 0]
    words = np.array([*GRADES, None], dtype=np.object_)
    codes = np.where(np.isnan(grades), len(GRADES), grades).astype(np.intp)
    return np.asarray(words[codes], dtype=np.object_)


def grades_from_letters(letter: ArrayLike) -> Floats:
    """Read letters A to E as codes; None and empty texts are NaN.

    Raises
    ------
    DataError
        For any other letter, the first one.
    """
    texts = read_texts("grade", letter)
    codes: dict[str | None, float] = {one: float(code) for code, one in enumerate(GRADES)}
    codes |= {None: np.nan}
    strange = [text for text in dict.fromkeys(texts.ravel().tolist()) if text not in codes]
    if strange:
        raise DataError(Fault(where="grade", came=repr(strange[0]), wanted="A, B, C, D, E or None"))
    flat = np.array([codes[text] for text in texts.ravel().tolist()], dtype=np.float64)
    return flat.reshape(texts.shape)


def involved_before(
    *, lower: ArrayLike, upper: ArrayLike, at_start: ArrayLike | None = None
) -> Floats:
    """Carry the involvement of each system forward: what tells D from E at each visit.

    A system was involved before a visit if it was at the start or was graded A, B or C at any
    earlier visit.

    Parameters
    ----------
    lower, upper : (..., visits, 9) float
        Bounds of the grades of successive visits.
    at_start : (..., 9) float, optional
        1 where the patient's history had the system involved before the first visit, 0 where
        never; NaN, and by default, unknown.

    Returns
    -------
    (..., visits, 9) float
        1, 0 or NaN: involved before that visit.

    Raises
    ------
    DataError
        For shapes that do not fit and codes that a grade, or an involvement, cannot have.
    """
    least = check_items(lower, GRADE_ITEMS, where="lower")
    most = check_items(upper, GRADE_ITEMS, where="upper")
    start = np.full(len(SYSTEMS), np.nan) if at_start is None else at_start
    start = check_items(start, GRADE_ITEMS, allowed=FLAG, where="at_start")[..., None, :]
    shape = common_shape({"lower": least, "upper": most, "at_start": start})
    if len(shape) < 2 or min(least.ndim, most.ndim) < 2:
        raise DataError(
            Fault(where="lower, upper", came="one visit", wanted="a second last axis of visits")
        )
    least, most = np.broadcast_to(least, shape), np.broadcast_to(most, shape)
    start = np.broadcast_to(start, (*shape[:-2], 1, shape[-1]))
    active = np.concatenate([start == 1, least[..., :-1, :] >= 2], axis=-2)
    doubtful = np.concatenate([np.isnan(start), most[..., :-1, :] >= 2], axis=-2)
    was_active = np.logical_or.accumulate(active, axis=-2)
    was_doubtful = np.logical_or.accumulate(doubtful, axis=-2)
    return np.where(was_active, 1.0, np.where(was_doubtful, np.nan, 0.0))
