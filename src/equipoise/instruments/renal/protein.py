"""Protein in urine: ratio and 24 h collection, their limits, and whether a collection is whole.

A guideline that prints "0.5 g/g (50 mg/mmol)" prints two limits: 0.5 g/g is 56.56 mg/mmol. The
``unit_policy`` says which one binds. The ratio of albumin is another quantity and is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import ArrayLike

from equipoise import units
from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import Floats, check_choice, read_numbers
from equipoise.instruments.columns import Column, flag, measured
from equipoise.instruments.composite import read_fields, read_setting
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.logic import all_of
from equipoise.instruments.renal.fields import (
    FEMALE,
    PROTEIN_24H,
    UPCR,
    WEIGHT,
    in_house_units,
    with_other_units,
)
from equipoise.instruments.thresholds import (
    choose,
    coalesce,
    divide_or_nan,
    not_above,
    not_below,
)

__all__ = [
    "INSTRUMENT",
    "UNIT_POLICIES",
    "UNIT_POLICY",
    "collection_is_whole",
    "printed_g_g",
    "upcr_limit_mg_mmol",
    "upcr_of_collection",
]

UNIT_POLICIES = ("exact", "guideline100")
_GUIDELINE_MG_MMOL_PER_G_G = 100.0

CREATININE_24H = measured(
    "urine_creatinine_24h_g", "creatinine of the same 24 h urine collection", "g/24 h", 20.0
)

UNIT_POLICY = Rule(
    id="units",
    text="A limit printed in g/g is converted exactly (0.5 is 56.56 mg/mmol), or taken as the "
    "rounded figure that guidelines print beside it (50 mg/mmol).",
    source="choice of this package; both figures are printed by KDIGO 2024",
    status=Status.MEMORY,
    parameter="unit_policy",
    default="exact",
    choices=UNIT_POLICIES,
)


def upcr_limit_mg_mmol(g_g: float, *, unit_policy: str) -> float:
    """Put a limit that a definition prints in g/g into mg/mmol.

    Parameters
    ----------
    g_g : float
        Limit as printed. [g/g]
    unit_policy : {'exact', 'guideline100'}
        Convert with 113.12, or with the 100 of the guidelines.

    Returns
    -------
    float
        Limit. [mg/mmol]

    Raises
    ------
    DataError
        For a limit that is not one number from 0, and for another policy.
    """
    return read_setting("g_g", g_g) * _factor(unit_policy)


def printed_g_g(mg_mmol: ArrayLike, *, unit_policy: str) -> Floats:
    """Put a ratio in mg/mmol into the g/g in which a definition prints several limits.

    Parameters
    ----------
    mg_mmol : (...) float
        Ratio. [mg/mmol]
    unit_policy : {'exact', 'guideline100'}
        Convert with 113.12, or with the 100 of the guidelines.

    Returns
    -------
    (...) float
        Ratio. [g/g]

    Raises
    ------
    DataError
        For ratios that are no numbers, and for another policy.
    """
    return read_numbers("mg_mmol", mg_mmol) / _factor(unit_policy)


def _factor(unit_policy: str) -> float:
    check_choice("unit_policy", unit_policy, UNIT_POLICIES)
    if unit_policy == "exact":
        return units.UPCR_MG_MMOL_PER_G_G
    return _GUIDELINE_MG_MMOL_PER_G_G


def upcr_of_collection(
    *, urine_protein_24h_g: ArrayLike, urine_creatinine_24h_g: ArrayLike
) -> Floats:
    """Divide protein by creatinine of one 24 h collection.

    Parameters
    ----------
    urine_protein_24h_g, urine_creatinine_24h_g : (...) float
        Contents of the same collection. [g/24 h]

    Returns
    -------
    (...) float
        Ratio; NaN without creatinine. [mg/mmol]

    Raises
    ------
    DataError
        For values outside their range, and for shapes that do not broadcast.
    """
    given = read_fields(
        (PROTEIN_24H, CREATININE_24H),
        {
            PROTEIN_24H.name: urine_protein_24h_g,
            CREATININE_24H.name: urine_creatinine_24h_g,
        },
    )
    return units.upcr_mg_mmol(divide_or_nan(given[PROTEIN_24H.name], given[CREATININE_24H.name]))


def collection_is_whole(
    *,
    urine_creatinine_24h_g: ArrayLike,
    weight_kg: ArrayLike,
    female: ArrayLike,
    men_mg_kg: tuple[float, float] = (15.0, 25.0),
    women_mg_kg: tuple[float, float] = (10.0, 20.0),
) -> Floats:
    """Judge by its creatinine whether a 24 h collection was whole.

    Parameters
    ----------
    urine_creatinine_24h_g : (...) float
        Creatinine of the collection. [g/24 h]
    weight_kg : (...) float
        Body weight. [kg]
    female : (...) float
        1 yes, 0 no, NaN unknown.
    men_mg_kg, women_mg_kg : (float, float)
        Least and greatest excretion of a whole collection. [mg/kg/day]

    Returns
    -------
    (...) float
        1 whole, 0 not, NaN unknown; an excretion at either end is whole.

    Raises
    ------
    DataError
        For values outside their range, and for shapes that do not broadcast.
    """
    men, women = _ends("men_mg_kg", men_mg_kg), _ends("women_mg_kg", women_mg_kg)
    given = read_fields(
        (CREATININE_24H, WEIGHT, FEMALE),
        {
            CREATININE_24H.name: urine_creatinine_24h_g,
            WEIGHT.name: weight_kg,
            FEMALE.name: female,
        },
    )
    excretion = divide_or_nan(1000 * given[CREATININE_24H.name], given[WEIGHT.name])
    return choose(
        given[FEMALE.name],
        if_true=_within(excretion, women),
        if_false=_within(excretion, men),
    )


def _ends(name: str, ends: tuple[float, float]) -> tuple[float, float]:
    given = read_numbers(name, ends)
    if given.shape != (2,) or not 0 <= given[0] < given[1]:
        raise DataError(Fault(where=name, came=repr(ends)[:80], wanted="least below greatest"))
    return float(given[0]), float(given[1])


def _within(value: Floats, ends: tuple[float, float]) -> Floats:
    return all_of(not_below(value, ends[0]), not_above(value, ends[1]))


_INPUTS = (UPCR, PROTEIN_24H, CREATININE_24H, WEIGHT, FEMALE)


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    ratio = in_house_units((UPCR,), columns)[UPCR.name]
    protein, creatinine = columns[PROTEIN_24H.name], columns[CREATININE_24H.name]
    collected = upcr_of_collection(urine_protein_24h_g=protein, urine_creatinine_24h_g=creatinine)
    ratio = coalesce(ratio, collected)
    excretion = coalesce(creatinine, parameters["assumed_creatinine_24h_g"])
    estimate = units.protein_24h_g_from_upcr_g_g(
        units.upcr_g_g(ratio), creatinine_excretion_g_24h=excretion
    )
    return {
        "upcr_mg_mmol": ratio,
        "upcr_g_g": units.upcr_g_g(ratio),
        "urine_protein_24h_g": coalesce(protein, estimate),
        "collection_is_whole": collection_is_whole(
            urine_creatinine_24h_g=creatinine,
            weight_kg=columns[WEIGHT.name],
            female=columns[FEMALE.name],
            men_mg_kg=(parameters["men_least_mg_kg"], parameters["men_most_mg_kg"]),
            women_mg_kg=(parameters["women_least_mg_kg"], parameters["women_most_mg_kg"]),
        ),
    }


INSTRUMENT = Instrument(
    id="urine_protein",
    title="Protein in urine",
    purpose="ratio and 24 h protein from one another, and whether the collection was whole",
    inputs=with_other_units(_INPUTS),
    outputs=(
        Column(name="upcr_mg_mmol", meaning="protein to creatinine ratio", unit="mg/mmol"),
        Column(name="upcr_g_g", meaning="protein to creatinine ratio", unit="g/g"),
        Column(
            name="urine_protein_24h_g",
            meaning="protein as collected, else estimated from the ratio",
            unit="g/24 h",
        ),
        flag("collection_is_whole", "creatinine fits a whole collection"),
    ),
    rules=(
        Rule(
            id="factor",
            text="One g/g is 113.12 mg/mmol.",
            source="molar mass of creatinine",
            status=Status.CONFIRMED,
        ),
        Rule(
            id="excretion",
            text="Creatinine of a day where it was not collected, to estimate 24 h protein. [g]",
            source="Ginsberg JM, et al. N Engl J Med 1983; 309:1543-1546",
            status=Status.CONFIRMED,
            parameter="assumed_creatinine_24h_g",
            default=1.0,
            lowest=0.1,
        ),
        *(
            Rule(
                id=f"{sex}_{end}",
                text=f"A collection of {sex} is whole {word} this much creatinine. [mg/kg/day]",
                source="common practice",
                status=Status.MEMORY,
                parameter=f"{sex}_{end}_mg_kg",
                default=default,
            )
            for sex, end, word, default in (
                ("men", "least", "from", 15.0),
                ("men", "most", "up to", 25.0),
                ("women", "least", "from", 10.0),
                ("women", "most", "up to", 20.0),
            )
        ),
    ),
    sources=("Ginsberg JM, et al. N Engl J Med 1983; 309:1543-1546",),
    scorer=_score,
)
