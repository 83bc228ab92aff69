"""The lupus trials of the library, simulated as they stand."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.data import cohort_of, read_folder
from equipoise.derive import derive
from equipoise.simulate import simulate_cohort, write_simulated_folder
from equipoise.trials import library, load_protocol

SCENARIOS = [(name, scenario) for name in library() for scenario in load_protocol(name).scenarios]


@pytest.mark.parametrize(("name", "scenario"), SCENARIOS)
def test_every_scenario_of_the_library_can_be_simulated(name, scenario):
    protocol = load_protocol(name)
    cohort = simulate_cohort(protocol, scenario=scenario, seed=1, trials=2)
    assert cohort.shape == (2, protocol.scenarios[scenario].subjects)
    assert cohort.origin == "SIMULATED"


@pytest.mark.parametrize("name", ["deng2017", "wang2012"])
def test_a_lupus_trial_is_written_and_read_back_cell_for_cell(tmp_path, name):
    protocol = load_protocol(name)
    scenario = next(iter(protocol.scenarios))
    write_simulated_folder(protocol, scenario, 1, 7, tmp_path / "trial")
    read = cohort_of(protocol, read_folder(protocol, tmp_path / "trial"))
    direct = simulate_cohort(protocol, scenario=scenario, seed=1, trials=range(7, 8))
    for level in ("subject", "visit"):
        assert getattr(read, level).keys() == getattr(direct, level).keys()
        for variable, array in getattr(direct, level).items():
            assert_array_equal(getattr(read, level)[variable], array, err_msg=variable)
    for column, array in direct.events.columns.items():
        assert_array_equal(read.events.columns[column], array, err_msg=column)
    assert read.levels == direct.levels


@pytest.mark.parametrize("name", ["deng2017", "wang2012"])
def test_what_the_instruments_make_of_virtual_patients(name):
    protocol = load_protocol(name)
    cohort = simulate_cohort(protocol, scenario="no_effect", seed=1, trials=20)
    derived = derive(protocol, cohort)
    start = list(protocol.visits).index(protocol.baseline)
    sledai = derived.world.visit["sledai_2k"]
    assert (sledai[..., 0] >= 8).mean() > 0.9  # a BILAG A or B may let in what SLEDAI does not
    assert np.nanmedian(sledai[..., -1]) < np.median(sledai[..., start])
    grades = derived.world.visit["bilag_renal"][..., start]
    assert (grades == 0).mean() > 0.5  # A: active nephritis
    for endpoint in derived.endpoints.values():
        value = getattr(endpoint, "value", None)
        assert value is None or not np.isnan(value).all()
