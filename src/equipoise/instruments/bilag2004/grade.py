"""BILAG-2004 visits: nine grades from recorded items, the last visit and earlier involvement.

Each grade is found twice, once with everything that was not done taken as absent and once as
present at its worst. Where both agree the grade is known; where not, it lies between them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.instruments.bilag2004 import haematological, renal
from equipoise.instruments.bilag2004.form import (
    BY_RISE,
    ITEMS,
    MEASURED,
    ORDINAL_SYSTEMS,
    SYSTEMS,
)
from equipoise.instruments.bilag2004.grades import total_of_bounds
from equipoise.instruments.bilag2004.haematological import HaematologicalRules
from equipoise.instruments.bilag2004.lists import (
    NOT_DONE,
    codes_of,
    constitutional,
    decide,
    listed,
    supported,
)
from equipoise.instruments.bilag2004.renal import PREVIOUS, RenalRules
from equipoise.instruments.checks import (
    Bools,
    Floats,
    check_choice,
    check_items,
    common_shape,
    row_blocks,
)
from equipoise.instruments.columns import FLAG
from equipoise.instruments.form import Item

__all__ = ["Bilag", "grade"]

_CELLS = 1 << 20  # of a block: 10,800 visits, so that the arrays of one item stay in the cache
_NAMES = tuple(item.name for item in ITEMS)
_PRIOR = tuple(Item(name, system=name, codes=FLAG) for name in SYSTEMS)
_ATTRIBUTED = tuple(Item(name, system="attributed", codes=FLAG) for name in _NAMES)
_ONES = np.ones(len(ITEMS), dtype=np.float32)
_USED = {  # places of the items that the renal and the haematological grade rest on
    "recorded": [place for place, item in enumerate(ITEMS) if item.system in BY_RISE],
    "previous": [_NAMES.index(name) for name in PREVIOUS],
    "attributed": [_NAMES.index(name) for name in MEASURED],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilag:
    """Grades of each visit.

    Attributes
    ----------
    grade : (..., 9) float
        4 for A, 3 B, 2 C, 1 D, 0 E, NaN unknown, in the order of ``SYSTEMS``.
    lower, upper : (..., 9) float
        Bounds of the grades whatever the items not done are.
    incomplete : (..., 9) bool
        True where items not done could raise the grade.
    total, total_lower, total_upper : (...) float
        Points, 0 to 108, with bounds. Grades D and E have the same points. [points]
    points : (..., 9) float
        Points of each system. [points]
    tally : (..., 5) int
        Number of systems with each known grade, E first, A last.
    renal_features : (..., 6) float
        The six renal features, 1, 0 or NaN, in the order of ``renal.FEATURES``.
    supported : (..., 9) float
        1 where an item recorded worse or new carries the grade; NaN for the renal and
        haematological systems, and where the grade is unknown.
    missing : (..., 97) bool
        True where an item was not done.
    n_missing : (...) int
        Number of items not done.
    parameters : mapping
        The rules that were used.
    """

    grade: Floats
    lower: Floats
    upper: Floats
    incomplete: Bools
    total: Floats
    total_lower: Floats
    total_upper: Floats
    points: Floats
    tally: NDArray[np.int64]
    renal_features: Floats
    supported: Floats
    missing: Bools
    n_missing: NDArray[np.int64]
    parameters: Mapping[str, Any]


def grade(
    recorded: ArrayLike,
    *,
    previous: ArrayLike | None = None,
    prior: ArrayLike | None = None,
    attributed: ArrayLike | None = None,
    missing: str = "strict",
    unrecorded_attribution: str = "attributed",
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
    kidney = _checked_rules(renal_rules or RenalRules())
    blood = haematological_rules or HaematologicalRules()
    inputs = _read(recorded, previous, prior, attributed)
    if unrecorded_attribution == "attributed":
        inputs["attributed"] = np.where(np.isnan(inputs["attributed"]), 1, inputs["attributed"])
    shape = common_shape({name: array[..., 0] for name, array in inputs.items()})
    rows = {name: _rows(array, shape) for name, array in inputs.items()}
    size = len(rows["recorded"])
    found: dict[str, NDArray[Any]] = {}
    for block in list(row_blocks(size, len(ITEMS), cells=_CELLS)) or [slice(0)]:
        # What serves every visit stays one row.
        part = {
            name: array[block if array.strides[0] else slice(1)] for name, array in rows.items()
        }
        part["recorded"] = rows["recorded"][block]
        for name, answer in _grade_block(part, kidney=kidney, blood=blood, missing=missing).items():
            if name not in found:
                found[name] = np.empty((size, *answer.shape[1:]), dtype=answer.dtype)
            found[name][block] = answer
    rules = {
        "missing": missing,
        "unrecorded_attribution": unrecorded_attribution,
        **asdict(kidney),
        **asdict(blood),
    }
    return Bilag(
        **{name: array.reshape((*shape, *array.shape[1:])) for name, array in found.items()},
        parameters=MappingProxyType(rules),
    )


def _grade_block(
    part: Mapping[str, Floats], *, kidney: RenalRules, blood: HaematologicalRules, missing: str
) -> dict[str, NDArray[Any]]:
    """Find the fields of ``Bilag`` for rows of visits."""
    gaps = np.isnan(part["recorded"])
    prior = np.ascontiguousarray(part["prior"].T)
    codes = codes_of(part["recorded"])
    criteria, features = _criteria(part, kidney=kidney, blood=blood)
    lower, upper, support = (
        np.full((len(SYSTEMS), len(gaps)), NOT_DONE, dtype=np.int8) for _ in range(3)
    )
    for place, system in enumerate(SYSTEMS):
        if system in criteria:
            lower[place] = decide(**criteria[system](worst=False), involved=prior[place] == 1)
            upper[place] = decide(**criteria[system](worst=True), involved=prior[place] != 0)
            continue
        if system == "constitutional":
            bounds = constitutional(codes, prior=prior[place])
        else:
            bounds = listed(codes, ORDINAL_SYSTEMS[system], prior=prior[place])
        lower[place], upper[place] = bounds
        support[place] = supported(codes, system, lower[place])
    totals = total_of_bounds(lower, upper, missing=missing)
    unsettled = (lower != upper) & (missing == "strict")
    return {
        "grade": np.where(unsettled, np.nan, lower).T,
        "lower": lower.T.astype(np.float64),
        "upper": upper.T.astype(np.float64),
        "incomplete": totals.unknown,
        "total": totals.total,
        "total_lower": totals.lower,
        "total_upper": totals.upper,
        "points": totals.points,
        "tally": totals.tally,
        "renal_features": features.T,
        "supported": np.where(unsettled | (support == NOT_DONE), np.nan, support).T,
        "missing": gaps,
        # A product with ones adds short rows faster than a sum over the last axis does.
        "n_missing": (gaps.astype(np.float32) @ _ONES).astype(np.int64),
    }


def _criteria(
    part: Mapping[str, Floats], *, kidney: RenalRules, blood: HaematologicalRules
) -> tuple[dict[str, Callable[..., dict[str, Bools]]], Floats]:
    """Criteria of the two systems that rest on measured values, and the renal features."""

    def named(name: str, places: Sequence[int]) -> dict[str, Floats]:
        columns = np.ascontiguousarray(part[name][:, places].T)
        return {_NAMES[place]: column for place, column in zip(places, columns, strict=True)}

    now, before, due = (named(name, places) for name, places in _USED.items())
    kidneys = renal.find(now, before, due, rules=kidney)
    blood_count = haematological.find(now, due, rules=blood)
    return {"renal": kidneys.criteria, "haematological": blood_count.criteria}, kidneys.features


def _read(
    recorded: ArrayLike,
    previous: ArrayLike | None,
    prior: ArrayLike | None,
    attributed: ArrayLike | None,
) -> dict[str, Floats]:
    """Read the four inputs and raise the faults of all of them together."""
    unknown = np.full(len(ITEMS), np.nan)
    asked: dict[str, tuple[ArrayLike, tuple[Item, ...]]] = {
        "recorded": (recorded, ITEMS),
        "previous": (unknown if previous is None else previous, ITEMS),
        "prior": (np.full(len(SYSTEMS), np.nan) if prior is None else prior, _PRIOR),
        "attributed": (unknown if attributed is None else attributed, _ATTRIBUTED),
    }
    read: dict[str, Floats] = {}
    faults: list[Fault] = []
    for name, (value, items) in asked.items():
        try:
            read[name] = check_items(value, items, where=name)
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    return read


def _rows(array: Floats, shape: tuple[int, ...]) -> Floats:
    """Lay the leading axes in one; an array that serves every visit stays one row in memory."""
    width = array.shape[-1]
    if array.size == width:
        return np.broadcast_to(array.reshape(width), (int(np.prod(shape)), width))
    return np.broadcast_to(array, (*shape, width)).reshape(-1, width)


def _checked_rules(rules: RenalRules) -> RenalRules:
    check_choice("first_visit", rules.first_visit, ("written", "legacy"))
    check_choice("assessed_by", rules.assessed_by, ("any_measure", "every_measure"))
    if not 0 < rules.improvement < 1:
        raise DataError(
            Fault(
                where="improvement", came=repr(rules.improvement), wanted="a share between 0 and 1"
            )
        )
    return rules
