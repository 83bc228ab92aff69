"""Renal flare by the relapse table of KDIGO 2012: mild, moderate, severe."""

from __future__ import annotations

from numpy.typing import ArrayLike

from equipoise import units
from equipoise.instruments.checks import Floats, check_choice
from equipoise.instruments.columns import flag, measured
from equipoise.instruments.composite import Graded, graded, read_fields
from equipoise.instruments.form import Rule, Status
from equipoise.instruments.logic import all_of, any_of
from equipoise.instruments.renal.fields import (
    CREATININE,
    CREATININE_BASELINE,
    RED_CELLS,
    RED_CELLS_BASELINE,
    UPCR,
    UPCR_BASELINE,
)
from equipoise.instruments.renal.protein import UNIT_POLICY, printed_g_g
from equipoise.instruments.renal.records import describe_graded
from equipoise.instruments.thresholds import above, below, choose, not_above, not_below

__all__ = ["INSTRUMENT", "kdigo_2012"]

SOURCE = "KDIGO 2012 Guideline for Glomerulonephritis, table 29. Kidney Int Suppl 2012; 2:221-232"
IN_GAP = ("as_printed", "moderate")
ACANTHOCYTES = measured("acanthocytes_hpf", "acanthocytes in urine", "1/hpf")
CASTS_RECURRED = flag(
    "casts_recurred", "a red-cell cast or, without infection, a white-cell cast has come back"
)
INPUTS = (
    CREATININE,
    CREATININE_BASELINE,
    UPCR,
    UPCR_BASELINE,
    RED_CELLS,
    RED_CELLS_BASELINE,
    ACANTHOCYTES,
    CASTS_RECURRED,
)


def kdigo_2012(
    *,
    creatinine_umol_l: ArrayLike,
    creatinine_baseline_umol_l: ArrayLike,
    upcr_mg_mmol: ArrayLike,
    upcr_baseline_mg_mmol: ArrayLike,
    urine_rbc_hpf: ArrayLike,
    urine_rbc_baseline_hpf: ArrayLike,
    acanthocytes_hpf: ArrayLike,
    casts_recurred: ArrayLike,
    in_gap: str = "as_printed",
    unit_policy: str = "exact",
) -> Graded:
    """Grade a renal flare.

    Parameters
    ----------
    creatinine_umol_l, creatinine_baseline_umol_l : (...) float
        Serum creatinine, now and at baseline. [µmol/L]
    upcr_mg_mmol, upcr_baseline_mg_mmol : (...) float
        Protein to creatinine ratio, now and at baseline. [mg/mmol]
    urine_rbc_hpf, urine_rbc_baseline_hpf, acanthocytes_hpf : (...) float
        Red cells now and at baseline, acanthocytes now; a mild flare rests on them. [1/hpf]
    casts_recurred : (...) float
        1 where a red-cell cast or a white-cell cast without infection came back.
    in_gap : {'as_printed', 'moderate'}
        A ratio that has risen as far as a moderate flare wants, and further than the table lets
        it, without the rise of a severe one: no flare by its ratio, or a moderate one.
    unit_policy : {'exact', 'guideline100'}
        How the ratio is put into the g/g of the table, which prints rounded mg/mmol beside.

    Returns
    -------
    Graded
        Grades ``mild``, ``moderate``, ``severe``. Without sediment a kidney that shows no higher
        flare is unknown, not free of flare.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    Mild: red cells from < 5 to > 15 with at least 2 acanthocytes, or casts back. Moderate: a
    rise of creatinine by 0.20 to 1.0 mg/dL (0.40 to 1.5 from 2.0 mg/dL); ratio from < 0.5 to
    >= 1.0 g/g, from 0.5-1.0 to >= 2.0 with a rise below 5.0, from > 1.0 at least doubled and
    still < 5.0. Severe: creatinine beyond these rises; ratio risen by more than 5.0 g/g. The
    table leaves gaps (from 3 to 6.5 g/g is neither): see ``in_gap``. Source: KDIGO
    2012 guideline for glomerulonephritis, table 29. Kidney Int Suppl 2012; 2:221-232.
    """
    check_choice("in_gap", in_gap, IN_GAP)
    given = read_fields(
        INPUTS,
        {
            "creatinine_umol_l": creatinine_umol_l,
            "creatinine_baseline_umol_l": creatinine_baseline_umol_l,
            "upcr_mg_mmol": upcr_mg_mmol,
            "upcr_baseline_mg_mmol": upcr_baseline_mg_mmol,
            "urine_rbc_hpf": urine_rbc_hpf,
            "urine_rbc_baseline_hpf": urine_rbc_baseline_hpf,
            "acanthocytes_hpf": acanthocytes_hpf,
            "casts_recurred": casts_recurred,
        },
    )
    serum_before = units.creatinine_mg_dl(given["creatinine_baseline_umol_l"])
    serum_rise = units.creatinine_mg_dl(given["creatinine_umol_l"]) - serum_before
    ratio_before = printed_g_g(given["upcr_baseline_mg_mmol"], unit_policy=unit_policy)
    ratio = printed_g_g(given["upcr_mg_mmol"], unit_policy=unit_policy)
    is_normal = below(serum_before, 2.0)
    limbs = {
        "haematuria": all_of(
            below(given["urine_rbc_baseline_hpf"], 5),
            above(given["urine_rbc_hpf"], 15),
            not_below(given["acanthocytes_hpf"], 2),
        ),
        "casts": given["casts_recurred"],
        "moderate_creatinine": choose(
            is_normal,
            if_true=_between(serum_rise, 0.20, 1.0),
            if_false=_between(serum_rise, 0.40, 1.5),
        ),
        "moderate_protein": _moderate_protein(
            ratio, ratio_before, is_capped=in_gap == "as_printed"
        ),
        "severe_creatinine": choose(
            is_normal, if_true=above(serum_rise, 1.0), if_false=above(serum_rise, 1.5)
        ),
        "severe_protein": above(ratio - ratio_before, 5.0),
    }
    return graded(
        {
            "mild": any_of(limbs["haematuria"], limbs["casts"]),
            "moderate": any_of(limbs["moderate_creatinine"], limbs["moderate_protein"]),
            "severe": any_of(limbs["severe_creatinine"], limbs["severe_protein"]),
        },
        limbs=limbs,
        inputs=given,
        parameters={"in_gap": in_gap, "unit_policy": unit_policy},
    )


