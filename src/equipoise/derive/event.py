"""Adverse events of an endpoint: which count, when they start, and how many a subject has."""

from __future__ import annotations

import numpy as np

from equipoise.derive.evaluate import evaluate
from equipoise.derive.world import World
from equipoise.protocol import Scope
from equipoise.stats import Bools, Floats

__all__ = ["event_numbers", "event_starts"]


def event_starts(when: str | None, scope: Scope, world: World) -> tuple[Bools, Floats]:
    """Say which adverse events count, and on which day each starts: (events,) both.

    Parameters
    ----------
    when : str or None
        Which events count; all of them if None.

    Notes
    -----
    An event whose start is not known counts as starting on the day of the first dose.
    """
    counts = np.ones(world.cohort.events.subject.shape, dtype=np.bool_)
    if when is not None:
        value = evaluate(when, scope, world, kind="yes_no", levels=("constant", "subject", "event"))
        array = value.array[world.event_owner()] if value.level == "subject" else value.array
        counts = np.broadcast_to(array == 1, counts.shape)
    start = world.event["start_day"]
    first_dose = world.subject["first_dose_day"][world.event_owner()]
    start = np.where(np.isnan(start), np.where(np.isnan(first_dose), 0.0, first_dose), start)
    return counts, start


def event_numbers(
    when: str | None, scope: Scope, world: World, *, first: Floats, last: Floats
) -> tuple[Floats, Floats]:
    """Count the events of each subject between two days, and find the day of the first.

    Parameters
    ----------
    when : str or None
        Which events count.
    first, last : (trials, subjects) float
        Days between which events count, both included; unknown days count nothing.

    Returns
    -------
    number : (trials, subjects) float
    day : (trials, subjects) float
        NaN without an event.
    """
    counts, start = event_starts(when, scope, world)
    owner = world.event_owner()
    counts = counts & (start >= first[owner]) & (start <= last[owner])
    trial, subject = owner
    number: Floats = np.zeros(world.cohort.enrolled.shape)
    np.add.at(number, (trial[counts], subject[counts]), 1)
    day = np.full(number.shape, np.inf)
    np.minimum.at(day, (trial[counts], subject[counts]), start[counts])
    return number, np.where(np.isinf(day), np.nan, day)
