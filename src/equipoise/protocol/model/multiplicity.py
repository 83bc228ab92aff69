"""Families of hypotheses: what is tested together, and how the level is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pydantic import Field

from equipoise.protocol.model.base import Id, Noun, Text

__all__ = ["Family", "Hypothesis", "LevelGraph"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelGraph:
    """Where a level starts and how it is passed on: shares of alpha, and of a hypothesis' level."""

    weights: Mapping[str, float]
    transitions: Mapping[str, Mapping[str, float]]


class Family(Noun):
    """Hypotheses whose chance of any false claim is kept at one level."""

    title: Text
    procedure: Literal[
        "bonferroni",
        "fixed_sequence",
        "holm",
        "hochberg",
        "hommel",
        "graph",
        "closed_bonferroni",
        "closed_simes",
        "closed_fisher",
        "closed_inverse_normal",
    ] = Field(
        description="A closed procedure tests every intersection, of at most 14 hypotheses. "
        "`closed_bonferroni` is `holm` and `closed_simes` is `hommel`, written out; the last two "
        "combine, and hold for independent p values only, such as those of separate subgroups."
    )
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

    @property
    def graph(self) -> LevelGraph | None:
        """The graph that a procedure is; of a fixed sequence a chain. None where it is none."""
        if self.procedure == "graph":
            return LevelGraph(weights=self.weights, transitions=self.transitions)
        if self.procedure == "fixed_sequence":
            names = tuple(self.hypotheses)
            chain = {name: {after: 1.0} for name, after in pairwise(names)}
            return LevelGraph(weights={names[0]: 1.0}, transitions=chain)
        return None
