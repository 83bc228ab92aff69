"""Cases of responses: from the sparse form of a case file to the instruments.

In a case an item, a drug or a failure that is not listed is absent, and a BILAG system that is
not listed is E. That is a rule of the case form and holds only here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.errors import DataError, Fault
from equipoise.instruments import bilag2004, responses, sledai
from equipoise.instruments.checks import Floats, check_names
from equipoise.instruments.form import Form
from equipoise.instruments.responses import DRUGS, Response
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

_DRUG_FORM = Form(id="drugs", title="drugs", items=DRUGS, source="")
_ITEMS = sledai.SLEDAI_2K.form
_FLARES = {"none": 0.0, "mild_moderate": 1.0, "severe": 2.0}


def sri(given: Given) -> Mapping[str, Any]:
    """SRI-X."""
    answer = responses.sri(**_against_baseline(given), **options(given, "sri"))
    return _responder(answer, given)


def bicla(given: Given) -> Mapping[str, Any]:
    """BICLA."""
    answer = responses.bicla(**_against_baseline(given), **options(given, "bicla"))
    return _responder(answer, given)


def lldas(given: Given) -> Mapping[str, Any]:
    """State of low activity; without previous items there was no previous assessment."""
    previous = given.get("previous_items")
    flare = given.get("sfi_flare")
    answer = responses.lldas(
        items=_items(given["items"]),
        previous_items=np.full(len(_ITEMS.items), np.nan) if previous is None else _items(previous),
        pga=number(given["pga"]),
        prednisone_mg_day=number(given["pred_eq_mg_day"]),
        haemolytic_anaemia=number(given.get("haemolytic_anaemia", False)),
        gi_activity=number(given.get("gi_activity", False)),
        doses=_doses(given.get("drugs") or {}),
        investigational_drug=number(given.get("investigational_drug", False)),
        study_drug=number(given.get("study_drug", False)),
        sfi_flare=_FLARES.get(flare, np.nan) if isinstance(flare, str) else number(flare),
        **options(given, "lldas"),
    )
    return {"lldas": truth(answer.met), "components": truths(answer.limbs)}


def doris(given: Given) -> Mapping[str, Any]:
    """Remission of DORIS 2021."""
    answer = responses.doris(
        clinical_sledai=number(given["clinical_sledai"]),
        pga=number(given["pga"]),
        prednisone_mg_day=number(given["pred_eq_mg_day"]),
        immunosuppressant_or_biologic=number(given.get("immunosuppressant_or_biologic", False)),
        is_stable=number(given.get("is_stable", True)),
        low_complement=number(given.get("low_complement", False)),
        increased_dna_binding=number(
            first_listed(given, "increased_dna_binding", "anti_dsdna", default=False)
        ),
        **options(given, "doris"),
    )
    return {
        "on_treatment": truth(answer.on_treatment),
        "off_treatment": truth(answer.off_treatment),
        "complete": truth(answer.complete),
        "components": truths(answer.limbs),
    }


def pred_eq(given: Given) -> Mapping[str, Any]:
    """Prednisone equivalent of a list of doses."""
    doses = given["doses"]
    dose = responses.pred_eq(
        drug=[one["drug"] for one in doses],
        total_mg=[number(one["total_mg"]) for one in doses],
        route=[one.get("route", "oral") for one in doses],
        is_pulse=[number(one.get("pulse", False)) for one in doses],
        **options(given, "pred_eq"),
    )
    return {"pred_eq_mg_day": float(dose)}


def clasi50(given: Given) -> Mapping[str, Any]:
    """CLASI-A50."""
    answer = responses.clasi_a50(
        clasi_a_baseline=number(given["clasi_a_baseline"]),
        clasi_a_visit=number(given["clasi_a_visit"]),
        **options(given, "clasi50"),
    )
    return {
        "responder": truth(answer.responder),
        "evaluable": truth(answer.evaluable),
        "percent_reduction": float(answer.percent_reduction),
    }


def pga_convert(given: Given) -> Mapping[str, Any]:
    """Global assessment on its scale from 0 to 3."""
    pga = responses.pga_0_to_3(
        reading=number(given["reading"]), line_length=number(given["line_length"])
    )
    return {"pga3": float(pga)}


def time_in_state(given: Given) -> Mapping[str, Any]:
    """Share of visits and of time in a state; the form of cases lets an unknown visit end a run."""
    days = [number(day) for day in given["days"]]
    states = [number(state) for state in given["states"]]
    rule = given.get("unknown_visit", "breaks_run")
    held = responses.time_in_state(days=days, states=states, unknown_visit=rule)
    answer: dict[str, Any] = {
        "fraction_visits": float(held.fraction_visits),
        "fraction_time_forward": float(held.fraction_time_forward),
        "fraction_time_both_ends": float(held.fraction_time_both_ends),
        "longest_run_days": float(held.longest_run_days),
    }
    if "n_days" in given:
        span = responses.sustained(
            days=days, states=states, least_days=given["n_days"], unknown_visit=rule
        )
        answer["sustained"] = truth(span)
    return answer


FUNCTIONS: dict[str, Adapter] = {
    "sri": sri,
    "bicla": bicla,
    "lldas": lldas,
    "doris": doris,
    "pred_eq": pred_eq,
    "clasi50": clasi50,
    "pga_convert": pga_convert,
    "time_in_state": time_in_state,
}


def _against_baseline(given: Given) -> dict[str, Any]:
    return {
        "sledai": number(given["sledai_visit"]),
        "sledai_baseline": number(given["sledai_baseline"]),
        "bilag": _grades(given["bilag_visit"]),
        "bilag_baseline": _grades(given["bilag_baseline"]),
        "pga": number(given["pga_visit"]),
        "pga_baseline": number(given["pga_baseline"]),
        "treatment_failure": number(given.get("treatment_failure", False)),
    }


def _grades(letters: Mapping[str, Any]) -> Floats:
    check_names("bilag", letters, bilag2004.SYSTEMS)
    listed = [letters.get(system, "E") for system in bilag2004.SYSTEMS]
    return bilag2004.grades_from_letters(np.array(listed, dtype=np.object_))


def _responder(answer: Response, given: Given) -> Mapping[str, Any]:
    """Write a response; ``nri`` counts an unknown answer of an evaluable patient as failure."""
    responder = truth(answer.responder)
    if is_nri(given) and responder is None and answer.evaluable != 0:
        responder = False
    return {
        "responder": responder,
        "evaluable": truth(answer.evaluable),
        "components": truths(answer.limbs),
        "missing": [name for name, gap in answer.missing.items() if gap],
    }


def _items(listed: Any) -> Floats:
    """Place items: a list names those present, an object gives each of them, null unknown."""
    states: dict[str, Any] = (
        {name: number(state) for name, state in listed.items()}
        if isinstance(listed, Mapping)
        else dict.fromkeys(listed, 1.0)
    )
    return _ITEMS.array(states, unlisted=0.0)


def _doses(listed: Any) -> Floats:
    """Place doses by the name of the drug, with its unit or without."""
    if not isinstance(listed, Mapping):
        raise DataError(Fault(where="drugs", came=repr(listed)[:60], wanted="{drug: dose}"))
    units = {name.rsplit("_mg_", 1)[0]: name for name in _DRUG_FORM.names}
    doses = {str(units.get(name, name)): number(dose) for name, dose in listed.items()}
    return _DRUG_FORM.array(doses, unlisted=0.0)
