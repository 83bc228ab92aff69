"""Grades of the seven systems whose items are recorded 0 to 4.

Six systems follow one rule: A if an item of the A-list is same, worse or new; else B if one of
it improves or one of the B-list is same, worse or new; else C if one of the B-list improves or
one of the C-list is present; else D where the system was involved before, else E. All items are
looked at before the grade is decided. The constitutional system counts its items instead.

All that is asked of a list is its greatest record, and whether any was not done. Arrays have
systems, or lists, first and visits last, one byte each.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from itertools import combinations

import numpy as np

from equipoise.instruments.bilag2004.form import FORM, SYSTEMS, lists_after
from equipoise.instruments.layout import Codes
from equipoise.instruments.limits import Bools, Floats
from equipoise.instruments.truth import Truth, all_of, any_of, settled

__all__ = ["CARRIED_BY", "ORDINAL", "decide", "grade_ordinal", "lists_of", "support_ordinal"]

E, D, C, B, A = range(5)
_SAME, _WORSE, _NEW = 2, 3, 4

_OTHER_SIGNS = ("weight_loss", "lymphadenopathy_splenomegaly", "anorexia")

ORDINAL = SYSTEMS[:7]
"""The systems graded here: the constitutional one, then six by their lists."""

CARRIED_BY = ("any", "all", "alone")
"""Which constitutional items, worse or new, carry the grade that several items give together: any
of them; as many as give it by themselves; one that gives it alone."""


@lru_cache
def lists_of(moved_items: str) -> tuple[tuple[int, ...], ...]:
    """Places of the items of each list.

    The four constitutional items singly, then the A-lists, the B-lists and the C-lists of the six
    systems, after the moves that :func:`~equipoise.instruments.bilag2004.form.read_moves` reads.
    """
    lists = lists_after(moved_items)
    numbers = [getattr(lists[system], letter) for letter in "abc" for system in ORDINAL[1:]]
    return (
        *((FORM.place(name),) for name in ("pyrexia", *_OTHER_SIGNS)),
        *(tuple(number - 1 for number in one) for one in numbers),
    )


_PYREXIA, _OTHERS = 0, slice(1, 4)
_ON_A, _ON_B, _ON_C = slice(4, 10), slice(10, 16), slice(16, 22)


def decide(*, a: Bools, b: Bools, c: Bools, involved: Bools) -> Codes:
    """Take the most active grade whose criterion holds; D or E by involvement."""
    grades = ((a, A), (b, B), (c, C), (involved, D))
    return reduce(np.maximum, [truth * np.int8(grade) for truth, grade in grades])


def grade_ordinal(greatest: Codes, gap: Codes, *, prior: Floats) -> tuple[Codes, Codes]:
    """Grade the seven systems, with what was not done as absent and as new.

    Parameters
    ----------
    greatest, gap : (lists, visits) int
        Greatest record of each of the lists; -1 where an item was not done, else 0.
    prior : (7, visits) float
        1 where the system was involved before, 0 where never, NaN unknown.

    Returns
    -------
    lower, upper : (7, visits) int
        Bounds of the grades.
    """
    at_worst = np.maximum(greatest, gap & np.int8(_NEW))
    return _grades(greatest, involved=prior == 1), _grades(at_worst, involved=prior != 0)


def support_ordinal(
    greatest: Codes, gap: Codes, *, grade: Codes, constitutional: str = "any"
) -> Truth:
    """Tell whether items recorded worse or new carry the grades of the seven systems.

    Parameters
    ----------
    greatest, gap : (lists, visits) int
        As those of :func:`grade_ordinal`.
    grade : (7, visits) int
        Grades.
    constitutional : {'any', 'all', 'alone'}
        One of ``CARRIED_BY``.

    Returns
    -------
    (7, visits) int
        The truth that an item that alone gives this grade is recorded 3 or 4.

    Notes
    -----
    No constitutional item alone gives A; there the items that together do are looked at, unless
    they have to carry it alone.
    """
    worse = any_of(settled(greatest >= _WORSE), -gap)
    a, b = _carried_together(worse, greatest, by=constitutional)
    by_grade = {
        A: np.vstack([a, worse[_ON_A]]),
        B: np.vstack([b, worse[_ON_B]]),
        C: np.vstack([any_of(*worse[_OTHERS]), worse[_ON_C]]),
    }
    return reduce(np.maximum, [(grade == code) * truth for code, truth in by_grade.items()])


def _carried_together(worse: Truth, greatest: Codes, *, by: str) -> tuple[Truth, Truth]:
    """Truths that constitutional items carry an A, and a B."""
    pyrexia, others = worse[_PYREXIA], worse[_OTHERS]
    if by == "alone":
        return np.zeros_like(pyrexia), pyrexia
    if by == "all":
        two = any_of(*(all_of(*pair) for pair in combinations(others, 2)))
        return all_of(pyrexia, two), any_of(pyrexia, two)
    two_active = settled(_two_are_active(greatest[_OTHERS]))
    either = any_of(pyrexia, all_of(two_active, any_of(*others)))
    return either, either


def _grades(greatest: Codes, *, involved: Bools) -> Codes:
    on_a, on_b, on_c = greatest[_ON_A], greatest[_ON_B], greatest[_ON_C]
    listed = decide(
        a=on_a >= _SAME,
        b=(on_a == 1) | (on_b >= _SAME),
        c=(on_b == 1) | (on_c >= 1),
        involved=involved[1:],
    )
    pyrexia, others = greatest[_PYREXIA], greatest[_OTHERS]
    has_pyrexia, has_two = pyrexia >= _SAME, _two_are_active(others)
    constitutional = decide(
        a=has_pyrexia & has_two,
        b=has_pyrexia | has_two,
        c=(pyrexia == 1) | (others.max(axis=0) > 0),
        involved=involved[0],
    )
    return np.vstack([constitutional, listed])


def _two_are_active(items: Codes) -> Bools:
    two: Bools = (items >= _SAME).sum(axis=0, dtype=np.int8) >= 2
    return two
