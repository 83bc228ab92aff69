"""The two lupus protocols: they load, say where everything comes from, and can be analysed."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from pydantic import BaseModel

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.protocol.model.base import Noun
from equipoise.trials import load_protocol, protocol_path
from support.lupus import invented_cohort

SIZES = {"deng2017": {"cells": 12, "placebo": 6}, "wang2012": {"single": 30, "double": 28}}
CAPTURED = {
    "protein_24h", "urine_rbc_hpf", "urine_wbc_hpf", "urinary_casts", "creatinine", "albumin",
    "c3", "c4", "anti_dsdna", "wbc", "platelets", "haemoglobin", "prednisone", "pga",
    "seizure", "psychosis", "organic_brain_syndrome", "visual_disturbance",
    "cranial_nerve_disorder", "lupus_headache", "cva", "vasculitis", "arthritis", "myositis",
    "rash", "alopecia", "mucosal_ulcers", "pleurisy", "pericarditis", "fever",
}  # fmt: skip


@pytest.fixture(scope="module", params=SIZES)
def trial(request):
    return load_protocol(request.param)


@pytest.fixture(scope="module")
def derived(trial):
    return derive(trial, invented_cohort(trial, sizes=SIZES[trial.id], seed=4))


def test_what_is_captured_is_what_was_agreed(trial):
    visits = {name for name, one in trial.variables_at("visit").items() if not one.is_derived}
    assert {name for name in visits if not name.startswith("bilag_")} == CAPTURED
    assert all(trial.visits_of(name) for name in visits)
    subjects = {name for name, one in trial.variables_at("subject").items() if not one.is_derived}
    assert subjects == {"age", "sex", "weight", "nephritis_class"}


def test_every_analysis_runs_on_an_invented_cohort(trial, derived):
    results = analyse(trial, derived)
    assert {row.key.analysis for row in results.rows} == {*trial.analyses, *trial.multiplicity}
    frame = results.frame()
    may_not_turn = (frame["variable"] == "turning_point") & frame["statistic"].is_in(
        ["below", "above"]
    )  # a conclusion need not turn at any delta, which is an answer
    failed = frame.filter((frame["state"] != "estimated") & ~may_not_turn)
    unexpected = set(failed["analysis"]) - {"survival_curve", "remission_curve", "relapse_curve"}
    unexpected -= {"relapse_incidence"}  # nobody may be followed to the last time
    unexpected -= {"relapse_combination", "relapse_hazard"}  # hardly anybody relapses
    unexpected -= {"disease_course"}  # a state may be empty in both arms, and has no test
    unexpected -= {"survival_time"}  # nobody may die before the horizon
    # looks that are not reached yet
    unexpected -= {"remission_outlook", "remission_looks", "serious_event_watch"}
    assert not unexpected


def test_scores_are_known_wherever_the_visit_was_held(derived):
    held = ~np.isnan(derived.world.visit["protein_24h"])
    for name in ("sledai_2k", "bilag_renal", "bilag_total", "remission", "complete_remission"):
        assert (~np.isnan(derived.world.visit[name]) == held).all(), name


def test_psychosis_of_the_sledai_is_not_that_of_the_bilag(trial):
    """One form ticks 0 or 1, the other grades 0 to 4: both have the name psychosis."""
    bilag = trial.variables["bilag_renal"].instrument.inputs
    assert bilag["psychosis"] == "bilag_psychosis"
    assert bilag["lupus_headache"] == "bilag_lupus_headache"


def test_every_assumption_comes_to_the_surface(trial):
    """A source that speaks of a stand-in, or of what was not found, begins with those words."""
    assumed = [text for text in sources(trial) if re.search("stand-in|not found", text, re.I)]
    assert len(assumed) > 25
    hidden = [one for one in assumed if not one.lower().startswith(("stand-in:", "not found"))]
    assert not hidden


def sources(node):
    if isinstance(node, Noun) and node.source is not None:
        yield from [node.source] if isinstance(node.source, str) else node.source.values()
    if isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from sources(getattr(node, name))
    elif isinstance(node, Mapping):
        for one in node.values():
            yield from sources(one)
    elif isinstance(node, tuple):
        for one in node:
            yield from sources(one)


def test_doses_are_as_published():
    deng, wang = load_protocol("deng2017"), load_protocol("wang2012")
    cells = [one for one in deng.arms["cells"].interventions if not one.background]
    assert sum(one.dose.amount for one in cells) == 2e8
    assert [(one.dose.amount, one.dose.per, one.days) for one in cells] == [
        (1e8, "subject", (0,)), (1e8, "subject", (7,)),
    ]  # fmt: skip
    given = {
        arm: [(one.dose.amount, one.dose.per, one.days) for one in arms.interventions if one.dose]
        for arm, arms in wang.arms.items()
    }
    assert given == {
        "single": [(1e6, "kg", (0,))],
        "double": [(1e6, "kg", (0,)), (1e6, "kg", (7,))],
    }
    assert wang.visits["D7"].arms == ("double",)


def test_what_is_unknown_stays_unknown():
    deng, wang = load_protocol("deng2017"), load_protocol("wang2012")
    assert all(one.dose is None for one in deng.arms["cells"].interventions if one.background)
    assert deng.arms["cells"].planned_subjects is None
    assert wang.population.planned_subjects is None
    assert wang.trial.registrations[0].prospective is None
    assert "NOT FOUND" in wang.trial.registrations[0].source


def test_sizes_are_as_realised():
    for name, sizes in SIZES.items():
        protocol = load_protocol(name)
        assert {arm: one.realised_subjects for arm, one in protocol.arms.items()} == sizes
    assert load_protocol("deng2017").population.planned_subjects == 25


@pytest.mark.parametrize(
    ("values", "meets"),
    [
        ({}, True),
        ({"age": 66.0}, False),
        ({"creatinine": 251.0}, False),
        ({"wbc": 3.4}, False),
        ({"nephritis_class": np.nan}, None),
    ],
)
def test_eligibility_of_deng_is_the_registry_in_logic(values, meets):
    trial = load_protocol("deng2017")
    cohort = invented_cohort(trial, sizes=SIZES["deng2017"], seed=2)
    given = {"age": 30.0, "creatinine": 90.0, "wbc": 6.0, "nephritis_class": 0.0, **values}
    subject = {name: array.copy() for name, array in cohort.subject.items()}
    visit = {name: array.copy() for name, array in cohort.visit.items()}
    for name, value in given.items():
        (subject if name in subject else visit)[name][...] = value
    active = ("protein_24h", "urine_rbc_hpf", "urine_wbc_hpf")
    for name in active:
        visit[name][...] = 20.0
    changed = type(cohort)(
        protocol=trial, enrolled=cohort.enrolled, subject=subject, visit=visit,
        events=cohort.events, levels=cohort.levels, origin="SIMULATED", data_hash="",
    )  # fmt: skip
    world = derive(trial, changed)
    eligibility = trial.population.eligibility

    def answers(criteria):
        return [world.evaluate(one.when).array[0, 0] for one in criteria.values() if one.when]

    include, exclude = answers(eligibility.include), answers(eligibility.exclude)
    assert len(include) == 3
    assert len(exclude) == 2
    is_in = np.array([*include, *(1 - answer for answer in exclude)])
    assert (None if np.isnan(is_in).any() else bool(is_in.all())) == meets


def test_relapse_counts_from_remission_and_in_remitters_only():
    trial = load_protocol("wang2012")
    derived = derive(trial, invented_cohort(trial, sizes=SIZES["wang2012"], seed=3, trials=20))
    world, value = derived.world, derived.endpoints["time_to_relapse"]
    remitted = ~np.isnan(world.subject["remission_day"])
    assert remitted.any()
    assert not remitted.all()
    assert (np.isnan(value.time) == ~remitted).all()
    assert (value.time[value.event] > 0).all()
    complete = world.visit["complete_remission"] == 1
    assert ((complete[..., 1:].any(axis=-1)) == remitted).all()


def test_death_after_remission_does_not_undo_it():
    trial = load_protocol("wang2012")
    derived = derive(trial, invented_cohort(trial, sizes=SIZES["wang2012"], seed=5, trials=40))
    remission, death = (derived.world.subject[one] for one in ("remission_day", "death_day"))
    value = derived.estimands["remission_composite"].value
    after = (remission <= 365) & (death > remission)
    before = death < np.where(np.isnan(remission), np.inf, remission)
    assert after.any()
    assert before.any()
    assert (value[after] == 1).all()
    assert (value[before & (death <= 365)] == 0).all()


def test_two_strategies_for_death_differ_in_deng():
    trial = load_protocol("deng2017")
    derived = derive(trial, invented_cohort(trial, sizes=SIZES["deng2017"], seed=6, trials=60))
    dead = derived.world.subject["death_day"] < 160
    assert dead.any()
    assert (derived.estimands["remission_composite"].value[dead] == 0).all()
    assert np.isnan(derived.estimands["remission_without_death"].value[dead]).all()


def test_the_folder_of_each_trial_is_complete(trial):
    folder = Path(protocol_path(trial.id)).parent
    assert {path.name for path in folder.iterdir()} >= {
        "protocol.yaml",
        "published.yaml",
        "notes.md",
    }