def _moderate_protein(ratio: Floats, before: Floats, *, is_capped: bool) -> Floats:
    """Judge the ratio, with or without the upper ends of the table, beyond which its gaps lie."""
    from_high, from_middle = not_below(ratio, 2 * before), not_below(ratio, 2.0)
    if is_capped:
        from_high = all_of(from_high, below(ratio, 5.0))
        from_middle = all_of(from_middle, below(ratio - before, 5.0))
    return choose(
        below(before, 0.5),
        if_true=not_below(ratio, 1.0),
        if_false=choose(above(before, 1.0), if_true=from_high, if_false=from_middle),
    )


def _between(value: Floats, least: float, most: float) -> Floats:
    return all_of(not_below(value, least), not_above(value, most))


INSTRUMENT = describe_graded(
    kdigo_2012,
    name="renal_flare_kdigo2012",
    title="KDIGO 2012 renal flare",
    purpose="flare of lupus nephritis: none, mild, moderate, severe",
    answer="flare",
    inputs=INPUTS,
    grades=("mild", "moderate", "severe"),
    rules=(
        Rule(
            id="mild",
            text="Red cells from < 5 to > 15/hpf with at least 2 acanthocytes, or casts back.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="moderate",
            text="Creatinine up by 0.20-1.0 mg/dL (0.40-1.5 from 2.0); ratio from < 0.5 to "
            ">= 1.0 g/g, from 0.5-1.0 to >= 2.0 with a rise < 5.0, from > 1.0 doubled and < 5.0.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="severe",
            text="Creatinine up by more than 1.0 mg/dL (1.5 from 2.0), or ratio by more than 5.0 "
            "g/g.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="gaps",
            text="The table leaves gaps, such as a ratio from 3 to 6.5 g/g: no flare by the "
            "ratio, as printed, or a moderate one.",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="in_gap",
            default="as_printed",
            choices=IN_GAP,
        ),
        UNIT_POLICY,
    ),
    sources=(SOURCE,),
)
