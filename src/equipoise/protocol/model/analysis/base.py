"""What planned analyses have in common: of what, in whom, compared how."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.protocol.model.base import Expression, Id, Noun, Text

__all__ = [
    "AnalysisBase",
    "Compared",
    "Model",
    "OfEndpoint",
    "OfMeans",
    "WithMargin",
    "WithinGroup",
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


class Compared(AnalysisBase):
    """What analyses that compare groups say besides: of which pairs, on which side."""

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
        "dunnett",
        "tukey",
    ] = Field(
        default="none",
        description="Adjustment of p values over the contrasts of the analysis; of means also "
        "`dunnett`, against one control, and `tukey`, of all pairs.",
    )


class WithinGroup(AnalysisBase):
    """What analyses say that look at each group by itself: of which endpoint."""

    estimand: Id | None = None
    endpoint: Id | None = Field(default=None, description="An endpoint as observed.")


class OfEndpoint(Compared):
    """A comparison of an endpoint, as observed or under its estimand."""

    estimand: Id | None = None
    endpoint: Id | None = Field(default=None, description="An endpoint as observed.")


class Model(OfEndpoint):
    """A comparison with other things in the model."""

    factors: tuple[Id, ...] = Field(default=(), description="Categories in the model.")
    covariates: tuple[Expression, ...] = Field(
        default=(), description="Numbers in the model; `baseline` is the endpoint's own baseline."
    )
    weights: Literal["equal", "observed"] = Field(
        default="equal", description="Weights of factor levels in least-squares means."
    )


class WithMargin(OfEndpoint):
    """A comparison whose difference may be held against a margin."""

    margin: float | None = Field(
        default=None,
        gt=0,
        description="Largest difference that does not matter, in the unit of the difference; a "
        "share for a difference of risks. Each side is tested at half of what `level` leaves.",
    )
    margin_kind: Literal["non_inferiority", "equivalence"] | None = Field(
        default=None,
        description="`non_inferiority`: not worse by the margin; `equivalence`: not apart by it "
        "in either direction (two one-sided tests).",
    )


class OfMeans(Model, WithMargin):
    """A comparison of adjusted means of a number, and of what they combine to."""

    combinations: dict[Id, dict[Text, float]] = Field(
        default_factory=dict,
        description="Weighted sums of the adjusted means of groups, each under a name: "
        "`{active: {low: 0.5, high: 0.5, placebo: -1}}`; the weights sum to 0, a comparison, or "
        "to 1, a mean.",
    )
