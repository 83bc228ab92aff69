"""What several derivations read: expressions on the cohort, days of subjects, days of visits."""

from __future__ import annotations

import numpy as np

from equipoise.derive.world import World
from equipoise.protocol import Protocol, Scope, Value, compile_expression
from equipoise.protocol.expression import Kind, Level
from equipoise.stats import Floats

__all__ = ["day_of", "evaluate", "visit_days"]


def evaluate(
    text: str, scope: Scope, world: World, *, kind: Kind, levels: tuple[Level, ...]
) -> Value:
    """Evaluate an expression of the protocol on the cohort."""
    return compile_expression(text, scope, where=text, kind=kind, levels=levels).evaluate(world)


def day_of(text: str, scope: Scope, world: World) -> Floats:
    """Evaluate a day of each subject: (trials, subjects); NaN where unknown."""
    value = evaluate(text, scope, world, kind="number", levels=("constant", "subject"))
    return np.broadcast_to(value.array, world.cohort.enrolled.shape)


def visit_days(protocol: Protocol, world: World) -> Floats:
    """Day of each visit: as held, else as planned; (trials, subjects, visits)."""
    planned = np.array(
        [np.nan if one.day is None else float(one.day) for one in protocol.visits.values()]
    )
    held = world.visit["day"]
    return np.where(np.isnan(held), planned, held)
