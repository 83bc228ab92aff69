"""Columns of the kidney: one unit each, and the other units that a wide table may bring.

The upper ends catch a slip of unit, not a rare patient: a hundred grams of protein are milligrams,
50 mg/dL of creatinine are µmol/L, and no kidney filters 500 mL a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import ArrayLike

from equipoise import units
from equipoise.instruments.checks import Floats
from equipoise.instruments.clinical import PREDNISONE
from equipoise.instruments.columns import Column, flag, measured
from equipoise.instruments.form import Columns, Rule, Status
from equipoise.instruments.thresholds import coalesce

__all__ = [
    "ACTIVE_SEDIMENT",
    "AGE",
    "CELLULAR_CASTS",
    "CREATININE",
    "CREATININE_BASELINE",
    "CREATININE_ULN",
    "EGFR",
    "EGFR_BASELINE",
    "EGFR_PREFLARE",
    "FEMALE",
    "HEIGHT",
    "NORMAL_EGFR",
    "PREDNISONE",
    "PROTEIN_24H",
    "PROTEIN_24H_BASELINE",
    "PROTEIN_FROM_RATIO",
    "RED_CELLS",
    "RED_CELLS_BASELINE",
    "RESCUE",
    "UPCR",
    "UPCR_BASELINE",
    "WEIGHT",
    "WHITE_CELLS",
    "in_house_units",
    "reads_protein",
    "with_other_units",
]


NORMAL_EGFR = 90.0
"""Filtration from which kidney function is normal. [mL/min/1.73 m2]

Source: KDIGO 2012 Clinical Practice Guideline for CKD, category G1.
"""


def _at_baseline(column: Column, name: str) -> Column:
    return replace(column, name=name, meaning=f"{column.meaning}, at baseline")


UPCR = measured("upcr_mg_mmol", "urine protein to creatinine ratio", "mg/mmol", 11312)
UPCR_BASELINE = _at_baseline(UPCR, "upcr_baseline_mg_mmol")
PROTEIN_24H = measured("urine_protein_24h_g", "protein of a 24 h urine collection", "g/24 h", 100)
PROTEIN_24H_BASELINE = _at_baseline(PROTEIN_24H, "urine_protein_24h_baseline_g")
EGFR = measured("egfr", "estimated glomerular filtration rate", "mL/min/1.73 m2", 500)
EGFR_BASELINE = _at_baseline(EGFR, "egfr_baseline")
EGFR_PREFLARE = replace(
    EGFR,
    name="egfr_preflare",
    meaning="estimated glomerular filtration rate before the flare that led to the trial",
)
CREATININE = measured("creatinine_umol_l", "creatinine in serum", "umol/L", 4420)
CREATININE_BASELINE = _at_baseline(CREATININE, "creatinine_baseline_umol_l")
CREATININE_ULN = measured(
    "creatinine_uln_umol_l", "upper limit of creatinine in that laboratory", "umol/L", 4420
)
RED_CELLS = measured("urine_rbc_hpf", "red cells in urine", "1/hpf")
RED_CELLS_BASELINE = _at_baseline(RED_CELLS, "urine_rbc_baseline_hpf")
WHITE_CELLS = measured("urine_wbc_hpf", "white cells in urine", "1/hpf")
CELLULAR_CASTS = flag("cellular_casts", "cellular casts in urine")
ACTIVE_SEDIMENT = flag("active_sediment", "active urinary sediment")
RESCUE = flag("rescue", "rescue or treatment that the protocol counts as failure")
AGE = measured("age_years", "age", "years", 130)
FEMALE = flag("female", "woman")
WEIGHT = measured("weight_kg", "body weight", "kg", 500)
HEIGHT = measured("height_cm", "body height", "cm", 260)


@dataclass(frozen=True, slots=True)
class _OtherUnit:
    """A column in another unit and its way into the unit of the house."""

    column: Column
    convert: Callable[[ArrayLike], Floats]


def _ratio(name: str, meaning: str) -> _OtherUnit:
    return _OtherUnit(measured(name, meaning, "g/g", 100), units.upcr_mg_mmol)


def _mg_dl(name: str, meaning: str) -> _OtherUnit:
    return _OtherUnit(measured(name, meaning, "mg/dL", 50), units.creatinine_umol_l)


_OTHER_UNITS: Mapping[str, _OtherUnit] = {
    UPCR.name: _ratio("upcr_g_g", UPCR.meaning),
    UPCR_BASELINE.name: _ratio("upcr_baseline_g_g", UPCR_BASELINE.meaning),
    CREATININE.name: _mg_dl("creatinine_mg_dl", CREATININE.meaning),
    CREATININE_BASELINE.name: _mg_dl("creatinine_baseline_mg_dl", CREATININE_BASELINE.meaning),
    CREATININE_ULN.name: _mg_dl("creatinine_uln_mg_dl", CREATININE_ULN.meaning),
}

_PROTEIN_FROM_RATIO = {
    PROTEIN_24H.name: UPCR.name,
    PROTEIN_24H_BASELINE.name: UPCR_BASELINE.name,
}


def with_other_units(inputs: Sequence[Column]) -> tuple[Column, ...]:
    """Add to each column of a kernel the columns from which a wide table may fill it."""
    wide: dict[str, Column] = {}
    for column in inputs:
        wide[column.name] = column
        ratio = {UPCR.name: UPCR, UPCR_BASELINE.name: UPCR_BASELINE}.get(
            _PROTEIN_FROM_RATIO.get(column.name, "")
        )
        for own in (column, ratio):
            if own is not None:
                wide.setdefault(own.name, own)
                if own.name in _OTHER_UNITS:
                    wide[_OTHER_UNITS[own.name].column.name] = _OTHER_UNITS[own.name].column
    return tuple(wide.values())


PROTEIN_FROM_RATIO = Rule(
    id="protein_from_ratio",
    text="Protein of 24 h that was not collected is read from the ratio at 1 g of creatinine a "
    "day, or stays unknown.",
    source="Ginsberg JM, et al. N Engl J Med 1983; 309:1543-1546",
    status=Status.CONFIRMED,
    parameter="protein_from_ratio",
    default="one_gram",
    choices=("one_gram", "never"),
)


def in_house_units(
    inputs: Sequence[Column], columns: Columns, *, protein_from_ratio: str = "one_gram"
) -> dict[str, Any]:
    """Read the columns of a kernel out of a wide table, converting where only that is there.

    The column in the unit of the house decides where it is known. Protein of 24 h that was not
    collected follows ``PROTEIN_FROM_RATIO``.
    """
    estimates = protein_from_ratio == "one_gram"
    return {column.name: _known(column.name, columns, estimates=estimates) for column in inputs}


def reads_protein(inputs: Sequence[Column]) -> bool:
    """Say whether a kernel reads protein of 24 h, so that ``PROTEIN_FROM_RATIO`` applies."""
    return any(column.name in _PROTEIN_FROM_RATIO for column in inputs)


def _known(name: str, columns: Columns, *, estimates: bool) -> Any:
    value = columns[name]
    other = _OTHER_UNITS.get(name)
    if other is not None:
        value = coalesce(value, other.convert(columns[other.column.name]))
    if estimates and name in _PROTEIN_FROM_RATIO:
        ratio = _known(_PROTEIN_FROM_RATIO[name], columns, estimates=estimates)
        value = coalesce(value, units.protein_24h_g_from_upcr_g_g(units.upcr_g_g(ratio)))
    return value
