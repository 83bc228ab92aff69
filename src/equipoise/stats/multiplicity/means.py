"""Means of several groups compared at once: Dunnett with a control, Tukey with each other.

Both take one variance for all groups and hold the family-wise level over the comparisons of one
call, also with unequal sizes (Tukey after Kramer).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats, Integers, divide_or_nan
from equipoise.stats.continuous.moments import Moments, moments_by_group
from equipoise.stats.door import Door
from equipoise.stats.multiplicity.largest_of_many import (
    largest_t_upper,
    studentised_range_upper,
)
from equipoise.stats.roots import bracketed_root
from equipoise.stats.state import State
from equipoise.stats.tails import t_quantile

__all__ = [
    "Comparisons",
    "Side",
    "dunnett_test",
    "dunnett_test_from_summary",
    "tukey_test",
    "tukey_test_from_summary",
]

Side: TypeAlias = Literal["two_sided", "greater", "less"]
_SIDES = ("two_sided", "greater", "less")
_Tail: TypeAlias = Callable[[Floats, Floats, Floats], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """Differences of means with simultaneous intervals; fields are (..., comparisons).

    Attributes
    ----------
    pairs : (comparisons, 2) int
        Codes of the groups: the estimate is the mean of the first minus that of the second.
    estimate, standard_error, statistic, df : float
        Difference, its standard error from the pooled variance, t, degrees of freedom.
    p_value : float
        Adjusted for all comparisons.
    ci_low, ci_high : float
        Simultaneous limits; infinite on the open side of a one-sided comparison.
    state : int8
        NOT_ESTIMABLE, and every number NaN, where one of the two groups is empty, no degree of
        freedom is left, or the data do not vary.
    """

    pairs: Integers
    estimate: Floats
    standard_error: Floats
    statistic: Floats
    df: Floats
    p_value: Floats
    ci_low: Floats
    ci_high: Floats
    state: NDArray[np.int8]


def dunnett_test(
    *,
    response: ArrayLike,
    group: ArrayLike,
    groups: int,
    control: int = 0,
    alternative: Side = "two_sided",
    confidence: float = 0.95,
) -> Comparisons:
    """Compare every group with one control, single step.

    Parameters
    ----------
    response : (..., subjects) float
        NaN takes a subject out.
    group : (..., subjects) int
        Codes from 0 below ``groups``; -1 takes a subject out.
    groups : int
        Number of groups with the control.
    control : int
        Code of the control group.
    alternative : str
        ``greater``: the groups lie above the control; ``less``: below.
    confidence : float
        Simultaneous confidence level.

    Raises
    ------
    DataError
        If a code is not one of the groups, a response is infinite, shapes do not broadcast, or
        an option is out of range.

    Notes
    -----
    As R ``multcomp::glht`` with Dunnett contrasts, whose integral is randomised; this one is
    exact to about 1e-12. Source: Dunnett CW. J Am Stat Assoc 1955; 50:1096-1121.
    """
    door = Door()
    groups = door.number_of("groups", groups, least=2)
    values = door.responses("response", response)
    codes = door.codes("group", group, levels=groups)
    _check_dunnett(door, groups, control, alternative, confidence)
    door.close()
    arms = moments_by_group(values, codes, groups)
    return _dunnett(arms, int(control), alternative, confidence)


def dunnett_test_from_summary(
    *,
    n: ArrayLike,
    mean: ArrayLike,
    sd: ArrayLike,
    control: int = 0,
    alternative: Side = "two_sided",
    confidence: float = 0.95,
) -> Comparisons:
    """Run `dunnett_test` on the (..., groups) sizes, means and standard deviations.

    Raises
    ------
    DataError
        If a size is not whole, a standard deviation is negative, or an option is out of range.
    """
    door = Door()
    arms = _read_summary(door, n, mean, sd)
    groups = arms[0].shape[-1] if arms[0].ndim else 0
    _check_dunnett(door, groups, control, alternative, confidence)
    door.close()
    moments = Moments.from_summary(n=arms[0], mean=arms[1], sd=arms[2])
    return _dunnett(moments, int(control), alternative, confidence)


def tukey_test(
    *, response: ArrayLike, group: ArrayLike, groups: int, confidence: float = 0.95
) -> Comparisons:
    """Compare every two groups by the studentised range.

    Parameters and faults are those of `dunnett_test`; pairs come as (1, 0), (2, 0), (2, 1), ...

    Notes
    -----
    As R ``TukeyHSD``; exact for equal sizes and conservative otherwise (Hayter AJ. Ann Stat
    1984; 12:61-75). An empty group still counts in the family.
    Source: Tukey JW. The problem of multiple comparisons, 1953; Kramer CY. Biometrics 1956;
    12:307-310.
    """
    door = Door()
    groups = door.number_of("groups", groups, least=2)
    values = door.responses("response", response)
    codes = door.codes("group", group, levels=groups)
    door.level("confidence", confidence)
    door.close()
    return _tukey(moments_by_group(values, codes, groups), confidence)


def tukey_test_from_summary(
    *, n: ArrayLike, mean: ArrayLike, sd: ArrayLike, confidence: float = 0.95
) -> Comparisons:
    """Run `tukey_test` on published numbers; see `dunnett_test_from_summary`."""
    door = Door()
    arms = _read_summary(door, n, mean, sd)
    door.level("confidence", confidence)
    door.wants(
        arms[0].ndim and arms[0].shape[-1] > 1,
        where="n",
        came=f"shape {arms[0].shape}",
        wanted="two groups or more on the last axis",
    )
    door.close()
    return _tukey(Moments.from_summary(n=arms[0], mean=arms[1], sd=arms[2]), confidence)


def _read_summary(
    door: Door, n: ArrayLike, mean: ArrayLike, sd: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    return (
        door.counts("n", n),
        door.responses("mean", mean),
        door.spreads("sd", sd, axes=1),
    )


def _check_dunnett(
    door: Door, groups: int, control: int, alternative: str, confidence: float
) -> None:
    door.choice("alternative", alternative, _SIDES)
    door.level("confidence", confidence)
    door.place("control", control, size=groups)


def _dunnett(arms: Moments, control: int, alternative: str, confidence: float) -> Comparisons:
    others = [code for code in range(arms.n.shape[-1]) if code != control]
    pairs = np.array([(code, control) for code in others])
    sharing = divide_or_nan(arms.n[..., others], arms.n[..., others] + arms.n[..., [control]])
    # A group without a subject is not compared and takes no part in the maximum.
    sharing = np.where((sharing > 0) & (sharing < 1), sharing, np.nan)
    flat = sharing.reshape(-1, len(others))
    two_sided = alternative == "two_sided"

    def tail(t: Floats, row: Floats, df: Floats) -> Floats:
        return largest_t_upper(t, flat[row.astype(np.int64)], df, two_sided=two_sided)

    return _compare(arms, pairs, tail, design=flat, side=alternative, confidence=confidence)


def _tukey(arms: Moments, confidence: float) -> Comparisons:
    groups = arms.n.shape[-1]
    pairs = np.array([(high, low) for low in range(groups) for high in range(low + 1, groups)])

    def tail(t: Floats, row: Floats, df: Floats) -> Floats:
        return studentised_range_upper(np.sqrt(2) * t, np.full(row.shape, float(groups)), df)

    design = np.zeros((int(np.prod(arms.n.shape[:-1])), 1))
    return _compare(arms, pairs, tail, design=design, side="two_sided", confidence=confidence)


def _compare(
    arms: Moments,
    pairs: Integers,
    tail: _Tail,
    *,
    design: Floats,
    side: str,
    confidence: float,
) -> Comparisons:
    """Give each pair its t, adjusted p value and simultaneous limits.

    ``tail(t, row, df)`` is P(largest >= t) in the trial of that row; rows with one design and
    one df have one critical value.
    """
    one, other = pairs[:, 0], pairs[:, 1]
    df = np.sum(arms.n, axis=-1) - np.sum(arms.n > 0, axis=-1)
    scale = np.max(np.where(arms.n > 0, np.abs(arms.mean), 0.0), axis=-1)
    mean_square = divide_or_nan(np.sum(arms.deviations, axis=-1), np.maximum(df, 0))
    is_varying = np.sqrt(mean_square) > 10 * np.finfo(np.float64).eps * scale
    mean_square = np.where(is_varying, mean_square, np.nan)[..., None]
    inverse = divide_or_nan(1, arms.n[..., one]) + divide_or_nan(1, arms.n[..., other])
    error = np.sqrt(mean_square * inverse)
    estimate = np.where(np.isnan(error), np.nan, arms.mean[..., one] - arms.mean[..., other])
    statistic = estimate / error
    is_estimated = ~np.isnan(statistic)
    freedom = np.where(is_estimated, df[..., None], np.nan)
    row = np.arange(design.shape[0], dtype=np.float64).reshape((*df.shape, 1))
    row = np.broadcast_to(row, statistic.shape)
    turned = {"two_sided": np.abs(statistic), "greater": statistic, "less": -statistic}[side]
    p_value, critical = np.full(statistic.shape, np.nan), np.full(statistic.shape, np.nan)
    p_value[is_estimated] = tail(turned[is_estimated], row[is_estimated], freedom[is_estimated])
    critical[is_estimated] = _critical(
        row[is_estimated], freedom[is_estimated], design, tail, confidence
    )
    return Comparisons(
        pairs=pairs,
        estimate=estimate,
        standard_error=error,
        statistic=statistic,
        df=freedom,
        p_value=p_value,
        ci_low=estimate - critical * error if side != "less" else _open(estimate, -np.inf),
        ci_high=estimate + critical * error if side != "greater" else _open(estimate, np.inf),
        state=np.where(is_estimated, State.ESTIMATED, State.NOT_ESTIMABLE).astype(np.int8),
    )


def _open(estimate: Floats, limit: float) -> Floats:
    return np.where(np.isnan(estimate), np.nan, limit)


def _critical(row: Floats, df: Floats, design: Floats, tail: _Tail, confidence: float) -> Floats:
    """Find the critical value of each row; equal designs are solved once."""
    if row.size == 0:
        return np.empty(0)
    key = np.column_stack([design[row.astype(np.int64)], df])
    _, first, back = np.unique(key, axis=0, return_index=True, return_inverse=True)
    rows, freedom, alpha = row[first], df[first], 1 - confidence

    def excess(t: Floats, problem: Integers) -> Floats:
        return tail(t, rows[problem], freedom[problem]) - alpha

    # Two-sided Bonferroni over twice the comparisons lies beyond either kind of maximum; zero
    # lies below it unless the level is under one half.
    many = 4 * (design.shape[1] + 1) ** 2 * 100
    high = t_quantile(1 - alpha / many, freedom)
    low = np.where(np.full(rows.shape, confidence) > 0.5, 0.0, -high)
    solved = bracketed_root(excess, low, high)
    return np.asarray(solved[back.reshape(-1)])
