"""Compare the means of several groups: analysis of variance, with one variance or one each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.continuous.moments import Moments, moments_by_group
from equipoise.stats.door import Door
from equipoise.stats.state import State, first_state
from equipoise.stats.tails import f_upper

__all__ = [
    "GroupMeans",
    "one_way_anova",
    "one_way_anova_from_summary",
    "welch_anova",
    "welch_anova_from_summary",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMeans:
    """An F test of equal means; fields have the leading shape of the input.

    ``state`` is NOT_ESTIMABLE, and every number NaN, where fewer than two groups are filled, no
    degree of freedom is left, or the data do not vary within groups.
    """

    statistic: Floats
    df_between: Floats
    df_within: Floats
    p_value: Floats
    state: NDArray[np.int8]


def one_way_anova(*, response: ArrayLike, group: ArrayLike, groups: int) -> GroupMeans:
    """Compare the means of groups with one variance for all.

    Parameters
    ----------
    response : (..., subjects) float
        NaN takes a subject out.
    group : (..., subjects) int
        Codes from 0 below ``groups``; -1 takes a subject out.
    groups : int
        Number of groups; an empty group is left out of that trial.

    Raises
    ------
    DataError
        If a code is not one of the groups, a response is infinite, or shapes do not broadcast.

    Notes
    -----
    As R ``oneway.test(var.equal = TRUE)`` and SAS ``PROC GLM``.
    Source: Fisher RA. Statistical Methods for Research Workers, 1925, chapter VII.
    """
    return _equal_variance(_read(response, group, groups))


def welch_anova(*, response: ArrayLike, group: ArrayLike, groups: int) -> GroupMeans:
    """Compare the means of groups, each with its own variance.

    Parameters, result and faults are those of `one_way_anova`. Every filled group needs two
    values and some spread.

    Notes
    -----
    As R ``oneway.test`` and SAS ``PROC GLM`` with ``MEANS / WELCH``.
    Source: Welch BL. Biometrika 1951; 38:330-336.
    """
    return _own_variance(_read(response, group, groups))


def one_way_anova_from_summary(*, n: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> GroupMeans:
    """Run `one_way_anova` on published numbers.

    Parameters
    ----------
    n, mean, sd : (..., groups) float
        Numbers of subjects, means, and standard deviations with divisor n - 1.

    Raises
    ------
    DataError
        If a number is not whole or a standard deviation is negative.
    """
    return _equal_variance(_read_summary(n, mean, sd))


def welch_anova_from_summary(*, n: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> GroupMeans:
    """Run `welch_anova` on published numbers; see `one_way_anova_from_summary`."""
    return _own_variance(_read_summary(n, mean, sd))


def _read(response: ArrayLike, group: ArrayLike, groups: int) -> Moments:
    door = Door()
    groups = door.number_of("groups", groups, least=1)
    values = door.responses("response", response)
    codes = door.codes("group", group, levels=groups)
    door.close()
    return moments_by_group(values, codes, groups)


def _read_summary(n: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> Moments:
    door = Door()
    number = door.counts("n", n)
    mean_, sd_ = door.responses("mean", mean), door.spreads("sd", sd, axes=1)
    door.close()
    return Moments.from_summary(n=number, mean=mean_, sd=sd_)


def _equal_variance(arms: Moments) -> GroupMeans:
    total = np.sum(arms.n, axis=-1)
    filled = np.sum(arms.n > 0, axis=-1)
    grand = divide_or_nan(np.sum(arms.n * _zero_if_empty(arms), axis=-1), total)
    between = np.sum(arms.n * np.square(_zero_if_empty(arms) - grand[..., None]), axis=-1)
    within = np.sum(arms.deviations, axis=-1)
    df1, df2 = filled - 1.0, total - filled
    mean_square = divide_or_nan(within, df2)
    is_varying = np.sqrt(mean_square) > 10 * np.finfo(np.float64).eps * _scale(arms)
    statistic = divide_or_nan(divide_or_nan(between, df1), np.where(is_varying, mean_square, 0))
    return _result(statistic, df1, df2)


def _own_variance(arms: Moments) -> GroupMeans:
    is_filled = arms.n > 0
    filled = np.sum(is_filled, axis=-1)
    variance = divide_or_nan(arms.variance, arms.n)
    is_varying = np.sqrt(variance) > 10 * np.finfo(np.float64).eps * _scale(arms)[..., None]
    # A filled group without spread has no weight, and with it the trial no statistic.
    weight = np.where(is_filled, divide_or_nan(1, np.where(is_varying, variance, np.nan)), 0.0)
    total = np.sum(weight, axis=-1)
    grand = divide_or_nan(np.sum(weight * _zero_if_empty(arms), axis=-1), total)
    share = np.square(1 - divide_or_nan(weight, total[..., None]))
    unrest = np.sum(np.where(is_filled, divide_or_nan(share, arms.n - 1), 0.0), axis=-1)
    unrest = divide_or_nan(unrest, filled**2 - 1.0)
    between = np.sum(weight * np.square(_zero_if_empty(arms) - grand[..., None]), axis=-1)
    df1 = filled - 1.0
    statistic = divide_or_nan(divide_or_nan(between, df1), 1 + 2 * (filled - 2) * unrest)
    return _result(statistic, df1, divide_or_nan(1, 3 * unrest))


def _result(statistic: Floats, df1: Floats, df2: Floats) -> GroupMeans:
    is_estimated = np.isfinite(statistic) & (df1 > 0) & (df2 > 0)
    statistic, df1, df2 = (np.where(is_estimated, value, np.nan) for value in (statistic, df1, df2))
    return GroupMeans(
        statistic=statistic,
        df_between=df1,
        df_within=df2,
        p_value=f_upper(statistic, df1, df2),
        state=first_state((~is_estimated, State.NOT_ESTIMABLE)),
    )


def _zero_if_empty(arms: Moments) -> Floats:
    return np.where(arms.n > 0, arms.mean, 0.0)


def _scale(arms: Moments) -> Floats:
    scale: Floats = np.max(np.abs(_zero_if_empty(arms)), axis=-1, initial=0.0)
    return scale
