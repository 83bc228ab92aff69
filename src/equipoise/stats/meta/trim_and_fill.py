"""Trim and fill: how many studies would make the funnel plot symmetric, and what follows.

Source: Duval S, Tweedie R. Biometrics 2000; 56:455-463, estimator L0, and J Am Stat Assoc 2000;
95:89-98.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.door import Door
from equipoise.stats.meta.fit import check_options, read_problem
from equipoise.stats.meta.heterogeneity import TauMethod
from equipoise.stats.meta.pool import Pooled, pool_random_effects
from equipoise.stats.meta.regression import fit_meta_regression
from equipoise.stats.state import State, first_state

__all__ = ["TrimAndFill", "trim_and_fill"]

_ROUNDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimAndFill:
    """A filled meta-analysis; fields have the leading shape.

    Attributes
    ----------
    missing : int
        Number of studies filled in; -1 where not estimated.
    is_right : bool
        True where they are filled in to the right (large effects are missing).
    pooled : Pooled
        The meta-analysis with them; its last axis is studies, then as many places for filled
        ones, NaN where not needed.
    state : int8
        NOT_ESTIMABLE below three studies; NOT_CONVERGED where trimming did not settle.
    """

    missing: Integers
    is_right: Bools
    pooled: Pooled
    state: NDArray[np.int8]


def trim_and_fill(
    *,
    estimate: ArrayLike,
    variance: ArrayLike,
    method: TauMethod = "restricted_likelihood",
    overlap_group: Sequence[str | None] | None = None,
    keep: ArrayLike | None = None,
) -> TrimAndFill:
    """Trim the asymmetric studies, find the centre, and fill in their mirror images.

    Parameters
    ----------
    estimate, variance : (..., studies) float
        Effects and their sampling variances; NaN takes a study out.
    method : str
        Estimator of tau^2, as in `pool_random_effects`; limits are Wald's.
    overlap_group, keep
        As in `pool_common_effect`.

    Raises
    ------
    DataError
        As in `pool_random_effects`.

    Notes
    -----
    As R ``metafor::trimfill``: studies are missing on the right where the slope of effect on
    standard error is negative, on the left otherwise.
    """
    door = Door()
    check_options(door, method=method, interval="wald", confidence=0.95)
    problem, lead = read_problem(
        door,
        estimate=estimate,
        variance=variance,
        moderators=None,
        overlap_group=overlap_group,
        keep=keep,
    )
    y = np.where(problem.is_in, problem.y, np.nan)
    v = np.where(problem.is_in, problem.variance, np.nan)
    slope = fit_meta_regression(
        estimate=y, variance=v, moderators=np.sqrt(v)[:, :, None], method=method, interval="wald"
    ).coefficients[:, 1]
    # Turned so that the studies to trim are always those with the largest effects.
    sign = np.where(slope < 0, -1.0, 1.0)
    order = np.argsort(y * sign[:, None], axis=1, kind="stable")
    y, v = (np.take_along_axis(array, order, axis=1) for array in (y * sign[:, None], v))
    missing, centre, settled = _trim(y, v, problem.studies.astype(np.int64), method)
    place = np.arange(y.shape[1])
    is_mirrored = (place >= (problem.studies - missing)[:, None]) & ~np.isnan(y)
    mirrored = np.where(is_mirrored, 2 * centre[:, None] - y, np.nan)
    is_good = problem.studies >= 3
    both = np.concatenate([y, mirrored], axis=1) * sign[:, None]
    filled = np.where(is_good[:, None], both, np.nan)
    pooled = pool_random_effects(
        estimate=filled.reshape(*lead, -1),
        variance=np.concatenate([v, v], axis=1).reshape(*lead, -1),
        method=method,
        interval="wald",
    )
    state = first_state((~is_good, State.NOT_ESTIMABLE), (~settled, State.NOT_CONVERGED))
    return TrimAndFill(
        missing=np.where(is_good, missing, -1).reshape(lead),
        is_right=(sign < 0).reshape(lead),
        pooled=pooled,
        state=state.reshape(lead),
    )


def _trim(
    y: Floats, v: Floats, studies: Integers, method: TauMethod
) -> tuple[Integers, Floats, Bools]:
    """Repeat: drop the largest effects, pool the rest, count the asymmetric ones again.

    Effects are sorted, NaN last. Returns the number dropped, the last centre, and whether the
    number settled.
    """
    place = np.arange(y.shape[1])
    missing, settled = np.zeros(len(y), dtype=np.int64), np.zeros(len(y), dtype=np.bool_)
    centre = np.full(len(y), np.nan)
    for _ in range(_ROUNDS):
        if settled.all():
            break
        rest = np.where(place < (studies - missing)[:, None], y, np.nan)
        centre = np.where(settled, centre, _centre(rest, v, method))
        counted = _asymmetric(y - centre[:, None], studies)
        counted = np.where(settled, missing, counted)
        settled = settled | (counted == missing)
        missing = counted
    return missing, centre, settled


def _centre(y: Floats, v: Floats, method: TauMethod) -> Floats:
    """Pool what is left; a single study is its own centre, whatever the variance between."""
    pooled = pool_random_effects(estimate=y, variance=v, method=method, interval="wald").estimate
    is_one = np.sum(~np.isnan(y), axis=1) == 1
    return np.where(is_one, np.nansum(y, axis=1), pooled)


def _asymmetric(centred: Floats, studies: Integers) -> Integers:
    """L0: from the sum of the ranks of the effects above the centre."""
    order = np.argsort(np.abs(centred), axis=1, kind="stable")
    ranks = np.empty(centred.shape)
    np.put_along_axis(
        ranks, order, np.broadcast_to(np.arange(1.0, centred.shape[1] + 1), ranks.shape), 1
    )
    above = np.sum(np.where(centred > 0, ranks, 0.0), axis=1)
    number = (4 * above - studies * (studies + 1)) / np.maximum(2 * studies - 1, 1)
    counted: Integers = np.rint(np.maximum(number, 0)).astype(np.int64)
    return counted
