"""The same line for one trial and for many: a batch equals its trials one by one."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.analyse import analyse
from equipoise.analyse.key import levels_of
from equipoise.derive import derive
from equipoise.interop import read_cohort
from equipoise.trials import load_protocol
from support.batch import drawn


@pytest.fixture(scope="module")
def protocol():
    return load_protocol("cdisc_pilot")


@pytest.fixture(scope="module")
def cohort(protocol):
    return read_cohort(protocol)


def table(results, trial=0):
    return {
        row.key: (row.value[trial], row.state[trial], row.n_used[trial], row.n_missing[trial])
        for row in results.rows
        # Steps of a curve and rows of single subjects are made for a single trial only.
        if row.key.variable != "step" and "subject" not in levels_of(row.key.by)
    }


def test_a_batch_equals_its_trials_one_by_one(protocol, cohort):
    rng = np.random.default_rng(20121)
    chosen = rng.integers(0, cohort.shape[1], size=(3, cohort.shape[1]))
    batch = analyse(protocol, derive(protocol, drawn(cohort, chosen)))
    for trial in range(3):
        single = analyse(protocol, derive(protocol, drawn(cohort, chosen[trial : trial + 1])))
        together, alone = table(batch, trial), table(single)
        assert set(alone) <= set(together)
        for key, numbers in alone.items():
            assert_allclose(together[key], numbers, rtol=1e-9, atol=1e-12, err_msg=str(key))


def test_the_order_of_subjects_changes_nothing(protocol, cohort):
    order = np.random.default_rng(7).permutation(cohort.shape[1])
    first = table(analyse(protocol, derive(protocol, cohort)))
    again = table(analyse(protocol, derive(protocol, drawn(cohort, order[np.newaxis]))))
    assert first.keys() == again.keys()
    for key, numbers in first.items():
        assert_allclose(again[key], numbers, rtol=1e-9, atol=1e-12, err_msg=str(key))


def test_padding_of_a_smaller_trial_changes_nothing(protocol, cohort):
    subjects = cohort.shape[1]
    padded = drawn(cohort, np.concatenate([np.arange(subjects), [0, 1, 2]])[np.newaxis])
    padded.enrolled[:, subjects:] = False
    first = table(analyse(protocol, derive(protocol, cohort)))
    again = table(analyse(protocol, derive(protocol, padded)))
    for key, numbers in first.items():
        assert_allclose(again[key], numbers, rtol=1e-9, atol=1e-12, err_msg=str(key))


def test_every_result_has_an_id_of_its_own(protocol, cohort):
    frame = analyse(protocol, derive(protocol, cohort)).frame()
    assert frame["result_id"].n_unique() == frame.height
    assert frame.filter(frame["value"].is_null() & (frame["state"] == "estimated")).height == 0


def test_only_some_analyses_can_be_run(protocol, cohort):
    results = analyse(protocol, derive(protocol, cohort), only=["primary"])
    assert {row.key.analysis for row in results.rows} == {"primary"}
