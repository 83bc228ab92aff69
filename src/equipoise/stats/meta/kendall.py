"""Kendall's rank correlation with its exact or normal p value, many samples at once."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from equipoise.stats.arrays import Bools, Floats

__all__ = ["kendall"]


def kendall(x: Floats, y: Floats, is_in: Bools) -> tuple[Floats, Floats]:
    """Tau-b and its two-sided p value; (samples, size) to (samples,) each.

    Exact without ties, normal with ties, as R ``cor.test(method = "kendall", exact = TRUE)``. NaN
    below two members, or where one variable does not vary.
    """
    tau, p_value = np.full(len(x), np.nan), np.full(len(x), np.nan)
    for row, inside in enumerate(is_in):
        tau[row], p_value[row] = _one(x[row, inside], y[row, inside])
    return tau, p_value


def _one(x: Floats, y: Floats) -> tuple[float, float]:
    size = len(x)
    over, under = np.triu_indices(size, k=1)
    dx, dy = np.sign(x[over] - x[under]), np.sign(y[over] - y[under])
    score, pairs_x, pairs_y = np.sum(dx * dy), np.sum(dx != 0), np.sum(dy != 0)
    if pairs_x == 0 or pairs_y == 0:
        return np.nan, np.nan
    tau = float(score / np.sqrt(float(pairs_x) * float(pairs_y)))
    pairs = size * (size - 1) // 2
    if pairs_x == pairs and pairs_y == pairs:
        concordant = int((score + pairs) // 2)
        below, above = _tails(size)[:, concordant]
        return tau, float(min(1.0, 2 * min(below, above)))
    z = float(score) / np.sqrt(_variance(x, y))
    return tau, float(2 * ndtr(-abs(z)))


@lru_cache(maxsize=64)
def _tails(size: int) -> Floats:
    """P(C <= c) and P(C >= c) of the number of concordant pairs without association."""
    mass = np.ones(1)
    for member in range(2, size + 1):
        mass = np.convolve(mass, np.full(member, 1 / member))
    return np.stack([np.cumsum(mass), np.cumsum(mass[::-1])[::-1]])


def _variance(x: Floats, y: Floats) -> float:
    """Variance of the score given the ties. Source: Kendall MG. Biometrika 1947; 34:297-298."""
    size = len(x)
    tx, ty = (np.unique(values, return_counts=True)[1].astype(np.float64) for values in (x, y))
    first = size * (size - 1) * (2 * size + 5) - sum(
        float(np.sum(t * (t - 1) * (2 * t + 5))) for t in (tx, ty)
    )
    second = float(np.sum(tx * (tx - 1)) * np.sum(ty * (ty - 1))) / (2 * size * (size - 1))
    third = float(np.sum(tx * (tx - 1) * (tx - 2)) * np.sum(ty * (ty - 1) * (ty - 2)))
    third = third / (9 * size * (size - 1) * (size - 2)) if size > 2 else 0.0
    return first / 18 + second + third
