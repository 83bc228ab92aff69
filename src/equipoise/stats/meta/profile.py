"""Confidence limits of tau squared from the profile of Cochran's Q.

Source: Viechtbauer W. Stat Med 2007; 26:37-52, section 3.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri

from equipoise.stats.arrays import Floats, Integers, divide_or_nan
from equipoise.stats.door import Door
from equipoise.stats.meta.fit import read_problem
from equipoise.stats.meta.weighted import Problem
from equipoise.stats.roots import bracketed_root
from equipoise.stats.state import State, first_state

__all__ = ["Tau2Interval", "tau2_interval"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tau2Interval:
    """Limits of tau^2; NOT_ESTIMABLE below two studies, or where no tau^2 fits.

    Where even tau^2 = 0 leaves less heterogeneity than the lower tail allows, both limits are 0.
    """

    ci_low: Floats
    ci_high: Floats
    state: NDArray[np.int8]


def tau2_interval(
    *,
    estimate: ArrayLike,
    variance: ArrayLike,
    moderators: ArrayLike | None = None,
    confidence: float = 0.95,
    overlap_group: Sequence[str | None] | None = None,
    keep: ArrayLike | None = None,
) -> Tau2Interval:
    """Find the values of tau^2 at which Q keeps within its chi-square limits.

    Parameters
    ----------
    estimate, variance : (..., studies) float
        Effects and their sampling variances; NaN takes a study out.
    moderators : (..., studies, moderators) float, optional
        Of a meta-regression.
    confidence : float
        Two-sided level.
    overlap_group, keep
        As in `pool_common_effect`.

    Raises
    ------
    DataError
        As in `pool_common_effect`.

    Notes
    -----
    As R ``metafor::confint``, which stops at an upper bound of its own; this one does not.
    """
    door = Door()
    door.level("confidence", confidence)
    problem, lead = read_problem(
        door,
        estimate=estimate,
        variance=variance,
        moderators=moderators,
        overlap_group=overlap_group,
        keep=keep,
    )
    tail = (1 - confidence) / 2
    start = problem.common()
    is_good = (problem.df > 0) & ~start.is_singular
    df = np.where(is_good, problem.df, 1.0)
    low = _solve(problem, is_good & (start.rss > chdtri(df, tail)), chdtri(df, tail))
    high = _solve(problem, is_good & (start.rss > chdtri(df, 1 - tail)), chdtri(df, 1 - tail))
    state = first_state((~is_good, State.NOT_ESTIMABLE))
    return Tau2Interval(
        ci_low=np.where(is_good, low, np.nan).reshape(lead),
        ci_high=np.where(is_good, high, np.nan).reshape(lead),
        state=state.reshape(lead),
    )


def _solve(problem: Problem, chosen: NDArray[np.bool_], target: Floats) -> Floats:
    """Solve Q(tau^2) = target where chosen; 0 elsewhere."""
    root = np.zeros(target.shape)
    part, wanted = problem.take(chosen), target[chosen]

    def excess(tau2: Floats, which: Integers) -> Floats:
        flags = np.zeros(wanted.shape, dtype=np.bool_)
        flags[which] = True
        return part.take(flags).weighted(tau2).rss - wanted[which]

    # Q(tau^2) <= unweighted residual sum of squares / tau^2.
    most = divide_or_nan(part.unweighted().rss, wanted) * (1 + 1e-9)
    root[chosen] = bracketed_root(excess, np.zeros(wanted.shape), most)
    return root
