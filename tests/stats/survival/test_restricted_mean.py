"""Restricted means and milestones: area by hand, twins, symmetries, edges."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.survival import (
    compare_restricted_means,
    kaplan_meier,
    milestone,
    restricted_mean,
    survival_at,
)
from support.survival import cohorts, few, one_trial

NAN = float("nan")


def naive(time, event, horizon):
    """Area and its variance, from the printed curve."""
    curve = kaplan_meier(time=time, event=event)
    corners = [0.0, *[t for t in curve.time if 0 < t < horizon], horizon]

    def height(at):
        return np.append(1.0, curve.survival)[np.searchsorted(curve.time, at, side="right")]

    def area(begin):
        edges = [begin, *[t for t in corners if t > begin]]
        return sum(height(a) * (b - a) for a, b in pairwise(edges))

    variance = 0.0
    for t, n, d in zip(curve.time, curve.at_risk, curve.events, strict=True):
        if t < horizon and n > d:
            variance += area(t) ** 2 * d / (n * (n - d))
    return area(0.0), np.sqrt(variance)


@few
@given(cohorts(), st.sampled_from([0.5, 2.0, 4.0]))
def test_it_is_the_area_under_the_curve(cohort, horizon):
    found = restricted_mean(
        time=cohort["time"], event=cohort["event"], horizon=horizon, beyond="last"
    )
    strict = restricted_mean(time=cohort["time"], event=cohort["event"], horizon=horizon)
    for trial in range(3):
        sample = one_trial(cohort, trial, "time", "event")
        if not sample["time"].size:
            assert found.state[trial] == State.NOT_ESTIMABLE
            continue
        mean, error = naive(**sample, horizon=horizon)
        assert_allclose(found.mean[trial], mean, atol=1e-12)
        assert_allclose(found.standard_error[trial], error, atol=1e-12)
        at_end = survival_at(**sample, times=[horizon])
        is_known = at_end.state[0] == State.ESTIMATED
        assert_array_equal(strict.mean[trial], found.mean[trial] if is_known else NAN)


@few
@given(cohorts())
def test_a_comparison_is_made_of_its_arms(cohort):
    arguments = {name: cohort[name] for name in ("time", "event", "group")}
    both = compare_restricted_means(**arguments, horizon=3.0)
    for code in (0, 1):
        time = np.where(cohort["group"] == code, cohort["time"], -np.inf)
        alone = restricted_mean(time=time, event=cohort["event"], horizon=3.0)
        assert_array_equal(both.mean[:, code], alone.mean)
    assert_allclose(both.difference, both.mean[:, 1] - both.mean[:, 0])
    turned = compare_restricted_means(**(arguments | {"group": 1 - cohort["group"]}), horizon=3.0)
    assert_allclose(turned.difference, -both.difference, atol=1e-12)
    assert_allclose(turned.ratio * both.ratio, np.where(np.isnan(both.ratio), NAN, 1))
    assert_allclose(turned.p_value, both.p_value, atol=1e-12)
    assert_array_equal(turned.state, both.state)


def test_without_censoring_it_is_the_mean_of_the_shortened_times():
    found = restricted_mean(time=[1, 2, 6, 9], event=[1, 1, 1, 1], horizon=5)
    assert_allclose(found.mean, np.mean([1, 2, 5, 5]))
    assert_allclose(found.standard_error, np.std([1, 2, 5, 5]) / 2)


def test_a_horizon_after_the_last_follow_up_is_not_estimable():
    found = restricted_mean(time=[[1, 4], [1, 4]], event=[[1, 0], [1, 1]], horizon=5)
    assert_array_equal(found.state, [State.NOT_ESTIMABLE, State.ESTIMATED])
    assert_allclose(found.mean, [NAN, 2.5])


def test_limits_are_normal():
    found = restricted_mean(time=[1, 2, 6, 9], event=[1, 1, 1, 1], horizon=5, level=0.9)
    half = 1.6448536269514722 * found.standard_error
    assert_allclose([found.ci_low, found.ci_high], [found.mean - half, found.mean + half])


@few
@given(cohorts())
def test_a_milestone_is_the_difference_of_the_curves(cohort):
    arguments = {name: cohort[name] for name in ("time", "event", "group")}
    found = milestone(**arguments, at=2.0)
    for code in (0, 1):
        time = np.where(cohort["group"] == code, cohort["time"], -np.inf)
        alone = survival_at(time=time, event=cohort["event"], times=[2.0])
        assert_array_equal(found.survival[:, code], alone.survival[:, 0])
        assert_array_equal(found.standard_error[:, code], alone.standard_error[:, 0])
    turned = milestone(**(arguments | {"group": 1 - cohort["group"]}), at=2.0)
    assert_allclose(turned.difference, -found.difference, atol=1e-12)
    assert_allclose(turned.log_log_z, -found.log_log_z, atol=1e-12)
    assert_array_equal(turned.p_value, found.p_value)


def test_a_milestone_by_hand():
    # Arms of 4: 3/4 and 1/2 are free at 2, binomial errors.
    found = milestone(
        time=[1, 3, 3, 3, 1, 1, 3, 3], event=[1, 0, 0, 0, 1, 1, 0, 0], group=[0] * 4 + [1] * 4, at=2
    )
    error = np.sqrt(0.75 * 0.25 / 4 + 0.5 * 0.5 / 4)
    assert_allclose([found.difference, found.difference_standard_error], [-0.25, error])
    assert_allclose(found.z, -0.25 / error)
    height = np.log(-np.log([0.75, 0.5]))
    heights_error = np.sqrt(0.25 / 4 / 0.75 / np.log(0.75) ** 2 + 0.5 / 4 / 0.5 / np.log(0.5) ** 2)
    assert_allclose(found.log_log_z, (height[1] - height[0]) / heights_error)


def test_an_arm_that_is_empty_or_stands_at_1_has_no_test():
    empty = milestone(time=[1, 3], event=[1, 1], group=[1, 1], at=2)
    assert empty.state == State.NOT_ESTIMABLE
    full = milestone(time=[1, 3, 3, 3], event=[1, 0, 0, 0], group=[0, 0, 1, 1], at=2)
    assert full.state == State.ESTIMATED
    assert np.isnan(full.log_log_p_value)


@pytest.mark.parametrize("horizon", [0, -1, np.inf, np.nan])
def test_a_horizon_is_above_0(horizon):
    with pytest.raises(DataError, match=r"horizon: .*wanted a time above 0"):
        restricted_mean(time=[1], event=[1], horizon=horizon)


def test_a_milestone_needs_a_time_and_two_arms():
    with pytest.raises(DataError, match="at: nan; wanted a time"):
        milestone(time=[1], event=[1], group=[0], at=np.nan)
    with pytest.raises(DataError, match="group: code 2; wanted 0 to 1"):
        compare_restricted_means(time=[1], event=[1], group=[2], horizon=1)
    with pytest.raises(DataError, match="beyond: 'first'"):
        restricted_mean(time=[1], event=[1], horizon=1, beyond="first")
