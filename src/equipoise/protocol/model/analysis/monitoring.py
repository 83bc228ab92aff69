"""Planned monitoring of a response: limits of the number of responders, in the order of entry."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from equipoise.protocol.model.analysis.base import AnalysisBase
from equipoise.protocol.model.base import Expression, Id

__all__ = ["ExactMonitoring", "Monitoring", "PredictiveMonitoring", "Sprt"]

Share = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(gt=0, le=10_000)]


class Monitoring(AnalysisBase):
    """A response, followed subject by subject; `where` keeps one arm."""

    estimand: Id | None = None
    endpoint: Id | None = Field(default=None, description="An endpoint as observed.")
    order: Expression | None = Field(
        default=None,
        description="Number by which subjects are ordered, such as a day of entry that was "
        "captured; the order of the data if not given, in virtual trials that of entry.",
    )
    rates: tuple[Share, ...] = Field(
        default=(), description="True shares at which the plan says how often each limit is met."
    )


class ExactMonitoring(Monitoring):
    """Responders held against limits that the plan gives, with exact probabilities."""

    method: Literal["exact_monitoring"]
    at: tuple[Count, ...] = Field(min_length=1, description="Rising numbers of subjects.")
    lower: tuple[Annotated[int, Field(ge=-1)], ...] = Field(
        description="So many responders or fewer stop; -1 never does. One for each of `at`."
    )
    upper: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        description="So many responders or more stop; more than the subjects never does."
    )


class Sprt(Monitoring):
    """Wald's sequential probability ratio test, after each subject."""

    method: Literal["sprt"]
    low: Share = Field(description="Share that the lower limit speaks for.")
    high: Share = Field(description="Larger share, which the upper limit speaks for.")
    alpha: Share = Field(description="Probability of the upper limit at `low`.")
    beta: Share = Field(description="Probability of the lower limit at `high`.")
    smallest: Count = Field(default=1, description="Subjects before the first look.")
    largest: Count = Field(description="Subjects after whom the test ends without an answer.")


class PredictiveMonitoring(Monitoring):
    """Predictive probability that the share will be shown to exceed a value at the end."""

    method: Literal["predictive_monitoring"]
    at: tuple[Count, ...] = Field(
        min_length=1, description="Rising numbers of subjects, below `largest`."
    )
    largest: Count = Field(description="Subjects at the end.")
    reference: Share = Field(description="Share to be exceeded.")
    cut: Share = Field(
        default=0.95, description="Success if the posterior probability of that is larger."
    )
    prior: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]] = Field(
        default=(1.0, 1.0), description="Beta prior of the share."
    )
    futility: Share | None = Field(
        default=0.05, description="A smaller predictive probability stops; none: never."
    )
    efficacy: Share | None = Field(
        default=None, description="A larger predictive probability stops; none: never."
    )
