"""Values are asked only of visits at which they are assessed, through all derivations."""

import re

import pytest

from equipoise.errors import ProtocolError
from equipoise.protocol import assessed_visits
from support.small import small_protocol

ALL = ("W0", "W4", "W12", "W24")
BOTH = ("W0", "W24")
DERIVED = (
    "variables:\n",
    """\
variables:
  ratio: {label: R, level: visit, derive: protein / protein@W0}
  active: {label: A, level: visit, kind: yes_no, derive: index > 3 and ratio > 0.5}
  ever_active: {label: E, kind: yes_no, derive: any_visit(active)}
  optional: {label: O, level: visit, kind: yes_no, derive: protein < 3 and (missing(index) or index < 3)}
  response:
    {label: Response, level: visit, kind: category, codes: [complete, partial, none],
     instrument: {name: renal_response_nct01539902, output: response,
       inputs: {urine_protein_24h_g: protein, urine_protein_24h_baseline_g: protein@W0,
                creatinine_umol_l: index, creatinine_baseline_umol_l: "80", urine_rbc_hpf: "2"}}}
""",
)


@pytest.mark.parametrize(
    ("text", "visits"),
    [
        ("protein", ALL),
        ("index", BOTH),
        ("protein + index", BOTH),
        ("ratio", ALL),
        ("active", BOTH),
        ("ever_active", ALL),
        ("response", BOTH),
        ("response == 'partial' and protein < 1", BOTH),
        ("optional", ALL),
        ("known(index)", ALL),
        ("index@W24 < 3 and protein < 1", ALL),
        ("change(index)", BOTH),
        ("baseline(index) > 3 and protein < 1", ALL),
        ("previous(index) > protein", ALL),
        ("so_far(active)", BOTH),
        ("age > 30", ALL),
        ("any_visit(index > 3)", ALL),
        ("day < 30", ALL),
    ],
)
def test_where_all_that_is_read_is_assessed(tmp_path, text, visits):
    assert assessed_visits(small_protocol(tmp_path, DERIVED), text) == visits


def test_what_is_never_assessed_together_is_known_nowhere(tmp_path):
    protocol = small_protocol(
        tmp_path,
        ("visits: [W0, W24], variables: [index]", "visits: [W24], variables: [index]"),
        ("[W0, W4, W12, W24], variables", "[W0, W4, W12], variables"),
        ("at: W24", "at: W12"), ("ever_by: W24", "ever_by: W12"), ("[W12, W24]", "[W4, W12]"),
    )  # fmt: skip
    assert assessed_visits(protocol, "protein + index") == ()
    assert assessed_visits(protocol, "protein") == ("W0", "W4", "W12")


RESPONSE = "  remission: {label: Remission, type: response, when: protein < 0.5, at: W24, benefit: higher}\n"
EVENT = "label: X, type: time_to_event, event: visit, benefit: higher, when"
MEASURE = "label: X, type: value, benefit: higher, variable"
PRIMARY = "analyses:\n"

ENDPOINTS = {
    "at": ("type: response, when: index < 3, at: W12", r"more.at: 'index < 3' is not assessed at W12; wanted one of W0, W24"),
    "at, derived": ("type: response, when: active, at: W4", r"more.at: 'active' is not assessed at W4; wanted one of W0, W24"),
    "at, by an instrument": ("type: response, when: response == 'complete', at: W12", r"is not assessed at W12; wanted one of W0, W24"),
    "ever_by": ("type: response, when: active, ever_by: W12", r"more.ever_by: 'active' is not assessed at W12"),
    "ever_by baseline": ("type: response, when: protein < 1, ever_by: W0", r"more.ever_by: W0, which is not after W0"),
    "neither": ("type: response, when: protein < 1", r"more: 'protein < 1' has a value for each visit; wanted the field at, or ever_by"),
    "a named visit": ("type: response, when: index@W12 < 3", r"more.when: 'index' is not assessed at W12; wanted one of W0, W24"),
    "a derived named visit": ("type: value, variable: 10 * ratio@W4 + index@W4", r"more.variable: 'index' is not assessed at W4"),
    "an expression at a visit": ("type: response, when: (protein + index)@W4 > 3", r"more.when: 'protein \+ index' is not assessed at W4"),
    "a range": ("type: value, variable: 'mean_visits(index, W4, W12)'", r"more.variable: 'index' is not assessed at W4 to W12"),
    "visits of a derived": ("type: value, variable: ratio_index, visits: [W4, W24]", r"more.visits.0: 'ratio_index' is not scheduled at W4; wanted one of W0, W24"),
    "change without baseline": ("type: change, variable: late, visits: [W24]", r"more.variable: 'late' is not scheduled at W0, so it has no change"),
    "twice": ("type: value, variable: protein, visits: [W4, W4]", r"more.visits.1: 'W4' again; wanted each once"),
    "an event at no visit": ("type: time_to_event, event: visit, when: early + late > 3", r"more.when: 'early \+ late > 3' is assessed at no visit"),
    "an origin": ("type: time_to_event, event: death, origin: index@W4", r"more.origin: 'index' is not assessed at W4"),
}  # fmt: skip
MORE = (
    DERIVED[0],
    DERIVED[1] + "  ratio_index: {label: Q, level: visit, derive: index / 2}\n"
    "  late: {label: L, level: visit}\n  early: {label: V, level: visit}\n",
)
LATE = ("    biopsy: {", "    later: {label: L, visits: [W24], variables: [late]}\n"
        "    first: {label: F, visits: [W4], variables: [early]}\n    biopsy: {")  # fmt: skip


