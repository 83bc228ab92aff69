"""KDIGO 2024: complete and partial response of lupus nephritis."""

from __future__ import annotations

from numpy.typing import ArrayLike

from equipoise.instruments.composite import Graded, graded, read_fields, read_setting
from equipoise.instruments.form import Rule, Status
from equipoise.instruments.logic import all_of
from equipoise.instruments.renal.fields import EGFR, EGFR_BASELINE, UPCR, UPCR_BASELINE
from equipoise.instruments.renal.protein import UNIT_POLICY, upcr_limit_mg_mmol
from equipoise.instruments.renal.response.records import describe
from equipoise.instruments.thresholds import below, fallen_by, not_below

__all__ = ["INSTRUMENT", "kdigo_2024"]

SOURCE = (
    "KDIGO 2024 Clinical Practice Guideline for Lupus Nephritis. Kidney Int 2024; 105(1S):S1-S69"
)
INPUTS = (UPCR, UPCR_BASELINE, EGFR, EGFR_BASELINE)


def kdigo_2024(
    *,
    upcr_mg_mmol: ArrayLike,
    upcr_baseline_mg_mmol: ArrayLike,
    egfr: ArrayLike,
    egfr_baseline: ArrayLike,
    function_tolerance: float = 0.15,
    unit_policy: str = "exact",
) -> Graded:
    """Judge response, expected within 6 to 12 months.

    Parameters
    ----------
    upcr_mg_mmol, upcr_baseline_mg_mmol : (...) float
        Protein to creatinine ratio, now and at baseline. [mg/mmol]
    egfr, egfr_baseline : (...) float
        Filtration rate, now and at baseline. [mL/min/1.73 m2]
    function_tolerance : float
        Function is stable down to this loss, 0.10 to 0.15 of baseline; equal passes. [1]
    unit_policy : {'exact', 'guideline100'}
        How limits printed in g/g are put into mg/mmol.

    Returns
    -------
    Graded
        Grades ``partial`` and ``complete``.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    Complete: ratio < 0.5 g/g; partial: at least halved and < 3 g/g; both with stable or improved
    function. Source: Kidney Int 2024; 105(1S):S1-S69.
    """
    tolerance = read_setting("function_tolerance", function_tolerance, lowest=0.1, highest=0.15)
    complete_limit = upcr_limit_mg_mmol(0.5, unit_policy=unit_policy)
    partial_limit = upcr_limit_mg_mmol(3.0, unit_policy=unit_policy)
    given = read_fields(
        INPUTS,
        {
            "upcr_mg_mmol": upcr_mg_mmol,
            "upcr_baseline_mg_mmol": upcr_baseline_mg_mmol,
            "egfr": egfr,
            "egfr_baseline": egfr_baseline,
        },
    )
    ratio = given["upcr_mg_mmol"]
    limbs = {
        "function": not_below(given["egfr"], (1 - tolerance) * given["egfr_baseline"]),
        "complete_protein": below(ratio, complete_limit),
        "halved": fallen_by(now=ratio, baseline=given["upcr_baseline_mg_mmol"], share=0.5),
        "subnephrotic": below(ratio, partial_limit),
    }
    return graded(
        {
            "partial": all_of(limbs["function"], limbs["halved"], limbs["subnephrotic"]),
            "complete": all_of(limbs["function"], limbs["complete_protein"]),
        },
        limbs=limbs,
        inputs=given,
        parameters={"function_tolerance": tolerance, "unit_policy": unit_policy},
    )


INSTRUMENT = describe(
    kdigo_2024,
    name="kdigo_2024",
    title="KDIGO 2024 renal response",
    inputs=INPUTS,
    grades=("partial", "complete"),
    rules=(
        Rule(
            id="complete",
            text="Complete: ratio < 0.5 g/g with stable or improved function.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="partial",
            text="Partial: ratio at least halved and < 3 g/g, with the same function.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="function",
            text="Filtration may lie below baseline by this share: the text says 10 to 15 %.",
            source=SOURCE,
            status=Status.CONFIRMED,
            parameter="function_tolerance",
            default=0.15,
            lowest=0.1,
            highest=0.15,
        ),
        UNIT_POLICY,
    ),
    sources=(SOURCE,),
)
