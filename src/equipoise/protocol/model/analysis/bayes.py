"""Planned Bayesian comparisons."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.protocol.model.analysis.base import AnalysisBase, OfEndpoint
from equipoise.protocol.model.base import Id, Noun, Text

__all__ = ["BetaBinomial", "BetaComponent", "NormalComponent", "NormalPosterior"]


class BetaComponent(Noun):
    """A beta distribution, or one component of a mixture of them."""

    alpha: float = Field(gt=0)
    beta: float = Field(gt=0)
    weight: float = Field(default=1.0, gt=0, le=1, description="Share of the mixture.")


class BetaBinomial(OfEndpoint):
    """Posterior of a response in each group, and of the difference between groups."""

    method: Literal["beta_binomial"]
    prior: tuple[BetaComponent, ...] = Field(
        default=(), description="Of every group that `priors` does not name; uniform if empty."
    )
    priors: dict[Text, tuple[BetaComponent, ...]] = Field(
        default_factory=dict, description="Of single groups, such as a control known before."
    )
    robust: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="Weight of a uniform component that is added to each of `priors`, so that "
        "they give way where the data contradict them.",
    )
    exceeds: tuple[float, ...] = Field(
        default=(),
        description="Differences whose probability of being exceeded is given, beside 0 and the "
        "minimal important difference.",
    )


class NormalComponent(Noun):
    """A normal distribution, or one component of a mixture of them."""

    mean: float
    sd: float = Field(gt=0)
    weight: float = Field(default=1.0, gt=0, le=1, description="Share of the mixture.")


class NormalPosterior(AnalysisBase):
    """Posterior of the contrasts of an earlier analysis, such as a difference or log hazard ratio.

    Every estimate of a contrast that has a standard error is taken as normal.
    """

    method: Literal["normal_posterior"]
    of: Id = Field(description="Analysis above this one whose estimates meet the prior.")
    prior: tuple[NormalComponent, ...] = Field(
        min_length=1, description="Of the true value, in the unit of the estimate."
    )
    exceeds: tuple[float, ...] = Field(
        default=(), description="Values whose probability of being exceeded is given, beside 0."
    )
