"""The Cox proportional hazards model: several covariates, strata, ties, intervals.

Source: Cox. J R Stat Soc B 1972; 34:187-220; the likelihoods are in `partial_likelihood` and
`exact_likelihood`; intervals (start, stop] after Andersen, Gill. Ann Stat 1982; 10:1100-1120.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats
from equipoise.stats.survival.cox_fit import CoxFit, lay_out, summarise
from equipoise.stats.survival.door import Subjects, blocks, read_choice, read_level, read_subjects
from equipoise.stats.survival.exact_likelihood import ExactLikelihood
from equipoise.stats.survival.linear import inverse
from equipoise.stats.survival.newton import Maximum, maximise
from equipoise.stats.survival.partial_likelihood import TIES, Terms, Ties, covariates_of
from equipoise.stats.survival.risk_sets import order_of

__all__ = ["cox", "fit_to", "read_model", "span_of"]


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
    maximum = fit_to(subjects, ties)
    covariance = inverse(maximum.terms.information, maximum.is_finite)
    return lay_out(subjects, summarise(maximum, covariance, covariance, level=level))


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
    columns = covariates_of(subjects).shape[-1]
    fit = _fit_exact if ties == "exact" else partial(_fit, efron=int(ties == "efron"))
    rows_of = blocks(subjects.trials, subjects.time.shape[1] * (2 + columns))
    return Maximum.joined([fit(subjects.part(rows)) for rows in rows_of])


def _fit_exact(subjects: Subjects) -> Maximum:
    events = subjects.event.sum(axis=-1).astype(np.float64)
    return maximise(ExactLikelihood.of(subjects), span=span_of(subjects), events=events)


def _fit(subjects: Subjects, *, efron: int) -> Maximum:
    from equipoise.stats.survival import cox_kernel  # loads the compiler

    stratum = subjects.codes.get("stratum")
    order = order_of(subjects.time, stratum)
    found = cox_kernel.maximise(
        order,
        subjects.time,
        subjects.event,
        np.zeros_like(order[:1]) if stratum is None else stratum,
        np.empty((1, 0)) if subjects.start is None else subjects.start,
        covariates_of(subjects),
        efron,
    )
    coefficient, direction, is_free, converged, iterations, *terms = found
    null, there = (
        Terms(log_likelihood=value, score=score, information=information)
        for value, score, information in zip(*terms, strict=True)
    )
    return Maximum.of(
        coefficient=coefficient,
        null=null,
        terms=there,
        is_free=is_free,
        direction=direction,
        converged=converged,
        iterations=iterations,
    )


def span_of(subjects: Subjects) -> Floats:
    """Range of each covariate over the subjects that are in."""
    highest = lowest = covariates_of(subjects)
    if not subjects.is_in.all():
        inside = subjects.is_in[..., None]
        highest, lowest = np.where(inside, highest, -np.inf), np.where(inside, lowest, np.inf)
    highest, lowest = highest.max(axis=1), lowest.min(axis=1)
    return np.where(highest >= lowest, highest - lowest, 0.0)
