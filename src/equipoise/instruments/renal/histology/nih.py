"""Modified NIH indices of 2018: activity 0 to 24 from six lesions, chronicity 0 to 12 from four.

Source: Bajema IM, et al. Kidney Int 2018; 93:789-796.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import Bools, Floats, name_true, read_numbers
from equipoise.instruments.columns import Column, flag, measured
from equipoise.instruments.composite import read_fields
from equipoise.instruments.form import Columns, Form, Instrument, Item, Rule, Status
from equipoise.instruments.sums import add_up
from equipoise.instruments.thresholds import below, not_above

__all__ = ["FORM", "INSTRUMENT", "LESIONS", "NihIndices", "lesion_score", "nih_indices"]

BAJEMA_2018 = "Bajema IM, et al. Kidney Int 2018; 93:789-796"
MORONI_2022 = "Moroni G, et al. Lupus Sci Med 2022; 9:e000721, table 1"
CODES = (0.0, 1.0, 2.0, 3.0)


def _lesion(name: str, weight: float, index: str, definition: str) -> Item:
    return Item(
        name,
        weight=weight,
        system=index,
        definition=definition,
        source=BAJEMA_2018,
        status=Status.CONFIRMED,
        codes=CODES,
    )


LESIONS: tuple[Item, ...] = (
    _lesion("endocapillary_hypercellularity", 1, "activity", "glomeruli with more cells inside"),
    _lesion("neutrophils_karyorrhexis", 1, "activity", "glomeruli with neutrophils or debris"),
    _lesion("fibrinoid_necrosis", 2, "activity", "glomeruli with fibrinoid necrosis"),
    _lesion("hyaline_deposits", 1, "activity", "glomeruli with wire loops or hyaline thrombi"),
    _lesion("cellular_fibrocellular_crescents", 2, "activity", "glomeruli with such crescents"),
    _lesion("interstitial_inflammation", 1, "activity", "cortex with interstitial leukocytes"),
    _lesion("glomerulosclerosis", 1, "chronicity", "glomeruli sclerosed, in all"),
    _lesion("fibrous_crescents", 1, "chronicity", "glomeruli with fibrous crescents"),
    _lesion("tubular_atrophy", 1, "chronicity", "cortical tubules that are atrophic"),
    _lesion("interstitial_fibrosis", 1, "chronicity", "cortex with interstitial fibrosis"),
)
FORM = Form(id="nih_indices", title="Modified NIH indices", items=LESIONS, source=BAJEMA_2018)

_ACTIVITY = np.where(FORM.of_system("activity"), FORM.weights, 0)
_CHRONICITY = np.where(FORM.of_system("chronicity"), FORM.weights, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NihIndices:
    """Indices of each biopsy.

    Attributes
    ----------
    activity, chronicity : (...) float
        0 to 24 and 0 to 12; NaN where a lesion of the index is unknown. [points]
    activity_lower, activity_upper, chronicity_lower, chronicity_upper : (...) float
        Bounds between which they lie whatever the unknown lesions are. [points]
    missing : (..., 10) bool
        True where a lesion is unknown.
    """

    activity: Floats
    activity_lower: Floats
    activity_upper: Floats
    chronicity: Floats
    chronicity_lower: Floats
    chronicity_upper: Floats
    missing: Bools


def nih_indices(scores: ArrayLike) -> NihIndices:
    """Add up the lesions; fibrinoid necrosis and cellular crescents count twice.

    Parameters
    ----------
    scores : (..., 10) float
        0 to 3 for each of ``LESIONS``, in their order; NaN unknown.

    Returns
    -------
    NihIndices
        Higher is more active, or more scarred.

    Raises
    ------
    DataError
        If the last axis is not 10 long, or a score is not 0, 1, 2, 3 or NaN.
    """
    sums = add_up(scores, LESIONS, weights=[_ACTIVITY, _CHRONICITY], where="scores")
    return NihIndices(
        activity=sums.total[0],
        activity_lower=sums.lower[0],
        activity_upper=sums.upper[0],
        chronicity=sums.total[1],
        chronicity_lower=sums.lower[1],
        chronicity_upper=sums.upper[1],
        missing=np.isnan(sums.values),
    )


def lesion_score(percent: ArrayLike) -> Floats:
    """Score a lesion by the share of glomeruli (or of cortex) that shows it.

    Parameters
    ----------
    percent : (...) float
        Share with the lesion. [%]

    Returns
    -------
    (...) float
        0 none, 1 below 25 %, 2 from 25 to 50 %, 3 above 50 %; NaN unknown.

    Raises
    ------
    DataError
        For values outside their range, and for shapes that do not broadcast.

    Notes
    -----
    Source: Bajema IM, et al. Kidney Int 2018; 93:789-796, from memory.
    """
    column = measured("percent", "share", "%", 100.0)
    share = read_fields((column,), {"percent": read_numbers("percent", percent)})["percent"]
    graded = np.where(below(share, 25) == 1, 1, np.where(not_above(share, 50) == 1, 2, 3))
    return np.where(np.isnan(share), np.nan, np.where(share == 0, 0.0, graded))


_OUTPUTS = {
    "activity": 24.0,
    "activity_lower": 24.0,
    "activity_upper": 24.0,
    "chronicity": 12.0,
    "chronicity_lower": 12.0,
    "chronicity_upper": 12.0,
}


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    answer = nih_indices(np.stack([columns[name] for name in FORM.names], axis=-1))
    few = below(columns["glomeruli"], parameters["least_glomeruli"])
    return {
        **{name: getattr(answer, name) for name in _OUTPUTS},
        "missing": name_true(answer.missing, FORM.names),
        "few_glomeruli": few,
    }


INSTRUMENT = Instrument(
    id="nih_indices",
    title="Modified NIH indices of lupus nephritis",
    purpose="activity 0 to 24 and chronicity 0 to 12 from ten lesions",
    inputs=(
        *(lesion.column() for lesion in LESIONS),
        measured("glomeruli", "glomeruli in the biopsy", "glomeruli"),
    ),
    outputs=(
        *(
            Column(
                name=name, meaning=name.replace("_", ", "), unit="points", lowest=0, highest=most
            )
            for name, most in _OUTPUTS.items()
        ),
        Column(name="missing", meaning="unknown lesions", is_text=True),
        flag("few_glomeruli", "too few glomeruli for a sure index"),
    ),
    rules=(
        Rule(
            id="weights",
            text="Fibrinoid necrosis and cellular or fibrocellular crescents count twice.",
            source=BAJEMA_2018,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="lesions",
            text="Six lesions of activity, four of chronicity, each 0 none, 1 below 25 %, 2 from "
            "25 to 50 %, 3 above.",
            source=f"{BAJEMA_2018}; {MORONI_2022}",
            status=Status.CONFIRMED,
        ),
        Rule(
            id="few",
            text="Fewer glomeruli than this are flagged.",
            source="common practice",
            status=Status.MEMORY,
            parameter="least_glomeruli",
            default=10.0,
        ),
    ),
    sources=(BAJEMA_2018, MORONI_2022),
    scorer=_score,
    form=FORM,
)
