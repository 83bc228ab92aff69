"""The flow of participants, as CONSORT 2025 counts it."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.protocol.model.analysis import Flow
from equipoise.protocol.model.arm import TOTAL
from equipoise.stats import Bools

__all__ = ["flow_frame"]


def flow_frame(frame: Frame) -> None:
    """Count participants from assessment to analysis, with reasons.

    Everyone in the data was assessed for eligibility; those without randomisation were excluded.
    """
    analysis = frame.analysis
    assert isinstance(analysis, Flow)
    subject, cohort = frame.derived.world.subject, frame.derived.cohort
    enrolled = cohort.enrolled
    randomised = enrolled & (subject["randomised"] == 1)
    _count(frame, "screened", enrolled, TOTAL)
    _count(frame, "excluded", enrolled & ~randomised, TOTAL)
    _count(frame, "randomised", randomised, TOTAL)
    treated = subject["treated"] == 1
    completed = subject["completed"] == 1
    reason = subject["withdrawal_reason"]
    stopped = (~np.isnan(subject["withdrawal_day"]) | ~np.isnan(reason)) & ~completed
    analysed = frame.derived.sets[analysis.analysed]
    for group, name in enumerate(frame.groups):
        inside = randomised & (frame.group == group)
        _count(frame, "allocated", inside, name)
        if _has_treatment(frame, name):
            _count(frame, "treated", inside & treated, name)
            _count(frame, "not_treated", inside & ~treated, name)
        _count(frame, "completed", inside & completed, name)
        _count(frame, "discontinued", inside & stopped, name)
        for code, level in enumerate(frame.derived.world.levels.get("withdrawal_reason", ())):
            _count(frame, "discontinued", inside & stopped & (reason == code), name, level)
        _count(frame, "analysed", inside & analysed, name)
        _count(frame, "not_analysed", inside & ~analysed, name)


def _has_treatment(frame: Frame, group: str) -> bool:
    """Say whether the members of a group were to get something that others may not get."""
    arm = frame.protocol.arms.get(group)
    return arm is None or any(not one.background for one in arm.interventions)


def _count(frame: Frame, variable: str, who: Bools, group: str, level: str = "") -> None:
    frame.add({"count": who.sum(axis=-1)}, group=group, variable=variable, variable_level=level)
