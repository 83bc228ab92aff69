"""The flow of participants: what is counted, and what an arm cannot have missed."""

from __future__ import annotations

from equipoise.analyse import analyse
from equipoise.data import cohort_of, read_folder
from equipoise.derive import derive
from support.small import small_folder, small_protocol

FLOW = (
    "analyses:\n",
    "analyses:\n  flow: {title: Flow, method: flow, role: baseline, analysis_set: all, analysed: all}\n",
)
CELLS = (
    "cells: {label: Cells, role: experimental}",
    "cells: {label: Cells, role: experimental, interventions: [{agent: Cells, days: [0]}]}",
)


def groups_of(folder, variable, *changes):
    """Name the groups of which the flow counts something."""
    folder = folder / variable
    folder.mkdir()
    protocol = small_protocol(folder, FLOW, *changes)
    cohort = cohort_of(protocol, read_folder(protocol, small_folder(folder)))
    rows = analyse(protocol, derive(protocol, cohort)).rows
    return [row.key.group for row in rows if row.key.variable == variable]


def test_an_arm_that_is_to_get_nothing_did_not_miss_it(tmp_path):
    assert groups_of(tmp_path, "allocated") == ["control", "cells"]
    assert groups_of(tmp_path, "not_treated") == []


def test_an_arm_with_an_agent_has_those_who_did_not_get_it(tmp_path):
    assert groups_of(tmp_path, "not_treated", CELLS) == ["cells"]
    assert groups_of(tmp_path, "treated", CELLS) == ["cells"]


def test_participants_are_counted_from_assessment_to_analysis(tmp_path):
    """Six people by hand: one never randomised, one never treated, one who withdrew, one death."""
    protocol = small_protocol(tmp_path, FLOW, CELLS)
    data = small_folder(
        tmp_path,
        subjects=("04,K,control", "05,K,,,III,33\n06,K,control,2012-04-10,III,44\n04,K,control"),
        disposition=("03,death", "02,withdrawn,2012-05-01,moved away\n03,death"),
    )
    cohort = cohort_of(protocol, read_folder(protocol, data))
    counts = {
        (row.key.variable, row.key.group, row.key.variable_level): int(row.value.item())
        for row in analyse(protocol, derive(protocol, cohort)).rows
        if row.key.analysis == "flow"
    }
    counted = {
        "Total": {"screened": 6, "excluded": 1, "randomised": 5},
        "control": {"allocated": 3, "discontinued": 1, "analysed": 3},
        "cells": {"allocated": 2, "treated": 1, "not_treated": 1, "completed": 1, "analysed": 2},
    }
    assert {key: count for key, count in counts.items() if count} == {
        (variable, group, ""): count
        for group, own in counted.items()
        for variable, count in own.items()
    } | {("discontinued", "control", "moved away"): 1}
