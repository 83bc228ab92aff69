"""Planned comparisons of a number, at one visit or over a course."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.protocol.model.analysis.base import Model, OfEndpoint
from equipoise.protocol.model.base import Text

__all__ = ["Ancova", "Mmrm", "RepeatedMeasuresAnova", "TwoSample"]


class Ancova(Model):
    """Analysis of covariance with least-squares means; without covariates, of variance."""

    method: Literal["ancova"]
    trend: bool = Field(default=False, description="Test the dose levels of the arms as a number.")
    interactions: tuple[Text, ...] = Field(
        default=(), description="Terms such as `arm:sex` or `arm:baseline`."
    )


class Mmrm(Model):
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


class RepeatedMeasuresAnova(OfEndpoint):
    """Repeated-measures analysis of variance: arm, visit and their interaction."""

    method: Literal["rm_anova"]


class TwoSample(OfEndpoint):
    """Two groups compared on a number, for each contrast."""

    method: Literal["t_test", "welch_test", "wilcoxon"]
