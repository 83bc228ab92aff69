"""Bayesian analyses with conjugate priors: proportions, mixtures, prediction."""

from equipoise.stats.bayes.beta import BetaPosterior, beta_posterior
from equipoise.stats.bayes.beta_difference import difference_exceeds, difference_quantile
from equipoise.stats.bayes.beta_mixture import (
    BetaMixture,
    MixtureSummary,
    beta_mixture,
    mixture_exceeds,
    robust_mixture,
    summarise_beta_mixture,
    update_beta_mixture,
)
from equipoise.stats.bayes.effective_sample_size import (
    EffectiveSampleSize,
    beta_effective_sample_size,
    normal_effective_sample_size,
)
from equipoise.stats.bayes.mixture_difference import mixture_difference_quantile
from equipoise.stats.bayes.normal_mixture import (
    NormalMixture,
    normal_mixture,
    normal_mixture_exceeds,
    summarise_normal_mixture,
    update_normal_mixture,
)
from equipoise.stats.bayes.predictive import (
    PredictiveOneArm,
    posterior_success_table,
    predictive_probability_one_arm,
    predictive_probability_two_arms,
)

__all__ = [
    "BetaMixture",
    "BetaPosterior",
    "EffectiveSampleSize",
    "MixtureSummary",
    "NormalMixture",
    "PredictiveOneArm",
    "beta_effective_sample_size",
    "beta_mixture",
    "beta_posterior",
    "difference_exceeds",
    "difference_quantile",
    "mixture_difference_quantile",
    "mixture_exceeds",
    "normal_effective_sample_size",
    "normal_mixture",
    "normal_mixture_exceeds",
    "posterior_success_table",
    "predictive_probability_one_arm",
    "predictive_probability_two_arms",
    "robust_mixture",
    "summarise_beta_mixture",
    "summarise_normal_mixture",
    "update_beta_mixture",
    "update_normal_mixture",
]
