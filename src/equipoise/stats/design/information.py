"""Information about an effect: one over the variance of its estimate.

With the effect in the same unit, z has mean effect x sqrt(information); `crossing_probabilities`
and `analyse_after_stopping` take it as it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Floats
from equipoise.stats.door import Door

__all__ = ["information_logrank", "information_mean", "information_proportion"]


def information_mean(*, sd: ArrayLike, n1: ArrayLike, n0: ArrayLike) -> Floats:
    """Information about a difference of means.

    Parameters
    ----------
    sd : (...) float
        Common standard deviation, above zero.
    n1, n0 : (...) float
        Subjects of the arms; none in one of them is no information.

    Raises
    ------
    DataError
        If an argument is out of range or shapes do not broadcast.
    """
    door = Door()
    spread = door.numbers("sd", sd, low=0, open_low=True)
    one, other = (door.numbers(name, n, low=0) for name, n in (("n1", n1), ("n0", n0)))
    lead = door.close()
    return np.broadcast_to(_inverse(spread**2, spread**2, one, other), lead)


def information_proportion(
    *, proportion1: ArrayLike, proportion0: ArrayLike, n1: ArrayLike, n0: ArrayLike
) -> Floats:
    """Information about a difference of proportions, strictly between 0 and 1.

    Other arguments and faults are those of `information_mean`.
    """
    door = Door()
    p1, p0 = (
        door.numbers(name, value, low=0, high=1, open_low=True, open_high=True)
        for name, value in (("proportion1", proportion1), ("proportion0", proportion0))
    )
    one, other = (door.numbers(name, n, low=0) for name, n in (("n1", n1), ("n0", n0)))
    lead = door.close()
    return np.broadcast_to(_inverse(p1 * (1 - p1), p0 * (1 - p0), one, other), lead)


def information_logrank(*, events: ArrayLike, ratio: ArrayLike = 1.0) -> Floats:
    """Information about a log hazard ratio, near no effect: events r / (1 + r)^2.

    Parameters
    ----------
    events : (...) float
        Events of both arms.
    ratio : (...) float
        Experimental over control subjects, above zero.

    Raises
    ------
    DataError
        If an argument is out of range or shapes do not broadcast.
    """
    door = Door()
    number = door.numbers("events", events, low=0)
    odds = door.numbers("ratio", ratio, low=0, open_low=True)
    lead = door.close()
    return np.broadcast_to(number * odds / (1 + odds) ** 2, lead)


def _inverse(spread1: Floats, spread0: Floats, n1: Floats, n0: Floats) -> Floats:
    """One over spread1 / n1 + spread0 / n0; zero where an arm is empty."""
    below = spread1 * n0 + spread0 * n1
    above = np.broadcast_to(n1 * n0, below.shape)
    return np.divide(above, below, out=np.zeros(below.shape), where=below > 0)
