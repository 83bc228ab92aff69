"""Cases of classification criteria: from the sparse form of a case file to the instruments.

In a case a criterion that is not listed is absent, and one listed under ``unknown`` is unknown.
That is a rule of the case form and holds only here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from equipoise.instruments import eligibility
from equipoise.instruments.checks import check_names
from equipoise.instruments.eligibility.acr_1997 import FORM as ACR_1997
from equipoise.instruments.eligibility.acr_1997 import SUB_ITEMS
from equipoise.instruments.eligibility.eular_acr_2019 import FORM as EULAR_ACR_2019
from equipoise.instruments.eligibility.slicc_2012 import FORM as SLICC_2012
from equipoise.qualification.adapter import Adapter, Given
from equipoise.qualification.instruments.plain import first_listed, number, options, truth

__all__ = ["FUNCTIONS"]


def eular_acr_2019(given: Given) -> Mapping[str, Any]:
    """EULAR/ACR 2019."""
    unknown = list(given.get("unknown", ()))
    ana = np.nan if "ana" in unknown else number(given["ana"])
    states = _states(given["present"], (name for name in unknown if name != "ana"))
    answer = eligibility.eular_acr_2019(
        EULAR_ACR_2019.array(states, unlisted=0.0), ana=ana, **options(given, "eular_acr_2019")
    )
    return {
        "points": float(answer.points),
        "status": answer.status.item(),
        "bounds": [float(answer.lower), float(answer.upper)],
    }


def slicc_2012(given: Given) -> Mapping[str, Any]:
    """SLICC 2012."""
    present = [*given.get("clinical", ()), *given.get("immunological", ())]
    biopsy = first_listed(given, "biopsy_nephritis", "biopsy_proven_nephritis", default=False)
    answer = eligibility.slicc_2012(
        SLICC_2012.array(_states(present, given.get("unknown", ())), unlisted=0.0),
        biopsy_nephritis=number(biopsy),
    )
    return {
        "n": float(answer.n),
        "met": truth(answer.met),
        "bounds": [float(answer.lower), float(answer.upper)],
    }


def acr_1997(given: Given) -> Mapping[str, Any]:
    """ACR 1997 from criteria, parts of criteria and occasions."""
    parts = tuple(name for names in SUB_ITEMS.values() for name in names)
    states = _states(given["present"], given.get("unknown", ()))
    check_names("present", states, (*ACR_1997.names, *parts))
    listed: dict[str, Any] = dict.fromkeys(parts, 0.0)
    listed |= {name: state for name, state in states.items() if name in parts}
    listed |= {
        name: number(given[name])
        for name in ("leukopenia_occasions", "lymphopenia_occasions")
        if name in given
    }
    criteria: dict[str, Any] = dict(eligibility.criteria_from_parts(listed))
    criteria |= {name: state for name, state in states.items() if name in ACR_1997.names}
    answer = eligibility.acr_1997(ACR_1997.array(criteria, unlisted=0.0))
    return {
        "n": float(answer.n),
        "met": truth(answer.met),
        "bounds": [float(answer.lower), float(answer.upper)],
    }


FUNCTIONS: dict[str, Adapter] = {
    "eular_acr_2019": eular_acr_2019,
    "slicc_2012": slicc_2012,
    "acr_1997": acr_1997,
}


def _states(present: Iterable[str], unknown: Iterable[str]) -> dict[str, float]:
    return {**dict.fromkeys(present, 1.0), **dict.fromkeys(unknown, np.nan)}
