"""Complete response of the phase 3 trial of abatacept in nephritis, NCT01714817, day 365."""

from __future__ import annotations

from dataclasses import replace

from numpy.typing import ArrayLike

from equipoise.instruments.composite import Graded, graded, read_fields
from equipoise.instruments.form import Rule, Status
from equipoise.instruments.logic import all_of, any_of, negate
from equipoise.instruments.renal.fields import (
    CELLULAR_CASTS,
    EGFR,
    EGFR_BASELINE,
    NORMAL_EGFR,
    PREDNISONE,
    UPCR,
)
from equipoise.instruments.renal.protein import UNIT_POLICY, upcr_limit_mg_mmol
from equipoise.instruments.renal.response.records import describe
from equipoise.instruments.thresholds import below, not_above, not_below

__all__ = ["INSTRUMENT", "nct01714817"]

SOURCE = "ClinicalTrials.gov NCT01714817"
DOSE_28_DAYS = replace(
    PREDNISONE,
    name="prednisone_28d_mg_day",
    meaning="greatest daily dose of prednisone equivalent in the last 28 days",
)
INPUTS = (UPCR, EGFR, EGFR_BASELINE, CELLULAR_CASTS, DOSE_28_DAYS)


def nct01714817(
    *,
    upcr_mg_mmol: ArrayLike,
    egfr: ArrayLike,
    egfr_baseline: ArrayLike,
    cellular_casts: ArrayLike,
    prednisone_28d_mg_day: ArrayLike,
    unit_policy: str = "exact",
) -> Graded:
    """Judge complete response at day 365.

    Parameters
    ----------
    upcr_mg_mmol : (...) float
        Protein to creatinine ratio. [mg/mmol]
    egfr, egfr_baseline : (...) float
        Filtration rate, now and at baseline. [mL/min/1.73 m2]
    cellular_casts : (...) float
        1 seen, 0 not, NaN unknown.
    prednisone_28d_mg_day : (...) float
        Greatest daily dose of the last 28 days. [mg/day]
    unit_policy : {'exact', 'guideline100'}
        How 0.5 g/g is put into mg/mmol.

    Returns
    -------
    Graded
        One grade, ``complete``: filtration normal (>= 90) or >= 0.85 of baseline; ratio < 0.5
        g/g; no cellular cast; at most 10 mg/day.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.
    """
    limit = upcr_limit_mg_mmol(0.5, unit_policy=unit_policy)
    given = read_fields(
        INPUTS,
        {
            "upcr_mg_mmol": upcr_mg_mmol,
            "egfr": egfr,
            "egfr_baseline": egfr_baseline,
            "cellular_casts": cellular_casts,
            "prednisone_28d_mg_day": prednisone_28d_mg_day,
        },
    )
    limbs = {
        "function": any_of(
            not_below(given["egfr"], NORMAL_EGFR),
            not_below(given["egfr"], 0.85 * given["egfr_baseline"]),
        ),
        "protein": below(given["upcr_mg_mmol"], limit),
        "no_casts": negate(given["cellular_casts"]),
        "steroid": not_above(given["prednisone_28d_mg_day"], 10.0),
    }
    return graded(
        {"complete": all_of(*limbs.values())},
        limbs=limbs,
        inputs=given,
        parameters={"unit_policy": unit_policy},
    )


INSTRUMENT = describe(
    nct01714817,
    name="nct01714817",
    title="Complete renal response, abatacept phase 3 (NCT01714817)",
    inputs=INPUTS,
    grades=("complete",),
    rules=(
        Rule(
            id="complete",
            text="Filtration normal or >= 85 % of baseline; ratio < 0.5 g/g; no cellular cast; "
            "at most 10 mg/day for 28 days.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
        UNIT_POLICY,
    ),
    sources=(SOURCE,),
)
