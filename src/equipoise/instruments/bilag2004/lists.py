"""Grades of the seven systems whose items are recorded 0 to 4.

Six systems follow one rule: A if an item of the A-list is same, worse or new; else B if one of
it improves or one of the B-list is same, worse or new; else C if one of the B-list improves or
one of the C-list is present; else D where the system was involved before, else E. All items are
looked at before the grade is decided. The constitutional system counts its items instead.

Arrays hold items first here, one byte each: each row is one item over many visits.
"""

from __future__ import annotations

from functools import reduce
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from equipoise.instruments.bilag2004.form import FORM, ORDINAL_SYSTEMS, Lists, places
from equipoise.instruments.checks import Bools, Floats

__all__ = [
    "NOT_DONE",
    "A",
    "B",
    "C",
    "Codes",
    "D",
    "E",
    "codes_of",
    "constitutional",
    "decide",
    "listed",
    "supported",
]

Codes: TypeAlias = NDArray[np.int8]
"""Records 0 to 4, grades 0 to 4 or truths 0 and 1; ``NOT_DONE`` where unknown."""

E, D, C, B, A = range(5)
NOT_DONE = -1  # below every record: it meets no criterion

_PYREXIA = FORM.place("pyrexia")
_OTHERS = [FORM.place(name) for name in ("weight_loss", "lymphadenopathy_splenomegaly", "anorexia")]
_ORDINAL = slice(FORM.place("systolic_mmhg"))  # all items before the renal ones


def codes_of(recorded: Floats) -> Codes:
    """Codes of the items recorded 0 to 4: (visits, 97) -> (77, visits)."""
    codes = np.fmax(recorded[:, _ORDINAL], NOT_DONE).astype(np.int8)
    return np.ascontiguousarray(codes.T)


def decide(*, a: Bools, b: Bools, c: Bools, involved: Bools) -> Codes:
    """Take the most active grade whose criterion holds; D or E by involvement."""
    grades = ((a, A), (b, B), (c, C), (involved, D))
    return reduce(np.maximum, [truth * np.int8(grade) for truth, grade in grades])


def listed(items: Codes, lists: Lists, *, prior: Floats) -> tuple[Codes, Codes]:
    """Grade one system by its lists, with what was not done as absent and as new.

    Parameters
    ----------
    items : (77, visits) int
        Codes of the recorded items.
    lists : Lists
        Items that make it A, B and C.
    prior : (visits,) float
        1 where the system was involved before, 0 where never, NaN unknown.

    Returns
    -------
    lower, upper : (visits,) int
        Bounds of the grade.
    """
    chosen = [items[places(one)] for one in (lists.a, lists.b, lists.c)]

    def by_lists(involved: Bools, kind: type[np.int8 | np.uint8]) -> Codes:
        on_a, on_b, on_c = (one.view(kind).max(axis=0, initial=0) for one in chosen)
        return decide(
            a=on_a >= 2,
            b=(on_a == 1) | (on_b >= 2),
            c=(on_b == 1) | (on_c >= 1),
            involved=involved,
        )

    # Without a sign the code of what was not done is 255, the worst of all.
    return by_lists(prior == 1, np.int8), by_lists(prior != 0, np.uint8)


def constitutional(items: Codes, *, prior: Floats) -> tuple[Codes, Codes]:
    """Grade the constitutional system: A pyrexia and two of the others, B either of these.

    Parameters and bounds as those of :func:`listed`.
    """

    def by_count(involved: Bools, kind: type[np.int8 | np.uint8]) -> Codes:
        pyrexia, others = items[_PYREXIA].view(kind), items[_OTHERS].view(kind)
        has_pyrexia = pyrexia >= 2
        has_two = _two_are_active(others)
        return decide(
            a=has_pyrexia & has_two,
            b=has_pyrexia | has_two,
            c=(pyrexia == 1) | (others > 0).any(axis=0),
            involved=involved,
        )

    return by_count(prior == 1, np.int8), by_count(prior != 0, np.uint8)


def supported(items: Codes, system: str, grade: Codes | Floats) -> Codes:
    """Tell whether items recorded worse or new carry the grade of an ordinal system.

    Parameters
    ----------
    items : (77, visits) int
        Codes of the recorded items.
    system : str
        An ordinal system, or the constitutional one.
    grade : (visits,) int or float
        Its grade.

    Returns
    -------
    (visits,) int
        1 where an item that alone gives this grade is recorded 3 or 4; 0 where none is;
        ``NOT_DONE`` where one that is not done could be, or the grade is unknown.

    Notes
    -----
    No constitutional item alone gives A; there the items that together do are looked at.
    """
    if system == "constitutional":
        pyrexia, others = _recorded_worse(items[[_PYREXIA]]), _recorded_worse(items[_OTHERS])
        either = _recorded_worse(items[[_PYREXIA, *_OTHERS]])
        with_others = np.where(_two_are_active(items[_OTHERS]), either, pyrexia)
        by_grade = {A: with_others, B: with_others, C: others}
    else:
        lists = ORDINAL_SYSTEMS[system]
        by_grade = {
            A: _recorded_worse(items[places(lists.a)]),
            B: _recorded_worse(items[places(lists.b)]),
            C: _recorded_worse(items[places(lists.c)]),
        }
    answer = np.where((grade >= E) & (grade <= A), 0, NOT_DONE).astype(np.int8)
    for code, truth in by_grade.items():
        answer = np.where(grade == code, truth, answer)
    return answer


def _two_are_active(items: NDArray[np.integer[Any]]) -> Bools:
    two: Bools = (items >= 2).sum(axis=0, dtype=np.int8) >= 2
    return two


def _recorded_worse(items: Codes) -> Codes:
    """1 if any of the items is recorded 3 or 4, else ``NOT_DONE`` if any is not done, else 0."""
    is_worse = items.max(axis=0, initial=NOT_DONE) >= 3
    return np.where(is_worse, np.int8(1), items.min(axis=0, initial=0))
