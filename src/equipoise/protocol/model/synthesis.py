"""Studies of others: which of them, which numbers, and how they are pooled."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from equipoise.protocol.model.base import Id, Noun, Text

__all__ = [
    "CommonEffect",
    "Compared",
    "MantelHaenszel",
    "Peto",
    "Pooled",
    "RandomEffects",
    "SingleArms",
    "Synthesis",
    "SynthesisBase",
]

Binary = Literal["odds_ratio", "risk_ratio", "risk_difference"]
Ratio = ("odds_ratio", "risk_ratio")
Extra = Literal["leave_one_out", "egger_test", "begg_test", "trim_and_fill"]


class SynthesisBase(Noun):
    """What every synthesis says: of which numbers of which studies."""

    label: Text
    studies: Text = Field(
        description="Table of studies, a CSV file beside the protocol: one row for each study, "
        "arm, outcome and time."
    )
    outcomes: tuple[Id, ...] = Field(
        min_length=1, description="Outcome of the table; several only with `counted_alike`."
    )
    counted_alike: Text | None = Field(
        default=None, description="Why outcomes of several names are counted in one way."
    )
    months: float | None = Field(
        default=None,
        ge=0,
        description="Time of the outcome; without it rows that cover the whole follow-up.",
    )
    window: float = Field(
        default=0, ge=0, description="Months on either side of the time that count as it."
    )
    benefit: Literal["higher", "lower"] = Field(description="Which direction is good.")
    level: float = Field(default=0.95, gt=0, lt=1, description="Confidence level.")
    least_confidence: Literal["high", "medium", "low"] = Field(
        default="low", description="Rows whose numbers are known less surely are not used."
    )
    take: dict[Text, Text] = Field(
        default_factory=dict,
        description="Study that stands for each cohort (`overlap_group`) that several report on.",
    )
    leave_out: dict[Text, Text] = Field(
        default_factory=dict, description="Studies that are not used, each with the reason."
    )


class SingleArms(SynthesisBase):
    """Shares of single arms side by side, without a control and without pooling."""

    method: Literal["single_arms"]
    arm: Id = Field(default="single_arm", description="Role of the arm in the table.")


class Compared(SynthesisBase):
    """A synthesis of comparisons of two arms."""

    experimental: Id = Field(default="experimental", description="Role of the arm in the table.")
    control: Id = Field(default="control", description="Role of the other arm in the table.")
    randomised: bool = Field(default=True, description="Only randomised studies.")
    funnel: bool = Field(default=False, description="Draw the funnel plot.")


class MantelHaenszel(Compared):
    """Counts pooled by Mantel and Haenszel."""

    method: Literal["mantel_haenszel"]
    effect: Binary


class Pooled(Compared):
    """Effects pooled by inverse variance."""

    effect: Literal[Binary, "mean_difference", "standardised_mean_difference"]
    means: Literal["final_values", "changes"] | None = Field(
        default=None, description="Which means are compared; the two are never mixed."
    )
    unit: Text | None = Field(
        default=None, description="Of a mean difference; other units of the table are converted."
    )
    added: float = Field(
        default=0.5,
        ge=0,
        description="Added to all four cells of a study with an empty cell; 0 leaves it out.",
    )
    moderators: tuple[Id, ...] = Field(
        default=(), description="Columns of numbers of the table for a meta-regression."
    )


class CommonEffect(Pooled):
    """All studies estimate one effect."""

    method: Literal["common_effect"]
    also: tuple[Extra, ...] = Field(default=(), description="Computed beside it.")


class RandomEffects(Pooled):
    """Effects differ between studies."""

    method: Literal["random_effects"]
    tau2: Literal[
        "restricted_likelihood",
        "likelihood",
        "dersimonian_laird",
        "paule_mandel",
        "empirical_bayes",
        "hedges",
        "sidik_jonkman",
        "hunter_schmidt",
    ] = Field(
        default="restricted_likelihood", description="Estimator of the variance between studies."
    )
    limits: Literal["hartung_knapp", "hartung_knapp_ad_hoc", "wald"] = Field(
        default="hartung_knapp", description="Limits of the pooled effect."
    )
    also: tuple[Literal[Extra, "egger_test_mixed", "prediction_interval", "tau2_interval"], ...] = (
        Field(default=("prediction_interval", "tau2_interval"), description="Computed beside it.")
    )
    prediction_df: Literal["pooled", "studies_minus_two"] = Field(
        default="pooled", description="Degrees of freedom of the prediction interval."
    )


class Peto(Compared):
    """Peto's odds ratio: observed against expected events."""

    method: Literal["peto"]
    also: tuple[Extra, ...] = Field(default=(), description="Computed beside it.")


Synthesis = Annotated[
    CommonEffect | RandomEffects | MantelHaenszel | Peto | SingleArms,
    Field(discriminator="method"),
]
