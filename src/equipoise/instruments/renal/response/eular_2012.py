"""EULAR/ERA-EDTA 2012: complete and partial response, printed in mg/mmol."""

from __future__ import annotations

from numpy.typing import ArrayLike

from equipoise.instruments.composite import Graded, graded, read_fields, read_setting
from equipoise.instruments.form import Rule, Status
from equipoise.instruments.logic import all_of
from equipoise.instruments.renal.fields import EGFR, EGFR_BASELINE, NORMAL_EGFR, UPCR, UPCR_BASELINE
from equipoise.instruments.renal.response.records import describe
from equipoise.instruments.thresholds import below, choose, fallen_by, not_below

__all__ = ["INSTRUMENT", "eular_2012"]

SOURCE = "Bertsias GK, et al. Ann Rheum Dis 2012; 71:1771-1782"
INPUTS = (UPCR, UPCR_BASELINE, EGFR, EGFR_BASELINE)
COMPLETE_MG_MMOL = 50.0


def eular_2012(
    *,
    upcr_mg_mmol: ArrayLike,
    upcr_baseline_mg_mmol: ArrayLike,
    egfr: ArrayLike,
    egfr_baseline: ArrayLike,
    normal_egfr: float = NORMAL_EGFR,
    near_share: float = 0.9,
    nephrotic_mg_mmol: float = 300.0,
) -> Graded:
    """Judge response, looked for from 6 months and not later than 12.

    Parameters
    ----------
    upcr_mg_mmol, upcr_baseline_mg_mmol : (...) float
        Protein to creatinine ratio, now and at baseline. [mg/mmol]
    egfr, egfr_baseline : (...) float
        Filtration rate, now and at baseline. [mL/min/1.73 m2]
    normal_egfr : float
        Filtration from which function is normal. [mL/min/1.73 m2]
    near_share : float
        Share of normal from which function is near normal, where it was abnormal. [1]
    nephrotic_mg_mmol : float
        Ratio from which proteinuria is nephrotic. [mg/mmol]

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
    Complete: ratio < 50 mg/mmol; partial: at least halved to below nephrotic; both with normal
    function, or within 10 % of normal where it was abnormal at baseline. Source: Bertsias GK,
    et al. Ann Rheum Dis 2012; 71:1771-1782 (the web page prints mg/mol, a slip).
    """
    normal = read_setting("normal_egfr", normal_egfr, lowest=1, highest=200)
    near = read_setting("near_share", near_share, lowest=0.5, highest=1)
    nephrotic = read_setting("nephrotic_mg_mmol", nephrotic_mg_mmol, lowest=50, highest=1000)
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
    function = choose(
        below(given["egfr_baseline"], normal),
        if_true=not_below(given["egfr"], near * normal),
        if_false=not_below(given["egfr"], normal),
    )
    limbs = {
        "function": function,
        "complete_protein": below(ratio, COMPLETE_MG_MMOL),
        "halved": fallen_by(now=ratio, baseline=given["upcr_baseline_mg_mmol"], share=0.5),
        "subnephrotic": below(ratio, nephrotic),
    }
    return graded(
        {
            "partial": all_of(function, limbs["halved"], limbs["subnephrotic"]),
            "complete": all_of(function, limbs["complete_protein"]),
        },
        limbs=limbs,
        inputs=given,
        parameters={
            "normal_egfr": normal,
            "near_share": near,
            "nephrotic_mg_mmol": nephrotic,
        },
    )


INSTRUMENT = describe(
    eular_2012,
    name="eular_2012",
    title="EULAR/ERA-EDTA 2012 renal response",
    inputs=INPUTS,
    grades=("partial", "complete"),
    rules=(
        Rule(
            id="complete",
            text="Complete: ratio < 50 mg/mmol with normal or near-normal function.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="function",
            text="Function is normal from this filtration.",
            source=SOURCE,
            status=Status.MEMORY,
            parameter="normal_egfr",
            default=NORMAL_EGFR,
            lowest=1,
            highest=200,
        ),
        Rule(
            id="near_normal",
            text="Where it was abnormal at baseline, filtration of at least this share of normal.",
            source=SOURCE,
            status=Status.CONFIRMED,
            parameter="near_share",
            default=0.9,
            lowest=0.5,
            highest=1,
        ),
        Rule(
            id="partial",
            text="Partial: ratio at least halved to below this one, with the same function.",
            source=SOURCE,
            status=Status.MEMORY,
            parameter="nephrotic_mg_mmol",
            default=300.0,
            lowest=50,
            highest=1000,
        ),
    ),
    sources=(SOURCE,),
)
