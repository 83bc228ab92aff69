"""Maximise a concave log likelihood of each trial by Newton's method, and say how it went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival.linear import ROUNDING, independent, inverse
from equipoise.stats.survival.partial_likelihood import Likelihood, Terms

__all__ = ["Maximum", "maximise"]

_ITERATIONS = 60
_CONVERGED = 1e-14  # Newton decrement: the next error is of its order, in standard errors
_FLAT = 1e-10  # decrement at which a step that does not shrink tells an infinite coefficient
_FAR = 1e-2  # a step, in units of the linear predictor, that a converging fit no longer takes
_LOST = 1e-6  # share of the information at 0 below which a column has none beside infinite ones
_LONGEST = 20.0  # longest step in units of the linear predictor


@dataclass(frozen=True, slots=True, kw_only=True)
class Maximum:
    """Where each trial came to rest.

    Attributes
    ----------
    coefficient : (trials, covariates) float
        Finite, even where the maximum is at infinity; 0 for dependent columns.
    null, terms : Terms
        The likelihood at 0 and at ``coefficient``.
    is_free : (trials, covariates) bool
        False for a column that depends on the columns before it.
    is_finite : (trials, covariates) bool
        True where the coefficient is an estimate. Where others go to infinity, the data may
        leave a column without information; it has no estimate then.
    direction : (trials, covariates) float
        1 or -1 where the coefficient goes to plus or minus infinity; 0 elsewhere.
    converged : (trials,) bool
    iterations : (trials,) int
    """

    coefficient: Floats
    null: Terms
    terms: Terms
    is_free: Bools
    is_finite: Bools
    direction: Floats
    converged: Bools
    iterations: Integers


@dataclass(slots=True)
class _Search:
    """The running state of the trials that are not at rest."""

    place: Integers
    coefficient: Floats
    accepted: Floats
    best: Floats
    last_reach: Floats

    def keep(self, chosen: Bools) -> None:
        """Go on with the chosen trials."""
        self.place = self.place[chosen]
        self.coefficient = self.coefficient[chosen]
        self.accepted = self.accepted[chosen]
        self.best = self.best[chosen]
        self.last_reach = self.last_reach[chosen]


def maximise(likelihood: Likelihood, *, span: Floats, events: Floats) -> Maximum:
    """Find the maximum of each trial.

    Parameters
    ----------
    likelihood : Likelihood
        Concave in its coefficient.
    span : (trials, covariates) float
        Range of each covariate: turns a step into a change of the linear predictor.
    events : (trials,) float
        Number of terms of the likelihood, which tells how far rounding reaches.

    Notes
    -----
    A monotone likelihood has its maximum at infinity: the Newton decrement goes to 0 while the
    steps do not get shorter. Those coefficients whose steps stay long are called infinite.
    """
    trials, size = span.shape
    null = likelihood.at(np.zeros((trials, size)))
    is_free = independent(null.information, ROUNDING * events[:, None] * span**2)
    coefficient, direction = np.zeros((trials, size)), np.zeros((trials, size))
    converged: Bools = np.logical_not(is_free.any(axis=-1))
    iterations = np.zeros(trials, dtype=np.int64)
    search = _Search(
        np.arange(trials),
        coefficient.copy(),
        coefficient.copy(),
        np.full(trials, -np.inf),
        np.full(trials, np.inf),
    )
    search.keep(~converged)
    active = likelihood.rows(~converged)
    for number in range(1, _ITERATIONS + 1):
        if not search.place.size:
            break
        iterations[search.place] = number
        terms = active.at(search.coefficient)
        worse = ~(terms.log_likelihood >= search.best - 1e-9 * (1 + np.abs(search.best)))
        still_free = independent(terms.information) & is_free[search.place]
        step = np.einsum("tij,tj->ti", inverse(terms.information, still_free), terms.score)
        decrement = np.einsum("ti,ti->t", step, terms.score)
        reach = np.abs(step) * span[search.place]
        longest = reach.max(axis=-1)
        runs_away = (decrement < _FLAT) & (longest > _FAR) & (longest > search.last_reach / 2)
        is_whole = np.all(still_free == is_free[search.place], axis=-1)
        rests = ~worse & (((decrement < _CONVERGED) & is_whole) | runs_away)

        coefficient[search.place] = np.where(rests[:, None], search.coefficient, 0)
        settled = rests & ~runs_away
        coefficient[search.place[settled]] += step[settled]
        away = rests & runs_away
        direction[search.place[away]] = np.sign(step[away]) * (reach[away] > _FAR)
        converged[search.place] = rests

        step *= np.minimum(1, _LONGEST / np.maximum(longest, _LONGEST))[:, None]
        halfway = (search.coefficient + search.accepted) / 2
        search.best = np.where(worse, search.best, terms.log_likelihood)
        search.last_reach = np.where(worse, np.inf, longest)
        search.accepted = np.where(worse[:, None], search.accepted, search.coefficient)
        search.coefficient = np.where(worse[:, None], halfway, search.coefficient + step)
        search.keep(~rests)
        active = active.rows(~rests)
    coefficient[search.place] = search.accepted
    terms = likelihood.at(coefficient)
    return Maximum(
        coefficient=coefficient,
        null=null,
        terms=terms,
        is_free=is_free,
        is_finite=_finite(is_free & converged[:, None], direction, null, terms),
        direction=direction,
        converged=converged,
        iterations=iterations,
    )


def _finite(is_free: Bools, direction: Floats, null: Terms, terms: Terms) -> Bools:
    """Mark the columns with an estimate, beside those that go to infinity."""
    is_left = is_free & (direction == 0)
    pair = is_left[:, :, None] & is_left[:, None, :]
    before = np.diagonal(null.information, axis1=-2, axis2=-1)
    has_information = independent(np.where(pair, terms.information, 0), _LOST * before)
    goes_away = np.any(direction != 0, axis=-1, keepdims=True)
    finite: Bools = is_left & (has_information | ~goes_away)
    return finite
