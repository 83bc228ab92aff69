"""Nephritic and proteinuric flare by the EULAR consensus.

Both must be reproducible: pass the series of ``any_grade`` through
:func:`equipoise.instruments.responses.confirmed_after` with 7 days.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import Floats
from equipoise.instruments.columns import Column
from equipoise.instruments.composite import Graded, graded, read_fields
from equipoise.instruments.form import Rule, Status
from equipoise.instruments.logic import all_of, any_of
from equipoise.instruments.renal.fields import (
    ACTIVE_SEDIMENT,
    CREATININE,
    CREATININE_BASELINE,
    EGFR,
    EGFR_BASELINE,
    RED_CELLS,
    RED_CELLS_BASELINE,
    UPCR,
    UPCR_BASELINE,
)
from equipoise.instruments.renal.records import describe_graded
from equipoise.instruments.thresholds import above, fallen_by, not_below

__all__ = [
    "CONFIRM_DAYS",
    "INSTRUMENT",
    "INSTRUMENT_PROTEINURIC",
    "LAST_RESPONSE",
    "nephritic",
    "proteinuric",
]

SOURCE = "Gordon C, et al. Lupus 2009; 18:257-263"
CONFIRM_DAYS = 7.0
"""Least distance of the sample that confirms a flare. [day]"""

LAST_RESPONSE = Column(
    name="last_response",
    meaning="response from which the flare starts: 2 complete, 1 partial, 0 none",
    codes=(0.0, 1.0, 2.0),
)
NEPHRITIC_INPUTS = (
    CREATININE,
    CREATININE_BASELINE,
    EGFR,
    EGFR_BASELINE,
    ACTIVE_SEDIMENT,
    RED_CELLS,
    RED_CELLS_BASELINE,
)
PROTEINURIC_INPUTS = (UPCR, UPCR_BASELINE, LAST_RESPONSE)


def nephritic(
    *,
    creatinine_umol_l: ArrayLike,
    creatinine_baseline_umol_l: ArrayLike,
    egfr: ArrayLike,
    egfr_baseline: ArrayLike,
    active_sediment: ArrayLike,
    urine_rbc_hpf: ArrayLike,
    urine_rbc_baseline_hpf: ArrayLike,
) -> Graded:
    """Judge a nephritic flare at one visit, whatever the proteinuria.

    Parameters
    ----------
    creatinine_umol_l, creatinine_baseline_umol_l : (...) float
        Serum creatinine, now and before. [µmol/L]
    egfr, egfr_baseline : (...) float
        Filtration rate, now and before. [mL/min/1.73 m2]
    active_sediment : (...) float
        1 active, 0 not, NaN unknown.
    urine_rbc_hpf, urine_rbc_baseline_hpf : (...) float
        Red cells of glomerular origin, now and before. [1/hpf]

    Returns
    -------
    Graded
        One grade, ``flare``: creatinine up by 30 % or more, or filtration down by 10 % or more;
        active sediment; red cells up by 10 or more.

    Notes
    -----
    Source: Gordon C, et al. Lupus 2009; 18:257-263, from memory.
    """
    given = read_fields(
        NEPHRITIC_INPUTS,
        {
            "creatinine_umol_l": creatinine_umol_l,
            "creatinine_baseline_umol_l": creatinine_baseline_umol_l,
            "egfr": egfr,
            "egfr_baseline": egfr_baseline,
            "active_sediment": active_sediment,
            "urine_rbc_hpf": urine_rbc_hpf,
            "urine_rbc_baseline_hpf": urine_rbc_baseline_hpf,
        },
    )
    limbs = {
        "function": any_of(
            not_below(given["creatinine_umol_l"], 1.3 * given["creatinine_baseline_umol_l"]),
            fallen_by(now=given["egfr"], baseline=given["egfr_baseline"], share=0.1),
        ),
        "sediment": given["active_sediment"],
        "haematuria": not_below(given["urine_rbc_hpf"] - given["urine_rbc_baseline_hpf"], 10),
    }
    return graded({"flare": all_of(*limbs.values())}, limbs=limbs, inputs=given, parameters={})


def proteinuric(
    *, upcr_mg_mmol: ArrayLike, upcr_baseline_mg_mmol: ArrayLike, last_response: ArrayLike
) -> Graded:
    """Judge a proteinuric flare at one visit.

    Parameters
    ----------
    upcr_mg_mmol, upcr_baseline_mg_mmol : (...) float
        Protein to creatinine ratio, now and in response. [mg/mmol]
    last_response : (...) float
        2 complete, 1 partial, 0 none, NaN unknown.

    Returns
    -------
    Graded
        One grade, ``flare``: ratio at least doubled, to > 100 mg/mmol after complete response,
        to > 200 after partial. Without a response before it the level has no rule and is
        unknown.

    Notes
    -----
    Source: Gordon C, et al. Lupus 2009; 18:257-263, from memory.
    """
    given = read_fields(
        PROTEINURIC_INPUTS,
        {
            "upcr_mg_mmol": upcr_mg_mmol,
            "upcr_baseline_mg_mmol": upcr_baseline_mg_mmol,
            "last_response": last_response,
        },
    )
    ratio = given["upcr_mg_mmol"]
    limbs = {
        "doubled": not_below(ratio, 2 * given["upcr_baseline_mg_mmol"]),
        "level": _by_response(
            given["last_response"], complete=above(ratio, 100), partial=above(ratio, 200)
        ),
    }
    return graded({"flare": all_of(*limbs.values())}, limbs=limbs, inputs=given, parameters={})


def _by_response(last: Floats, *, complete: Floats, partial: Floats) -> Floats:
    return np.where(last == 2, complete, np.where(last == 1, partial, np.nan))


_REPRODUCIBLE = Rule(
    id="reproducible",
    text="Seen again in a sample at least 7 days later; a row of a table is one sample, so that "
    "this is for the analysis of the series.",
    source=SOURCE,
    status=Status.MEMORY,
)

INSTRUMENT = describe_graded(
    nephritic,
    name="renal_flare_nephritic",
    title="Nephritic flare, EULAR consensus",
    purpose="flare of lupus nephritis by kidney function and sediment",
    answer="nephritic_flare",
    inputs=NEPHRITIC_INPUTS,
    grades=("flare",),
    rules=(
        Rule(
            id="flare",
            text="Creatinine up by 30 % or filtration down by 10 %, with active sediment and 10 "
            "more red cells per field.",
            source=SOURCE,
            status=Status.MEMORY,
        ),
        _REPRODUCIBLE,
    ),
    sources=(SOURCE,),
)

INSTRUMENT_PROTEINURIC = describe_graded(
    proteinuric,
    name="renal_flare_proteinuric",
    title="Proteinuric flare, EULAR consensus",
    purpose="flare of lupus nephritis by protein in urine",
    answer="proteinuric_flare",
    inputs=PROTEINURIC_INPUTS,
    grades=("flare",),
    rules=(
        Rule(
            id="flare",
            text="Ratio at least doubled: to > 100 mg/mmol after complete response, to > 200 "
            "after partial.",
            source=SOURCE,
            status=Status.MEMORY,
        ),
        _REPRODUCIBLE,
    ),
    sources=(SOURCE,),
)
