"""The values that expressions see: captured and derived arrays by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.data import Cohort
from equipoise.protocol import Scope, Value
from equipoise.stats import Floats, Integers

__all__ = ["World"]


@dataclass(slots=True)
class World:
    """An :class:`~equipoise.protocol.Environment` over a cohort; derived values are added to it."""

    cohort: Cohort
    scope: Scope
    subject: dict[str, Floats] = field(default_factory=dict)
    visit: dict[str, Floats] = field(default_factory=dict)
    event: dict[str, Floats] = field(default_factory=dict)
    levels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    scores: dict[str, dict[str, NDArray[Any]]] = field(default_factory=dict)
    """Outputs of instruments that were scored, by what they were asked."""

    def __post_init__(self) -> None:
        self.subject = dict(self.cohort.subject)
        self.visit = dict(self.cohort.visit)
        self.event = dict(self.cohort.events.columns)
        self.levels = dict(self.cohort.levels)

    def arrays(self, level: str) -> Mapping[str, Floats]:
        """Give the arrays of one level by name."""
        return {"subject": self.subject, "visit": self.visit, "event": self.event}[level]

    def lookup(self, name: str) -> Value:
        """Find the value of a name that the scope declares."""
        symbol = self.scope.symbols[name]
        array = self.arrays(symbol.level)[name]
        return Value(symbol.kind, symbol.level, array, self.levels.get(name, ()))

    def visit_index(self, visit: str) -> int:
        """Find the place of a visit on the visit axis."""
        return self.scope.visits.index(visit)

    def event_owner(self) -> tuple[Integers, Integers]:
        """Trial and subject index of each event."""
        return self.cohort.events.trial, self.cohort.events.subject

    def add(self, name: str, level: str, value: Value) -> None:
        """Add a derived value at its level, spread to that level where it is coarser."""
        shape = {
            "subject": self.cohort.enrolled.shape,
            "visit": (*self.cohort.enrolled.shape, len(self.scope.visits)),
            "event": self.cohort.events.subject.shape,
        }[level]
        array = value.array
        if value.level == "subject" and level == "visit":
            array = array[..., np.newaxis]
        if value.level == "subject" and level == "event":
            array = array[self.event_owner()]
        target = {"subject": self.subject, "visit": self.visit, "event": self.event}[level]
        target[name] = np.broadcast_to(array, shape)
        if value.levels:
            self.levels[name] = value.levels
