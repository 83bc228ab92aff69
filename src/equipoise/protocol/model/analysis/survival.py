"""Planned comparisons of a time to an event."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.protocol.model.analysis.base import Model, OfEndpoint
from equipoise.protocol.model.base import Id

__all__ = ["Cox", "CumulativeIncidence", "KaplanMeier", "LogRank"]


class KaplanMeier(OfEndpoint):
    """Kaplan-Meier estimate with limits, quantiles and numbers at risk."""

    method: Literal["kaplan_meier"]
    times: tuple[float, ...] = Field(min_length=1, description="Times of the table, in days.")
    quantiles: tuple[float, ...] = (0.5,)
    interval: Literal["plain", "log", "log_log", "arcsine", "logit"] = "log_log"
    beyond: Literal["not_estimable", "last"] = Field(
        default="not_estimable",
        description="Times after the last follow-up: nothing is known, or the last estimate.",
    )


class CumulativeIncidence(OfEndpoint):
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


class LogRank(OfEndpoint):
    """Log-rank test over all groups, or for each contrast."""

    method: Literal["logrank"]
    strata: tuple[Id, ...] = ()
    overall: bool = Field(default=True, description="Test all groups together.")


class Cox(Model):
    """Proportional-hazards model."""

    method: Literal["cox"]
    strata: tuple[Id, ...] = ()
    ties: Literal["efron", "breslow", "exact"] = "efron"
