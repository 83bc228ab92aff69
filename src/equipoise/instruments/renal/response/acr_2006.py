"""ACR 2006: three domains judged apart, and complete renal remission.

Each domain can improve, hold or worsen; the criteria name no composite partial response.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import Floats
from equipoise.instruments.columns import flag
from equipoise.instruments.composite import Graded, graded, read_fields, read_setting
from equipoise.instruments.form import Rule, Status
from equipoise.instruments.logic import all_of, any_of, negate
from equipoise.instruments.renal.fields import (
    CELLULAR_CASTS,
    EGFR,
    EGFR_BASELINE,
    NORMAL_EGFR,
    RED_CELLS,
    UPCR,
    UPCR_BASELINE,
    WHITE_CELLS,
)
from equipoise.instruments.renal.protein import UNIT_POLICY, upcr_limit_mg_mmol
from equipoise.instruments.renal.response.records import describe
from equipoise.instruments.thresholds import above, below, fallen_by, not_above, not_below

__all__ = ["INSTRUMENT", "Acr2006Domains", "acr_2006", "acr_2006_domains", "sediment_is_inactive"]

SOURCE = "American College of Rheumatology. Arthritis Rheum 2006; 54:421-432"
PARIKH_2020 = "Parikh SV, et al. Am J Kidney Dis 2020; 76(2), table of criteria"
INPUTS = (UPCR, EGFR, RED_CELLS, WHITE_CELLS, CELLULAR_CASTS)
_INACTIVE = tuple(
    flag(name, "the sediment is inactive")
    for name in ("sediment_inactive", "sediment_inactive_baseline")
)
CELLS_LIMIT_HPF = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Acr2006Domains:
    """The domains of ACR 2006, each (...) float with NaN for unknown.

    Attributes
    ----------
    function : (...) float
        1 filtration improved (by a quarter, from below normal), -1 worse (by a quarter), else 0.
    proteinuria : (...) float
        2 complete, 1 partial, -1 worse (doubled), else 0.
    sediment : (...) float
        1 active became inactive, -1 inactive became active, else 0.
    """

    function: Floats
    proteinuria: Floats
    sediment: Floats


def acr_2006(
    *,
    upcr_mg_mmol: ArrayLike,
    egfr: ArrayLike,
    urine_rbc_hpf: ArrayLike,
    urine_wbc_hpf: ArrayLike,
    cellular_casts: ArrayLike,
    complete_g_g: float = 0.2,
    normal_egfr: float = NORMAL_EGFR,
    red_cells_limit_hpf: float = CELLS_LIMIT_HPF,
    white_cells_limit_hpf: float = CELLS_LIMIT_HPF,
    unit_policy: str = "exact",
) -> Graded:
    """Judge complete renal remission.

    Parameters
    ----------
    upcr_mg_mmol : (...) float
        Protein to creatinine ratio. [mg/mmol]
    egfr : (...) float
        Filtration rate. [mL/min/1.73 m2]
    urine_rbc_hpf, urine_wbc_hpf : (...) float
        Red and white cells in urine. [1/hpf]
    cellular_casts : (...) float
        1 seen, 0 not, NaN unknown.
    complete_g_g : float
        The ratio lies strictly below. [g/g]
    normal_egfr : float
        Filtration is at least this. [mL/min/1.73 m2]
    red_cells_limit_hpf, white_cells_limit_hpf : float
        Most cells of an inactive sediment. [1/hpf]
    unit_policy : {'exact', 'guideline100'}
        How the limit of the ratio is put into mg/mmol.

    Returns
    -------
    Graded
        One grade, ``complete``: filtration >= 90, ratio < 0.2 g/g, inactive sediment.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    Source: Arthritis Rheum 2006; 54:421-432, from memory.
    """
    limit = read_setting("complete_g_g", complete_g_g, lowest=0.05, highest=1)
    normal = read_setting("normal_egfr", normal_egfr, lowest=1, highest=200)
    red = read_setting("red_cells_limit_hpf", red_cells_limit_hpf, lowest=0, highest=1000)
    white = read_setting("white_cells_limit_hpf", white_cells_limit_hpf, lowest=0, highest=1000)
    ratio = upcr_limit_mg_mmol(limit, unit_policy=unit_policy)
    given = read_fields(
        INPUTS,
        {
            "upcr_mg_mmol": upcr_mg_mmol,
            "egfr": egfr,
            "urine_rbc_hpf": urine_rbc_hpf,
            "urine_wbc_hpf": urine_wbc_hpf,
            "cellular_casts": cellular_casts,
        },
    )
    limbs = {
        "function": not_below(given["egfr"], normal),
        "protein": below(given["upcr_mg_mmol"], ratio),
        "sediment": sediment_is_inactive(
            urine_rbc_hpf=given["urine_rbc_hpf"],
            urine_wbc_hpf=given["urine_wbc_hpf"],
            cellular_casts=given["cellular_casts"],
            red_cells_limit_hpf=red,
            white_cells_limit_hpf=white,
        ),
    }
    return graded(
        {"complete": all_of(*limbs.values())},
        limbs=limbs,
        inputs=given,
        parameters={
            "complete_g_g": limit,
            "normal_egfr": normal,
            "red_cells_limit_hpf": red,
            "white_cells_limit_hpf": white,
            "unit_policy": unit_policy,
        },
    )


def sediment_is_inactive(
    *,
    urine_rbc_hpf: ArrayLike,
    urine_wbc_hpf: ArrayLike,
    cellular_casts: ArrayLike,
    red_cells_limit_hpf: float = CELLS_LIMIT_HPF,
    white_cells_limit_hpf: float = CELLS_LIMIT_HPF,
) -> Floats:
    """Say whether a sediment is inactive: few red and white cells, no cellular cast.

    Parameters
    ----------
    urine_rbc_hpf, urine_wbc_hpf : (...) float
        Red and white cells. [1/hpf]
    cellular_casts : (...) float
        1 where there are any, 0 none, NaN unknown.
    red_cells_limit_hpf, white_cells_limit_hpf : float
        So many are still few. [1/hpf]

    Returns
    -------
    (...) float
        1, 0, or NaN where what is unknown decides.

    Raises
    ------
    DataError
        For values and limits outside their range, and for shapes that do not broadcast.
    """
    red_limit = read_setting("red_cells_limit_hpf", red_cells_limit_hpf, lowest=0, highest=1000)
    white_limit = read_setting(
        "white_cells_limit_hpf", white_cells_limit_hpf, lowest=0, highest=1000
    )
    given = read_fields(
        (RED_CELLS, WHITE_CELLS, CELLULAR_CASTS),
        {
            "urine_rbc_hpf": urine_rbc_hpf,
            "urine_wbc_hpf": urine_wbc_hpf,
            "cellular_casts": cellular_casts,
        },
    )
    return all_of(
        not_above(given["urine_rbc_hpf"], red_limit),
        not_above(given["urine_wbc_hpf"], white_limit),
        negate(given["cellular_casts"]),
    )


def acr_2006_domains(
    *,
    upcr_mg_mmol: ArrayLike,
    upcr_baseline_mg_mmol: ArrayLike,
    egfr: ArrayLike,
    egfr_baseline: ArrayLike,
    sediment_inactive: ArrayLike,
    sediment_inactive_baseline: ArrayLike,
    unit_policy: str = "exact",
) -> Acr2006Domains:
    """Judge the three domains against baseline.

    Parameters
    ----------
    upcr_mg_mmol, upcr_baseline_mg_mmol : (...) float
        Protein to creatinine ratio, now and at baseline. [mg/mmol]
    egfr, egfr_baseline : (...) float
        Filtration rate, now and at baseline. [mL/min/1.73 m2]
    sediment_inactive, sediment_inactive_baseline : (...) float
        Answers of :func:`sediment_is_inactive`.
    unit_policy : {'exact', 'guideline100'}
        How limits printed in g/g are put into mg/mmol.

    Returns
    -------
    Acr2006Domains
        A change of exactly a quarter counts, and so does exactly a doubling.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    Source: Arthritis Rheum 2006; 54:421-432, from memory.
    """
    given = read_fields(
        (UPCR, UPCR_BASELINE, EGFR, EGFR_BASELINE, *_INACTIVE),
        {
            "upcr_mg_mmol": upcr_mg_mmol,
            "upcr_baseline_mg_mmol": upcr_baseline_mg_mmol,
            "egfr": egfr,
            "egfr_baseline": egfr_baseline,
            "sediment_inactive": sediment_inactive,
            "sediment_inactive_baseline": sediment_inactive_baseline,
        },
    )
    ratio, ratio_before = given["upcr_mg_mmol"], given["upcr_baseline_mg_mmol"]
    rate, rate_before = given["egfr"], given["egfr_baseline"]
    low = upcr_limit_mg_mmol(0.2, unit_policy=unit_policy)
    high = upcr_limit_mg_mmol(2.0, unit_policy=unit_policy)
    inactive, before = given["sediment_inactive"], given["sediment_inactive_baseline"]

    gained = all_of(below(rate_before, NORMAL_EGFR), not_below(rate, 1.25 * rate_before))
    lost = fallen_by(now=rate, baseline=rate_before, share=0.25)
    complete = below(ratio, low)
    partial = all_of(not_above(ratio, high), fallen_by(now=ratio, baseline=ratio_before, share=0.5))
    doubled = all_of(above(ratio, ratio_before), not_below(ratio, 2 * ratio_before))
    return Acr2006Domains(
        function=gained - lost,
        proteinuria=_where_known(
            complete, 2.0, any_of(complete, partial) - all_of(doubled, negate(complete))
        ),
        sediment=all_of(inactive, negate(before)) - all_of(negate(inactive), before),
    )


def _where_known(condition: Floats, answer: float, otherwise: Floats) -> Floats:
    """Give the answer where the condition holds, NaN where it is unknown."""
    return np.where(np.isnan(condition), np.nan, np.where(condition == 1, answer, otherwise))


INSTRUMENT = describe(
    acr_2006,
    name="acr_2006",
    title="ACR 2006 complete renal remission",
    inputs=INPUTS,
    grades=("complete",),
    rules=(
        Rule(
            id="red_cells",
            text="Sediment is inactive up to so many red cells per field. [1/hpf]",
            source=SOURCE,
            status=Status.MEMORY,
            parameter="red_cells_limit_hpf",
            default=CELLS_LIMIT_HPF,
            highest=1000,
        ),
        Rule(
            id="white_cells",
            text="Sediment is inactive up to so many white cells per field. [1/hpf]",
            source=SOURCE,
            status=Status.MEMORY,
            parameter="white_cells_limit_hpf",
            default=CELLS_LIMIT_HPF,
            highest=1000,
        ),
        Rule(
            id="casts",
            text="An inactive sediment has no cellular cast.",
            source=SOURCE,
            status=Status.MEMORY,
            fixed="One cast already makes a sediment active: there is no lower number to choose.",
        ),
        Rule(
            id="ratio",
            text="The ratio lies strictly below this. [g/g]",
            source=f"{SOURCE}; {PARIKH_2020}",
            status=Status.CONFIRMED,
            parameter="complete_g_g",
            default=0.2,
            lowest=0.05,
            highest=1,
        ),
        Rule(
            id="function",
            text="Filtration of at least this; a later table prints normal creatinine, or "
            "filtration better by a quarter.",
            source=f"{SOURCE}; {PARIKH_2020}",
            status=Status.DISPUTED,
            parameter="normal_egfr",
            default=NORMAL_EGFR,
            lowest=1,
            highest=200,
        ),
        UNIT_POLICY,
    ),
    sources=(SOURCE, PARIKH_2020),
)
