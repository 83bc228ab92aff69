"""Rank tests of several groups: Kruskal-Wallis between subjects, Friedman within."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Bools, Floats, divide_or_nan
from equipoise.stats.continuous.ranks import midranks, ranks_by_group
from equipoise.stats.door import Door
from equipoise.stats.state import State, first_state
from equipoise.stats.tails import chi_square_upper

__all__ = ["RankTest", "friedman", "kruskal_wallis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankTest:
    """A chi-square test of rank sums; fields have the leading shape of the input.

    ``n`` subjects were used, ``n_dropped`` had a missing visit (Friedman) or no response or group
    (Kruskal-Wallis). Where ``state`` is NOT_ESTIMABLE the numbers are NaN.
    """

    statistic: Floats
    df: Floats
    p_value: Floats
    n: Floats
    n_dropped: Floats
    state: NDArray[np.int8]


def kruskal_wallis(*, response: ArrayLike, group: ArrayLike, groups: int) -> RankTest:
    """Compare groups by their mean ranks, corrected for ties.

    Parameters
    ----------
    response : (..., subjects) float
        NaN takes a subject out.
    group : (..., subjects) int
        Codes from 0 below ``groups``; -1 takes a subject out.
    groups : int
        Number of groups; an empty group is left out of that trial.

    Returns
    -------
    RankTest
        ``state`` is NOT_ESTIMABLE where fewer than two groups are filled or all are tied.

    Raises
    ------
    DataError
        If a code is not one of the groups, a response is infinite, or shapes do not broadcast.

    Notes
    -----
    Source: Kruskal WH, Wallis WA. Journal of the American Statistical Association 1952;
    47:583-621, equations 1.1 and 1.4.
    """
    door = Door()
    groups = door.number_of("groups", groups, least=1)
    values = door.responses("response", response)
    codes = door.codes("group", group, levels=groups)
    door.close()
    ranked = ranks_by_group(values, codes, groups)
    total = np.asarray(ranked.n.sum(axis=-1))
    filled = np.asarray((ranked.n > 0).sum(axis=-1, dtype=np.float64))
    # A group's squared sum over its size, of ranks counted from their mean; an empty one adds none.
    centred = ranked.sums - ranked.n * (total[..., None] + 1) / 2
    between = (np.square(centred) / np.maximum(ranked.n, 1)).sum(axis=-1)
    correction = 1 - divide_or_nan(ranked.ties, total**3 - total)
    statistic = divide_or_nan(12 * between, total * (total + 1) * correction)
    subjects = np.broadcast_shapes(values.shape, codes.shape)[-1]
    return _result(statistic, filled - 1, total, subjects - total, (filled > 1) & (correction > 0))


def friedman(*, response: ArrayLike) -> RankTest:
    """Compare visits (or treatments) within subjects by their rank sums, corrected for ties.

    Parameters
    ----------
    response : (..., subjects, visits) float
        A subject with NaN at any visit is out and counted.

    Returns
    -------
    RankTest
        ``state`` is NOT_ESTIMABLE without two visits and a subject whose responses differ.

    Raises
    ------
    DataError
        If there is no axis of visits or a response is infinite.

    Notes
    -----
    Source: Friedman M. Journal of the American Statistical Association 1937; 32:675-701; ties:
    Hollander, Wolfe, Chicken. Nonparametric Statistical Methods, 3rd edition 2014, equation 7.6.
    """
    door = Door()
    values = door.responses("response", response, core=1)
    door.close()
    visits = values.shape[-1]
    inside = np.asarray(~np.isnan(values).any(axis=-1))
    n = np.asarray(np.sum(inside, axis=-1, dtype=np.float64))
    ranked = midranks(values)
    sums = np.sum(np.where(inside[..., None], ranked.ranks, 0.0), axis=-2)
    ties = np.sum(np.where(inside, ranked.ties, 0.0), axis=-1)
    between = np.sum(np.square(sums - n[..., None] * (visits + 1) / 2), axis=-1)
    spread = n * visits * (visits + 1) - ties / max(visits - 1, 1)
    is_estimated = (visits > 1) & (spread > 0)
    return _result(
        divide_or_nan(12 * between, spread),
        np.full(n.shape, visits - 1.0),
        n,
        values.shape[-2] - n,
        is_estimated,
    )


def _result(
    statistic: Floats, df: Floats, n: Floats, n_dropped: Floats, is_estimated: Bools
) -> RankTest:
    statistic, df = (np.where(is_estimated, value, np.nan) for value in (statistic, df))
    return RankTest(
        statistic=statistic,
        df=df,
        p_value=chi_square_upper(statistic, df),
        n=n,
        n_dropped=n_dropped,
        state=first_state((~is_estimated, State.NOT_ESTIMABLE)),
    )
