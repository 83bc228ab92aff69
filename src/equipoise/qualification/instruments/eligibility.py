"""Cases of classification criteria: from the sparse form of a case file to the instruments.

In a case a criterion that is not listed is absent, and one listed under ``unknown`` is unknown.
That is a rule of the case form and holds only here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from equipoise.instruments import eligibility, find_instrument
from equipoise.instruments.checks import check_names
from equipoise.instruments.eligibility.acr_1997 import FORM as ACR_1997
from equipoise.instruments.eligibility.acr_1997 import SUB_ITEMS
from equipoise.instruments.eligibility.eular_acr_2019 import FORM as EULAR_ACR_2019
from equipoise.instruments.eligibility.slicc_2012 import FORM as SLICC_2012
from equipoise.qualification.adapter import Adapter, Given
from equipoise.qualification.instruments.plain import first_listed, number, options, truth

__all__ = ["FUNCTIONS"]

_KINDS = ("present", "clinical", "immunological")
_MEASURED = ("leukopenia_occasions", "lymphopenia_occasions", "proteinuria_dipstick")


def eular_acr_2019(given: Given) -> Mapping[str, Any]:
    """EULAR/ACR 2019."""
    states = _states(given["present"], given)
    ana = states.pop("ana", np.nan)
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
    present = [name for kind in _KINDS for name in given.get(kind, ())]
    biopsy = first_listed(given, "biopsy_nephritis", "biopsy_proven_nephritis", default=False)
    answer = eligibility.slicc_2012(
        SLICC_2012.array(_states(present, given), unlisted=0.0),
        biopsy_nephritis=number(biopsy),
    )
    return {
        "n": float(answer.n),
        "met": truth(answer.met),
        "bounds": [float(answer.lower), float(answer.upper)],
    }


def acr_1997(given: Given) -> Mapping[str, Any]:
    """ACR 1997 from criteria, parts of criteria, occasions and a dipstick."""
    parts = tuple(name for names in SUB_ITEMS.values() for name in names)
    states = _states(given["present"], given)
    check_names("present", states, (*ACR_1997.names, *parts))
    listed = states | {name: number(given[name]) for name in _MEASURED if name in given}
    absent: dict[str, float] = {name: 0.0 for name in ACR_1997.names if name not in SUB_ITEMS}
    for criterion, own in SUB_ITEMS.items():
        fields = {*own, "proteinuria_dipstick"} if criterion == "renal" else {*own}
        # A part that is not listed is absent, unless the case speaks of the criterion alone.
        if criterion not in listed or fields & set(listed):
            absent |= dict.fromkeys(own, 0.0)
    if "proteinuria_dipstick" in listed:  # it stands for protein that was not quantified
        absent["persistent_proteinuria"] = np.nan
    answer = find_instrument("acr_1997").score(
        absent | listed, parameters=options(given, "acr_1997")
    )
    return {
        "n": float(answer["n"]),
        "met": truth(answer["met"]),
        "bounds": [float(answer["lower"]), float(answer["upper"])],
    }


FUNCTIONS: dict[str, Adapter] = {
    "eular_acr_2019": eular_acr_2019,
    "slicc_2012": slicc_2012,
    "acr_1997": acr_1997,
}


def _states(present: Iterable[str], given: Given) -> dict[str, float]:
    """Give 1 for what is present and NaN for what is unknown; ``ana`` may stand apart."""
    states = {**dict.fromkeys(present, 1.0), **dict.fromkeys(given.get("unknown", ()), np.nan)}
    return {**states, **({"ana": number(given["ana"])} if "ana" in given else {})}
