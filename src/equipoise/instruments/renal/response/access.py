"""ACCESS, week 24: complete and partial response with adherence to the steroid taper."""

from __future__ import annotations

from numpy.typing import ArrayLike

from equipoise.instruments.columns import flag
from equipoise.instruments.composite import Graded, graded, read_fields
from equipoise.instruments.form import Rule, Status
from equipoise.instruments.logic import all_of, any_of
from equipoise.instruments.renal.fields import (
    CREATININE,
    CREATININE_BASELINE,
    CREATININE_ULN,
    UPCR,
    UPCR_BASELINE,
)
from equipoise.instruments.renal.protein import UNIT_POLICY, upcr_limit_mg_mmol
from equipoise.instruments.renal.response.records import describe
from equipoise.instruments.thresholds import below, not_above

__all__ = ["INSTRUMENT", "access"]

SOURCE = "ACCESS Trial Group. Arthritis Rheumatol 2014; 66:3096-3104"
ADHERENT = flag(
    "steroid_adherent", "kept to the taper of steroid: 10 mg/day of prednisone by week 12"
)
INPUTS = (UPCR, UPCR_BASELINE, CREATININE, CREATININE_BASELINE, CREATININE_ULN, ADHERENT)


def access(
    *,
    upcr_mg_mmol: ArrayLike,
    upcr_baseline_mg_mmol: ArrayLike,
    creatinine_umol_l: ArrayLike,
    creatinine_baseline_umol_l: ArrayLike,
    creatinine_uln_umol_l: ArrayLike,
    steroid_adherent: ArrayLike,
    unit_policy: str = "exact",
) -> Graded:
    """Judge response at week 24.

    Parameters
    ----------
    upcr_mg_mmol, upcr_baseline_mg_mmol : (...) float
        Protein to creatinine ratio, now and at baseline. [mg/mmol]
    creatinine_umol_l, creatinine_baseline_umol_l, creatinine_uln_umol_l : (...) float
        Serum creatinine now, at baseline, and its upper limit. [µmol/L]
    steroid_adherent : (...) float
        1 where the taper was kept, 0 where not, NaN unknown.
    unit_policy : {'exact', 'guideline100'}
        How 0.5 g/g is put into mg/mmol.

    Returns
    -------
    Graded
        Grades ``partial`` (ratio fallen by *more* than half) and ``complete`` (< 0.5 g/g).

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    Creatinine normal, or within 25 % of baseline if abnormal: an improvement always passes.
    Source: Arthritis Rheumatol 2014; 66:3096-3104.
    """
    limit = upcr_limit_mg_mmol(0.5, unit_policy=unit_policy)
    given = read_fields(
        INPUTS,
        {
            "upcr_mg_mmol": upcr_mg_mmol,
            "upcr_baseline_mg_mmol": upcr_baseline_mg_mmol,
            "creatinine_umol_l": creatinine_umol_l,
            "creatinine_baseline_umol_l": creatinine_baseline_umol_l,
            "creatinine_uln_umol_l": creatinine_uln_umol_l,
            "steroid_adherent": steroid_adherent,
        },
    )
    ratio, serum = given["upcr_mg_mmol"], given["creatinine_umol_l"]
    limbs = {
        "creatinine": any_of(
            not_above(serum, given["creatinine_uln_umol_l"]),
            not_above(serum, 1.25 * given["creatinine_baseline_umol_l"]),
        ),
        "steroid": given["steroid_adherent"],
        "complete_protein": below(ratio, limit),
        "halved": below(ratio, 0.5 * given["upcr_baseline_mg_mmol"]),
    }
    shared = all_of(limbs["creatinine"], limbs["steroid"])
    return graded(
        {
            "partial": all_of(shared, limbs["halved"]),
            "complete": all_of(shared, limbs["complete_protein"]),
        },
        limbs=limbs,
        inputs=given,
        parameters={"unit_policy": unit_policy},
    )


INSTRUMENT = describe(
    access,
    name="access",
    title="ACCESS renal response, week 24",
    inputs=INPUTS,
    grades=("partial", "complete"),
    rules=(
        Rule(
            id="complete",
            text="Complete: ratio < 0.5 g/g; creatinine normal or within 25 % of baseline; the "
            "taper of steroid kept.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="partial",
            text="Partial: ratio fallen by more than half, the rest the same.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
        UNIT_POLICY,
    ),
    sources=(SOURCE,),
)
