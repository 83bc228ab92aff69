"""Probability masses of discrete tests, one row per distribution, padded with zeros.

A row is built outwards from its mode by ratios of neighbours, so that each mass carries a
relative error of a few units in the last place times its distance from the mode, however
small it is; differences of log-gammas would lose digits with the size of the trial.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from equipoise.stats.arrays import Bools, Floats, Integers

__all__ = [
    "TIE",
    "binomial_rows",
    "chunks",
    "hypergeometric_log_rows",
    "hypergeometric_rows",
    "not_above_observed",
    "tails",
]

TIE = 1 + 1e-7
"""Two masses whose ratio is below this count as equal, as in R ``fisher.test``. [1]"""
_CELLS = 1 << 20


def hypergeometric_rows(n1: Floats, n0: Floats, events: Floats) -> tuple[Floats, Integers]:
    """Masses of the number of events in arm 1 given the margins.

    Parameters
    ----------
    n1, n0, events : (rows,) float
        Sizes of the arms and events in both.

    Returns
    -------
    mass : (rows, support) float
        Column j holds the mass of ``low + j`` events; zero past the end of the support.
    low : (rows,) int
        The smallest possible number of events in arm 1.
    """
    up, down, is_inside, low = _hypergeometric_ratios(n1, n0, events)
    return _normalised(up, down, is_inside), low


def hypergeometric_log_rows(n1: Floats, n0: Floats, events: Floats) -> tuple[Floats, Integers]:
    """Logarithms of the masses of :func:`hypergeometric_rows`, up to a constant of each row.

    They reach where the masses themselves would be zero, which matters once a row is tilted
    by an odds ratio; past the end of the support they are minus infinity.
    """
    up, down, is_inside, low = _hypergeometric_ratios(n1, n0, events)
    left, right = _neighbours(up, down, is_inside)
    with np.errstate(divide="ignore"):
        rows = np.cumsum(np.log(right), axis=1) + np.cumsum(np.log(left)[:, ::-1], axis=1)[:, ::-1]
    return rows, low


def binomial_rows(n: Floats, probability: Floats) -> Floats:
    """Masses of a binomial count: (rows, largest n + 1), zero past the end of a row.

    Parameters
    ----------
    n, probability : (rows,) float
        Number of trials, probability strictly between 0 and 1.
    """
    step = np.arange(int(np.max(n, initial=0)) + 1, dtype=np.float64)[:-1]
    up = (n[:, None] - step) * probability[:, None]
    down = (step + 1) * (1 - probability[:, None])
    return _normalised(up, down, step < n[:, None])


def tails(mass: Floats, place: Integers) -> tuple[Floats, Floats, Floats]:
    """Masses below, at and above column ``place`` of each row, each summed from its small end."""
    column = np.arange(mass.shape[-1])
    here = place[:, None]
    below = np.sum(np.where(column < here, mass, 0.0), axis=-1)
    above = np.sum(np.where(column > here, mass, 0.0)[:, ::-1], axis=-1)
    return below, np.take_along_axis(mass, here, axis=-1)[:, 0], above


def not_above_observed(mass: Floats, observed: Floats) -> tuple[Bools, Bools]:
    """Say which masses are at most the observed one, and which equal it, up to ``TIE``."""
    is_possible = mass > 0
    is_low = is_possible & (mass <= observed[:, None] * TIE)
    return is_low, is_low & (mass >= observed[:, None] / TIE)


def chunks(rows: int, width: int) -> Iterator[slice]:
    """Cut rows so that a (rows, width) array stays within a few megabytes."""
    size = max(1, _CELLS // max(1, width))
    return (slice(start, min(rows, start + size)) for start in range(0, rows, size))


def _hypergeometric_ratios(
    n1: Floats, n0: Floats, events: Floats
) -> tuple[Floats, Floats, Bools, Integers]:
    low = np.maximum(0, events - n0)
    high = np.minimum(n1, events)
    step = np.arange(int(np.max(high - low, initial=0)), dtype=np.float64)
    # The mass at s + 1 over that at s is (K - s)(n1 - s) / ((s + 1)(n0 - K + s + 1)).
    here = low[:, None] + step
    up = (events[:, None] - here) * (n1[:, None] - here)
    down = (here + 1) * (n0[:, None] - events[:, None] + here + 1)
    return up, down, here < high[:, None], low.astype(np.int64)


def _normalised(up: Floats, down: Floats, is_inside: Bools) -> Floats:
    """Masses from the ratios up/down of neighbours; columns of a ratio past the end are zero."""
    left, right = _neighbours(up, down, is_inside)
    mass = np.cumprod(right, axis=1) * np.cumprod(left[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(mass / np.sum(mass, axis=1, keepdims=True))


def _neighbours(up: Floats, down: Floats, is_inside: Bools) -> tuple[Floats, Floats]:
    """Factors that lead from the mode to each column, leftwards and rightwards."""
    is_rising = is_inside & (up > down)
    one = np.ones((up.shape[0], 1))
    ratio = np.divide(up, down, out=np.zeros_like(up), where=is_inside & ~is_rising)
    right = np.concatenate([one, np.where(is_rising, 1.0, ratio)], axis=1)
    back = np.divide(down, up, out=np.ones_like(up), where=is_rising)
    return np.concatenate([back, one], axis=1), right
