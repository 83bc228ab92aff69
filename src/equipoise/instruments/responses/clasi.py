"""CLASI activity, 0 to 70, its severity, and the response CLASI-A50.

Damage is left out: its site arithmetic is not confirmed. Source: Albrecht J, et al. J Invest
Dermatol 2005; 125:889-894.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import Bools, Floats, name_true
from equipoise.instruments.columns import Column, flag, measured
from equipoise.instruments.composite import read_fields, read_setting, words_of
from equipoise.instruments.form import Columns, Form, Instrument, Item, Rule, Status
from equipoise.instruments.logic import any_of
from equipoise.instruments.sums import add_up
from equipoise.instruments.thresholds import divide_or_nan, fallen_by, not_below

__all__ = [
    "INSTRUMENT",
    "INSTRUMENT_ACTIVITY",
    "ITEMS",
    "SEVERITIES",
    "Clasi50",
    "ClasiActivity",
    "activity",
    "clasi_a50",
    "improvement",
    "severity",
]

ALBRECHT_2005 = "Albrecht J, et al. J Invest Dermatol 2005; 125:889-894"
KLEIN_2011 = "Klein R, et al. Arch Dermatol 2011; 147:203-208"
NCT04895241 = "registry entry NCT04895241: CLASI-50 from a baseline of 10 or more"
SITES = (
    "scalp",
    "ears",
    "nose_malar",
    "rest_of_face",
    "v_neck",
    "posterior_neck_shoulders",
    "chest",
    "abdomen",
    "back_buttocks",
    "arms",
    "hands",
    "legs",
    "feet",
)
SEVERITIES = ("mild", "moderate", "severe")


def _item(name: str, definition: str, highest: int) -> Item:
    return Item(
        name,
        definition=definition,
        codes=tuple(float(code) for code in range(highest + 1)),
        source=ALBRECHT_2005,
        status=Status.MEMORY,
    )


ITEMS: tuple[Item, ...] = (
    *(_item(f"erythema_{site}", f"erythema, {site.replace('_', ' ')}", 3) for site in SITES),
    *(_item(f"scale_{site}", f"scale, hypertrophy, {site.replace('_', ' ')}", 2) for site in SITES),
    _item("mucous_membrane", "lesion of a mucous membrane", 1),
    _item("recent_hair_loss", "hair lost in the last 30 days, as reported", 1),
    _item("alopecia_nonscarring", "non-scarring alopecia by extent", 3),
)
FORM = Form(id="clasi_activity", title="CLASI activity", items=ITEMS, source=ALBRECHT_2005)

_MAXIMUM = sum(item.codes[-1] for item in ITEMS)


def _points(name: str, meaning: str) -> Column:
    return measured(name, meaning, "points", _MAXIMUM)


_INPUTS = (
    _points("clasi_a_baseline", "CLASI activity, at baseline"),
    _points("clasi_a_visit", "CLASI activity, now"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClasiActivity:
    """Activity of each visit.

    Attributes
    ----------
    total : (...) float
        0 to 70; NaN where an item is unknown. [points]
    lower, upper : (...) float
        Bounds whatever the unknown items are. [points]
    missing : (..., 29) bool
        True where an item is unknown.
    """

    total: Floats
    lower: Floats
    upper: Floats
    missing: Bools


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


def activity(scores: ArrayLike) -> ClasiActivity:
    """Add up the items of activity.

    Parameters
    ----------
    scores : (..., 29) float
        Items in the order of ``ITEMS``; NaN unknown.

    Returns
    -------
    ClasiActivity
        Higher is more active.

    Raises
    ------
    DataError
        If the last axis is not 29 long, or a score is outside its codes.
    """
    sums = add_up(scores, ITEMS, weights=[np.ones(len(ITEMS))], where="scores")
    return ClasiActivity(
        total=sums.total[0],
        lower=sums.lower[0],
        upper=sums.upper[0],
        missing=np.isnan(sums.values),
    )


def severity(points: ArrayLike) -> Floats:
    """Put activity into severity: 0 mild (0-9), 1 moderate (10-20), 2 severe (21-70).

    Source: Klein R, et al. Arch Dermatol 2011; 147:203-208.
    """
    column = _points("points", "activity")
    values = read_fields((column,), {"points": points})["points"]
    return np.where(np.isnan(values), np.nan, np.digitize(values, (10, 21)))


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
    least = read_setting("min_baseline", min_baseline, lowest=1, highest=_MAXIMUM)
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


def _score_activity(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    del parameters
    answer = activity(np.stack([columns[name] for name in FORM.names], axis=-1))
    return {
        "clasi_a": answer.total,
        "lower": answer.lower,
        "upper": answer.upper,
        "severity": words_of(_agreed(severity(answer.lower), severity(answer.upper)), SEVERITIES),
        "missing": name_true(answer.missing, FORM.names),
    }


def _agreed(lower: Floats, upper: Floats) -> Floats:
    """Take what both bounds say; NaN where they differ."""
    return np.where(lower == upper, lower, np.nan)


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    before, now = columns["clasi_a_baseline"], columns["clasi_a_visit"]
    answer = clasi_a50(clasi_a_baseline=before, clasi_a_visit=now, **parameters)
    return {
        "responder": answer.responder,
        "evaluable": answer.evaluable,
        "percent_reduction": answer.percent_reduction,
        "meaningful_improvement": improvement(clasi_a_baseline=before, clasi_a_visit=now),
    }


INSTRUMENT_ACTIVITY = Instrument(
    id="clasi_activity",
    title="CLASI activity",
    purpose="activity of cutaneous lupus, 0 to 70, and its severity",
    inputs=tuple(item.column() for item in ITEMS),
    outputs=(
        _points("clasi_a", "activity"),
        _points("lower", "least activity that the unknown items allow"),
        _points("upper", "greatest activity that the unknown items allow"),
        Column(name="severity", meaning="mild 0-9, moderate 10-20, severe 21-70", words=SEVERITIES),
        Column(name="missing", meaning="unknown items", is_text=True),
    ),
    rules=(
        Rule(
            id="items",
            text="Thirteen sites with erythema 0-3 and scale 0-2, mucous membrane 0-1, recent "
            "hair loss 0-1, non-scarring alopecia 0-3: 70 at most.",
            source=ALBRECHT_2005,
            status=Status.MEMORY,
            fixed="Sites and codes are the form itself: another set of sites is another form.",
        ),
        Rule(
            id="severity",
            text="Mild 0-9, moderate 10-20, severe 21-70.",
            source=KLEIN_2011,
            status=Status.CONFIRMED,
        ),
    ),
    sources=(ALBRECHT_2005, KLEIN_2011),
    scorer=_score_activity,
    form=FORM,
)

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
            highest=_MAXIMUM,
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
