"""CLASI activity, 0 to 70, and its severity.

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
from equipoise.instruments.columns import Column, measured
from equipoise.instruments.composite import read_fields, words_of
from equipoise.instruments.form import Columns, Form, Instrument, Item, Rule, Status
from equipoise.instruments.sums import add_up

__all__ = [
    "ALBRECHT_2005",
    "INSTRUMENT",
    "ITEMS",
    "KLEIN_2011",
    "MAXIMUM",
    "SEVERITIES",
    "ClasiActivity",
    "activity",
    "points_column",
    "severity",
]

ALBRECHT_2005 = "Albrecht J, et al. J Invest Dermatol 2005; 125:889-894"
KLEIN_2011 = "Klein R, et al. Arch Dermatol 2011; 147:203-208"
SITES = {
    "scalp": "scalp",
    "ears": "ears",
    "nose_malar": "nose and malar area",
    "rest_of_face": "rest of the face",
    "v_neck": "V of the neck",
    "posterior_neck_shoulders": "posterior neck and shoulders",
    "chest": "chest",
    "abdomen": "abdomen",
    "back_buttocks": "back and buttocks",
    "arms": "arms",
    "hands": "hands",
    "legs": "legs",
    "feet": "feet",
}
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
    *(_item(f"erythema_{site}", f"erythema, {printed}", 3) for site, printed in SITES.items()),
    *(
        _item(f"scale_{site}", f"scale, hypertrophy, {printed}", 2)
        for site, printed in SITES.items()
    ),
    _item("mucous_membrane", "lesion of a mucous membrane", 1),
    _item("recent_hair_loss", "hair lost in the last 30 days, as reported", 1),
    _item("alopecia_nonscarring", "non-scarring alopecia by extent", 3),
)
FORM = Form(id="clasi_activity", title="CLASI activity", items=ITEMS, source=ALBRECHT_2005)

MAXIMUM = sum(item.codes[-1] for item in ITEMS)


def points_column(name: str, meaning: str) -> Column:
    """Make a column of activity, 0 to 70 points."""
    return measured(name, meaning, "points", MAXIMUM)


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
    column = points_column("points", "activity")
    values = read_fields((column,), {"points": points})["points"]
    return np.where(np.isnan(values), np.nan, np.digitize(values, (10, 21)))


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
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


INSTRUMENT = Instrument(
    id="clasi_activity",
    title="CLASI activity",
    purpose="activity of cutaneous lupus, 0 to 70, and its severity",
    inputs=tuple(item.column() for item in ITEMS),
    outputs=(
        points_column("clasi_a", "activity"),
        points_column("lower", "least activity that the unknown items allow"),
        points_column("upper", "greatest activity that the unknown items allow"),
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
    scorer=_score,
    form=FORM,
)
