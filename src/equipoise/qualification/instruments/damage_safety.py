"""Cases of damage and safety: from the sparse form of a case file to the instruments.

In a case an item of damage that is not listed is absent, a limit that is not listed is not
judged, and without a listed baseline multiples are of the upper limit. That is a rule of the case
form and holds only here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.instruments import ctcae, damage, safety
from equipoise.qualification.adapter import Adapter, Given
from equipoise.qualification.instruments.plain import missing_policy, number, options, truth

__all__ = ["FUNCTIONS"]

_ANALYTES = {
    "haemoglobin": "haemoglobin_g_l",
    "wbc_10e9_l": "wbc",
    "platelets_10e9_l": "platelets",
    "neutrophils_10e9_l": "neutrophils",
    "lymphocytes_10e9_l": "lymphocytes",
    "albumin": "albumin_g_l",
    "potassium_mmol_l": "potassium",
}


def sdi(given: Given) -> Mapping[str, Any]:
    """Damage from counts by item."""
    counts = {name: number(count) for name, count in given["items"].items()}
    answer = damage.sdi(damage.FORM.array(counts, unlisted=0.0))
    total = answer.lower if missing_policy(given) == "as_absent" else answer.total
    return {"sdi": float(total), "bounds": [float(answer.lower), float(answer.upper)]}


def ctcae_v5(given: Given) -> Mapping[str, Any]:
    """Grade of one laboratory value."""
    name = given["analyte"]
    name = _ANALYTES.get(name, name)
    has_one_limit = ("lln" in given) != ("uln" in given)
    if name == "glucose" or (name == "potassium" and has_one_limit):
        name = f"{name}_low" if "lln" in given else f"{name}_high"
    answer = ctcae.grade(
        name,
        value=number(given["value"]),
        lln=number(given.get("lln")),
        uln=number(given.get("uln")),
        baseline=number(given.get("baseline")),
        symptomatic=number(given.get("symptomatic")),
        **{
            "baseline_rule": "relative" if "baseline" in given else "ignored",
            **options(given, "ctcae_v5"),
        },
    )
    return {
        "grade": float(answer.grade),
        "bounds": [float(answer.lower), float(answer.upper)],
        "version": answer.version,
    }


def susar_due(given: Given) -> Mapping[str, Any]:
    """Days on which a report is due."""
    answer = safety.susar_due(
        day0=given["day0"],
        **{
            name: number(given[name])
            for name in ("serious", "related", "unexpected", "fatal_or_life_threatening")
        },
        fatal_known=given.get("fatal_known") or "NaT",
    )
    return {
        "expedited": truth(answer.expedited),
        "first_due": _iso(answer.first_due),
        "followup_due": _iso(answer.followup_due),
    }


def infusion_class(given: Given) -> Mapping[str, Any]:
    """Acute or delayed."""
    code = float(
        safety.infusion_class(
            hours_from_start=number(given["hours_from_start"]),
            hours_after_end=number(given["hours_after_end"]),
            **options(given, "infusion_class"),
        )
    )
    return {"class": None if np.isnan(code) else safety.CLASSES[int(code)]}


FUNCTIONS: dict[str, Adapter] = {
    "sdi": sdi,
    "ctcae_v5": ctcae_v5,
    "susar_due": susar_due,
    "infusion_class": infusion_class,
}


def _iso(day: Any) -> str | None:
    return None if np.isnat(day) else str(np.datetime_as_string(day))
