"""An unknown input leaves a response open exactly where its values could change it.

Each unknown is settled every way; the plain twins judge the visits that come of it.
"""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.instruments.bilag2004 import grades_from_letters
from equipoise.instruments.responses import CEILINGS, bicla, doris, lldas, sri
from equipoise.instruments.sledai import ITEMS
from support import plain_responses

nan = float("nan")
NAMES = [item.name for item in ITEMS]


def settled(judge, inputs, ways):
    """Judge every way of settling what is unknown: what they agree on, or NaN."""
    open_ones = [name for name, value in inputs.items() if value is None]
    answers = {
        judge({**inputs, **dict(zip(open_ones, values, strict=True))})
        for values in product(*(ways[name] for name in open_ones))
    }
    agreed = answers.pop() if len(answers) == 1 else None
    return nan if agreed is None else float(agreed)


def draw_inputs(data, ways, *, unknown):
    """Draw every input, and up to ``unknown`` of them as unknown."""
    gone = data.draw(st.sets(st.sampled_from(sorted(ways)), max_size=unknown))
    return {
        name: None if name in gone else data.draw(st.sampled_from(values))
        for name, values in ways.items()
    }


REMISSION = {
    "clinical": [0, 4],
    "pga": [0.4, 0.5, 1.0],
    "prednisone": [0, 5, 5.1],
    "treated": [0, 1],
    "stable": [0, 1],
}


@given(st.data())
def test_doris(data):
    visit = draw_inputs(data, REMISSION, unknown=3)
    answer = doris(
        clinical_sledai=visit["clinical"],
        pga=visit["pga"],
        prednisone_mg_day=visit["prednisone"],
        immunosuppressant_or_biologic=visit["treated"],
        is_stable=visit["stable"],
    )
    for place, met in enumerate((answer.on_treatment, answer.off_treatment)):
        expected = settled(lambda one, at=place: plain_responses.doris(one)[at], visit, REMISSION)
        assert_array_equal(met, expected)


FLAGS = ("haemolysis", "gi", "investigational", "study_drug")
OFTEN = ("arthritis", "myositis", "rash", "low_complement", "fever", "thrombocytopenia")
LOW_ACTIVITY = {
    **{flag: [0, 1] for flag in FLAGS},
    **{f"{when} {name}": [0, 1] for when in ("now", "before") for name in OFTEN},
    "pga": [0.5, 1.0, 1.1],
    "prednisone": [5, 7.5, 8],
    "hydroxychloroquine": [0, 400, 401],
    "flare": [0, 1],
}


@settings(max_examples=60)
@given(st.data(), st.sampled_from(["new_item_all", "new_item_clinical", "sfi"]), st.booleans())
def test_lldas(data, rule, ignore):
    likely = {name: [values[0]] * 3 + values for name, values in LOW_ACTIVITY.items()}
    visit = draw_inputs(data, likely, unknown=4)

    def judge(one):
        return plain_responses.lldas(
            {
                **one,
                "items": {name for name in OFTEN if one[f"now {name}"]},
                "previous": {name for name in OFTEN if one[f"before {name}"]},
                "doses": [one["hydroxychloroquine"], 0, 0, 0, 0, 0],
            },
            rule=rule,
            ignore_study_drug=ignore,
        )

    def items(when):
        return [visit[f"{when} {name}"] if name in OFTEN else 0 for name in NAMES]

    answer = lldas(
        items=items("now"),
        previous_items=items("before"),
        pga=visit["pga"],
        prednisone_mg_day=visit["prednisone"],
        haemolytic_anaemia=visit["haemolysis"],
        gi_activity=visit["gi"],
        doses=[visit["hydroxychloroquine"], *np.zeros(len(CEILINGS) - 1)],
        investigational_drug=visit["investigational"],
        study_drug=visit["study_drug"],
        sfi_flare=visit["flare"],
        new_activity_rule=rule,
        ignore_study_drug=ignore,
    )
    assert_array_equal(answer.met, settled(judge, visit, LOW_ACTIVITY))


SYSTEMS = range(4)
RESPONSE = {
    "sledai": [0, 4, 6, 10, 14],
    "sledai_baseline": [2, 4, 8, 10],
    "pga": [0.5, 1.2, 1.3, 2.0],
    "pga_baseline": [0.5, 1.0, 1.5],
    "failure": [0, 1],
    **{f"{when} {system}": list("EDCBA") for when in ("before", "now") for system in SYSTEMS},
}


def response_inputs(visit):
    letters = {
        when: [visit[f"{when} {system}"] for system in SYSTEMS] + ["E"] * (9 - len(SYSTEMS))
        for when in ("before", "now")
    }
    numbers = ("sledai", "sledai_baseline", "pga", "pga_baseline")
    return {
        **{name: visit[name] for name in numbers},
        "bilag": grades_from_letters(letters["now"]),
        "bilag_baseline": grades_from_letters(letters["before"]),
        "treatment_failure": visit["failure"],
    }


def judged_by(twin, **how):
    def judge(one):
        before, now = (
            [one[f"{when} {system}"] for system in SYSTEMS] for when in ("before", "now")
        )
        return twin({**one, "before": before, "now": now}, **how)

    return judge


@settings(max_examples=60)
@given(st.data())
def test_sri(data):
    likely = {name: [values[0]] * 2 + values for name, values in RESPONSE.items()}
    visit = draw_inputs(data, likely | {"sledai_baseline": [8, 10]}, unknown=3)
    expected = settled(judged_by(plain_responses.sri, x=4), visit, RESPONSE)
    assert_array_equal(sri(**response_inputs(visit)).responder, expected)


@settings(max_examples=60)
@given(st.data())
def test_bicla(data):
    likely = {name: [values[0]] * 2 + values for name, values in RESPONSE.items()}
    visit = draw_inputs(data, likely | {"before 0": ["A", "B"]}, unknown=3)
    expected = settled(judged_by(plain_responses.bicla, strict_pga=False), visit, RESPONSE)
    answer = bicla(**response_inputs(visit)).responder
    # A system may count for two limbs: the answer may stay open, but is never another one.
    assert np.isnan(answer) or answer == expected
