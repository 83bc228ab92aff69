"""Bounds of a group sequential design, found look by look from what they may spend.

Sources: Pocock SJ. Biometrika 1977; 64:191-199. O'Brien PC, Fleming TR. Biometrics 1979;
35:549-556. Wang SK, Tsiatis AA. Biometrics 1987; 43:193-199. Haybittle JL. Br J Radiol 1971;
44:793-797. Lan KKG, DeMets DL. Biometrika 1983; 70:659-663. Pampallona S, Tsiatis AA, Kim K.
Drug Inf J 2001; 35:1113-1121 (spending the type II error).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.design.plan import Plan, Shape
from equipoise.stats.design.recursion import Continuing, begin, find_bound
from equipoise.stats.design.spending import Spending, spent_at
from equipoise.stats.roots import bracketed_root

__all__ = ["Bounds", "efficacy_bounds", "solve_bounds"]

_NO_EFFECT = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Bounds on the z scale, (looks,); ``lower`` is -inf where there is none.

    ``drift`` is the mean of the last statistic at which the trial has its power.
    """

    upper: Floats
    lower: Floats
    drift: float


def solve_bounds(plan: Plan) -> Bounds:
    """Find the bounds and the drift of a plan."""
    futility = plan.futility
    looks = plan.fraction.size
    nothing = np.full(looks, -np.inf)
    if futility is None:
        upper = efficacy_bounds(plan, nothing)
        lower = -upper if plan.sides == 2 else nothing
        return _with_drift(plan, upper, lower)
    if futility.bounds is not None:
        given = np.append(np.asarray(futility.bounds, dtype=np.float64), -np.inf)
        upper = efficacy_bounds(plan, given if futility.is_binding else nothing)
        lower = np.append(np.minimum(given[:-1], upper[:-1]), upper[-1])
        return _with_drift(plan, upper, lower)
    spending = Spending() if futility.spending is None else futility.spending
    if futility.under == "null":
        total = 0.0 if futility.total is None else futility.total
        targets = np.diff(spent_at(plan.fraction, total, spending), prepend=0.0)
        upper, lower = _both_under_null(plan, targets, is_binding=futility.is_binding)
        return _with_drift(plan, upper, lower)
    targets = np.diff(spent_at(plan.fraction, 1 - plan.power, spending), prepend=0.0)
    return _spend_type_two(plan, targets, is_binding=futility.is_binding)


def efficacy_bounds(plan: Plan, lower: Floats) -> Floats:
    """Upper bounds that use up alpha where trials below ``lower`` have stopped."""
    if isinstance(plan.efficacy, Shape):
        return _shaped(plan, plan.efficacy, lower)
    target = _increments(plan)
    upper = np.empty(target.size)
    going = begin(_NO_EFFECT)
    for look, information in enumerate(plan.fraction):
        upper[look] = _next_upper(going, target[look], information)
        low = -upper[look] if plan.sides == 2 else lower[look]
        going = _go_on(going, plan, look, low, upper[look])
    return upper


def _increments(plan: Plan) -> Floats:
    """Type I error of one side that each look may use."""
    spending = Spending() if isinstance(plan.efficacy, Shape) else plan.efficacy
    spent = spent_at(plan.fraction, plan.alpha / plan.sides, spending)
    return np.asarray(np.diff(spent, prepend=0.0))


def _next_upper(going: Continuing, target: float, information: float) -> float:
    return find_bound(lambda bound: going.above(bound, information), target, rising=False)


def _go_on(going: Continuing, plan: Plan, look: int, lower: float, upper: float) -> Continuing:
    fraction = plan.fraction
    if look + 1 == fraction.size:
        return going
    following = fraction[look + 1]
    return going.go_on(lower, upper, fraction[look], following)


def _shaped(plan: Plan, shape: Shape, lower: Floats) -> Floats:
    """Scale a shape until all looks together use up alpha."""
    fraction, alpha = plan.fraction, plan.alpha / plan.sides
    if shape.family == "haybittle_peto":
        early = 3.0 if shape.parameter is None else shape.parameter

        def bounds(scale: float) -> Floats:
            return np.append(np.full(fraction.size - 1, early), scale)
    else:
        known = {"obrien_fleming": 0.0, "pocock": 0.5}
        power = known.get(shape.family, shape.parameter or 0.0)

        def bounds(scale: float) -> Floats:
            return np.asarray(scale * fraction ** (power - 0.5))

    def excess(scale: Floats, which: Integers) -> Floats:
        del which
        used = [_used(plan, bounds(float(one)), lower) for one in scale]
        return np.asarray(np.log(used) - np.log(alpha))

    # Stopping low, if it binds, leaves more to spend: the scale may be below that of one look.
    low, high = np.array([-9.0]), np.array([9.0 - ndtri(alpha)])
    scale = float(bracketed_root(excess, low, high)[0])
    return bounds(scale)


