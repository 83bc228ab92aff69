"""Kidney function from serum creatinine: CKD-EPI 2009 and 2021, MDRD, Cockcroft-Gault, Schwartz.

Nothing is clipped at 60 or 90: a report may, a trial's computation may not. A creatinine that is
not above zero has no filtration rate: the answer is NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise import units
from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import Floats, common_shape, read_numbers
from equipoise.instruments.composite import read_setting

__all__ = [
    "bedside_schwartz",
    "body_surface_m2",
    "ckd_epi_2009",
    "ckd_epi_2021",
    "cockcroft_gault",
    "indexed_to_surface",
    "mdrd4",
]

STANDARD_SURFACE_M2 = 1.73


def ckd_epi_2009(
    *, creatinine_umol_l: ArrayLike, age_years: ArrayLike, female: ArrayLike, black: ArrayLike
) -> Floats:
    """Estimate filtration with the CKD-EPI equation of 2009.

    Parameters
    ----------
    creatinine_umol_l : (...) float
        Serum creatinine, standardised assay. [µmol/L]
    age_years : (...) float
        Age. [years]
    female, black : (...) float
        1 yes, 0 no, NaN unknown; zeros for ``black`` leave the race coefficient out.

    Returns
    -------
    (...) float
        Filtration rate; NaN where an input is unknown or impossible. [mL/min/1.73 m2]

    Raises
    ------
    DataError
        For inputs that are no numbers, flags other than 0 and 1, and shapes that do not
        broadcast.

    Notes
    -----
    ``141 min(s/k, 1)^a max(s/k, 1)^-1.209 0.993^age``, times 1.018 for women and 1.159 for Black
    patients, with s in mg/dL, k 0.7 (women) or 0.9 (men), a -0.329 or -0.411. Source: Levey AS,
    et al. Ann Intern Med 2009; 150:604-612.
    """
    serum, age, woman, race = _read(
        creatinine_umol_l=creatinine_umol_l, age_years=age_years, female=female, black=black
    )
    low, high = _knot(serum, woman)
    return (
        141
        * low ** _pick(woman, yes=-0.329, no=-0.411)
        * high**-1.209
        * 0.993**age
        * _pick(woman, yes=1.018, no=1.0)
        * _pick(race, yes=1.159, no=1.0)
    )


def ckd_epi_2021(
    *, creatinine_umol_l: ArrayLike, age_years: ArrayLike, female: ArrayLike
) -> Floats:
    """Estimate filtration with the CKD-EPI equation of 2021, which knows no race.

    Parameters
    ----------
    creatinine_umol_l : (...) float
        Serum creatinine, standardised assay. [µmol/L]
    age_years : (...) float
        Age. [years]
    female : (...) float
        1 yes, 0 no, NaN unknown.

    Returns
    -------
    (...) float
        Filtration rate; NaN where an input is unknown or impossible. [mL/min/1.73 m2]

    Raises
    ------
    DataError
        For inputs that are no numbers, flags other than 0 and 1, and shapes that do not
        broadcast.

    Notes
    -----
    ``142 min(s/k, 1)^a max(s/k, 1)^-1.200 0.9938^age``, times 1.012 for women, with s in mg/dL,
    k 0.7 (women) or 0.9 (men), a -0.241 or -0.302. Source: Inker LA, et al. N Engl J Med 2021;
    385:1737-1749.
    """
    serum, age, woman = _read(
        creatinine_umol_l=creatinine_umol_l, age_years=age_years, female=female
    )
    low, high = _knot(serum, woman)
    return (
        142
        * low ** _pick(woman, yes=-0.241, no=-0.302)
        * high**-1.200
        * 0.9938**age
        * _pick(woman, yes=1.012, no=1.0)
    )


def mdrd4(
    *,
    creatinine_umol_l: ArrayLike,
    age_years: ArrayLike,
    female: ArrayLike,
    black: ArrayLike,
    coefficient: float = 175.0,
) -> Floats:
    """Estimate filtration with the MDRD equation of four variables.

    Parameters
    ----------
    creatinine_umol_l : (...) float
        Serum creatinine. [µmol/L]
    age_years : (...) float
        Age. [years]
    female, black : (...) float
        1 yes, 0 no, NaN unknown; zeros for ``black`` leave the race coefficient out.
    coefficient : float
        175 for assays traceable to isotope dilution mass spectrometry, 186 for older ones.

    Returns
    -------
    (...) float
        Filtration rate; NaN where an input is unknown or impossible. [mL/min/1.73 m2]

    Raises
    ------
    DataError
        For inputs that are no numbers, flags other than 0 and 1, and shapes that do not
        broadcast.

    Notes
    -----
    ``coefficient s^-1.154 age^-0.203``, times 0.742 for women and 1.212 for Black patients, with
    s in mg/dL. Source: Levey AS, et al. Ann Intern Med 2006; 145:247-254.
    """
    serum, age, woman, race = _read(
        creatinine_umol_l=creatinine_umol_l, age_years=age_years, female=female, black=black
    )
    read_setting("coefficient", coefficient)
    return (
        coefficient
        * serum**-1.154
        * np.where(age > 0, age, np.nan) ** -0.203
        * _pick(woman, yes=0.742, no=1.0)
        * _pick(race, yes=1.212, no=1.0)
    )


def cockcroft_gault(
    *,
    creatinine_umol_l: ArrayLike,
    age_years: ArrayLike,
    female: ArrayLike,
    weight_kg: ArrayLike,
) -> Floats:
    """Estimate creatinine clearance with the equation of Cockcroft and Gault.

    Parameters
    ----------
    creatinine_umol_l : (...) float
        Serum creatinine. [µmol/L]
    age_years : (...) float
        Age. [years]
    female : (...) float
        1 yes, 0 no, NaN unknown.
    weight_kg : (...) float
        Body weight. [kg]

    Returns
    -------
    (...) float
        Clearance, *not* indexed to body surface; NaN where an input is unknown or impossible.
        [mL/min]

    Raises
    ------
    DataError
        For inputs that are no numbers, flags other than 0 and 1, and shapes that do not
        broadcast.

    Notes
    -----
    ``(140 - age) weight / (72 s)``, times 0.85 for women, with s in mg/dL. Source: Cockcroft DW,
    Gault MH. Nephron 1976; 16:31-41.
    """
    serum, age, woman, weight = _read(
        creatinine_umol_l=creatinine_umol_l, age_years=age_years, female=female, weight_kg=weight_kg
    )
    return (140 - age) * weight / (72 * serum) * _pick(woman, yes=0.85, no=1.0)


def bedside_schwartz(
    *, creatinine_umol_l: ArrayLike, height_cm: ArrayLike, coefficient: float = 0.413
) -> Floats:
    """Estimate filtration of a child of 1 to 17 years with the bedside equation of Schwartz.

    Parameters
    ----------
    creatinine_umol_l : (...) float
        Serum creatinine, standardised assay. [µmol/L]
    height_cm : (...) float
        Height. [cm]
    coefficient : float
        0.413 for standardised assays.

    Returns
    -------
    (...) float
        ``coefficient height / s`` with s in mg/dL; NaN where an input is unknown or impossible.
        [mL/min/1.73 m2]

    Raises
    ------
    DataError
        For inputs that are no numbers, and for shapes that do not broadcast.

    Notes
    -----
    Source: Schwartz GJ, et al. J Am Soc Nephrol 2009; 20:629-637.
    """
    read_setting("coefficient", coefficient)
    serum, height = _read(creatinine_umol_l=creatinine_umol_l, height_cm=height_cm)
    return coefficient * height / serum


def body_surface_m2(*, height_cm: ArrayLike, weight_kg: ArrayLike) -> Floats:
    """Estimate body surface in m2 as ``sqrt(height weight / 3600)``.

    Raises
    ------
    DataError
        For inputs that are no numbers, and for shapes that do not broadcast.

    Notes
    -----
    Source: Mosteller RD. N Engl J Med 1987; 317:1098.
    """
    height, weight = _read(height_cm=height_cm, weight_kg=weight_kg)
    return np.sqrt(height * weight / 3600)


def indexed_to_surface(
    clearance_ml_min: ArrayLike, *, height_cm: ArrayLike, weight_kg: ArrayLike
) -> Floats:
    """Index a clearance in mL/min to 1.73 m2 of body surface.

    Raises
    ------
    DataError
        For inputs that are no numbers, and for shapes that do not broadcast.
    """
    clearance, height, weight = _read(
        clearance_ml_min=clearance_ml_min, height_cm=height_cm, weight_kg=weight_kg
    )
    return clearance * STANDARD_SURFACE_M2 / body_surface_m2(height_cm=height, weight_kg=weight)


def _read(**inputs: ArrayLike) -> tuple[Floats, ...]:
    """Read the inputs of an equation; creatinine comes back in mg/dL.

    A flag that is neither 0 nor 1 is refused; a measurement that cannot be is NaN.
    """
    given = {name: read_numbers(name, value) for name, value in inputs.items()}
    shape = common_shape(given)
    faults = [
        Fault(where=name, came=f"{value[_odd(value)].flat[0]:g}", wanted="0, 1 or NaN")
        for name, value in given.items()
        if name in {"female", "black"} and _odd(value).any()
    ]
    if faults:
        raise DataError(faults)
    answers = []
    for name, value in given.items():
        if name not in {"female", "black"}:
            is_possible = value >= 0 if name == "age_years" else value > 0
            value = np.where(is_possible & np.isfinite(value), value, np.nan)
        if name == "creatinine_umol_l":
            value = units.creatinine_mg_dl(value)
        answers.append(np.broadcast_to(value, shape))
    return tuple(answers)


def _odd(flag: Floats) -> Any:
    return ~(np.isnan(flag) | (flag == 0) | (flag == 1))


def _pick(flag: Floats, *, yes: float, no: float) -> Floats:
    """One of two constants; NaN where the flag is unknown."""
    return np.where(np.isnan(flag), np.nan, np.where(flag == 1, yes, no))


def _knot(serum: Floats, female: Floats) -> tuple[Floats, Floats]:
    """Creatinine over its knot, below it and above it."""
    ratio = serum / _pick(female, yes=0.7, no=0.9)
    return np.minimum(ratio, 1), np.maximum(ratio, 1)
