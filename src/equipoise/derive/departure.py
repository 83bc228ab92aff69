"""Departure: the first visit of a course that comes after an intercurrent event."""

from __future__ import annotations

import numpy as np

from equipoise.derive.evaluate import day_of, visit_days
from equipoise.derive.world import World
from equipoise.protocol import Protocol, Scope
from equipoise.protocol.model.endpoint import Estimand
from equipoise.stats import Integers

__all__ = ["departure_visit"]

_LEAVING = ("hypothetical", "treatment_policy")
"""Strategies of events after which a subject may have left the course of its own arm."""


def departure_visit(
    estimand: Estimand, visits: tuple[str, ...], protocol: Protocol, scope: Scope, world: World
) -> Integers:
    """Find the place among ``visits`` of the first one after an event of the estimand.

    Returns
    -------
    (trials, subjects) int
        The number of visits where no event comes before the last of them. A visit on the day of
        the event comes before it, as where the values of an estimand are taken away.
    """
    order = list(protocol.visits)
    days = visit_days(protocol, world)[..., [order.index(visit) for visit in visits]]
    after = np.zeros(days.shape, dtype=np.bool_)
    for event in estimand.intercurrent_events.values():
        if event.strategy in _LEAVING:
            after |= days > day_of(event.day, scope, world)[..., np.newaxis]
    return np.where(after.any(axis=-1), np.argmax(after, axis=-1), len(visits))
