"""Residuals of a fitted Cox model: martingale, deviance, score, Schoenfeld, dfbeta.

With H the cumulative hazard and A the sum of hazard steps times risk-set means that a subject
met while at risk, r its risk and d whether it had the event (tied events take part in each
other's hazard as in `partial_likelihood`)::

    martingale   M = d - r H
    deviance     sign(M) sqrt(-2 (M + d log(d - M)))
    Schoenfeld   x - m, of events, with m the mean over the risk set (Efron: over the d terms)
    scaled       the coefficient + number of events times Schoenfeld times the inverse information
    score        d (x - m) - r (x H - A)
    dfbeta       score times the inverse information

Source: Therneau, Grambsch. Modeling Survival Data, 2000, chapters 4, 6.2 and 7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Bools, Floats, as_floats
from equipoise.stats.survival.cox import read_model
from equipoise.stats.survival.door import Subjects, blocks
from equipoise.stats.survival.linear import free_inverse, inverse
from equipoise.stats.survival.partial_likelihood import PartialLikelihood, Passage, Ties

__all__ = ["CoxResiduals", "cox_residuals", "dfbetas", "read_coefficient", "refuse_exact"]

_LARGEST = 300.0
"""Hazards up to its exponential have squares within the range of numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoxResiduals:
    """Residuals of each row, in the order of the arguments; NaN for subjects that are out."""

    martingale: Floats  # (..., subjects)
    deviance: Floats  # (..., subjects)
    schoenfeld: Floats  # (..., subjects, covariates); NaN without an event
    scaled_schoenfeld: Floats  # the same, on the scale of the coefficients, which are added
    score: Floats  # (..., subjects, covariates)
    dfbeta: Floats  # (..., subjects, covariates); NaN where the column follows from others


def cox_residuals(
    *,
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    coefficient: ArrayLike,
    ties: Ties = "efron",
    stratum: ArrayLike | None = None,
    start: ArrayLike | None = None,
) -> CoxResiduals:
    """Compute the residuals of Cox models with given coefficients.

    Parameters
    ----------
    time, event, covariates, ties, stratum, start
        As in `cox`, with ties "efron" or "breslow".
    coefficient : (..., covariates) float
        Estimates of `cox`. NaN leaves the column out; a trial with an infinite coefficient,
        or with none, has NaN residuals.

    Raises
    ------
    DataError
        Exact ties, coefficients that do not fit the covariates, and what `cox` refuses.
    """
    refuse_exact(ties)
    subjects = read_model(
        time=time, event=event, covariates=covariates, ties=ties, stratum=stratum, start=start
    )
    beta, is_used = read_coefficient(coefficient, subjects)
    parts = [
        _residuals(subjects.part(rows), beta[rows], is_used[rows], ties)
        for rows in blocks(subjects.trials, subjects.time.shape[1] * (2 + beta.shape[1]))
    ]
    martingale, deviance, schoenfeld, scaled, score, dfbeta = (
        subjects.lay_out(np.concatenate(column)) for column in zip(*parts, strict=True)
    )
    return CoxResiduals(
        martingale=martingale,
        deviance=deviance,
        schoenfeld=schoenfeld,
        scaled_schoenfeld=scaled,
        score=score,
        dfbeta=dfbeta,
    )


def refuse_exact(ties: Ties) -> None:
    """Refuse the exact likelihood where only a likelihood of single events will do."""
    if isinstance(ties, str) and ties == "exact":
        raise DataError(Fault(where="ties", came="'exact'", wanted="'efron' or 'breslow'"))


def read_coefficient(value: ArrayLike, subjects: Subjects) -> tuple[Floats, Bools]:
    """Read coefficients as (trials, covariates), 0 where not used, and which columns are used.

    No column of a trial is used where one of its coefficients is infinite.
    """
    beta = as_floats("coefficient", value)
    if subjects.covariates is None:
        raise DataError(Fault(where="covariates", came="none", wanted="one column or more"))
    wanted = (*subjects.leading, subjects.covariates.shape[-1])
    try:
        wide = np.broadcast_to(beta, wanted).reshape(subjects.trials, wanted[-1])
    except ValueError as error:
        fault = Fault(where="coefficient", came=f"shape {beta.shape}", wanted=f"shape {wanted}")
        raise DataError(fault) from error
    is_used = ~np.isnan(wide) & ~np.isinf(wide).any(axis=-1, keepdims=True)
    wide = np.where(is_used, wide, 0.0)
    if (np.abs(np.einsum("tnp,tp->tn", subjects.covariates, wide)) > _LARGEST).any():
        came = f"a log hazard beyond {_LARGEST:g}"
        raise DataError(Fault(where="coefficient", came=came, wanted="those of a fitted model"))
    return wide, is_used


def _residuals(
    subjects: Subjects, beta: Floats, is_used: Bools, ties: Ties
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    likelihood = PartialLikelihood.of(subjects, ties=ties)
    passage = likelihood.passage(beta)
    counts = likelihood.is_in & is_used.any(axis=-1, keepdims=True)
    event = likelihood.event.astype(np.float64)
    martingale = event - passage.risk * likelihood.exposure(passage.hazard)
    expected = np.where(event > martingale, event - martingale, 1.0)
    inside = martingale + event * np.log(expected)
    deviance = np.sign(martingale) * np.sqrt(np.maximum(-2 * inside, 0))
    schoenfeld, score = _schoenfeld(likelihood, passage), score_residuals(likelihood, passage)
    solved, is_free = free_inverse(passage.terms.information, is_used)
    narrow = [np.where(counts, array, np.nan) for array in (martingale, deviance)]
    used = counts[..., None] & is_used[:, None, :]
    events = np.sum(event * counts, axis=-1)[:, None, None]
    scaled = beta[:, None, :] + events * (schoenfeld @ solved)
    is_told = used & is_free[:, None, :]
    wide = [
        np.where(used & likelihood.event[..., None], schoenfeld, np.nan),
        np.where(is_told & likelihood.event[..., None], scaled, np.nan),
        np.where(used, score, np.nan),
        np.where(is_told, score @ solved, np.nan),
    ]
    first, second, third, fourth, fifth, sixth = (
        likelihood.sets.unsort(array) for array in (*narrow, *wide)
    )
    return first, second, third, fourth, fifth, sixth


def _schoenfeld(likelihood: PartialLikelihood, passage: Passage) -> Floats:
    """Covariates of an event less the mean over the terms of those tied with it."""
    events = np.maximum(likelihood.sets.tied(likelihood.event), 1)[..., None]
    mean = likelihood.sets.tied(passage.mean) / events
    return np.where(likelihood.event[..., None], likelihood.x - mean, 0.0)


def score_residuals(likelihood: PartialLikelihood, passage: Passage) -> Floats:
    """Compute the share of each row in the score, in the order of the risk sets."""
    hazard = likelihood.exposure(passage.hazard)[..., None]
    drift = likelihood.exposure(passage.hazard[..., None] * passage.mean)
    passed = passage.risk[..., None] * (likelihood.x * hazard - drift)
    return _schoenfeld(likelihood, passage) - passed


def dfbetas(subjects: Subjects, beta: Floats, is_used: Bools, ties: Ties) -> Floats:
    """Compute the change of each coefficient by each row, (trials, subjects, covariates)."""
    likelihood = PartialLikelihood.of(subjects, ties=ties)
    passage = likelihood.passage(beta)
    score = score_residuals(likelihood, passage)
    change: Floats = score @ inverse(passage.terms.information, is_used)
    return likelihood.sets.unsort(change)
