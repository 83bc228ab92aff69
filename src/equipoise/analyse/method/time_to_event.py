"""What all methods for times to an event read: times, causes, sizes of groups."""

from __future__ import annotations

from typing import cast

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.method.design import stratum_codes
from equipoise.derive import TimeToEvent
from equipoise.stats import Bools, Floats, Integers
from equipoise.stats.survival import Beyond, Scale

__all__ = [
    "add_sizes",
    "beyond_of",
    "causes_of",
    "scale_of",
    "strata_of",
    "times_of",
    "within",
]


def times_of(frame: Frame, inside: Bools) -> tuple[Floats, Bools]:
    """Read the times of those inside; everyone else, and unknown times, leave every risk set."""
    value = frame.endpoint
    assert isinstance(value, TimeToEvent)
    known = inside & ~np.isnan(value.time)
    return np.where(known, value.time, -np.inf), value.event & known


def causes_of(frame: Frame, inside: Bools) -> tuple[Floats, Integers]:
    """Read times and causes: 1 for the event, 2 for what competes, 0 where censored."""
    value = frame.endpoint
    assert isinstance(value, TimeToEvent)
    time, event = times_of(frame, inside)
    cause = np.where(event, 1, np.where(value.competing & (time > -np.inf), 2, 0))
    return time, cause.astype(np.int64)


def strata_of(frame: Frame, names: tuple[str, ...]) -> tuple[Integers | None, Bools]:
    """Read strata and whose are known; None without names."""
    codes, is_known = stratum_codes(frame, names)
    return (codes if names else None), is_known


def within(strata: tuple[str, ...]) -> str:
    """Say in the name of a method which strata it keeps to."""
    return f", stratified by {', '.join(strata)}" if strata else ""


def add_sizes(frame: Frame, group: int, **counts: Floats) -> tuple[Floats, Floats]:
    """Count the subjects of a group with a time, and what else is counted in them.

    Returns
    -------
    used, missing : (trials,) float
        Members with a time, and without.
    """
    inside = frame.in_group(group)
    time, event = times_of(frame, inside)
    used = (time > -np.inf).sum(axis=-1).astype(np.float64)
    missing = inside.sum(axis=-1) - used
    frame.add(
        {"n": used, "events": event.sum(axis=-1), **counts},
        group=frame.groups[group], n_used=used, n_missing=missing,
    )  # fmt: skip
    return used, missing


def scale_of(interval: str) -> Scale:
    """Name the scale of limits as the estimators do."""
    return cast("Scale", interval.replace("_", "-"))


def beyond_of(beyond: str) -> Beyond:
    """Name what holds after the last follow-up as the estimators do."""
    return cast("Beyond", beyond.replace("_", " "))
