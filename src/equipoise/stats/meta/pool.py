"""One effect out of many studies: common effect and random effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
from equipoise.stats.meta.heterogeneity import TauMethod
from equipoise.stats.tails import chi_square_upper, t_or_normal_quantile, t_or_normal_two_sided

__all__ = [
    "Pooled",
    "PredictionInterval",
    "leave_one_out",
    "pool_common_effect",
    "pool_random_effects",
    "prediction_interval",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """A pooled effect; fields have the leading shape of the input, NaN where not estimated.

    Attributes
    ----------
    estimate, standard_error, ci_low, ci_high : float
        On the scale of the effects.
    statistic, df, p_value : float
        Estimate over standard error, referred to t with ``df``, infinite for the normal.
    tau2, tau2_standard_error : float
        Variance between studies; 0 and NaN for a common effect.
    i_squared, h_squared : float
        Share of the variance that lies between studies [%], and total over typical variance.
    q, q_df, q_p_value : float
        Cochran's heterogeneity about the common effect.
    weights : (..., studies) float
        Share of each study [%]; 0 for a study left out.
    shrunken : (..., studies) float
        Best linear unbiased prediction of each study's own effect; NaN for one left out.
    studies : float
        Number of studies pooled.
    state : int8
        NOT_ESTIMABLE where too few studies are left, NOT_CONVERGED where tau^2 was not found.
    """

    estimate: Floats
    standard_error: Floats
    ci_low: Floats
    ci_high: Floats
    statistic: Floats
    df: Floats
    p_value: Floats
    tau2: Floats
    tau2_standard_error: Floats
    i_squared: Floats
    h_squared: Floats
    q: Floats
    q_df: Floats
    q_p_value: Floats
    weights: Floats
    shrunken: Floats
    studies: Floats
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionInterval:
    """Limits for the effect of a further study, of the shape of the pooled effect."""

    low: Floats
    high: Floats


def pool_common_effect(
    *,
    estimate: ArrayLike,
    variance: ArrayLike,
    confidence: float = 0.95,
    overlap_group: Sequence[str | None] | None = None,
    keep: ArrayLike | None = None,
) -> Pooled:
    """Pool by inverse variance as if all studies estimated one effect.

    Parameters
    ----------
    estimate, variance : (..., studies) float
        Effects and their sampling variances, above zero; NaN takes a study out.
    confidence : float
        Two-sided level of the limits.
    overlap_group : (studies,) str or None, optional
        Label of the cohort a study reports on. Two studies of one cohort are refused, unless
        ``keep`` leaves one of them.
    keep : (studies,) bool, optional
        False leaves a study out.

    Returns
    -------
    Pooled
        One study is enough.

    Raises
    ------
    DataError
        If studies overlap, a variance is not above zero, an effect is infinite, or shapes do not
        fit.

    Notes
    -----
    As R ``metafor::rma(method = "EE")``. With the effects of `peto_log_odds_ratio_effects` this
    is Peto's method. Source: Cochran WG. Biometrics 1954; 10:101-129.
    """
    door = Door()
    check_options(door, method="common", interval="wald", confidence=confidence)
    problem, lead = read_problem(
        door,
        estimate=estimate,
        variance=variance,
        moderators=None,
        overlap_group=overlap_group,
        keep=keep,
    )
    return _pooled(fit_problem(problem, method="common", interval="wald"), confidence, lead)


def pool_random_effects(
    *,
    estimate: ArrayLike,
    variance: ArrayLike,
    method: TauMethod = "restricted_likelihood",
    interval: Interval = "hartung_knapp",
    confidence: float = 0.95,
    overlap_group: Sequence[str | None] | None = None,
    keep: ArrayLike | None = None,
) -> Pooled:
    """Pool effects that differ between studies.

    Parameters
    ----------
    estimate, variance, confidence, overlap_group, keep
        As in `pool_common_effect`.
    method : str
        Estimator of tau^2: ``dersimonian_laird``, ``restricted_likelihood``, ``likelihood``,
        ``paule_mandel``, ``empirical_bayes``, ``hedges``, ``sidik_jonkman``, ``hunter_schmidt``,
        or ``common`` for none.
    interval : str
        ``wald``: normal limits. ``hartung_knapp``: the variance is scaled by the weighted
        residual mean square and t has one degree of freedom less than studies.
        ``hartung_knapp_ad_hoc``: the same, the scale held at 1 or more.

    Returns
    -------
    Pooled
        NOT_ESTIMABLE below two studies.

    Raises
    ------
    DataError
        As in `pool_common_effect`, or if an option is unknown.

    Notes
    -----
    As R ``metafor::rma``, ``test = "z"``, ``"knha"``, ``"adhoc"``. Sources: see
    `heterogeneity`; Hartung J, Knapp G. Stat Med 2001; 20:3875-3889; Sidik K, Jonkman JN. Stat
    Med 2002; 21:3153-3159; Röver C, Knapp G, Friede T. BMC Med Res Methodol 2015; 15:99 (ad
    hoc). I^2: Higgins JPT, Thompson SG. Stat Med 2002; 21:1539-1558, equations 9 and 12.
    """
    door = Door()
    check_options(door, method=method, interval=interval, confidence=confidence)
    problem, lead = read_problem(
        door,
        estimate=estimate,
        variance=variance,
        moderators=None,
        overlap_group=overlap_group,
        keep=keep,
    )
    return _pooled(fit_problem(problem, method=method, interval=interval), confidence, lead)


def leave_one_out(
    *,
    estimate: ArrayLike,
    variance: ArrayLike,
    method: TauMethod = "restricted_likelihood",
    interval: Interval = "hartung_knapp",
    confidence: float = 0.95,
    overlap_group: Sequence[str | None] | None = None,
    keep: ArrayLike | None = None,
) -> Pooled:
    """Pool again without each study in turn.

    Parameters and faults are those of `pool_random_effects`.

    Returns
    -------
    Pooled
        Fields are (..., studies): place i is the result without study i.
    """
    door = Door()
    y, v = door.responses("estimate", estimate), door.responses("variance", variance)
    door.close()
    y, v = np.broadcast_arrays(y, v)
    without = np.where(np.eye(y.shape[-1], dtype=np.bool_), np.nan, y[..., None, :])
    return pool_random_effects(
        estimate=without,
        variance=v[..., None, :],
        method=method,
        interval=interval,
        confidence=confidence,
        overlap_group=overlap_group,
        keep=keep,
    )


def prediction_interval(
    *, pooled: Pooled, df: ArrayLike | None = None, confidence: float = 0.95
) -> PredictionInterval:
    """Say where the effect of a further study is expected.

    Parameters
    ----------
    pooled : Pooled
        Result of `pool_random_effects`.
    df : (...) float, optional
        Degrees of freedom of the t quantile; infinite for the normal. Those of the pooled effect
        if not given, as R ``metafor::predict``; Higgins and others take ``studies - 2``.
    confidence : float
        Two-sided level.

    Returns
    -------
    PredictionInterval
        estimate ± quantile x sqrt(standard error^2 + tau^2); NaN where ``df`` is not positive.

    Raises
    ------
    DataError
        If ``confidence`` is not between 0 and 1.

    Notes
    -----
    Source: Higgins JPT, Thompson SG, Spiegelhalter DJ. J R Stat Soc A 2009; 172:137-159,
    equation 12.
    """
    door = Door()
    door.level("confidence", confidence)
    freedom = pooled.df
    if df is not None:
        freedom = door.numbers("df", df, nan=True, infinite=True)
    door.close()
    reach = t_or_normal_quantile(confidence, freedom) * np.sqrt(
        pooled.standard_error**2 + pooled.tau2
    )
    return PredictionInterval(low=pooled.estimate - reach, high=pooled.estimate + reach)


def _pooled(fit: Fit, confidence: float, lead: tuple[int, ...]) -> Pooled:
    problem = fit.problem
    # Added, it leaves a number as it is, or makes NaN of it where there is no estimate.
    missing = np.where(fit.is_estimated, 0.0, np.nan)
    estimate = fit.coefficients[:, 0] + missing
    error = np.sqrt(fit.covariance[:, 0, 0]) + missing
    statistic, df = divide_or_nan(estimate, error), fit.df + missing
    reach = t_or_normal_quantile(confidence, df) * error
    tau2 = fit.tau2 + missing
    q_df = np.where(problem.studies > 0, problem.df, np.nan)
    some_df = np.where(q_df > 0, q_df, np.nan)
    between = divide_or_nan(tau2, fit.typical_variance) + 1
    h_squared = fit.q / some_df if fit.is_common else between
    total = fit.weight.sum(axis=1, keepdims=True)
    variance = np.where(problem.is_in, problem.variance, np.nan)
    own = tau2[:, None] / (variance + tau2[:, None])
    studies = problem.y.shape[1]
    flat = {
        "estimate": estimate,
        "standard_error": error,
        "ci_low": estimate - reach,
        "ci_high": estimate + reach,
        "statistic": statistic,
        "df": df,
        "p_value": t_or_normal_two_sided(statistic, df),
        "tau2": tau2,
        "tau2_standard_error": fit.tau2_standard_error + missing,
        "i_squared": i_squared(fit),
        "h_squared": h_squared + missing,
        "q": np.where(problem.studies > 0, fit.q, np.nan),
        "q_df": q_df,
        "q_p_value": chi_square_upper(fit.q, some_df),
        "studies": problem.studies,
    }
    weights = 100 * divide_or_nan(fit.weight, total) + missing[:, None]
    shrunken = estimate[:, None] + own * (problem.y - estimate[:, None])
    return Pooled(
        **{name: value.reshape(lead) for name, value in flat.items()},
        weights=weights.reshape(*lead, studies),
        shrunken=shrunken.reshape(*lead, studies),
        state=fit.state.reshape(lead),
    )
