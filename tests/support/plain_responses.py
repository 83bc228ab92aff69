"""SRI, BICLA, LLDAS and DORIS the slow and obvious way: one visit, everything known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from support.plain_instruments import SLEDAI_WEIGHTS

Visit = Mapping[str, Any]

MAJOR = {
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
}
SEROLOGY = {"low_complement", "increased_dna_binding"}


def bilag_is_no_worse(before: Sequence[str], now: Sequence[str]) -> bool:
    """No new A and at most one new B."""
    pairs = list(zip(before, now, strict=True))
    new_a = sum(then != "A" and later == "A" for then, later in pairs)
    new_b = sum(then in "CDE" and later == "B" for then, later in pairs)
    return new_a == 0 and new_b <= 1


def sri(visit: Visit, x: int) -> bool | None:
    """SRI-X; None where not evaluable."""
    if visit["sledai_baseline"] < x:
        return None
    return (
        visit["sledai_baseline"] - visit["sledai"] >= x
        and bilag_is_no_worse(visit["before"], visit["now"])
        and round(visit["pga"] - visit["pga_baseline"], 6) < 0.30
        and not visit["failure"]
    )


def bicla(visit: Visit, *, strict_pga: bool) -> bool | None:
    """BICLA; None where not evaluable."""
    if not any(grade in "AB" for grade in visit["before"]):
        return None
    improved = all(
        (then != "A" or later in "BCDE") and (then != "B" or later in "CDE")
        for then, later in zip(visit["before"], visit["now"], strict=True)
    )
    rise = round(visit["pga"] - visit["pga_baseline"], 6)
    return (
        improved
        and bilag_is_no_worse(visit["before"], visit["now"])
        and visit["sledai"] <= visit["sledai_baseline"]
        and (rise < 0.30 if strict_pga else rise <= 0.30)
        and not visit["failure"]
    )


def lldas(visit: Visit, *, rule: str, ignore_study_drug: bool) -> bool:
    """Low activity by five criteria; items are sets of names."""
    now, before = visit["items"], visit["previous"]
    total = sum(SLEDAI_WEIGHTS[name] for name in now)
    new = now - before
    if rule == "new_item_clinical":
        new -= SEROLOGY
    quiet = visit["flare"] == 0 if rule == "sfi" else not new
    return (
        total <= 4
        and not now & MAJOR
        and not visit["haemolysis"]
        and not visit["gi"]
        and quiet
        and visit["pga"] <= 1
        and visit["prednisone"] <= 7.5
        and all(
            dose <= most
            for dose, most in zip(visit["doses"], (400, 30, 200, 3000, 2160, 20), strict=True)
        )
        and not visit["investigational"]
        and (ignore_study_drug or not visit["study_drug"])
    )


def doris(visit: Visit) -> tuple[bool, bool]:
    """Remission on and off treatment."""
    quiet = visit["clinical"] == 0 and visit["pga"] < 0.5
    on = quiet and visit["prednisone"] <= 5 and (not visit["treated"] or visit["stable"])
    off = quiet and visit["prednisone"] == 0 and not visit["treated"]
    return on, off
