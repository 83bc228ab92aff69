import numpy as np
import pytest

from equipoise.errors import DataError
from equipoise.simulate import KNOBS, VARIABLES, simulate_cohort
from equipoise.simulate import trial as trial_module
from equipoise.simulate.plan import make_plan
from equipoise.trials import load_protocol
from support.virtual import build, nephritis, variable


def scenario(**changes):
    return {"one": {"label": "One", "population": "lupus_nephritis_new"} | changes}


def effects(**knobs):
    return build(scenarios=scenario(effects={"cells": knobs}))


def run(protocol, *, name="one", seed=1, trials=1, **more):
    return simulate_cohort(protocol, scenario=name, seed=seed, trials=trials, **more)


BAD_KNOBS = {
    "unknown": ({"relapse_rate": 1.0}, r"scenarios.one.effects.cells.relapse_rate: an unknown knob; wanted one of response_log_odds.*did you mean 'relapse_hr'"),
    "negative rate": ({"infusion_reaction_rate": -0.1}, r"infusion_reaction_rate: -0.1; wanted at least 0 and at most 1"),
    "probability over 1": ({"infusion_reaction_rate": 1.5}, r"infusion_reaction_rate: 1.5; wanted at least 0 and at most 1"),
    "negative hazard": ({"death_hr": -1.0}, r"death_hr: -1; wanted at least 0"),
    "no speed": ({"speed": 0.0}, r"speed: 0; wanted above 0"),
    "no half-life": ({"waning_half_life": 0.0}, r"waning_half_life: 0; wanted above 0"),
    "negative delay": ({"onset_delay": -2.0}, r"onset_delay: -2; wanted at least 0"),
}  # fmt: skip


@pytest.mark.parametrize(("knobs", "message"), BAD_KNOBS.values(), ids=BAD_KNOBS.keys())
def test_a_bad_knob_is_an_error(knobs, message):
    with pytest.raises(DataError, match=message):
        run(effects(**knobs))


def test_the_default_of_every_knob_is_allowed_and_no_effect():
    plain = run(build(scenarios=scenario()))
    named = {name: one.default for name, one in KNOBS.items() if np.isfinite(one.default)}
    same = run(effects(**named))
    for name, array in plain.visit.items():
        np.testing.assert_array_equal(same.visit[name], array, err_msg=name)


def test_expectation_is_shared_where_subjects_are_blinded():
    with pytest.raises(DataError, match=r"expectation differs between arms; wanted one value"):
        run(effects(expectation=0.2))
    both = scenario(effects={"cells": {"expectation": 0.5}, "placebo": {"expectation": 0.5}})
    believed = run(build(scenarios=both), trials=20)
    plain = run(build(scenarios=scenario()), trials=20)
    after = np.nanmean(believed.visit["pga"][..., 2:]) - np.nanmean(plain.visit["pga"][..., 2:])
    assert after < -0.2
    np.testing.assert_array_equal(believed.visit["pga"][..., 0], plain.visit["pga"][..., 0])


def test_unknown_scenario_and_population():
    with pytest.raises(DataError, match=r"scenario: 'nul'; wanted one of null, benefit; did you"):
        run(nephritis(), name="nul")
    unknown = build(scenarios=scenario(population="lupus_nephritis"))
    with pytest.raises(DataError, match=r"scenarios.one.population: 'lupus_nephritis'; wanted one"):
        run(unknown)


def test_zero_subjects():
    with pytest.raises(DataError, match=r"scenarios.one.subjects: 0; wanted 1 or more"):
        run(build(scenarios=scenario()), subjects=0)
    nobody = build(scenarios=scenario(), population={"description": "Nobody knows how many"})
    with pytest.raises(DataError, match=r"scenarios.one.subjects: 0"):
        run(nobody)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"seed": -1}, r"seed: -1; wanted 0 to 18446744073709551615"),
        ({"seed": 2**64}, r"seed: 18446744073709551616"),
        ({"trials": 0}, r"trials: range\(0, 0\); wanted one or more"),
        ({"trials": range(-1, 1)}, r"trials: range\(-1, 1\)"),
    ],
)
def test_bad_addresses(request_, message):
    with pytest.raises(DataError, match=message):
        run(build(scenarios=scenario()), **request_)


