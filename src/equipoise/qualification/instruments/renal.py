"""Cases of the kidney: from the sparse form of a case file to the instruments.

In a case a finding of the sediment that is not listed is absent, and so is rescue treatment; a
measured value that is not listed is unknown. That is a rule of the case form and holds only here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from equipoise import units
from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.instruments import find_instrument, renal
from equipoise.instruments.composite import Graded
from equipoise.instruments.renal import flare, histology, response
from equipoise.instruments.renal.egfr_record import EQUATIONS
from equipoise.instruments.renal.histology.nih import FORM
from equipoise.qualification.adapter import Adapter, Given
from equipoise.qualification.instruments.plain import (
    first_listed,
    is_nri,
    number,
    options,
    truth,
    truths,
)

__all__ = ["FUNCTIONS"]

_NO_ALIASES: Mapping[str, str] = {}
_EQUATIONS = {
    "schwartz": "bedside_schwartz",
    "mdrd": "mdrd4",
    "cg": "cockcroft_gault",
}
_DEFINITIONS = {
    "seed_2017": "abstract_2017",
    "acr_2006_complete": "acr_2006",
    "aurora_2": "aurora_2_adequate",
    "abatacept": "nct01714817",
}


def egfr(given: Given) -> Mapping[str, Any]:
    """Filtration by the equation named in the case."""
    equation = _known("equation", given["equation"], EQUATIONS, aliases=_EQUATIONS)
    if equation == "cockcroft_gault" and given.get("bsa"):
        equation = "cockcroft_gault_indexed"
    inputs = {
        "creatinine_umol_l": _creatinine(given, "creatinine"),
        "female": {"F": 1.0, "M": 0.0}.get(given.get("sex"), np.nan),
        "black": number(given.get("black", False)),
        **{name: number(given.get(name)) for name in ("age_years", "weight_kg", "height_cm")},
    }
    settings = {
        name: given.get(name, given.get("coefficient", default))
        for name, default in find_instrument("egfr").parameters.items()
        if name.endswith("_coefficient")
    }
    arrays = {name: np.asarray(value, dtype=np.float64) for name, value in inputs.items()}
    return {"egfr": float(EQUATIONS[equation](arrays, settings))}


def convert(given: Given) -> Mapping[str, Any]:
    """Ratio of protein to creatinine in the other unit."""
    ways: Mapping[str, Callable[[float], Any]] = {
        "g_g": units.upcr_mg_mmol,
        "mg_mmol": units.upcr_g_g,
    }
    unit = _known("from", given["from"], ways)
    return {"value": float(ways[unit](number(given["value"])))}


def responded(given: Given) -> Mapping[str, Any]:
    """Response by the definition named in the case."""
    definitions = response.DEFINITIONS
    name = _known("definition", given["definition"], definitions, aliases=_DEFINITIONS)
    inputs = {field: read(given) for field, read in _FIELDS.items() if field in _ARGUMENTS[name]}
    settings = {
        setting: given[setting]
        for setting in _ARGUMENTS[name]
        if setting in given and setting not in _FIELDS
    }
    if "tol" in given:
        settings["function_tolerance"] = given["tol"]
    answer = response.DEFINITIONS[name](**inputs, **settings)
    return _graded(answer, given, word="response", is_failure=_FIELDS["rescue"](given) == 1)


def step(given: Given) -> Mapping[str, Any]:
    """Target of the month by EULAR/ERA-EDTA 2019."""
    settings = options(given, "renal_step_eular2019")
    settings.pop("protein_from_ratio", None)  # the ratio stands in wherever it is listed alone
    answer = renal.eular_2019_step(
        month=number(given["month"]),
        urine_protein_24h_g=_protein(given, ""),
        urine_protein_24h_baseline_g=_protein(given, "_baseline"),
        egfr=number(given.get("egfr")),
        egfr_baseline=number(given.get("egfr_baseline")),
        **settings,
    )
    return {"target_met": truth(answer.met), "components": truths(answer.limbs)}


def kdigo_flare(given: Given) -> Mapping[str, Any]:
    """Flare by KDIGO 2012; a pair of values that is not listed has not changed."""
    answer = flare.kdigo_2012(
        creatinine_umol_l=_creatinine(given, "creatinine", unlisted=0.0),
        creatinine_baseline_umol_l=_creatinine(given, "creatinine_baseline", unlisted=0.0),
        upcr_mg_mmol=_ratio(given, "", unlisted=0.0),
        upcr_baseline_mg_mmol=_ratio(given, "_baseline", unlisted=0.0),
        urine_rbc_hpf=_cells(given, "rbc"),
        urine_rbc_baseline_hpf=_cells(given, "rbc", baseline=True),
        acanthocytes_hpf=number(given.get("acanthocytes_hpf", 0)),
        casts_recurred=number(first_listed(given, "casts_recurred", "casts", default=False)),
        **options(given, "renal_flare_kdigo2012"),
    )
    return _graded(answer, given, word="flare")


def nih(given: Given) -> Mapping[str, Any]:
    """Add up activity and chronicity; a lesion that is not listed is absent."""
    lesions = {name: number(score) for name, score in given["lesions"].items()}
    answer = histology.nih_indices(FORM.array(lesions, unlisted=0.0))
    return {
        "ai": float(answer.activity),
        "ci": float(answer.chronicity),
        "ai_bounds": [float(answer.activity_lower), float(answer.activity_upper)],
        "ci_bounds": [float(answer.chronicity_lower), float(answer.chronicity_upper)],
    }


FUNCTIONS: dict[str, Adapter] = {
    "egfr": egfr,
    "upcr_convert": convert,
    "renal_response": responded,
    "renal_step_eular2019": step,
    "renal_flare_kdigo2012": kdigo_flare,
    "nih_indices": nih,
}


def _known(
    field: str, name: str, names: Mapping[str, Any], *, aliases: Mapping[str, str] = _NO_ALIASES
) -> str:
    """Find a name, however it is written: ``CKD-EPI 2021``, ``aurora1``."""
    known = {_letters(one): one for one in names}
    known |= {_letters(alias): one for alias, one in aliases.items()}
    found = known.get(_letters(name))
    if found is None:
        raise DataError(
            Fault(
                where=field,
                came=repr(name),
                wanted=" or ".join(names),
                repair=did_you_mean(str(name), tuple(names)),
            )
        )
    return found


def _letters(name: object) -> str:
    return "".join(one for one in str(name).lower() if one.isalnum())


def _creatinine(given: Given, name: str, *, unlisted: float = float("nan")) -> float:
    if f"{name}_mg_dl" in given:
        return float(units.creatinine_umol_l(number(given[f"{name}_mg_dl"])))
    return number(given.get(f"{name}_umol_l", unlisted))


def _ratio(given: Given, when: str, *, unlisted: float = float("nan")) -> float:
    if f"upcr{when}_g_g" in given:
        return float(units.upcr_mg_mmol(number(given[f"upcr{when}_g_g"])))
    return number(given.get(f"upcr{when}_mg_mmol", unlisted))


def _protein(given: Given, when: str) -> float:
    """Protein of 24 h, or the ratio in g/g that stands for it."""
    listed = first_listed(given, f"protein_24h{when}_g", f"urine_protein_24h{when}_g")
    if listed is not None:
        return number(listed)
    return float(units.upcr_g_g(_ratio(given, when)))


def _cells(given: Given, kind: str, *, baseline: bool = False) -> float:
    names = (
        (f"{kind}_hpf_baseline", f"{kind}_baseline_hpf", f"urine_{kind}_baseline_hpf")
        if baseline
        else (f"{kind}_hpf", f"urine_{kind}_hpf")
    )
    return number(first_listed(given, *names, default=0))


def _kept_low(given: Given) -> float:
    if "daily_pred_mg_weeks_44_52" in given:
        daily = [number(dose) for dose in given["daily_pred_mg_weeks_44_52"]]
        return float(response.steroid_kept_low(daily))
    return number(given.get("steroid_kept_low", True))


_FIELDS: Mapping[str, Callable[[Given], float]] = {
    "upcr_mg_mmol": lambda given: _ratio(given, ""),
    "upcr_baseline_mg_mmol": lambda given: _ratio(given, "_baseline"),
    "urine_protein_24h_g": lambda given: _protein(given, ""),
    "urine_protein_24h_baseline_g": lambda given: _protein(given, "_baseline"),
    "creatinine_umol_l": lambda given: _creatinine(given, "creatinine"),
    "creatinine_baseline_umol_l": lambda given: _creatinine(given, "creatinine_baseline"),
    "creatinine_uln_umol_l": lambda given: _creatinine(given, "creatinine_uln"),
    "egfr": lambda given: number(given.get("egfr")),
    "egfr_baseline": lambda given: number(given.get("egfr_baseline")),
    "egfr_preflare": lambda given: number(first_listed(given, "preflare_egfr", "egfr_preflare")),
    "egfr_fall_confirmed": lambda given: number(given.get("egfr_fall_confirmed", True)),
    "urine_rbc_hpf": lambda given: _cells(given, "rbc"),
    "urine_rbc_baseline_hpf": lambda given: _cells(given, "rbc", baseline=True),
    "urine_wbc_hpf": lambda given: _cells(given, "wbc"),
    "cellular_casts": lambda given: number(given.get("cellular_casts", False)),
    "inactive_sediment": lambda given: _inactive(given),
    "rescue": lambda given: number(
        first_listed(given, "rescue", "treatment_failure", default=False)
    ),
    "steroid_adherent": lambda given: number(given.get("steroid_adherent", True)),
    "steroid_kept_low": _kept_low,
    "prednisone_mg_day": lambda given: number(given.get("pred_eq_mg_day", 0)),
    "prednisone_28d_mg_day": lambda given: number(given.get("pred_eq_mg_day", 0)),
}


def _inactive(given: Given) -> float:
    if "inactive_sediment" in given:
        return number(given["inactive_sediment"])
    inactive = response.sediment_is_inactive(
        urine_rbc_hpf=_cells(given, "rbc"),
        urine_wbc_hpf=_cells(given, "wbc"),
        cellular_casts=number(given.get("cellular_casts", False)),
    )
    return float(inactive)


_ARGUMENTS = {
    name: tuple(inspect.signature(kernel).parameters)
    for name, kernel in response.DEFINITIONS.items()
}


def _graded(
    answer: Graded, given: Given, *, word: str, is_failure: bool = False
) -> Mapping[str, Any]:
    """Write a graded answer; ``nri`` counts an unknown grade as none.

    Who was rescued or left has no grade, also by a definition that does not speak of it.
    """
    grades = truths(answer.grades)
    level = answer.words.item()
    if is_nri(given):
        grades = {name: bool(reached) for name, reached in grades.items()}
        level = level or "none"
    if is_failure:
        grades, level = dict.fromkeys(grades, False), "none"
    return {
        word: level,
        "remission": next(iter(grades.values())),
        **grades,
        "components": truths(answer.limbs),
        "missing": [name for name, gap in answer.missing.items() if gap],
    }
