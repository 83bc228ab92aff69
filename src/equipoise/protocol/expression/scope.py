"""What the names in an expression mean: kind, level and categories of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = ["BUILT_IN", "Kind", "Level", "Scope", "Symbol"]

Kind: TypeAlias = Literal["number", "category", "yes_no", "text"]
Level: TypeAlias = Literal["constant", "subject", "visit", "event"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name that expressions may use.

    ``levels`` lists the codes of a category; None where they come from the data.
    """

    kind: Kind
    level: Level
    levels: tuple[str, ...] | None = None
    meaning: str = ""


BUILT_IN: Mapping[str, Symbol] = {
    "arm": Symbol("category", "subject", None, "arm the subject was allocated to"),
    "site": Symbol("category", "subject", None, "site of the subject"),
    "randomised": Symbol("yes_no", "subject", None, "the subject was randomised"),
    "treated": Symbol("yes_no", "subject", None, "the subject had at least one dose"),
    "completed": Symbol("yes_no", "subject", None, "the subject completed the study"),
    "withdrawal_reason": Symbol("category", "subject", None, "why the subject stopped"),
    "first_dose_day": Symbol("number", "subject", None, "day of the first dose"),
    "last_dose_day": Symbol("number", "subject", None, "day of the last dose"),
    "death_day": Symbol("number", "subject", None, "day of death; unknown if alive"),
    "withdrawal_day": Symbol("number", "subject", None, "day the subject stopped early"),
    "last_contact_day": Symbol("number", "subject", None, "last day the subject was observed"),
    "day": Symbol("number", "visit", None, "day on which the visit was held"),
    "term": Symbol("category", "event", None, "adverse-event term"),
    "body_system": Symbol("category", "event", None, "body system of the term"),
    "start_day": Symbol("number", "event", None, "day the event began"),
    "end_day": Symbol("number", "event", None, "day the event ended"),
    "grade": Symbol("number", "event", None, "grade of the event"),
    "severity": Symbol("category", "event", None, "severity of the event"),
    "serious": Symbol("yes_no", "event", None, "the event was serious"),
    "related": Symbol("category", "event", None, "relation to treatment"),
    "outcome": Symbol("category", "event", None, "outcome of the event"),
    "treatment_emergent": Symbol(
        "yes_no", "event", None, "began on or after the first dose; or start unknown"
    ),
}
"""Names that every trial has; days count from randomisation, which is day 0."""


@dataclass(frozen=True, slots=True)
class Scope:
    """All names of one trial, and its visits in order.

    ``assessed`` names the visits at which a name can be known; at all of them where it is not
    listed.
    """

    symbols: Mapping[str, Symbol]
    visits: tuple[str, ...]
    baseline: str
    assessed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