def test_every_fault_comes_at_once_and_before_any_work(monkeypatch):
    def never(*_, **__):
        raise AssertionError("work was begun")

    monkeypatch.setattr(trial_module, "recruit", never)
    protocol = build(scenarios=scenario(population="none", effects={"cells": {"death_hr": -1.0}}))
    with pytest.raises(DataError) as caught:
        run(protocol, seed=-1, trials=0)
    assert len(caught.value.faults) == 4


def with_variable(name, form):
    parts = nephritis().model_dump(mode="json", exclude_defaults=True)
    parts["variables"][name] = form
    if form.get("level") == "visit":
        parts["schedule"]["assessments"]["all"]["variables"].append(name)
    return build(variables=parts["variables"], schedule=parts["schedule"], scenarios=scenario())


BAD_VARIABLES = {
    "unknown at visits": ("urea", {"label": "Urea", "level": "visit"}, r"variables.urea: a visit variable that the model cannot produce"),
    "unknown of subjects": ("smoker", {"label": "Smoker", "kind": "yes_no"}, r"variables.smoker: a subject variable that the model cannot"),
    "near": ("haemoglobine", {"label": "Hb", "level": "visit"}, r"did you mean 'haemoglobin'"),
    "level": ("flare_day", {"label": "Flare", "level": "visit"}, r"variables.flare_day: a visit variable"),
    "unit": ("c3", variable("c3") | {"unit": "mg/dL"}, r"variables.c3.unit: mg/dL; wanted g/L"),
    "no unit": ("c4", {"label": "C4", "level": "visit"}, r"variables.c4.unit: none; wanted g/L"),
    "kind": ("rash", {"label": "Rash", "level": "visit"}, r"variables.rash.kind: number; wanted yes_no"),
    "codes": ("sex", {"label": "Sex", "kind": "category", "codes": {"1": "F", "2": "M"}}, r"variables.sex.codes: no code 'F'"),
    "measured BILAG item": ("bilag_systolic_mmhg", {"label": "Pressure", "level": "visit"}, r"variables.bilag_systolic_mmhg: a visit variable"),
    "severity": ("severity", {"label": "Severity", "level": "event", "kind": "category", "codes": ["MILD"]}, r"variables.severity.codes: no code 'MODERATE'"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "form", "message"), BAD_VARIABLES.values(), ids=BAD_VARIABLES)
def test_a_variable_that_cannot_be_produced_is_named(name, form, message):
    with pytest.raises(DataError, match=message):
        run(with_variable(name, form))


def test_a_trial_outside_lupus_names_all_that_is_missing():
    pilot = load_protocol("cdisc_pilot").model_copy(
        update={"scenarios": build(scenarios=scenario()).scenarios}
    )
    with pytest.raises(DataError) as caught:
        run(pilot)
    message = str(caught.value)
    for name in ("race", "mmse", "adas_cog_11", "dermatologic"):
        assert f"variables.{name}: " in message


def test_a_baseline_after_randomisation_is_refused():
    parts = nephritis().model_dump(mode="json", exclude_defaults=True)["schedule"]
    parts["baseline"] = "W1"
    with pytest.raises(DataError, match=r"schedule.visits.W1.day: 7; wanted a day up to 0"):
        run(build(schedule=parts, scenarios=scenario()))


def test_criteria_that_nobody_meets_are_named(monkeypatch):
    monkeypatch.setattr(trial_module, "MOST_ATTEMPTS", 5)
    rules = {"include": {"old": {"text": "Old", "when": "age > 60"},
                         "later": {"text": "Later", "when": "albumin@W4 > 0"}}}  # fmt: skip
    nobody = build(
        population={"description": "Nobody", "planned_subjects": 10, "eligibility": rules},
        scenarios=scenario(),
    )
    with pytest.raises(DataError, match=r"none of 5 candidates is eligible.*old \d %, later 0 %"):
        run(nobody)


