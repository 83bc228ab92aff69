"""From the maximum of a partial likelihood to estimates, limits, tests and states."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from equipoise.stats.arrays import Bools, Floats, Integers, divide_or_nan
from equipoise.stats.state import State
from equipoise.stats.survival.door import Subjects
from equipoise.stats.survival.limits import normal_quantile
from equipoise.stats.survival.linear import ROUNDING, chi_square_tail, independent, quadratic
from equipoise.stats.survival.newton import Maximum

__all__ = ["CoxFit", "OverallTest", "lay_out", "likelihood_ratio_test", "summarise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverallTest:
    """Chi-square test that every estimated coefficient is 0; fields are (...)."""

    statistic: Floats
    df: Floats
    p_value: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class CoxFit:
    """Cox models of the trials; a coefficient is the log hazard ratio of one unit more.

    Fields are (..., covariates) where nothing else is said. ``ci_low`` and ``ci_high`` are Wald
    limits of the hazard ratio. By ``state``: infinite, the likelihood rises without end, and
    the coefficient is plus or minus infinity without error or limits, while the likelihood
    ratio and the score test hold; singular, the column is constant or depends on the columns
    before it, and the others are fitted without it; not estimable, no event has anyone to be
    compared with.
    """

    coefficient: Floats
    standard_error: Floats
    model_standard_error: Floats  # from the information, also where standard_error is another
    hazard_ratio: Floats
    ci_low: Floats
    ci_high: Floats
    z: Floats
    p_value: Floats  # Wald, two-sided
    state: NDArray[np.int8]
    covariance: Floats  # (..., covariates, covariates)
    log_likelihood_null: Floats  # (...)
    log_likelihood: Floats  # (...)
    wald: OverallTest
    score: OverallTest
    likelihood_ratio: OverallTest
    iterations: Integers  # (...)


def summarise(
    maximum: Maximum, covariance: Floats, model_covariance: Floats, *, level: float
) -> CoxFit:
    """Turn maxima of (trials, covariates) into estimates, limits and tests."""
    is_finite = maximum.is_finite
    away = maximum.direction != 0
    estimate = np.where(is_finite, maximum.coefficient, np.nan)
    estimate[away] = maximum.direction[away] * np.inf
    pair = is_finite[:, :, None] & is_finite[:, None, :]
    # A robust covariance of few clusters may be singular, or nothing but rounding.
    floor = ROUNDING * np.diagonal(model_covariance, axis1=-2, axis2=-1)
    is_sure = is_finite & independent(np.where(pair, covariance, 0), floor)
    error = _errors(covariance, is_finite & (np.diagonal(covariance, axis1=-2, axis2=-1) > floor))
    half = normal_quantile(level) * error
    finite = np.where(is_finite, estimate, np.nan)
    z = divide_or_nan(finite, error)
    # Everything free must be finite for a quadratic form to speak of the whole model.
    whole = np.all(is_sure == maximum.is_free, axis=-1)
    wald = quadratic(np.where(is_sure, maximum.coefficient, 0), covariance, is_sure)
    score = quadratic(maximum.null.score, maximum.null.information, maximum.is_free)
    gain = 2 * (maximum.terms.log_likelihood - maximum.null.log_likelihood)
    df = maximum.is_free.sum(axis=-1).astype(np.float64)
    with np.errstate(over="ignore"):
        ratios = [np.exp(value) for value in (estimate, finite - half, finite + half)]
    return CoxFit(
        coefficient=estimate,
        standard_error=error,
        model_standard_error=_errors(model_covariance, is_finite),
        hazard_ratio=ratios[0],
        ci_low=ratios[1],
        ci_high=ratios[2],
        z=z,
        p_value=2 * ndtr(-np.abs(z)),
        state=_states(maximum, away),
        covariance=np.where(pair, covariance, np.nan),
        log_likelihood_null=maximum.null.log_likelihood,
        log_likelihood=maximum.terms.log_likelihood,
        wald=_overall(np.where(whole, wald, np.nan), df),
        score=_overall(score, df),
        likelihood_ratio=_overall(np.where(maximum.converged, gain, np.nan), df),
        iterations=maximum.iterations,
    )


def _errors(covariance: Floats, is_finite: Bools) -> Floats:
    variance = np.diagonal(covariance, axis1=-2, axis2=-1)
    return np.sqrt(np.where(is_finite, np.maximum(variance, 0), np.nan))


def _overall(statistic: Floats, df: Floats) -> OverallTest:
    value = np.where(df > 0, statistic, np.nan)
    return OverallTest(statistic=value, df=df, p_value=chi_square_tail(value, df))


def _states(maximum: Maximum, away: Bools) -> NDArray[np.int8]:
    state = np.full(maximum.is_free.shape, State.ESTIMATED, dtype=np.int8)
    state[~maximum.is_free] = State.SINGULAR
    state[~maximum.is_free.any(axis=-1)] = State.NOT_ESTIMABLE
    state[maximum.is_free & ~maximum.is_finite] = State.NOT_ESTIMABLE
    state[maximum.is_free & ~maximum.converged[:, None]] = State.NOT_CONVERGED
    state[away] = State.INFINITE
    return state


def lay_out(subjects: Subjects, fit: CoxFit) -> CoxFit:
    """Give fits of (trials, ...) the leading shape of the arguments."""

    def laid_out(value: Any) -> Any:
        if isinstance(value, OverallTest):
            return OverallTest(
                **{name: laid_out(getattr(value, name)) for name in ("statistic", "df", "p_value")}
            )
        return subjects.lay_out(value)

    return CoxFit(**{field.name: laid_out(getattr(fit, field.name)) for field in fields(CoxFit)})


def likelihood_ratio_test(*, smaller: CoxFit, larger: CoxFit) -> OverallTest:
    """Test the columns that one model has beyond another, fitted to the same subjects.

    Parameters
    ----------
    smaller, larger : CoxFit
        Fits of `cox`; every column of the smaller model is one of the larger.

    Returns
    -------
    OverallTest
        Twice the gain in log likelihood, with a degree of freedom for each column more that is
        not constant and does not depend on others; NaN where there is none, or where a fit did
        not converge. A coefficient that is infinite leaves the test as it is.
    """
    df = larger.likelihood_ratio.df - smaller.likelihood_ratio.df
    gain = larger.likelihood_ratio.statistic - smaller.likelihood_ratio.statistic
    statistic = np.where(df > 0, gain, np.nan)
    return OverallTest(statistic=statistic, df=df, p_value=chi_square_tail(statistic, df))
