"""Values that expressions work on, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from equipoise.protocol.expression.scope import Kind, Level

__all__ = ["Environment", "Floats", "Value", "finite", "lift"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Value:
    """An evaluated expression.

    Attributes
    ----------
    kind, level
        What it is, and of what.
    array : float array
        Shape () for a constant, (trials, subjects), (trials, subjects, visits) or (events,).
        NaN is unknown; yes/no is 1 and 0; a category is an index into ``levels``.
    levels : tuple of str
        Codes of a category, or of a text constant.
    """

    kind: Kind
    level: Level
    array: Floats
    levels: tuple[str, ...] = ()


class Environment(Protocol):
    """Where the values of names are found when an expression is evaluated."""

    def lookup(self, name: str) -> Value:
        """Find the value of a name that the scope declares."""

    def visit_index(self, visit: str) -> int:
        """Find the place of a visit on the last axis of visit-level arrays."""

    def event_owner(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Trial and subject index of each event."""


def finite(array: Floats) -> Floats:
    """Make infinite numbers unknown: a quotient by zero, an overflow."""
    infinite = np.isinf(array)
    return np.where(infinite, np.nan, array) if infinite.any() else array


def lift(value: Value, level: Level, environment: Environment) -> Floats:
    """Spread a value to a finer level: over the visits of a subject, or to its events."""
    if value.level in (level, "constant") or level == "constant":
        return value.array
    if level == "visit":
        return value.array[..., np.newaxis]
    trial, subject = environment.event_owner()
    return value.array[trial, subject]
