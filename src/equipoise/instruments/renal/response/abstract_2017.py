"""Remission in the words of the 2017 abstract: function, red cells and protein, no thresholds.

Kept to show how far the looser reading is from the registered rule; not for a new trial.
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from equipoise.instruments.composite import Graded, graded, read_fields, read_setting
from equipoise.instruments.form import Rule, Status
from equipoise.instruments.logic import all_of
from equipoise.instruments.renal.fields import (
    EGFR,
    EGFR_BASELINE,
    RED_CELLS,
    RED_CELLS_BASELINE,
    UPCR,
    UPCR_BASELINE,
)
from equipoise.instruments.renal.protein import UNIT_POLICY, upcr_limit_mg_mmol
from equipoise.instruments.renal.response.records import describe
from equipoise.instruments.thresholds import below, choose, not_above, not_below

__all__ = ["INSTRUMENT", "abstract_2017"]

ASSUMED = "assumption: the abstract gives no number"
INPUTS = (UPCR, UPCR_BASELINE, EGFR, EGFR_BASELINE, RED_CELLS, RED_CELLS_BASELINE)


def abstract_2017(
    *,
    upcr_mg_mmol: ArrayLike,
    upcr_baseline_mg_mmol: ArrayLike,
    egfr: ArrayLike,
    egfr_baseline: ArrayLike,
    urine_rbc_hpf: ArrayLike,
    urine_rbc_baseline_hpf: ArrayLike,
    function_tolerance: float = 0.15,
    normal_red_cells_hpf: float = 5.0,
    normal_g_g: float = 0.2,
    unit_policy: str = "exact",
) -> Graded:
    """Judge remission by an operational form of the abstract.

    Parameters
    ----------
    upcr_mg_mmol, upcr_baseline_mg_mmol : (...) float
        Protein to creatinine ratio, now and at baseline. [mg/mmol]
    egfr, egfr_baseline : (...) float
        Filtration rate, now and at baseline. [mL/min/1.73 m2]
    urine_rbc_hpf, urine_rbc_baseline_hpf : (...) float
        Red cells in urine, now and at baseline. [1/hpf]
    function_tolerance : float
        Function is stable down to this loss, as a share of baseline. [1]
    normal_red_cells_hpf, normal_g_g : float
        Red cells and ratio that are normal, so that they need not fall. [1/hpf], [g/g]
    unit_policy : {'exact', 'guideline100'}
        How the normal ratio is put into mg/mmol.

    Returns
    -------
    Graded
        One grade, ``remission``.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    Red cells below baseline, or <= 5 from a baseline <= 5; ratio below baseline, or <= 0.2 g/g
    from a baseline <= 0.2. Source of the words: Deng D, et al. Ann Rheum Dis 2017;
    76:1436-1439; the numbers are assumptions.
    """
    tolerance = read_setting("function_tolerance", function_tolerance, lowest=0, highest=1)
    cells = read_setting("normal_red_cells_hpf", normal_red_cells_hpf, lowest=0, highest=1000)
    normal = read_setting("normal_g_g", normal_g_g, lowest=0, highest=3)
    normal_ratio = upcr_limit_mg_mmol(normal, unit_policy=unit_policy)
    given = read_fields(
        INPUTS,
        {
            "upcr_mg_mmol": upcr_mg_mmol,
            "upcr_baseline_mg_mmol": upcr_baseline_mg_mmol,
            "egfr": egfr,
            "egfr_baseline": egfr_baseline,
            "urine_rbc_hpf": urine_rbc_hpf,
            "urine_rbc_baseline_hpf": urine_rbc_baseline_hpf,
        },
    )
    limbs = {
        "function": not_below(given["egfr"], (1 - tolerance) * given["egfr_baseline"]),
        "red_cells": _lower_or_normal(
            given["urine_rbc_hpf"], given["urine_rbc_baseline_hpf"], normal=cells
        ),
        "protein": _lower_or_normal(
            given["upcr_mg_mmol"], given["upcr_baseline_mg_mmol"], normal=normal_ratio
        ),
    }
    return graded(
        {"remission": all_of(*limbs.values())},
        limbs=limbs,
        inputs=given,
        parameters={
            "function_tolerance": tolerance,
            "normal_red_cells_hpf": cells,
            "normal_g_g": normal,
            "unit_policy": unit_policy,
        },
    )


def _lower_or_normal(now: ArrayLike, baseline: ArrayLike, *, normal: float) -> ArrayLike:
    return choose(
        not_above(baseline, normal), if_true=not_above(now, normal), if_false=below(now, baseline)
    )


INSTRUMENT = describe(
    abstract_2017,
    name="abstract_2017",
    title="Remission of nephritis in the words of the 2017 abstract",
    inputs=INPUTS,
    grades=("remission",),
    rules=(
        Rule(
            id="remission",
            text="Function stabilised or improved, red cells and protein reduced.",
            source="Deng D, et al. Ann Rheum Dis 2017; 76:1436-1439",
            status=Status.CONFIRMED,
        ),
        Rule(
            id="stable",
            text="Function is stable down to this loss of filtration, as a share of baseline.",
            source=ASSUMED,
            status=Status.MEMORY,
            parameter="function_tolerance",
            default=0.15,
            highest=1,
        ),
        Rule(
            id="normal_red_cells",
            text="Up to so many red cells per field are normal and need not fall. [1/hpf]",
            source=ASSUMED,
            status=Status.MEMORY,
            parameter="normal_red_cells_hpf",
            default=5.0,
            highest=1000,
        ),
        Rule(
            id="normal_ratio",
            text="Up to this the ratio is normal and need not fall. [g/g]",
            source=ASSUMED,
            status=Status.MEMORY,
            parameter="normal_g_g",
            default=0.2,
            highest=3,
        ),
        UNIT_POLICY,
    ),
    sources=("Deng D, et al. Ann Rheum Dis 2017; 76:1436-1439",),
)
