"""A trial whose course of a number is given outright, so that published data can be analysed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from equipoise.data import Cohort
from equipoise.data.cohort import Events
from equipoise.protocol import Protocol, load_protocol_file
from support.completed import completed

_HEAD = """\
equipoise: 1
id: measured
trial: {title: A measured trial, indication: Lupus nephritis}
population: {description: Adults with lupus nephritis}
arms:
"""
_REST = """\
variables:
  x: {label: A number of the subject}
  y: {label: Number, level: visit}
analysis_sets:
  all: {label: All randomised, when: randomised}
"""
_EVENT = (
    "term", "body_system", "severity", "serious", "related", "outcome", "grade", "start_day",
    "end_day",
)  # fmt: skip


def measured_protocol(
    folder: Path, *analyses: str, days: Sequence[int], arms: Sequence[str] = ("control", "cells")
) -> Protocol:
    """Load a trial with a visit on each day and analyses ``name: fields`` of all subjects.

    Its endpoints: ``course``, the number at every visit, and ``change``, from the first to the
    later ones.
    """
    roles = ["no_treatment", *["experimental"] * (len(arms) - 1)]
    text = _HEAD + "".join(
        f"  {name}: {{label: {name}, role: {role}, dose_level: {place}}}\n"
        for place, (name, role) in enumerate(zip(arms, roles, strict=True))
    )
    visits = [f"V{day}" for day in days]
    listed = ", ".join(f"V{day}: {{label: Day {day}, day: {day}}}" for day in days)
    text += (
        "randomisation: {procedure: simple}\n"
        f"schedule:\n  baseline: {visits[0]}\n  visits: {{{listed}}}\n"
        f"  assessments: {{all: {{label: All, visits: [{', '.join(visits)}], variables: [y]}}}}\n"
    )
    text += _REST + (
        "endpoints:\n"
        f"  course: {{label: Number, type: value, variable: y, visits: [{', '.join(visits)}], "
        "benefit: higher}\n"
        f"  change: {{label: Change, type: change, variable: y, visits: [{', '.join(visits[1:])}], "
        "benefit: higher}\n"
    )
    text += "analyses:\n" + "".join(
        f"  {name.strip()}: {{title: {name.strip()}, analysis_set: all, {fields.strip()}}}\n"
        for name, _, fields in (one.partition(":") for one in analyses)
    )
    path = folder / "protocol.yaml"
    path.write_text(text, encoding="utf-8")
    return load_protocol_file(path)


def measured_cohort(
    protocol: Protocol,
    *,
    arm: np.ndarray,
    y: np.ndarray,
    subject: Mapping[str, np.ndarray] | None = None,
) -> Cohort:
    """Make a cohort of ``y`` (trials, subjects, visits); ``arm`` (trials, subjects) codes the arms."""
    arm = np.atleast_2d(np.asarray(arm, dtype=float))
    shape = arm.shape
    days = [float(visit.day or 0) for visit in protocol.visits.values()]
    return Cohort(
        protocol=protocol,
        enrolled=arm >= 0,
        subject={
            **completed(arm, last_day=max(days)),
            "x": np.zeros(shape),
            **(subject or {}),
        },
        visit={
            "day": np.broadcast_to(days, (*shape, len(days))),
            "y": np.broadcast_to(y, (*shape, len(days))),
        },
        events=Events(
            trial=np.empty(0, dtype=np.int64),
            subject=np.empty(0, dtype=np.int64),
            columns=dict.fromkeys(_EVENT, np.empty(0)),
        ),
        levels={
            "arm": tuple(protocol.arms),
            "site": ("one",),
            "withdrawal_reason": ("death",),
            "serious": ("no", "yes"),
            **dict.fromkeys(("term", "body_system", "severity", "related", "outcome"), ()),
        },
        origin="SIMULATED",
        data_hash="measured",
    )
