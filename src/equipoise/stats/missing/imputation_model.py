"""The imputation model of one trial: a mixed model, and what it says of every subject."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.continuous import Ancova, ancova
from equipoise.stats.door import Door
from equipoise.stats.missing.reference_based import (
    ConditionalMeans,
    fits_visits,
    impute_conditional_mean,
    last_observed_departure,
    read_delta,
    read_words,
)
from equipoise.stats.mmrm import fit_mmrm, visit_design
from equipoise.stats.state import State

__all__ = [
    "Fitted",
    "Trial",
    "compare",
    "draw_subjects",
    "fit_drawn",
    "fit_model",
    "impute",
    "read_trials",
    "with_delta",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One trial, all subjects in: (subjects, visits), (subjects,), (subjects, covariates)."""

    response: Floats
    arm: Integers
    arms: int
    covariate: Floats
    departure: Integers
    delta: Floats
    strategy: str | Sequence[str]
    visit: int
    covariance_by_arm: bool
    place: Integers
    """Where each subject stands in the data given, some of whom may be out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """Fits of samples: (samples, p), (samples, groups, visits, visits), (samples,)."""

    coefficient: Floats
    covariance: Floats
    state: NDArray[np.int8]


def read_trials(
    door: Door,
    *,
    response: ArrayLike,
    arm: ArrayLike,
    arms: int,
    covariate: ArrayLike | None,
    strategy: str | Sequence[str],
    departure: ArrayLike | None,
    delta: ArrayLike,
    visit: int,
    covariance_by_arm: bool,
) -> tuple[list[Trial], tuple[int, ...], tuple[int, int]]:
    """Read the arguments; return the trials, their leading shape, and (subjects, visits)."""
    y = door.numbers("response", response, core=2, nan=True)
    subjects, visits = y.shape[-2:]
    arms = door.number_of("arms", arms, least=2)
    code = door.numbers("arm", arm, core=1, low=-1, high=arms - 1, whole=True)
    x = np.empty((subjects, 0))
    if covariate is not None:
        x = door.numbers("covariate", covariate, core=2, nan=True)
    left = np.asarray(last_observed_departure(response=y), dtype=np.float64)
    if departure is not None:
        left = door.numbers("departure", departure, core=1, low=0, high=visits, whole=True)
    shift = read_delta(door, delta)
    words = read_words(door, strategy)
    door.switch("covariance_by_arm", covariance_by_arm)
    _check(door, y, code, x, left, shift, words, visit=visit)
    lead = door.close()
    many = math.prod(lead)
    responses = np.broadcast_to(y, (*lead, subjects, visits)).reshape(many, subjects, visits)
    shifts = np.broadcast_to(shift, (*lead, subjects, visits)).reshape(responses.shape)
    covariates = np.broadcast_to(x, (*lead, *x.shape[-2:])).reshape(many, subjects, x.shape[-1])
    codes, lefts = (
        np.broadcast_to(v, (*lead, subjects)).reshape(many, subjects).astype(np.int64)
        for v in (code, left)
    )
    missing = np.isnan(covariates).any(axis=2) & (codes >= 0)
    door.wants(
        not missing.any(),
        where="covariate",
        came="NaN for a subject in an arm",
        wanted="every covariate of every subject; arm -1 takes a subject out",
    )
    door.close()
    words = np.broadcast_to(words, (subjects,))
    trials = []
    for row in range(many):
        inside = np.flatnonzero(codes[row] >= 0)
        if not inside.size:  # nobody: one subject without a value has no estimate either
            inside = np.zeros(1, dtype=np.int64)
        is_in = codes[row, inside, None] >= 0
        trials.append(
            Trial(
                response=np.where(is_in, responses[row, inside], np.nan),
                arm=np.maximum(codes[row, inside], 0),
                arms=arms,
                covariate=np.where(is_in, covariates[row, inside], 0),
                departure=lefts[row, inside],
                delta=shifts[row, inside],
                strategy=[str(word) for word in words[inside]],
                visit=int(visit),
                covariance_by_arm=covariance_by_arm,
                place=inside,
            )
        )
    return trials, lead, (subjects, visits)


def _check(
    door: Door,
    y: Floats,
    code: Floats,
    x: Floats,
    left: Floats,
    shift: Floats,
    words: NDArray[Any],
    *,
    visit: int,
) -> None:
    """Note what does not fit the response."""
    subjects, visits = y.shape[-2:]
    door.wants(
        y.size or 0 not in (subjects, visits),
        where="response",
        came=f"shape {y.shape}",
        wanted="one subject and one visit at least",
    )
    wanted = f"one of {visits} visits"
    door.number("visit", visit, low=-visits, high=visits - 1, whole=True, wanted=wanted)
    lengths = (code.shape[-1], x.shape[-2], left.shape[-1])
    door.wants(
        all(length == subjects for length in lengths),
        where="shapes",
        came=f"response {y.shape}, arm {code.shape}, covariate {x.shape}",
        wanted=f"{subjects} subjects in each",
    )
    door.wants(
        fits_visits(shift, subjects=subjects, visits=visits),
        where="delta",
        came=f"shape {shift.shape}",
        wanted="one number, or (..., subjects, visits)",
    )
    door.wants(
        words.shape in ((), (subjects,)),
        where="strategy",
        came=f"{words.size} words",
        wanted=f"one word, or one for each of {subjects} subjects",
    )


def fit_model(trial: Trial, *, response: Floats, arm: Integers, covariate: Floats) -> Fitted:
    """Fit arm by visit and covariates by visit with an unstructured covariance, to samples.

    ``response`` is (samples, subjects, visits); ``arm`` and ``covariate`` may be of the trial or
    of each sample.
    """
    design = visit_design(response=response, arm=arm, arms=trial.arms, covariate_by_visit=covariate)
    fit = fit_mmrm(
        response=response,
        design=design.matrix,
        df="satterthwaite",
        group=arm if trial.covariance_by_arm else None,
    )
    return Fitted(coefficient=fit.coefficient, covariance=fit.covariance, state=fit.state)


def draw_subjects(trial: Trial, samples: int, rng: np.random.Generator) -> Integers:
    """Draw places of subjects with replacement within arms, (samples, subjects)."""
    members = (np.flatnonzero(trial.arm == code) for code in range(trial.arms))
    drawn = [
        inside[rng.integers(len(inside), size=(samples, len(inside)))]
        for inside in members
        if len(inside)
    ]
    return np.concatenate([np.empty((samples, 0), dtype=np.int64), *drawn], axis=1)


def fit_drawn(trial: Trial, place: Integers) -> Fitted:
    """Fit the model to samples of the trial's subjects, (samples, subjects) places."""
    return fit_model(
        trial,
        response=trial.response[place],
        arm=trial.arm[place],
        covariate=trial.covariate[place],
    )


