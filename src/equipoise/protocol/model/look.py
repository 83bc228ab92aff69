"""Looks at the data before the end, their stopping rules, and scenarios for simulation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from equipoise.protocol.model.base import Id, Noun, Text

__all__ = ["DataSource", "Look", "Scenario", "StoppingRule"]


class StoppingRule(Noun):
    """When a look ends the trial."""

    conclusion: Literal["efficacy", "futility"]
    statistic: Literal["p_value", "predictive_probability"]
    stop_when: Literal["below", "above"]
    threshold: float
    analysis: Id = Field(description="Analysis whose result is looked at.")
    prior: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]] | None = Field(
        default=None, description="Beta prior of each arm for predictive probabilities."
    )
    text: Text | None = None


class Look(Noun):
    """An interim look, at a share of the planned information or a number of subjects."""

    label: Text
    information_fraction: Annotated[float, Field(gt=0, le=1)] | None = None
    subjects: dict[Id, Annotated[int, Field(gt=0)]] | None = Field(
        default=None, description="Subjects by arm."
    )
    rules: tuple[StoppingRule, ...] = ()


class Scenario(Noun):
    """Assumptions for virtual trials: a population and the effects of each arm."""

    label: Text
    population: Id = Field(description="Disease-course population to draw patients from.")
    subjects: int | None = Field(default=None, gt=0)
    effects: dict[Id, dict[Id, float]] = Field(
        default_factory=dict, description="Arm to knob to value; a knob not named has no effect."
    )
    response_probability: dict[Id, Annotated[float, Field(ge=0, le=1)]] = Field(
        default_factory=dict,
        description="True response probability of each arm, for the exact design; virtual "
        "patients follow the population and the effects.",
    )


class DataSource(Noun):
    """Where the captured data of the trial are read from."""

    format: Literal["folder", "adam"]
    path: Text | None = Field(
        default=None,
        description="Folder of CSV or Parquet files, seen from the working directory.",
    )
    packages: tuple[Text, ...] = Field(
        default=(),
        description="Python modules that ship the data sets as attributes, instead of a folder. "
        "They are imported, and so run, when data are read; only if their package is installed.",
    )
    arms: dict[Id, Text] = Field(
        default_factory=dict, description="Arm to its text in the data; empty: the arm's label."
    )
    visits: dict[Id, Text] = Field(
        default_factory=dict, description="Visit to its text in the data; empty: its label."
    )
    subjects: dict[Id, Text] = Field(
        default_factory=dict,
        description="Standard fields of a subject to their columns in the subject data set.",
    )
    events: dict[Id, Text] = Field(
        default_factory=dict,
        description="Standard fields of an adverse event to their columns in its data set.",
    )
