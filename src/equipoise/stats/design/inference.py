"""Estimates, intervals and p values of a trial that stopped at a look.

Results are ordered stage-wise: stopping earlier above the upper bound is more extreme than
stopping later; at one look a larger statistic is. Lower bounds take part where they are given;
a trial that may go on across them should be analysed without.

Sources: Tsiatis AA, Rosner GL, Mehta CR. Biometrics 1984; 40:797-803 (ordering, interval). Jennison
C, Turnbull BW. J R Stat Soc B 1989; 51:305-361 (repeated intervals and p values). Whitehead J.
Biometrika 1986; 73:573-581 (bias-adjusted mean).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.design.boundary import efficacy_bounds
from equipoise.stats.design.plan import Plan, Shape, read_plan
from equipoise.stats.design.recursion import Continuing, begin
from equipoise.stats.design.spending import Spending
from equipoise.stats.door import Door
from equipoise.stats.roots import bracketed_root
from equipoise.stats.state import State

__all__ = [
    "FinalAnalysis",
    "RepeatedAnalysis",
    "analyse_after_stopping",
    "analyse_repeatedly",
]

_FAR = 12.0
"""How far from the naive estimate, in its standard errors, an effect is searched. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalAnalysis:
    """Inference at the look at which a trial stopped, in the unit of the effect.

    Attributes
    ----------
    p_value : float
        One-sided, of no effect, stage-wise.
    ci_low, ci_high : float
        Stage-wise limits of the effect.
    median_unbiased : float
        Effect at which the result is in the middle of its distribution.
    naive : float
        z / sqrt(information), which is biased.
    bias_adjusted : float
        Effect at which the naive estimate has the value it took as its mean; NaN where none.
    state : int8
        NOT_CONVERGED where a limit lies farther than 12 standard errors.
    """

    p_value: Floats
    ci_low: Floats
    ci_high: Floats
    median_unbiased: Floats
    naive: Floats
    bias_adjusted: Floats
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedAnalysis:
    """Limits and p values that hold at every look, whether or not the trial stops; (looks so far,).

    ``p_value`` is the smallest one-sided alpha at which the look would have rejected; ``ci_low``
    and ``ci_high`` are in the unit of the effect.
    """

    p_value: Floats
    ci_low: Floats
    ci_high: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    information: Floats
    upper: Floats
    lower: Floats
    look: int
    z: float


def analyse_after_stopping(
    *,
    information: ArrayLike,
    upper: ArrayLike,
    lower: ArrayLike | None = None,
    look: int,
    z: float,
    confidence: float = 0.95,
) -> FinalAnalysis:
    """Analyse a trial that stopped at a look.

    Parameters
    ----------
    information : (looks,) float
        Rising information up to the look at least; with 1 / variance of the effect's estimate
        results are in the unit of the effect.
    upper, lower : (looks,) float
        Bounds of the z statistic that were in force before; those of the look itself do not
        count.
    look : int
        The look at which the trial stopped, from 0.
    z : float
        The statistic then.
    confidence : float
        Two-sided level of the limits.

    Raises
    ------
    DataError
        If information does not rise, the look is none of them, bounds cross, or ``z`` is not
        finite.

    Notes
    -----
    At the first look everything is as without looks. R ``rpact`` gives the same p values, and
    the same limits where its standard error is that of the information.
    """
    door = Door()
    share = door.numbers("information", information, core=1, low=0, open_low=True)
    high = door.numbers("upper", upper, core=1, infinite=True)
    low = np.full(high.shape, -np.inf)
    if lower is not None:
        low = door.numbers("lower", lower, core=1, infinite=True)
    door.number("z", z)
    door.level("confidence", confidence)
    door.wants(
        share.ndim == 1 and np.all(np.diff(share) > 0),
        where="information",
        came=np.array2string(share, threshold=6),
        wanted="rising information",
    )
    door.same_length(information=share, upper=high, lower=low)
    looks = share.shape[-1] if share.ndim else 0
    door.place("look", look, size=looks)
    door.wants(
        high.shape != low.shape or np.all(low <= high),
        where="lower",
        came="above upper",
        wanted="lower bounds not above upper ones",
    )
    door.close()
    result = _Result(information=share, upper=high, lower=low, look=int(look), z=float(z))
    tail = (1 - confidence) / 2
    limits = [_solve(result, lambda effect: _extreme(result, effect)[0], t) for t in (tail, 0.5)]
    above = _solve(result, lambda effect: 1 - _extreme(result, effect)[1], 1 - tail)
    adjusted = _solve(result, lambda effect: _mean_estimate(result, effect), _naive(result))
    found = np.isfinite([*limits, above]).all()
    return FinalAnalysis(
        p_value=np.asarray(_extreme(result, 0.0)[0]),
        ci_low=np.asarray(limits[0]),
        ci_high=np.asarray(above),
        median_unbiased=np.asarray(limits[1]),
        naive=np.asarray(_naive(result)),
        bias_adjusted=np.asarray(adjusted),
        state=np.asarray(State.ESTIMATED if found else State.NOT_CONVERGED, dtype=np.int8),
    )


