"""Nephritic and proteinuric flare by the EULAR consensus.

Both must be reproducible: pass the series of ``any_grade`` through
:func:`equipoise.instruments.responses.confirmed_after` with 7 days.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import Floats
from equipoise.instruments.columns import Column
from equipoise.instruments.composite import Graded, graded, read_fields, read_setting
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
    creatinine_rise: float = 0.3,
    egfr_fall: float = 0.1,
    red_cells_rise: float = 10.0,
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
    creatinine_rise, egfr_fall : float
        Least rise of creatinine, or fall of filtration, as a share of the value before. [1]
    red_cells_rise : float
        Least rise of red cells. [1/hpf]

    Returns
    -------
    Graded
        One grade, ``flare``: creatinine up by 30 % or more, or filtration down by 10 % or more;
        active sediment; red cells up by 10 or more.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    Source: Gordon C, et al. Lupus 2009; 18:257-263, from memory.
    """
    rise = read_setting("creatinine_rise", creatinine_rise, lowest=0, highest=5)
    fall = read_setting("egfr_fall", egfr_fall, lowest=0, highest=1)
    cells = read_setting("red_cells_rise", red_cells_rise, lowest=0, highest=1000)
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
            not_below(given["creatinine_umol_l"], (1 + rise) * given["creatinine_baseline_umol_l"]),
            fallen_by(now=given["egfr"], baseline=given["egfr_baseline"], share=fall),
        ),
        "sediment": given["active_sediment"],
        "haematuria": not_below(given["urine_rbc_hpf"] - given["urine_rbc_baseline_hpf"], cells),
    }
    return graded(
        {"flare": all_of(*limbs.values())},
        limbs=limbs,
        inputs=given,
        parameters={"creatinine_rise": rise, "egfr_fall": fall, "red_cells_rise": cells},
    )


def proteinuric(
    *,
    upcr_mg_mmol: ArrayLike,
    upcr_baseline_mg_mmol: ArrayLike,
    last_response: ArrayLike,
    least_multiple: float = 2.0,
    after_complete_mg_mmol: float = 100.0,
    after_partial_mg_mmol: float = 200.0,
) -> Graded:
    """Judge a proteinuric flare at one visit.

    Parameters
    ----------
    upcr_mg_mmol, upcr_baseline_mg_mmol : (...) float
        Protein to creatinine ratio, now and in response. [mg/mmol]
    last_response : (...) float
        2 complete, 1 partial, 0 none, NaN unknown.
    least_multiple : float
        Least ratio as a multiple of that in response. [1]
    after_complete_mg_mmol, after_partial_mg_mmol : float
        The ratio lies strictly above. [mg/mmol]

    Returns
    -------
    Graded
        One grade, ``flare``: ratio at least doubled, to > 100 mg/mmol after complete response,
        to > 200 after partial. Without a response before it the level has no rule and is
        unknown.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    Source: Gordon C, et al. Lupus 2009; 18:257-263, from memory.
    """
    multiple = read_setting("least_multiple", least_multiple, lowest=1, highest=10)
    complete = read_setting(
        "after_complete_mg_mmol", after_complete_mg_mmol, lowest=10, highest=1000
    )
    partial = read_setting("after_partial_mg_mmol", after_partial_mg_mmol, lowest=10, highest=1000)
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
        "doubled": not_below(ratio, multiple * given["upcr_baseline_mg_mmol"]),
        "level": _by_response(
            given["last_response"], complete=above(ratio, complete), partial=above(ratio, partial)
        ),
    }
    return graded(
        {"flare": all_of(*limbs.values())},
        limbs=limbs,
        inputs=given,
        parameters={
            "least_multiple": multiple,
            "after_complete_mg_mmol": complete,
            "after_partial_mg_mmol": partial,
        },
    )


def _by_response(last: Floats, *, complete: Floats, partial: Floats) -> Floats:
    return np.where(last == 2, complete, np.where(last == 1, partial, np.nan))


_REPRODUCIBLE = Rule(
    id="reproducible",
    text="Seen again in a sample at least 7 days later; a row of a table is one sample, so that "
    "this is for the analysis of the series.",
    source=SOURCE,
    status=Status.MEMORY,
    fixed="A row knows nothing of a later sample; the series is confirmed apart, by "
    "confirmed_after, which takes the days.",
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
            id="creatinine",
            text="Creatinine has risen by at least this share.",
            source=SOURCE,
            status=Status.MEMORY,
            parameter="creatinine_rise",
            default=0.3,
            highest=5,
        ),
        Rule(
            id="filtration",
            text="Or filtration has fallen by at least this share.",
            source=SOURCE,
            status=Status.MEMORY,
            parameter="egfr_fall",
            default=0.1,
            highest=1,
        ),
        Rule(
            id="sediment",
            text="With active sediment and at least so many more red cells per field.",
            source=SOURCE,
            status=Status.MEMORY,
            parameter="red_cells_rise",
            default=10.0,
            highest=1000,
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
            id="doubled",
            text="Ratio of at least so many times that in response.",
            source=SOURCE,
            status=Status.MEMORY,
            parameter="least_multiple",
            default=2.0,
            lowest=1,
            highest=10,
        ),
        Rule(
            id="after_complete",
            text="And ratio above this after complete response. [mg/mmol]",
            source=SOURCE,
            status=Status.MEMORY,
            parameter="after_complete_mg_mmol",
            default=100.0,
            lowest=10,
            highest=1000,
        ),
        Rule(
            id="after_partial",
            text="And ratio above this after partial response. [mg/mmol]",
            source=SOURCE,
            status=Status.MEMORY,
            parameter="after_partial_mg_mmol",
            default=200.0,
            lowest=10,
            highest=1000,
        ),
        _REPRODUCIBLE,
    ),
    sources=(SOURCE,),
)
