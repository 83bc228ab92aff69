"""The largest probability of a tail over the common risk of two arms."""

from __future__ import annotations

import numpy as np

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.binary.mass import chunks

__all__ = ["largest_probability", "probability"]

_POINTS_PER_SD = 16
"""Grid points for each standard deviation of the arcsine root of a binomial share. [1]"""
_CANDIDATES = 1e-3
"""Local maxima of the grid within this share of the best one are refined. [1]"""
_STEPS = 60


def largest_probability(given_events: Floats) -> tuple[Floats, Floats]:
    """Maximise the probability of each tail over the common risk.

    Parameters
    ----------
    given_events : (tails, N + 1) float
        Probability of the tail given k events among N subjects.

    Returns
    -------
    p_value, nuisance : (tails,) float
        The maximum, and the smallest risk at which it is reached.

    Notes
    -----
    On the scale of the arcsine of the square root of the risk, the number of events has the
    same spread everywhere, 1/(2 sqrt(N)), so that the probability of a tail, an average over
    it, has no narrower peaks; the grid takes sixteen points for it. Each local maximum near the
    best is then refined on the derivative, which is the same kind of sum over the differences
    of ``given_events``. A grid ten times as dense found nothing higher in any tail of trials of
    12 v 6 to 60 v 60, nor for random tails of up to 200 subjects.
    """
    total = given_events.shape[1] - 1
    grid = _grid(total)
    p_value, nuisance = np.empty(given_events.shape[0]), np.empty(given_events.shape[0])
    masses = _binomial_masses(total, grid).T
    for rows in chunks(given_events.shape[0], grid.size):
        p_value[rows], nuisance[rows] = _largest(given_events[rows], grid, masses)
    return np.minimum(p_value, 1.0), nuisance


def probability(given_events: Floats, risk: Floats) -> Floats:
    """Probability of each tail at its own risk; (tails, N + 1) and (tails,) to (tails,)."""
    masses = _binomial_masses(given_events.shape[1] - 1, risk)
    return np.asarray(np.sum(given_events * masses, axis=1))


def _grid(total: int) -> Floats:
    points = int(np.ceil(np.pi * np.sqrt(total) * _POINTS_PER_SD)) + 1
    angles = np.linspace(0.0, np.pi / 2, points | 1)
    grid = np.sin(angles) ** 2
    # Symmetric to the last digit, so that a tie of two mirrored maxima stays one.
    half = grid.size // 2
    grid[half] = 0.5
    grid[half + 1 :] = 1 - grid[:half][::-1]
    return grid


def _largest(tails: Floats, grid: Floats, masses: Floats) -> tuple[Floats, Floats]:
    height = tails @ masses
    best = np.max(height, axis=1)
    padded = np.pad(height, ((0, 0), (1, 1)), constant_values=-np.inf)
    is_peak = (height >= padded[:, :-2]) & (height >= padded[:, 2:])
    tail, point = np.nonzero(is_peak & (height >= best[:, None] * (1 - _CANDIDATES)))
    risk = _refined(
        tails, tail, grid[np.maximum(point - 1, 0)], grid[np.minimum(point + 1, grid.size - 1)]
    )
    found = probability(tails[tail], risk)
    on_grid = height[tail, point]
    risk, found = np.where(found > on_grid, (risk, found), (grid[point], on_grid))
    top = np.full(tails.shape[0], -np.inf)
    np.maximum.at(top, tail, found)
    # Mirrored maxima differ by rounding alone: the smaller risk is the answer for both.
    is_top = found >= top[tail] * (1 - 1e-14)
    nuisance = np.full(tails.shape[0], np.inf)
    np.minimum.at(nuisance, tail[is_top], risk[is_top])
    return top, nuisance


def _refined(tails: Floats, tail: Integers, low: Floats, high: Floats) -> Floats:
    """Halve each bracket on the sign of the slope until it is a point."""
    total = tails.shape[1] - 1
    if total == 0:
        return low
    rise = np.diff(tails, axis=1)[tail]
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        slope = np.sum(rise * _binomial_masses(total - 1, middle), axis=1)
        low, high = np.where(slope > 0, middle, low), np.where(slope > 0, high, middle)
    return np.asarray(0.5 * (low + high))


def _binomial_masses(total: int, risk: Floats) -> Floats:
    """Masses of 0 to ``total`` events at each risk, which may be 0 or 1: (risks, total + 1)."""
    count = np.arange(total + 1, dtype=np.float64)
    choose = _log_choose(total)
    inside = np.clip(risk, np.finfo(np.float64).tiny, 1 - np.finfo(np.float64).epsneg)[:, None]
    masses = np.exp(choose + count * np.log(inside) + (total - count) * np.log1p(-inside))
    masses = np.where(risk[:, None] <= 0, count == 0, masses)
    masses = np.where(risk[:, None] >= 1, count == total, masses)
    return np.asarray(masses / np.sum(masses, axis=1, keepdims=True))


def _log_choose(total: int) -> Floats:
    step = np.arange(1, total + 1, dtype=np.float64)
    return np.concatenate([[0.0], np.cumsum(np.log((total + 1 - step) / step))])
