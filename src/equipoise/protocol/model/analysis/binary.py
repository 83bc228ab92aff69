"""Planned comparisons of a response or a category."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from equipoise.protocol.model.analysis.base import AnalysisBase, Model, OfEndpoint, WithMargin
from equipoise.protocol.model.base import Expression, Id, Text

__all__ = [
    "Cmh",
    "DifferenceInterval",
    "Logistic",
    "Mcnemar",
    "Proportion",
    "StratifiedProportion",
    "TwoProportionTest",
]

RiskMeasure: TypeAlias = Literal["risk_difference", "relative_risk", "odds_ratio"]
"""What compares two risks."""

DifferenceInterval: TypeAlias = Literal[
    "newcombe", "miettinen_nurminen", "mee", "profile", "agresti_caffo", "wald"
]
"""Limits of a difference of two risks."""

TwoProportionTest: TypeAlias = Literal[
    "fisher",
    "fisher_mid_p",
    "barnard",
    "barnard_unpooled",
    "boschloo",
    "boschloo_doubled",
    "chi_square",
    "chi_square_corrected",
    "chi_square_n_minus_1",
    "none",
]
"""Tests of two risks; ``boschloo_doubled`` doubles the smaller one-sided p value."""


class Proportion(WithMargin):
    """A response, or the incidence of an adverse event, in each arm and compared."""

    method: Literal["proportion"]
    measures: tuple[RiskMeasure, ...] = ("risk_difference",)
    interval: DifferenceInterval = Field(
        default="newcombe", description="Limits of the risk difference."
    )
    relative_risk_interval: Literal["katz", "koopman", "miettinen_nurminen", "profile"] = "katz"
    odds_ratio_interval: Literal[
        "woolf", "haldane_anscombe", "cornfield", "miettinen_nurminen", "profile", "conditional"
    ] = Field(
        default="woolf",
        description="`conditional` gives the conditional estimate and its exact limits.",
    )
    arm_interval: Literal[
        "wilson", "wilson_corrected", "clopper_pearson", "jeffreys", "agresti_coull", "wald"
    ] = Field(default="wilson", description="Limits of the proportion of each arm.")
    test: TwoProportionTest = "fisher"
    null_share: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="Share that the proportion of each group is tested against, by the exact "
        "binomial test; on the side of `alternative`.",
    )
    margin_test: Literal["farrington_manning", "miettinen_nurminen"] = Field(
        default="farrington_manning",
        description="Score test against `margin`; the second has the variance factor N/(N - 1).",
    )


class Cmh(OfEndpoint):
    """Cochran-Mantel-Haenszel tests of a category against the groups, over strata."""

    method: Literal["cmh"]
    variable: Expression | None = Field(
        default=None,
        description="Category or small number, such as `cibic@W24`, where no endpoint is named.",
    )
    strata: tuple[Id, ...] = ()
    overall: bool = Field(default=True, description="Test all groups together.")
    scores: Literal["values", "midranks", "modified_ridits"] = Field(
        default="values",
        description="Scores of the category: its numbers, or ranks within each stratum; with "
        "`modified_ridits` the test of row mean scores is van Elteren's.",
    )


class StratifiedProportion(OfEndpoint):
    """A response compared within strata: Mantel-Haenszel effects, one test, homogeneity."""

    method: Literal["stratified_proportion"]
    strata: tuple[Id, ...] = Field(min_length=1)
    measures: tuple[RiskMeasure, ...] = Field(default=("risk_difference",), min_length=1)
    interval: Literal["sato", "klingenberg", "miettinen_nurminen", "newcombe"] = Field(
        default="sato",
        description="Limits of the risk difference: `sato` lie at standard errors; the others hold "
        "better in small strata and near 0 and 1.",
    )
    test: Literal["chi_square", "chi_square_corrected", "exact"] = Field(
        default="chi_square",
        description="Cochran-Mantel-Haenszel test, plain or corrected for continuity, or the "
        "exact test given the margins of all strata.",
    )


class Logistic(Model):
    """Logistic regression of a response: odds ratios and standardised risk differences."""

    method: Literal["logistic"]
    test: Literal["wald", "likelihood_ratio"] = Field(
        default="wald",
        description="Of each odds ratio; the likelihood ratio stands where a ratio is infinite.",
    )
    interactions: tuple[Text, ...] = Field(
        default=(),
        description="Terms such as `arm:sex`, tested one by one; the model is also fitted in "
        "each level of a factor named here.",
    )


class Mcnemar(AnalysisBase):
    """Change of a response between two visits, within each group."""

    method: Literal["mcnemar"]
    endpoint: Id = Field(description="A response, whose `when` is read at both visits.")
    visits: tuple[Id, Id] = Field(description="Before and after.")
    test: Literal["exact", "mid_p", "chi_square", "chi_square_corrected"] = "exact"
