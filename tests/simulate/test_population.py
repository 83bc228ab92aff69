import tomllib
from dataclasses import fields

import pytest

from equipoise.errors import DataError
from equipoise.simulate import load_population, populations
from equipoise.simulate.parameter import Parameters
from equipoise.simulate.population import _FOLDER, STATUSES, build_population


def raw(name="lupus_nephritis_new"):
    read = lambda one: tomllib.loads((_FOLDER / f"{one}.toml").read_text("utf-8"))  # noqa: E731 - one line, used below
    return read("common"), read(name)


@pytest.mark.parametrize("name", populations())
def test_every_parameter_says_what_it_rests_on(name):
    population = load_population(name)
    assert len(population.basis) > 150
    for one in population.basis.values():
        assert one.unit
        assert one.basis
        assert one.status in STATUSES
    assert {one.status for one in population.basis.values()} == set(STATUSES)


@pytest.mark.parametrize("name", populations())
def test_values_are_those_of_the_files(name):
    common, own = raw(name)
    population = load_population(name)
    for group in fields(Parameters):
        for parameter in fields(getattr(population.parameters, group.name)):
            entry = own.get(group.name, {}).get(parameter.name)
            entry = entry or common[group.name][parameter.name]
            found = getattr(getattr(population.parameters, group.name), parameter.name)
            assert found == entry["value"]


@pytest.mark.parametrize("name", populations())
def test_the_parameters_are_those_that_were_calibrated(name):
    # A change of a parameter breaks this: run tests/simulate/test_calibration.py, correct the
    # table in docs/simulation.md, then write the new hash into the population's file.
    population = load_population(name)
    assert population.hash.startswith(population.calibrated)
    assert len(population.calibrated) == 16


def test_a_changed_parameter_is_no_longer_calibrated():
    common, own = raw()
    own["response"]["weeks"]["value"] = 9.0
    assert build_population(common, own).calibration.startswith("NOT CALIBRATED")


FAULTS = {
    "missing": (lambda own: own["people"].pop("age_mean"), r"people.age_mean: nothing; wanted a parameter"),
    "unknown": (lambda own: own["people"].update(age_men=own["people"]["age_mean"]), r"people.age_men: an unknown parameter.*did you mean 'age_mean'"),
    "negative rate": (lambda own: own["hazards"]["relapse"].update(value=-0.1), r"hazards.relapse: -0.1; wanted 0 or more"),
    "probability over 1": (lambda own: own["people"]["female_share"].update(value=1.2), r"people.female_share: 1.2; wanted a probability from 0 to 1"),
    "negative spread": (lambda own: own["people"]["age_sd"].update(value=-1), r"people.age_sd: -1; wanted 0 or more"),
    "status": (lambda own: own["people"]["age_sd"].update(status="guessed"), r"people.age_sd: 'guessed'; wanted one of published, derived, assumed"),
    "basis": (lambda own: own["people"]["age_sd"].update(basis=""), r"people.age_sd: no basis or unit"),
    "no number": (lambda own: own["people"]["age_sd"].update(value="ten"), r"people.age_sd: 'ten'; wanted a number"),
    "fields": (lambda own: own["people"]["age_sd"].pop("unit"), r"people.age_sd: value, status, basis; wanted basis, status, unit, value"),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_a_bad_parameter_is_named(spoil, message):
    common, own = raw()
    spoil(own)
    with pytest.raises(DataError, match=message):
        build_population(common, own)


def test_all_faults_of_a_population_come_together():
    common, own = raw()
    own["people"].pop("age_mean")
    own["hazards"]["relapse"]["value"] = -1
    with pytest.raises(DataError) as caught:
        build_population(common, own)
    assert len(caught.value.faults) == 2


def test_an_unknown_population_is_named():
    with pytest.raises(DataError, match=r"population: 'refractory'; wanted one of"):
        load_population("refractory")
