import filecmp
import json

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.data import TABLES, cohort_of, read_folder
from equipoise.errors import DataError
from equipoise.simulate import (
    simulate_cohort,
    write_simulated_folder,
    write_simulated_folders,
)
from support.virtual import build, nephritis


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("virtual") / "trial"
    write_simulated_folder(nephritis(), "benefit", 5, 7, place)
    return place


def test_the_folder_reads_as_the_direct_cohort_cell_for_cell(folder):
    read = cohort_of(nephritis(), read_folder(nephritis(), folder))
    direct = simulate_cohort(nephritis(), scenario="benefit", seed=5, trials=range(7, 8))
    assert read.subject.keys() == direct.subject.keys()
    for name, array in direct.subject.items():
        assert_array_equal(read.subject[name], array, err_msg=name)
    assert read.visit.keys() == direct.visit.keys()
    for name, array in direct.visit.items():
        assert_array_equal(read.visit[name], array, err_msg=name)
    assert read.events.columns.keys() == direct.events.columns.keys()
    for name, array in direct.events.columns.items():
        assert_array_equal(read.events.columns[name], array, err_msg=name)
    assert_array_equal(read.events.subject, direct.events.subject)
    assert read.levels == direct.levels
    assert read.origin == direct.origin == "SIMULATED"


def test_the_same_address_gives_the_same_bytes(folder, tmp_path):
    write_simulated_folder(nephritis(), "benefit", 5, 7, tmp_path / "again")
    names = [path.name for path in folder.iterdir()]
    assert set(names) == {*(f"{name}.csv" for name in TABLES), "dictionary.csv", "manifest.json"}
    match, mismatch, errors = filecmp.cmpfiles(folder, tmp_path / "again", names, shallow=False)
    assert (sorted(match), mismatch, errors) == (sorted(names), [], [])


def test_the_manifest_says_what_it_is(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["origin"] == "SIMULATED"
    assert manifest["protocol_hash"] == nephritis().content_hash
    simulation = manifest["simulation"]
    assert (simulation["scenario"], simulation["seed"], simulation["trial"]) == ("benefit", 5, 7)
    assert simulation["population"] == "lupus_nephritis_new"
    assert "calibration checked" in simulation["calibration"]


def test_missed_visits_and_missing_panels_are_said(tmp_path):
    found = {"missed": 0, "not done": 0}
    for trial in range(8):
        write_simulated_folder(nephritis(), "null", 1, trial, tmp_path / str(trial))
        records = read_folder(nephritis(), tmp_path / str(trial))
        missed = records.visits.filter(records.visits["status"] == "missed")
        assert missed["date"].null_count() == missed.height
        lost = records.values.filter(records.values["value"].is_null())
        assert set(lost["missing_reason"]) <= {"not done"}
        found["missed"] += missed.height
        found["not done"] += lost.height
    assert min(found.values()) > 0


def test_doses_are_of_the_arm_with_amounts_by_weight(tmp_path):
    arms = nephritis().model_dump(mode="json", exclude_defaults=True)["arms"]
    arms["cells"]["interventions"][0]["dose"] = {"amount": 1e6, "unit": "cells", "per": "kg"}
    protocol = build(arms=arms)
    write_simulated_folder(protocol, "null", 1, 0, tmp_path / "trial")
    records = read_folder(protocol, tmp_path / "trial")
    weight = dict(records.subjects.select("subject", "weight").iter_rows())
    arm = dict(records.subjects.select("subject", "arm").iter_rows())
    for subject, agent, amount, unit in records.doses.select(
        "subject", "intervention", "amount", "unit"
    ).iter_rows():
        assert agent == {"cells": "Cells", "placebo": "Placebo"}[arm[subject]]
        if agent == "Cells":
            assert (amount, unit) == (1e6 * weight[subject], "cells")
        else:
            assert amount is None


def test_a_schedule_that_differs_by_arm_is_kept(tmp_path):
    parts = nephritis().model_dump(mode="json", exclude_defaults=True)
    schedule = parts["schedule"]
    schedule["visits"]["W16"]["arms"] = ["cells"]
    names = schedule["assessments"]["all"]["variables"]
    schedule["assessments"]["all"]["variables"] = [one for one in names if one != "pga"]
    schedule["assessments"]["global"] = {
        "label": "PGA", "visits": ["W0", "W24"], "variables": ["pga"], "arms": ["placebo"]
    }  # fmt: skip
    protocol = build(schedule=schedule, masking={})
    write_simulated_folder(protocol, "null", 3, 0, tmp_path / "trial")
    read = cohort_of(protocol, read_folder(protocol, tmp_path / "trial"))
    direct = simulate_cohort(protocol, scenario="null", seed=3, trials=1)
    for name, array in direct.visit.items():
        assert_array_equal(read.visit[name], array, err_msg=name)
    control = direct.subject["arm"][0] == 1
    week_16 = list(protocol.visits).index("W16")
    assert np.isnan(direct.visit["day"][0, control, week_16]).all()
    assert np.isnan(direct.visit["pga"][0, ~control]).all()
    assert not np.isnan(direct.visit["pga"][0, control, 1]).any()


def test_what_is_there_is_not_overwritten(folder):
    with pytest.raises(DataError, match="something is there already"):
        write_simulated_folder(nephritis(), "null", 1, 0, folder)


def test_a_bad_request_writes_nothing(tmp_path):
    with pytest.raises(DataError, match="scenario: 'none'"):
        write_simulated_folder(nephritis(), "none", 1, 0, tmp_path / "trial")
    assert list(tmp_path.iterdir()) == []


def test_several_trials_are_those_that_are_written_alone(folder, tmp_path):
    places = write_simulated_folders(nephritis(), "benefit", 5, range(6, 8), tmp_path)
    assert [place.name for place in places] == ["trial-0006", "trial-0007"]
    names = [path.name for path in folder.iterdir()]
    assert filecmp.cmpfiles(folder, places[1], names, shallow=False)[0] == names


def test_a_run_that_was_interrupted_is_taken_up_again(tmp_path):
    def stop(place):
        if place.name == "trial-0001":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_simulated_folders(nephritis(), "null", 1, range(3), tmp_path, on_progress=stop)
    assert {path.name for path in tmp_path.iterdir()} == {"trial-0000", "trial-0001"}
    before = (tmp_path / "trial-0000" / "values.csv").stat().st_mtime_ns
    write_simulated_folders(nephritis(), "null", 1, range(3), tmp_path)
    assert (tmp_path / "trial-0000" / "values.csv").stat().st_mtime_ns == before
    assert len(list(tmp_path.iterdir())) == 3


def test_a_place_that_holds_something_else_is_refused_before_anything_is_written(tmp_path):
    write_simulated_folders(nephritis(), "null", 1, range(1), tmp_path)
    (tmp_path / "trial-0002").mkdir()
    with pytest.raises(DataError) as caught:
        write_simulated_folders(nephritis(), "null", 2, range(3), tmp_path)
    assert [fault.where.rpartition("/")[2] for fault in caught.value.faults] == [
        "trial-0000",
        "trial-0002",
    ]
    assert len(list(tmp_path.iterdir())) == 2
