"""LLDAS: lupus low disease activity state, five criteria that must all hold.

Source: Franklyn K, et al. Ann Rheum Dis 2016; 75:1615-1621.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import (
    Floats,
    check_choice,
    check_items,
    check_switch,
    common_shape,
)
from equipoise.instruments.clinical import PGA, PREDNISONE
from equipoise.instruments.columns import Column, flag
from equipoise.instruments.composite import (
    Composite,
    conjunction,
    frozen,
    read_fields,
)
from equipoise.instruments.logic import all_of, any_of, negate
from equipoise.instruments.responses.drugs import CEILINGS, DRUGS
from equipoise.instruments.sledai import ITEMS, WEIGHTS
from equipoise.instruments.sledai.form import SEROLOGY
from equipoise.instruments.thresholds import not_above

__all__ = ["FRANKLYN_2016", "LIMBS", "MAJOR_ORGANS", "NEW_ACTIVITY_RULES", "SCALARS", "lldas"]

FRANKLYN_2016 = "Franklyn K, et al. Ann Rheum Dis 2016; 75:1615-1621"

NEW_ACTIVITY_RULES = ("new_item_all", "new_item_clinical", "sfi")
"""Any item that was absent before; the same without serology; a flare by the SELENA index."""

MAJOR_ORGANS = (
    "seizure",
    "psychosis",
    "organic_brain_syndrome",
    "visual_disturbance",
    "cranial_nerve_disorder",
    "lupus_headache",
    "cva",
    "vasculitis",
    "urinary_casts",
    "haematuria",
    "proteinuria",
    "pyuria",
    "pleurisy",
    "pericarditis",
    "fever",
)
"""Items of the SLEDAI-2K that exclude the state whatever the total is."""

LIMBS = ("sledai", "major_organs", "new_activity", "pga", "prednisone", "drugs")

_NAMES = tuple(item.name for item in ITEMS)
_MAJOR = np.array([name in MAJOR_ORGANS for name in _NAMES])
_CLINICAL = np.array([item.system != SEROLOGY for item in ITEMS])


SCALARS = (
    PGA,
    PREDNISONE,
    flag("haemolytic_anaemia", "haemolytic anaemia"),
    flag("gi_activity", "gastrointestinal activity of lupus"),
    flag("investigational_drug", "an investigational drug outside the trial"),
    flag("study_drug", "the randomised product"),
    Column(
        name="sfi_flare",
        meaning="SELENA flare since the last assessment: 0 none, 1 mild or moderate, 2 severe",
        codes=(0.0, 1.0, 2.0),
    ),
)
"""Inputs that are one value a visit."""


def lldas(
    *,
    items: ArrayLike,
    previous_items: ArrayLike,
    pga: ArrayLike,
    prednisone_mg_day: ArrayLike,
    haemolytic_anaemia: ArrayLike,
    gi_activity: ArrayLike,
    doses: ArrayLike,
    investigational_drug: ArrayLike,
    study_drug: ArrayLike = np.nan,
    sfi_flare: ArrayLike = np.nan,
    new_activity_rule: str = "new_item_all",
    ignore_study_drug: bool = True,
) -> Composite:
    """Judge the state at a visit.

    Parameters
    ----------
    items, previous_items : (..., 24) float
        Items of the SLEDAI-2K now and at the previous assessment, in the order of its form: 1
        present, 0 absent, NaN unknown. All unknown before: there was no assessment.
    pga : (...) float
        Global assessment by the physician. [0-3]
    prednisone_mg_day : (...) float
        Prednisolone or its equivalent. [mg/day]
    haemolytic_anaemia, gi_activity : (...) float
        1 present, 0 absent, NaN unknown; the SLEDAI does not hold them.
    doses : (..., 6) float
        Doses of ``DRUGS`` in their units; 0 where not taken, NaN unknown.
    investigational_drug, study_drug : (...) float
        1 for an investigational drug from outside the trial, and for the randomised product.
    sfi_flare : (...) float
        0 none, 1 mild or moderate, 2 severe; needed by the rule ``sfi`` alone.
    new_activity_rule : {'new_item_all', 'new_item_clinical', 'sfi'}
        What counts as new activity.
    ignore_study_drug : bool
        Whether the randomised product is left out of the last criterion; else nobody in a trial
        arm can be in the state.

    Returns
    -------
    Composite
        Limbs ``sledai`` (<= 4), ``major_organs``, ``new_activity``, ``pga`` (<= 1),
        ``prednisone`` (<= 7.5 mg/day) and ``drugs``.

    Raises
    ------
    DataError
        For values that the inputs cannot hold, an unknown rule, shapes that do not broadcast.

    Notes
    -----
    Source: Franklyn K, et al. Ann Rheum Dis 2016; 75:1615-1621. The ceilings of the drugs are
    those of the multinational cohort; a dose at its ceiling passes.
    """
    check_choice("new_activity_rule", new_activity_rule, NEW_ACTIVITY_RULES)
    check_switch("ignore_study_drug", ignore_study_drug)
    given = read_fields(
        SCALARS,
        {
            "pga": pga,
            "prednisone_mg_day": prednisone_mg_day,
            "haemolytic_anaemia": haemolytic_anaemia,
            "gi_activity": gi_activity,
            "investigational_drug": investigational_drug,
            "study_drug": study_drug,
            "sfi_flare": sfi_flare,
        },
    )
    wide = {
        "items": check_items(items, ITEMS, where="items"),
        "previous_items": check_items(previous_items, ITEMS, where="previous_items"),
        "doses": check_items(doses, DRUGS, where="doses"),
    }
    shape = common_shape({**given, **{name: value[..., 0] for name, value in wide.items()}})
    given = {name: np.broadcast_to(value, shape) for name, value in given.items()}
    rules = {"new_activity_rule": new_activity_rule, "ignore_study_drug": ignore_study_drug}
    unused = {"previous_items"} if new_activity_rule == "sfi" else {"sfi_flare"}
    unused |= {"study_drug"} if ignore_study_drug else set()
    return _answer(
        _limbs(
            given,
            wide,
            new_activity_rule=new_activity_rule,
            ignore_study_drug=ignore_study_drug,
        ),
        scalars={name: value for name, value in given.items() if name not in unused},
        wide={name: value for name, value in wide.items() if name not in unused},
        parameters=rules,
    )


def _limbs(
    given: Mapping[str, Floats],
    wide: Mapping[str, Floats],
    *,
    new_activity_rule: str,
    ignore_study_drug: bool,
) -> dict[str, Floats]:
    items = wide["items"]
    investigational = [given["investigational_drug"]]
    if not ignore_study_drug:
        investigational.append(given["study_drug"])
    return {
        "sledai": _total_at_most(items, 4.0),
        "major_organs": negate(
            any_of(
                given["haemolytic_anaemia"],
                given["gi_activity"],
                *np.moveaxis(items[..., _MAJOR], -1, 0),
            )
        ),
        "new_activity": _no_new_activity(
            items, wide["previous_items"], sfi_flare=given["sfi_flare"], rule=new_activity_rule
        ),
        "pga": not_above(given["pga"], 1.0),
        "prednisone": not_above(given["prednisone_mg_day"], 7.5),
        "drugs": all_of(
            negate(any_of(*investigational)),
            *np.moveaxis(not_above(wide["doses"], CEILINGS), -1, 0),
        ),
    }


def _total_at_most(items: Floats, limit: float) -> Floats:
    known, unknown = np.where(items == 1, WEIGHTS, 0), np.where(np.isnan(items), WEIGHTS, 0)
    lower = known.sum(axis=-1)
    return np.where(lower > limit, 0.0, np.where(lower + unknown.sum(axis=-1) <= limit, 1, np.nan))


def _no_new_activity(now: Floats, before: Floats, *, sfi_flare: Floats, rule: str) -> Floats:
    if rule == "sfi":
        return not_above(sfi_flare, 0)
    mask = _CLINICAL if rule == "new_item_clinical" else np.ones_like(_CLINICAL)
    appeared = all_of(now, negate(before))[..., mask]
    nothing_new = negate(any_of(*np.moveaxis(appeared, -1, 0)))
    no_assessment = np.isnan(before).all(axis=-1)
    return np.where(no_assessment, np.nan, nothing_new)


def _answer(
    limbs: Mapping[str, Floats],
    *,
    scalars: Mapping[str, Floats],
    wide: Mapping[str, Floats],
    parameters: Mapping[str, Any],
) -> Composite:
    joined = conjunction(limbs, inputs=scalars, parameters=parameters)
    shape = joined.met.shape
    gaps = {
        name: np.broadcast_to(np.isnan(value).any(axis=-1), shape) for name, value in wide.items()
    }
    return Composite(
        met=joined.met,
        limbs=joined.limbs,
        missing=frozen({**joined.missing, **gaps}),
        parameters=joined.parameters,
    )
