"""Maximise a concave log likelihood of each trial by Newton's method, and say how it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival.linear import ROUNDING, independent
from equipoise.stats.survival.partial_likelihood import Likelihood, Terms

__all__ = ["Maximum", "maximise"]

_LOST = 1e-6  # share of the information at 0 below which a column has none beside infinite ones


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

    @classmethod
    def of(
        cls,
        *,
        coefficient: Floats,
        null: Terms,
        terms: Terms,
        is_free: Bools,
        direction: Floats,
        converged: Bools,
        iterations: Integers,
    ) -> Maximum:
        """Mark the columns with an estimate, beside those that go to infinity."""
        is_left = is_free & converged[:, None] & (direction == 0)
        pair = is_left[:, :, None] & is_left[:, None, :]
        before = np.diagonal(null.information, axis1=-2, axis2=-1)
        has_information = independent(np.where(pair, terms.information, 0), _LOST * before)
        goes_away = np.any(direction != 0, axis=-1, keepdims=True)
        return cls(
            coefficient=coefficient,
            null=null,
            terms=terms,
            is_free=is_free,
            is_finite=is_left & (has_information | ~goes_away),
            direction=direction,
            converged=converged,
            iterations=iterations,
        )

    @classmethod
    def joined(cls, parts: Sequence[Maximum]) -> Maximum:
        """Put the trials of the parts one after the other."""
        return cls(
            coefficient=np.concatenate([part.coefficient for part in parts]),
            null=Terms.joined([part.null for part in parts]),
            terms=Terms.joined([part.terms for part in parts]),
            is_free=np.concatenate([part.is_free for part in parts]),
            is_finite=np.concatenate([part.is_finite for part in parts]),
            direction=np.concatenate([part.direction for part in parts]),
            converged=np.concatenate([part.converged for part in parts]),
            iterations=np.concatenate([part.iterations for part in parts]),
        )


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
    from equipoise.stats.survival.newton_kernel import (  # loads the compiler
        ITERATIONS,
        STILL,
        UNDER_WAY,
        advance,
    )

    trials, size = span.shape
    coefficient, accepted, last_step, direction = np.zeros((4, trials, size))
    pace = np.tile([-np.inf, np.inf], (trials, 1))
    iterations = np.zeros(trials, dtype=np.int64)
    null = likelihood.at(coefficient)
    is_free = independent(null.information, ROUNDING * events[:, None] * span**2)
    is_known: Bools = np.logical_not(is_free.any(axis=-1))
    here = np.flatnonzero(~is_known)
    found, terms = null.rows(np.arange(trials)), null.rows(here)
    for number in range(1, ITERATIONS + 1):
        if not here.size:
            break
        iterations[here] = number
        verdict = advance(
            here,
            terms.log_likelihood,
            terms.score,
            terms.information,
            is_free,
            span,
            coefficient,
            accepted,
            last_step,
            pace,
            direction,
        )
        is_last = verdict >= STILL
        found.put(here[is_last], terms.rows(is_last))
        is_known[here] = is_last
        here = here[verdict == UNDER_WAY]
        if here.size:
            terms = likelihood.at(coefficient[here], here)
    coefficient[here] = accepted[here]
    if (rest := np.flatnonzero(~is_known)).size:
        found.put(rest, likelihood.at(coefficient[rest], rest))
    converged: Bools = np.ones(trials, dtype=np.bool_)
    converged[here] = False
    return Maximum.of(
        coefficient=coefficient,
        null=null,
        terms=found,
        is_free=is_free,
        direction=direction,
        converged=converged,
        iterations=iterations,
    )
