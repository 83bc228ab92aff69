"""What times to an event and courses through states may ask for, and what is a fault."""

import re

import pytest

from equipoise.errors import ProtocolError
from support.small import small_protocol

ENDPOINT = (
    "  survival: {label: Survival",
    """\
  course:
    label: Course
    type: multistate
    states:
      active: {label: Active}
      remission: {label: Remission, when: protein < 0.5}
      relapse: {label: Relapse, when: protein >= 1, after: [remission]}
      death: {label: Death, day: death_day}
    benefit: neither
  survival: {label: Survival""",
)


def protocol_with(folder, analysis, *changes):
    text = f"analyses:\n  added: {{title: T, analysis_set: all, {analysis}}}\n"
    return small_protocol(folder, ENDPOINT, ("analyses:\n", text), *changes)


SOUND = [
    "method: illness_death, endpoint: course, times: [0, 84, 168], horizon: 168",
    "method: logrank, endpoint: survival, weight: fleming_harrington, gamma: 1",
    "method: logrank, endpoint: survival, weight: tarone_ware, strata: [biopsy_class]",
    "method: logrank, endpoint: survival, trend: true, group: biopsy_class",
    "method: maxcombo, endpoint: survival, alternative: greater",
    "method: restricted_mean, endpoint: survival, horizon: 168, measures: [difference]",
    "method: milestone, endpoint: survival, at: 84, test: plain",
    "method: cox, endpoint: survival, ties: exact, proportionality: none",
    'method: cox, endpoint: survival, factors: [biopsy_class], interactions: ["arm:biopsy_class"]',
    "method: cox, endpoint: survival, errors: robust, cluster: biopsy_class",
]


@pytest.mark.parametrize("analysis", SOUND)
def test_what_fits_together_is_taken(tmp_path, analysis):
    assert protocol_with(tmp_path, analysis).analyses["added"].method in analysis


@pytest.mark.parametrize(
    ("analysis", "message"),
    [
        ("method: illness_death, endpoint: survival, times: [0], horizon: 9",
         "illness_death of a time_to_event endpoint.*type multistate"),
        ("method: kaplan_meier, endpoint: course, times: [0]",
         "kaplan_meier of a multistate endpoint"),
        ("method: illness_death, endpoint: course, times: [-3], horizon: 9", "day -3"),
        ("method: illness_death, endpoint: course, times: [3], horizon: 0", "greater than 0"),
        ("method: logrank, endpoint: survival, gamma: 1", "gamma for weight: none"),
        ("method: logrank, endpoint: survival, weight: fleming_harrington",
         "fleming_harrington with rho 0 and gamma 0.*weight: none, which is the same test"),
        ("method: logrank, endpoint: survival, weight: gehan, rho: 1", "rho for weight: gehan"),
        ("method: logrank, endpoint: survival, weight: gehen", "gehan"),
        ("method: logrank, endpoint: survival, trend: true",
         "no dose_level in control, cells; wanted a dose_level in every arm"),
        ("method: logrank, endpoint: survival, trend: true, group: biopsy_class, weight: gehan",
         "a trend with weight: gehan"),
        ("method: logrank, endpoint: survival, trend: true, group: biopsy_class, overall: false,"
         " alternative: less", "a trend beside alternative: less"),
        ("method: maxcombo, endpoint: survival, weights: [[0, 0]]", "at least 2"),
        ("method: maxcombo, endpoint: survival, weights: [[0, 0], [0, -1]]", "powers 0 and -1"),
        ("method: maxcombo, endpoint: survival, weights: [[0, 1], [0, 1]]", "again"),
        ("method: restricted_mean, endpoint: survival, horizon: -1", "greater than 0"),
        ("method: milestone, endpoint: remission, at: 84", "milestone of a response endpoint"),
        ("method: cox, endpoint: survival, ties: exact, proportionality: km", "km with ties: exact; wanted none"),
        ("method: cox, endpoint: survival, ties: exact, proportionality: none, errors: robust",
         "robust with ties: exact; wanted model"),
        ("method: cox, endpoint: survival, cluster: biopsy_class",
         "a cluster with errors: model; wanted errors: robust"),
        ("method: cox, endpoint: survival, errors: robust, cluster: biopsy_clas",
         "did you mean 'biopsy_class'"),
        ('method: cox, endpoint: survival, interactions: ["arm:age"]', "interaction 'arm:age'"),
        ('method: cox, endpoint: survival, factors: [biopsy_class], errors: robust,'
         ' interactions: ["arm:biopsy_class"]', "with robust errors; wanted errors: model"),
        ("method: fine_gray, endpoint: survival",
         "nothing competes with 'Survival'.*method: cox"),
        ("method: illness_death, endpoint: course, times: [0], horizon: 9, alternative: less",
         "less for illness_death"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_a_fault_at_its_line(tmp_path, analysis, message):
    with pytest.raises(ProtocolError, match=message) as caught:
        protocol_with(tmp_path, analysis)
    lines = (tmp_path / "protocol.yaml").read_text("utf-8").splitlines()
    wanted = next(place for place, line in enumerate(lines, 1) if "  added:" in line)
    assert re.search(rf"protocol\.yaml:{wanted} ", str(caught.value))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("remission: {label: Remission, when: protein < 0.5}", "remission: {label: Remission}"),
         "neither when nor day"),
        (("day: death_day}", "day: death_day, when: protein > 9}"), "when and day"),
        (("active: {label: Active}", "active: {label: Active, day: death_day}"),
         "everyone begins in it"),
        (("after: [remission]", "after: [remision]"), "did you mean 'remission'"),
        (("after: [remission]", "after: [relapse]"), "'relapse' after itself"),
        (("after: [remission]", "after: [death]"), "'death', which is never left"),
        (("after: [remission]", "after: [remission, remission]"), "again"),
        (("when: protein < 0.5}", "when: protein < 0.5, after: [relapse]}"),
         "no way from 'active' to 'remission'"),
        (("day: death_day}", "day: death_day, after: [active]}"),
         "after of a state that is entered on a day"),
        (("when: protein >= 1", "when: age >= 1"), "the same at every visit"),
        (("when: protein >= 1", "when: protein + 1"), "is a number; wanted a condition"),
        (("when: protein >= 1", "when: albumin > 1 and index > 30 and proten > 1"), "proten"),
        (("day: death_day}", "day: protein}"), "wanted one for each subject"),
        (("    benefit: neither\n", "    censor: protein\n    benefit: neither\n"),
         "wanted one for each subject"),
    ],
)  # fmt: skip
def test_states_that_do_not_hold_together_are_faults(tmp_path, change, message):
    with pytest.raises(ProtocolError, match=message):
        small_protocol(tmp_path, ENDPOINT, change)


def test_an_estimand_of_a_course_can_only_be_observed(tmp_path):
    estimand = """\
  course_estimand:
    {label: Course, endpoint: course, analysis_set: all, intercurrent_events:
      {stop: {label: Stop, day: withdrawal_day, strategy: hypothetical}}}
analyses:
"""
    with pytest.raises(ProtocolError, match="hypothetical for a course through states"):
        small_protocol(tmp_path, ENDPOINT, ("analyses:\n", estimand))
