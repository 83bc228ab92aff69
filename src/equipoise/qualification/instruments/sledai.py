"""Cases of the SLEDAI family: from the sparse form of a case file to the instruments.

In a case an item that is not listed is absent and an input that is not listed has no effect;
that is a rule of the case form and holds only here. In data what is not recorded is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from inspect import signature
from typing import Any

import numpy as np

from equipoise.errors import DataError, Fault
from equipoise.instruments import sledai
from equipoise.instruments.sledai.flare_inputs import (
    INPUTS,
    MILD_DRUGS,
    MILD_SIGNS,
    SEVERE_DRUGS,
    SEVERE_SIGNS,
)
from equipoise.instruments.sledai.form import SKIN
from equipoise.qualification.adapter import Adapter, Given
from equipoise.qualification.instruments.plain import missing_policy, number, options, truth

__all__ = ["FUNCTIONS"]

_NAMES = tuple(item.name for item in sledai.ITEMS)
_VARIANTS = {
    "original": sledai.ORIGINAL,
    "sledai_1992": sledai.ORIGINAL,
    "sledai_2k": sledai.SLEDAI_2K,
    "selena": sledai.SELENA,
    **sledai.VARIANTS,
}
_PROTEINURIA = {"2k": "level", "level": "level", "change": "change", "classic": "change"}
_LABORATORY = tuple(signature(sledai.derive_items).parameters)
_SFI_NAMES = {
    "sledai_prev": "sledai_previous",
    "pga_prev": "pga_previous",
    "pred_prev_mg_day": "prednisone_previous_mg_day",
    "pred_now_mg_day": "prednisone_now_mg_day",
}


def from_labs(given: Given) -> Mapping[str, Any]:
    """Items that follow from measured values."""
    variant = _variant(given)
    derived = sledai.derive_items(
        _labs(given.get("labs", {})), variant=variant, **_laboratory_rules(given, variant)
    )
    return {"items": {name: truth(value) for name, value in derived.items()}}


def visit(given: Given) -> Mapping[str, Any]:
    """Points of a visit from listed items and, where there are any, measured values."""
    variant = _variant(given)
    labs = _labs(given.get("labs", {}))
    items, onset = _items(given)
    # An item that is neither listed nor measured at all is absent.
    for name in _NAMES:
        is_measured = any(field in labs for field in sledai.DERIVED_FROM.get(name, ()))
        items.setdefault(name, np.nan if is_measured else 0.0)
        if name in SKIN:
            onset.setdefault(name, 1.0)
    result = sledai.score_visit(
        items,
        variant=variant,
        labs=labs,
        new_or_recurrent=onset,
        **{
            "missing": missing_policy(given),
            **options(given, variant.id),
            **_laboratory_rules(given, variant),
        },
    )
    present = {name: truth(value) for name, value in zip(_NAMES, result.score.items, strict=True)}
    return {**_points(result.score), "items": present}


def window(given: Given) -> Mapping[str, Any]:
    """Whether an event still counts at a visit."""
    visit_day, active_day = _day(given["visit_date"]), _day(given["last_active_date"])
    within = sledai.within_window(visit_day - active_day, window_days=given.get("window_days", 10))
    return {"present": truth(within)}


def flare(given: Given) -> Mapping[str, Any]:
    """Classic flare index; an input that is not listed did not change."""
    inputs: dict[str, Any] = {column.name: 0.0 for column in INPUTS if column.codes}
    inputs |= dict.fromkeys(("sledai_previous", "sledai_now", "pga_previous", "pga_now"), 0.0)
    inputs |= dict.fromkeys(("prednisone_previous_mg_day", "prednisone_now_mg_day"), 0.0)
    for name in given.inputs:
        place = _SFI_NAMES.get(name, name)
        if place in {column.name for column in INPUTS}:
            inputs[place] = number(given[name])
    inputs |= _flags("new", given.get("new_or_worse", ()), SEVERE_SIGNS + MILD_SIGNS)
    inputs |= _flags("started", given.get("new_drugs", ()), SEVERE_DRUGS + MILD_DRUGS)
    rules = options(given, "sfi")
    missing = rules.pop("missing", missing_policy(given))
    result = sledai.score_flare(inputs, rules=sledai.FlareRules(**rules), missing=missing)
    code = float(result.flare)
    return {"flare": None if np.isnan(code) else sledai.FLARES[int(code)]}


FUNCTIONS: dict[str, Adapter] = {
    "sledai_total": visit,
    "sledai_from_labs": from_labs,
    "sledai_visit": visit,
    "sledai_window": window,
    "sfi": flare,
}


def _items(given: Given) -> tuple[dict[str, Any], dict[str, Any]]:
    """Items as listed, and by item whether it is new or recurrent where the case says so."""
    present: dict[str, Any] = {}
    onset: dict[str, Any] = {}
    for name, value in given.get("items", {}).items():
        if isinstance(value, Mapping):
            present[name] = number(value.get("present"))
            onset[name] = number(value.get("new_or_recurrent"))
        else:
            present[name] = number(value)
    return present, onset


def _day(iso: str | None) -> float:
    """Give a date as a number of days; null is unknown."""
    return np.nan if iso is None else float(date.fromisoformat(iso).toordinal())


def _labs(labs: Mapping[str, Any]) -> dict[str, Any]:
    options = ("previous", "arthritis_min_joints")
    flat = {name: value for name, value in labs.items() if name not in options}
    flat |= {f"previous_{name}": value for name, value in (labs.get("previous") or {}).items()}
    return {name: number(value) for name, value in flat.items()}


def _laboratory_rules(given: Given, variant: sledai.Variant) -> dict[str, Any]:
    option = given.get("selena_proteinuria")
    is_asked = option is not None and variant is sledai.SELENA
    joints = given.get("arthritis_min_joints", given.get("labs", {}).get("arthritis_min_joints"))
    named = {name: one for name, one in options(given, variant.id).items() if name in _LABORATORY}
    return {
        "unrecorded_exclusion": "absent",
        **named,
        "arthritis_min_joints": joints,
        **({"proteinuria_rule": _PROTEINURIA[option]} if is_asked else {}),
    }


def _variant(given: Given) -> sledai.Variant:
    name = given.get("variant", "sledai_2k")
    return _VARIANTS[name] if name in _VARIANTS else sledai.variant_named(name)


def _points(score: sledai.Sledai) -> dict[str, Any]:
    return {
        "total": float(score.total),
        "clinical": float(score.clinical),
        "n_missing": int(score.n_missing),
        "bounds": [float(score.lower), float(score.upper)],
        "clinical_bounds": [float(score.clinical_lower), float(score.clinical_upper)],
    }


def _flags(prefix: str, listed: Any, known: tuple[str, ...]) -> dict[str, float]:
    names = [listed] if isinstance(listed, str) else list(listed or ())
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise DataError(Fault(where=prefix, came=", ".join(unknown), wanted=", ".join(known)))
    return {f"{prefix}_{name}": 1.0 for name in names}
