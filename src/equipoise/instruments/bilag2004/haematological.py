"""Haematological grade of BILAG-2004 from blood counts, haemolysis and TTP.

The printed bands are read on unrounded values: a band that ends at 9.9 means below 10. The
thresholds are from general knowledge, no open source was found: they are parameters, and a
clinician checks them against the form before use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from equipoise.instruments.limits import Bools, Floats
from equipoise.instruments.truth import (
    FALSE,
    TRUE,
    Truth,
    all_of,
    any_of,
    at_least,
    less_than,
    truth_of,
)

__all__ = ["TTP_THRESHOLDS", "HaematologicalFindings", "HaematologicalRules", "find"]

TTP_THRESHOLDS = ("ttp_a", "ttp_b")
"""The thresholds that are a record of an ordinal item, where 0 is not present."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HaematologicalRules:
    """Thresholds, below which a value meets the criterion of its grade, and two signs.

    Attributes
    ----------
    ttp_a, ttp_b : float
        Least record of TTP that is A, and that is B: 1 is improving. [code]
    hb_a_haemolysis, hb_b_haemolysis, hb_b, hb_c : float
        Haemoglobin with haemolysis for A and B, without for B and C. [g/dL]
    platelets_a, platelets_b, platelets_c : float
        Platelets. [10^9/L]
    wcc_b, wcc_c, neutrophils_b, neutrophils_c, lymphocytes_c : float
        White cells. [10^9/L]
    haemolysis_is_c, coombs_is_c : bool
        Whether haemolysis with any haemoglobin, or an isolated positive Coombs test, is C.
    """

    ttp_a: float = 2.0
    ttp_b: float = 1.0
    hb_a_haemolysis: float = 8.0
    hb_b_haemolysis: float = 10.0
    hb_b: float = 8.0
    hb_c: float = 11.0
    platelets_a: float = 25.0
    platelets_b: float = 50.0
    platelets_c: float = 150.0
    wcc_b: float = 1.0
    wcc_c: float = 4.0
    neutrophils_b: float = 0.5
    neutrophils_c: float = 2.0
    lymphocytes_c: float = 1.0
    haemolysis_is_c: bool = True
    coombs_is_c: bool = True

    @property
    def thresholds(self) -> dict[str, float]:
        """The thresholds by name."""
        return {name: one for name, one in asdict(self).items() if not isinstance(one, bool)}


@dataclass(frozen=True, slots=True, kw_only=True)
class HaematologicalFindings:
    """Criteria of A, B and C over visits, as truths."""

    a: Truth
    b: Truth
    c: Truth

    def criteria(self, *, worst: bool) -> dict[str, Bools]:
        """Say which visits meet A, B and C where what is unknown holds, or does not."""
        truths = {"a": self.a, "b": self.b, "c": self.c}
        return {
            name: (truth != FALSE) if worst else (truth == TRUE) for name, truth in truths.items()
        }


def find(
    now: Mapping[str, Floats], due: Mapping[str, Truth], *, rules: HaematologicalRules
) -> HaematologicalFindings:
    """Find the haematological criteria of each visit.

    Parameters
    ----------
    now : mapping of str to (visits,) float
        The eight haematological items.
    due : mapping of str to (visits,) int
        For each measured item the truth that it is due to lupus.
    rules : HaematologicalRules
        Thresholds.

    Notes
    -----
    A milder criterion needs no upper end: where the more severe one holds it has decided.
    """

    def below(name: str, limit: float) -> Truth:
        return all_of(less_than(now[name], limit), due[name])

    haemolysis, ttp = truth_of(now["active_haemolysis"]), now["ttp"]
    signs = {"haemolysis_is_c": haemolysis, "coombs_is_c": truth_of(now["coombs_isolated"])}
    return HaematologicalFindings(
        a=any_of(
            at_least(ttp, rules.ttp_a),
            all_of(haemolysis, below("hb_g_dl", rules.hb_a_haemolysis)),
            below("platelets_10e9_l", rules.platelets_a),
        ),
        b=any_of(
            at_least(ttp, rules.ttp_b),
            all_of(haemolysis, below("hb_g_dl", rules.hb_b_haemolysis)),
            below("hb_g_dl", rules.hb_b),
            below("wcc_10e9_l", rules.wcc_b),
            below("neutrophils_10e9_l", rules.neutrophils_b),
            below("platelets_10e9_l", rules.platelets_b),
        ),
        c=any_of(
            *(sign for rule, sign in signs.items() if getattr(rules, rule)),
            below("hb_g_dl", rules.hb_c),
            below("wcc_10e9_l", rules.wcc_c),
            below("neutrophils_10e9_l", rules.neutrophils_c),
            below("lymphocytes_10e9_l", rules.lymphocytes_c),
            below("platelets_10e9_l", rules.platelets_c),
        ),
    )
