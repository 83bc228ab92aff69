"""Illness-death: probabilities and times as R finds them, and as counting finds them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.trials import load_protocol
from support.batch import trial_of
from support.courses import SIZES, returning_protocol, staggered_cohort, staggered_trial
from support.lupus import invented_cohort

STATES = ("active", "remission", "relapse", "death")
TIMES = (183, 365, 548)

# R 4.2.2, survival 3.5-3, of the rows of each arm (start, stop, event, istate, id):
#   s <- survfit(Surv(start, stop, event) ~ 1, rows, id = id, istate = istate)
#   q <- summary(s, times = c(183, 365, 548)); q$pstate; q$std.err; q$n.risk
#   summary(s, rmean = 365)$table
PROBABILITY = {
    "single": [
        [0.50555555555556, 0.36777777777778, 0.11000000000000, 0.016666666666667],
        [0.37173202614379, 0.36518542791266, 0.19670944908576, 0.066373096857791],
        [0.31862745098039, 0.28962776389646, 0.32537168826536, 0.066373096857791],
    ],
    "double": [
        [0.51367419738407, 0.25771140798769, 0.19413163600755, 0.03448275862069],
        [0.35671819262782, 0.40940172917906, 0.19939731957242, 0.03448275862069],
        [0.24772096710266, 0.33121415304060, 0.38658212123606, 0.03448275862069],
    ],
}
ERROR = {
    "single": [
        [0.065743348931047, 0.064067597617453, 0.041291645644125, 0.016527194200715],
        [0.068343742495378, 0.077923570885644, 0.063024111025359, 0.038671404668048],
        [0.068119527444954, 0.085488076754024, 0.084898571076551, 0.038671404668048],
    ],
    "double": [
        [0.066108290855664, 0.058498213590781, 0.052521270159367, 0.023958908061367],
        [0.071663251444141, 0.082288837638509, 0.065257239330193, 0.023958908061367],
        [0.074464442843795, 0.105273236643808, 0.101158807792078, 0.023958908061367],
    ],
}
AT_RISK = {  # of states that are left; the last column of R is 0 for death
    "single": [[30, 18, 7], [15, 13, 5], [4, 6, 5]],
    "double": [[28, 13, 11], [12, 16, 5], [5, 5, 9]],
}
MEAN = {
    "single": [218.5002450980392, 108.8505611099314, 30.6013263911006, 7.0478674009286],
    "double": [212.4197384066587, 84.6595399061252, 59.6793423768712, 8.2413793103448],
}
MEAN_ERROR = {
    "single": [18.4479938924856, 14.8973575502053, 9.2238476854964, 4.4132145820915],
    "double": [19.7801279863834, 13.9699342444746, 12.4205428408739, 5.7611655715199],
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    protocol = returning_protocol(tmp_path_factory.mktemp("returning"))
    derived = derive(protocol, staggered_cohort(protocol))
    return analyse(protocol, derived, only=["disease_course"])


@pytest.mark.parametrize("arm", ["single", "double"])
def test_probabilities_and_numbers_agree_with_r(results, arm):
    for row, time in enumerate(TIMES):
        for column, state in enumerate(STATES):
            keys = {
                "variable": "state",
                "variable_level": state,
                "group": arm,
                "by": f"time={time}",
            }
            found = results.values(**keys, statistic="probability")
            assert_allclose(found, PROBABILITY[arm][row][column], rtol=1e-10)
            found = results.values(**keys, statistic="standard_error")
            assert_allclose(found, ERROR[arm][row][column], rtol=1e-10)
            if state != "death":
                at_risk = results.values(**keys, statistic="at_risk")
                assert_array_equal(at_risk, AT_RISK[arm][row][column])


@pytest.mark.parametrize("arm", ["single", "double"])
def test_mean_times_agree_with_r(results, arm):
    for column, state in enumerate(STATES):
        keys = {"variable": "time_in_state", "variable_level": state, "group": arm}
        assert_allclose(results.values(**keys, statistic="estimate"), MEAN[arm][column], rtol=1e-10)
        found = results.values(**keys, statistic="standard_error")
        assert_allclose(found, MEAN_ERROR[arm][column], rtol=1e-10)


def test_a_difference_is_that_of_the_arms_with_the_sum_of_their_variances(results):
    for column, state in enumerate(STATES):
        keys = {"variable": "time_in_state", "variable_level": state, "group": "double - single"}
        found = {
            name: results.values(**keys, statistic=name)[0]
            for name in ("estimate", "standard_error", "ci_low", "ci_high")
        }
        difference = MEAN["double"][column] - MEAN["single"][column]
        error = np.sqrt(MEAN_ERROR["double"][column] ** 2 + MEAN_ERROR["single"][column] ** 2)
        assert_allclose(found["estimate"], difference, rtol=1e-8)
        assert_allclose(found["standard_error"], error, rtol=1e-10)
        assert_allclose(found["ci_high"] - found["ci_low"], 2 * 1.959963984540054 * error)
    moved = [
        results.values(variable="time_in_state", variable_level=state, group="double - single",
                       statistic="estimate")[0]
        for state in STATES
    ]  # fmt: skip
    assert_allclose(sum(moved), 0, atol=1e-9)


def test_moves_and_deaths_are_counted(results):
    # rows of R's input by origin and destination, both arms together
    counted = {
        ("active", "remission"): 73, ("active", "death"): 1, ("remission", "relapse"): 48,
        ("remission", "death"): 3, ("relapse", "remission"): 16, ("relapse", "death"): 1,
    }  # fmt: skip
    for (origin, destination), count in counted.items():
        found = [
            results.values(variable="move", variable_level=f"{origin} to {destination}", group=arm)
            for arm in SIZES
        ]
        assert_array_equal(sum(found), count)
    dead = [
        results.values(variable="state", variable_level="death", statistic="at_risk", group=arm,
                       by="time=731")
        for arm in SIZES
    ]  # fmt: skip
    assert_array_equal(sum(dead), 1 + 3 + 1)


def test_survival_is_the_complement_of_death_and_its_mean_the_restricted_mean():
    """Two methods that share no code above the risk sets agree where theory says so."""
    protocol, derived = staggered_trial()
    results = analyse(protocol, derived, only=["disease_course", "survival_curve", "survival_time"])
    for arm in SIZES:
        for time in (91, 183, 365, 548):
            dead = results.values(variable="state", variable_level="death", group=arm,
                                  by=f"time={time}", statistic="probability")  # fmt: skip
            alive = results.values(analysis="survival_curve", variable="", group=arm,
                                   by=f"time={time}", statistic="survival")  # fmt: skip
            assert_allclose(1 - dead, alive, rtol=1e-12)
        lost = results.values(variable="time_in_state", variable_level="death", group=arm,
                              statistic="estimate")  # fmt: skip
        mean = results.values(variable="restricted_mean", group=arm, statistic="estimate")
        assert_allclose(365 - lost, mean, rtol=1e-12)


def test_without_censoring_probabilities_are_shares():
    protocol = load_protocol("wang2012")
    cohort = invented_cohort(protocol, sizes={"single": 12, "double": 6}, seed=3, trials=4)
    derived = derive(protocol, cohort)
    results = analyse(protocol, derived, only=["disease_course"])
    course = derived.endpoints["disease_course"]
    in_first = np.equal(derived.world.subject["arm"], 0)
    there = (course.start < 365) & (course.stop >= 365) & (course.stop != 365)
    for code, state in enumerate(STATES[:-1]):
        is_there = (there & (course.origin == code)).any(axis=-1) & in_first
        keys = {"variable": "state", "variable_level": state, "group": "single", "by": "time=365"}
        shares = is_there.sum(axis=-1) / 12
        # a visit exactly on the day moves a subject on it: those are counted where they go
        moved = (course.stop == 365) & (course.destination == code)
        shares = shares + ((moved & in_first[..., None]).any(axis=-1)).sum(axis=-1) / 12
        assert_allclose(results.values(**keys, statistic="probability"), shares, atol=1e-12)


def test_a_batch_equals_its_trials_one_by_one():
    protocol = load_protocol("deng2017")
    batch = invented_cohort(protocol, sizes={"cells": 12, "placebo": 6}, seed=10, trials=3)
    chosen = ["disease_course", "remission_milestone"]
    together = analyse(protocol, derive(protocol, batch), only=chosen)
    for trial in range(3):
        single = analyse(protocol, derive(protocol, trial_of(batch, trial)), only=chosen)
        alike = [row for row in single.rows if row.key.variable != "step"]
        for one, other in zip(together.rows, alike, strict=True):
            assert one.key == other.key
            assert_allclose(one.value[trial], other.value[0], rtol=1e-12, atol=1e-12)
            assert one.state[trial] == other.state[0]


def test_follow_up_that_ends_before_the_horizon_is_said():
    protocol = load_protocol("deng2017")
    cohort = invented_cohort(protocol, sizes={"cells": 12, "placebo": 6}, seed=10)
    cohort.subject["last_contact_day"][:] = 100.0
    frame = analyse(protocol, derive(protocol, cohort), only=["disease_course"]).frame()
    late = frame.filter(frame["variable"] == "time_in_state", frame["statistic"] == "estimate")
    assert set(late["state"]) == {"not estimable"}
    assert "follow-up ends before day 168" in late["message"][0]
    assert frame.filter(frame["value"].is_null(), frame["state"] == "estimated").is_empty()
