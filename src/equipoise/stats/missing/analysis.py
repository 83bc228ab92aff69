"""The whole reference-based analysis: model, impute, compare, and the error of it all.

The imputation model is a mixed model for repeated measures with an unstructured covariance; the
comparison at one visit is an analysis of covariance of the completed responses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats
from equipoise.stats.continuous import Ancova
from equipoise.stats.door import Door
from equipoise.stats.missing.imputation_model import (
    Fitted,
    Trial,
    compare,
    draw_subjects,
    fit_drawn,
    fit_model,
    impute,
    read_trials,
    with_delta,
)
from equipoise.stats.missing.reference_based import draw_conditional
from equipoise.stats.missing.resampling import Bootstrapped, Jackknifed, pool_jackknife
from equipoise.stats.missing.rubin import RubinPooled, pool_rubin
from equipoise.stats.state import State

__all__ = [
    "MultipleImputation",
    "ReferenceBased",
    "complete_without",
    "gather",
    "join_arms",
    "multiple_imputation_analysis",
    "reference_based_analysis",
    "state_over_draws",
]

_ROUNDS = 20
"""How often bootstrap samples whose model cannot be fitted are drawn again. [1]"""
Pooled = TypeVar("Pooled", Bootstrapped, Jackknifed, RubinPooled)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceBased:
    """A conditional-mean analysis with jackknife errors.

    Attributes
    ----------
    difference : Jackknifed
        (..., arms - 1): each arm minus the control.
    mean : Jackknifed
        (..., arms) adjusted means.
    imputed : (..., subjects, visits) float
        Completed responses; NaN for subjects left out and where the model was not fitted.
    state : (...) int8
        Of the imputation model fitted to all subjects.
    """

    difference: Jackknifed
    mean: Jackknifed
    imputed: Floats
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleImputation:
    """An analysis of drawn data sets pooled by Rubin's rules.

    ``difference`` (..., arms - 1) and ``mean`` (..., arms) as in `ReferenceBased`; ``state`` as
    `state_over_draws` gives it.
    """

    difference: RubinPooled
    mean: RubinPooled
    state: NDArray[np.int8]


def reference_based_analysis(
    *,
    response: ArrayLike,
    arm: ArrayLike,
    arms: int = 2,
    covariate: ArrayLike | None = None,
    strategy: str | Sequence[str] = "missing_at_random",
    departure: ArrayLike | None = None,
    delta: ArrayLike = 0.0,
    visit: int = -1,
    covariance_by_arm: bool = False,
    confidence: float = 0.95,
) -> ReferenceBased:
    """Compare arms at one visit after conditional-mean imputation, with jackknife errors.

    Parameters
    ----------
    response : (..., subjects, visits) float
        NaN where missing. A subject without any value is imputed too.
    arm : (..., subjects) int
        Codes from 0 below ``arms``; 0 is the control and the reference; -1 takes a subject out.
    arms : int
        Number of arms.
    covariate : (..., subjects, covariates) float, optional
        Baseline covariates; in the imputation model each has a slope of its own at every visit.
    strategy, departure
        As in `impute_conditional_mean`.
    delta : float or (..., subjects, visits) float
        Added to imputed values from departure on.
    visit : int
        Visit of the comparison, counted from 0, or from the end if negative.
    covariance_by_arm : bool
        Whether each arm has a covariance matrix of its own.
    confidence : float
        Two-sided level of the normal limits.

    Returns
    -------
    ReferenceBased
        ``difference.state`` is NOT_ESTIMABLE where a fit without one of the subjects failed.

    Raises
    ------
    DataError
        If shapes do not fit, a covariate is missing, a code is not an arm, or an option is out
        of range.

    Notes
    -----
    As R ``rbmi`` with ``method_condmean(type = "jackknife")``: the subject left out is left out of
    model, imputation and comparison. Each trial costs as many model fits as it has subjects.
    Source: Wolbers M, Noci A, Delmar P, Gower-Page C, Yiu S, Bartlett JW. Pharm Stat 2022;
    21:1246-1257.
    """
    door = Door()
    door.level("confidence", confidence)
    trials, lead, (subjects, visits) = read_trials(
        door,
        response=response,
        arm=arm,
        arms=arms,
        covariate=covariate,
        strategy=strategy,
        departure=departure,
        delta=delta,
        visit=visit,
        covariance_by_arm=covariance_by_arm,
    )
    pooled: list[Jackknifed] = []
    imputed = np.full((len(trials), subjects, visits), np.nan)
    state = np.zeros(len(trials), dtype=np.int8)
    for row, trial in enumerate(trials):
        everyone = np.zeros((1, len(trial.arm)), dtype=np.bool_)
        left_out = np.concatenate([everyone, np.eye(len(trial.arm), dtype=np.bool_)])
        completed, states = complete_without(trial, left_out)
        imputed[row, trial.place] = completed[0]
        state[row] = states[0]
        estimate = join_arms(compare(trial, completed))
        pooled.append(
            pool_jackknife(estimate=estimate[0], without=estimate[1:].T, confidence=confidence)
        )
    return ReferenceBased(
        difference=gather(Jackknifed, pooled, slice(arms, None), lead, arms),
        mean=gather(Jackknifed, pooled, slice(0, arms), lead, arms),
        imputed=imputed.reshape(*lead, subjects, visits),
        state=state.reshape(lead),
    )


def multiple_imputation_analysis(
    *,
    response: ArrayLike,
    arm: ArrayLike,
    rng: np.random.Generator,
    imputations: int = 100,
    arms: int = 2,
    covariate: ArrayLike | None = None,
    strategy: str | Sequence[str] = "missing_at_random",
    departure: ArrayLike | None = None,
    delta: ArrayLike = 0.0,
    visit: int = -1,
    covariance_by_arm: bool = False,
    confidence: float = 0.95,
) -> MultipleImputation:
    """Compare arms at one visit by multiple imputation, pooled by Rubin's rules.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness; the same generator state gives the same answer.
    imputations : int
        Number of completed data sets, 2 or more.
    response, arm, arms, covariate, strategy, departure, delta, visit, covariance_by_arm
        As in `reference_based_analysis`.
    confidence : float
        Two-sided level of the limits.

    Raises
    ------
    DataError
        As in `reference_based_analysis`, or with fewer than two imputations.

    Notes
    -----
    Each imputation takes the model fitted to a bootstrap sample of the subjects, drawn within
    arms, and draws the missing visits given it: approximate Bayesian imputation, R ``rbmi`` with
    ``method_approxbayes``. Rubin's variance is that of the information the trial had if the
    strategy were the truth of the missing values; see the method's page. Source: Little RJA,
    Rubin DB. Statistical Analysis with Missing Data 2002, section 10.2.3.
    """
    door = Door()
    door.level("confidence", confidence)
    door.numbers("imputations", imputations, low=2, whole=True)
    trials, lead, _ = read_trials(
        door,
        response=response,
        arm=arm,
        arms=arms,
        covariate=covariate,
        strategy=strategy,
        departure=departure,
        delta=delta,
        visit=visit,
        covariance_by_arm=covariance_by_arm,
    )
    pooled: list[RubinPooled] = []
    state = np.zeros(len(trials), dtype=np.int8)
    for row, trial in enumerate(trials):
        nobody = np.zeros((1, len(trial.arm)), dtype=np.bool_)
        completed, states = complete_without(trial, nobody)
        if states[0] == State.ESTIMATED:
            completed = _draw_completed(trial, int(imputations), rng)
        else:
            completed = np.repeat(completed, int(imputations), axis=0)
        answer = compare(trial, completed)
        estimate = join_arms(answer)
        state[row] = state_over_draws(states[0], estimate)
        pooled.append(
            pool_rubin(
                estimate=estimate.T,
                standard_error=join_arms(answer, "standard_error").T,
                df_complete=np.nan_to_num(join_arms(answer, "df")[0], nan=1.0),
                confidence=confidence,
            )
        )
    return MultipleImputation(
        difference=gather(RubinPooled, pooled, slice(arms, None), lead, arms),
        mean=gather(RubinPooled, pooled, slice(0, arms), lead, arms),
        state=state.reshape(lead),
    )


def complete_without(trial: Trial, out: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.int8]]:
    """Complete the trial once for each row of subjects left out; those are NaN."""
    response = np.where(out[:, :, None], np.nan, trial.response)
    fitted = fit_model(trial, response=response, arm=trial.arm, covariate=trial.covariate)
    completed = with_delta(trial, impute(trial, fitted).response)
    failed = (fitted.state != State.ESTIMATED)[:, None]
    return np.where((out | failed)[:, :, None], np.nan, completed), fitted.state


def state_over_draws(whole: np.int8, estimate: Floats) -> np.int8:
    """Give the state of an analysis of many samples.

    It is that of the model fitted to all subjects; NOT_CONVERGED where that holds but some sample
    gave no estimate however often drawn, and the errors are NaN.
    """
    is_short = whole == State.ESTIMATED and bool(np.isnan(estimate).any())
    return np.int8(State.NOT_CONVERGED) if is_short else whole


def _draw_completed(trial: Trial, imputations: int, rng: np.random.Generator) -> Floats:
    """Complete the trial from the model of each of so many samples; NaN where none was fitted."""
    fitted = _bootstrap_fits(trial, imputations, rng)
    drawn = draw_conditional(conditional=impute(trial, fitted), rng=rng)[0]
    failed = (fitted.state != State.ESTIMATED)[:, None, None]
    return np.where(failed, np.nan, with_delta(trial, drawn))


def _bootstrap_fits(trial: Trial, samples: int, rng: np.random.Generator) -> Fitted:
    """Fit the model to samples with replacement within arms; draw again where it fails."""
    fitted = fit_drawn(trial, draw_subjects(trial, samples, rng))
    for _ in range(_ROUNDS):
        failed = np.flatnonzero(fitted.state != State.ESTIMATED)
        if failed.size == 0:
            break
        again = fit_drawn(trial, draw_subjects(trial, failed.size, rng))
        fitted.coefficient[failed] = again.coefficient
        fitted.covariance[failed] = again.covariance
        fitted.state[failed] = again.state
    return fitted


def join_arms(answer: Ancova, name: str = "estimate") -> Floats:
    """Means of the arms, then their differences to the control, (samples, 2 arms - 1)."""
    to_control = [place for place, pair in enumerate(answer.pairs) if pair[1] == 0]
    means, differences = getattr(answer.means, name), getattr(answer.differences, name)
    return np.concatenate([means, differences[..., to_control]], axis=-1)


def gather(
    kind: type[Pooled], parts: list[Pooled], chosen: slice, lead: tuple[int, ...], arms: int
) -> Pooled:
    """Stack the results of trials and take the means or the differences."""
    size = 2 * arms - 1
    gathered: dict[str, Any] = {}
    for field in fields(kind):
        rows = [getattr(part, field.name) for part in parts]
        kept = np.array(rows).reshape(*lead, size) if rows else np.empty((*lead, size))
        gathered[field.name] = kept[..., chosen]
    return kind(**gathered)
