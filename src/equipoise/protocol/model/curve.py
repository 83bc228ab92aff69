"""Published survival curves, from which individual data are reconstructed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.protocol.model.base import Id, Noun, Text

__all__ = ["CurveArm", "PublishedCurve"]


class CurveArm(Noun):
    """One arm of a published figure."""

    label: Text
    events: int | None = Field(default=None, ge=0, description="Events printed for the arm.")


class PublishedCurve(Noun):
    """A published Kaplan-Meier curve with its numbers at risk."""

    label: Text
    place: Text = Field(description="Publication and figure.")
    method: Literal["digitised_points", "exact_steps"] = Field(
        description="Points read off with error, or every step known exactly."
    )
    points: Text = Field(
        description="Points and numbers at risk, a CSV file beside the protocol: `arm`, `time`, "
        "`survival` from 0 to 1, `at_risk`."
    )
    unit: Literal["days", "weeks", "months", "years"] = Field(description="Of the times.")
    arms: dict[Id, CurveArm] = Field(min_length=1)
    contrast: tuple[Id, Id] | None = Field(
        default=None, description="[experimental, control], by their names here."
    )
    compare: tuple[Literal["logrank", "cox", "restricted_mean"], ...] = Field(
        default=(), description="How the reconstructed arms are compared."
    )
    horizon: float | None = Field(
        default=None, gt=0, description="End of the restricted mean, in the unit of the times."
    )
    precision: float | None = Field(
        default=None,
        gt=0,
        description="Standard error of a reading of `exact_steps`; 0.0001 if not given.",
    )
    level: float = Field(default=0.95, gt=0, lt=1, description="Confidence level.")
