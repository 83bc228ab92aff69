"""Meta-regression: effects of studies explained by what differs between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.door import Door
from equipoise.stats.meta.fit import (
    Fit,
    Interval,
    check_options,
    fit_problem,
    i_squared,
    read_problem,
)
from equipoise.stats.meta.heterogeneity import TauMethod, estimate_tau2
from equipoise.stats.meta.weighted import Problem
from equipoise.stats.tails import (
    chi_square_upper,
    f_upper,
    t_or_normal_quantile,
    t_or_normal_two_sided,
)

__all__ = ["MetaRegression", "fit_meta_regression"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaRegression:
    """A meta-regression; fields have the leading shape, those of coefficients one axis more.

    Attributes
    ----------
    coefficients, standard_errors, statistics, p_values, ci_low, ci_high : (..., 1 + moderators)
        The intercept first.
    covariance : (..., 1 + moderators, 1 + moderators) float
        Of the coefficients.
    df : float
        Of the t statistics; infinite for the normal.
    tau2, tau2_standard_error : float
        Residual variance between studies.
    i_squared, r_squared : float
        Residual I^2, and the share of tau^2 that the moderators take away, at least 0; without
        tau^2 (``common``) the adjusted R^2 of the weighted regression. [%]
    q, q_df, q_p_value : float
        Residual heterogeneity about the common-effect regression.
    moderator_statistic, moderator_df, moderator_p : float
        Test of all moderators together: chi-square, or F over ``df`` where that is finite.
    state : int8
        SINGULAR where moderators depend on each other.
    """

    coefficients: Floats
    standard_errors: Floats
    statistics: Floats
    p_values: Floats
    ci_low: Floats
    ci_high: Floats
    covariance: Floats
    df: Floats
    tau2: Floats
    tau2_standard_error: Floats
    i_squared: Floats
    r_squared: Floats
    q: Floats
    q_df: Floats
    q_p_value: Floats
    moderator_statistic: Floats
    moderator_df: Floats
    moderator_p: Floats
    state: NDArray[np.int8]


def fit_meta_regression(
    *,
    estimate: ArrayLike,
    variance: ArrayLike,
    moderators: ArrayLike,
    method: TauMethod = "restricted_likelihood",
    interval: Interval = "hartung_knapp",
    confidence: float = 0.95,
    overlap_group: Sequence[str | None] | None = None,
    keep: ArrayLike | None = None,
) -> MetaRegression:
    """Regress effects on moderators, an intercept included.

    Parameters
    ----------
    estimate, variance, method, interval, confidence, overlap_group, keep
        As in `pool_random_effects`.
    moderators : (..., studies, moderators) float
        NaN takes a study out.

    Raises
    ------
    DataError
        As in `pool_random_effects`, or if the moderators do not fit the studies.

    Notes
    -----
    As R ``metafor::rma(mods = ...)``. Source: Thompson SG, Sharp SJ. Stat Med 1999;
    18:2693-2708. R^2: Raudenbush SW, in The Handbook of Research Synthesis 1994, chapter 20.
    """
    door = Door()
    check_options(door, method=method, interval=interval, confidence=confidence)
    problem, lead = read_problem(
        door,
        estimate=estimate,
        variance=variance,
        moderators=moderators,
        overlap_group=overlap_group,
        keep=keep,
    )
    centred, back = _centred(problem)
    fit = fit_problem(centred, method=method, interval=interval)
    fit = replace(
        fit,
        coefficients=np.einsum("tij,tj->ti", back, fit.coefficients),
        covariance=back @ fit.covariance @ back.swapaxes(1, 2),
    )
    return _result(fit, _r_squared(fit, method), confidence, lead)


def _centred(problem: Problem) -> tuple[Problem, Floats]:
    """Centre moderators at their mean and scale them, and give the way back of coefficients.

    A calendar year would otherwise cost half the digits of the answer.
    """
    columns = problem.design[:, :, 1:]
    number = np.maximum(problem.studies, 1)[:, None]
    middle = columns.sum(axis=1) / number
    apart = np.where(problem.is_in[:, :, None], columns - middle[:, None], 0.0)
    size = np.sqrt(np.square(apart).sum(axis=1) / number)
    size = np.where(size > 10 * np.finfo(np.float64).eps * np.abs(middle), size, 1.0)
    design = np.concatenate([problem.design[:, :, :1], apart / size[:, None]], axis=2)
    back = np.tile(np.eye(design.shape[2]), (len(design), 1, 1))
    back[:, 0, 1:] = -middle / size
    back[:, 1:, 1:] /= size[:, :, None]
    return replace(problem, design=design), back


def _intercept_only(problem: Problem) -> Problem:
    return replace(
        problem, design=problem.is_in[:, :, None].astype(np.float64), df=problem.studies - 1
    )


def _r_squared(fit: Fit, method: TauMethod) -> Floats:
    """Share of what differs between studies that the moderators take away, at least 0 [%].

    Of tau^2; of the weighted residual mean square where there is no tau^2.
    """
    alone = _intercept_only(fit.problem)
    if fit.is_common:
        before = divide_or_nan(alone.common().rss, alone.df)
        after = divide_or_nan(fit.q, fit.problem.df)
    else:
        before, after = estimate_tau2(alone, method).tau2, fit.tau2
    share = np.maximum(100 * divide_or_nan(before - after, before), 0)
    return np.where(fit.is_estimated, share, np.nan)


def _result(
    fit: Fit, r_squared: Floats, confidence: float, lead: tuple[int, ...]
) -> MetaRegression:
    problem, bad = fit.problem, ~fit.is_estimated
    beta = np.where(bad[:, None], np.nan, fit.coefficients)
    errors = np.where(bad[:, None], np.nan, np.sqrt(np.einsum("tii->ti", fit.covariance)))
    statistics, df = divide_or_nan(beta, errors), np.where(bad, np.nan, fit.df)
    reach = t_or_normal_quantile(confidence, df)[:, None] * errors
    tau2 = np.where(bad, np.nan, fit.tau2)
    moderators = beta.shape[1] - 1
    together, p_together = _test_moderators(fit, beta, df)
    q_df = np.where(bad, np.nan, problem.df)
    per_coefficient = {
        "coefficients": beta,
        "standard_errors": errors,
        "statistics": statistics,
        "p_values": t_or_normal_two_sided(statistics, df[:, None]),
        "ci_low": beta - reach,
        "ci_high": beta + reach,
    }
    flat = {
        "df": df,
        "tau2": tau2,
        "tau2_standard_error": np.where(bad, np.nan, fit.tau2_standard_error),
        "i_squared": i_squared(fit),
        "r_squared": r_squared,
        "q": np.where(bad, np.nan, fit.q),
        "q_df": q_df,
        "q_p_value": np.where(q_df > 0, chi_square_upper(fit.q, np.maximum(q_df, 1)), np.nan),
        "moderator_statistic": together,
        "moderator_df": np.where(bad, np.nan, float(moderators)),
        "moderator_p": p_together,
    }
    size = beta.shape[1]
    covariance = np.where(bad[:, None, None], np.nan, fit.covariance)
    return MetaRegression(
        **{name: value.reshape(*lead, size) for name, value in per_coefficient.items()},
        **{name: value.reshape(lead) for name, value in flat.items()},
        covariance=covariance.reshape(*lead, size, size),
        state=fit.state.reshape(lead),
    )


def _test_moderators(fit: Fit, beta: Floats, df: Floats) -> tuple[Floats, Floats]:
    many = beta.shape[1] - 1
    bad = ~fit.is_estimated
    if many == 0:
        return np.full(df.shape, np.nan), np.full(df.shape, np.nan)
    inner = fit.covariance[:, 1:, 1:]
    is_flat = bad | ~(np.einsum("tii->ti", inner) > 0).all(axis=1)
    safe = np.where(is_flat[:, None, None], np.eye(many), inner)
    along = np.linalg.solve(safe, beta[:, 1:, None])[:, :, 0]
    square = np.where(is_flat, np.nan, np.sum(beta[:, 1:] * along, axis=1))
    is_normal = np.isinf(df)
    statistic = np.where(is_normal, square, square / many)
    finite = np.where(is_normal, 1.0, df)
    p_value = np.where(
        is_normal, chi_square_upper(square, float(many)), f_upper(statistic, float(many), finite)
    )
    return statistic, p_value
