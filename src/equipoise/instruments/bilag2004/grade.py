"""BILAG-2004 visits: nine grades from recorded items, the last visit and earlier involvement.

Each grade is found twice, once with everything that was not done taken as absent and once as
present at its worst. Where both agree the grade is known; where not, it lies between them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.instruments.bilag2004 import haematological, renal
from equipoise.instruments.bilag2004.form import ITEMS, NOTHING_MOVED, SYSTEMS, read_moves
from equipoise.instruments.bilag2004.grades import GRADES, points_between, tally_of, total_between
from equipoise.instruments.bilag2004.haematological import TTP_THRESHOLDS, HaematologicalRules
from equipoise.instruments.bilag2004.lists import (
    CARRIED_BY,
    ORDINAL,
    decide,
    grade_ordinal,
    support_ordinal,
)
from equipoise.instruments.bilag2004.renal import RenalRules
from equipoise.instruments.bilag2004.visits import Visits, blocks_of_visits, read_tables
from equipoise.instruments.checks import check_choice, common_shape
from equipoise.instruments.composite import read_setting
from equipoise.instruments.layout import Codes
from equipoise.instruments.limits import Bools, Floats
from equipoise.instruments.truth import TRUE, UNKNOWN, Truth, as_floats, truth_of

__all__ = ["Bilag", "grade"]

_INACTIVE = GRADES.index("D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilag:
    """Grades of each visit.

    Attributes
    ----------
    grade : (..., 9) float
        4 for A, 3 B, 2 C, 1 D, 0 E, NaN unknown, in the order of ``SYSTEMS``.
    lower, upper : (..., 9) float
        Bounds of the grades whatever the items not done are.
    total, total_lower, total_upper : (...) float
        Points, 0 to 108, with bounds. Grades D and E have the same points. [points]
    features : (..., 6) int
        Truths of the six renal features.
    carried : (..., 9) int
        Truths that an item recorded worse or new carries the grade.
    n_missing : (...) int
        Number of items not done.
    items : (..., 97) float
        The items that were graded, as given; NaN is not done.
    parameters : mapping
        The rules that were used.
    """

    grade: Floats
    lower: Floats
    upper: Floats
    total: Floats
    total_lower: Floats
    total_upper: Floats
    features: Truth
    carried: Truth
    n_missing: NDArray[np.int64]
    items: Floats
    parameters: Mapping[str, Any]

    @property
    def renal_features(self) -> Floats:
        """The six renal features, 1, 0 or NaN, in the order of ``renal.FEATURES``: (..., 6)."""
        return as_floats(self.features)

    @property
    def supported(self) -> Floats:
        """1 where an item recorded worse or new carries the grade: (..., 9).

        NaN for the renal and haematological systems, and where the grade is unknown, unless the
        system is known to be inactive: then nothing carries it.
        """
        return as_floats(self.carried)

    @property
    def missing(self) -> Bools:
        """True where an item was not done: (..., 97)."""
        return np.asarray(np.isnan(self.items))

    @property
    def incomplete(self) -> Bools:
        """True where items not done could raise the grade: (..., 9)."""
        return np.asarray(self.lower != self.upper)

    @property
    def points(self) -> Floats:
        """Points of each system, A 12, B 8, C 1, D and E 0: (..., 9)."""
        return points_between(self.lower, self.upper, missing=self.parameters["missing"])

    @property
    def tally(self) -> NDArray[np.int64]:
        """Number of systems with each known grade, E first, A last: (..., 5)."""
        return tally_of(self.grade)


def grade(
    recorded: ArrayLike,
    *,
    previous: ArrayLike | None = None,
    prior: ArrayLike | None = None,
    attributed: ArrayLike | None = None,
    missing: str = "strict",
    unrecorded_attribution: str = "attributed",
    moved_items: str = NOTHING_MOVED,
    constitutional_carried_by: str = "any",
    renal_rules: RenalRules | None = None,
    haematological_rules: HaematologicalRules | None = None,
) -> Bilag:
    """Grade visits with the BILAG-2004 index.

    Parameters
    ----------
    recorded : (..., 97) float
        The items in the order of ``ITEMS``; NaN is not done.
    previous : (..., 97) float, optional
        The items of the last assessment, of which the renal values are used. NaN is not done
        then; where all renal values are NaN, and by default, this is the first assessment.
    prior : (..., 9) float, optional
        1 where the system was involved before, 0 where never; NaN, and by default, unknown.
    attributed : (..., 97) float, optional
        For measured items 1 where the value is due to lupus, 0 where not: then it meets no
        criterion. NaN, and by default, not recorded.
    missing : {'strict', 'as_absent'}
        Whether a grade that items not done could raise is unknown, or is what was recorded.
    unrecorded_attribution : {'attributed', 'unknown'}
        What an attribution is that nobody recorded; the index records only what is due to
        lupus.
    moved_items : str
        Items that stand on another list of their system than on that of ``ORDINAL_SYSTEMS``, as
        ``arrhythmia=B; shrinking_lung=none``; by default none.
    constitutional_carried_by : {'any', 'all', 'alone'}
        Which items, recorded worse or new, carry a constitutional grade that several give
        together: any of them; as many as give it by themselves; one that gives it alone, so
        that nothing carries an A.
    renal_rules, haematological_rules : optional
        Choices and thresholds.

    Returns
    -------
    Bilag
        Higher is more active disease.

    Raises
    ------
    DataError
        For last axes of another length, values an item cannot hold (all items together) and
        shapes that do not broadcast.

    Notes
    -----
    Source: Isenberg DA, et al. Rheumatology 2005; 44:902-906; Yee CS, et al. Rheumatology
    2010; 49:1665-1669 for the points.
    """
    check_choice("missing", missing, ("strict", "as_absent"))
    check_choice("unrecorded_attribution", unrecorded_attribution, ("attributed", "unknown"))
    check_choice("constitutional_carried_by", constitutional_carried_by, CARRIED_BY)
    moved_items = read_moves(moved_items)
    kidney = RenalRules() if renal_rules is None else renal_rules
    blood = HaematologicalRules() if haematological_rules is None else haematological_rules
    _check_rules(kidney, blood)
    tables = read_tables(recorded, previous, prior, attributed)
    shape = common_shape({name: table[..., 0] for name, table in tables.items()})
    size = math.prod(shape)
    # The systems come first in memory, so that each is one piece of it.
    grades, lower, upper = (np.empty((len(SYSTEMS), size)) for _ in range(3))
    features, carried = (np.empty((number, size), np.int8) for number in (len(renal.FEATURES), 9))
    totals, n_missing = np.empty((3, size)), np.empty(size, np.int64)
    for rows, visits in blocks_of_visits(tables, shape, moved_items=moved_items):
        due = _due(visits.attributed, unrecorded=unrecorded_attribution)
        kidneys = renal.find(visits.now, visits.before, due, rules=kidney)
        counts = haematological.find(visits.now, due, rules=blood)
        least, most = _bounds(visits, kidneys=kidneys, counts=counts)
        support = _support(visits, grade=least, constitutional=constitutional_carried_by)
        is_open = (least != most) & (missing == "strict")
        grades[:, rows], lower[:, rows], upper[:, rows] = least, least, most
        grades[:, rows][is_open] = np.nan
        carried[:, rows] = np.where(is_open & (most > _INACTIVE), UNKNOWN, support)
        features[:, rows] = kidneys.features
        totals[:, rows] = total_between(least, most, missing=missing)
        n_missing[rows] = visits.n_missing
    rules = {
        "missing": missing,
        "unrecorded_attribution": unrecorded_attribution,
        "moved_items": moved_items,
        "constitutional_carried_by": constitutional_carried_by,
        **asdict(kidney),
        **asdict(blood),
    }
    return Bilag(
        grade=_last(grades, shape),
        lower=_last(lower, shape),
        upper=_last(upper, shape),
        total=totals[0].reshape(shape),
        total_lower=totals[1].reshape(shape),
        total_upper=totals[2].reshape(shape),
        features=_last(features, shape),
        carried=_last(carried, shape),
        n_missing=n_missing.reshape(shape),
        items=np.broadcast_to(tables["recorded"], (*shape, len(ITEMS))),
        parameters=MappingProxyType(rules),
    )


def _bounds(
    visits: Visits, *, kidneys: renal.RenalFindings, counts: haematological.HaematologicalFindings
) -> tuple[Codes, Codes]:
    """Bounds of the grades: (9, visits) each."""
    surely, perhaps = visits.prior == 1, visits.prior != 0
    seven = len(ORDINAL)
    lower, upper = grade_ordinal(visits.greatest, visits.gap, prior=visits.prior[:seven])
    least, most = (
        [
            decide(**found(worst=worst), involved=involved[place])
            for place, found in enumerate((kidneys.criteria, counts.criteria), start=seven)
        ]
        for worst, involved in ((False, surely), (True, perhaps))
    )
    return np.vstack([lower, *least]), np.vstack([upper, *most])


def _support(visits: Visits, *, grade: Codes, constitutional: str) -> Truth:
    """Whether items carry the grades; unknown for the systems without items: (9, visits)."""
    carried = support_ordinal(
        visits.greatest, visits.gap, grade=grade[: len(ORDINAL)], constitutional=constitutional
    )
    by_no_item = np.full((len(SYSTEMS) - len(ORDINAL), grade.shape[1]), UNKNOWN)
    return np.vstack([carried, by_no_item])


def _due(attributed: Mapping[str, Floats], *, unrecorded: str) -> dict[str, Truth]:
    """Whether each measured value is due to lupus; where nobody recorded it, by the rule."""
    due = {name: truth_of(values) for name, values in attributed.items()}
    if unrecorded == "unknown":
        return due
    return {name: np.where(truth == UNKNOWN, TRUE, truth) for name, truth in due.items()}


def _last(array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Show the first axis as the last one, and the others as ``shape``."""
    return np.moveaxis(array.reshape(len(array), *shape), 0, -1)


def _check_rules(kidney: RenalRules, blood: HaematologicalRules) -> None:
    for name, rules, kind in (
        ("renal_rules", kidney, RenalRules),
        ("haematological_rules", blood, HaematologicalRules),
    ):
        if not isinstance(rules, kind):
            raise DataError(Fault(where=name, came=repr(rules)[:80], wanted=kind.__name__))
    check_choice("first_visit", kidney.first_visit, ("written", "legacy"))
    check_choice("assessed_by", kidney.assessed_by, ("any_measure", "every_measure"))
    if not 0 < kidney.improvement < 1:
        raise DataError(
            Fault(
                where="improvement",
                came=repr(kidney.improvement),
                wanted="a share between 0 and 1",
            )
        )
    cuts = {name: getattr(kidney, name) for name in ("acr_severe", "acr_moderate", "acr_mild")}
    for name, limit in {**cuts, **blood.thresholds}.items():
        lowest = 1 if name in TTP_THRESHOLDS else 0
        read_setting(name, limit, lowest=lowest)
