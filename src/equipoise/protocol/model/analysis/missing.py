"""Planned analyses of what was not seen: imputation, and how far it may be wrong."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.protocol.model.analysis.base import OfEndpoint
from equipoise.protocol.model.base import Expression, Id

__all__ = ["Imputed", "MultipleImputation", "ReferenceBased", "TippingPoint"]

Strategy = Literal["missing_at_random", "jump_to_reference", "copy_reference", "copy_increments"]


class Imputed(OfEndpoint):
    """A comparison at one visit of a course, after its missing values were filled."""

    factors: tuple[Id, ...] = Field(
        default=(), description="Categories in the model; their levels count as observed."
    )
    covariates: tuple[Expression, ...] = Field(
        default=(), description="Numbers in the model; `baseline` is the endpoint's own baseline."
    )
    visit: Id | None = Field(
        default=None, description="Visit that is compared; the last of the endpoint by default."
    )
    covariance_by_arm: bool = Field(
        default=False, description="Each group has a covariance matrix of its own."
    )


class MultipleImputation(Imputed):
    """Multiple imputation of a course under missing at random, pooled by Rubin's rules."""

    method: Literal["multiple_imputation"]
    imputations: int = Field(ge=2, le=10_000, description="Number of completed data sets.")
    seed: int = Field(ge=0, lt=2**64, description="Where the draws begin.")


class ReferenceBased(Imputed):
    """What subjects who left would have had, had they lived on as the control group does."""

    method: Literal["reference_based"]
    strategies: tuple[Strategy, ...] = Field(
        default=("jump_to_reference", "copy_reference", "copy_increments"),
        min_length=1,
        description="Assumptions about the values after departure, one answer for each.",
    )
    departure: Literal["last_value", "intercurrent_event"] = Field(
        default="last_value",
        description="`last_value`: a subject departs after its last value; `intercurrent_event`: "
        "with the first event of the estimand, and who has none is taken as missing at random.",
    )
    error: Literal["jackknife", "bootstrap", "rubin"] = Field(
        default="jackknife",
        description="Conditional means with jackknife or bootstrap errors, or draws pooled by "
        "Rubin's rules.",
    )
    samples: int | None = Field(
        default=None,
        ge=2,
        le=10_000,
        description="Number of bootstrap samples, drawn within arms, for `bootstrap`.",
    )
    interval: Literal["percentile", "normal"] = Field(
        default="percentile",
        description="Limits and p value of `bootstrap`: from the quantiles of the samples, or "
        "from their standard deviation.",
    )
    imputations: int | None = Field(
        default=None, ge=2, le=10_000, description="Number of completed data sets, for `rubin`."
    )
    seed: int | None = Field(
        default=None,
        ge=0,
        lt=2**64,
        description="Where the draws begin, for `bootstrap` and `rubin`.",
    )


class TippingPoint(Imputed):
    """How far missing values would have to be from what was assumed to turn the conclusion."""

    method: Literal["tipping_point"]
    deltas: tuple[float, ...] = Field(
        default=(),
        description="Of a course: what is added to the imputed values of an experimental group, "
        "in the unit of the endpoint, from the least upwards.",
    )
    control_deltas: tuple[float, ...] = Field(
        default=(0.0,), description="Of a course: what is added to those of the control."
    )
    strategy: Strategy = Field(
        default="missing_at_random", description="Of a course: what is assumed where delta is 0."
    )
    departure: Literal["last_value", "intercurrent_event"] = Field(
        default="last_value", description="Of a course: as for `reference_based`."
    )
    test: Literal["fisher", "fisher_mid_p", "barnard", "boschloo", "chi_square"] = Field(
        default="fisher",
        description="Of a response: test of each split of the missing into responders and others.",
    )
