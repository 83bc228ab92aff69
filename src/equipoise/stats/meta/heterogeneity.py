"""Estimators of the variance between studies, tau squared, with standard errors.

Sources: DerSimonian R, Laird N. Control Clin Trials 1986; 7:177-188. Paule RC, Mandel J. J Res
Natl Bur Stand 1982; 87:377-385. Hedges LV, Olkin I. Statistical Methods for Meta-Analysis 1985,
page 194. Sidik K, Jonkman JN. Appl Stat 2005; 54:367-384. Hunter JE, Schmidt FL. Methods of
Meta-Analysis 1990. Morris CN. J Am Stat Assoc 1983; 78:47-55 (empirical Bayes). Viechtbauer W.
J Educ Behav Stat 2005; 30:261-293 (likelihoods, comparison). With moderators and for standard
errors: the documentation of R ``metafor::rma.uni``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from equipoise.stats.arrays import Bools, Floats, divide_or_nan
from equipoise.stats.meta.weighted import Weighted

__all__ = ["HETEROGENEITY", "Heterogeneity", "Problem", "TauMethod", "estimate_tau2"]

TauMethod: TypeAlias = Literal[
    "common",
    "dersimonian_laird",
    "restricted_likelihood",
    "likelihood",
    "paule_mandel",
    "empirical_bayes",
    "hedges",
    "sidik_jonkman",
    "hunter_schmidt",
]
_STEPS = 500
_TOLERANCE = 1e-14
"""Relative change of tau^2 at which a search stops. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Meta-analyses of one shape; NaN studies are out and carry weight zero.

    ``y``, ``variance``: (trials, studies); ``design``: (trials, studies, columns); ``is_in``:
    (trials, studies) bool; ``studies``, ``df``: (trials,) studies in, and less the columns.
    """

    y: Floats
    variance: Floats
    design: Floats
    is_in: Bools
    studies: Floats
    df: Floats

    def weighted(self, tau2: Floats) -> Weighted:
        """Fit with weights 1 / (v + tau^2)."""
        total = np.where(self.is_in, self.variance + tau2[:, None], 1.0)
        return self._fit(np.where(self.is_in, 1 / total, 0.0))

    def unweighted(self) -> Weighted:
        """Fit with equal weights."""
        return self._fit(self.is_in.astype(np.float64))

    def take(self, chosen: Bools) -> Problem:
        """Take the chosen meta-analyses."""
        return Problem(
            y=self.y[chosen],
            variance=self.variance[chosen],
            design=self.design[chosen],
            is_in=self.is_in[chosen],
            studies=self.studies[chosen],
            df=self.df[chosen],
        )

    def _fit(self, weight: Floats) -> Weighted:
        return Weighted(y=self.y, design=self.design, weight=weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    """tau^2, its standard error, and whether a search found it; (trials,)."""

    tau2: Floats
    standard_error: Floats
    converged: Bools


def estimate_tau2(problem: Problem, method: str) -> Heterogeneity:
    """Estimate tau^2 of each meta-analysis by the named method; at least zero."""
    return HETEROGENEITY[method](problem)


def _direct(tau2: Floats, variance: Floats) -> Heterogeneity:
    return Heterogeneity(
        tau2=np.maximum(tau2, 0.0),
        standard_error=np.sqrt(np.maximum(variance, 0)),
        converged=np.ones(tau2.shape, dtype=np.bool_),
    )


def _common(problem: Problem) -> Heterogeneity:
    none = np.zeros(problem.df.shape)
    return _direct(none, np.full(none.shape, np.nan))


def _spread(fit: Weighted, variance: Floats, tau2: Floats) -> Floats:
    """Return the variance of y'P y where y has variance v + tau^2."""
    return np.asarray(2 * fit.trace_of_square(variance + np.maximum(tau2, 0)[:, None]))


def _dersimonian_laird(problem: Problem) -> Heterogeneity:
    fit = problem.weighted(np.zeros(problem.df.shape))
    trace = fit.trace(np.ones_like(problem.y))
    tau2 = divide_or_nan(fit.rss - problem.df, trace)
    return _direct(tau2, divide_or_nan(_spread(fit, problem.variance, tau2), trace**2))


def _hunter_schmidt(problem: Problem) -> Heterogeneity:
    fit = problem.weighted(np.zeros(problem.df.shape))
    total = np.sum(fit.weight, axis=1)
    tau2 = divide_or_nan(fit.rss - problem.studies, total)
    return _direct(tau2, divide_or_nan(_spread(fit, problem.variance, tau2), total**2))


