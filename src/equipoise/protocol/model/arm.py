"""Arms, what is given in them, masking and randomisation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.protocol.model.base import Day, Id, Noun, Text

__all__ = ["ALL_ARMS", "TOTAL", "Arm", "Days", "Dose", "Intervention", "Masking", "Randomisation"]

TOTAL = "Total"
"""Name that results give to all subjects taken together; no arm may have it."""

ALL_ARMS = "all arms"
"""Name that results give to a test of all arms at once; no arm may have it."""


class Dose(Noun):
    """Amount given each time: flat, or per kilogram or square metre of the subject."""

    amount: float = Field(ge=0)
    unit: Text
    per: Literal["subject", "kg", "m2"] = "subject"


class Days(Noun):
    """Regular days: from the first to the last, every so many days."""

    first: Day
    last: Day
    every: int = Field(default=1, gt=0)


class Intervention(Noun):
    """An agent, with its dose, route and days counted from randomisation."""

    agent: Text
    dose: Dose | None = Field(default=None, description="Empty if it varies or is not known.")
    route: Text | None = None
    days: tuple[Day, ...] | Days | None = None
    background: bool = Field(default=False, description="Given to all arms as standard care.")


class Arm(Noun):
    """One arm of the trial."""

    label: Text
    role: Literal["experimental", "active_control", "placebo_control", "no_treatment"]
    ratio: int = Field(default=1, gt=0, description="Share of this arm in the allocation.")
    planned_subjects: int | None = Field(default=None, gt=0)
    realised_subjects: int | None = Field(
        default=None, gt=0, description="Subjects who were randomised, where that is history."
    )
    dose_level: float | None = Field(
        default=None, description="Place of the arm on the dose scale, for a dose-response trend."
    )
    interventions: tuple[Intervention, ...] = ()

    @property
    def is_control(self) -> bool:
        """True for an arm that the others are compared with."""
        return self.role != "experimental"


class Masking(Noun):
    """Who does not know the allocation."""

    blinded: tuple[Literal["subject", "investigator", "assessor", "analyst"], ...] = Field(
        default=(), description="Empty for an open-label trial."
    )

    @property
    def label(self) -> str:
        """Masking as registries word it."""
        names = {0: "Open label", 1: "Single blind", 2: "Double blind"}
        return names.get(len(self.blinded), "Double blind")


class Randomisation(Noun):
    """How subjects are allocated to arms."""

    procedure: Literal["permuted_blocks", "simple", "minimisation", "not_found"]
    block_sizes: tuple[int, ...] = ()
    strata: tuple[Id, ...] = Field(default=(), description="Variables that define the strata.")
