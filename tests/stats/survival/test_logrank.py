"""Log-rank tests: naive sums, groups, strata, weights, trend, symmetries, edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.survival import (
    FlemingHarrington,
    logrank,
    logrank_trend,
    weighted_logrank,
)
from support.survival import cohorts, few, freireich, one_trial

POWERS = [FlemingHarrington(), FlemingHarrington(rho=1), FlemingHarrington(gamma=0.5)]
WEIGHTS = st.sampled_from([*POWERS, "gehan", "tarone-ware"])
FIELDS = ("observed", "expected", "variance", "chi_square", "df", "z", "p_value", "state")


def naive(*, time, event, group, stratum, weight, groups):
    """Excess and variance by loops over strata and event times, after the textbook."""
    excess, variance = np.zeros(groups), np.zeros((groups, groups))
    for code in set(stratum):
        t, e, g = (array[stratum == code] for array in (time, event, group))
        survival = 1.0
        for moment in sorted(set(t[e])):
            n = np.array([sum((t >= moment) & (g == k)) for k in range(groups)])
            d = np.array([sum((t == moment) & e & (g == k)) for k in range(groups)])
            if isinstance(weight, FlemingHarrington):
                w = survival**weight.rho * (1 - survival) ** weight.gamma
            else:
                w = n.sum() if weight == "gehan" else np.sqrt(n.sum())
            share = n / n.sum()
            excess += w * (d - d.sum() * share)
            factor = d.sum() * (n.sum() - d.sum()) / max(n.sum() - 1, 1)
            variance += w**2 * factor * (np.diag(share) - np.outer(share, share))
            survival *= 1 - d.sum() / n.sum()
    return excess, variance


@few
@given(cohorts(groups=3), WEIGHTS)
def test_it_is_the_sum_over_strata_and_event_times(cohort, weight):
    found = weighted_logrank(**cohort, groups=3, weight=weight)
    for trial in range(3):
        sample = one_trial(cohort, trial, "time", "event", "group", "stratum")
        excess, variance = naive(**sample, weight=weight, groups=3)
        assert_allclose(found.observed[trial] - found.expected[trial], excess, atol=1e-10)
        assert_allclose(found.variance[trial], variance, atol=1e-10)
        if np.linalg.matrix_rank(variance, tol=1e-9) > 0:
            expected = excess @ np.linalg.pinv(variance, rcond=1e-9) @ excess
            assert_allclose(found.chi_square[trial], expected, rtol=1e-8, atol=1e-10)
            assert found.df[trial] == np.linalg.matrix_rank(variance, tol=1e-9)
        else:
            assert found.state[trial] == State.NOT_ESTIMABLE
            assert np.isnan(found.p_value[trial])


@few
@given(cohorts())
def test_a_batch_equals_its_trials_one_by_one(cohort):
    batch = logrank(**cohort)
    for trial in range(3):
        alone = logrank(**one_trial(cohort, trial, *cohort))
        for field in FIELDS:
            assert_allclose(getattr(batch, field)[trial], getattr(alone, field), atol=1e-13)


@few
@given(cohorts(), WEIGHTS)
def test_swapping_the_arms_turns_the_sign(cohort, weight):
    one = weighted_logrank(**cohort, weight=weight)
    other = weighted_logrank(**(cohort | {"group": 1 - cohort["group"]}), weight=weight)
    assert_allclose(other.z, -one.z, atol=1e-12)
    assert_allclose(other.p_value, one.p_value, atol=1e-12)


@few
@given(cohorts(trials=1), st.randoms(use_true_random=False))
def test_the_order_of_the_subjects_does_not_matter(cohort, random):
    order = list(range(cohort["time"].shape[1]))
    random.shuffle(order)
    one = logrank(**cohort)
    other = logrank(**{name: array[:, order] for name, array in cohort.items()})
    assert_allclose(other.chi_square, one.chi_square, atol=1e-12)


@few
@given(cohorts())
def test_only_the_order_of_the_times_matters(cohort):
    is_in = cohort["time"] > -np.inf
    later = np.where(is_in, np.exp(np.where(is_in, cohort["time"], 0) / 2), -np.inf)
    found = logrank(**(cohort | {"time": later}))
    assert_allclose(found.z, logrank(**cohort).z, atol=1e-12)


def test_two_groups_have_the_square_of_z():
    found = logrank(**freireich())
    assert_allclose(found.z**2, found.chi_square)
    assert found.df == 1


def test_an_empty_group_is_left_out_of_the_degrees_of_freedom():
    sample = freireich()
    three = logrank(**(sample | {"group": sample["group"] * 2}), groups=3)
    assert three.df == 1
    assert_allclose(three.chi_square, logrank(**sample).chi_square)
    assert np.isnan(three.z)


def test_one_arm_empty_no_event_and_all_tied_are_not_estimable():
    time = [[1, 2, 3, 4], [1, 2, 3, 4], [2, 2, 2, 2]]
    event = [[1, 1, 1, 1], [0, 0, 0, 0], [1, 1, 1, 1]]
    group = [[1, 1, 1, 1], [0, 1, 0, 1], [0, 1, 0, 1]]
    found = logrank(time=time, event=event, group=group)
    assert_array_equal(found.state, [State.NOT_ESTIMABLE] * 3)
    assert np.isnan([found.z, found.chi_square, found.p_value]).all()


def test_no_subject_is_not_estimable():
    assert logrank(time=[], event=[], group=[]).state == State.NOT_ESTIMABLE


def test_a_code_of_a_subject_that_is_out_does_not_matter():
    inside = logrank(time=[1, 2, 3], event=[1, 1, 1], group=[0, 1, 1])
    found = logrank(time=[1, 2, 3, -np.inf], event=[1, 1, 1, 1], group=[0, 1, 1, np.nan])
    assert found.z == inside.z


@few
@given(cohorts())
def test_the_trend_of_two_groups_is_their_test(cohort):
    trend = logrank_trend(**cohort, scores=[0, 1])
    test = logrank(**cohort)
    assert_allclose(trend.z, test.z, atol=1e-10)
    assert_array_equal(trend.state, test.state)


@few
@given(cohorts(groups=3))
def test_the_trend_does_not_know_the_origin_and_the_unit_of_the_scores(cohort):
    one = logrank_trend(**cohort, scores=[0, 1, 2])
    other = logrank_trend(**cohort, scores=[5, 5.5, 6])
    assert_allclose(other.z, one.z, atol=1e-6)


def test_equal_scores_have_no_trend():
    found = logrank_trend(**freireich(), scores=[1, 1])
    assert found.state == State.NOT_ESTIMABLE


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"group": [0, 2]}, r"group: code 2; wanted 0 to 1 \(groups\)"),
        ({"group": [0, 0.5]}, r"group: 1 code\(s\) that are not whole numbers from 0"),
        ({"group": [0, np.inf]}, r"group: 1 code\(s\) that are not whole numbers from 0"),
        ({"stratum": [0, -1]}, r"stratum: 1 code\(s\)"),
        ({"groups": 1}, "groups: 1; wanted a whole number, 2 or more"),
        ({"time": [np.nan, 1]}, "time: NaN for 1"),
    ],
)
def test_what_is_wrong_is_named(arguments, message):
    with pytest.raises(DataError, match=message):
        logrank(**({"time": [1, 2], "event": [0, 1], "group": [0, 1]} | arguments))


def test_a_weight_that_is_not_known_is_refused():
    with pytest.raises(DataError, match=r"weight: 'gehann'.*did you mean 'gehan'"):
        weighted_logrank(**freireich(), weight="gehann")
    with pytest.raises(DataError, match=r"weight: .*wanted powers from 0"):
        weighted_logrank(**freireich(), weight=FlemingHarrington(rho=-1))
    with pytest.raises(DataError, match=r"scores: .*wanted a score per group"):
        logrank_trend(**freireich(), scores=[0, np.inf])
