"""SELENA-SLEDAI flare index, classic form, as an instrument for wide tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.instruments.checks import name_true
from equipoise.instruments.columns import Column
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.sledai.flare import (
    LIMBS,
    PGA_MILD,
    SEVERE_SLEDAI,
    FlareRules,
    score_flare,
)
from equipoise.instruments.sledai.flare_inputs import INPUTS
from equipoise.instruments.sledai.form import SELENA_TRIALS

__all__ = ["INSTRUMENT"]

_NAMES = tuple(column.name for column in INPUTS)


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    settings = dict(parameters)
    missing = settings.pop("missing")
    result = score_flare(columns, rules=FlareRules(**settings), missing=missing)
    return {
        "flare": result.flare,
        "lower": result.lower,
        "upper": result.upper,
        "reasons": name_true(result.limbs == 1, LIMBS),
        "unknown_limbs": name_true(np.isnan(result.limbs), LIMBS),
        "n_missing": result.n_missing,
        "missing": name_true(result.missing, _NAMES),
    }


def _code(name: str, meaning: str) -> Column:
    return Column(name=name, meaning=f"{meaning}: 0 none, 1 mild or moderate, 2 severe")


INSTRUMENT = Instrument(
    id="sfi",
    title="SELENA-SLEDAI flare index (classic)",
    purpose="flare between two visits: none, mild or moderate, severe",
    inputs=INPUTS,
    outputs=(
        _code("flare", "flare"),
        _code("lower", "least class that the unknown inputs allow"),
        _code("upper", "greatest class that the unknown inputs allow"),
        Column(name="reasons", meaning="limbs that hold", is_text=True),
        Column(name="unknown_limbs", meaning="limbs that are unknown", is_text=True),
        Column(name="n_missing", meaning="number of unknown inputs", unit="inputs"),
        Column(name="missing", meaning="unknown inputs", is_text=True),
    ),
    rules=(
        Rule(
            id="severe_by_score",
            text="Severe by score: any rise that ends above 12 (any_rise), one of at least 3 "
            "points that does (delta3), or never (off).",
            source=f"{SELENA_TRIALS}; 'off' as in later trials is not confirmed",
            status=Status.DISPUTED,
            parameter="severe_sledai",
            default="any_rise",
            choices=SEVERE_SLEDAI,
        ),
        Rule(
            id="medication",
            text="A change of treatment alone can make a flare. Of 55 severe flares 42 were "
            "downgraded without it.",
            source="Thanou A, et al. Rheumatology 2014, doi 10.1093/rheumatology/keu153",
            status=Status.CONFIRMED,
            parameter="use_medication",
            default=True,
        ),
        Rule(
            id="severe_signs",
            text="New or worse vasculitis, nephritis, myositis, platelets below 60 or haemolytic "
            "anaemia is severe with admission or prednisone raised above 0.5 mg/kg/day.",
            source=SELENA_TRIALS,
            status=Status.CONFIRMED,
        ),
        *(
            Rule(
                id=parameter,
                text=text,
                source="general knowledge of the SELENA form",
                status=Status.MEMORY,
                parameter=parameter,
                default=True,
            )
            for parameter, text in {
                "cns_is_severe": "New or worse lupus of the central nervous system is one more "
                "severe sign.",
                "doubling_is_treatment": "Prednisone doubled, or started from none, makes a severe "
                "sign count too.",
                "mycophenolate_is_severe": "New mycophenolate is severe, as new cyclophosphamide, "
                "azathioprine and methotrexate are.",
                "admission_is_severe": "Admission to hospital for lupus alone is severe.",
            }.items()
        ),
        Rule(
            id="pga_severe",
            text="A rise of the global assessment to above 2.5 is severe.",
            source=SELENA_TRIALS,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="pga_mild",
            text="Mild or moderate by global assessment is a rise by at least 1.0 (rise), or, as "
            "one secondary source reads it, a rise that ends at 1.0 or above (level).",
            source="table of index features, Ann Rheum Dis; medicalalgorithms.com estrogen-lupus",
            status=Status.DISPUTED,
            parameter="pga_mild",
            default="rise",
            choices=PGA_MILD,
        ),
        Rule(
            id="dose",
            text="Raised means above the dose of the visit before; exactly 0.5 mg/kg/day is not "
            "severe.",
            source=SELENA_TRIALS,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="missing",
            text="What is unknown leaves the class unknown unless a known limb decides (strict), "
            "or counts as not holding (as_absent).",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="missing",
            default="strict",
            choices=("strict", "as_absent"),
        ),
    ),
    sources=(SELENA_TRIALS, "Thanou A, et al. Rheumatology 2014, doi 10.1093/rheumatology/keu153"),
    scorer=_score,
)
