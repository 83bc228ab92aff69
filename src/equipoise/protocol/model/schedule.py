"""Visits with their windows, and what is assessed at them."""

from __future__ import annotations

from pydantic import Field

from equipoise.protocol.model.base import Day, Id, Noun, Text

__all__ = ["Assessment", "Schedule", "Visit", "Window"]


class Window(Noun):
    """Days from randomisation that belong to a visit, both ends included; an open end is empty."""

    first: Day | None = None
    last: Day | None = None

    def holds(self, day: float) -> bool:
        """Say whether a day lies inside."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


class Visit(Noun):
    """A planned visit. ``day`` counts from randomisation, which is day 0."""

    label: Text
    day: Day | None = Field(
        default=None,
        description="Target day; empty for a visit that only records naming it belong to.",
    )
    window: Window | None = Field(
        default=None,
        description=(
            "Days that belong to the visit. Empty: the days nearest to this visit among those at "
            "which the variable is assessed, the earlier visit on a tie."
        ),
    )
    arms: tuple[Id, ...] = Field(default=(), description="Arms that have the visit; empty: all.")


class Assessment(Noun):
    """Something done at visits, and the variables that it yields."""

    label: Text
    visits: tuple[Id, ...] = Field(min_length=1)
    variables: tuple[Id, ...] = Field(min_length=1)
    arms: tuple[Id, ...] = Field(default=(), description="Arms that have it; empty: all.")


class Schedule(Noun):
    """All visits and assessments; ``baseline`` names the visit that changes are counted from."""

    baseline: Id
    visits: dict[Id, Visit] = Field(min_length=1)
    assessments: dict[Id, Assessment] = Field(default_factory=dict)