def impute(trial: Trial, fitted: Fitted) -> ConditionalMeans:
    """Complete the trial's responses under each fit, (samples, subjects, visits).

    Under a fit that failed the matrices are replaced, and the result is to be put aside.
    """
    good = fitted.state == State.ESTIMATED
    beta = np.where(good[:, None], fitted.coefficient, 0.0)
    visits = trial.response.shape[1]
    covariance = np.where(good[:, None, None, None], fitted.covariance, np.eye(visits))
    own, reference = (_means(trial, arm, beta) for arm in (trial.arm, np.zeros_like(trial.arm)))
    group = trial.arm if trial.covariance_by_arm else np.zeros_like(trial.arm)
    return impute_conditional_mean(
        response=trial.response,
        mean_own=own,
        mean_reference=reference,
        covariance_own=covariance[:, group],
        covariance_reference=covariance[:, np.zeros_like(group)],
        strategy=trial.strategy,
        departure=trial.departure,
    )


def with_delta(trial: Trial, completed: Floats) -> Floats:
    """Add delta to what was imputed from departure on."""
    late = np.arange(trial.response.shape[1]) >= trial.departure[:, None]
    return np.asarray(completed + np.where(np.isnan(trial.response) & late, trial.delta, 0.0))


def compare(trial: Trial, completed: Floats, *, place: Integers | None = None) -> Ancova:
    """Analyse the chosen visit of each completed data set by covariance.

    ``place`` says which subject each row of a data set is, where it is a sample of them.
    """
    arm = trial.arm if place is None else trial.arm[place]
    covariate = trial.covariate if place is None else trial.covariate[place]
    return ancova(
        response=completed[..., trial.visit],
        group=arm,
        groups=trial.arms,
        covariates=covariate if covariate.shape[-1] else None,
    )


def _means(trial: Trial, arm: Integers, beta: Floats) -> Floats:
    design = visit_design(
        response=trial.response, arm=arm, arms=trial.arms, covariate_by_visit=trial.covariate
    )
    return np.asarray(np.einsum("ijp,sp->sij", design.matrix, beta))
