"""Invented BILAG-2004 visits that reach every grade, from a seed."""

from __future__ import annotations

import numpy as np

from equipoise.instruments.bilag2004 import FORM, ITEMS, SYSTEMS

# Values around every threshold, so that each comparison is met on both sides and exactly.
NEAR = {
    "systolic_mmhg": (110, 120, 140, 141, 150, 170),
    "diastolic_mmhg": (70, 75, 90, 91, 105),
    "acr_mg_mmol": (5, 25, 26, 50, 75, 100, 101, 200),
    "upcr_mg_mmol": (5, 25, 26, 50, 75, 100, 101, 200),
    "urine_protein_24h_g": (0.1, 0.25, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0),
    "creatinine_umol_l": (60, 100, 113, 130, 131, 150, 169, 170, 195),
    "gfr_ml_min_173": (30, 49, 50, 51, 53.6, 79, 80, 100),
    "hb_g_dl": (7.9, 8.0, 9.9, 10.0, 10.9, 11.0, 13.0),
    "wcc_10e9_l": (0.9, 1.0, 3.9, 4.0, 7.0),
    "neutrophils_10e9_l": (0.4, 0.5, 1.9, 2.0, 4.0),
    "lymphocytes_10e9_l": (0.9, 1.0, 2.0),
    "platelets_10e9_l": (24, 25, 49, 50, 149, 150, 250),
}


def visits(
    rng: np.random.Generator, shape: tuple[int, ...], *, unknown: float = 0.0, quiet: float = 0.9
) -> np.ndarray:
    """Draw (..., 97) items: most of the coded ones absent, ``unknown`` of all cells NaN."""
    cells = np.empty((*shape, len(ITEMS)))
    for place, item in enumerate(ITEMS):
        values = NEAR.get(item.name, item.codes)
        drawn = rng.choice(np.asarray(values, dtype=float), shape)
        if item.codes and item.name != "dipstick":
            drawn = np.where(rng.random(shape) < quiet, 0.0, drawn)
        cells[..., place] = drawn
    return np.where(rng.random(cells.shape) < unknown, np.nan, cells)


def prior(rng: np.random.Generator, shape: tuple[int, ...], *, unknown: float = 0.0) -> np.ndarray:
    """Draw (..., 9) earlier involvement."""
    drawn = rng.integers(0, 2, (*shape, len(SYSTEMS))).astype(float)
    return np.where(rng.random(drawn.shape) < unknown, np.nan, drawn)


def as_mapping(row: np.ndarray) -> dict[str, float | None]:
    """Name the items of one visit, None for NaN, as the plain twin wants them."""
    return {
        name: None if np.isnan(value) else float(value)
        for name, value in zip(FORM.names, row, strict=True)
    }
