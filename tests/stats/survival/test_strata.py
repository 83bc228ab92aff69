"""Restricted means and milestones over strata: R stratum by stratum, symmetries, edges."""

import csv

import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.stats import State
from equipoise.stats.survival import compare_restricted_means, milestone
from support.reference import REFERENCE
from support.survival import cohorts, few

NAMES = ("time", "event", "group", "stratum")

# R 4.2.2, survival 3.5: summary(survfit(Surv(time, status) ~ 1), rmean = 150, times = 90) of each
# arm in each of four strata (35, 48, 27 and 27 subjects), put together with their sizes.
R = {
    "mean": [88.0301801470, 72.5792274939],
    "mean_error": [6.42208918262, 6.05591456159],
    "difference_error": 8.82707939507,
    "survival": [0.558858659589, 0.369829683698],
    "survival_error": [0.0570738980898, 0.0550077403579],
    "log_log_z": 2.32560406152,
}


def veteran():
    with (REFERENCE / "data" / "veteran.csv").open() as file:
        rows = list(csv.DictReader(file))
    columns = ("time", "status", "arm", "stratum")
    return {
        name: np.array([int(row[column]) for row in rows])
        for name, column in zip(NAMES, columns, strict=True)
    }


def test_restricted_means_are_those_of_r_in_each_stratum():
    found = compare_restricted_means(**veteran(), horizon=150, beyond="last")
    assert_allclose(found.mean, R["mean"], rtol=1e-10)
    assert_allclose(found.standard_error, R["mean_error"], rtol=1e-10)
    assert_allclose(found.difference, R["mean"][1] - R["mean"][0], rtol=1e-9)
    assert_allclose(found.difference_standard_error, R["difference_error"], rtol=1e-10)
    assert_allclose(found.ratio, R["mean"][1] / R["mean"][0], rtol=1e-10)


def test_a_stratum_followed_for_too_short_leaves_nothing_known():
    # The last of the second arm in one stratum is censored before day 150, alive.
    found = compare_restricted_means(**veteran(), horizon=150)
    assert found.state == State.NOT_ESTIMABLE
    assert np.isnan(found.difference)


def test_milestones_are_those_of_r_in_each_stratum():
    found = milestone(**veteran(), at=90)
    assert_allclose(found.survival, R["survival"], rtol=1e-10)
    assert_allclose(found.standard_error, R["survival_error"], rtol=1e-10)
    assert_allclose(found.log_log_z, R["log_log_z"], rtol=1e-9)


@few
@given(cohorts())
def test_one_stratum_is_none_and_arms_may_be_exchanged(cohort):
    arms = {name: cohort[name] for name in NAMES[:3]}
    one = np.full(np.shape(cohort["time"]), 3)
    plain = compare_restricted_means(**arms, horizon=2.0, beyond="last")
    same = compare_restricted_means(**arms, stratum=one, horizon=2.0, beyond="last")
    assert_allclose(same.difference, plain.difference, atol=1e-12)
    assert_allclose(same.p_value, plain.p_value, atol=1e-12)
    full = {name: cohort[name] for name in NAMES}
    found = milestone(**full, at=2.0)
    turned = milestone(**(full | {"group": 1 - cohort["group"]}), at=2.0)
    assert_allclose(turned.difference, -found.difference, atol=1e-12)
    assert_array_equal(turned.state, found.state)
    renamed = milestone(**(full | {"stratum": 7 - cohort["stratum"]}), at=2.0)
    assert_allclose(renamed.difference, found.difference, atol=1e-12)


@few
@given(cohorts())
def test_a_batch_is_its_trials_and_order_does_not_matter(cohort):
    full = {name: cohort[name] for name in NAMES}
    together = compare_restricted_means(**full, horizon=2.0)
    backwards = {name: value[:, ::-1] for name, value in full.items()}
    assert_allclose(
        compare_restricted_means(**backwards, horizon=2.0).difference,
        together.difference,
        atol=1e-12,
    )
    for trial in range(3):
        alone = compare_restricted_means(
            **{name: value[trial] for name, value in full.items()}, horizon=2.0
        )
        assert_allclose(together.difference[trial], alone.difference, atol=1e-12)
        assert_allclose(together.ci_low[trial], alone.ci_low, atol=1e-12)
        assert together.state[trial] == alone.state


def test_a_stratum_without_one_arm_does_not_count():
    data = {"time": [1, 3, 2, 4], "event": [1, 1, 1, 1], "group": [0, 0, 1, 1],
            "stratum": [0, 0, 0, 0]}  # fmt: skip
    more = {name: [*value, extra] for (name, value), extra in
            zip(data.items(), (9, 0, 1, 5), strict=True)}  # fmt: skip
    for found in (milestone(**data, at=2.5), milestone(**more, at=2.5)):
        assert_allclose(found.difference, 0.0, atol=1e-15)
        assert_allclose(found.survival, [0.5, 0.5])


def test_weights_are_the_sizes_of_both_arms():
    # Stratum 0: 1 of 2 and 2 of 2 free; stratum 1: 1 of 1 and 1 of 2: weights 4/7 and 3/7.
    found = milestone(
        time=[1, 3, 3, 3, 3, 1, 3],
        event=[1, 0, 0, 0, 0, 1, 0],
        group=[0, 0, 1, 1, 0, 1, 1],
        stratum=[0, 0, 0, 0, 1, 1, 1],
        at=2,
    )
    assert_allclose(found.survival, [4 / 7 * 0.5 + 3 / 7, 4 / 7 + 3 / 7 * 0.5])
    error = np.sqrt([(4 / 7) ** 2 * 0.125, (3 / 7) ** 2 * 0.125])
    assert_allclose(found.standard_error, error)


@pytest.mark.parametrize(
    ("time", "event", "state"),
    [
        ([1, 1, 1, 1], [0, 0, 0, 0], State.NOT_ESTIMABLE),  # all censored before the horizon
        ([2, 2, 2, 2], [1, 1, 1, 1], State.ESTIMATED),  # all tied, and dead
        ([-np.inf] * 4, [0, 0, 0, 0], State.NOT_ESTIMABLE),  # nobody
    ],
)
def test_edges_are_states(time, event, state):
    found = compare_restricted_means(
        time=time, event=event, group=[0, 1, 0, 1], stratum=[0, 0, 1, 1], horizon=5
    )
    assert found.state == state
    assert np.isnan(found.difference) == (state != State.ESTIMATED)
