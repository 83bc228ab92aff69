"""Wilcoxon's rank sum test of two arms, by the normal limit and exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.continuous.rank_sum_distribution import at_least, at_most
from equipoise.stats.continuous.ranks import ranks_by_group
from equipoise.stats.door import Door
from equipoise.stats.state import State, first_state
from equipoise.stats.tails import normal_two_sided, normal_upper

__all__ = ["RankSum", "wilcoxon_rank_sum", "wilcoxon_rank_sum_exact"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankSum:
    """A rank sum test; every field has the leading shape of the input.

    ``statistic`` is Mann and Whitney's U of the experimental arm: the pairs in which the treated
    subject has the larger response, ties counting one half; R's ``W``. Large values speak for
    larger responses under treatment. ``p_less`` and ``p_greater`` are for the alternatives that
    treated responses are smaller and larger. Where ``state`` is NOT_ESTIMABLE the p values are NaN.
    """

    statistic: Floats
    z: Floats
    p_value: Floats
    p_less: Floats
    p_greater: Floats
    n_treated: Floats
    n_control: Floats
    state: NDArray[np.int8]


def wilcoxon_rank_sum(
    *, response: ArrayLike, treated: ArrayLike, continuity: bool = True
) -> RankSum:
    """Compare two arms by rank sums with the normal limit and the variance of ties.

    Parameters
    ----------
    response : (..., subjects) float
        NaN takes a subject out.
    treated : (..., subjects) bool
        True in the experimental arm.
    continuity : bool
        Move the statistic by one half towards its expectation, as R does by default.

    Returns
    -------
    RankSum
        ``z`` is the standardised statistic of the two-sided test. ``state`` is NOT_ESTIMABLE where
        an arm is empty or all responses are tied.

    Raises
    ------
    DataError
        If shapes do not broadcast or a response is infinite.

    Notes
    -----
    As R ``wilcox.test(exact = FALSE)`` and SAS ``PROC NPAR1WAY WILCOXON`` (normal approximation).
    Source: Mann HB, Whitney DR. Annals of Mathematical Statistics 1947; 18:50-60; ties: Lehmann
    EL. Nonparametrics, 1975, equation 1.36.
    """
    parts = _read(response, treated, continuity=continuity)
    pairs, total = parts.n_treated * parts.n_control, parts.n_treated + parts.n_control
    variance = pairs / 12 * (total + 1 - divide_or_nan(parts.ties, total * (total - 1)))
    is_estimated = variance > 0
    sigma = np.sqrt(np.where(is_estimated, variance, np.nan))
    above = parts.statistic - pairs / 2
    shift = 0.5 if continuity else 0.0
    z = (above - np.sign(above) * shift) / sigma
    return RankSum(
        statistic=parts.statistic,
        z=z,
        p_value=normal_two_sided(z),
        p_less=normal_upper(-(above + shift) / sigma),
        p_greater=normal_upper((above - shift) / sigma),
        n_treated=parts.n_treated,
        n_control=parts.n_control,
        state=first_state((~is_estimated, State.NOT_ESTIMABLE)),
    )


def wilcoxon_rank_sum_exact(*, response: ArrayLike, treated: ArrayLike) -> RankSum:
    """Compare two arms by rank sums with the exact null distribution.

    Parameters are those of `wilcoxon_rank_sum`.

    Returns
    -------
    RankSum
        ``z`` is the standardised statistic without continuity correction. ``state`` is
        NOT_ESTIMABLE where an arm is empty or two responses of the trial are tied: the
        distribution holds without ties only.

    Raises
    ------
    DataError
        As `wilcoxon_rank_sum`.

    Notes
    -----
    The two-sided p value is twice the smaller tail, at most 1, as in R ``wilcox.test(exact =
    TRUE)``. The distribution is counted in whole numbers once for each pair of arm sizes; for arms
    of a and b subjects that takes about 2 a^2 b additions.
    Source: Mann HB, Whitney DR. Annals of Mathematical Statistics 1947; 18:50-60.
    """
    parts = _read(response, treated)
    pairs, total = parts.n_treated * parts.n_control, parts.n_treated + parts.n_control
    is_estimated = (pairs > 0) & (parts.ties == 0)
    p_less, p_greater = (
        tail(parts.statistic, parts.n_treated, parts.n_control, is_estimated)
        for tail in (at_most, at_least)
    )
    sigma = np.sqrt(np.where(is_estimated, pairs * (total + 1) / 12, np.nan))
    return RankSum(
        statistic=parts.statistic,
        z=(parts.statistic - pairs / 2) / sigma,
        p_value=np.minimum(2 * np.minimum(p_less, p_greater), 1.0),
        p_less=p_less,
        p_greater=p_greater,
        n_treated=parts.n_treated,
        n_control=parts.n_control,
        state=first_state((~is_estimated, State.NOT_ESTIMABLE)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    statistic: Floats
    ties: Floats
    n_treated: Floats
    n_control: Floats


def _read(response: ArrayLike, treated: ArrayLike, *, continuity: bool = False) -> _Parts:
    door = Door()
    values, flags = door.responses("response", response), door.flags("treated", treated)
    door.switch("continuity", continuity)
    door.close()
    ranked = ranks_by_group(values, flags.astype(np.int64), 2)
    n_control, n_treated = ranked.n[..., 0], ranked.n[..., 1]
    rank_sum = ranked.sums[..., 1]
    statistic = np.where(
        (n_treated > 0) & (n_control > 0), rank_sum - n_treated * (n_treated + 1) / 2, np.nan
    )
    return _Parts(statistic=statistic, ties=ranked.ties, n_treated=n_treated, n_control=n_control)
