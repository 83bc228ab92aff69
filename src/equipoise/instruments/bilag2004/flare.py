"""Flares of the BILAG-2004 index, and the flare that trials count.

The flare of the index asks whether items recorded worse or new carry a grade; for the renal and
haematological systems, which are not ordinal, whether the grade rose. The flare of trials
compares two visits: a new A in one system, or a new B in two.

Source: Petri M, et al. Ann Rheum Dis 2013; 72(Suppl 3):A473 (FRI0293) for the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.instruments.bilag2004.form import SYSTEMS
from equipoise.instruments.bilag2004.grades import GRADE_ITEMS, grade_column
from equipoise.instruments.checks import Bools, Floats, check_choice, check_items, common_shape
from equipoise.instruments.columns import FLAG
from equipoise.instruments.composite import read_fields, read_setting
from equipoise.instruments.form import Item
from equipoise.instruments.logic import all_of, any_of, at_least, at_most, more_than

__all__ = ["FLARES", "IndexFlare", "TrialFlare", "index_flare", "risen", "trial_flare"]

FLARES = ("none", "mild", "moderate", "severe")
"""Words of the codes 0 to 3."""

_A, _B, _C = 4.0, 3.0, 2.0
_SUPPORT = tuple(Item(system, system=system, codes=FLAG) for system in SYSTEMS)


_NOW_AND_BEFORE = (grade_column("grade", "grade now"), grade_column("previous", "grade before"))


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFlare:
    """Flare of each visit by the index.

    Attributes
    ----------
    flare : (...) float
        0 none, 1 mild, 2 moderate, 3 severe; NaN where what is unknown decides.
    lower, upper : (...) float
        Bounds whatever the unknown grades and supports are.
    counted : (..., 9, 3) float
        1, 0 or NaN: the system counts as an A, a B, a C.
    missing : (..., 9) bool
        True where the grade of a system, or what carries it, is unknown.
    n_missing : (...) int
        Number of such systems.
    parameters : mapping
        The rules that were used.
    """

    flare: Floats
    lower: Floats
    upper: Floats
    counted: Floats
    missing: Bools
    n_missing: NDArray[np.int64]
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFlare:
    """Flare between two visits as trials count it.

    Attributes
    ----------
    flare : (...) float
        1 flare, 0 none, NaN unknown.
    new_a, new_b : (...) float
        Number of systems with a new A, a new B; NaN where unknown.
    new_a_lower, new_a_upper, new_b_lower, new_b_upper : (...) float
        Bounds of the numbers.
    is_new_a, is_new_b : (..., 9) float
        1, 0 or NaN by system.
    missing : (..., 9) bool
        True where a grade of the system is unknown at one of the visits.
    n_missing : (...) int
        Number of such systems.
    parameters : mapping
        The rules that were used.
    """

    flare: Floats
    new_a: Floats
    new_b: Floats
    new_a_lower: Floats
    new_a_upper: Floats
    new_b_lower: Floats
    new_b_upper: Floats
    is_new_a: Floats
    is_new_b: Floats
    missing: Bools
    n_missing: NDArray[np.int64]
    parameters: Mapping[str, Any]


def index_flare(grade: ArrayLike, *, supported: ArrayLike, missing: str = "strict") -> IndexFlare:
    """Classify the flare of a visit by the BILAG-2004 index.

    Parameters
    ----------
    grade : (..., 9) float
        Grades, 4 for A down to 0 for E; NaN unknown.
    supported : (..., 9) float
        1 where an item recorded worse or new alone gives the grade, for renal and
        haematological where the grade is higher than at the last assessment (see
        :func:`risen`); 0 where not, NaN unknown.
    missing : {'strict', 'as_absent'}
        ``as_absent`` takes a system that is unknown as not flaring.

    Returns
    -------
    IndexFlare
        Severe: an A so carried. Moderate: two such B or more. Mild: one such B, or three such
        C or more. A system that is A only by items recorded the same is no flare.

    Raises
    ------
    DataError
        For last axes that are not 9 long, codes outside 0 to 4 and shapes that do not
        broadcast.
    """
    check_choice("missing", missing, ("strict", "as_absent"))
    grades = check_items(grade, GRADE_ITEMS, where="grade")
    support = check_items(supported, _SUPPORT, where="supported")
    shape = common_shape({"grade": grades, "supported": support})
    grades, support = np.broadcast_to(grades, shape), np.broadcast_to(support, shape)
    counted = np.stack(
        [all_of(at_least(grades, code), at_most(grades, code), support) for code in (_A, _B, _C)],
        axis=-1,
    )
    lower = _worst_class(np.count_nonzero(counted == 1, axis=-2))
    upper = _worst_class(np.count_nonzero(counted != 0, axis=-2))
    gaps = np.asarray(np.isnan(counted).any(axis=-1))
    return IndexFlare(
        flare=np.where((lower == upper) | (missing == "as_absent"), lower, np.nan),
        lower=lower,
        upper=upper,
        counted=counted,
        missing=gaps,
        n_missing=np.count_nonzero(gaps, axis=-1).astype(np.int64),
        parameters=MappingProxyType({"missing": missing}),
    )


def risen(grade: ArrayLike, *, previous: ArrayLike) -> Floats:
    """Tell whether grades are higher than before, D and E being alike.

    Parameters
    ----------
    grade, previous : (...) float
        Grades now and at the last assessment; NaN unknown.

    Returns
    -------
    (...) float
        1, 0 or NaN.

    Raises
    ------
    DataError
        For what is not a code 0 to 4 or NaN, and for shapes that do not broadcast.
    """
    given = read_fields(_NOW_AND_BEFORE, {"grade": grade, "previous": previous})
    now, before = given["grade"], given["previous"]
    # Inactive disease has not risen whatever it was before, and nothing rises above A.
    return all_of(
        more_than(np.maximum(now, 1), np.maximum(before, 1)), at_least(now, _C), at_most(before, _B)
    )


def trial_flare(
    grade: ArrayLike, *, previous: ArrayLike, min_new_a: float = 1, min_new_b: float = 2
) -> TrialFlare:
    """Count new A and new B grades against an earlier visit, and say whether they are a flare.

    Parameters
    ----------
    grade, previous : (..., 9) float
        Grades now and at the earlier visit, 4 for A down to 0 for E; NaN unknown.
    min_new_a, min_new_b : float
        Number of new A, or of new B, that makes a flare. With ``min_new_b`` 1 it is the flare
        of Gordon 2003 for the old index.

    Returns
    -------
    TrialFlare
        A new A is an A now that was none before; a new B is a B now that was C, D or E before,
        so that A to B is not new.

    Raises
    ------
    DataError
        For last axes that are not 9 long, codes outside 0 to 4 and shapes that do not
        broadcast.
    """
    for name, number in (("min_new_a", min_new_a), ("min_new_b", min_new_b)):
        read_setting(name, number, lowest=1, highest=len(SYSTEMS))
    now = check_items(grade, GRADE_ITEMS, where="grade")
    before = check_items(previous, GRADE_ITEMS, where="previous")
    common_shape({"grade": now, "previous": before})
    is_new_a = all_of(at_least(now, _A), at_most(before, _B))
    is_new_b = all_of(at_least(now, _B), at_most(now, _B), at_most(before, _C))
    a_lower, a_upper = _count(is_new_a)
    b_lower, b_upper = _count(is_new_b)
    flare = any_of(_reached(a_lower, a_upper, min_new_a), _reached(b_lower, b_upper, min_new_b))
    gaps = np.asarray(np.isnan(now) | np.isnan(before))
    return TrialFlare(
        flare=flare,
        new_a=np.where(a_lower == a_upper, a_lower, np.nan),
        new_b=np.where(b_lower == b_upper, b_lower, np.nan),
        new_a_lower=a_lower,
        new_a_upper=a_upper,
        new_b_lower=b_lower,
        new_b_upper=b_upper,
        is_new_a=is_new_a,
        is_new_b=is_new_b,
        missing=gaps,
        n_missing=np.count_nonzero(gaps, axis=-1).astype(np.int64),
        parameters=MappingProxyType({"min_new_a": min_new_a, "min_new_b": min_new_b}),
    )


def _worst_class(numbers: NDArray[np.intp]) -> Floats:
    number_a, number_b, number_c = np.moveaxis(numbers, -1, 0)
    return np.select(
        [number_a >= 1, number_b >= 2, (number_b == 1) | (number_c >= 3)], [3.0, 2.0, 1.0], 0.0
    )


def _count(truth: Floats) -> tuple[Floats, Floats]:
    lower = np.count_nonzero(truth == 1, axis=-1).astype(np.float64)
    return lower, lower + np.count_nonzero(np.isnan(truth), axis=-1)


def _reached(lower: Floats, upper: Floats, wanted: float) -> Floats:
    return np.where(lower >= wanted, 1.0, np.where(upper < wanted, 0.0, np.nan))