def test_derived_categories_and_instruments_serve_in_criteria():
    variables = nephritis().model_dump(mode="json", exclude_defaults=True)["variables"]
    variables["young"] = {
        "label": "Age group", "kind": "category", "codes": ["young", "old"],
        "derive": "'young' if age < 40 else 'old'",
    }  # fmt: skip
    variables["egfr"] = {
        "label": "eGFR", "level": "visit",
        "instrument": {"name": "egfr", "output": "egfr",
                       "inputs": {"creatinine_umol_l": "creatinine", "age_years": "age"}},
    }  # fmt: skip
    rules = {
        "include": {"young": {"text": "Young", "when": "young == 'young'"},
                    "four": {"text": "Class IV", "when": "nephritis_class == 'IV'"}},
        "exclude": {"kidney": {"text": "Low eGFR", "when": "egfr@W0 < 90"}},
    }  # fmt: skip
    protocol = build(
        variables=variables,
        population={"description": "Some", "planned_subjects": 20, "eligibility": rules},
        scenarios=scenario(),
    )
    cohort = run(protocol, trials=3)
    assert (cohort.subject["age"] < 40).all()
    assert (cohort.subject["nephritis_class"] == 1).all()
    from equipoise.derive import derive

    egfr = derive(protocol, cohort).world.visit["egfr"]
    assert (egfr[..., list(protocol.visits).index("W0")] >= 90).all()


def test_days_that_were_not_found_are_noted():
    arms = nephritis().model_dump(mode="json", exclude_defaults=True)["arms"]
    del arms["placebo"]["interventions"][0]["days"]
    plan = make_plan(
        build(arms=arms, scenarios=scenario()), scenario="one", seed=1, trials=range(1)
    )
    assert plan.notes == ("stand-in: days of Placebo in arm placebo are NOT FOUND; day 0",)


def test_nothing_is_given_before_randomisation():
    arms = nephritis().model_dump(mode="json", exclude_defaults=True)["arms"]
    arms["cells"]["interventions"].append({"agent": "Conditioning", "days": [-1]})
    protocol = build(arms=arms, scenarios=scenario())
    plan = make_plan(protocol, scenario="one", seed=1, trials=range(1))
    assert [(dose.agent, dose.day) for dose in plan.doses if dose.arm == 0] == [
        ("Cells", 0), ("Cells", 7), ("Conditioning", 0)
    ]  # fmt: skip
    assert plan.second_infusion[0] == 1.0
    assert plan.notes == (
        "Conditioning in arm cells is planned before randomisation (day -1) and recorded on day 0",
    )


def test_the_second_infusion_is_the_second_day_of_dosing():
    plan = make_plan(nephritis(), scenario="null", seed=1, trials=range(1))
    assert plan.second_infusion.tolist() == [1.0, 1.0]


def test_the_table_of_variables_covers_the_agreed_ids():
    agreed = (
        "protein_24h urine_rbc_hpf urine_wbc_hpf urinary_casts creatinine albumin c3 c4 anti_dsdna "
        "wbc platelets haemoglobin prednisone pga seizure psychosis organic_brain_syndrome "
        "visual_disturbance cranial_nerve_disorder lupus_headache cva vasculitis arthritis myositis "
        "rash alopecia mucosal_ulcers pleurisy pericarditis fever age sex weight nephritis_class"
    )
    assert set(agreed.split()) <= set(VARIABLES)


@pytest.mark.parametrize(
    ("effects", "words"),
    [
        ({}, "patients follow the population, without an effect of treatment"),
        ({"cells": {"response_log_odds": 1.0}}, "patients follow the population, with its effects"),
    ],
)
def test_probabilities_that_patients_do_not_follow_are_said_to_serve_the_design(effects, words):
    one = {**scenario()["one"], "effects": effects, "response_probability": {"cells": 0.9}}
    plan = make_plan(build(scenarios={"one": one}), scenario="one", seed=1, trials=range(1))
    (note,) = [text for text in plan.notes if "response probabilities" in text]
    assert note.startswith("the response probabilities of the scenario serve the exact design")
    assert note.endswith(words)