def _used(plan: Plan, upper: Floats, lower: Floats) -> float:
    """Type I error of one side."""
    going, total = begin(_NO_EFFECT), 0.0
    for look, information in enumerate(plan.fraction):
        total += going.above(upper[look], information)
        low = -upper[look] if plan.sides == 2 else lower[look]
        going = _go_on(going, plan, look, low, upper[look])
    return total


def _both_under_null(plan: Plan, low_target: Floats, *, is_binding: bool) -> tuple[Floats, Floats]:
    """Both bounds spend error under no effect; the lower one sees the upper one."""
    nothing = np.full(plan.fraction.size, -np.inf)
    upper = nothing if is_binding else efficacy_bounds(plan, nothing)
    upper, lower = upper.copy(), nothing.copy()
    target = _increments(plan) if is_binding else None
    going = begin(_NO_EFFECT)
    for look, information in enumerate(plan.fraction):
        if target is not None:
            upper[look] = _next_upper(going, target[look], information)
        lower[look] = _next_lower(going, low_target[look], information, upper[look])
        going = _go_on(going, plan, look, lower[look], upper[look])
    return upper, lower


def _next_lower(going: Continuing, target: float, information: float, upper: float) -> float:
    """Lower bound that stops a share ``target`` of all, at most the upper one."""
    centre = going.drift * float(np.sqrt(information))
    bound = find_bound(
        lambda bound: going.below(bound, information), target, rising=True, centre=centre
    )
    return min(bound, upper)


def _spend_type_two(plan: Plan, target: Floats, *, is_binding: bool) -> Bounds:
    """Search the drift at which the type II error is spent exactly at the last look."""
    beta = 1 - plan.power
    nothing = np.full(plan.fraction.size, -np.inf)
    fixed = None if is_binding else efficacy_bounds(plan, nothing)

    def excess(drift: Floats, which: Integers) -> Floats:
        del which
        errors = [_under(plan, float(one), target, fixed)[2] for one in drift]
        return np.asarray(np.log(errors) - np.log(beta))

    start = float(-ndtri(plan.alpha) - ndtri(beta))
    # No design beats the fixed one (Neyman and Pearson), so the drift is not below its own.
    low, high = np.array([start - 1e-6]), np.array([10 * start])
    drift = float(bracketed_root(excess, low, high)[0])
    upper, lower, _ = _under(plan, drift, target, fixed)
    return Bounds(upper=upper, lower=lower, drift=drift)


def _under(
    plan: Plan, drift: float, target: Floats, fixed: Floats | None
) -> tuple[Floats, Floats, float]:
    """Bounds and type II error where the effect gives ``drift``.

    ``fixed`` holds the efficacy bounds of futility that does not bind.
    """
    alpha = _increments(plan) if fixed is None else None
    upper = np.empty(plan.fraction.size) if fixed is None else fixed.copy()
    lower = np.empty(plan.fraction.size)
    null, effect = begin(_NO_EFFECT), begin(drift)
    missed = 0.0
    for look, information in enumerate(plan.fraction):
        if alpha is not None:
            upper[look] = _next_upper(null, alpha[look], information)
        is_last = look + 1 == plan.fraction.size
        lower[look] = (
            upper[look] if is_last else _next_lower(effect, target[look], information, upper[look])
        )
        missed += effect.below(lower[look], information)
        if not is_last:
            effect = _go_on(effect, plan, look, lower[look], upper[look])
            if alpha is not None:
                null = _go_on(null, plan, look, lower[look], upper[look])
    return upper, lower, missed


def _with_drift(plan: Plan, upper: Floats, lower: Floats) -> Bounds:
    """Search the drift at which the bounds are crossed above with the power."""

    def power_at(drift: float) -> float:
        going, total = begin(drift), 0.0
        for look, information in enumerate(plan.fraction):
            total += going.above(upper[look], information)
            going = _go_on(going, plan, look, lower[look], upper[look])
        return total

    def excess(drift: Floats, which: Integers) -> Floats:
        del which
        return np.array([power_at(float(one)) - plan.power for one in drift])

    start = float(-ndtri(plan.alpha / plan.sides) + ndtri(plan.power))
    low, high = np.array([start - 1.0]), np.array([20 * start + 20])
    return Bounds(upper=upper, lower=lower, drift=float(bracketed_root(excess, low, high)[0]))
