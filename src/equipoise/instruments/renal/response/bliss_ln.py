"""BLISS-LN: primary efficacy renal response (PERR) and complete renal response (CRR).

Both must hold at two consecutive visits: :func:`equipoise.instruments.responses.confirmed_next`.
KDIGO 2024 lists the first as the response of trials, without the limb of steroid.
"""

from __future__ import annotations

from collections.abc import Mapping

from numpy.typing import ArrayLike

from equipoise.instruments.checks import Floats
from equipoise.instruments.composite import Graded, graded, read_fields, read_setting
from equipoise.instruments.form import Rule, Status
from equipoise.instruments.logic import all_of, any_of, negate
from equipoise.instruments.renal.fields import (
    EGFR,
    EGFR_PREFLARE,
    NORMAL_EGFR,
    PREDNISONE,
    RESCUE,
    UPCR,
)
from equipoise.instruments.renal.protein import UNIT_POLICY, upcr_limit_mg_mmol
from equipoise.instruments.renal.response.records import describe
from equipoise.instruments.thresholds import below, not_above, not_below

__all__ = ["INSTRUMENT", "INSTRUMENT_KDIGO_TRIAL", "bliss_ln", "kdigo_2024_trial"]

FURIE_2020 = "Furie R, et al. N Engl J Med 2020; 383:1117-1128"
KDIGO_2024 = "KDIGO 2024 Guideline for Lupus Nephritis. Kidney Int 2024; 105(1S):S1-S69"
KDIGO_INPUTS = (UPCR, EGFR, EGFR_PREFLARE, RESCUE)
INPUTS = (*KDIGO_INPUTS, PREDNISONE)
PERR_G_G = 0.7
PRESERVED_EGFR = 60.0
PREFLARE_SHARE = 0.8


def bliss_ln(
    *,
    upcr_mg_mmol: ArrayLike,
    egfr: ArrayLike,
    egfr_preflare: ArrayLike,
    rescue: ArrayLike,
    prednisone_mg_day: ArrayLike,
    steroid_limit_mg_day: float = 10.0,
    unit_policy: str = "exact",
) -> Graded:
    """Judge PERR and CRR at one visit.

    Parameters
    ----------
    upcr_mg_mmol : (...) float
        Protein to creatinine ratio. [mg/mmol]
    egfr, egfr_preflare : (...) float
        Filtration rate, now and before the flare. [mL/min/1.73 m2]
    rescue : (...) float
        1 where treatment failed by the protocol, 0 where not, NaN unknown.
    prednisone_mg_day : (...) float
        Prednisone or its equivalent; binds from week 24. [mg/day]
    steroid_limit_mg_day : float
        Greatest dose of a responder. [mg/day]
    unit_policy : {'exact', 'guideline100'}
        How limits printed in g/g are put into mg/mmol.

    Returns
    -------
    Graded
        Grades ``perr`` (ratio <= 0.7 g/g; filtration >= 60, or >= 0.8 of that before the flare)
        and ``crr`` (< 0.5 g/g; >= 90, or >= 0.9).

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    ``<= 0.7`` but ``< 0.5``, as printed. Source: Furie R, et al. N Engl J Med 2020;
    383:1117-1128.
    """
    dose = read_setting("steroid_limit_mg_day", steroid_limit_mg_day, lowest=0, highest=100)
    given = read_fields(
        INPUTS,
        {
            "upcr_mg_mmol": upcr_mg_mmol,
            "egfr": egfr,
            "egfr_preflare": egfr_preflare,
            "rescue": rescue,
            "prednisone_mg_day": prednisone_mg_day,
        },
    )
    shared = {
        "no_rescue": negate(given["rescue"]),
        "steroid": not_above(given["prednisone_mg_day"], dose),
    }
    perr = _perr_limbs(
        given,
        limit_mg_mmol=upcr_limit_mg_mmol(PERR_G_G, unit_policy=unit_policy),
        preserved=PRESERVED_EGFR,
        share=PREFLARE_SHARE,
    )
    crr = {
        "crr_protein": below(
            given["upcr_mg_mmol"], upcr_limit_mg_mmol(0.5, unit_policy=unit_policy)
        ),
        "crr_function": any_of(
            not_below(given["egfr"], NORMAL_EGFR),
            not_below(given["egfr"], 0.9 * given["egfr_preflare"]),
        ),
    }
    return graded(
        {
            "perr": all_of(*shared.values(), *perr.values()),
            "crr": all_of(*shared.values(), *crr.values()),
        },
        limbs={**shared, **perr, **crr},
        inputs=given,
        parameters={"steroid_limit_mg_day": dose, "unit_policy": unit_policy},
    )


