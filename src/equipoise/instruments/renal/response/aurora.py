"""AURORA 1 complete renal response at week 52, and the adequate response of AURORA 2."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import Bools, Floats
from equipoise.instruments.columns import flag, measured
from equipoise.instruments.composite import Graded, graded, read_fields, read_setting
from equipoise.instruments.form import Rule, Status
from equipoise.instruments.logic import all_of, any_of, negate
from equipoise.instruments.renal.fields import EGFR, EGFR_BASELINE, RESCUE, UPCR
from equipoise.instruments.renal.protein import UNIT_POLICY, upcr_limit_mg_mmol
from equipoise.instruments.renal.response.records import describe
from equipoise.instruments.thresholds import above, below, not_above, not_below

__all__ = [
    "INSTRUMENT",
    "INSTRUMENT_AURORA_2",
    "aurora_1",
    "aurora_2_adequate",
    "steroid_kept_low",
]

ROVIN_2021 = "Rovin BH, et al. Lancet 2021; 397:2070-2080"

KEPT_LOW = flag(
    "steroid_kept_low",
    "in weeks 44 to 52 not above 10 mg/day of prednisone equivalent for 3 days in a row "
    "or 7 in total",
)
FALL_CONFIRMED = flag(
    "egfr_fall_confirmed", "a fall of filtration by more than 20 % was seen in a second sample"
)
_DAILY = measured("daily_mg", "prednisone equivalent of each day", "mg/day")
INPUTS = (UPCR, EGFR, EGFR_BASELINE, FALL_CONFIRMED, RESCUE, KEPT_LOW)


def aurora_1(
    *,
    upcr_mg_mmol: ArrayLike,
    egfr: ArrayLike,
    egfr_baseline: ArrayLike,
    rescue: ArrayLike,
    steroid_kept_low: ArrayLike,
    egfr_fall_confirmed: ArrayLike = 1.0,
    unit_policy: str = "exact",
) -> Graded:
    """Judge complete renal response at week 52.

    Parameters
    ----------
    upcr_mg_mmol : (...) float
        Protein to creatinine ratio. [mg/mmol]
    egfr, egfr_baseline : (...) float
        Filtration rate, now and at baseline. [mL/min/1.73 m2]
    rescue : (...) float
        1 rescue treatment, 0 none, NaN unknown.
    steroid_kept_low : (...) float
        Answer of :func:`steroid_kept_low` for weeks 44 to 52.
    egfr_fall_confirmed : (...) float
        1 where a fall by more than 20 % was confirmed; taken as confirmed unless told.
    unit_policy : {'exact', 'guideline100'}
        How 0.5 g/g is put into mg/mmol.

    Returns
    -------
    Graded
        One grade, ``complete``: ratio <= 0.5 g/g; filtration >= 60 or no confirmed fall by more
        than 20 %; no rescue; steroid kept low.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    Source: Rovin BH, et al. Lancet 2021; 397:2070-2080.
    """
    limit = upcr_limit_mg_mmol(0.5, unit_policy=unit_policy)
    given = read_fields(
        INPUTS,
        {
            "upcr_mg_mmol": upcr_mg_mmol,
            "egfr": egfr,
            "egfr_baseline": egfr_baseline,
            "egfr_fall_confirmed": egfr_fall_confirmed,
            "rescue": rescue,
            "steroid_kept_low": steroid_kept_low,
        },
    )
    fallen = all_of(
        below(given["egfr"], 0.8 * given["egfr_baseline"]), given["egfr_fall_confirmed"]
    )
    limbs = {
        "protein": not_above(given["upcr_mg_mmol"], limit),
        "function": any_of(not_below(given["egfr"], 60), negate(fallen)),
        "no_rescue": negate(given["rescue"]),
        "steroid": given["steroid_kept_low"],
    }
    return graded(
        {"complete": all_of(*limbs.values())},
        limbs=limbs,
        inputs=given,
        parameters={"unit_policy": unit_policy},
    )


def steroid_kept_low(
    daily_mg: ArrayLike,
    *,
    limit_mg_day: float = 10.0,
    run_days: int = 3,
    total_days: int = 7,
) -> Floats:
    """Say whether daily doses stayed low: neither too many days in a row nor in total.

    Parameters
    ----------
    daily_mg : (..., days) float
        Prednisone or its equivalent on each day of the window; NaN unknown. [mg/day]
    limit_mg_day : float
        A day counts strictly above it. [mg/day]
    run_days, total_days : int
        So many days in a row, or in total, are too many.

    Returns
    -------
    (...) float
        1 kept, 0 not, NaN where the unknown days decide.

    Raises
    ------
    DataError
        For doses and numbers outside their range, and where there is no axis of days.
    """
    daily = read_fields((_DAILY,), {"daily_mg": daily_mg})["daily_mg"]
    if not daily.ndim:
        raise DataError(Fault(where="daily_mg", came="one number", wanted="an axis of days"))
    run = read_setting("run_days", run_days, lowest=1)
    total = read_setting("total_days", total_days, lowest=1)
    high = above(daily, read_setting("limit_mg_day", limit_mg_day))
    surely = _too_many(high == 1, run_days=run, total_days=total)
    perhaps = _too_many(high != 0, run_days=run, total_days=total)
    return np.where(surely, 0.0, np.where(perhaps, np.nan, 1.0))


def _too_many(high: Bools, *, run_days: float, total_days: float) -> Bools:
    run = np.zeros(high.shape[:-1], dtype=np.int64)
    longest = run.copy()
    for day in range(high.shape[-1]):
        run = np.where(high[..., day], run + 1, 0)
        longest = np.maximum(longest, run)
    too_many: Bools = (longest >= run_days) | (np.count_nonzero(high, axis=-1) >= total_days)
    return too_many


def aurora_2_adequate(*, upcr_mg_mmol: ArrayLike, unit_policy: str = "exact") -> Graded:
    """Judge the adequate response of AURORA 2 at one visit: ratio <= 0.7 g/g.

    The definition wants it sustained: :func:`equipoise.instruments.responses.sustained`.

    Parameters
    ----------
    upcr_mg_mmol : (...) float
        Protein to creatinine ratio. [mg/mmol]
    unit_policy : {'exact', 'guideline100'}
        How 0.7 g/g is put into mg/mmol.

    Returns
    -------
    Graded
        One grade, ``adequate``.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.
    """
    limit = upcr_limit_mg_mmol(0.7, unit_policy=unit_policy)
    given = read_fields((UPCR,), {"upcr_mg_mmol": upcr_mg_mmol})
    limbs = {"protein": not_above(given["upcr_mg_mmol"], limit)}
    return graded(
        {"adequate": limbs["protein"]},
        limbs=limbs,
        inputs=given,
        parameters={"unit_policy": unit_policy},
    )


INSTRUMENT = describe(
    aurora_1,
    name="aurora_1",
    title="AURORA 1 complete renal response, week 52",
    inputs=INPUTS,
    grades=("complete",),
    rules=(
        Rule(
            id="complete",
            text="Ratio <= 0.5 g/g; filtration >= 60, or no confirmed fall from baseline by more "
            "than 20 %; no rescue.",
            source=ROVIN_2021,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="steroid",
            text="In weeks 44 to 52 not above 10 mg/day for 3 days in a row or 7 in total.",
            source=ROVIN_2021,
            status=Status.CONFIRMED,
        ),
        UNIT_POLICY,
    ),
    sources=(ROVIN_2021,),
)

INSTRUMENT_AURORA_2 = describe(
    aurora_2_adequate,
    name="aurora_2_adequate",
    title="AURORA 2 adequate renal response",
    inputs=(UPCR,),
    grades=("adequate",),
    rules=(
        Rule(
            id="adequate",
            text="Ratio <= 0.7 g/g, sustained; a row of a table is one visit.",
            source="AURORA 2 extension trial",
            status=Status.CONFIRMED,
        ),
        UNIT_POLICY,
    ),
    sources=(ROVIN_2021,),
)
