"""Grades of the seven systems whose items are recorded 0 to 4.

Six systems follow one rule: A if an item of the A-list is same, worse or new; else B if one of
it improves or one of the B-list is same, worse or new; else C if one of the B-list improves or
one of the C-list is present; else D where the system was involved before, else E. All items are
looked at before the grade is decided. The constitutional system counts its items instead.

Arrays hold items first here: each row is one item over many visits.
"""

from __future__ import annotations

import numpy as np

from equipoise.instruments.bilag2004.form import FORM, ORDINAL_SYSTEMS, Lists, places
from equipoise.instruments.checks import Bools, Floats

__all__ = ["A", "B", "C", "D", "E", "constitutional", "decide", "listed", "supported"]

E, D, C, B, A = range(5)

_PYREXIA = FORM.place("pyrexia")
_OTHERS = [FORM.place(name) for name in ("weight_loss", "lymphadenopathy_splenomegaly", "anorexia")]
_WORST = 4.0


def decide(*, a: Bools, b: Bools, c: Bools, involved: Bools) -> Floats:
    """Take the most active grade whose criterion holds; D or E by involvement."""
    active = np.where(a, float(A), np.where(b, float(B), float(C)))
    return np.where(a | b | c, active, np.where(involved, float(D), float(E)))


def listed(items: Floats, lists: Lists, *, prior: Floats) -> tuple[Floats, Floats]:
    """Grade one system by its lists, with what was not done as absent and as new.

    Parameters
    ----------
    items : (97, visits) float
        Recorded items; NaN is not done.
    lists : Lists
        Items that make it A, B and C.
    prior : (visits,) float
        1 where the system was involved before, 0 where never, NaN unknown.

    Returns
    -------
    lower, upper : (visits,) float
        Bounds of the grade.
    """
    least, most = zip(*(_highest(items, one) for one in (lists.a, lists.b, lists.c)), strict=True)

    def by_lists(involved: Bools, on_a: Floats, on_b: Floats, on_c: Floats) -> Floats:
        return decide(
            a=on_a >= 2,
            b=(on_a == 1) | (on_b >= 2),
            c=(on_b == 1) | (on_c >= 1),
            involved=involved,
        )

    lower = by_lists(prior == 1, *least)
    if not np.isnan(prior).any() and all(
        one is other for one, other in zip(least, most, strict=True)
    ):
        return lower, lower
    return lower, by_lists(prior != 0, *most)


def constitutional(items: Floats, *, prior: Floats) -> tuple[Floats, Floats]:
    """Grade the constitutional system: A pyrexia and two of the others, B either of these.

    Parameters and bounds as those of :func:`listed`.
    """

    def by_count(pyrexia: Floats, others: Floats, involved: Bools) -> Floats:
        has_pyrexia = pyrexia >= 2
        has_two = np.count_nonzero(others >= 2, axis=0) >= 2
        return decide(
            a=has_pyrexia & has_two,
            b=has_pyrexia | has_two,
            c=(pyrexia == 1) | (others > 0).any(axis=0),
            involved=involved,
        )

    pyrexia, others = items[_PYREXIA], items[_OTHERS]
    return (
        by_count(pyrexia, others, prior == 1),
        by_count(_fill(pyrexia), _fill(others), prior != 0),
    )


def supported(items: Floats, system: str, grade: Floats) -> Floats:
    """Tell whether items recorded worse or new carry the grade of an ordinal system.

    Parameters
    ----------
    items : (97, visits) float
        Recorded items; NaN is not done.
    system : str
        An ordinal system, or the constitutional one.
    grade : (visits,) float
        Its grade.

    Returns
    -------
    (visits,) float
        1 where an item that alone gives this grade is recorded 3 or 4; 0 where none is; NaN
        where one that is not done could be, or the grade is unknown.

    Notes
    -----
    No constitutional item alone gives A; there the items that together do are looked at.
    """
    if system == "constitutional":
        pyrexia, others = _recorded_worse(items[[_PYREXIA]]), _recorded_worse(items[_OTHERS])
        has_two = np.count_nonzero(items[_OTHERS] >= 2, axis=0) >= 2
        with_others = np.where(has_two, _either(pyrexia, others), pyrexia)
        by_grade = {A: with_others, B: with_others, C: others}
    else:
        lists = ORDINAL_SYSTEMS[system]
        by_grade = {
            A: _recorded_worse(items[places(lists.a)]),
            B: _recorded_worse(items[places(lists.b)]),
            C: _recorded_worse(items[places(lists.c)]),
        }
    answer = np.where(np.isnan(grade), np.nan, 0.0)
    for code, truth in by_grade.items():
        answer = np.where(grade == code, truth, answer)
    return answer


def _highest(items: Floats, numbers: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Highest record of the listed items, with what was not done left out and at its worst.

    Both are the same array where everything was done.
    """
    if not numbers:
        nothing = np.zeros(items.shape[1:])
        return nothing, nothing
    chosen = items[places(numbers)]
    highest: Floats = np.maximum.reduce(chosen)  # NaN where anything was not done
    if not np.isnan(highest).any():
        return highest, highest
    known: Floats = np.fmax.reduce(chosen)  # NaN only where nothing was: it meets no criterion
    return known, _fill(highest)


def _fill(items: Floats) -> Floats:
    return np.where(np.isnan(items), _WORST, items)


def _recorded_worse(items: Floats) -> Floats:
    """1 if any of the items is recorded 3 or 4, else NaN if any is not done, else 0."""
    is_worse = (items >= 3).any(axis=0)
    return np.where(is_worse, 1.0, np.where(np.isnan(items).any(axis=0), np.nan, 0.0))


def _either(one: Floats, other: Floats) -> Floats:
    is_true = (one == 1) | (other == 1)
    return np.where(is_true, 1.0, np.where(np.isnan(one) | np.isnan(other), np.nan, 0.0))