def kdigo_2024_trial(
    *,
    upcr_mg_mmol: ArrayLike,
    egfr: ArrayLike,
    egfr_preflare: ArrayLike,
    rescue: ArrayLike,
    response_g_g: float = PERR_G_G,
    preserved_egfr: float = PRESERVED_EGFR,
    preflare_share: float = PREFLARE_SHARE,
    unit_policy: str = "exact",
) -> Graded:
    """Judge the response that KDIGO 2024 lists for trials: PERR without the limb of steroid.

    Parameters
    ----------
    upcr_mg_mmol, egfr, egfr_preflare, rescue, unit_policy
        As in :func:`bliss_ln`.
    response_g_g : float
        The ratio lies at or below this. [g/g]
    preserved_egfr : float
        Filtration is at least this. [mL/min/1.73 m2]
    preflare_share : float
        Or at least this share of that before the flare. [1]

    Returns
    -------
    Graded
        One grade, ``response``.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.
    """
    limit = read_setting("response_g_g", response_g_g, lowest=0.1, highest=3)
    preserved = read_setting("preserved_egfr", preserved_egfr, lowest=1, highest=200)
    share = read_setting("preflare_share", preflare_share, lowest=0.5, highest=1)
    given = read_fields(
        KDIGO_INPUTS,
        {
            "upcr_mg_mmol": upcr_mg_mmol,
            "egfr": egfr,
            "egfr_preflare": egfr_preflare,
            "rescue": rescue,
        },
    )
    limbs = {
        "no_rescue": negate(given["rescue"]),
        **_perr_limbs(
            given,
            limit_mg_mmol=upcr_limit_mg_mmol(limit, unit_policy=unit_policy),
            preserved=preserved,
            share=share,
        ),
    }
    return graded(
        {"response": all_of(*limbs.values())},
        limbs=limbs,
        inputs=given,
        parameters={
            "response_g_g": limit,
            "preserved_egfr": preserved,
            "preflare_share": share,
            "unit_policy": unit_policy,
        },
    )


def _perr_limbs(
    given: Mapping[str, Floats], *, limit_mg_mmol: float, preserved: float, share: float
) -> dict[str, Floats]:
    return {
        "protein": not_above(given["upcr_mg_mmol"], limit_mg_mmol),
        "function": any_of(
            not_below(given["egfr"], preserved),
            not_below(given["egfr"], share * given["egfr_preflare"]),
        ),
    }


INSTRUMENT = describe(
    bliss_ln,
    name="bliss_ln",
    title="BLISS-LN: PERR and CRR",
    inputs=INPUTS,
    grades=("perr", "crr"),
    rules=(
        Rule(
            id="perr",
            text="PERR: ratio <= 0.7 g/g; filtration >= 60, or no worse than 20 % below that "
            "before the flare; no treatment failure.",
            source=FURIE_2020,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="crr",
            text="CRR: ratio < 0.5 g/g; filtration >= 90, or no worse than 10 % below that "
            "before the flare; no treatment failure.",
            source=FURIE_2020,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="steroid",
            text="Greatest dose of prednisone or equivalent from week 24. [mg/day]",
            source=FURIE_2020,
            status=Status.CONFIRMED,
            parameter="steroid_limit_mg_day",
            default=10.0,
            highest=100,
        ),
        Rule(
            id="confirm",
            text="Must hold at two consecutive visits; a row of a table is one visit, so that "
            "this is for the analysis of the series.",
            source=FURIE_2020,
            status=Status.MEMORY,
            fixed="A row knows nothing of the next visit; the series is confirmed apart, by "
            "confirmed_next.",
        ),
        UNIT_POLICY,
    ),
    sources=(FURIE_2020,),
)

INSTRUMENT_KDIGO_TRIAL = describe(
    kdigo_2024_trial,
    name="kdigo_2024_trial",
    title="KDIGO 2024 renal response of trials",
    inputs=KDIGO_INPUTS,
    grades=("response",),
    rules=(
        Rule(
            id="ratio",
            text="Ratio of at most this. [g/g]",
            source=KDIGO_2024,
            status=Status.MEMORY,
            parameter="response_g_g",
            default=PERR_G_G,
            lowest=0.1,
            highest=3,
        ),
        Rule(
            id="function",
            text="Filtration is preserved from this. [mL/min/1.73 m2]",
            source=KDIGO_2024,
            status=Status.MEMORY,
            parameter="preserved_egfr",
            default=PRESERVED_EGFR,
            lowest=1,
            highest=200,
        ),
        Rule(
            id="preflare",
            text="Or filtration is at least this share of that before the flare.",
            source=KDIGO_2024,
            status=Status.MEMORY,
            parameter="preflare_share",
            default=PREFLARE_SHARE,
            lowest=0.5,
            highest=1,
        ),
        Rule(
            id="rescue",
            text="No rescue treatment.",
            source=KDIGO_2024,
            status=Status.MEMORY,
            fixed="What counts as rescue is the protocol's, and it fills the column so.",
        ),
        UNIT_POLICY,
    ),
    sources=(KDIGO_2024, FURIE_2020),
)
