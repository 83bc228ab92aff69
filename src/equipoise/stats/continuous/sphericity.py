"""How far repeated measures are from sphericity: epsilons and Mauchly's test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.tails import chi_square_upper

__all__ = ["Sphericity", "sphericity_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sphericity:
    """Measures of sphericity of the visits; fields have the leading shape of the trials.

    Attributes
    ----------
    greenhouse_geisser : float
        Box's epsilon at the observed covariance, between 1 / (visits - 1) and 1.
    huynh_feldt : float
        Huynh and Feldt's estimate as first published, which takes all subjects for one group.
    huynh_feldt_lecoutre : float
        The same with Lecoutre's correction for several groups; equal to it for one group. Both may
        pass 1; tests use at most 1.
    mauchly_w, mauchly_p : float
        Mauchly's statistic and its p value by Box's expansion to the second order; NaN where there
        are fewer degrees of freedom than contrasts, and for two visits, which are always
        spherical.
    mauchly_p_r : float
        The p value as R ``mauchly.test`` and ``car`` print it. They put the number of visits for
        that of the contrasts in one place of the second term, which moves p a little.
    """

    greenhouse_geisser: Floats
    huynh_feldt: Floats
    huynh_feldt_lecoutre: Floats
    mauchly_w: Floats
    mauchly_p: Floats
    mauchly_p_r: Floats


def sphericity_of(products: Floats, df: Floats, n: Floats) -> Sphericity:
    """Measure sphericity from the error products of orthonormal contrasts.

    Parameters
    ----------
    products : (..., contrasts, contrasts) float
        Sums of squares and products within groups.
    df : (...) float
        Their degrees of freedom, subjects less groups.
    n : (...) float
        Subjects.

    Notes
    -----
    Source: Greenhouse SW, Geisser S. Psychometrika 1959; 24:95-112; Huynh H, Feldt LS. Journal of
    Educational Statistics 1976; 1:69-82; Lecoutre B. Journal of Educational Statistics 1991;
    16:371-372; Mauchly JW. Annals of Mathematical Statistics 1940; 11:204-209, with the expansion
    of Anderson TW. An Introduction to Multivariate Statistical Analysis, 1958, section 10.7.4,
    after Box GEP. Biometrika 1949; 36:317-346.
    """
    size = products.shape[-1]
    is_known = df > 0
    trace = np.trace(products, axis1=-2, axis2=-1)
    # Of shares, since the square of a product may be beyond the range of numbers.
    square = np.sum(np.square(divide_or_nan(products, trace[..., None, None])), axis=(-2, -1))
    epsilon = np.where(is_known, divide_or_nan(1, size * square), np.nan)
    spread = size * (df - size * epsilon)
    return Sphericity(
        greenhouse_geisser=epsilon,
        huynh_feldt=divide_or_nan(n * size * epsilon - 2, spread),
        huynh_feldt_lecoutre=divide_or_nan((df + 1) * size * epsilon - 2, spread),
        **_mauchly(products, trace, df),
    )


def _mauchly(products: Floats, trace: Floats, df: Floats) -> dict[str, Floats]:
    size = products.shape[-1]
    is_known = (df >= size) & (trace > 0) & (size > 1)
    sign, log_determinant = np.linalg.slogdet(
        np.where(is_known[..., None, None], products, np.eye(size))
    )
    log_w = np.where(
        is_known & (sign > 0),
        log_determinant - size * np.log(np.where(is_known, trace, size) / size),
        np.nan,
    )
    chi_square, freedom = -df * _shrinkage(df, size) * log_w, size * (size + 1) / 2 - 1
    first, later = (chi_square_upper(chi_square, freedom + more) for more in (0, 4))
    return {
        "mauchly_w": np.exp(log_w),
        "mauchly_p": first + _second_order(df, size, size) * (later - first),
        "mauchly_p_r": first + _second_order(df, size, size + 1) * (later - first),
    }


def _shrinkage(df: Floats, size: int) -> Floats:
    """Multiply the statistic by this and the term of first order vanishes."""
    return 1 - divide_or_nan(2 * size**2 + size + 2, 6 * size * df)


def _second_order(df: Floats, size: int, slip: int) -> Floats:
    """Weight of the second order; ``slip`` is ``size`` but in R's form of it."""
    weight = (size + 2) * (size - 1) * (size - 2) * (2 * size**3 + 6 * size**2 + 3 * slip + 2)
    return divide_or_nan(weight, 288 * np.square(df * size * _shrinkage(df, size)))
