"""Cases of BILAG-2004: from the sparse form of a case file to the instrument.

In a case an item that is not listed is absent, a value that is not listed is normal, and a
system that is not listed was never involved; that is a rule of the case form and holds only
here. In data what is not recorded is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from equipoise.errors import DataError, Fault
from equipoise.instruments import bilag2004
from equipoise.instruments.bilag2004.lists import ORDINAL, support_ordinal
from equipoise.instruments.bilag2004.visits import blocks_of_visits, read_tables
from equipoise.instruments.checks import Floats, check_names
from equipoise.instruments.truth import as_floats
from equipoise.qualification.adapter import Adapter, Given
from equipoise.qualification.instruments.plain import missing_policy, number, options

__all__ = ["FUNCTIONS"]

_FORM = bilag2004.FORM
_SYSTEMS = bilag2004.SYSTEMS

# A value that meets no criterion, for a quantity of which the case lists no measure.
_NORMAL: dict[tuple[str, ...], dict[str, float]] = {
    ("urine_protein_24h_g", "upcr_mg_mmol", "acr_mg_mmol", "dipstick"): {"dipstick": 0},
    ("creatinine_umol_l", "gfr_ml_min_173"): {"creatinine_umol_l": 60, "gfr_ml_min_173": 110},
    ("systolic_mmhg",): {"systolic_mmhg": 120},
    ("diastolic_mmhg",): {"diastolic_mmhg": 75},
    ("hb_g_dl",): {"hb_g_dl": 14},
    ("wcc_10e9_l",): {"wcc_10e9_l": 7},
    ("neutrophils_10e9_l",): {"neutrophils_10e9_l": 4},
    ("lymphocytes_10e9_l",): {"lymphocytes_10e9_l": 2},
    ("platelets_10e9_l",): {"platelets_10e9_l": 250},
}


def system(given: Given) -> Mapping[str, Any]:
    """Grade of one system."""
    name = given["system"]
    check_names("system", [name], _SYSTEMS)
    place = _SYSTEMS.index(name)
    listed = {**given.get("items", {}), **given.get("labs", {})}
    previous = given.get("previous") or {}
    previous = previous.get("labs", previous)
    prior = np.where(
        np.arange(len(_SYSTEMS)) == place, number(given.get("prior_involvement", False)), 0
    )
    rules = options(given, "bilag2004")
    kidney, blood = (
        {field.name: rules.pop(field.name) for field in fields(kind) if field.name in rules}
        for kind in (bilag2004.RenalRules, bilag2004.HaematologicalRules)
    )
    result = bilag2004.grade(
        _recorded(listed),
        previous=_FORM.array({item: number(value) for item, value in previous.items()}),
        prior=prior,
        attributed=_attributed(given.get("attributed")),
        renal_rules=bilag2004.RenalRules(**kidney),
        haematological_rules=bilag2004.HaematologicalRules(**blood),
        **{"missing": missing_policy(given, otherwise="as_absent"), **rules},
    )
    is_incomplete = bool(
        bilag2004.POINTS[int(result.lower[place])] != bilag2004.POINTS[int(result.upper[place])]
    )
    return {
        "grade": bilag2004.letters(result.grade[place]).item(),
        "incomplete": is_incomplete,
        "points": float(result.points[place]),
    }


def total(given: Given) -> Mapping[str, Any]:
    """Points of nine grades."""
    totals = bilag2004.total_of_grades(_grades(given["grades"]), missing=missing_policy(given))
    return {
        "total": float(totals.total),
        "bounds": [float(totals.lower), float(totals.upper)],
        "points": dict(zip(_SYSTEMS, totals.points.tolist(), strict=True)),
        "tally": dict(zip(bilag2004.GRADES, totals.tally.tolist(), strict=True)),
    }


def index_flare(given: Given) -> Mapping[str, Any]:
    """Flare of the index from the grade of each system and the items that carry it."""
    systems = given["systems"]
    check_names("systems", systems, _SYSTEMS)
    grades = _grades({name: one.get("grade") for name, one in systems.items()})
    carried = np.zeros(len(_SYSTEMS))
    rules = options(given, "bilag2004_flare")
    by_rise = rules.pop("carried_by", "items") == "rise"
    constitutional = given.get("constitutional_carried_by", "any")
    for name, one in systems.items():
        place = _SYSTEMS.index(name)
        if "supporting_items" in one and not by_rise:
            carried[place] = _carried(
                name, one["supporting_items"], grades[place], constitutional=constitutional
            )
        else:
            before = _grades({name: one.get("previous_grade")})[place]
            carried[place] = bilag2004.risen(grades[place], previous=before)
    code = float(bilag2004.index_flare(grades, supported=carried, **rules).flare)
    return {"flare": None if np.isnan(code) else bilag2004.FLARES[int(code)]}


def trial_flare(given: Given) -> Mapping[str, Any]:
    """Count new A and new B grades against the previous visit."""
    result = bilag2004.trial_flare(
        _grades(given["current"]),
        previous=_grades(given["previous"]),
        **options(given, "bilag_trial_flare"),
    )
    flare = float(result.flare)
    return {
        "new_a": float(result.new_a),
        "new_b": float(result.new_b),
        "flare": None if np.isnan(flare) else flare == 1,
    }


FUNCTIONS: dict[str, Adapter] = {
    "bilag_system": system,
    "bilag_total": total,
    "bilag2004_flare": index_flare,
    "bilag_trial_flare": trial_flare,
}


def _recorded(listed: Mapping[str, Any]) -> Floats:
    """Place listed items on the form; the rest is absent or normal."""
    recorded = {item.name: 0.0 for item in bilag2004.ITEMS if item.name not in bilag2004.MEASURED}
    for measures, normal in _NORMAL.items():
        if not any(name in listed for name in measures):
            recorded |= normal
    recorded |= {name: number(value) for name, value in listed.items()}
    return _FORM.array(recorded)


def _attributed(attributed: Any) -> Floats:
    """Attributions by item, or one for all values of the case."""
    if not isinstance(attributed, Mapping):
        attributed = dict.fromkeys(bilag2004.MEASURED, attributed)
    return _FORM.array({name: number(value) for name, value in attributed.items()})


def _carried(name: str, items: Mapping[str, Any], grade: float, *, constitutional: str) -> float:
    absent = {item.name: 0.0 for item in bilag2004.ITEMS if item.system == name and item.codes}
    listed = {item: number(value) for item, value in items.items()}
    recorded = _FORM.array({**absent, **listed})
    if name in ORDINAL:
        grades = np.full((len(ORDINAL), 1), grade, dtype=np.int8)
        _, visit = next(blocks_of_visits(read_tables(recorded), (1,)))
        carried = support_ordinal(
            visit.greatest, visit.gap, grade=grades, constitutional=constitutional
        )
        return float(as_floats(carried)[ORDINAL.index(name), 0])
    return float(np.any(recorded >= 3))


def _grades(listed: Mapping[str, Any]) -> Floats:
    check_names("grades", listed, _SYSTEMS)
    for name, letter in listed.items():
        if letter is not None and letter not in tuple(bilag2004.GRADES):
            raise DataError(Fault(where=name, came=repr(letter), wanted="A, B, C, D, E or null"))
    return bilag2004.grades_from_letters([listed.get(name, "E") for name in _SYSTEMS])
