"""Units of the house: one per quantity, and the conversions into them.

Inside the package a quantity has one unit: days, g/L, µmol/L, mg/mmol, g/24 h, 1e9/L,
mL/min/1.73 m2, IU/mL, mmHg, degrees Celsius. Everything here is a pure factor or function that
readers and adapters apply at the edge; no kernel takes the name of a unit.

A molar factor follows from the molar mass alone; where practice rounds it (creatinine 88.4) the
rounded factor is the one used, because published thresholds were made with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CREATININE_MOLAR_MASS",
    "CREATININE_UMOL_L_PER_MG_DL",
    "DAYS_PER_WEEK",
    "DAYS_PER_YEAR",
    "G_L_PER_G_DL",
    "G_L_PER_MG_DL",
    "G_PER_MG",
    "UPCR_MG_MMOL_PER_G_G",
    "UREA_MMOL_L_PER_MG_DL",
    "cells_10e9_l_from_per_mm3",
    "celsius_from_fahrenheit",
    "creatinine_mg_dl",
    "creatinine_umol_l",
    "g_l_from_g_dl",
    "g_l_from_mg_dl",
    "hb_g_dl_from_g_l",
    "protein_24h_g_from_upcr_g_g",
    "upcr_g_g",
    "upcr_mg_mmol",
    "urea_mmol_l",
]

CREATININE_MOLAR_MASS = 113.12
"""Creatinine, C4H7N3O. [g/mol]

Source: standard atomic weights of the IUPAC (4 C 12.011, 7 H 1.008, 3 N 14.007, O 15.999:
113.120).
"""

CREATININE_UMOL_L_PER_MG_DL = 88.4
"""Serum creatinine, µmol/L in one mg/dL: 10 mg/L over 113.12 g/mol is 88.402, used as 88.4.

Source: KDIGO 2012 Clinical Practice Guideline for CKD, table of conversion factors.
"""

UPCR_MG_MMOL_PER_G_G = CREATININE_MOLAR_MASS
"""Urine protein to creatinine ratio, mg/mmol in one g/g (which is one mg/mg).

One mmol of creatinine weighs 113.12 mg. Guidelines round it to 100 ("0.5 g/g or 50 mg/mmol"); a
threshold belongs in the unit in which it was printed.
"""

UREA_MMOL_L_PER_MG_DL = 0.357
"""Urea in mmol/L for blood urea nitrogen of one mg/dL: 10 mg/L over 28.014 g/mol of nitrogen."""

G_L_PER_G_DL = 10.0
"""Haemoglobin, albumin: g/L in one g/dL."""

G_L_PER_MG_DL = 0.01
"""Complement C3 and C4, immunoglobulins: g/L in one mg/dL."""

G_PER_MG = 0.001
"""Protein of a day in g for one mg."""

DAYS_PER_WEEK = 7.0
DAYS_PER_YEAR = 365.25
"""Mean length of a Julian year; person-time in years is days over this."""

_CELLS_PER_MM3 = 1000.0  # one 1e9/L is a thousand cells in a cubic millimetre
_Floats = NDArray[np.float64]


def creatinine_umol_l(mg_dl: ArrayLike) -> _Floats:
    """Convert serum creatinine from mg/dL to µmol/L."""
    return np.asarray(mg_dl, dtype=np.float64) * CREATININE_UMOL_L_PER_MG_DL


def creatinine_mg_dl(umol_l: ArrayLike) -> _Floats:
    """Convert serum creatinine from µmol/L to mg/dL."""
    return np.asarray(umol_l, dtype=np.float64) / CREATININE_UMOL_L_PER_MG_DL


def upcr_mg_mmol(g_g: ArrayLike) -> _Floats:
    """Convert a urine protein to creatinine ratio from g/g to mg/mmol."""
    return np.asarray(g_g, dtype=np.float64) * UPCR_MG_MMOL_PER_G_G


def upcr_g_g(mg_mmol: ArrayLike) -> _Floats:
    """Convert a urine protein to creatinine ratio from mg/mmol to g/g."""
    return np.asarray(mg_mmol, dtype=np.float64) / UPCR_MG_MMOL_PER_G_G


def protein_24h_g_from_upcr_g_g(
    g_g: ArrayLike, *, creatinine_excretion_g_24h: ArrayLike = 1.0
) -> _Floats:
    """Estimate the protein of a 24 h collection from a ratio.

    Parameters
    ----------
    g_g : (...) float
        Urine protein to creatinine ratio. [g/g]
    creatinine_excretion_g_24h : (...) float
        Creatinine excreted in a day; 1 where it is not known. [g/24 h]

    Returns
    -------
    (...) float
        Protein. [g/24 h]

    Notes
    -----
    Source: Ginsberg JM, et al. N Engl J Med 1983; 309:1543-1546: the ratio in g/g stands for
    the excretion in g/24 h per 1.73 m2, that is at an excretion of about 1 g creatinine.
    """
    return np.asarray(g_g, dtype=np.float64) * np.asarray(
        creatinine_excretion_g_24h, dtype=np.float64
    )


def g_l_from_g_dl(g_dl: ArrayLike) -> _Floats:
    """Convert haemoglobin or albumin from g/dL to g/L."""
    return np.asarray(g_dl, dtype=np.float64) * G_L_PER_G_DL


def hb_g_dl_from_g_l(g_l: ArrayLike) -> _Floats:
    """Convert haemoglobin from g/L to the g/dL in which the BILAG-2004 form prints its cuts."""
    return np.asarray(g_l, dtype=np.float64) / G_L_PER_G_DL


def g_l_from_mg_dl(mg_dl: ArrayLike) -> _Floats:
    """Convert C3, C4 or an immunoglobulin from mg/dL to g/L."""
    return np.asarray(mg_dl, dtype=np.float64) * G_L_PER_MG_DL


def urea_mmol_l(bun_mg_dl: ArrayLike) -> _Floats:
    """Convert blood urea nitrogen in mg/dL to urea in mmol/L."""
    return np.asarray(bun_mg_dl, dtype=np.float64) * UREA_MMOL_L_PER_MG_DL


def cells_10e9_l_from_per_mm3(per_mm3: ArrayLike) -> _Floats:
    """Convert a blood count from cells per mm3 (or per µL) to 1e9/L."""
    return np.asarray(per_mm3, dtype=np.float64) / _CELLS_PER_MM3


def celsius_from_fahrenheit(fahrenheit: ArrayLike) -> _Floats:
    """Convert a temperature from degrees Fahrenheit to degrees Celsius."""
    return (np.asarray(fahrenheit, dtype=np.float64) - 32) / 1.8
