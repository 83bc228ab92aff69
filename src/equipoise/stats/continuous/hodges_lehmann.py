"""The Hodges-Lehmann shift between two arms with the limits of Wilcoxon's test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Bools, Floats, divide_or_nan, spread
from equipoise.stats.continuous.rank_sum_distribution import lower_critical
from equipoise.stats.continuous.ranks import midranks
from equipoise.stats.door import Door
from equipoise.stats.state import State, first_state
from equipoise.stats.tails import normal_quantile, normal_two_sided

__all__ = ["Shift", "hodges_lehmann_exact", "hodges_lehmann_normal"]

_BLOCK = 4_000_000  # differences sorted at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The median of all differences, treated minus control, with limits.

    ``confidence`` is what the limits attain. The exact distribution moves in steps, so that it is
    mostly above the asked level; it is below it where the arms are so small that even the extreme
    differences fall short. ``state`` belongs to the limits: where it is NOT_ESTIMABLE they are NaN,
    and the estimate is NaN only where an arm is empty.
    """

    estimate: Floats
    ci_low: Floats
    ci_high: Floats
    confidence: Floats
    state: NDArray[np.int8]


def hodges_lehmann_normal(
    *,
    response: ArrayLike,
    treated: ArrayLike,
    continuity: bool = True,
    confidence: float = 0.95,
) -> Shift:
    """Estimate the shift between two arms; limits by the normal limit of the rank sum.

    Parameters
    ----------
    response : (..., subjects) float
        NaN takes a subject out.
    treated : (..., subjects) bool
        True in the experimental arm.
    continuity : bool
        Widen the limits by half a pair, as `wilcoxon_rank_sum` does with its p value.
    confidence : float
        Confidence of the two-sided limits.

    Returns
    -------
    Shift
        In the unit of the response. ``state`` is NOT_ESTIMABLE where an arm is empty or neither
        arm varies.

    Raises
    ------
    DataError
        If shapes do not broadcast, a response is infinite or the confidence is not in (0, 1).

    Notes
    -----
    The estimate is the exact median of the differences. A limit is the shift at which the test
    changes its mind, and that is always one of the differences. R ``wilcox.test`` looks for both
    by root search, which on a plateau may stop a little beside them. Ties within an arm reduce the
    variance; ties between arms are gone at almost every shift.
    Source: Hodges JL, Lehmann EL. Annals of Mathematical Statistics 1963; 34:598-611; Hollander,
    Wolfe, Chicken. Nonparametric Statistical Methods, 3rd edition 2014, sections 4.2 and 4.3.
    """
    arms = _read(response, treated, confidence, continuity=continuity)
    pairs, total = arms.n_treated * arms.n_control, arms.n_treated + arms.n_control
    ties = divide_or_nan(arms.ties_within, total * (total - 1))
    variance = pairs / 12 * (total + 1 - ties)
    is_estimated = (pairs > 0) & (variance > 0)
    sigma = np.sqrt(np.where(is_estimated, variance, np.nan))
    shift = 0.5 if continuity else 0.0
    reach = shift + normal_quantile(confidence) * sigma
    # Where even the extreme differences fall short of the level they are given, as by R.
    furthest = 1 - normal_two_sided(np.maximum(pairs / 2 - shift, 0) / sigma)
    place = np.clip(np.ceil(pairs / 2 - 1 - reach), 0, None)
    return _limits(arms, place, np.minimum(furthest, confidence), is_estimated)


def hodges_lehmann_exact(
    *, response: ArrayLike, treated: ArrayLike, confidence: float = 0.95
) -> Shift:
    """Estimate the shift between two arms; limits by the exact distribution of the rank sum.

    Parameters, unit and faults are those of `hodges_lehmann_normal`.

    Returns
    -------
    Shift
        ``state`` is NOT_ESTIMABLE where an arm is empty or two responses of the trial are tied.

    Notes
    -----
    As R ``wilcox.test(exact = TRUE, conf.int = TRUE)``.
    Source: Bauer DF. Journal of the American Statistical Association 1972; 67:687-690.
    """
    arms = _read(response, treated, confidence)
    is_estimated = (arms.n_treated * arms.n_control > 0) & (arms.ties == 0)
    critical, below = lower_critical(
        (1 - confidence) / 2, arms.n_treated, arms.n_control, is_estimated
    )
    return _limits(arms, critical - 1, 1 - 2 * below, is_estimated)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arms:
    treated: Floats  # (trials, most), NaN beyond the arm
    control: Floats
    n_treated: Floats
    n_control: Floats
    ties: Floats
    ties_within: Floats


def _read(
    response: ArrayLike, treated: ArrayLike, confidence: float, *, continuity: bool = False
) -> _Arms:
    door = Door()
    values, flags = door.responses("response", response), door.flags("treated", treated)
    door.level("confidence", confidence)
    door.switch("continuity", continuity)
    shape = door.close()
    values, flags = spread(values, shape), spread(flags, shape)
    one, other = _packed(values, flags), _packed(values, ~flags)
    return _Arms(
        treated=one,
        control=other,
        n_treated=np.asarray(np.sum(~np.isnan(one), axis=-1, dtype=np.float64)),
        n_control=np.asarray(np.sum(~np.isnan(other), axis=-1, dtype=np.float64)),
        ties=midranks(values).ties,
        ties_within=midranks(one).ties + midranks(other).ties,
    )


def _packed(values: Floats, inside: Bools) -> Floats:
    """Sort the values of an arm to the front and cut what no trial fills."""
    ordered = np.sort(np.where(inside, values, np.nan), axis=-1)
    most = int(np.max(np.sum(~np.isnan(ordered), axis=-1), initial=0))
    return ordered[..., :most]


def _limits(arms: _Arms, place: Floats, attained: Floats, is_estimated: Bools) -> Shift:
    """Take the median, and the differences ``place`` from either end."""
    shape, pairs = place.shape, arms.n_treated * arms.n_control
    size = arms.treated.shape[-1] * arms.control.shape[-1]
    flat = [array.reshape(place.size, array.shape[-1]) for array in (arms.treated, arms.control)]
    last = np.maximum(pairs - 1, 0).reshape(-1)
    low = np.clip(np.where(is_estimated, place, 0).reshape(-1), 0, last)
    places = np.stack([low, last - low, np.floor(last / 2), np.ceil(last / 2)], axis=-1)
    taken = np.full((len(places), 4), np.nan)
    step = max(_BLOCK // max(size, 1), 1)
    for start in range(0, len(places) if size else 0, step):
        rows = slice(start, start + step)
        differences = flat[0][rows, :, None] - flat[1][rows, None, :]
        ordered = np.sort(differences.reshape(-1, size), axis=-1)
        taken[rows] = np.take_along_axis(ordered, places[rows].astype(np.int64), axis=-1)
    taken = taken.reshape(*shape, 4)
    nothing = np.where(is_estimated, 0.0, np.nan)
    return Shift(
        estimate=(taken[..., 2] + taken[..., 3]) / 2,
        ci_low=taken[..., 0] + nothing,
        ci_high=taken[..., 1] + nothing,
        confidence=attained + nothing,
        state=first_state((~is_estimated, State.NOT_ESTIMABLE)),
    )
