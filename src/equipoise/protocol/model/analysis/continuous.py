"""Planned comparisons of a number, at one visit or over a course."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.protocol.model.analysis.base import (
    OfEndpoint,
    OfMeans,
    WithinGroup,
    WithMargin,
)
from equipoise.protocol.model.base import Text

__all__ = [
    "Ancova",
    "Friedman",
    "Mmrm",
    "PairedSamples",
    "RepeatedMeasuresAnova",
    "SeveralSamples",
    "TwoSample",
]


class Ancova(OfMeans):
    """Analysis of covariance with least-squares means; without covariates, of variance."""

    method: Literal["ancova"]
    trend: bool = Field(default=False, description="Test the dose levels of the arms as a number.")
    interactions: tuple[Text, ...] = Field(
        default=(), description="Terms such as `arm:sex` or `arm:baseline`."
    )
    errors: Literal["model", "HC0", "HC1", "HC2", "HC3"] = Field(
        default="model",
        description="Standard errors from one residual variance, or a sandwich that holds "
        "whatever the variances are; `HC3` for small trials.",
    )
    sums_of_squares: Literal["type_1", "type_2", "type_3"] = Field(
        default="type_3",
        description="Of the F tests of the terms; those of `type_1` stand in the order covariates, "
        "factors, group, interactions, each after those before it.",
    )


class Mmrm(OfMeans):
    """Mixed model for repeated measures over the visits of a course."""

    method: Literal["mmrm"]
    covariance: Literal[
        "unstructured",
        "compound_symmetry",
        "heterogeneous_compound_symmetry",
        "autoregressive",
        "heterogeneous_autoregressive",
        "toeplitz",
        "heterogeneous_toeplitz",
        "ante_dependence",
        "heterogeneous_ante_dependence",
        "random_intercept",
        "random_intercept_and_slope",
    ] = Field(
        default="unstructured",
        description="Between the visits of a subject: free, of a form, or what coefficients of its "
        "own leave, whose slope is one over the days of the schedule.",
    )
    covariance_by_arm: bool = Field(
        default=False, description="Each group has a covariance matrix of its own."
    )
    degrees_of_freedom: Literal[
        "kenward_roger", "kenward_roger_linear", "satterthwaite", "between_within", "residual"
    ] = Field(
        default="kenward_roger_linear",
        description="`kenward_roger_linear` is the form of SAS and keeps the level in small "
        "trials; `kenward_roger` adds second derivatives, as R `mmrm` does by default.",
    )
    errors: Literal["model", "empirical", "empirical_bias_reduced", "empirical_jackknife"] = Field(
        default="model",
        description="Standard errors from the fitted covariance, or a sandwich over subjects; the "
        "sandwich needs other `degrees_of_freedom` than Kenward and Roger's.",
    )
    estimation: Literal["reml", "ml"] = "reml"
    covariate_by_visit: bool = Field(default=True, description="Covariates interact with visit.")


class RepeatedMeasuresAnova(OfEndpoint):
    """Repeated-measures analysis of variance: arm, visit and their interaction."""

    method: Literal["rm_anova"]


class TwoSample(WithMargin):
    """Two groups compared on a number, for each contrast."""

    method: Literal["t_test", "welch_test", "wilcoxon"]
    distribution: Literal["normal", "exact"] = Field(
        default="normal",
        description="Of `wilcoxon`: the normal limit with the variance of ties, or the exact "
        "distribution of the rank sum, which has no value where two values are tied.",
    )
    variance_test: bool = Field(
        default=False,
        description="Of `t_test` and `welch_test`: compare the variances of the groups too, by "
        "the F test of their ratio, which takes the numbers as normal.",
    )


class SeveralSamples(OfEndpoint):
    """All groups compared on a number at once, and their contrasts after `dunnett` or `tukey`."""

    method: Literal["anova", "welch_anova", "kruskal_wallis"]


class PairedSamples(WithinGroup):
    """Change of a number from baseline within each group; it compares no groups."""

    method: Literal["paired_t_test", "wilcoxon_signed_rank"]
    alternative: Literal["two_sided", "greater", "less"] = "two_sided"
    distribution: Literal["normal", "exact"] = Field(
        default="normal",
        description="Of `wilcoxon_signed_rank`: the normal limit with the variance of ties, or "
        "the exact distribution, which has no value where a change is 0 or two are of one size.",
    )


class Friedman(WithinGroup):
    """Visits of a course compared by their ranks within the subjects of each group."""

    method: Literal["friedman"]
