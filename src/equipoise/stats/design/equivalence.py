"""Size and power of showing that two means are equivalent: two one-sided t tests.

The power integrates over the estimated standard deviation, exact in every case. Source:
Schuirmann DJ. J Pharmacokinet Biopharm 1987; 15:657-680; Owen DB. Biometrika 1965; 52:437-446.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, ndtr, stdtrit

from equipoise.stats.arrays import Floats
from equipoise.stats.design.fixed import SampleSize, sized
from equipoise.stats.door import Door

__all__ = ["power_equivalence_mean", "sample_size_equivalence_mean"]

_NODES = 400
_MOST_TO_ONE = 1000
"""Largest ratio of the arms."""
_LARGEST = 10_000_000


def power_equivalence_mean(
    *,
    difference: ArrayLike,
    sd: ArrayLike,
    n1: ArrayLike,
    n0: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    alpha: float = 0.05,
) -> Floats:
    """Power of two one-sided t tests that a difference of means lies between two bounds.

    Parameters
    ----------
    difference, sd : (...) float
        True difference and common standard deviation, above zero.
    n1, n0 : (...) float
        Subjects of the arms, more than 2 together.
    low, high : (...) float
        Bounds of equivalence, low below high.
    alpha : float
        Level of each of the two tests.

    Returns
    -------
    (...) float
        Probability that both tests reject.

    Raises
    ------
    DataError
        If an argument is out of range or shapes do not broadcast.
    """
    door = Door()
    values = [
        door.numbers("difference", difference),
        door.numbers("sd", sd, low=0, open_low=True),
        door.numbers("n1", n1, low=0, open_low=True),
        door.numbers("n0", n0, low=0, open_low=True),
        door.numbers("low", low),
        door.numbers("high", high),
    ]
    _read_alpha(door, alpha)
    lead = door.close()
    flat = [np.broadcast_to(value, lead).ravel() for value in values]
    door.wants(np.all(flat[4] < flat[5]), where="low", came="not below high", wanted="low < high")
    door.wants(
        np.all(flat[2] + flat[3] > 2), where="n1", came="2 subjects or fewer", wanted="more than 2"
    )
    door.close()
    return _power(*flat, alpha=alpha).reshape(lead)


def sample_size_equivalence_mean(
    *,
    difference: float,
    sd: float,
    low: float,
    high: float,
    power: float = 0.8,
    alpha: float = 0.05,
    ratio: float = 1.0,
) -> SampleSize:
    """Smallest whole control arm with which equivalence is shown with the power.

    Parameters are those of `power_equivalence_mean`, one design at a time; ``ratio`` is
    experimental over control subjects.

    Returns
    -------
    SampleSize
        Infinite where the difference is at or beyond a bound.
    """
    door = Door()
    door.number("difference", difference)
    door.rise(low=door.number("low", low), high=door.number("high", high))
    door.number("sd", sd, low=0, open_low=True)
    door.number("ratio", ratio, low=1 / _MOST_TO_ONE, high=_MOST_TO_ONE)
    door.level("power", power)
    _read_alpha(door, alpha)
    door.close()
    if not low < difference < high:
        return sized(np.asarray(np.inf), np.asarray(float(ratio)))

    def is_enough(control: int) -> bool:
        found = power_equivalence_mean(
            difference=difference,
            sd=sd,
            n1=control * ratio,
            n0=float(control),
            low=low,
            high=high,
            alpha=alpha,
        )
        return bool(found >= power)

    # Power rises with the size where there is any, so that doubling and halving finds the least.
    least = int(np.floor(2 / (1 + ratio))) + 1
    most = least
    while not is_enough(most):
        most *= 2
        if most > _LARGEST:
            return sized(np.asarray(np.inf), np.asarray(float(ratio)))
    below = least - 1 if most == least else most // 2
    while most - below > 1:
        middle = (most + below) // 2
        most, below = (middle, below) if is_enough(middle) else (most, middle)
    return sized(np.asarray(float(most)), np.asarray(float(ratio)))


def _read_alpha(door: Door, alpha: float) -> None:
    """Read the level of a one-sided test; from 0.5 on its critical value is not above zero."""
    door.number("alpha", alpha, low=0, high=0.5, open_low=True, open_high=True)


def _power(
    delta: Floats,
    sd: Floats,
    n1: Floats,
    n0: Floats,
    low: Floats,
    high: Floats,
    *,
    alpha: float,
) -> Floats:
    df = n1 + n0 - 2
    error = sd * np.sqrt(1 / n1 + 1 / n0)
    critical = -stdtrit(df, alpha)
    # Both tests reject where critical x s lies between the bounds; s / sigma is chi / sqrt(df).
    most = (high - low) / (2 * critical * error)
    left = -10 / np.sqrt(df) - 40 / df
    right = np.log1p(100 / df + 20 / np.sqrt(df)) / 2
    right = np.maximum(np.minimum(right, np.log(most)), left)
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    half = (right - left)[:, None] / 2
    x = left[:, None] + half * (1 + node)
    scale = np.exp(x)
    from_high = ((high - delta) / error)[:, None] - critical[:, None] * scale
    from_low = ((low - delta) / error)[:, None] + critical[:, None] * scale
    inside = np.maximum(ndtr(from_high) - ndtr(from_low), 0.0)
    density = _log_chi(x, df)
    return np.asarray(np.sum(half * weight * np.exp(density) * inside, axis=1))


def _log_chi(x: Floats, df: Floats) -> Floats:
    """Log density of log(chi / sqrt(df))."""
    half = df[:, None] / 2
    return np.asarray(
        np.log(2) + half * np.log(half) - gammaln(half) + df[:, None] * x - half * np.exp(2 * x)
    )
