"""DORIS 2021: remission in systemic lupus, on treatment, off treatment, complete.

No duration is part of it. Source: van Vollenhoven RF, et al. Lupus Sci Med 2021; 8:e000538.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import Bools, Floats, check_choice
from equipoise.instruments.clinical import CLINICAL_SLEDAI, PGA, PREDNISONE
from equipoise.instruments.columns import flag
from equipoise.instruments.composite import (
    FAILED_LIMBS,
    MISSING_INPUTS,
    frozen,
    name_failed,
    name_missing,
    read_fields,
)
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.logic import all_of, any_of, negate
from equipoise.instruments.thresholds import below, not_above

__all__ = ["INSTRUMENT", "Doris", "doris"]

SOURCE_2021 = "van Vollenhoven RF, et al. Lupus Sci Med 2021; 8:e000538"
SOURCE_2017 = "van Vollenhoven R, et al. Ann Rheum Dis 2017; 76:554-561"
GOLDER_2020 = "Golder V, Tsang-A-Sjoe MWP. Rheumatology 2020; 59(Suppl 5):v19-v28, table 1"
PGA_LIMIT, DOSE_LIMIT_MG = 0.5, 5.0
PGA_RULES, DOSE_RULES = ("lt_0_5", "le_0_5"), ("le_5", "lt_5")


INPUTS = (
    CLINICAL_SLEDAI,
    PGA,
    PREDNISONE,
    flag("immunosuppressant_or_biologic", "takes an immunosuppressant or a biologic"),
    flag("is_stable", "that treatment is stable"),
    flag("low_complement", "low complement, as in the SLEDAI"),
    flag("increased_dna_binding", "raised anti-dsDNA, as in the SLEDAI"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doris:
    """Remission of each visit: 1 yes, 0 no, NaN unknown.

    Attributes
    ----------
    on_treatment : (...) float
        Remission of DORIS 2021; whoever is in remission off treatment is in this one too.
    off_treatment : (...) float
        No steroid, immunosuppressant or biologic; antimalarials are allowed.
    complete : (...) float
        Remission on treatment with normal anti-dsDNA and complement.
    complete_off_treatment : (...) float
        Remission off treatment with normal anti-dsDNA and complement.
    limbs : mapping of str to (...) float
        Each limb: 1 holds, 0 fails, NaN unknown.
    missing : mapping of str to (...) bool
        Each input: true where it is unknown.
    parameters : mapping
        The rules that were used.
    """

    on_treatment: Floats
    off_treatment: Floats
    complete: Floats
    complete_off_treatment: Floats
    limbs: Mapping[str, Floats]
    missing: Mapping[str, Bools]
    parameters: Mapping[str, Any]


def doris(
    *,
    clinical_sledai: ArrayLike,
    pga: ArrayLike,
    prednisone_mg_day: ArrayLike,
    immunosuppressant_or_biologic: ArrayLike,
    is_stable: ArrayLike,
    low_complement: ArrayLike = np.nan,
    increased_dna_binding: ArrayLike = np.nan,
    pga_rule: str = "lt_0_5",
    dose_rule: str = "le_5",
) -> Doris:
    """Judge remission at a visit.

    Parameters
    ----------
    clinical_sledai : (...) float
        SLEDAI without serology. [points]
    pga : (...) float
        Global assessment by the physician. [0-3]
    prednisone_mg_day : (...) float
        Prednisolone or its equivalent. [mg/day]
    immunosuppressant_or_biologic, is_stable : (...) float
        1 where one is taken, 1 where that is stable; NaN unknown.
    low_complement, increased_dna_binding : (...) float
        1 abnormal, 0 normal, NaN unknown; for the complete forms alone.
    pga_rule : {'lt_0_5', 'le_0_5'}
        Whether an assessment of exactly 0.5 is remission.
    dose_rule : {'le_5', 'lt_5'}
        Whether exactly 5 mg/day is remission.

    Returns
    -------
    Doris
        On treatment: clinical SLEDAI 0, assessment < 0.5, prednisolone <= 5 mg/day, stable
        treatment. Off treatment: the first two, no steroid, no immunosuppressant or biologic.

    Raises
    ------
    DataError
        For values outside their range, an unknown rule and shapes that do not broadcast.

    Notes
    -----
    Source: van Vollenhoven RF, et al. Lupus Sci Med 2021; 8:e000538; off treatment and complete:
    framework of 2017.
    """
    check_choice("pga_rule", pga_rule, PGA_RULES)
    check_choice("dose_rule", dose_rule, DOSE_RULES)
    given = read_fields(
        INPUTS,
        {
            "clinical_sledai": clinical_sledai,
            "pga": pga,
            "prednisone_mg_day": prednisone_mg_day,
            "immunosuppressant_or_biologic": immunosuppressant_or_biologic,
            "is_stable": is_stable,
            "low_complement": low_complement,
            "increased_dna_binding": increased_dna_binding,
        },
    )
    dose, treated = given["prednisone_mg_day"], given["immunosuppressant_or_biologic"]
    meets_pga = below if pga_rule == "lt_0_5" else not_above
    meets_dose = not_above if dose_rule == "le_5" else below
    limbs = {
        "sledai": not_above(given["clinical_sledai"], 0),
        "pga": meets_pga(given["pga"], PGA_LIMIT),
        "dose": meets_dose(dose, DOSE_LIMIT_MG),
        "stable": any_of(negate(treated), given["is_stable"]),
        "no_steroid": not_above(dose, 0),
        "no_immunosuppressant": negate(treated),
        "serology": all_of(negate(given["low_complement"]), negate(given["increased_dna_binding"])),
    }
    quiet = all_of(limbs["sledai"], limbs["pga"])
    on = all_of(quiet, limbs["dose"], limbs["stable"])
    off = all_of(quiet, limbs["no_steroid"], limbs["no_immunosuppressant"])
    return Doris(
        on_treatment=on,
        off_treatment=off,
        complete=all_of(on, limbs["serology"]),
        complete_off_treatment=all_of(off, limbs["serology"]),
        limbs=frozen(limbs),
        missing=frozen({name: np.isnan(value) for name, value in given.items()}),
        parameters=frozen({"pga_rule": pga_rule, "dose_rule": dose_rule}),
    )


_OUTPUTS = {
    "on_treatment": "remission of DORIS 2021",
    "off_treatment": "remission without steroid, immunosuppressant and biologic",
    "complete": "remission with normal anti-dsDNA and complement",
    "complete_off_treatment": "the same off treatment",
}


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    given: dict[str, Any] = {column.name: columns[column.name] for column in INPUTS}
    answer = doris(**given, **parameters)
    return {
        **{name: getattr(answer, name) for name in _OUTPUTS},
        FAILED_LIMBS.name: name_failed(answer.limbs),
        MISSING_INPUTS.name: name_missing(answer.missing),
    }


INSTRUMENT = Instrument(
    id="doris",
    title="DORIS 2021 remission",
    purpose="remission in systemic lupus, on and off treatment",
    inputs=INPUTS,
    outputs=(
        *(flag(name, meaning) for name, meaning in _OUTPUTS.items()),
        FAILED_LIMBS,
        MISSING_INPUTS,
    ),
    rules=(
        Rule(
            id="sledai",
            text="Clinical SLEDAI 0; serology is ignored, and no duration is asked.",
            source=SOURCE_2021,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="pga",
            text="Global assessment < 0.5; a secondary table prints <= 0.5.",
            source=SOURCE_2021,
            status=Status.DISPUTED,
            parameter="pga_rule",
            default="lt_0_5",
            choices=PGA_RULES,
        ),
        Rule(
            id="dose",
            text="Prednisolone or equivalent <= 5 mg/day, as the abstract says; the table of the "
            "web page prints < 5.",
            source=SOURCE_2021,
            status=Status.DISPUTED,
            parameter="dose_rule",
            default="le_5",
            choices=DOSE_RULES,
        ),
        Rule(
            id="stable",
            text="Antimalarials, and stable immunosuppressants and biologics are allowed.",
            source=SOURCE_2021,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="off_treatment",
            text="Off treatment: no steroid, immunosuppressant or biologic, antimalarials allowed; "
            "complete: besides, normal anti-dsDNA and complement, on treatment or off.",
            source=f"{SOURCE_2017}; {GOLDER_2020}",
            status=Status.CONFIRMED,
        ),
    ),
    sources=(SOURCE_2021, SOURCE_2017, GOLDER_2020),
    scorer=_score,
)
