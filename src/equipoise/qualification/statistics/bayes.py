"""Adapters of the Bayesian methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.qualification.adapter import Adapter, Given
from equipoise.stats import bayes

__all__ = ["METHODS"]

_MARGINS = [0.0, 0.1]
_TREATED = {"x": 9, "n": 12}
"""The experimental arm that the cases of robust priors compare with: 9 of 12, uniform prior."""


def beta_binomial_two_arm(given: Given) -> Mapping[str, Any]:
    """Compare two proportions with one beta prior for both."""
    prior = {"alpha": given["a"], "beta": given["b"]}
    level = float(given.get("conf", 0.95))
    margins = np.atleast_1d(given.get("margins", _MARGINS))
    arms = {
        name: bayes.beta_posterior(
            x=given[f"x{name}"], n=given[f"n{name}"], **prior, confidence=level
        )
        for name in ("1", "0")
    }
    pair = {f"{part}{name}": getattr(arm, part) for name, arm in arms.items() for part in prior}
    answer: dict[str, Any] = {
        "pr_p1_exceeds_p0_by": {
            "margin": margins,
            "prob": bayes.difference_exceeds(**pair, margin=margins),
        },
        "diff_mean": arms["1"].mean - arms["0"].mean,
        "diff_quantiles": bayes.difference_quantile(**pair, probability=[0.025, 0.5, 0.975]),
    }
    for name, arm in arms.items():
        has_inner_mode = arm.alpha > 1 and arm.beta > 1
        answer |= {
            f"post{name}": [arm.alpha, arm.beta],
            f"mean{name}": arm.mean,
            f"ci{name}": [arm.ci_low, arm.ci_high],
            f"hpd{name}": [arm.hpd_low, arm.hpd_high] if has_inner_mode else "boundary mode",
        }
    return answer


def robust_map_binomial(given: Given) -> Mapping[str, Any]:
    """Update a mixture of beta priors and compare 9 of 12 with it."""
    posterior = bayes.update_beta_mixture(mixture=_prior(given), x=given["x"], n=given["n"])
    summary = bayes.summarise_beta_mixture(
        mixture=posterior, confidence=float(given.get("conf", 0.95))
    )
    treated = bayes.update_beta_mixture(
        mixture=bayes.beta_mixture(weight=[1], alpha=[1], beta=[1]), **_TREATED
    )
    by_0, by_1 = (
        bayes.mixture_exceeds(treated=treated, control=posterior, margin=margin)
        for margin in _MARGINS
    )
    return {
        "weights": posterior.weight,
        "a": posterior.alpha,
        "b": posterior.beta,
        "mean": summary.mean,
        "sd": summary.sd,
        "median": summary.median,
        "ci": [summary.ci_low, summary.ci_high],
        "marginal_loglik": posterior.log_marginal,
        "pr_trt_9_of_12_exceeds": by_0,
        "pr_exceeds_by_0.1": by_1,
    }


def prior_effective_sample_size(given: Given) -> Mapping[str, Any]:
    """Effective sample size of a mixture, and of its first component alone."""
    first = [np.atleast_1d(given[name])[0] for name in ("a", "b")]
    alone = bayes.beta_mixture(weight=[1], alpha=first[:1], beta=first[1:])
    named = f"single_beta_{first[0]:g}_{first[1]:g}"
    return {
        "elir": bayes.beta_effective_sample_size(mixture=_prior(given)).subjects,
        named: bayes.beta_effective_sample_size(mixture=alone).subjects,
    }


def robust_map_normal(given: Given) -> Mapping[str, Any]:
    """Update a mixture of normal priors."""
    weight, mean, sd = (np.atleast_1d(given[name]) for name in ("w", "mu", "sd"))
    prior = bayes.normal_mixture(weight=weight, mean=mean, sd=sd)
    posterior = bayes.update_normal_mixture(
        mixture=prior, estimate=given["y"], standard_error=given["se"]
    )
    return {
        "weights": posterior.weight,
        "mean": posterior.mean,
        "sd": posterior.sd,
        "overall_mean": posterior.overall_mean,
        "overall_sd": posterior.overall_sd,
        "pr_gt_0": bayes.normal_mixture_exceeds(mixture=posterior),
    }


def predictive_probability_single_arm(given: Given) -> Mapping[str, Any]:
    """Predictive probability of success of one arm."""
    answer = bayes.predictive_probability_one_arm(
        x=given["x"],
        n=given["n"],
        total=given["N"],
        null=given["p0"],
        cut=given["posterior_cut"],
        alpha=given["a"],
        beta=given["b"],
    )
    return {"pp": answer.probability, "smallest_total_success": answer.smallest_success}


def predictive_probability_two_arms(given: Given) -> Mapping[str, Any]:
    """Predictive probability of success of two arms, with one prior for both."""
    prior = {f"{part}{arm}": given[part[0]] for part in ("alpha", "beta") for arm in (1, 0)}
    success = bayes.posterior_success_table(
        total1=given["N1"],
        total0=given["N0"],
        cut=given["posterior_cut"],
        margin=given.get("margin", 0.0),
        **prior,
    )
    counts = {name: given[name] for name in ("x1", "n1", "x0", "n0")}
    return {"pp": bayes.predictive_probability_two_arms(**counts, success=success, **prior)}


def robust_prior(given: Given) -> Mapping[str, Any]:
    """Answer a mixture of beta priors with a vague component, and its posterior."""
    prior = bayes.robust_mixture(mixture=_prior(given), vague_weight=given["vague_weight"])
    posterior = bayes.update_beta_mixture(mixture=prior, x=given["x"], n=given["n"])
    before, after = (bayes.summarise_beta_mixture(mixture=one) for one in (prior, posterior))
    return {
        "prior": {
            "weights": prior.weight,
            "a": prior.alpha,
            "b": prior.beta,
            "mean": before.mean,
            "sd": before.sd,
        },
        "posterior": {
            "weights": posterior.weight,
            "mean": after.mean,
            "sd": after.sd,
            "marginal_loglik": posterior.log_marginal,
        },
    }


METHODS: dict[str, Adapter] = {
    "beta_binomial_two_arm": beta_binomial_two_arm,
    "robust_map_binomial": robust_map_binomial,
    "prior_effective_sample_size": prior_effective_sample_size,
    "robust_map_normal": robust_map_normal,
    "predictive_probability_single_arm": predictive_probability_single_arm,
    "predictive_probability_two_arms": predictive_probability_two_arms,
    "robust_prior": robust_prior,
}


def _prior(given: Given) -> bayes.BetaMixture:
    weight, alpha, beta = (np.atleast_1d(given[name]) for name in ("w", "a", "b"))
    return bayes.beta_mixture(weight=weight, alpha=alpha, beta=beta)
