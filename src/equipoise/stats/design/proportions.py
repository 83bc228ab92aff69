"""Size and power of trials that compare two proportions: superiority, non-inferiority, equivalence.

The statistic is the difference over its standard error with proportions held to the hypothesis
(Farrington and Manning; without a margin the pooled one), whose normal approximation takes the
two variances under hypothesis and alternative apart.
Source: Farrington CP, Manning G. Stat Med 1990; 9:1447-1454, equations 4 to 6.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.binary import binomial_mass
from equipoise.stats.design.fixed import (
    SampleSize,
    critical_value,
    normal_power,
    read_level,
    sized,
)
from equipoise.stats.door import Door

__all__ = [
    "drift_proportion",
    "power_equivalence_proportion",
    "power_proportion",
    "power_proportion_exact",
    "sample_size_proportion",
]


def sample_size_proportion(
    *,
    proportion1: ArrayLike,
    proportion0: ArrayLike,
    power: ArrayLike = 0.8,
    alpha: float = 0.05,
    sides: int = 2,
    ratio: ArrayLike = 1.0,
    null: ArrayLike = 0.0,
) -> SampleSize:
    """Subjects needed to show a difference of two proportions.

    Parameters
    ----------
    proportion1, proportion0 : (...) float
        True proportions, experimental and control, strictly between 0 and 1.
    power : (...) float
        Probability to reject in the direction of the effect.
    alpha : float
        Level of the test, of both sides together where ``sides`` is 2.
    sides : int
        1 or 2.
    ratio : (...) float
        Experimental over control subjects.
    null : (...) float
        Difference under the hypothesis: 0, or minus the margin of non-inferiority.

    Returns
    -------
    SampleSize
        Infinite where the difference is that of the hypothesis.

    Raises
    ------
    DataError
        If a proportion or a power is out of range, ``null`` leaves no proportions, or shapes do
        not broadcast.

    Notes
    -----
    As R ``rpact::getSampleSizeRates`` and ``gsDesign::nBinomial``; without a margin and with
    equal arms as ``power.prop.test``.
    """
    door = Door()
    p1, p0, odds, gap = _read(door, proportion1, proportion0, ratio, null)
    wanted = door.numbers("power", power, low=0, high=1, open_low=True, open_high=True)
    read_level(door, alpha=alpha, sides=sides)
    lead = door.close()
    spread0, spread1 = _spreads(p1, p0, odds, gap)
    root = critical_value(alpha, sides) * np.sqrt(spread0) + ndtri(wanted) * np.sqrt(spread1)
    with np.errstate(divide="ignore"):
        control = np.square(np.maximum(root, 0.0) / np.abs(p1 - p0 - gap))
    return sized(np.broadcast_to(control, lead), odds)


def power_proportion(
    *,
    proportion1: ArrayLike,
    proportion0: ArrayLike,
    n1: ArrayLike,
    n0: ArrayLike,
    alpha: float = 0.05,
    sides: int = 2,
    null: ArrayLike = 0.0,
) -> Floats:
    """Power in the direction of the effect; arguments as in `sample_size_proportion`.

    Parameters
    ----------
    n1, n0 : (...) float
        Subjects of the arms, above zero; need not be whole.
    """
    drift = drift_proportion(
        proportion1=proportion1,
        proportion0=proportion0,
        n1=n1,
        n0=n0,
        alpha=alpha,
        sides=sides,
        null=null,
    )
    return normal_power(np.abs(drift), alpha=alpha, sides=sides)


def drift_proportion(
    *,
    proportion1: ArrayLike,
    proportion0: ArrayLike,
    n1: ArrayLike,
    n0: ArrayLike,
    alpha: float = 0.05,
    sides: int = 2,
    null: ArrayLike = 0.0,
) -> Floats:
    """Mean of a z statistic of unit variance that has the power of the test.

    Arguments are those of `power_proportion`. The sign is that of the effect against the
    hypothesis. Times the root of the information fraction it is the mean at an earlier look: give
    it to `crossing_probabilities` as effect with fractions as information, as R
    ``rpact::getPowerRates`` does.

    Returns
    -------
    (...) float
        c (1 - sqrt(V0 / V1)) + difference / sqrt(V1) with c the critical value and V0, V1 the
        variances under hypothesis and alternative.
    """
    door = Door()
    one = door.numbers("n1", n1, low=0, open_low=True)
    other = door.numbers("n0", n0, low=0, open_low=True)
    p1, p0, _, gap = _read(door, proportion1, proportion0, 1.0, null)
    read_level(door, alpha=alpha, sides=sides)
    lead = door.close()
    spread0, spread1 = _spreads(p1, p0, one / other, gap)
    sign = np.where(p1 - p0 < gap, -1.0, 1.0)
    lost = sign * critical_value(alpha, sides) * (1 - np.sqrt(spread0 / spread1))
    return np.broadcast_to(lost + (p1 - p0 - gap) / np.sqrt(spread1 / other), lead)


def power_proportion_exact(
    *, proportion1: ArrayLike, proportion0: ArrayLike, reject: ArrayLike
) -> Floats:
    """Exact probability that a test rejects, whatever the test.

    Parameters
    ----------
    proportion1, proportion0 : (...) float
        True proportions.
    reject : (n1 + 1, n0 + 1) bool
        True where the test rejects with that many experimental (row) and control responders
        (column): for instance p values of `equipoise.stats.binary` below alpha.

    Raises
    ------
    DataError
        If a proportion is outside 0 to 1 or ``reject`` is not a table of true and false.
    """
    door = Door()
    p1 = door.probabilities("proportion1", proportion1)
    p0 = door.probabilities("proportion0", proportion0)
    table = door.numbers("reject", reject, core=2, low=0, high=1, whole=True)
    door.wants(
        table.ndim == 2 and table.size,
        where="reject",
        came=f"shape {table.shape}",
        wanted="a table of true and false, (n1 + 1, n0 + 1)",
    )
    lead = door.close()
    one, other = (
        binomial_mass(n=size - 1, probability=np.broadcast_to(p, lead).ravel())
        for p, size in ((p1, table.shape[0]), (p0, table.shape[1]))
    )
    power: Floats = np.einsum("ti,ij,tj->t", one, table, other, optimize=True).reshape(lead)
    return power


def power_equivalence_proportion(
    *,
    proportion1: ArrayLike,
    proportion0: ArrayLike,
    n1: ArrayLike,
    n0: ArrayLike,
    margin: ArrayLike,
    alpha: float = 0.05,
) -> Floats:
    """Power of two one-sided tests that a difference lies within a margin.

    Parameters
    ----------
    proportion1, proportion0, n1, n0
        As in `power_proportion`.
    margin : (...) float
        Largest difference, above zero, still called equivalent.
    alpha : float
        Level of each of the two tests.

    Returns
    -------
    (...) float
        Normal approximation; at least 0.

    Raises
    ------
    DataError
        As in `power_proportion`, or if a margin is not above zero.
    """
    door = Door()
    width = door.numbers("margin", margin, low=0, high=1, open_low=True, open_high=True)
    door.level("alpha", alpha)
    door.close()
    named = {"proportion1": proportion1, "proportion0": proportion0, "n1": n1, "n0": n0}
    critical = critical_value(alpha, 1)
    above = drift_proportion(**named, null=-width, alpha=alpha, sides=1) - critical
    below = -drift_proportion(**named, null=width, alpha=alpha, sides=1) - critical
    power: Floats = np.maximum(ndtr(above) + ndtr(below) - 1, 0.0)
    return power


def _read(
    door: Door, p1: ArrayLike, p0: ArrayLike, ratio: ArrayLike, null: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    one, other = (
        door.numbers(name, value, low=0, high=1, open_low=True, open_high=True)
        for name, value in (("proportion1", p1), ("proportion0", p0))
    )
    odds = door.numbers("ratio", ratio, low=0, open_low=True)
    gap = door.numbers("null", null, low=-1, high=1, open_low=True, open_high=True)
    return one, other, odds, gap


def _spreads(p1: Floats, p0: Floats, ratio: Floats, null: Floats) -> tuple[Floats, Floats]:
    """Variances of the difference under hypothesis and alternative, times the control's size."""
    q1, q0 = _restricted(p1, p0, ratio, null)
    null_spread: Floats = q1 * (1 - q1) / ratio + q0 * (1 - q0)
    spread: Floats = p1 * (1 - p1) / ratio + p0 * (1 - p0)
    return null_spread, spread


def _restricted(p1: Floats, p0: Floats, ratio: Floats, null: Floats) -> tuple[Floats, Floats]:
    """Proportions of largest likelihood whose difference is ``null``; a cubic equation."""
    theta = 1 / ratio
    a = 1 + theta
    b = -(1 + theta + p1 + theta * p0 + null * (theta + 2))
    c = null**2 + null * (2 * p1 + theta + 1) + p1 + theta * p0
    d = -p1 * null * (1 + null)
    third = b / (3 * a)
    v = third**3 - b * c / (6 * a**2) + d / (2 * a)
    u = np.where(v < 0, -1.0, 1.0) * np.sqrt(np.maximum(third**2 - c / (3 * a), 0.0))
    angle = np.clip(divide_or_nan(v, u**3), -1.0, 1.0)
    q1 = 2 * u * np.cos((np.pi + np.arccos(angle)) / 3) - third
    q1 = np.where(u == 0, -third, q1)
    q1 = np.where(null == 0, (ratio * p1 + p0) / (ratio + 1), q1)
    q1 = np.clip(q1, np.maximum(null, 0.0), np.minimum(1 + null, 1.0))
    return q1, q1 - null
