"""Sample sizes: what is assumed, what is to be shown, and how surely."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from equipoise.protocol.model.base import Id, Noun, Text

__all__ = [
    "ChangingHazardSize",
    "EfficacyBound",
    "ExactTest",
    "FutilityBound",
    "GroupSequential",
    "HazardPeriod",
    "LogrankSize",
    "MeanSize",
    "ProportionSize",
    "SampleSize",
    "SampleSizeBase",
    "SimonSize",
    "TwoArmSize",
    "WithHypothesis",
]

Share = Annotated[float, Field(gt=0, lt=1)]
SpendingFamily = Literal["obrien_fleming", "pocock", "hwang_shih_decani", "power", "exponential"]
ExactTest = Literal[
    "fisher",
    "fisher_mid_p",
    "boschloo",
    "chi_square",
    "chi_square_corrected",
    "chi_square_n_minus_1",
]
"""Tests whose power is summed over every table; names as in an analysis of a response."""


class SampleSizeBase(Noun):
    """What every sample size says: for what, and how surely."""

    label: Text
    analysis: Id | None = Field(default=None, description="Planned analysis that it serves.")
    power: float | None = Field(
        default=None, ge=0.5, lt=1, description="Power that the size is found for."
    )


class EfficacyBound(Noun):
    """Bounds at which a look stops for efficacy: one of `spending` and `shape`."""

    spending: SpendingFamily | None = Field(
        default=None, description="Function that spends the level; the first two as Lan and DeMets."
    )
    shape: Literal["obrien_fleming", "pocock", "wang_tsiatis", "haybittle_peto"] | None = Field(
        default=None, description="Shape of bounds that are scaled to the level."
    )
    parameter: float | None = Field(
        default=None,
        description="Of `hwang_shih_decani`, `power`, `exponential` and `wang_tsiatis`; of "
        "`haybittle_peto` the bound before the end, 3 if not given.",
    )


class FutilityBound(Noun):
    """Bounds at which a look stops for futility, by spending of the type II error."""

    spending: SpendingFamily
    parameter: float | None = Field(
        default=None, description="Of `hwang_shih_decani`, `power` and `exponential`."
    )
    binding: bool = Field(
        default=False,
        description="True where the trial must stop there, which lowers the efficacy bounds.",
    )


class GroupSequential(Noun):
    """Looks at a sample size before its end, with their bounds."""

    information: tuple[float, ...] = Field(
        min_length=2, description="Rising shares of the information, 1 at the end."
    )
    efficacy: EfficacyBound = EfficacyBound(spending="obrien_fleming")
    futility: FutilityBound | None = None


class TwoArmSize(SampleSizeBase):
    """A size for the comparison of two arms; every arm follows in the ratio of the allocation."""

    contrast: tuple[Id, Id] | None = Field(
        default=None,
        description="[experimental, control]; the first experimental arm and the control if not "
        "given.",
    )
    alpha: float = Field(
        default=0.05, gt=0, lt=0.5, description="Level, of both sides together with `sides: 2`."
    )
    sides: Literal[1, 2] = 2
    subjects: dict[Id, Annotated[int, Field(gt=0)]] | None = Field(
        default=None, description="Randomised subjects by arm, whose power is found instead."
    )
    dropout: float = Field(
        default=0,
        ge=0,
        lt=1,
        description="Share of the randomised who give no outcome; the size grows to allow for it.",
    )
    looks: GroupSequential | None = Field(
        default=None, description="Group sequential bounds; none for a trial without looks."
    )


class WithHypothesis(TwoArmSize):
    """A size for showing that one arm is better, not worse, or no different."""

    hypothesis: Literal["superiority", "non_inferiority", "equivalence"] = Field(
        default="superiority",
        description="What is to be shown. Equivalence has two one-sided tests, each at `alpha` "
        "over `sides`.",
    )
    margin: float | None = Field(
        default=None, gt=0, description="Largest difference that does not matter."
    )
    benefit: Literal["higher", "lower"] = Field(
        default="higher", description="Which direction is good, for non-inferiority."
    )

    @property
    def null(self) -> float:
        """Difference under the hypothesis, experimental minus control; of equivalence 0."""
        if self.hypothesis != "non_inferiority" or self.margin is None:
            return 0.0
        return -self.margin if self.benefit == "higher" else self.margin


class ProportionSize(WithHypothesis):
    """Size for two shares, by the normal approximation of Farrington and Manning, or exact."""

    method: Literal["proportion"]
    experimental: Share = Field(description="Assumed share under experimental treatment.")
    control: Share = Field(description="Assumed share under control.")
    test: ExactTest | None = Field(
        default=None,
        description="Test whose exact power counts, for superiority without looks; the smallest "
        "size above which no size that is looked at has less power. None: by approximation.",
    )

    @property
    def assumed(self) -> float:
        """Assumed difference, experimental minus control."""
        return self.experimental - self.control


class MeanSize(WithHypothesis):
    """Size for two means, by the t test or the analysis of covariance."""

    method: Literal["mean"]
    difference: float = Field(description="Assumed difference, experimental minus control.")
    standard_deviation: float = Field(gt=0, description="Of the outcome within each arm.")
    correlation: float = Field(
        default=0,
        gt=-1,
        lt=1,
        description="Of the outcome with its baseline value, which an analysis of covariance "
        "takes off the variance as 1 - correlation^2.",
    )
    distribution: Literal["t", "normal"] = Field(
        default="t", description="`normal`: quantiles of the normal distribution, as if the "
        "standard deviation were known.",
    )  # fmt: skip

    @property
    def assumed(self) -> float:
        """Assumed difference, experimental minus control."""
        return self.difference


class LogrankSize(TwoArmSize):
    """Events and subjects for a log-rank test."""

    method: Literal["logrank"]
    hazard_ratio: float = Field(gt=0, description="Assumed, experimental over control.")
    formula: Literal["schoenfeld", "freedman", "lachin_foulkes"] = "schoenfeld"
    event_probability: Share | None = Field(
        default=None,
        description="Share of the subjects of both arms whose event is seen; or the times below.",
    )
    median_control: float | None = Field(
        default=None, gt=0, description="Median time to the event under control, in days; "
        "hazards are constant.",
    )  # fmt: skip
    accrual: float | None = Field(
        default=None, gt=0, description="Days from the first to the last subject, who come evenly."
    )
    follow_up: float | None = Field(
        default=None, ge=0, description="Days from the last subject to the end."
    )
    yearly_dropout: float = Field(
        default=0,
        ge=0,
        lt=1,
        description="Share of those still observed who drop out in the course of a year; beside "
        "the times above.",
    )


class HazardPeriod(Noun):
    """A stretch of time since randomisation, with its hazards."""

    days: float | None = Field(
        default=None, gt=0, description="Its length; none for the last, which has no end."
    )
    median_control: float = Field(
        gt=0, description="Median time to the event under control if its hazard held always. [day]"
    )
    hazard_ratio: float = Field(gt=0, description="Assumed, experimental over control.")


class ChangingHazardSize(TwoArmSize):
    """Events and subjects for a log-rank test where the hazard ratio changes over time."""

    method: Literal["average_hazard_ratio"]
    periods: tuple[HazardPeriod, ...] = Field(
        min_length=1, description="One after the other since randomisation."
    )
    accrual: float = Field(
        gt=0, description="Days from the first to the last subject, who come evenly."
    )
    follow_up: float = Field(ge=0, description="Days from the last subject to the end.")
    yearly_dropout: float = Field(
        default=0,
        ge=0,
        lt=1,
        description="Share of those still observed who drop out in the course of a year.",
    )


class SimonSize(SampleSizeBase):
    """Simon's two-stage design of one arm."""

    method: Literal["simon_two_stage"]
    uninteresting: Share = Field(description="Share of responders that is of no interest.")
    desirable: Share = Field(description="Larger share that is to be found.")
    alpha: float = Field(default=0.05, gt=0, lt=0.5, description="One-sided level.")
    power: float = Field(ge=0.5, lt=1, description="Least power at `desirable`.")
    criterion: Literal["optimal", "minimax"] = Field(
        default="optimal",
        description="`optimal`: fewest subjects on average at `uninteresting`; `minimax`: fewest "
        "at most.",
    )
    largest: int = Field(default=100, ge=5, le=200, description="Largest size looked at.")


SampleSize = Annotated[
    ProportionSize | MeanSize | LogrankSize | ChangingHazardSize | SimonSize,
    Field(discriminator="method"),
]
