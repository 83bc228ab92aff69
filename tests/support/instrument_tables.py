"""Invented wide tables for any instrument, with values at and beside the limits that matter.

Columns that say the same twice (a ratio in two units, a criterion and its parts) agree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.instruments import Instrument
from equipoise.instruments.columns import Column
from equipoise.instruments.ctcae import ANALYTES
from equipoise.instruments.eligibility.acr_1997 import SUB_ITEMS
from equipoise.instruments.sledai import ITEMS, VARIANTS
from support.invented_visits import NEAR

__all__ = ["blank_cells", "invented_table", "take_rows"]

_G_G = np.array([0, 0.1, 0.19, 0.2, 0.4, 0.49, 0.5, 0.51, 0.7, 0.71, 1, 2, 2.9, 3, 5, 6.5, 9])
_MG_DL = np.array([0.6, 0.69, 0.8, 0.9, 0.92, 1.0, 1.2, 1.25, 1.5, 2.0, 2.1, 2.4, 3.2, 4.0])
_VALUES: dict[str, Any] = {
    **NEAR,
    "upcr_mg_mmol": _G_G * 113.12,
    "urine_protein_24h_g": _G_G,
    "creatinine_umol_l": _MG_DL * 88.4,
    "egfr": [10, 15, 29, 54, 56, 59, 60, 63, 68, 72, 80, 81, 85, 89, 90, 100],
    "urine_rbc_hpf": [0, 4, 5, 6, 9, 10, 15, 16, 40],
    "urine_wbc_hpf": [0, 5, 6, 30],
    "prednisone_mg_day": [0, 4, 5, 6, 7.5, 8, 10, 12, 40],
    "prednisone_28d_mg_day": [0, 5, 10, 12],
    "month": [1, 3, 5.9, 6, 11, 12, 15, 24],
    "sledai": [0, 2, 4, 5, 6, 8, 10, 12, 16],
    "clinical_sledai": [0, 0, 2, 4],
    "temperature_c": [36.5, 38.0, 38.1],
    "active_joints": [0, 1, 2, 3, 12],
    "pga": [0, 0.3, 0.4, 0.5, 0.7, 1.0, 1.2, 1.3, 1.5, 1.8, 2.5],
    "clasi_a": [0, 4, 5, 9, 10, 16, 20, 21, 40, 70],
    "clasi_a_visit": [0, 4, 5, 9, 10, 16, 20, 21, 40, 70],
    "tender": [0, 2, 3, 5, 6, 12, 28],
    "swollen": [0, 2, 3, 5, 6, 12, 28],
    "glomeruli": [8, 10, 12, 20],
    "leukopenia_occasions": [0, 1, 2, 5],
    "lymphopenia_occasions": [0, 1, 2, 5],
    "age_years": [5, 17, 18, 35, 60],
    "weight_kg": [20, 50, 70],
    "height_cm": [110, 150, 180],
    "urine_creatinine_24h_g": [0.4, 0.7, 1.0, 1.5],
    "total_mg": [0, 3, 16, 40],
    "hours_after_end": [-5, 0, 24, 25, 336, 337],
    "onset_day": [-1, 0, 0.3, 0.7, 40, 80],
    "first_dose_day": [0, 0.5],
    "last_dose_day": [7, 40],
    "acanthocytes_hpf": [0, 1, 2, 5],
    "reading": [0, 20, 100],
    "lln": [2.5, 30, 60],
    "uln": [1.0, 40, 90],
    "baseline": [0.5, 30, 45, 80],
}
_DOSES = [0, 10, 20, 30, 200, 400, 3000]
_TEXTS: dict[str, list[str]] = {
    "biopsy_class": ["III (A/C) + V", "IV-G (C)", "II", "V", "III", "VI"],
    "days": ["0;28;56;112"],
    "states": ["0;1;1;0", "1;1;1;1", "0;1;0;1", "1;0;0;0"],
    "day0": ["2024-02-28", "2025-12-30"],
    "fatal_known": ["2024-03-01", "2026-01-02"],
}
_WHEN = re.compile(r"_baseline|_uln|_preflare|^previous_|^baseline_")
_SERIOUS = (
    "death",
    "life_threatening",
    "hospitalisation",
    "disability",
    "congenital_anomaly",
    "medically_important",
)


def invented_table(
    instrument: Instrument, rng: np.random.Generator, rows: int
) -> dict[str, NDArray[Any]]:
    """Draw a whole table: every input known in every row."""
    table = {
        column.name: rng.choice(np.asarray(_candidates(column)), size=rows)
        for column in instrument.inputs
    }
    _agree(table, rng)
    if instrument.id in VARIANTS:
        _tick_what_was_measured(instrument, table)
    return {column.name: table[column.name] for column in instrument.inputs}


def blank_cells(
    table: Mapping[str, NDArray[Any]], rng: np.random.Generator, share: float
) -> dict[str, NDArray[Any]]:
    """Make a share of the cells unknown."""
    blanked = {}
    for name, values in table.items():
        gone = rng.random(len(values)) < share
        if values.dtype.kind in "USO":
            blanked[name] = np.where(gone, None, values.astype(object))
        else:
            blanked[name] = np.where(gone, np.nan, values.astype(float))
    return blanked


def take_rows(table: Mapping[str, NDArray[Any]], rows: Any) -> dict[str, NDArray[Any]]:
    """Pick rows of a table."""
    return {name: values[rows] for name, values in table.items()}


def _candidates(column: Column) -> Any:
    if column.words:
        return list(column.words)
    if column.is_text:
        return _TEXTS[column.name]
    if column.codes:
        return list(column.codes)
    if column.name in _VALUES:
        return _VALUES[column.name]
    values = np.asarray(_VALUES.get(_WHEN.sub("", column.name), _DOSES), dtype=float)
    return values[(values >= column.lowest) & (values <= column.highest)]


def _tick_what_was_measured(instrument: Instrument, table: dict[str, NDArray[Any]]) -> None:
    """Make ticks, days since and measured values of the SLEDAI agree, whichever is blanked."""
    low = (table["c3_g_l"] < table["c3_lln_g_l"]) | (table["c4_g_l"] < table["c4_lln_g_l"])
    table["ch50"], table["ch50_lln"] = np.where(low, 10.0, 30.0), np.full(len(low), 20.0)
    present = [set(text.split("; ")) for text in instrument.score(table)["present"]]
    for item in ITEMS:
        ticked = np.array([item.name in names for names in present])
        table[item.name] = ticked.astype(float)
        if f"{item.name}_days_since" in table:
            table[f"{item.name}_days_since"] = np.where(ticked, 3.0, 400.0)


def _agree(table: dict[str, NDArray[Any]], rng: np.random.Generator) -> None:
    """Make columns agree that say the same twice."""
    if "previous_urine_protein_24h_g" in table and "previous_upcr_g_g" in table:
        table["previous_upcr_g_g"] = table["previous_urine_protein_24h_g"]
        table["previous_upcr_mg_mmol"] = table["previous_upcr_g_g"] * 113.12
    for when in ("", "_baseline"):
        ratio, protein = f"upcr{when}_mg_mmol", f"urine_protein_24h{when}_g"
        if ratio in table and protein in table:
            table[ratio] = table[protein] * 113.12
        if ratio in table:
            table[f"upcr{when}_g_g"] = table[ratio] / 113.12
    for when in ("", "_baseline", "_uln"):
        if f"creatinine{when}_umol_l" in table:
            table[f"creatinine{when}_mg_dl"] = table[f"creatinine{when}_umol_l"] / 88.4
    if "urine_creatinine_24h_g" in table:
        table["urine_protein_24h_g"] = table["upcr_g_g"] * table["urine_creatinine_24h_g"]
    if "sex" in table:
        table["sex"] = np.where(table["female"] == 1, "F", "M")
    if "glomeruli_involved" in table:
        size = len(table["glomeruli"])
        table["glomeruli_involved"] = rng.integers(0, table["glomeruli"] + 1, size).astype(float)
        table["glomeruli_segmental"] = rng.integers(0, table["glomeruli_involved"] + 1, size) * 1.0
        table["glomeruli_sclerosed"] = rng.integers(0, table["glomeruli"] + 1, size).astype(float)
    if "hours_after_end" in table:
        table["hours_from_start"] = table["hours_after_end"] + 4.0
    if "haemolytic_anaemia" in table and "leukopenia_occasions" in table:
        table["proteinuria_dipstick"] = np.where(table["persistent_proteinuria"] == 1, 4.0, 2.0)
        for criterion, parts in SUB_ITEMS.items():
            met = [table[part] >= (2 if part.endswith("occasions") else 1) for part in parts]
            table[criterion] = np.any(met, axis=0).astype(float)
    if "serious" in table:
        table["serious"] = np.any([table[name] == 1 for name in _SERIOUS], axis=0) * 1.0
        fatal = (table["death"] == 1) | (table["life_threatening"] == 1)
        table["fatal_or_life_threatening"] = fatal * 1.0
    if "analyte" in table:
        for name, analyte in ANALYTES.items():
            rows = table["analyte"] == name
            for column in ("value", "lln", "uln", "baseline"):
                ends = (analyte.lowest, min(analyte.highest, 300))
                limits = [limit for limit in analyte.limits if ends[0] <= limit <= ends[1]]
                near = np.array([*limits, *(0.95 * limit for limit in limits), *ends])
                near = np.clip(near, *ends)
                table[column][rows] = rng.choice(near, np.count_nonzero(rows))
