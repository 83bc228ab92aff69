"""The record of CTCAE: one row of a table is one laboratory value, named by its analyte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.instruments.columns import Column, flag
from equipoise.instruments.ctcae.analytes import (
    ANALYTES,
    CTCAE_V4,
    CTCAE_V5,
    PROTEINURIA_LIMITS,
)
from equipoise.instruments.ctcae.grade import BASELINE_RULES, UNKNOWN_SYMPTOMS, grade
from equipoise.instruments.form import Columns, Instrument, Rule, Status

__all__ = ["INSTRUMENT"]

_NUMBERS = ("value", "lln", "uln", "baseline", "symptomatic")
_GRADES = {
    "grade": "grade, empty where the bounds differ",
    "lower": "least grade that what is unknown allows",
    "upper": "greatest grade that what is unknown allows",
}


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    names = columns["analyte"]
    answer: dict[str, Any] = {name: np.full(names.shape, np.nan) for name in _GRADES}
    answer["symptoms_unknown"] = np.full(names.shape, np.nan)
    for text in ("direction", "version"):
        answer[text] = np.full(names.shape, None, dtype=np.object_)
    for name in dict.fromkeys(names.tolist()):
        if name is None:
            continue
        rows = names == name
        given: dict[str, Any] = {number: columns[number][rows] for number in _NUMBERS}
        found = grade(name, **given, **parameters)
        for field in answer:
            answer[field][rows] = getattr(found, field)
    return answer


INSTRUMENT = Instrument(
    id="ctcae_v5",
    title="CTCAE v5 laboratory grades",
    purpose="grade 0 to 4 of laboratory values by number",
    inputs=(
        Column(name="analyte", meaning="laboratory term", words=tuple(ANALYTES), is_required=True),
        Column(name="value", meaning="value in the unit of the analyte", lowest=0.0),
        Column(name="lln", meaning="lower limit of normal, same unit", lowest=0.0),
        Column(name="uln", meaning="upper limit of normal, same unit", lowest=0.0),
        Column(name="baseline", meaning="value at baseline, same unit", lowest=0.0),
        flag("symptomatic", "symptoms of hypokalaemia"),
    ),
    outputs=(
        *(
            Column(name=name, meaning=meaning, lowest=0, highest=4)
            for name, meaning in _GRADES.items()
        ),
        Column(name="direction", meaning="which way out", words=("none", "low", "high")),
        flag("symptoms_unknown", "symptoms would decide, but are unknown"),
        Column(name="version", meaning="whose numbers", words=("ctcae_v5", "ctcae_v4")),
    ),
    rules=(
        Rule(
            id="limits",
            text="A value at a limit has the milder grade; the worst grade that fits counts; "
            "without limits of normal only fixed limits give a grade.",
            source=CTCAE_V5,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="baseline",
            text="Creatinine, transaminases and bilirubin are graded against baseline too; or "
            "against the upper limit alone.",
            source=CTCAE_V5,
            status=Status.CONFIRMED,
            parameter="baseline_rule",
            default="relative",
            choices=BASELINE_RULES,
        ),
        Rule(
            id="symptoms",
            text="Potassium from 3.0 to the lower limit is grade 1 without and 2 with symptoms; "
            "where these are unknown, this grade, flagged.",
            source="choice of this package; the R package admiral takes grade 2",
            status=Status.MEMORY,
            parameter="unknown_symptoms",
            default="grade_1",
            choices=UNKNOWN_SYMPTOMS,
        ),
        Rule(
            id="proteinuria_2",
            text="Protein is grade 1 from the upper limit and grade 2 from this. [g/24 h]",
            source=CTCAE_V5,
            status=Status.MEMORY,
            parameter="proteinuria_grade_2",
            default=PROTEINURIA_LIMITS[0],
            highest=100.0,
        ),
        Rule(
            id="proteinuria_3",
            text="Protein is grade 3 from this; there is no grade 4. [g/24 h]",
            source=CTCAE_V5,
            status=Status.MEMORY,
            parameter="proteinuria_grade_3",
            default=PROTEINURIA_LIMITS[1],
            highest=100.0,
        ),
        Rule(
            id="dipstick",
            text="Protein on a dipstick: 1+ is grade 1, 2+ and 3+ are grade 2, 4+ is grade 3.",
            source=CTCAE_V5,
            status=Status.MEMORY,
            fixed="A reading of plus signs has its own analyte: whoever grades by grams in 24 h "
            "uses the other one.",
        ),
        Rule(
            id="glucose",
            text="High glucose has the numbers of v4: v5 grades it by intervention.",
            source=CTCAE_V4,
            status=Status.CONFIRMED,
        ),
    ),
    sources=(CTCAE_V5, CTCAE_V4),
    scorer=_score,
)
