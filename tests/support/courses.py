"""Courses through states that end at different times, for comparison with other software."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from equipoise.data import Cohort
from equipoise.derive import Derived, derive
from equipoise.protocol import Protocol, load_protocol_file
from equipoise.trials import load_protocol, protocol_path
from support.lupus import invented_cohort

SIZES = {"single": 60, "double": 58}


def staggered_cohort(protocol: Protocol) -> Cohort:
    """An invented trial in which visits are early or late and follow-up ends on many days."""
    cohort = invented_cohort(protocol, sizes=SIZES, seed=9)
    subjects = np.arange(cohort.shape[1])
    shift = subjects * 7 % 11 - 5.0
    planned = np.array([np.nan if one.day is None else one.day for one in protocol.visits.values()])
    day = cohort.visit["day"] + np.where(planned > 0, shift[:, np.newaxis], 0.0)
    contact = np.minimum(cohort.subject["last_contact_day"], 150.0 + subjects * 37 % 590)
    death = cohort.subject["death_day"]
    return replace(
        cohort,
        visit={**cohort.visit, "day": day},
        subject={
            **cohort.subject,
            "last_contact_day": contact,
            "death_day": np.where(death <= contact, death, np.nan),
        },
    )


@cache
def staggered_trial() -> tuple[Protocol, Derived]:
    """The protocol of wang2012 and its staggered cohort, derived once for all tests."""
    protocol = load_protocol("wang2012")
    return protocol, derive(protocol, staggered_cohort(protocol))


def returning_protocol(folder: Path) -> Protocol:
    """The protocol of wang2012 with states that many subjects enter, leave and enter again."""
    text = protocol_path("wang2012").read_text("utf-8")
    for old, new in (
        ("remission: {label: Complete remission, when: complete_remission}",
         "remission: {label: Remission, when: remission}"),
        ("relapse: {label: Relapse, when: relapse, after: [remission]}",
         "relapse: {label: Relapse, when: not remission, after: [remission]}"),
    ):  # fmt: skip
        assert old in text, old
        text = text.replace(old, new)
    path = folder / "protocol.yaml"
    path.write_text(text, encoding="utf-8")
    return load_protocol_file(path)
