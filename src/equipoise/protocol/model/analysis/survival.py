"""Planned comparisons of a time to an event, and of courses through states."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.protocol.model.analysis.base import Model, OfEndpoint
from equipoise.protocol.model.base import Id, Text

__all__ = [
    "Cox",
    "CumulativeIncidence",
    "FineGray",
    "IllnessDeath",
    "KaplanMeier",
    "LogRank",
    "MaxCombo",
    "Milestone",
    "RestrictedMean",
]

Interval = Literal["plain", "log", "log_log", "arcsine", "logit"]
Beyond = Literal["not_estimable", "last"]


class _OverTime(OfEndpoint):
    times: tuple[float, ...] = Field(min_length=1, description="Times of the table, in days.")
    interval: Interval = Field(default="log_log", description="Scale of the confidence limits.")
    beyond: Beyond = Field(
        default="not_estimable",
        description="Times after the last follow-up: nothing is known, or the last estimate.",
    )


class KaplanMeier(_OverTime):
    """Kaplan-Meier estimate with limits, quantiles and numbers at risk."""

    method: Literal["kaplan_meier"]
    quantiles: tuple[float, ...] = Field(
        default=(0.5,), description="Shares with the event, whose times are estimated."
    )


class CumulativeIncidence(_OverTime):
    """Probability of the event by fixed times where something competes with it."""

    method: Literal["cumulative_incidence"]
    test: Literal["gray", "none"] = Field(
        default="gray", description="Test of equal incidence of the event."
    )


class IllnessDeath(_OverTime):
    """Probability of each state over time, and mean time in each state, compared."""

    method: Literal["illness_death"]
    horizon: float = Field(gt=0, description="Day up to which the time in each state counts.")


class LogRank(OfEndpoint):
    """Log-rank test over all groups, or for each contrast; plain, or with weights."""

    method: Literal["logrank"]
    strata: tuple[Id, ...] = ()
    overall: bool = Field(default=True, description="Test all groups together.")
    weight: Literal["none", "fleming_harrington", "gehan", "tarone_ware"] = Field(
        default="none", description="How much each event time counts; `none`: all alike."
    )
    rho: float = Field(
        default=0, ge=0, description="Fleming-Harrington: above 0, early differences count more."
    )
    gamma: float = Field(
        default=0, ge=0, description="Fleming-Harrington: above 0, late differences count more."
    )
    trend: bool = Field(
        default=False,
        description="Test a trend over the groups: dose levels of the arms, else the order of "
        "the levels.",
    )


class MaxCombo(OfEndpoint):
    """Largest of several weighted log-rank tests, for each contrast."""

    method: Literal["maxcombo"]
    strata: tuple[Id, ...] = ()
    weights: tuple[tuple[float, float], ...] = Field(
        default=((0, 0), (0, 1), (1, 0)),
        min_length=2,
        max_length=4,
        description="Powers [rho, gamma] of the Fleming-Harrington weights.",
    )


class RestrictedMean(OfEndpoint):
    """Mean time free of the event up to a horizon, compared by difference and ratio."""

    method: Literal["restricted_mean"]
    horizon: float = Field(gt=0, description="Day up to which time counts, from the origin.")
    measures: tuple[Literal["difference", "ratio"], ...] = Field(
        default=("difference", "ratio"), min_length=1
    )
    strata: tuple[Id, ...] = Field(
        default=(),
        description="Groups are compared within these, each stratum weighed by its subjects.",
    )
    beyond: Beyond = Field(
        default="not_estimable",
        description="Where follow-up ends before the horizon: nothing is known, or the last "
        "estimate is drawn on.",
    )


class Milestone(OfEndpoint):
    """Share free of the event at one time, compared."""

    method: Literal["milestone"]
    at: float = Field(gt=0, description="The time, in days from the origin.")
    strata: tuple[Id, ...] = Field(
        default=(),
        description="Groups are compared within these, each stratum weighed by its subjects.",
    )
    interval: Interval = Field(
        default="log_log", description="Scale of the limits of each group; the difference has "
        "normal limits.",
    )  # fmt: skip
    test: Literal["log_log", "plain"] = Field(
        default="log_log",
        description="Scale on which the groups are tested; log-log keeps its level better, and "
        "has no value where a group stands at 0 or 1.",
    )
    beyond: Beyond = Field(
        default="not_estimable",
        description="Where follow-up ends before the time: nothing is known, or the last estimate.",
    )


class Cox(Model):
    """Proportional-hazards model."""

    method: Literal["cox"]
    strata: tuple[Id, ...] = ()
    ties: Literal["efron", "breslow", "exact"] = "efron"
    errors: Literal["model", "robust"] = Field(
        default="model", description="Standard errors of the model, or a sandwich."
    )
    cluster: Id | None = Field(
        default=None, description="Category whose members may depend on each other; robust errors."
    )
    interactions: tuple[Text, ...] = Field(
        default=(), description="Terms such as `arm:sex`, each tested in a model of its own."
    )
    proportionality: Literal["km", "rank", "identity", "log", "none"] | None = Field(
        default=None,
        description="Function of time of the test of proportional hazards; `km`: 1 less the "
        "Kaplan-Meier estimate, which is taken where none is named; exact ties have no such test.",
    )
    concordance: bool = Field(
        default=False, description="Estimate how well the model orders the events."
    )
    predicted: tuple[float, ...] = Field(
        default=(),
        description="Days at which the share without the event is shown that the model predicts "
        "of each group, averaged over all subjects as if they were of it.",
    )
    residuals: bool = Field(
        default=False,
        description="Draw scaled Schoenfeld residuals over time and martingale residuals over "
        "each covariate; not in a batch of trials.",
    )

    @property
    def proportionality_test(self) -> Literal["km", "rank", "identity", "log", "none"]:
        """Function of time of the test of proportional hazards that is made."""
        if self.proportionality is not None:
            return self.proportionality
        return "none" if self.ties == "exact" else "km"


class FineGray(Model):
    """Proportional hazards of the subdistribution of the event where something competes."""

    method: Literal["fine_gray"]
