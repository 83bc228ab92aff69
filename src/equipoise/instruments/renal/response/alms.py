"""ALMS induction, week 24: response, and complete remission."""

from __future__ import annotations

from numpy.typing import ArrayLike

from equipoise.instruments.checks import check_switch
from equipoise.instruments.columns import flag
from equipoise.instruments.composite import Graded, graded, read_fields, read_setting
from equipoise.instruments.form import Rule, Status
from equipoise.instruments.logic import all_of, any_of
from equipoise.instruments.renal.fields import (
    CREATININE,
    CREATININE_BASELINE,
    CREATININE_ULN,
    PROTEIN_24H,
    UPCR,
    UPCR_BASELINE,
)
from equipoise.instruments.renal.protein import UNIT_POLICY, upcr_limit_mg_mmol
from equipoise.instruments.renal.response.records import describe
from equipoise.instruments.thresholds import below, choose, fallen_by, not_above, not_below

__all__ = ["INSTRUMENT", "alms"]

SOURCE = "Appel GB, et al. J Am Soc Nephrol 2009; 20:1103-1112"
INACTIVE = flag("inactive_sediment", "urinary sediment is inactive")
INPUTS = (
    UPCR,
    UPCR_BASELINE,
    CREATININE,
    CREATININE_BASELINE,
    CREATININE_ULN,
    PROTEIN_24H,
    INACTIVE,
)


def alms(
    *,
    upcr_mg_mmol: ArrayLike,
    upcr_baseline_mg_mmol: ArrayLike,
    creatinine_umol_l: ArrayLike,
    creatinine_baseline_umol_l: ArrayLike,
    creatinine_uln_umol_l: ArrayLike,
    urine_protein_24h_g: ArrayLike,
    inactive_sediment: ArrayLike,
    alms_or: bool = False,
    function_tolerance: float = 0.25,
    unit_policy: str = "exact",
) -> Graded:
    """Judge response at week 24.

    Parameters
    ----------
    upcr_mg_mmol, upcr_baseline_mg_mmol : (...) float
        Protein to creatinine ratio, now and at baseline. [mg/mmol]
    creatinine_umol_l, creatinine_baseline_umol_l, creatinine_uln_umol_l : (...) float
        Serum creatinine now, at baseline, and its upper limit. [µmol/L]
    urine_protein_24h_g : (...) float
        Protein in 24 h, for complete remission. [g/24 h]
    inactive_sediment : (...) float
        1 inactive, 0 active, NaN unknown, for complete remission.
    alms_or : bool
        Whether halving also serves a patient whose ratio was nephrotic.
    function_tolerance : float
        Creatinine is stable up to this rise, as a share of baseline. [1]
    unit_policy : {'exact', 'guideline100'}
        How 3 g/g is put into mg/mmol.

    Returns
    -------
    Graded
        Grades ``partial`` (the trial's response) and ``complete`` (its complete remission).

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    Response: ratio to < 3 g/g from >= 3, else at least halved; creatinine stable or improved.
    Complete remission: creatinine normal, protein <= 0.5 g/24 h, sediment inactive. Source:
    Appel GB, et al. J Am Soc Nephrol 2009; 20:1103-1112.
    """
    tolerance = read_setting("function_tolerance", function_tolerance, lowest=0, highest=1)
    limit = upcr_limit_mg_mmol(3.0, unit_policy=unit_policy)
    given = read_fields(
        INPUTS,
        {
            "upcr_mg_mmol": upcr_mg_mmol,
            "upcr_baseline_mg_mmol": upcr_baseline_mg_mmol,
            "creatinine_umol_l": creatinine_umol_l,
            "creatinine_baseline_umol_l": creatinine_baseline_umol_l,
            "creatinine_uln_umol_l": creatinine_uln_umol_l,
            "urine_protein_24h_g": urine_protein_24h_g,
            "inactive_sediment": inactive_sediment,
        },
    )
    ratio, baseline = given["upcr_mg_mmol"], given["upcr_baseline_mg_mmol"]
    serum = given["creatinine_umol_l"]
    halved, low = fallen_by(now=ratio, baseline=baseline, share=0.5), below(ratio, limit)
    limbs = {
        "creatinine": not_above(serum, (1 + tolerance) * given["creatinine_baseline_umol_l"]),
        "protein": choose(
            not_below(baseline, limit),
            if_true=any_of(low, halved) if check_switch("alms_or", alms_or) else low,
            if_false=halved,
        ),
    }
    remission = {
        "complete_creatinine": not_above(serum, given["creatinine_uln_umol_l"]),
        "complete_protein": not_above(given["urine_protein_24h_g"], 0.5),
        "complete_sediment": given["inactive_sediment"],
    }
    return graded(
        {"partial": all_of(*limbs.values()), "complete": all_of(*remission.values())},
        limbs={**limbs, **remission},
        inputs=given,
        parameters={
            "alms_or": alms_or,
            "function_tolerance": tolerance,
            "unit_policy": unit_policy,
        },
    )


INSTRUMENT = describe(
    alms,
    name="alms",
    title="ALMS renal response, week 24",
    inputs=INPUTS,
    grades=("partial", "complete"),
    rules=(
        Rule(
            id="protein",
            text="Ratio to < 3 g/g from >= 3, else at least halved; a secondary summary lets "
            "halving serve nephrotic patients too.",
            source=SOURCE,
            status=Status.DISPUTED,
            parameter="alms_or",
            default=False,
        ),
        Rule(
            id="function",
            text="Creatinine is stable up to this rise, as a share of baseline.",
            source=SOURCE,
            status=Status.MEMORY,
            parameter="function_tolerance",
            default=0.25,
            highest=1,
        ),
        Rule(
            id="complete",
            text="Complete: creatinine normal, protein <= 0.5 g/24 h, inactive sediment.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
        UNIT_POLICY,
    ),
    sources=(SOURCE,),
)
