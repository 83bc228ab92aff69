"""Planned comparisons of rates of events."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.protocol.model.analysis.base import OfEndpoint
from equipoise.protocol.model.base import Expression

__all__ = ["EventRate"]


class EventRate(OfEndpoint):
    """Events per person-time in each group, and the ratio of the rates."""

    method: Literal["event_rate"]
    count: Literal["all", "first"] = Field(
        default="all",
        description="Every adverse event, or the first of each subject, after which its time "
        "ends; a time to event has a first event only.",
    )
    origin: Expression = Field(
        default="0", description="Day from which time counts, for adverse events."
    )
    censor: Expression = Field(
        default="last_contact_day", description="Day at which it ends, for adverse events."
    )
    per: float = Field(default=100.0, gt=0, description="Person-years that a rate is printed for.")
    test: Literal["exact", "none"] = Field(
        default="exact", description="Of equal rates, given the total number of events."
    )
