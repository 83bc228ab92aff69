"""The analysis plan says of each survival method what it computes and what was chosen."""

import pytest

from equipoise.report.plan.method import method_text
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
      death: {label: Death, day: death_day}
    benefit: neither
  relapse: {label: Relapse, type: time_to_event, event: visit, when: protein > 1,
    competing: death_day, benefit: higher}
  survival: {label: Survival""",
)


@pytest.mark.parametrize(
    ("analysis", "parts"),
    [
        ("method: illness_death, endpoint: course, times: [84], horizon: 168, interval: logit",
         ["Aalen and Johansen", "no Markov property", "day 168", "logit scale",
          "entered at the visit at which it is seen"]),
        ("method: logrank, endpoint: survival, weight: fleming_harrington, gamma: 0.5",
         ["Fleming-Harrington weights, rho 0, gamma 0.5", "hypergeometric variance"]),
        ("method: logrank, endpoint: survival, weight: gehan, strata: [biopsy_class]",
         ["Gehan 1965", "stratified by biopsy_class"]),
        ("method: logrank, endpoint: survival, trend: true, group: biopsy_class",
         ["Tarone 1975", "order of the levels"]),
        ("method: maxcombo, endpoint: survival, weights: [[0, 0], [0, 1]]",
         ["(rho, gamma) 0, 0; 0, 1", "joint normal distribution"]),
        ("method: restricted_mean, endpoint: survival, horizon: 90, beyond: last",
         ["up to day 90", "difference and ratio", "last estimate is drawn on"]),
        ("method: restricted_mean, endpoint: survival, horizon: 90, strata: [biopsy_class]",
         ["stratified by biopsy_class", "weighed by their subjects in both groups"]),
        ("method: milestone, endpoint: survival, at: 84, strata: [biopsy_class]",
         ["normal limits, stratified by biopsy_class"]),
        ("method: milestone, endpoint: survival, at: 84, test: plain",
         ["day 84", "test on the plain scale", "Klein et al. 2007", "nothing is estimated"]),
        ("method: cox, endpoint: survival, factors: [biopsy_class], covariates: [age],"
         ' interactions: ["arm:age"], concordance: true, proportionality: rank',
         ["Grambsch and Therneau with the rank of the time", "interactions arm:age",
          "Harrell's concordance", "Factors: biopsy_class; covariates: age"]),
        ("method: cox, endpoint: survival, errors: robust, cluster: biopsy_class,"
         " proportionality: none", ["Lin and Wei 1989) over biopsy_class"]),
        ("method: fine_gray, endpoint: relapse, covariates: [age]",
         ["Fine and Gray (1999)", "weight for censoring", "Covariates: age"]),
        ("method: cumulative_incidence, endpoint: relapse, times: [84]", ["Gray's test"]),
        ("method: kaplan_meier, endpoint: relapse, times: [84]", ["Greenwood", "at least t"]),
    ],
)  # fmt: skip
def test_the_plan_names_method_and_choices(tmp_path, analysis, parts):
    text = f"analyses:\n  added: {{title: T, analysis_set: all, {analysis}}}\n"
    protocol = small_protocol(tmp_path, ENDPOINT, ("analyses:\n", text))
    said = method_text(protocol, protocol.analyses["added"])
    assert said.endswith(".")
    for part in parts:
        assert part in said


def test_the_plan_without_proportionality_does_not_speak_of_it(tmp_path):
    text = (
        "analyses:\n  added: {title: T, analysis_set: all, method: cox, endpoint: survival,\n"
        "    proportionality: none}\n"
    )
    protocol = small_protocol(tmp_path, ("analyses:\n", text))
    assert "Grambsch" not in method_text(protocol, protocol.analyses["added"])