def _hedges(problem: Problem) -> Heterogeneity:
    fit = problem.unweighted()
    tau2 = divide_or_nan(fit.rss - fit.trace(problem.variance), problem.df)
    return _direct(tau2, divide_or_nan(_spread(fit, problem.variance, tau2), problem.df**2))


def _sidik_jonkman(problem: Problem) -> Heterogeneity:
    many = problem.studies
    mean = divide_or_nan(np.sum(np.where(problem.is_in, problem.y, 0), axis=1), many)
    centred = np.where(problem.is_in, problem.y - mean[:, None], 0.0)
    start = divide_or_nan(np.sum(np.square(centred), axis=1), many)
    fit = problem.weighted(np.nan_to_num(start))
    tau2 = start * divide_or_nan(fit.rss, problem.df)
    spread = start**2 * _spread(fit, problem.variance, tau2)
    return _direct(tau2, divide_or_nan(spread, problem.df**2))


def _paule_mandel(problem: Problem) -> Heterogeneity:
    def step(part: Problem, fit: Weighted) -> Floats:
        # y'P y falls and is convex in tau^2: Newton's steps from zero never overshoot.
        return np.nan_to_num(divide_or_nan(fit.rss - part.df, fit.slope))

    tau2, converged = _search(problem, np.zeros(problem.df.shape), step)
    total = np.sum(problem.weighted(tau2).weight, axis=1)
    variance = divide_or_nan(2 * problem.studies**2, np.maximum(problem.df, 0) * total**2)
    return Heterogeneity(tau2=tau2, standard_error=np.sqrt(variance), converged=converged)


def _likelihood(problem: Problem) -> Heterogeneity:
    def step(_: Problem, fit: Weighted) -> Floats:
        squares = np.sum(np.square(fit.weight), axis=1)
        return divide_or_nan(fit.slope - np.sum(fit.weight, axis=1), squares)

    tau2, converged = _search(problem, _start(problem), step)
    return _informed(tau2, np.sum(np.square(problem.weighted(tau2).weight), axis=1), converged)


def _restricted_likelihood(problem: Problem) -> Heterogeneity:
    def step(_: Problem, fit: Weighted) -> Floats:
        one = np.ones_like(fit.y)
        return divide_or_nan(fit.slope - fit.trace(one), fit.trace_of_square(one))

    tau2, converged = _search(problem, _start(problem), step)
    one = np.ones_like(problem.y)
    return _informed(tau2, problem.weighted(tau2).trace_of_square(one), converged)


def _informed(tau2: Floats, squares: Floats, converged: Bools) -> Heterogeneity:
    """Put a likelihood estimate together; its expected information is half of ``squares``."""
    variance = divide_or_nan(2, np.maximum(squares, 0))
    return Heterogeneity(tau2=tau2, standard_error=np.sqrt(variance), converged=converged)


def _start(problem: Problem) -> Floats:
    return np.nan_to_num(_hedges(problem).tau2)


def _search(
    problem: Problem, start: Floats, step: Callable[[Problem, Weighted], Floats]
) -> tuple[Floats, Bools]:
    """Repeat a step of scoring, held at zero from below, until tau^2 stays where it is.

    A step that turns back is shortened, so that two values cannot alternate for ever.
    """
    tau2, converged = start.copy(), ~(problem.df > 0)
    before, share = np.zeros(start.shape), np.ones(start.shape)
    scale = np.max(np.where(problem.is_in, problem.variance, 0.0), axis=1, initial=0.0)
    for _ in range(_STEPS):
        is_open = ~converged
        if not is_open.any():
            break
        part = problem.take(is_open)
        move = step(part, part.weighted(tau2[is_open]))
        turned = np.sign(move) * np.sign(before[is_open]) < 0
        share[is_open] *= np.where(turned, 0.7, 1.0)
        moved = np.maximum(tau2[is_open] + share[is_open] * move, 0.0)
        change = np.abs(moved - tau2[is_open])
        small = _TOLERANCE * (moved + 1e-3 * scale[is_open])
        before[is_open], tau2[is_open] = move, moved
        converged[is_open] = change <= small
    return tau2, converged


HETEROGENEITY: dict[str, Callable[[Problem], Heterogeneity]] = {
    "common": _common,
    "dersimonian_laird": _dersimonian_laird,
    "restricted_likelihood": _restricted_likelihood,
    "likelihood": _likelihood,
    "paule_mandel": _paule_mandel,
    "empirical_bayes": _paule_mandel,
    "hedges": _hedges,
    "sidik_jonkman": _sidik_jonkman,
    "hunter_schmidt": _hunter_schmidt,
}
"""Estimator by name. Empirical Bayes solves the equation of Paule and Mandel."""