def analyse_repeatedly(
    *,
    fraction: ArrayLike,
    z: ArrayLike,
    efficacy: Spending | Shape | None = None,
    alpha: float = 0.025,
    information: ArrayLike | None = None,
) -> RepeatedAnalysis:
    """Give repeated confidence intervals and p values of the looks so far.

    Parameters
    ----------
    fraction : (looks,) float
        Planned shares of the information, 1 at the last look.
    z : (looks so far,) float
        Statistics; a t statistic is first given the z with its p value.
    efficacy : Spending or Shape, optional
        As in `design_group_sequential`; not of family ``user``.
    alpha : float
        One-sided type I error; the limits have level 1 - 2 alpha.
    information : (looks so far,) float, optional
        Information about the effect, 1 / variance of its estimate; ``fraction`` if not given,
        which gives limits of the drift.

    Raises
    ------
    DataError
        As `design_group_sequential`, or if there are more statistics than looks.
    """
    door = Door()
    level = door.level("alpha", alpha)
    door.close()
    plan = read_plan(
        fraction=fraction,
        alpha=alpha,
        power=max(0.8, (1 + level) / 2),
        sides=1,
        efficacy=Spending() if efficacy is None else efficacy,
        futility=None,
    )
    door = Door()
    now = door.numbers("z", z, core=1)
    looks = plan.fraction.size
    door.wants(
        now.ndim == 1 and now.size <= looks,
        where="z",
        came=f"shape {now.shape}",
        wanted=f"at most {looks} statistics",
    )
    amount = plan.fraction[: now.shape[-1]]
    if information is not None:
        amount = door.numbers("information", information, core=1, low=0, open_low=True)
        door.same_length(z=now, information=amount)
    by_looks = isinstance(plan.efficacy, Spending) and plan.efficacy.family == "user"
    door.wants(
        not by_looks, where="efficacy", came="error given by looks", wanted="a spending function"
    )
    door.close()
    bound = efficacy_bounds(plan, np.full(looks, -np.inf))[: now.size]
    reach = bound / np.sqrt(amount)
    return RepeatedAnalysis(
        p_value=np.array([_repeated_p(plan, look, float(one)) for look, one in enumerate(now)]),
        ci_low=now / np.sqrt(amount) - reach,
        ci_high=now / np.sqrt(amount) + reach,
    )


def _repeated_p(plan: Plan, look: int, z: float) -> float:
    """Smallest alpha whose bound at the look is z."""
    nothing = np.full(plan.fraction.size, -np.inf)

    def bound_at(level: float) -> float:
        return float(efficacy_bounds(replace(plan, alpha=level), nothing)[look])

    def excess(logit: Floats, which: Integers) -> Floats:
        del which
        return np.array([bound_at(float(1 / (1 + np.exp(-one)))) - z for one in logit])

    # A bound is never below that of a single look with all of alpha.
    low, high = np.array([-60.0]), np.array([np.log1p(-1e-9) - np.log(1e-9)])
    if excess(high, np.zeros(1, dtype=np.int64))[0] > 0:
        return 1.0
    logit = float(bracketed_root(excess, low, high)[0])
    return float(1 / (1 + np.exp(-logit)))


def _naive(result: _Result) -> float:
    return float(result.z / np.sqrt(result.information[result.look]))


def _walk(result: _Result, effect: float) -> tuple[Continuing, float, float]:
    """Trials still going before the look, and those that stopped high and low."""
    going, high, low = begin(effect), 0.0, 0.0
    for look in range(result.look):
        information = result.information[look]
        upper, lower = result.upper[look], result.lower[look]
        high += going.above(upper, information)
        low += going.below(lower, information)
        going = going.go_on(lower, upper, information, result.information[look + 1])
    return going, high, low


def _extreme(result: _Result, effect: float) -> tuple[float, float]:
    """Probability of a result at least as high, and at least as low."""
    going, high, low = _walk(result, effect)
    information = result.information[result.look]
    return high + going.above(result.z, information), low + going.below(result.z, information)


def _mean_estimate(result: _Result, effect: float) -> float:
    """Mean of the naive estimate of a trial that ends at this look at the latest."""
    going, total = begin(effect), 0.0
    for look in range(result.look + 1):
        information = float(result.information[look])
        if look == result.look:
            inside = going.mean_between(-np.inf, np.inf, information)
            return float(total + inside / np.sqrt(information))
        upper, lower = result.upper[look], result.lower[look]
        outside = going.mean_between(-np.inf, np.inf, information) - going.mean_between(
            lower, upper, information
        )
        total += outside / np.sqrt(information)
        going = going.go_on(lower, upper, information, result.information[look + 1])
    return total


def _solve(result: _Result, function: Callable[[float], float], target: float) -> float:
    """Find the effect at which a rising function has its target; NaN far from the estimate."""
    error = 1 / np.sqrt(result.information[0])
    centre = _naive(result)

    def excess(effect: Floats, which: Integers) -> Floats:
        del which
        return np.array([function(float(one)) - target for one in effect])

    low, high = np.array([centre - _FAR * error]), np.array([centre + _FAR * error])
    return float(bracketed_root(excess, low, high)[0])
