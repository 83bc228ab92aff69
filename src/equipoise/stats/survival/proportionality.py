"""Test of proportional hazards: whether a coefficient changes with a function of time.

The score test of adding x g(t) to the model, at the fitted coefficients. With V the covariance
of x over the risk set at an event and g centred over the events, the score u = sum g (x - m) has
the variance sum g^2 V - (sum g V)(sum V)^-1 (sum g V). Source: Grambsch, Therneau. Biometrika
1994; 81:515-526, with the exact variance that R ``survival::cox.zph`` uses since version 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Bools, Floats, Integers, as_floats, divide_or_nan
from equipoise.stats.state import State
from equipoise.stats.survival.cox import read_model
from equipoise.stats.survival.cox_fit import OverallTest
from equipoise.stats.survival.cox_residuals import read_coefficient, refuse_exact
from equipoise.stats.survival.door import Subjects, blocks, read_choice
from equipoise.stats.survival.linear import chi_square_tail, free_inverse, independent, quadratic
from equipoise.stats.survival.partial_likelihood import PartialLikelihood, Ties
from equipoise.stats.survival.product_limit import Product
from equipoise.stats.survival.risk_sets import RiskSets, take

__all__ = ["ProportionalityTest", "TimeScale", "proportionality_test"]

TimeScale: TypeAlias = Literal["km", "rank", "identity", "log"]
_SCALES: tuple[TimeScale, ...] = ("km", "rank", "identity", "log")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProportionalityTest:
    """Tests of each term (each coefficient, where no terms are named), and of all together."""

    statistic: Floats  # (..., terms)
    df: Floats  # (..., terms)
    p_value: Floats  # (..., terms)
    state: NDArray[np.int8]  # (..., terms)
    overall: OverallTest  # (...)


def proportionality_test(
    *,
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    coefficient: ArrayLike,
    scale: TimeScale = "km",
    ties: Ties = "efron",
    stratum: ArrayLike | None = None,
    start: ArrayLike | None = None,
    terms: Sequence[int] | None = None,
) -> ProportionalityTest:
    """Test whether the coefficients of fitted Cox models change with time.

    Parameters
    ----------
    time, event, covariates, ties, stratum, start
        As in `cox`, with ties "efron" or "breslow".
    coefficient : (..., covariates) float
        Estimates of `cox`; a column with NaN is left out.
    scale : {"km", "rank", "identity", "log"}
        Function g of time: 1 less the Kaplan-Meier estimate of all subjects just before the
        time, the rank among all times, the time itself, its logarithm.
    terms : sequence of int, optional
        Term of each covariate, from 0: the columns of a factor are tested together. Each is its
        own if not given.

    Returns
    -------
    ProportionalityTest
        Not estimable where fewer than two times have events, where a coefficient is infinite,
        or where g is (the logarithm of an event at time 0).

    Raises
    ------
    DataError
        Exact ties, an unknown scale, terms that do not number the covariates, and what `cox`
        refuses.
    """
    refuse_exact(ties)
    read_choice("scale", scale, _SCALES)
    subjects = read_model(
        time=time, event=event, covariates=covariates, ties=ties, stratum=stratum, start=start
    )
    beta, is_used = read_coefficient(coefficient, subjects)
    groups = _read_terms(terms, beta.shape[1])
    parts = [
        _test(subjects.part(rows), beta[rows], is_used[rows], scale, ties, groups)
        for rows in blocks(subjects.trials, subjects.time.shape[1] * (2 + beta.shape[1]))
    ]
    statistic, degrees, overall, df = map(np.concatenate, zip(*parts, strict=True))
    state = np.where(np.isnan(statistic), State.NOT_ESTIMABLE, State.ESTIMATED).astype(np.int8)
    return ProportionalityTest(
        statistic=subjects.lay_out(statistic),
        df=subjects.lay_out(degrees),
        p_value=subjects.lay_out(chi_square_tail(statistic, degrees)),
        state=subjects.lay_out(state),
        overall=OverallTest(
            statistic=subjects.lay_out(overall),
            df=subjects.lay_out(df),
            p_value=subjects.lay_out(chi_square_tail(overall, df)),
        ),
    )


def _test(
    subjects: Subjects,
    beta: Floats,
    is_used: Bools,
    scale: TimeScale,
    ties: Ties,
    groups: Integers,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Statistics and degrees of freedom of each term, and of all."""
    likelihood = PartialLikelihood.of(subjects, ties=ties)
    passage = likelihood.passage(beta)
    event = likelihood.event
    g = np.where(event, likelihood.sets.sort(_function_of_time(subjects, scale)), 0.0)
    is_known: Bools = np.all(np.isfinite(g), axis=-1)
    g = np.where(is_known[:, None], g, 0.0)
    g -= event * divide_or_nan(g.sum(axis=-1), event.sum(axis=-1))[:, None]
    g = np.where(event, g, 0.0)
    score = np.einsum("ti,tij->tj", g, np.where(event[..., None], likelihood.x - passage.mean, 0))
    plain = passage.terms.information
    once, twice = (likelihood.passage(beta, weight).terms.information for weight in (g, g**2))
    solved, is_free = free_inverse(plain, is_used)
    variance = twice - once.swapaxes(1, 2) @ solved @ once
    largest = np.diagonal(twice, axis1=1, axis2=2)
    floor = 1e-10 * np.where(largest > 0, largest, 1)
    is_free &= is_known[:, None]
    pair = is_free[:, :, None] & is_free[:, None, :]
    own = groups == np.arange(groups.max(initial=-1) + 1)[:, None]  # (terms, covariates)
    every = np.ones(groups.shape, dtype=np.bool_)
    inside = [one[:, None] & one for one in (*own, every)]
    tests = [_joint(score, np.where(pair & among, variance, 0), floor) for among in inside]
    statistic, df = (np.stack(column, axis=-1) for column in zip(*tests, strict=True))
    one = np.maximum(df[:, :-1], 1)  # a term without a test keeps a degree of freedom
    return statistic[:, :-1], one, statistic[:, -1], df[:, -1]


def _joint(score: Floats, variance: Floats, floor: Floats) -> tuple[Floats, Floats]:
    """Test the columns that have a variance together."""
    together = independent(variance, floor)
    df = together.sum(axis=-1).astype(np.float64)
    return np.where(df > 0, quadratic(score, variance, together), np.nan), df


def _read_terms(terms: Sequence[int] | None, width: int) -> Integers:
    if terms is None:
        return np.arange(width)
    numbers = as_floats("terms", terms)
    if numbers.shape != (width,) or {*numbers.tolist()} != {*range(len({*numbers.tolist()}))}:
        raise DataError(
            Fault(
                where="terms",
                came=repr(terms)[:80],
                wanted=f"the term of each of {width} covariates, numbered from 0 without a gap",
            )
        )
    return numbers.astype(np.int64)


def _function_of_time(subjects: Subjects, scale: TimeScale) -> Floats:
    """Transform the times of (trials, subjects); strata share the function."""
    if scale == "identity":
        return subjects.time
    if scale == "log":
        positive = subjects.time > 0
        return np.where(positive, np.log(np.where(positive, subjects.time, 1)), -np.inf)
    sets = RiskSets.of(subjects.time, start=subjects.start)
    if scale == "rank":
        return sets.unsort((sets.first + sets.last) / 2)
    product = Product.over(sets.time, sets.sort(subjects.event), sets.start)
    one = np.ones((subjects.trials, 1))
    before = take(np.concatenate([one, product.survival], axis=-1), sets.first)
    return sets.unsort(1 - before)
