"""What the trial is called, who answers for it, whom it is for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.protocol.model.base import Expression, Id, Noun, Text

__all__ = ["Criterion", "Eligibility", "Population", "Registration", "TrialIdentity"]


class Registration(Noun):
    """An entry in a public registry."""

    registry: Text = Field(description="Name of the registry, such as ClinicalTrials.gov.")
    number: Text = Field(description="Registration number.")
    prospective: bool | None = Field(
        default=None, description="Registered before the first subject; empty if unknown."
    )


class TrialIdentity(Noun):
    """Titles, phase, registration and sponsor."""

    title: Text
    short_title: Text | None = None
    phase: Literal["1", "1/2", "2", "2/3", "3", "4", "not applicable"] | None = None
    indication: Text = Field(description="Disease or condition under study.")
    objective: Text | None = Field(default=None, description="The question, in one sentence.")
    sponsor: Text | None = None
    registrations: tuple[Registration, ...] = ()
    protocol_version: Text = Field(default="1.0", description="Version of the trial's protocol.")
    references: tuple[Text, ...] = Field(default=(), description="Publications and data sources.")


class Criterion(Noun):
    """One criterion: its words, and its logic where it can be computed."""

    text: Text
    when: Expression | None = Field(
        default=None, description="True for a subject who meets the criterion."
    )


class Eligibility(Noun):
    """Criteria that a subject must meet, and criteria that keep a subject out."""

    include: dict[Id, Criterion] = Field(default_factory=dict)
    exclude: dict[Id, Criterion] = Field(default_factory=dict)


class Population(Noun):
    """Whom the trial is for, and how many."""

    description: Text
    planned_subjects: int | None = Field(default=None, gt=0)
    planned_sites: int | None = Field(default=None, gt=0)
    eligibility: Eligibility = Eligibility()
