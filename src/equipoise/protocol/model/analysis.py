"""Planned analyses: one class per method, so that each says just what it needs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from equipoise.protocol.model.base import Expression, Id, Noun, Text

__all__ = [
    "AdverseEvents",
    "Analysis",
    "AnalysisBase",
    "Ancova",
    "Cmh",
    "Cox",
    "CumulativeIncidence",
    "Describe",
    "Flow",
    "KaplanMeier",
    "LogRank",
    "Mmrm",
    "Proportion",
    "RepeatedMeasuresAnova",
    "TwoSample",
]

Contrasts = Literal["against_control", "pairwise"] | tuple[tuple[Text, Text], ...]


class AnalysisBase(Noun):
    """What every analysis says: of what, in whom, compared how."""

    title: Text
    role: Literal["primary", "secondary", "safety", "baseline", "exploratory", "sensitivity"] = (
        "secondary"
    )
    analysis_set: Id | None = Field(
        default=None, description="Needed where no estimand is named, which brings its own."
    )
    where: Expression | None = Field(default=None, description="Subjects of the set that are kept.")
    by: tuple[Id, ...] = Field(
        default=(), description="Categories in whose levels the analysis is repeated."
    )
    group: Id = Field(default="arm", description="`arm`, or a category that takes its place.")
    level: float = Field(default=0.95, gt=0, lt=1, description="Confidence level.")
    note: Text | None = None


class _Compared(AnalysisBase):
    contrasts: Contrasts = Field(
        default="against_control",
        description="`against_control`, `pairwise`, or pairs [experimental, control].",
    )
    alternative: Literal["two_sided", "greater", "less"] = "two_sided"
    multiplicity: Literal[
        "none",
        "bonferroni",
        "sidak",
        "holm",
        "holm_sidak",
        "hochberg",
        "hommel",
        "fixed_sequence",
        "benjamini_hochberg",
        "benjamini_yekutieli",
    ] = Field(
        default="none", description="Adjustment of p values over the contrasts of the analysis."
    )


class _OfEndpoint(_Compared):
    estimand: Id | None = None
    endpoint: Id | None = Field(default=None, description="An endpoint as observed.")


class _Model(_OfEndpoint):
    factors: tuple[Id, ...] = Field(default=(), description="Categories in the model.")
    covariates: tuple[Expression, ...] = Field(
        default=(), description="Numbers in the model; `baseline` is the endpoint's own baseline."
    )
    weights: Literal["equal", "observed"] = Field(
        default="equal", description="Weights of factor levels in least-squares means."
    )


class TestBy(Noun):
    """Tests over the groups, by kind of variable."""

    number: Literal["anova", "welch_anova", "kruskal_wallis", "t", "welch", "wilcoxon"] | None = (
        None
    )
    category: Literal["chi_square", "fisher"] | None = None
    per_level: bool = Field(
        default=False, description="Test each level of a category against all others together."
    )


class Describe(AnalysisBase):
    """Summaries of variables by group: numbers and categories each in their way."""

    method: Literal["describe"]
    variables: tuple[Expression, ...] = Field(
        default=(), description="Variables, or expressions such as `albumin@W24`."
    )
    endpoints: tuple[Id, ...] = Field(default=(), description="Endpoints, as observed.")
    estimands: tuple[Id, ...] = Field(
        default=(), description="Endpoints under the strategies of their estimands."
    )
    visits: tuple[Id, ...] = Field(
        default=(), description="Visits at which variables of visits are described."
    )
    measures: tuple[Literal["value", "change", "percent_change"], ...] = ("value",)
    total: bool = Field(default=True, description="Add a column over all groups.")
    tests: TestBy = TestBy()
    denominator: Literal["set", "known"] = Field(
        default="set", description="What a percentage is of: the whole group, or those known."
    )


class Flow(AnalysisBase):
    """Participants from assessment to analysis, as CONSORT 2025 draws them."""

    method: Literal["flow"]
    analysed: Id = Field(description="Analysis set of the primary outcome.")


class Ancova(_Model):
    """Analysis of covariance with least-squares means; without covariates, of variance."""

    method: Literal["ancova"]
    trend: bool = Field(default=False, description="Test the dose levels of the arms as a number.")
    interactions: tuple[Text, ...] = Field(
        default=(), description="Terms such as `arm:sex` or `arm:baseline`."
    )


class Mmrm(_Model):
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
    ] = "unstructured"
    degrees_of_freedom: Literal[
        "kenward_roger", "kenward_roger_linear", "satterthwaite", "between_within", "residual"
    ] = Field(
        default="kenward_roger_linear",
        description="`kenward_roger_linear` is the form of SAS and keeps the level in small "
        "trials; `kenward_roger` adds second derivatives, as R `mmrm` does by default.",
    )
    estimation: Literal["reml", "ml"] = "reml"
    covariate_by_visit: bool = Field(default=True, description="Covariates interact with visit.")


class RepeatedMeasuresAnova(_OfEndpoint):
    """Repeated-measures analysis of variance: arm, visit and their interaction."""

    method: Literal["rm_anova"]


class TwoSample(_OfEndpoint):
    """Two groups compared on a number, for each contrast."""

    method: Literal["t_test", "welch_test", "wilcoxon"]


class Proportion(_OfEndpoint):
    """A response, or the incidence of an adverse event, in each arm and compared."""

    method: Literal["proportion"]
    measures: tuple[Literal["risk_difference", "relative_risk", "odds_ratio"], ...] = (
        "risk_difference",
    )
    interval: Literal["newcombe", "miettinen_nurminen", "wald"] = "newcombe"
    test: Literal["fisher", "chi_square", "none"] = "fisher"


class Cmh(_OfEndpoint):
    """Cochran-Mantel-Haenszel tests of a category against the groups, over strata."""

    method: Literal["cmh"]
    variable: Expression | None = Field(
        default=None,
        description="Category or small number, such as `cibic@W24`, where no endpoint is named.",
    )
    strata: tuple[Id, ...] = ()
    overall: bool = Field(default=True, description="Test all groups together.")


class AdverseEvents(_Compared):
    """Subjects with events and numbers of events: any, and nested by classes of terms."""

    method: Literal["adverse_events"]
    events: Expression | None = Field(
        default=None,
        description="Which adverse events count, such as `treatment_emergent and serious`; "
        "empty: all of them.",
    )
    hierarchy: tuple[Id, ...] = Field(
        default=("body_system", "term"), description="Classes from the outermost inwards."
    )
    total: bool = Field(default=False, description="Add a column over all groups.")
    test: Literal["fisher", "chi_square", "none"] = "fisher"
    sort: Literal["name", "frequency"] = Field(
        default="frequency", description="Order of the terms inside a class; classes by name."
    )


class KaplanMeier(_OfEndpoint):
    """Kaplan-Meier estimate with limits, quantiles and numbers at risk."""

    method: Literal["kaplan_meier"]
    times: tuple[float, ...] = Field(min_length=1, description="Times of the table, in days.")
    quantiles: tuple[float, ...] = (0.5,)
    interval: Literal["plain", "log", "log_log", "arcsine", "logit"] = "log_log"
    beyond: Literal["not_estimable", "last"] = Field(
        default="not_estimable",
        description="Times after the last follow-up: nothing is known, or the last estimate.",
    )


class CumulativeIncidence(_OfEndpoint):
    """Probability of the event by fixed times where something competes with it."""

    method: Literal["cumulative_incidence"]
    times: tuple[float, ...] = Field(min_length=1, description="Times of the table, in days.")
    interval: Literal["plain", "log", "log_log", "arcsine", "logit"] = "log_log"
    beyond: Literal["not_estimable", "last"] = Field(
        default="not_estimable",
        description="Times after the last follow-up: nothing is known, or the last estimate.",
    )
    test: Literal["gray", "none"] = Field(
        default="gray", description="Test of equal incidence of the event."
    )


class LogRank(_OfEndpoint):
    """Log-rank test over all groups, or for each contrast."""

    method: Literal["logrank"]
    strata: tuple[Id, ...] = ()
    overall: bool = Field(default=True, description="Test all groups together.")


class Cox(_Model):
    """Proportional-hazards model."""

    method: Literal["cox"]
    strata: tuple[Id, ...] = ()
    ties: Literal["efron", "breslow", "exact"] = "efron"


Analysis = Annotated[
    Describe
    | Flow
    | Ancova
    | Mmrm
    | RepeatedMeasuresAnova
    | TwoSample
    | Proportion
    | Cmh
    | AdverseEvents
    | KaplanMeier
    | CumulativeIncidence
    | LogRank
    | Cox,
    Field(discriminator="method"),
]
