"""Remission of nephritis as registered for the trial of umbilical cord cells, NCT01539902.

The registry fixes remission and leaves "stable" without a number; complete remission was counted
in the publication but its definition is not found, so that the one here is a stand-in.
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from equipoise.instruments.checks import check_switch
from equipoise.instruments.composite import Graded, graded, read_fields, read_setting
from equipoise.instruments.form import Rule, Status
from equipoise.instruments.logic import all_of
from equipoise.instruments.renal.fields import (
    CREATININE,
    CREATININE_BASELINE,
    PROTEIN_24H,
    PROTEIN_24H_BASELINE,
    RED_CELLS,
)
from equipoise.instruments.renal.response.records import describe
from equipoise.instruments.thresholds import above, below, choose, fallen_by, not_above

__all__ = ["INSTRUMENT", "nct01539902"]

REGISTRY = "ClinicalTrials.gov NCT01539902, record of 2012"
DENG_2017 = "Deng D, et al. Ann Rheum Dis 2017; 76:1436-1439"

INPUTS = (PROTEIN_24H, PROTEIN_24H_BASELINE, CREATININE, CREATININE_BASELINE, RED_CELLS)
NEPHROTIC_G = 3.0


def nct01539902(
    *,
    urine_protein_24h_g: ArrayLike,
    urine_protein_24h_baseline_g: ArrayLike,
    creatinine_umol_l: ArrayLike,
    creatinine_baseline_umol_l: ArrayLike,
    urine_rbc_hpf: ArrayLike,
    function_tolerance: float = 0.15,
    halving_binds_subnephrotic: bool = False,
    complete_protein_g: float = 0.5,
    complete_red_cells_hpf: float = 5.0,
) -> Graded:
    """Judge remission of nephritis by the registered rule; the trial asks for it at 6 months.

    Parameters
    ----------
    urine_protein_24h_g, urine_protein_24h_baseline_g : (...) float
        Protein of a 24 h collection, now and at baseline. [g/24 h]
    creatinine_umol_l, creatinine_baseline_umol_l : (...) float
        Serum creatinine, now and at baseline. [µmol/L]
    urine_rbc_hpf : (...) float
        Red cells in urine. [1/hpf]
    function_tolerance : float
        Kidney function is stable up to this rise of creatinine, as a share of baseline. [1]
    halving_binds_subnephrotic : bool
        Whether protein must also halve where baseline is not above 3 g.
    complete_protein_g, complete_red_cells_hpf : float
        Stand-in for the complete grade: protein strictly below, red cells at most.
        [g/24 h], [1/hpf]

    Returns
    -------
    Graded
        Grades ``partial`` (remission by the registry) and ``complete`` (stand-in). Death is an
        intercurrent event and not handled here.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    Remission, all of: function stable or improved; red cells < 10; from a baseline > 3 g protein
    < 3 g and at least halved, else protein < 1 g (a baseline of exactly 3 takes the second
    branch). Complete, besides: protein < 0.5 g and red cells <= 5. Sources: registry record
    NCT01539902; the parameters and the complete grade are assumptions.
    """
    tolerance = read_setting("function_tolerance", function_tolerance, lowest=0, highest=1)
    complete_protein = read_setting(
        "complete_protein_g", complete_protein_g, lowest=0, highest=NEPHROTIC_G
    )
    complete_cells = read_setting(
        "complete_red_cells_hpf", complete_red_cells_hpf, lowest=0, highest=10
    )
    binds = check_switch("halving_binds_subnephrotic", halving_binds_subnephrotic)
    given = read_fields(
        INPUTS,
        {
            "urine_protein_24h_g": urine_protein_24h_g,
            "urine_protein_24h_baseline_g": urine_protein_24h_baseline_g,
            "creatinine_umol_l": creatinine_umol_l,
            "creatinine_baseline_umol_l": creatinine_baseline_umol_l,
            "urine_rbc_hpf": urine_rbc_hpf,
        },
    )
    protein, baseline = given["urine_protein_24h_g"], given["urine_protein_24h_baseline_g"]
    red_cells = given["urine_rbc_hpf"]
    halved = fallen_by(now=protein, baseline=baseline, share=0.5)
    small = below(protein, 1.0)
    limbs = {
        "function": not_above(
            given["creatinine_umol_l"], (1 + tolerance) * given["creatinine_baseline_umol_l"]
        ),
        "red_cells": below(red_cells, 10),
        "protein": choose(
            above(baseline, NEPHROTIC_G),
            if_true=all_of(below(protein, NEPHROTIC_G), halved),
            if_false=all_of(small, halved) if binds else small,
        ),
    }
    remission = all_of(*limbs.values())
    stand_in = {
        "complete_protein": below(protein, complete_protein),
        "complete_red_cells": not_above(red_cells, complete_cells),
    }
    return graded(
        {"partial": remission, "complete": all_of(remission, *stand_in.values())},
        limbs={**limbs, **stand_in},
        inputs=given,
        parameters={
            "function_tolerance": tolerance,
            "halving_binds_subnephrotic": halving_binds_subnephrotic,
            "complete_protein_g": complete_protein,
            "complete_red_cells_hpf": complete_cells,
            "complete": "stand-in: the publication's definition was not found",
        },
    )


INSTRUMENT = describe(
    nct01539902,
    name="nct01539902",
    title="Remission of nephritis, NCT01539902",
    inputs=INPUTS,
    grades=("partial", "complete"),
    rules=(
        Rule(
            id="remission",
            text="Function stable or improved; red cells < 10/hpf; protein < 3 g and at least "
            "halved from a baseline > 3 g, else < 1 g. At 6 months.",
            source=REGISTRY,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="stable",
            text="Function is stable while creatinine has not risen by more than this share.",
            source="assumption: the registry gives no number",
            status=Status.MEMORY,
            parameter="function_tolerance",
            default=0.15,
            highest=1,
        ),
        Rule(
            id="halving",
            text="Whether protein must also halve from a baseline of 3 g or less.",
            source="assumption: the registry can be read both ways",
            status=Status.MEMORY,
            parameter="halving_binds_subnephrotic",
            default=False,
        ),
        Rule(
            id="complete_protein",
            text="Stand-in for complete: remission with protein strictly below this. [g/24 h]",
            source="assumption: no definition was found",
            status=Status.MEMORY,
            parameter="complete_protein_g",
            default=0.5,
            highest=NEPHROTIC_G,
        ),
        Rule(
            id="complete_red_cells",
            text="Stand-in for complete: and at most so many red cells per field. [1/hpf]",
            source="assumption: no definition was found",
            status=Status.MEMORY,
            parameter="complete_red_cells_hpf",
            default=5.0,
            highest=10,
        ),
    ),
    sources=(REGISTRY, DENG_2017),
)
