"""The record of the filtration rate: equations by name, their rules, the scorer of wide tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from equipoise.instruments.checks import Floats
from equipoise.instruments.columns import Column, flag
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.renal.egfr import (
    bedside_schwartz,
    ckd_epi_2009,
    ckd_epi_2021,
    cockcroft_gault,
    indexed_to_surface,
    mdrd4,
)
from equipoise.instruments.renal.fields import (
    AGE,
    CREATININE,
    FEMALE,
    HEIGHT,
    WEIGHT,
    in_house_units,
    with_other_units,
)
from equipoise.instruments.thresholds import coalesce

__all__ = ["EQUATIONS", "INSTRUMENT"]

LEVEY_2009 = "Levey AS, et al. Ann Intern Med 2009; 150:604-612"
INKER_2021 = "Inker LA, et al. N Engl J Med 2021; 385:1737-1749"
LEVEY_2006 = "Levey AS, et al. Ann Intern Med 2006; 145:247-254"
COCKCROFT_1976 = "Cockcroft DW, Gault MH. Nephron 1976; 16:31-41"
SCHWARTZ_2009 = "Schwartz GJ, et al. J Am Soc Nephrol 2009; 20:629-637"
MOSTELLER_1987 = "Mosteller RD. N Engl J Med 1987; 317:1098"

ADULT_YEARS = 18.0

_BLACK = flag("black", "Black, for the two equations with a coefficient")
_SEX = Column(name="sex", meaning="sex, where 'female' is not given", words=("F", "M"))
_INPUTS = (CREATININE, AGE, FEMALE, _BLACK, WEIGHT, HEIGHT)

_Equation = Callable[[Mapping[str, Floats], Mapping[str, Any]], Floats]


def _of(given: Mapping[str, Floats], *names: str) -> dict[str, Floats]:
    return {name: given[name] for name in ("creatinine_umol_l", *names)}


EQUATIONS: Mapping[str, _Equation] = {
    "ckd_epi_2021": lambda x, _: ckd_epi_2021(**_of(x, "age_years", "female")),
    "ckd_epi_2009": lambda x, _: ckd_epi_2009(**_of(x, "age_years", "female", "black")),
    "mdrd4": lambda x, p: mdrd4(
        **_of(x, "age_years", "female", "black"), coefficient=p["mdrd_coefficient"]
    ),
    "cockcroft_gault": lambda x, _: cockcroft_gault(**_of(x, "age_years", "female", "weight_kg")),
    "cockcroft_gault_indexed": lambda x, _: indexed_to_surface(
        cockcroft_gault(**_of(x, "age_years", "female", "weight_kg")),
        height_cm=x["height_cm"],
        weight_kg=x["weight_kg"],
    ),
    "bedside_schwartz": lambda x, p: bedside_schwartz(
        **_of(x, "height_cm"), coefficient=p["schwartz_coefficient"]
    ),
}
"""Equations by name, as ``INSTRUMENT`` offers them."""


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    sex = columns["sex"]
    named = np.where(sex == "F", 1.0, np.where(sex == "M", 0.0, np.nan))
    given = in_house_units(_INPUTS, columns)
    given["female"] = coalesce(given["female"], named)
    if parameters["race"] == "ignored":
        given["black"] = np.zeros_like(given["black"])
    egfr = EQUATIONS[parameters["equation"]](given, parameters)
    if parameters["below_18"] == "bedside_schwartz":
        age = given["age_years"]
        child = EQUATIONS["bedside_schwartz"](given, parameters)
        egfr = np.where(age < ADULT_YEARS, child, np.where(np.isnan(age), np.nan, egfr))
    return {"egfr": egfr}


INSTRUMENT = Instrument(
    id="egfr",
    title="Estimated glomerular filtration rate",
    purpose="kidney function from serum creatinine, by one of six equations",
    inputs=(*with_other_units(_INPUTS), _SEX),
    outputs=(
        Column(
            name="egfr",
            meaning="filtration rate; Cockcroft-Gault: clearance in mL/min, not indexed",
            unit="mL/min/1.73 m2",
        ),
    ),
    rules=(
        Rule(
            id="equation",
            text="The equation is part of the protocol: two equations can put one patient on "
            "either side of 60.",
            source=f"{INKER_2021}; {LEVEY_2009}; {COCKCROFT_1976}",
            status=Status.CONFIRMED,
            parameter="equation",
            default="ckd_epi_2021",
            choices=tuple(EQUATIONS),
        ),
        Rule(
            id="mdrd",
            text="MDRD: 175 for standardised assays, 186 for older ones.",
            source=LEVEY_2006,
            status=Status.MEMORY,
            parameter="mdrd_coefficient",
            default=175.0,
            lowest=1,
        ),
        Rule(
            id="race",
            text="CKD-EPI 2009 and MDRD have a coefficient for Black patients: taken as given, "
            "or left out for everybody.",
            source=f"{LEVEY_2009}; {LEVEY_2006}",
            status=Status.CONFIRMED,
            parameter="race",
            default="as_given",
            choices=("as_given", "ignored"),
        ),
        Rule(
            id="children",
            text="Below 18 years the equation above, or that of Schwartz.",
            source=SCHWARTZ_2009,
            status=Status.MEMORY,
            parameter="below_18",
            default="same",
            choices=("same", "bedside_schwartz"),
        ),
        Rule(
            id="schwartz",
            text="Coefficient of the bedside equation of Schwartz.",
            source=SCHWARTZ_2009,
            status=Status.MEMORY,
            parameter="schwartz_coefficient",
            default=0.413,
            lowest=0.01,
        ),
        Rule(
            id="surface",
            text="Cockcroft-Gault is not indexed; 'cockcroft_gault_indexed' is, to 1.73 m2.",
            source=f"{COCKCROFT_1976}; {MOSTELLER_1987}",
            status=Status.CONFIRMED,
        ),
    ),
    sources=(INKER_2021, LEVEY_2009, LEVEY_2006, COCKCROFT_1976, SCHWARTZ_2009, MOSTELLER_1987),
    scorer=_score,
)
