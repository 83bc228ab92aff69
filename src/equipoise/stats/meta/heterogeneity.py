"""Estimators of the variance between studies, tau squared, with standard errors.

Sources: DerSimonian R, Laird N. Control Clin Trials 1986; 7:177-188. Paule RC, Mandel J. J Res
Natl Bur Stand 1982; 87:377-385. Hedges LV, Olkin I. Statistical Methods for Meta-Analysis 1985,
page 194. Sidik K, Jonkman JN. Appl Stat 2005; 54:367-384. Hunter JE, Schmidt FL. Methods of
Meta-Analysis 1990. Morris CN. J Am Stat Assoc 1983; 78:47-55 (empirical Bayes). Viechtbauer W.
J Educ Behav Stat 2005; 30:261-293 (likelihoods, comparison). With moderators and for standard
errors: the documentation of R ``metafor::rma.uni``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from equipoise.stats.arrays import Bools, Floats
from equipoise.stats.meta.weighted import Problem

__all__ = ["HETEROGENEITY", "Heterogeneity", "TauMethod", "estimate_tau2"]

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

HETEROGENEITY: dict[str, int] = {
    "common": 0,
    "dersimonian_laird": 1,
    "hunter_schmidt": 2,
    "hedges": 3,
    "sidik_jonkman": 4,
    "paule_mandel": 5,
    "empirical_bayes": 5,
    "likelihood": 6,
    "restricted_likelihood": 7,
}
"""Number of each estimator in compiled code. Empirical Bayes solves Paule and Mandel's equation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    """tau^2, its standard error, and whether a search found it; (trials,)."""

    tau2: Floats
    standard_error: Floats
    converged: Bools


def estimate_tau2(problem: Problem, method: str) -> Heterogeneity:
    """Estimate tau^2 of each meta-analysis by the named method; at least zero."""
    # Loading the compiler takes a moment, which only who pools studies should pay for.
    from equipoise.stats.meta.fit_kernel import fit

    numbers, *_ = fit(
        HETEROGENEITY[method], problem.y, problem.variance, problem.design, problem.is_in
    )
    return Heterogeneity(tau2=numbers[0], standard_error=numbers[1], converged=numbers[2] > 0)