def refused(folder, message, *changes):
    with pytest.raises(ProtocolError) as caught:
        small_protocol(folder, MORE, LATE, *changes)
    assert re.search(message, str(caught.value)), str(caught.value)
    assert len(caught.value.faults) == 1, str(caught.value)


@pytest.mark.parametrize(("endpoint", "message"), ENDPOINTS.values(), ids=ENDPOINTS.keys())
def test_endpoints_ask_what_is_assessed(tmp_path, endpoint, message):
    more = f"{RESPONSE}  more: {{label: X, benefit: higher, {endpoint}}}\n"
    refused(tmp_path, message, (RESPONSE, more))


ANALYSES = {
    "a covariate": ("method: ancova, endpoint: albumin_change, covariates: [index@W4]", r"more.covariates.0: 'index' is not assessed at W4"),
    "baseline": ("method: ancova, endpoint: late_value, covariates: [baseline]", r"more.covariates.0: 'late' is not assessed at W0"),
    "a condition": ("method: describe, variables: [age], where: index@W12 > 3", r"more.where: 'index' is not assessed at W12"),
    "a variable": ("method: describe, variables: [age, index@W12]", r"more.variables.1: 'index' is not assessed at W12"),
    "a course at other visits": ("method: describe, variables: [index, protein], visits: [W4, W12]", r"more.variables.0: 'index' is not assessed at W4 or W12; wanted one of W0, W24"),
    "a visit that shows nothing": ("method: describe, variables: [index, late], visits: [W4, W24]", r"more.visits.0: no variable is assessed at W4"),
    "a category": ("method: cmh, variable: index@W4", r"more.variable: 'index' is not assessed at W4"),
}  # fmt: skip


@pytest.mark.parametrize(("analysis", "message"), ANALYSES.values(), ids=ANALYSES.keys())
def test_analyses_ask_what_is_assessed(tmp_path, analysis, message):
    refused(
        tmp_path, message,
        (RESPONSE, f"{RESPONSE}  late_value: {{{MEASURE}: late, visits: [W24]}}\n"),
        (PRIMARY, f"{PRIMARY}  more: {{title: More, analysis_set: all, {analysis}}}\n"),
    )  # fmt: skip


def test_sets_eligibility_derivations_and_inputs_ask_what_is_assessed(tmp_path):
    changes = [
        ("when: randomised", "when: randomised and index@W4 > 0"),
        ("{description: Adults with lupus nephritis}", "{description: A, eligibility: "
         "{include: {a: {text: T, when: index@W12 > 0}}, exclude: {b: {text: T, when: change(late)@W24 > 0}}}}"),
        ("  age: {", "  worse: {label: W, kind: yes_no, derive: index@W4 > 3}\n  age: {"),
        ("creatinine_umol_l: index", "creatinine_umol_l: index@W4"),
    ]  # fmt: skip
    with pytest.raises(ProtocolError) as caught:
        small_protocol(tmp_path, MORE, LATE, *changes)
    text = str(caught.value)
    for place, came in [
        ("analysis_sets.all.when", "'index' is not assessed at W4"),
        ("include.a.when", "'index' is not assessed at W12"),
        ("exclude.b.when", "'late' is not assessed at W0"),
        ("variables.worse.derive", "'index' is not assessed at W4"),
        ("inputs.creatinine_umol_l", "'index' is not assessed at W4"),
    ]:
        assert re.search(f"{place}: {came}", text), (place, text)


def test_what_is_assessed_may_be_asked(tmp_path):
    more = f"""{RESPONSE}  more: {{label: X, type: response, when: active, at: W24, benefit: higher}}
  ever: {{label: X, type: response, when: optional, ever_by: W12, benefit: higher}}
  course: {{{MEASURE}: ratio, visits: [W4, W24]}}
  event: {{{EVENT}: so_far(active)}}
"""
    assert len(small_protocol(tmp_path, DERIVED, (RESPONSE, more)).endpoints) == 8
