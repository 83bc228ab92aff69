"""Group sequential designs and what they do under any effect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from equipoise.stats.arrays import Floats
from equipoise.stats.design.boundary import solve_bounds
from equipoise.stats.design.plan import Futility, Shape, read_plan
from equipoise.stats.design.recursion import begin
from equipoise.stats.design.spending import Spending
from equipoise.stats.door import Door

__all__ = [
    "Crossing",
    "GroupSequentialDesign",
    "crossing_probabilities",
    "design_group_sequential",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Where trials stop; fields have the leading shape of the drift.

    Attributes
    ----------
    upper, lower : (..., looks) float
        Probability to cross the upper or the lower bound at each look, not having crossed
        before. A last look that is reached and crosses neither adds to none.
    expected_information : (...) float
        Mean information at the end, in the unit of ``information``.
    """

    upper: Floats
    lower: Floats
    expected_information: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSequentialDesign:
    """A group sequential design.

    Attributes
    ----------
    fraction : (looks,) float
        Information at each look over that of the last.
    upper, lower : (looks,) float
        Bounds of the z statistic; reject at or above ``upper``; -inf where there is no lower
        bound. With futility the last lower bound is the last upper one. With two sides ``lower``
        rejects too.
    alpha, power, sides
        As asked.
    drift : float
        Mean of the last statistic under the effect for which the trial has its power.
    fixed_drift : float
        The same of a design with one look.
    inflation : float
        (drift / fixed_drift)^2: maximal information over that of the fixed design.
    null, effect, half_effect : Crossing
        Stopping under no effect, under the effect, and under half of it, with information as a
        share of that of the fixed design.
    """

    fraction: Floats
    upper: Floats
    lower: Floats
    alpha: float
    power: float
    sides: int
    drift: float
    fixed_drift: float
    inflation: float
    null: Crossing
    effect: Crossing
    half_effect: Crossing


def design_group_sequential(
    *,
    fraction: ArrayLike,
    alpha: float = 0.025,
    power: float = 0.8,
    sides: int = 1,
    efficacy: Spending | Shape | None = None,
    futility: Futility | None = None,
) -> GroupSequentialDesign:
    """Find the bounds of a group sequential design and the information it needs.

    Parameters
    ----------
    fraction : (looks,) float
        Rising shares of the information, 1 at the last look.
    alpha : float
        Type I error, of both sides together where ``sides`` is 2.
    power : float
        Probability to cross the upper bound under the effect.
    sides : int
        1 or 2; two-sided bounds are symmetric.
    efficacy : Spending or Shape, optional
        Spending after Lan and DeMets in the manner of O'Brien and Fleming if not given.
    futility : Futility, optional
        In one-sided designs.

    Raises
    ------
    DataError
        If fractions do not rise to 1, an error rate is not between 0 and 1, or efficacy or
        futility is not understood: all faults together.

    Notes
    -----
    Bounds and probabilities are exact to about 1e-12. R ``gsDesign`` (test types 1 to 6) and
    ``rpact`` give the same. Multiply ``inflation`` with the size of a fixed design, whatever its
    endpoint, to get the maximal size.
    """
    plan = read_plan(
        fraction=fraction,
        alpha=alpha,
        power=power,
        sides=sides,
        efficacy=Spending() if efficacy is None else efficacy,
        futility=futility,
    )
    bounds = solve_bounds(plan)
    fixed = float(-ndtri(plan.alpha / plan.sides) + ndtri(plan.power))
    inflation = (bounds.drift / fixed) ** 2
    crossing = crossing_probabilities(
        information=plan.fraction * inflation,
        upper=bounds.upper,
        lower=bounds.lower,
        effect=np.array([0.0, fixed, fixed / 2]),
    )
    null, effect, half = (
        Crossing(
            upper=crossing.upper[place],
            lower=crossing.lower[place],
            expected_information=crossing.expected_information[place],
        )
        for place in range(3)
    )
    return GroupSequentialDesign(
        fraction=plan.fraction,
        upper=bounds.upper,
        lower=bounds.lower,
        alpha=plan.alpha,
        power=plan.power,
        sides=plan.sides,
        drift=bounds.drift,
        fixed_drift=fixed,
        inflation=inflation,
        null=null,
        effect=effect,
        half_effect=half,
    )


def crossing_probabilities(
    *,
    information: ArrayLike,
    upper: ArrayLike,
    lower: ArrayLike | None = None,
    effect: ArrayLike = 0.0,
) -> Crossing:
    """Say where trials stop for given bounds.

    Parameters
    ----------
    information : (looks,) float
        Rising information, above zero.
    upper, lower : (looks,) float
        Bounds of the z statistic; infinite where there is none; lower not above upper.
    effect : (...) float
        Effect, in the unit in which z_k has mean effect x sqrt(information_k).

    Raises
    ------
    DataError
        If information does not rise, bounds are NaN or cross, or shapes do not fit.
    """
    door = Door()
    share = door.numbers("information", information, core=1, low=0, open_low=True)
    high = door.numbers("upper", upper, core=1, infinite=True)
    low = np.full(high.shape, -np.inf)
    if lower is not None:
        low = door.numbers("lower", lower, core=1, infinite=True)
    drifts = door.numbers("effect", effect)
    door.wants(
        np.all(np.diff(share) > 0), where="information", came=share, wanted="rising information"
    )
    door.wants(
        share.shape == high.shape == low.shape and share.ndim == 1,
        where="shapes",
        came=f"information {share.shape}, upper {high.shape}, lower {low.shape}",
        wanted="one number of each for each look",
    )
    door.wants(
        share.shape != high.shape or high.shape != low.shape or np.all(low <= high),
        where="lower",
        came="above upper",
        wanted="lower bounds not above upper ones",
    )
    door.close()
    above, below = np.empty((2, drifts.size, share.size))
    for row, drift in enumerate(drifts.ravel()):
        going = begin(float(drift))
        for look in range(share.size):
            above[row, look] = going.above(high[look], share[look])
            below[row, look] = going.below(low[look], share[look])
            if look + 1 < share.size:
                going = going.go_on(low[look], high[look], share[look], share[look + 1])
    stops = above + below
    rest = 1 - np.sum(stops[:, :-1], axis=1)
    mean = stops[:, :-1] @ share[:-1] + rest * share[-1]
    return Crossing(
        upper=above.reshape(*drifts.shape, share.size),
        lower=below.reshape(*drifts.shape, share.size),
        expected_information=mean.reshape(drifts.shape),
    )
