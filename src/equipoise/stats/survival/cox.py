"""The Cox proportional hazards model: several covariates, strata, ties, intervals.

Source: Cox. J R Stat Soc B 1972; 34:187-220; the likelihoods are in `partial_likelihood` and
`exact_likelihood`; intervals (start, stop] after Andersen, Gill. Ann Stat 1982; 10:1100-1120.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Bools, Floats, Integers, divide_or_nan
from equipoise.stats.state import State
from equipoise.stats.survival.door import Subjects, blocks, read_choice, read_level, read_subjects
from equipoise.stats.survival.exact_likelihood import ExactLikelihood
from equipoise.stats.survival.limits import normal_quantile
from equipoise.stats.survival.linear import chi_square_tail, inverse, quadratic
from equipoise.stats.survival.newton import Maximum, maximise
from equipoise.stats.survival.partial_likelihood import TIES, Likelihood, PartialLikelihood, Ties

__all__ = [
    "CoxFit",
    "OverallTest",
    "cox",
    "fit_to",
    "likelihood_of",
    "read_model",
    "span_of",
    "summarise",
]


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


def cox(
    *,
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    ties: Ties = "efron",
    stratum: ArrayLike | None = None,
    start: ArrayLike | None = None,
    level: float = 0.95,
) -> CoxFit:
    """Fit a Cox model to each trial.

    Parameters
    ----------
    time : (..., subjects) float
        Time from randomisation to event or censoring; ``-inf`` for subjects that are out. [day]
    event : (..., subjects) bool
        True where the event was seen at ``time``.
    covariates : (..., subjects, covariates) float
        Columns of the model: arms as 0 and 1, baseline values. Those of subjects that are out
        may be NaN.
    ties : {"efron", "breslow", "exact"}
        How tied events count; exact is the discrete (conditional logistic) likelihood.
    stratum : (..., subjects) int, optional
        Each stratum has its own baseline hazard.
    start : (..., subjects) float, optional
        Begin of the interval (start, time] in which the row is at risk, for late entry and
        for covariates that change; a subject may have several rows. [day]
    level : float
        Confidence level. [1]

    Returns
    -------
    CoxFit
        Coefficient below 0: fewer events with more of the covariate.

    Raises
    ------
    DataError
        NaN in ``time`` or in a covariate of a subject that is in, an interval that ends before
        it begins, an unknown way with ties, intervals with exact ties.
    """
    level = read_level(level)
    subjects = read_model(
        time=time, event=event, covariates=covariates, ties=ties, stratum=stratum, start=start
    )
    parts = []
    for rows in blocks(subjects.trials, subjects.time.shape[1] * (2 + _columns(subjects))):
        part = subjects.part(rows)
        maximum = fit_to(part, ties)
        covariance = inverse(maximum.terms.information, maximum.is_finite)
        parts.append(summarise(maximum, covariance, covariance, level=level))
    return lay_out(subjects, parts)


def read_model(
    *,
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    ties: Ties,
    stratum: ArrayLike | None,
    start: ArrayLike | None,
    cluster: ArrayLike | None = None,
) -> Subjects:
    """Check the arguments of a Cox model; see `cox` for what is refused."""
    read_choice("ties", ties, TIES)
    if ties == "exact" and start is not None:
        wanted = "ties 'efron' or 'breslow' with intervals"
        raise DataError(Fault(where="ties", came="'exact' with start", wanted=wanted))
    return read_subjects(
        time=time,
        event=event,
        start=start,
        codes={"stratum": stratum, "cluster": cluster},
        covariates=covariates,
    )


def fit_to(subjects: Subjects, ties: Ties) -> Maximum:
    """Maximise the partial likelihood of each trial."""
    events = subjects.event.sum(axis=-1).astype(np.float64)
    return maximise(likelihood_of(subjects, ties), span=span_of(subjects), events=events)


def likelihood_of(subjects: Subjects, ties: Ties) -> Likelihood:
    """Build the partial likelihood that belongs to the way with ties."""
    if ties == "exact":
        return ExactLikelihood.of(subjects)
    return PartialLikelihood.of(subjects, ties=ties)


def _columns(subjects: Subjects) -> int:
    return 0 if subjects.covariates is None else int(subjects.covariates.shape[-1])


def span_of(subjects: Subjects) -> Floats:
    """Range of each covariate over the subjects that are in."""
    if subjects.covariates is None:
        raise ValueError("a Cox model needs covariates")
    inside = subjects.is_in[..., None]
    highest = np.where(inside, subjects.covariates, -np.inf).max(axis=1)
    lowest = np.where(inside, subjects.covariates, np.inf).min(axis=1)
    return np.where(highest >= lowest, highest - lowest, 0.0)


def summarise(
    maximum: Maximum, covariance: Floats, model_covariance: Floats, *, level: float
) -> CoxFit:
    """Turn maxima of (trials, covariates) into estimates, limits and tests."""
    is_finite = maximum.is_finite
    away = maximum.direction != 0
    estimate = np.where(is_finite, maximum.coefficient, np.nan)
    estimate[away] = maximum.direction[away] * np.inf
    error = _errors(covariance, is_finite)
    half = normal_quantile(level) * error
    finite = np.where(is_finite, estimate, np.nan)
    z = divide_or_nan(finite, error)
    # Everything free must be finite for a quadratic form to speak of the whole model.
    whole = np.all(is_finite == maximum.is_free, axis=-1)
    wald = quadratic(np.where(is_finite, maximum.coefficient, 0), covariance, is_finite)
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
        covariance=np.where(is_finite[:, :, None] & is_finite[:, None, :], covariance, np.nan),
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


def lay_out(subjects: Subjects, parts: list[CoxFit]) -> CoxFit:
    """Join the blocks of trials and give them the leading shape of the arguments."""

    def joined(values: list[Any]) -> Any:
        if isinstance(values[0], OverallTest):
            names = [field.name for field in fields(OverallTest)]
            return OverallTest(
                **{name: joined([getattr(value, name) for value in values]) for name in names}
            )
        return subjects.lay_out(np.concatenate(values))

    return CoxFit(
        **{
            field.name: joined([getattr(part, field.name) for part in parts])
            for field in fields(CoxFit)
        }
    )
