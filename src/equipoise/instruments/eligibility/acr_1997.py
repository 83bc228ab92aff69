"""ACR 1997 classification: four of eleven criteria, ever present, not necessarily together.

Source: Hochberg MC. Arthritis Rheum 1997; 40:1725, an update of Tan EM, et al. 1982.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.instruments.checks import (
    Bools,
    Floats,
    check_choice,
    check_items,
    check_names,
    name_true,
    read_mapping,
)
from equipoise.instruments.columns import Column, flag, measured
from equipoise.instruments.composite import read_fields
from equipoise.instruments.form import Columns, Form, Instrument, Item, Rule, Status
from equipoise.instruments.logic import any_of
from equipoise.instruments.thresholds import above, coalesce, count_bounds, not_below

__all__ = [
    "CRITERIA",
    "DECIDES_FIRST",
    "DIPSTICK_RULES",
    "FORM",
    "INSTRUMENT",
    "SUB_ITEMS",
    "Acr1997",
    "acr_1997",
    "criteria_from_parts",
]

HOCHBERG_1997 = "Hochberg MC. Arthritis Rheum 1997; 40:1725"
TAN_1982 = "Tan EM, et al. Arthritis Rheum 1982; 25:1271-1277"
HAHN_2012 = "Hahn BH, et al. Arthritis Care Res 2012; 64:797-808"
NEEDED, OCCASIONS, PLUS = 4.0, 2.0, 3.0
DIPSTICK_RULES = ("gt_3_plus", "ge_3_plus")
"""Protein above 3+ on a dipstick, or 3+ already."""

DECIDES_FIRST = ("criterion", "parts")
"""What is read where both a criterion and its parts are given."""


def _criterion(number: int, name: str, definition: str) -> Item:
    return Item(name, weight=1, definition=definition, source=HOCHBERG_1997, number=number)


CRITERIA: tuple[Item, ...] = (
    _criterion(1, "malar_rash", "malar rash"),
    _criterion(2, "discoid_rash", "discoid rash"),
    _criterion(3, "photosensitivity", "photosensitivity"),
    _criterion(4, "oral_ulcers", "oral or nasopharyngeal ulcers"),
    _criterion(5, "arthritis", "non-erosive arthritis of two or more peripheral joints"),
    _criterion(6, "serositis", "pleuritis or pericarditis"),
    _criterion(7, "renal", "persistent protein above 0.5 g/24 h or above 3+, or cellular casts"),
    _criterion(8, "neurological", "seizures or psychosis without another cause"),
    _criterion(
        9,
        "haematological",
        "haemolytic anaemia; white cells < 4.0 or lymphocytes < 1.5 twice; platelets < 100",
    ),
    _criterion(10, "immunological", "anti-dsDNA, anti-Sm or antiphospholipid antibodies"),
    _criterion(11, "ana", "antinuclear antibodies in abnormal titre"),
)
FORM = Form(id="acr_1997", title="ACR 1997 classification", items=CRITERIA, source=HOCHBERG_1997)

SUB_ITEMS: Mapping[str, tuple[str, ...]] = {
    "serositis": ("pleuritis", "pericarditis"),
    "renal": ("persistent_proteinuria", "cellular_casts"),
    "neurological": ("seizures", "psychosis"),
    "haematological": (
        "haemolytic_anaemia",
        "leukopenia_occasions",
        "lymphopenia_occasions",
        "thrombocytopenia",
    ),
    "immunological": ("anti_dsdna", "anti_sm", "antiphospholipid"),
}
"""Parts of which one is enough for the criterion; occasions count from two on."""

DIPSTICK = Column(
    name="proteinuria_dipstick",
    meaning="protein that persists on a dipstick, 0 to 4 plus, where it was not quantified",
    unit="+",
    codes=(0.0, 1.0, 2.0, 3.0, 4.0),
)


def _part(name: str) -> Column:
    if name.endswith("occasions"):
        return measured(name, f"{name.split('_')[0]} was seen so often", "times")
    return flag(name, name.replace("_", " "))


_PARTS = (*(_part(name) for names in SUB_ITEMS.values() for name in names), DIPSTICK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acr1997:
    """Classification of each patient.

    Attributes
    ----------
    met : (...) float
        1 classified, 0 not, NaN undetermined.
    n : (...) float
        Criteria known to be met. [criteria]
    lower, upper : (...) float
        Bounds whatever the unknown criteria are. [criteria]
    missing : (..., 11) bool
        True where a criterion is unknown.
    """

    met: Floats
    n: Floats
    lower: Floats
    upper: Floats
    missing: Bools


def acr_1997(present: ArrayLike) -> Acr1997:
    """Classify patients.

    Parameters
    ----------
    present : (..., 11) float
        1 ever present, 0 not, NaN unknown, in the order of ``CRITERIA``.

    Returns
    -------
    Acr1997
        Classified with four criteria or more.

    Raises
    ------
    DataError
        If the last axis is not 11 long, or for codes other than 0, 1 and NaN.

    Notes
    -----
    Source: Hochberg MC. Arthritis Rheum 1997; 40:1725.
    """
    values = check_items(present, CRITERIA, where="present")
    lower, upper = count_bounds(values)
    return Acr1997(
        met=np.where(lower >= NEEDED, 1.0, np.where(upper < NEEDED, 0.0, np.nan)),
        n=lower,
        lower=lower,
        upper=upper,
        missing=np.isnan(values),
    )


def criteria_from_parts(
    parts: Mapping[str, ArrayLike], *, dipstick_rule: str = "gt_3_plus"
) -> dict[str, Floats]:
    """Derive the criteria that are met by any one of several parts.

    Parameters
    ----------
    parts : mapping of str to (...) float
        Parts by the names of ``SUB_ITEMS``: 1, 0 or NaN, and numbers of occasions; one that is
        left out is unknown. ``proteinuria_dipstick``, 0 to 4, stands for persistent proteinuria
        that is unknown.
    dipstick_rule : {'gt_3_plus', 'ge_3_plus'}
        Whether a dipstick counts above 3+ or from 3+ on.

    Returns
    -------
    dict of str to (...) float
        1, 0 or NaN for each criterion of ``SUB_ITEMS``.

    Raises
    ------
    DataError
        For names and rules that do not exist, values outside their range and shapes that do not
        broadcast.
    """
    check_choice("dipstick_rule", dipstick_rule, DIPSTICK_RULES)
    unknown = {column.name: np.nan for column in _PARTS}
    parts = read_mapping("parts", parts)
    check_names("parts", parts, tuple(unknown))
    given = read_fields(_PARTS, {**unknown, **parts})
    flags = {
        name: not_below(value, OCCASIONS) if name.endswith("occasions") else value
        for name, value in given.items()
    }
    exceeds = above if dipstick_rule == "gt_3_plus" else not_below
    flags["persistent_proteinuria"] = coalesce(
        flags["persistent_proteinuria"], exceeds(given[DIPSTICK.name], PLUS)
    )
    return {
        criterion: any_of(*(flags[name] for name in names))
        for criterion, names in SUB_ITEMS.items()
    }


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    derived = criteria_from_parts(
        {column.name: columns[column.name] for column in _PARTS},
        dipstick_rule=parameters["dipstick_rule"],
    )
    order = 1 if parameters["decides_first"] == "criterion" else -1
    present = np.stack(
        [coalesce(*(columns[name], derived.get(name, np.nan))[::order]) for name in FORM.names],
        axis=-1,
    )
    answer = acr_1997(present)
    return {
        "met": answer.met,
        "n": answer.n,
        "lower": answer.lower,
        "upper": answer.upper,
        "criteria": name_true(present == 1, FORM.names),
        "missing": name_true(answer.missing, FORM.names),
    }


INSTRUMENT = Instrument(
    id="acr_1997",
    title="ACR 1997 classification criteria",
    purpose="classification of systemic lupus by eleven criteria; not a diagnosis",
    inputs=(*(item.column() for item in CRITERIA), *_PARTS),
    outputs=(
        flag("met", "classified"),
        Column(name="n", meaning="criteria, unknown ones as absent", unit="criteria"),
        Column(name="lower", meaning="least number of criteria", unit="criteria"),
        Column(name="upper", meaning="greatest number of criteria", unit="criteria"),
        Column(name="criteria", meaning="criteria met", is_text=True),
        Column(name="missing", meaning="unknown criteria", is_text=True),
    ),
    rules=(
        Rule(
            id="four",
            text="Four of eleven criteria, serially or together; each counts once.",
            source=HOCHBERG_1997,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="occasions",
            text="White cells < 4.0 and lymphocytes < 1.5 count from two occasions on.",
            source=HOCHBERG_1997,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="dipstick",
            text="Protein above 3+ on a dipstick; one table prints 3+.",
            source=f"{HOCHBERG_1997}; {HAHN_2012}",
            status=Status.DISPUTED,
            parameter="dipstick_rule",
            default="gt_3_plus",
            choices=DIPSTICK_RULES,
        ),
        Rule(
            id="parts",
            text="A criterion that is given decides before its parts, or the parts before it.",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="decides_first",
            default="criterion",
            choices=DECIDES_FIRST,
        ),
    ),
    sources=(HOCHBERG_1997, TAN_1982, HAHN_2012),
    scorer=_score,
    form=FORM,
)
