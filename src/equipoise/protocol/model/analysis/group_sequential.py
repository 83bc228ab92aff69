"""A planned comparison that is looked at before its end."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from equipoise.protocol.model.analysis.base import AnalysisBase
from equipoise.protocol.model.base import Expression, Id, Text
from equipoise.protocol.model.sample_size import EfficacyBound

__all__ = ["GroupSequentialComparison"]


class GroupSequentialComparison(AnalysisBase):
    """Two arms compared at each look, in the order of entry, with what the looks mean.

    A response is compared by its pooled z statistic, a number of one visit by the normal deviate
    of Student's t test; z above 0 is towards benefit.
    """

    method: Literal["group_sequential"]
    estimand: Id | None = None
    endpoint: Id | None = Field(default=None, description="An endpoint as observed.")
    contrasts: Literal["against_control", "pairwise"] | tuple[tuple[Text, Text], ...] = Field(
        default="against_control",
        description="`against_control`, `pairwise`, or pairs [experimental, control].",
    )
    order: Expression | None = Field(
        default=None,
        description="Number by which subjects are ordered, such as a day of entry that was "
        "captured; the order of the data if not given, in virtual trials that of entry.",
    )
    subjects: int = Field(gt=3, le=100_000, description="Of both arms of a contrast at the end.")
    information: tuple[float, ...] = Field(
        min_length=2, description="Rising shares of the subjects at which is looked, 1 at the end."
    )
    alpha: float = Field(
        default=0.025, gt=0, lt=0.5, description="Level of all looks together, towards benefit."
    )
    efficacy: EfficacyBound = EfficacyBound(spending="obrien_fleming")
    effect: float | None = Field(
        default=None,
        description="Assumed difference, experimental minus control (of responses a difference "
        "of shares), under which conditional power is given besides that of the trend.",
    )
    prior: tuple[float, Annotated[float, Field(gt=0)]] | None = Field(
        default=None,
        description="Mean and standard deviation of a normal prior of the difference, for the "
        "predictive power; flat if not given.",
    )
    futility: Annotated[float, Field(gt=0, lt=1)] | None = Field(
        default=None, description="A smaller `outlook` at a look stops, without binding."
    )
    outlook: Literal["trend", "assumed", "predictive"] = Field(
        default="predictive",
        description="What `futility` is held against: conditional power under the trend so far, "
        "or under `effect`; or predictive power.",
    )
