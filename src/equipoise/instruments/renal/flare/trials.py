"""Renal flare as two trials defined it: AURORA 2, and a trial in childhood."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.composite import Graded, graded, read_fields
from equipoise.instruments.form import Rule, Status
from equipoise.instruments.logic import all_of
from equipoise.instruments.renal.fields import UPCR, UPCR_BASELINE
from equipoise.instruments.renal.flare.eular import LAST_RESPONSE
from equipoise.instruments.renal.protein import UNIT_POLICY, printed_g_g
from equipoise.instruments.renal.records import describe_graded
from equipoise.instruments.thresholds import above, below, choose, not_above, not_below

__all__ = ["INSTRUMENT_AURORA_2", "INSTRUMENT_CHILDHOOD", "aurora_2", "childhood"]

AURORA_2_SOURCE = "AURORA 2 extension trial of voclosporin"
CHILDHOOD_SOURCE = "trial of lupus nephritis in childhood, as read in a register"
AURORA_2_INPUTS = (UPCR, UPCR_BASELINE)
CHILDHOOD_INPUTS = (UPCR, UPCR_BASELINE, LAST_RESPONSE)


def aurora_2(
    *,
    upcr_mg_mmol: ArrayLike,
    upcr_baseline_mg_mmol: ArrayLike,
    unit_policy: str = "exact",
) -> Graded:
    """Judge a flare after adequate response, as AURORA 2 did.

    Parameters
    ----------
    upcr_mg_mmol, upcr_baseline_mg_mmol : (...) float
        Protein to creatinine ratio, now and in response. [mg/mmol]
    unit_policy : {'exact', 'guideline100'}
        How the ratio is put into the g/g of the definition.

    Returns
    -------
    Graded
        One grade, ``flare``: ratio > 1 g/g from < 0.2, or > 2 from 0.2 to 1.0; from above 1.0
        there is no rule, and from an unknown ratio there may be none: NaN.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.
    """
    given = read_fields(
        AURORA_2_INPUTS,
        {"upcr_mg_mmol": upcr_mg_mmol, "upcr_baseline_mg_mmol": upcr_baseline_mg_mmol},
    )
    ratio = printed_g_g(given["upcr_mg_mmol"], unit_policy=unit_policy)
    before = printed_g_g(given["upcr_baseline_mg_mmol"], unit_policy=unit_policy)
    risen = choose(below(before, 0.2), if_true=above(ratio, 1.0), if_false=above(ratio, 2.0))
    limbs = {"protein": np.where(not_above(before, 1.0) == 1, risen, np.nan)}
    return graded(
        {"flare": limbs["protein"]},
        limbs=limbs,
        inputs=given,
        parameters={"unit_policy": unit_policy},
    )


def childhood(
    *,
    upcr_mg_mmol: ArrayLike,
    upcr_baseline_mg_mmol: ArrayLike,
    last_response: ArrayLike,
    unit_policy: str = "exact",
) -> Graded:
    """Judge a proteinuric flare in childhood; it must persist, see ``confirmed_after``.

    Parameters
    ----------
    upcr_mg_mmol, upcr_baseline_mg_mmol : (...) float
        Protein to creatinine ratio, now and in response. [mg/mmol]
    last_response : (...) float
        2 complete, 1 partial, 0 none, NaN unknown.
    unit_policy : {'exact', 'guideline100'}
        How the ratio is put into the g/g of the definition.

    Returns
    -------
    Graded
        One grade, ``flare``: ratio > 0.5 g/g after complete response; after partial at least
        doubled and > 1.0. Without a response before it there is no rule: NaN.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.
    """
    given = read_fields(
        CHILDHOOD_INPUTS,
        {
            "upcr_mg_mmol": upcr_mg_mmol,
            "upcr_baseline_mg_mmol": upcr_baseline_mg_mmol,
            "last_response": last_response,
        },
    )
    ratio = printed_g_g(given["upcr_mg_mmol"], unit_policy=unit_policy)
    before = printed_g_g(given["upcr_baseline_mg_mmol"], unit_policy=unit_policy)
    last = given["last_response"]
    after_partial = all_of(not_below(ratio, 2 * before), above(ratio, 1.0))
    limbs = {
        "protein": np.where(
            last == 2, above(ratio, 0.5), np.where(last == 1, after_partial, np.nan)
        )
    }
    return graded(
        {"flare": limbs["protein"]},
        limbs=limbs,
        inputs=given,
        parameters={"unit_policy": unit_policy},
    )


INSTRUMENT_AURORA_2 = describe_graded(
    aurora_2,
    name="renal_flare_aurora_2",
    title="Renal flare, AURORA 2",
    purpose="flare after adequate response of lupus nephritis",
    answer="flare",
    inputs=AURORA_2_INPUTS,
    grades=("flare",),
    rules=(
        Rule(
            id="flare",
            text="Ratio > 1 g/g from < 0.2 in response, or > 2 from 0.2 to 1.0.",
            source=AURORA_2_SOURCE,
            status=Status.CONFIRMED,
        ),
        UNIT_POLICY,
    ),
    sources=(AURORA_2_SOURCE,),
)

INSTRUMENT_CHILDHOOD = describe_graded(
    childhood,
    name="renal_flare_childhood",
    title="Proteinuric flare in childhood",
    purpose="flare of lupus nephritis in childhood by protein in urine",
    answer="flare",
    inputs=CHILDHOOD_INPUTS,
    grades=("flare",),
    rules=(
        Rule(
            id="flare",
            text="Ratio > 0.5 g/g after complete response; after partial doubled and > 1.0.",
            source=CHILDHOOD_SOURCE,
            status=Status.CONFIRMED,
        ),
        UNIT_POLICY,
    ),
    sources=(CHILDHOOD_SOURCE,),
)
