"""Families of hypotheses: what is tested together, and how the level is kept."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.protocol.model.base import Id, Noun, Text

__all__ = ["Family", "Hypothesis"]


class Hypothesis(Noun):
    """One p value of an analysis."""

    analysis: Id
    contrast: tuple[Text, Text] | None = Field(
        default=None, description="[experimental, control]; needed where there are several."
    )
    variable: Text | None = Field(
        default=None,
        description="Which p value, where an analysis has several: the variable of its row, such "
        "as `margin` or `test`.",
    )
    by: Text | None = Field(
        default=None, description="At which visit or level, as results write it: `visit=W24`."
    )


class Family(Noun):
    """Hypotheses whose chance of any false claim is kept at one level."""

    title: Text
    procedure: Literal["bonferroni", "fixed_sequence", "holm", "hochberg", "hommel", "graph"]
    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    hypotheses: dict[Id, Hypothesis] = Field(
        min_length=2, description="In their order, which a fixed sequence follows."
    )
    weights: dict[Id, float] = Field(
        default_factory=dict,
        description="Of a graph: share of alpha that each hypothesis starts with; 0 if not named.",
    )
    transitions: dict[Id, dict[Id, float]] = Field(
        default_factory=dict,
        description="Of a graph: shares of its level that a rejected hypothesis passes on.",
    )
