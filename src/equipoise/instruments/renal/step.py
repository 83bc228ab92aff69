"""Step targets of EULAR/ERA-EDTA 2019: a quarter less protein at 3 months, half at 6, then all.

The kernel of the definition is :func:`eular_2019`; this says which target is due in which month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from numpy.typing import ArrayLike

from equipoise.instruments.columns import flag, measured
from equipoise.instruments.composite import (
    FAILED_LIMBS,
    MISSING_INPUTS,
    Composite,
    conjunction,
    name_failed,
    name_missing,
    read_fields,
    read_setting,
)
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.renal.fields import (
    EGFR,
    EGFR_BASELINE,
    NORMAL_EGFR,
    PROTEIN_24H,
    PROTEIN_24H_BASELINE,
    PROTEIN_FROM_RATIO,
    in_house_units,
    with_other_units,
)
from equipoise.instruments.renal.response.eular_2019 import (
    COMPLETE_CUT,
    NEAR_NORMAL,
    NEAR_SHARE,
    NORMAL,
    eular_2019,
)
from equipoise.instruments.thresholds import below, choose, not_below

__all__ = ["INSTRUMENT", "eular_2019_step"]

SOURCE = "Fanouriakis A, et al. Ann Rheum Dis 2020; 79:713-723"
MONTH = measured("month", "months since start of treatment", "month", 600.0)
INPUTS = (MONTH, PROTEIN_24H, PROTEIN_24H_BASELINE, EGFR, EGFR_BASELINE)
NEPHROTIC_G = 3.0


def eular_2019_step(
    *,
    month: ArrayLike,
    urine_protein_24h_g: ArrayLike,
    urine_protein_24h_baseline_g: ArrayLike,
    egfr: ArrayLike,
    egfr_baseline: ArrayLike,
    complete_cut: float = 0.5,
    nephrotic_extension_months: float = 0.0,
    near_share: float = NEAR_SHARE,
    normal_egfr: float = NORMAL_EGFR,
) -> Composite:
    """Say whether the target of the month is met.

    Parameters
    ----------
    month : (...) float
        Months since start of treatment. [month]
    urine_protein_24h_g, urine_protein_24h_baseline_g : (...) float
        Protein in 24 h, now and at baseline. [g/24 h]
    egfr, egfr_baseline : (...) float
        Filtration rate, now and at baseline. [mL/min/1.73 m2]
    complete_cut : float
        Complete response lies strictly below; 0.5 to 0.7. [g/24 h]
    nephrotic_extension_months : float
        Months by which the complete target moves where baseline is 3 g or more; the text allows
        6 to 12. [month]
    near_share, normal_egfr : float
        As in :func:`eular_2019`.

    Returns
    -------
    Composite
        Limbs ``protein`` (before month 6: fallen by a quarter; before month 12: halved; from
        then: below ``complete_cut``) and ``function`` ((near-)normal).

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    Source: Fanouriakis A, et al. Ann Rheum Dis 2020; 79:713-723.
    """
    extension = read_setting(
        "nephrotic_extension_months", nephrotic_extension_months, lowest=0, highest=12
    )
    given = read_fields(
        INPUTS,
        {
            "month": month,
            "urine_protein_24h_g": urine_protein_24h_g,
            "urine_protein_24h_baseline_g": urine_protein_24h_baseline_g,
            "egfr": egfr,
            "egfr_baseline": egfr_baseline,
        },
    )
    response = eular_2019(
        urine_protein_24h_g=given["urine_protein_24h_g"],
        urine_protein_24h_baseline_g=given["urine_protein_24h_baseline_g"],
        egfr=given["egfr"],
        egfr_baseline=given["egfr_baseline"],
        complete_cut=complete_cut,
        near_share=near_share,
        normal_egfr=normal_egfr,
    )
    limbs = response.limbs
    time, baseline = given["month"], given["urine_protein_24h_baseline_g"]
    due = choose(
        not_below(baseline, NEPHROTIC_G),
        if_true=not_below(time, 12 + extension),
        if_false=not_below(time, 12),
    )
    protein = choose(
        below(time, 6),
        if_true=limbs["quarter"],
        if_false=choose(due, if_true=limbs["complete_protein"], if_false=limbs["halved"]),
    )
    return conjunction(
        {"protein": protein, "function": limbs["function"]},
        inputs=given,
        parameters={**response.parameters, "nephrotic_extension_months": extension},
    )


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    settings = dict(parameters)
    policy = settings.pop(PROTEIN_FROM_RATIO.parameter)
    given = in_house_units(INPUTS, columns, protein_from_ratio=policy)
    answer = eular_2019_step(**given, **settings)
    return {
        "target_met": answer.met,
        "protein": answer.limbs["protein"],
        "function": answer.limbs["function"],
        FAILED_LIMBS.name: name_failed(answer.limbs),
        MISSING_INPUTS.name: name_missing(answer.missing),
    }


INSTRUMENT = Instrument(
    id="renal_step_eular2019",
    title="EULAR/ERA-EDTA 2019 step target",
    purpose="whether protein has fallen as far as the month of treatment wants",
    inputs=with_other_units(INPUTS),
    outputs=(
        flag("target_met", "target of the month met"),
        flag("protein", "protein has fallen as far"),
        flag("function", "function (near-)normal"),
        FAILED_LIMBS,
        MISSING_INPUTS,
    ),
    rules=(
        Rule(
            id="steps",
            text="Before month 6 a quarter less protein, before month 12 half, from then on "
            "complete, always with (near-)normal function.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
        replace(COMPLETE_CUT, text="From month 12 protein lies strictly below this. [g/24 h]"),
        Rule(
            id="nephrotic",
            text="Months more for the complete target where baseline is 3 g or more; the text "
            "allows 6 to 12.",
            source=SOURCE,
            status=Status.CONFIRMED,
            parameter="nephrotic_extension_months",
            default=0.0,
            highest=12,
        ),
        NEAR_NORMAL,
        NORMAL,
        PROTEIN_FROM_RATIO,
    ),
    sources=(SOURCE,),
    scorer=_score,
)
