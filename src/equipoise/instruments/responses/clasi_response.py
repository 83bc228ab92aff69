"""CLASI-A50: activity of skin fallen by half, and meaningful improvement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import Floats
from equipoise.instruments.columns import Column, flag
from equipoise.instruments.composite import read_fields, read_setting
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.logic import any_of
from equipoise.instruments.responses.clasi import (
    ALBRECHT_2005,
    KLEIN_2011,
    MAXIMUM,
    points_column,
)
from equipoise.instruments.thresholds import divide_or_nan, fallen_by, not_below

__all__ = ["INSTRUMENT", "Clasi50", "clasi_a50", "improvement"]

NCT04895241 = "registry entry NCT04895241: CLASI-50 from a baseline of 10 or more"

_INPUTS = (
    points_column("clasi_a_baseline", "CLASI activity, at baseline"),
    points_column("clasi_a_visit", "CLASI activity, now"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clasi50:
    """CLASI-A50 of each visit.

    Attributes
    ----------
    responder : (...) float
        1 fallen by the share asked for or more, 0 not; NaN unknown or not evaluable.
    evaluable : (...) float
        1 where baseline is high enough, 0 where not, NaN unknown.
    percent_reduction : (...) float
        Fall as a percentage of baseline, negative for a rise; NaN from a baseline of 0. [%]
    """

    responder: Floats
    evaluable: Floats
    percent_reduction: Floats


def improvement(*, clasi_a_baseline: ArrayLike, clasi_a_visit: ArrayLike) -> Floats:
    """Say whether activity fell meaningfully: by 4 points or more, or by 20 % or more.

    Source: Klein R, et al. Arch Dermatol 2011; 147:203-208.
    """
    given = read_fields(
        _INPUTS, {"clasi_a_baseline": clasi_a_baseline, "clasi_a_visit": clasi_a_visit}
    )
    before, now = given["clasi_a_baseline"], given["clasi_a_visit"]
    share = divide_or_nan(before - now, before)
    return any_of(not_below(before - now, 4), np.where(before == 0, 0.0, not_below(share, 0.2)))


def clasi_a50(
    *,
    clasi_a_baseline: ArrayLike,
    clasi_a_visit: ArrayLike,
    min_baseline: float = 10.0,
    least_fall: float = 0.5,
) -> Clasi50:
    """Judge CLASI-A50: activity fallen by at least half.

    Parameters
    ----------
    clasi_a_baseline, clasi_a_visit : (...) float
        Activity at baseline and now. [points]
    min_baseline : float
        Least activity at baseline of an evaluable patient. [points]
    least_fall : float
        Share of baseline by which activity must fall; 0.5 is CLASI-A50. [1]

    Returns
    -------
    Clasi50
        A fall of exactly that share passes.

    Raises
    ------
    DataError
        For values outside 0 to 70 and shapes that do not broadcast.
    """
    least = read_setting("min_baseline", min_baseline, lowest=1, highest=MAXIMUM)
    share = read_setting("least_fall", least_fall, lowest=0, highest=1)
    given = read_fields(
        _INPUTS, {"clasi_a_baseline": clasi_a_baseline, "clasi_a_visit": clasi_a_visit}
    )
    before, now = given["clasi_a_baseline"], given["clasi_a_visit"]
    evaluable = not_below(before, least)
    fallen = fallen_by(now=now, baseline=before, share=share)
    return Clasi50(
        responder=np.where(evaluable == 1, fallen, np.nan),
        evaluable=evaluable,
        percent_reduction=divide_or_nan(100 * (before - now), before),
    )


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    before, now = columns["clasi_a_baseline"], columns["clasi_a_visit"]
    answer = clasi_a50(clasi_a_baseline=before, clasi_a_visit=now, **parameters)
    return {
        "responder": answer.responder,
        "evaluable": answer.evaluable,
        "percent_reduction": answer.percent_reduction,
        "meaningful_improvement": improvement(clasi_a_baseline=before, clasi_a_visit=now),
    }


INSTRUMENT = Instrument(
    id="clasi50",
    title="CLASI-A50",
    purpose="response of skin: CLASI activity fallen by half",
    inputs=_INPUTS,
    outputs=(
        flag("responder", "responder; empty if not evaluable"),
        flag("evaluable", "baseline is high enough"),
        Column(name="percent_reduction", meaning="fall from baseline", unit="%"),
        flag("meaningful_improvement", "fallen by 4 points or 20 %"),
    ),
    rules=(
        Rule(
            id="half",
            text="Activity has fallen by at least this share of baseline.",
            source=NCT04895241,
            status=Status.CONFIRMED,
            parameter="least_fall",
            default=0.5,
            highest=1.0,
        ),
        Rule(
            id="evaluable",
            text="Evaluable from this activity at baseline. [points]",
            source=NCT04895241,
            status=Status.CONFIRMED,
            parameter="min_baseline",
            default=10.0,
            lowest=1.0,
            highest=MAXIMUM,
        ),
        Rule(
            id="improvement",
            text="Meaningful improvement: by 4 points or by 20 %.",
            source=KLEIN_2011,
            status=Status.CONFIRMED,
        ),
    ),
    sources=(ALBRECHT_2005, KLEIN_2011, NCT04895241),
    scorer=_score,
)
