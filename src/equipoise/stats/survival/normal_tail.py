"""Tail of the largest of several correlated standard normals, of many trials at once.

P(max Z > c) is split into P(Z_j > c and no earlier one is), so that small tails keep their
digits. Each part is an integral over independent normals y with Z = L y, L a pivoted Cholesky
factor that begins with Z_j. The innermost y is integrated in closed form: every Z that depends
on it bounds it to an interval. Weights that add up (those of rho, gamma = (1, 0) and (0, 1) give
the log-rank test) make the correlation singular; L then has fewer columns and nothing else
changes. The outer integrals are Gauss-Legendre.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.special import ndtr

from equipoise.stats.arrays import Floats, Integers

__all__ = ["MOST", "tail_of_largest"]

MOST = 4
"""Largest number of statistics: three nested integrals."""

_NODES = {1: (24, 16), 2: (4, 16), 3: (1, 26)}  # outer integrals: panels, nodes each
_SINGULAR = 1e-9  # conditional variance that counts as none
_FAR = 9.0  # beyond it the normal density is below 1e-18


def tail_of_largest(threshold: Floats, correlation: Floats, *, two_sided: bool) -> Floats:
    """Compute P(max Z > c), or P(max |Z| > c), for each trial.

    Parameters
    ----------
    threshold : (trials,) float
        The height c; for two sides not below 0.
    correlation : (trials, m, m) float
        Correlation of Z, singular or not; m up to 4.
    """
    size = correlation.shape[-1]
    total = np.zeros(len(threshold))
    for last in range(size):
        among = correlation[:, : last + 1, : last + 1]
        factor, pivot, rank = _factor(among, first=last)
        for columns in np.unique(rank):
            chosen = rank == columns
            total[chosen] += _part(
                threshold[chosen],
                factor[chosen, :, :columns],
                pivot[chosen, :columns],
                two_sided=two_sided,
            )
    return np.minimum(2 * total if two_sided else total, 1.0)


def _factor(matrix: Floats, *, first: int) -> tuple[Floats, Integers, Integers]:
    """Pivoted Cholesky factor in the order of the rows, the pivot rows, the rank."""
    trials, size = matrix.shape[:2]
    factor = np.zeros(matrix.shape)
    pivot = np.zeros((trials, size), dtype=np.int64)
    rank = np.zeros(trials, dtype=np.int64)
    rest = np.diagonal(matrix, axis1=1, axis2=2).copy()
    row = np.arange(trials)
    for column in range(size):
        chosen = np.full(trials, first) if column == 0 else rest.argmax(axis=-1)
        left = rest[row, chosen]
        is_free = left > _SINGULAR
        explained = np.einsum("tij,tj->ti", factor, factor[row, chosen])
        values = (matrix[row, :, chosen] - explained) / np.sqrt(np.where(is_free, left, 1))[:, None]
        # A row used as a pivot has nothing left; rounding must not say otherwise.
        values[rest <= 0] = 0
        factor[:, :, column] = np.where(is_free[:, None], values, 0)
        rest -= factor[:, :, column] ** 2
        rest[row[is_free], chosen[is_free]] = 0
        pivot[:, column] = chosen
        rank += is_free
    return factor, pivot, rank


def _part(threshold: Floats, factor: Floats, pivot: Integers, *, two_sided: bool) -> Floats:
    """P(Z_j > c, other Z within the box), with Z_j the first pivot."""
    columns = factor.shape[-1]
    row = np.arange(len(threshold))
    panels, nodes = _NODES.get(columns - 1, (1, 1))
    unit, weight = _rule(panels, nodes)
    # Axis 1 of these grows with each outer integral: the points of the tensor rule.
    known = np.zeros((len(threshold), 1, factor.shape[1]))
    log_weight = np.zeros((len(threshold), 1))
    for column in range(columns - 1):
        line = factor[row, pivot[:, column], column][:, None]
        here = np.take_along_axis(known, pivot[:, column, None, None], axis=2)[:, :, 0]
        high = np.broadcast_to(threshold[:, None], here.shape)
        if column == 0:
            low, high = high, np.sqrt(high**2 + _FAR**2)
        else:
            low = (
                np.clip((-high - here) / line, -_FAR, _FAR)
                if two_sided
                else np.full_like(here, -_FAR)
            )
            high = np.clip((high - here) / line, -_FAR, _FAR)
        length = np.maximum(high - low, 0)
        y = low[..., None] + length[..., None] * unit
        with np.errstate(divide="ignore"):
            log_step = np.log(length[..., None] * weight)
        log_weight = (log_weight[..., None] + log_step - y**2 / 2).reshape(len(row), -1)
        log_weight -= np.log(2 * np.pi) / 2
        known = known[:, :, None, :] + y[..., None] * factor[:, None, None, :, column]
        known = known.reshape(len(row), -1, factor.shape[1])
    inner = _innermost(threshold, known, factor[:, :, -1], pivot, two_sided=two_sided)
    probability: Floats = np.sum(np.exp(log_weight) * inner, axis=-1)
    return probability


def _innermost(
    threshold: Floats, known: Floats, line: Floats, pivot: Integers, *, two_sided: bool
) -> Floats:
    """Probability of the interval that all rows leave to the last normal."""
    low = np.full(known.shape[:2], -np.inf)
    high = np.full(known.shape[:2], np.inf)
    for place in range(known.shape[2]):
        slope = line[:, place, None]
        is_first = (pivot[:, 0] == place)[:, None]
        top = np.where(is_first, np.inf, threshold[:, None])
        bottom = np.where(
            is_first, threshold[:, None], -threshold[:, None] if two_sided else -np.inf
        )
        moves = np.abs(slope) > 1e-8
        safe = np.where(moves, slope, 1)
        ends = [(bottom - known[..., place]) / safe, (top - known[..., place]) / safe]
        low = np.where(moves, np.maximum(low, np.minimum(*ends)), low)
        high = np.where(moves, np.minimum(high, np.maximum(*ends)), high)
        # Pivots before the last were integrated within their bounds; other rows must obey.
        is_pivot = np.any(pivot[:, :-1] == place, axis=-1)[:, None]
        obeys = (known[..., place] <= top) & (known[..., place] >= bottom)
        high = np.where(moves | is_pivot | obeys, high, -np.inf)
    return np.where(high > low, _normal_interval(low, np.maximum(low, high)), 0.0)


def _normal_interval(low: Floats, high: Floats) -> Floats:
    """P(low < y < high), from the tail that is nearer."""
    turned = low > 0
    left, right = np.where(turned, -high, low), np.where(turned, -low, high)
    probability: Floats = ndtr(right) - ndtr(left)
    return probability


def _rule(panels: int, nodes: int) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights on 0 to 1, cut into equal panels."""
    x, w = leggauss(nodes)
    unit = (np.arange(panels)[:, None] + (x + 1) / 2).ravel() / panels
    return unit, np.tile(w / 2 / panels, panels)
