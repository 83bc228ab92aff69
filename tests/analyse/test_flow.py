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
