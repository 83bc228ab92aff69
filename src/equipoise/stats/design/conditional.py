"""Conditional and predictive power at an interim look.

On the scale of Brownian motion, B(t) = z sqrt(t) has drift theta, the mean of the last z.
Sources: Lan KKG, Simon R, Halperin M. Seq Anal 1982; 1:207-219. Spiegelhalter DJ, Freedman LS,
Blackburn PR. Control Clin Trials 1986; 7:8-17. Jennison C, Turnbull BW. Group Sequential
Methods 2000, chapter 10.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from equipoise.stats.arrays import Floats
from equipoise.stats.design.group_sequential import Crossing, crossing_probabilities
from equipoise.stats.door import Door

__all__ = [
    "conditional_bounds",
    "conditional_crossing",
    "conditional_power",
    "conditional_power_trend",
    "predictive_crossing",
    "predictive_power",
]


def conditional_power(
    *, z: ArrayLike, fraction: ArrayLike, drift: ArrayLike, critical: ArrayLike
) -> Floats:
    """Probability to end at or above the critical value, given z now.

    Parameters
    ----------
    z : (...) float
        Statistic now; NaN gives NaN.
    fraction : (...) float
        Information now over that of the end, above 0 and below 1.
    drift : (...) float
        Assumed mean of the last statistic.
    critical : (...) float
        Bound of the last statistic.

    Raises
    ------
    DataError
        If a fraction is not between 0 and 1 or shapes do not broadcast.
    """
    door = Door()
    now, share, bound = _read(door, z, fraction, critical)
    mean = door.numbers("drift", drift)
    lead = door.close()
    power = ndtr((now * np.sqrt(share) + mean * (1 - share) - bound) / np.sqrt(1 - share))
    return np.broadcast_to(power, lead)


def conditional_power_trend(*, z: ArrayLike, fraction: ArrayLike, critical: ArrayLike) -> Floats:
    """Conditional power where the trend goes on: the drift is its estimate, z / sqrt(fraction)."""
    door = Door()
    now, share, bound = _read(door, z, fraction, critical)
    lead = door.close()
    power = ndtr((now / np.sqrt(share) - bound) / np.sqrt(1 - share))
    return np.broadcast_to(power, lead)


def predictive_power(
    *,
    z: ArrayLike,
    fraction: ArrayLike,
    critical: ArrayLike,
    prior_mean: ArrayLike = 0.0,
    prior_sd: ArrayLike = np.inf,
) -> Floats:
    """Conditional power averaged over what is believed of the drift, given z now.

    Parameters
    ----------
    z, fraction, critical
        As in `conditional_power`.
    prior_mean, prior_sd : (...) float
        Normal prior of the drift, the mean of the last statistic; flat where ``prior_sd`` is
        infinite.

    Raises
    ------
    DataError
        As in `conditional_power`, or if ``prior_sd`` is not above zero.
    """
    door = Door()
    now, share, bound = _read(door, z, fraction, critical)
    centre = door.numbers("prior_mean", prior_mean)
    spread = door.numbers("prior_sd", prior_sd, low=0, open_low=True, infinite=True)
    lead = door.close()
    weight = np.square(1 / spread)
    precision = weight + share
    mean = (weight * centre + now * np.sqrt(share)) / precision
    # Given the data the last statistic is normal: B(t) and a mean drift over the rest.
    last = now * np.sqrt(share) + mean * (1 - share)
    error = np.sqrt((1 - share) + np.square(1 - share) / precision)
    return np.broadcast_to(ndtr((last - bound) / error), lead)


def conditional_bounds(*, information: ArrayLike, bounds: ArrayLike, look: int, z: float) -> Floats:
    """Bounds of the statistics of what is still to come, given z at a look.

    Parameters
    ----------
    information, bounds : (looks,) float
        Of the whole design.
    look : int
        The look now, from 0, not the last.
    z : float
        Statistic now.

    Returns
    -------
    (looks left,) float
        (u_k sqrt(I_k) - z sqrt(I_now)) / sqrt(I_k - I_now).

    Raises
    ------
    DataError
        If shapes do not fit, the look is the last or none, or ``z`` is not finite.
    """
    door = Door()
    share = door.numbers("information", information, core=1, low=0, open_low=True)
    limit = door.numbers("bounds", bounds, core=1, infinite=True)
    door.number("z", z)
    door.same_length(information=share, bounds=limit)
    door.wants(
        share.ndim == 1 and np.all(np.diff(share) > 0),
        where="information",
        came=np.array2string(share, threshold=6),
        wanted="rising information",
    )
    look = door.place(
        "look",
        look,
        size=share.size - 1,
        wanted=f"a look before the last of {share.size}, from 0",
    )
    door.close()
    later = slice(look + 1, None)
    moved = limit[later] * np.sqrt(share[later]) - z * np.sqrt(share[look])
    return np.asarray(moved / np.sqrt(share[later] - share[look]))


def conditional_crossing(
    *,
    information: ArrayLike,
    upper: ArrayLike,
    lower: ArrayLike | None = None,
    look: int,
    z: float,
    effect: ArrayLike = 0.0,
) -> Crossing:
    """Where a trial that goes on after a look will stop, given its statistic.

    Parameters
    ----------
    information, upper, lower, effect
        As in `crossing_probabilities`, of the whole design.
    look : int
        The look now, from 0, not the last.
    z : float
        Statistic now.

    Returns
    -------
    Crossing
        Of the looks that are left; information counts from now.

    Raises
    ------
    DataError
        As in `conditional_bounds` and `crossing_probabilities`.

    Notes
    -----
    As R ``gsDesign::gsCP``.
    """
    high = conditional_bounds(information=information, bounds=upper, look=look, z=z)
    low = (
        None
        if lower is None
        else conditional_bounds(information=information, bounds=lower, look=look, z=z)
    )
    share, look = np.asarray(information, dtype=np.float64), int(look)
    return crossing_probabilities(
        information=share[look + 1 :] - share[look], upper=high, lower=low, effect=effect
    )


def predictive_crossing(
    *,
    information: ArrayLike,
    upper: ArrayLike,
    lower: ArrayLike | None = None,
    look: int,
    z: float,
    effect: ArrayLike,
    weight: ArrayLike,
) -> Floats:
    """Predictive probability to cross the upper bound, for a prior of the effect on a grid.

    Parameters
    ----------
    information, upper, lower, look, z
        As in `conditional_crossing`.
    effect, weight : (points,) float
        Grid of effects and prior weights, not negative; only their ratios matter.

    Returns
    -------
    () float
        Conditional power averaged over the posterior weights.

    Raises
    ------
    DataError
        As in `conditional_crossing`, or if weights are negative or all zero.

    Notes
    -----
    As R ``gsDesign::gsPP``.
    """
    door = Door()
    points = door.responses("effect", effect)
    door.responses("z", z, axes=0)
    prior = door.numbers("weight", weight, core=1, low=0)
    door.same_length(effect=points, weight=prior)
    door.wants(np.any(prior > 0), where="weight", came="only zeros", wanted="a weight above zero")
    door.close()
    found = conditional_crossing(
        information=information, upper=upper, lower=lower, look=look, z=z, effect=points
    )
    now = np.asarray(information, dtype=np.float64)[int(look)]
    log_likelihood = -np.square(z - points * np.sqrt(now)) / 2
    posterior = prior * np.exp(log_likelihood - np.max(log_likelihood))
    power = np.sum(found.upper, axis=-1)
    return np.asarray(np.sum(posterior * power) / np.sum(posterior))


def _read(
    door: Door, z: ArrayLike, fraction: ArrayLike, critical: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    return (
        door.numbers("z", z, nan=True),
        door.numbers("fraction", fraction, low=0, high=1, open_low=True, open_high=True),
        door.numbers("critical", critical),
    )
