"""Hard renal outcomes: creatinine doubled, filtration lost, end-stage kidney disease, death.

Each is judged at one sample; what must be sustained is confirmed over the series with
:func:`equipoise.instruments.responses.confirmed_after`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import Bools, Floats
from equipoise.instruments.columns import flag
from equipoise.instruments.composite import MISSING_INPUTS, name_missing, read_fields, read_setting
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.logic import any_of
from equipoise.instruments.renal.fields import (
    CREATININE,
    CREATININE_BASELINE,
    EGFR,
    EGFR_BASELINE,
    in_house_units,
    with_other_units,
)
from equipoise.instruments.thresholds import below, fallen_by, not_below

__all__ = ["INSTRUMENT", "RenalOutcomes", "renal_outcomes"]

SOURCE = "KDIGO 2012 Clinical Practice Guideline for CKD; practice of trials"
DIALYSIS = flag("dialysis", "permanent dialysis")
TRANSPLANT = flag("transplant", "kidney transplant")
DEATH = flag("death", "death")
INPUTS = (CREATININE, CREATININE_BASELINE, EGFR, EGFR_BASELINE, DIALYSIS, TRANSPLANT, DEATH)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenalOutcomes:
    """Hard outcomes, each (...) float: 1 reached, 0 not, NaN unknown.

    Attributes
    ----------
    creatinine_doubled : (...) float
        Creatinine at least twice its baseline.
    egfr_fell_30, egfr_fell_40, egfr_fell_50 : (...) float
        Filtration lost, at least so many per cent of baseline.
    end_stage : (...) float
        Dialysis, transplant, or filtration below the limit of end-stage disease.
    composite : (...) float
        Creatinine doubled, end-stage disease or death.
    missing : mapping of str to (...) bool
        Each input: true where it is unknown.
    """

    creatinine_doubled: Floats
    egfr_fell_30: Floats
    egfr_fell_40: Floats
    egfr_fell_50: Floats
    end_stage: Floats
    composite: Floats
    missing: Mapping[str, Bools]


def renal_outcomes(
    *,
    creatinine_umol_l: ArrayLike,
    creatinine_baseline_umol_l: ArrayLike,
    egfr: ArrayLike,
    egfr_baseline: ArrayLike,
    dialysis: ArrayLike,
    transplant: ArrayLike,
    death: ArrayLike,
    end_stage_egfr: float = 15.0,
) -> RenalOutcomes:
    """Judge the hard outcomes at one sample.

    Parameters
    ----------
    creatinine_umol_l, creatinine_baseline_umol_l : (...) float
        Serum creatinine, now and at baseline. [µmol/L]
    egfr, egfr_baseline : (...) float
        Filtration rate, now and at baseline. [mL/min/1.73 m2]
    dialysis, transplant, death : (...) float
        1 yes, 0 no, NaN unknown.
    end_stage_egfr : float
        End-stage disease lies strictly below; some studies take 30. [mL/min/1.73 m2]

    Returns
    -------
    RenalOutcomes
        A loss of exactly the share counts.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.
    """
    limit = read_setting("end_stage_egfr", end_stage_egfr, lowest=5, highest=30)
    given = read_fields(
        INPUTS,
        {
            "creatinine_umol_l": creatinine_umol_l,
            "creatinine_baseline_umol_l": creatinine_baseline_umol_l,
            "egfr": egfr,
            "egfr_baseline": egfr_baseline,
            "dialysis": dialysis,
            "transplant": transplant,
            "death": death,
        },
    )
    rate, rate_before = given["egfr"], given["egfr_baseline"]
    doubled = not_below(given["creatinine_umol_l"], 2 * given["creatinine_baseline_umol_l"])
    end_stage = any_of(given["dialysis"], given["transplant"], below(rate, limit))
    return RenalOutcomes(
        creatinine_doubled=doubled,
        egfr_fell_30=fallen_by(now=rate, baseline=rate_before, share=0.3),
        egfr_fell_40=fallen_by(now=rate, baseline=rate_before, share=0.4),
        egfr_fell_50=fallen_by(now=rate, baseline=rate_before, share=0.5),
        end_stage=end_stage,
        composite=any_of(doubled, end_stage, given["death"]),
        missing={name: np.isnan(value) for name, value in given.items()},
    )


_OUTPUTS = {
    "creatinine_doubled": "creatinine at least twice its baseline",
    "egfr_fell_30": "filtration at least 30 % below baseline",
    "egfr_fell_40": "filtration at least 40 % below baseline",
    "egfr_fell_50": "filtration at least 50 % below baseline",
    "end_stage": "dialysis, transplant or filtration below the limit",
    "composite": "creatinine doubled, end-stage disease or death",
}


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    answer = renal_outcomes(**in_house_units(INPUTS, columns), **parameters)
    return {
        **{name: getattr(answer, name) for name in _OUTPUTS},
        MISSING_INPUTS.name: name_missing(answer.missing),
    }


INSTRUMENT = Instrument(
    id="renal_outcomes",
    title="Hard renal outcomes",
    purpose="creatinine doubled, filtration lost, end-stage kidney disease, death",
    inputs=with_other_units(INPUTS),
    outputs=(
        *(flag(name, meaning) for name, meaning in _OUTPUTS.items()),
        MISSING_INPUTS,
    ),
    rules=(
        Rule(
            id="end_stage",
            text="End-stage disease: dialysis, transplant or filtration strictly below this.",
            source=SOURCE,
            status=Status.CONFIRMED,
            parameter="end_stage_egfr",
            default=15.0,
            lowest=5,
            highest=30,
        ),
        Rule(
            id="sustained",
            text="Doubling and losses must be confirmed by a later sample; a row of a table is "
            "one sample.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
    ),
    sources=(SOURCE,),
    scorer=_score,
)
