"""Repeated-measures analysis of variance: visits within subjects, groups between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Bools, Floats, divide_or_nan
from equipoise.stats.continuous.sphericity import Sphericity, sphericity_of
from equipoise.stats.door import Door
from equipoise.stats.state import State, first_state
from equipoise.stats.tails import f_upper

__all__ = ["RepeatedAnova", "repeated_anova", "repeated_anova_within"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedAnova:
    """A repeated-measures analysis of variance of each trial.

    Attributes
    ----------
    terms : tuple of str
        ``intercept``, ``group``, ``visit``, ``group:visit``; without groups the first and third.
    sum_of_squares, df, error_sum_of_squares, error_df, statistic, p_value : (..., terms) float
        F tests, type III, without correction; those of group and intercept against subjects, the
        others against subjects by visits.
    generalised_eta_squared : (..., terms) float
        Effect over effect and all error sums of squares: group and visit are both taken as
        manipulated, none as measured.
    sphericity : Sphericity
        Of the visits, the same for both terms that hold them.
    p_greenhouse_geisser, p_huynh_feldt, p_huynh_feldt_lecoutre : (..., terms) float
        With both degrees of freedom multiplied by the epsilon, at most 1; NaN for the other terms.
    n : (..., groups) float
        Subjects with every visit.
    n_dropped : (...) float
        Subjects of a group with a missing visit.
    state : (...) int8
        NOT_ESTIMABLE, with NaN tests, where a group is empty or no error is left.
    """

    terms: tuple[str, ...]
    sum_of_squares: Floats
    df: Floats
    error_sum_of_squares: Floats
    error_df: Floats
    statistic: Floats
    p_value: Floats
    generalised_eta_squared: Floats
    sphericity: Sphericity
    p_greenhouse_geisser: Floats
    p_huynh_feldt: Floats
    p_huynh_feldt_lecoutre: Floats
    n: Floats
    n_dropped: Floats
    state: NDArray[np.int8]


def repeated_anova(*, response: ArrayLike, group: ArrayLike, groups: int) -> RepeatedAnova:
    """Compare groups and visits of subjects seen at every visit.

    Parameters
    ----------
    response : (..., subjects, visits) float
        A subject with NaN at any visit is dropped and counted.
    group : (..., subjects) int
        Codes from 0 below ``groups``; -1 takes a subject out.
    groups : int
        Number of groups, 2 or more.

    Raises
    ------
    DataError
        If there are fewer than two visits, a code is not one of the groups, a response is
        infinite, or shapes do not fit.

    Notes
    -----
    Type III: the visits are compared in the unweighted mean of the groups. As R ``afex::aov_ez``
    (``car::Anova``, type 3, sum contrasts) and SAS ``PROC GLM`` with ``REPEATED``.
    Source: Winer BJ. Statistical Principles in Experimental Design, 2nd edition 1971, chapter 7;
    Olejnik S, Algina J. Psychological Methods 2003; 8:434-447 (generalised eta squared).
    """
    door = Door()
    groups = door.number_of("groups", groups, least=2)
    values = _read_visits(door, response)
    codes = door.codes("group", group, levels=groups)
    door.close()
    codes = np.broadcast_to(codes, np.broadcast_shapes(values.shape[:-1], codes.shape))
    values = np.broadcast_to(values, (*codes.shape, values.shape[-1]))
    members = np.stack([codes == code for code in range(groups)], axis=-2)
    return _analyse(values, members, terms=("intercept", "group", "visit", "group:visit"))


def repeated_anova_within(*, response: ArrayLike) -> RepeatedAnova:
    """Compare visits of one group of subjects seen at every visit.

    Parameters
    ----------
    response : (..., subjects, visits) float
        A subject with NaN at any visit is dropped and counted.

    Raises
    ------
    DataError
        If there are fewer than two visits or a response is infinite.

    Notes
    -----
    As `repeated_anova` without groups.
    """
    door = Door()
    values = _read_visits(door, response)
    door.close()
    members = np.ones((*values.shape[:-2], 1, values.shape[-2]), dtype=np.bool_)
    return _analyse(values, members, terms=("intercept", "visit"))


def _read_visits(door: Door, response: ArrayLike) -> Floats:
    values = door.responses("response", response, core=1)
    door.wants(
        values.ndim < 2 or values.shape[-1] >= 2,
        where="response",
        came=f"{values.shape[-1] if values.ndim else 0} visits",
        wanted="2 visits or more",
    )
    return values


def _analyse(values: Floats, members: Bools, *, terms: tuple[str, ...]) -> RepeatedAnova:
    complete = np.asarray(~np.isnan(values).any(axis=-1))
    parts = _split(values, members & complete[..., None, :])
    squares, df1, error, df2 = _table(parts, terms)
    is_estimated = np.all(parts.n > 0, axis=-1) & (parts.df > 0)
    statistic = divide_or_nan(
        divide_or_nan(squares, df1),
        divide_or_nan(error, np.where(is_estimated[..., None], df2, 0.0)),
    )
    sphericity = sphericity_of(parts.course, parts.df, np.sum(parts.n, axis=-1))
    is_course = np.array(["visit" in term for term in terms])

    def corrected(epsilon: Floats) -> Floats:
        shrink = np.where(is_course, np.minimum(epsilon, 1.0)[..., None], np.nan)
        return f_upper(statistic, df1 * shrink, df2 * shrink)

    all_error = parts.level + np.trace(parts.course, axis1=-2, axis2=-1)
    return RepeatedAnova(
        terms=terms,
        sum_of_squares=squares,
        df=df1,
        error_sum_of_squares=error,
        error_df=df2,
        statistic=statistic,
        p_value=f_upper(statistic, df1, df2),
        generalised_eta_squared=divide_or_nan(squares, squares + all_error[..., None]),
        sphericity=sphericity,
        p_greenhouse_geisser=corrected(sphericity.greenhouse_geisser),
        p_huynh_feldt=corrected(sphericity.huynh_feldt),
        p_huynh_feldt_lecoutre=corrected(sphericity.huynh_feldt_lecoutre),
        n=parts.n,
        n_dropped=np.asarray(np.sum(members.any(axis=-2) & ~complete, axis=-1, dtype=np.float64)),
        state=first_state((np.isnan(statistic).any(axis=-1), State.NOT_ESTIMABLE)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """Squares in orthonormal scores: the first is the subject's level, the rest its course.

    ``level`` (...) and ``course`` (..., contrasts, contrasts) are errors within groups on ``df``
    degrees of freedom, ``between`` and ``common`` (..., visits) the squares of each score between
    groups and of the unweighted mean of the groups.
    """

    n: Floats
    df: Floats
    level: Floats
    course: Floats
    between: Floats
    common: Floats


def _split(values: Floats, inside: Bools) -> _Parts:
    known = np.asarray(inside.any(axis=-2))[..., None]
    scores = np.where(known, values, 0.0) @ _orthonormal(values.shape[-1])
    n = np.asarray(np.sum(inside, axis=-1, dtype=np.float64))
    means = divide_or_nan(inside.astype(np.float64) @ scores, n[..., None])
    own = np.swapaxes(inside, -1, -2).astype(np.float64) @ np.nan_to_num(means)
    deviations = np.where(known, scores - own, 0.0)
    products = np.swapaxes(deviations, -1, -2) @ deviations
    # Errors that are rounding of the size of the data are no errors.
    rounding = np.square(10 * np.finfo(np.float64).eps) * np.sum(np.square(scores), axis=(-2, -1))
    level, course = products[..., 0, 0], products[..., 1:, 1:]
    is_moving = np.trace(course, axis1=-2, axis2=-1) > rounding
    between, common = _effects(means, n)
    return _Parts(
        n=n,
        df=np.asarray(np.sum(n, axis=-1)) - n.shape[-1],
        level=np.where(level > rounding, level, 0.0),
        course=np.where(is_moving[..., None, None], course, 0.0),
        between=between,
        common=common,
    )


def _table(parts: _Parts, terms: tuple[str, ...]) -> tuple[Floats, Floats, Floats, Floats]:
    """Lay out squares and degrees of freedom of effects and errors, (..., terms) each."""
    groups, steps = parts.n.shape[-1], parts.between.shape[-1] - 1.0
    course = np.trace(parts.course, axis1=-2, axis2=-1)
    change, bend = (np.sum(part[..., 1:], axis=-1) for part in (parts.common, parts.between))
    found = {
        "intercept": (parts.common[..., 0], 1.0, parts.level, parts.df),
        "group": (parts.between[..., 0], groups - 1.0, parts.level, parts.df),
        "visit": (change, steps, course, parts.df * steps),
        "group:visit": (bend, (groups - 1.0) * steps, course, parts.df * steps),
    }
    shape = parts.df.shape
    squares, df1, error, df2 = (
        np.stack([np.broadcast_to(found[term][place], shape) for term in terms], axis=-1)
        for place in range(4)
    )
    return squares, df1, error, df2


def _orthonormal(visits: int) -> Floats:
    """Build Helmert's contrasts in columns, after a first column of equal weights."""
    columns = np.zeros((visits, visits))
    columns[:, 0] = 1 / np.sqrt(visits)
    for place in range(1, visits):
        columns[:place, place] = -1.0
        columns[place, place] = place
        columns[:, place] /= np.sqrt(place * (place + 1.0))
    return columns


def _effects(means: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Sum squares of each score between groups, and of the unweighted mean of the groups."""
    total = np.asarray(np.sum(n, axis=-1))
    weighted = divide_or_nan(np.sum(n[..., None] * means, axis=-2), total[..., None])
    between = np.sum(n[..., None] * np.square(means - weighted[..., None, :]), axis=-2)
    groups = n.shape[-1]
    precision = np.asarray(divide_or_nan(groups**2, np.sum(divide_or_nan(1, n), axis=-1)))
    common = np.square(np.mean(means, axis=-2)) * precision[..., None]
    return between, common
