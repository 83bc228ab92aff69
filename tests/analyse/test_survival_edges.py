"""Small arms, empty arms, no follow-up: rows with a sentence, and displays that can be built."""

import numpy as np
import pytest

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.protocol import load_protocol_file
from equipoise.report.display.build import blocks_of
from equipoise.report.document import view_of
from equipoise.report.naming import words_of
from equipoise.report.rows import ResultRows
from equipoise.trials import protocol_path
from support.lupus import invented_cohort

REMISSION = "analysis_set: itt, endpoint: time_to_remission"
COURSE = "method: illness_death, analysis_set: itt, endpoint: disease_course"
ANALYSES = f"""\
analyses:
  states: {{title: T, {COURSE}, times: [0, 84, 168], horizon: 168, by: [sex]}}
  classes: {{title: T, {COURSE}, times: [84], horizon: 168, group: nephritis_class,
    contrasts: pairwise, multiplicity: holm}}
  incidence: {{title: T, method: cumulative_incidence, {REMISSION}, times: [84, 168], by: [sex]}}
  mean: {{title: T, method: restricted_mean, {REMISSION}, horizon: 168, by: [sex]}}
  share: {{title: T, method: milestone, {REMISSION}, at: 168, by: [sex], multiplicity: holm}}
  largest: {{title: T, method: maxcombo, {REMISSION}, by: [sex], strata: [nephritis_class]}}
  hazard: {{title: T, method: cox, {REMISSION}, by: [sex], covariates: [age],
    interactions: ["arm:age"], concordance: true}}
  subdistribution: {{title: T, method: fine_gray, {REMISSION}, by: [sex]}}
  gehan: {{title: T, method: logrank, {REMISSION}, by: [sex], weight: gehan}}
  trend: {{title: T, method: logrank, {REMISSION}, group: nephritis_class, trend: true}}
  curve: {{title: T, method: kaplan_meier, {REMISSION}, times: [0, 84], by: [sex],
    quantiles: [0.25, 0.5, 0.75]}}
"""


def one_sex_in_an_arm(cohort):
    cohort.subject["sex"][0, :12] = 0.0


def no_follow_up(cohort):
    cohort.subject["last_contact_day"][:] = 0.0


def all_dead_at_once(cohort):
    cohort.subject["death_day"][:] = cohort.subject["last_contact_day"][:] = 1.0


def unknown_contact(cohort):
    cohort.subject["last_contact_day"][:] = np.nan


@pytest.fixture(scope="module")
def protocol(tmp_path_factory):
    text = protocol_path("deng2017").read_text("utf-8")
    begin, looks = text.index("\nanalyses:\n") + 1, text.index("\nlooks:\n") + 1
    scenarios = text.index("\nscenarios:\n") + 1
    assert begin < looks < scenarios
    path = tmp_path_factory.mktemp("edges") / "protocol.yaml"
    path.write_text(text[:begin] + ANALYSES + text[scenarios:], encoding="utf-8")
    return load_protocol_file(path)


@pytest.mark.parametrize(
    "change", [one_sex_in_an_arm, no_follow_up, all_dead_at_once, unknown_contact]
)
def test_what_cannot_be_estimated_is_a_row_with_a_sentence(protocol, change):
    cohort = invented_cohort(protocol, sizes={"cells": 12, "placebo": 6}, seed=5)
    change(cohort)
    frame = analyse(protocol, derive(protocol, cohort)).frame()
    assert set(frame["analysis"]) == set(protocol.analyses)
    assert frame.filter(frame["variable"] == "analysis").is_empty()  # no data were refused
    assert frame.filter(frame["value"].is_null(), frame["state"] == "estimated").is_empty()
    assert frame.filter(frame["state"] != "estimated", frame["message"] == "").is_empty()
    rows, words = ResultRows.from_frame(frame), words_of(protocol)
    for name in protocol.analyses:
        assert blocks_of(view_of(protocol, rows, words, name))
