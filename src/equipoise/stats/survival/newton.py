"""Maximise a concave log likelihood of each trial by Newton's method, and say how it went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival.linear import ROUNDING, free_inverse, independent
from equipoise.stats.survival.partial_likelihood import Likelihood, Terms

__all__ = ["Maximum", "maximise"]

_ITERATIONS = 100
_CONVERGED = 1e-14  # Newton decrement: the next error is of its order, in standard errors
_STILL = 1e-20  # decrement, a squared step in standard errors, too short to evaluate anew after it
_FLAT = 1e-10  # decrement at which a step that does not shrink tells an infinite coefficient
_FAR = 1e-2  # a step, in units of the linear predictor, that a converging fit no longer takes
_LOST = 1e-6  # share of the information at 0 below which a column has none beside infinite ones
_LONGEST = 500.0  # longest step in units of the linear predictor


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
    last_step: Floats

    @classmethod
    def of(cls, chosen: Bools, size: int) -> _Search:
        """Begin at 0."""
        place = np.flatnonzero(chosen)
        zero = np.zeros((place.size, size))
        far = np.full(place.size, np.inf)
        return cls(place, zero, zero, -far, far, zero)

    def judge(self, terms: Terms, is_free: Bools, span: Floats) -> _Verdict:
        """Take the Newton step at the current coefficients and say what it tells."""
        worse = ~(terms.log_likelihood >= self.best - 1e-9 * (1 + np.abs(self.best)))
        solved, still_free = free_inverse(terms.information, is_free)
        step = np.einsum("tij,tj->ti", solved, terms.score)
        decrement = np.einsum("ti,ti->t", step, terms.score)
        is_whole = np.all(still_free == is_free, axis=-1)
        # A column without information any more went the way of its last step.
        step = np.where(is_whole[:, None], step, self.last_step)
        reach = np.abs(step) * span
        longest = reach.max(axis=-1)
        away = (decrement < _FLAT) & (longest > _FAR) & (longest > self.last_reach / 2) & ~worse
        settled = (decrement < _CONVERGED) & is_whole & ~away & ~worse
        still = away | (settled & (decrement < _STILL))
        return _Verdict(
            step=step, reach=reach, worse=worse, away=away, settled=settled, still=still
        )

    def move(self, terms: Terms, verdict: _Verdict) -> None:
        """Go one step on, or half the way back where the last one went too far."""
        longest = verdict.reach.max(axis=-1)
        step = verdict.step * np.minimum(1, _LONGEST / np.maximum(longest, _LONGEST))[:, None]
        worse, wide = verdict.worse, verdict.worse[:, None]
        halfway = (self.coefficient + self.accepted) / 2
        self.best = np.where(worse, self.best, terms.log_likelihood)
        self.last_reach = np.where(worse, np.inf, longest)
        self.last_step = step
        self.accepted = np.where(wide, self.accepted, self.coefficient)
        self.coefficient = np.where(wide, halfway, self.coefficient + step)

    def keep(self, chosen: Bools) -> None:
        """Go on with the chosen trials."""
        self.place = self.place[chosen]
        self.coefficient = self.coefficient[chosen]
        self.accepted = self.accepted[chosen]
        self.best = self.best[chosen]
        self.last_reach = self.last_reach[chosen]
        self.last_step = self.last_step[chosen]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """What a Newton step tells of each trial."""

    step: Floats
    reach: Floats  # of each coefficient, in units of the linear predictor
    worse: Bools
    away: Bools
    settled: Bools
    still: Bools  # the terms before the step are those after it


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
    search = _Search.of(~converged, size)
    found, is_known = null.rows(np.arange(trials)), converged.copy()
    terms = null.rows(search.place)
    for number in range(1, _ITERATIONS + 1):
        if not search.place.size:
            break
        here = search.place
        verdict = search.judge(terms, is_free[here], span[here])
        away, settled = verdict.away, verdict.settled
        coefficient[here[settled]] = search.coefficient[settled] + verdict.step[settled]
        coefficient[here[away]] = search.coefficient[away]
        is_far = verdict.reach[away] > _FAR
        direction[here[away]] = np.sign(verdict.step[away]) * is_far
        converged[here] = settled | away
        iterations[here] = number
        found.put(here[verdict.still], terms.rows(verdict.still))
        is_known[here] = verdict.still
        search.move(terms, verdict)
        search.keep(~converged[here])
        if search.place.size:
            terms = likelihood.at(search.coefficient, search.place)
    coefficient[search.place] = search.accepted
    if (rest := np.flatnonzero(~is_known)).size:
        found.put(rest, likelihood.at(coefficient[rest], rest))
    return Maximum(
        coefficient=coefficient,
        null=null,
        terms=found,
        is_free=is_free,
        is_finite=_finite(is_free & converged[:, None], direction, null, found),
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
