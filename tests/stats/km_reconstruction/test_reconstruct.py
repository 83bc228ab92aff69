from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import isotonic_regression

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.km_reconstruction import reconstruct, reconstruct_steps
from equipoise.stats.km_reconstruction.curve import falling

BOTH = [reconstruct, reconstruct_steps]


def kaplan_meier(time, event):
    """Points of the curve, the slow way."""
    points = [(0.0, 1.0)]
    for now in np.unique(time[event]):
        at_risk = np.sum(time >= now)
        points.append((now, points[-1][1] * (1 - np.sum(event & (time == now)) / at_risk)))
    return np.array(points).T


def published(time, event, every=30.0):
    """What a paper shows of an arm: every step, and numbers at risk."""
    risk_time = np.arange(0, time.max(), every)
    curve_time, survival = kaplan_meier(time, event)
    return {
        "time": curve_time,
        "survival": survival,
        "risk_time": risk_time,
        "at_risk": [int(np.sum(time >= now)) for now in risk_time],
        "total_events": int(event.sum()),
    }


@st.composite
def arms(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    subjects = draw(st.integers(5, 80))
    event_time = np.ceil(rng.exponential(60, subjects) + 0.1)
    leaves = np.ceil(rng.uniform(20, 200, subjects))
    return np.minimum(event_time, leaves), event_time <= leaves


@given(arms())
@settings(max_examples=30)
def test_exact_steps_give_the_curve_and_the_events_back(arm):
    time, event = arm
    if not event.any():
        return
    shown = published(time, event)
    result = reconstruct_steps(**shown, precision=1e-9)
    assert result.state == State.ESTIMATED
    assert result.largest_gap < 1e-9
    assert_array_equal(result.at_risk, shown["at_risk"])
    assert result.time.size == time.size
    assert_array_equal(np.sort(result.time[result.event]), np.sort(time[event]))


@given(arms())
@settings(max_examples=30)
@pytest.mark.parametrize("method", BOTH)
def test_counts_are_kept_and_data_are_in_order(method, arm):
    time, event = arm
    shown = published(time, event)
    result = method(**shown)
    assert result.time.size == time.size
    assert result.event.sum() == result.events
    assert np.all(np.diff(result.time) >= 0)
    assert result.time.min(initial=0) >= 0
    assert result.time.max(initial=0) <= max(shown["time"][-1], shown["risk_time"][-1])
    assert np.all(np.diff(result.survival) <= 1e-12)
    if result.state == State.ESTIMATED:
        assert_array_equal(result.at_risk, shown["at_risk"])
        assert result.events == event.sum()
    curve_time, survival = kaplan_meier(result.time, result.event)
    place = np.searchsorted(curve_time, result.curve_time, side="right") - 1
    assert_allclose(result.survival, survival[place], atol=1e-10)


@given(arms())
@settings(max_examples=15)
@pytest.mark.parametrize("method", BOTH)
def test_the_unit_of_time_does_not_matter(method, arm):
    shown = published(*arm)
    in_months = {**shown, "time": shown["time"] / 32, "risk_time": shown["risk_time"] / 32}
    result, other = method(**shown), method(**in_months)
    assert_allclose(other.time * 32, result.time, rtol=1e-12)
    assert_array_equal(other.event, result.event)


def test_guyot_by_hand():
    # Ten subjects; one censored between the events at 10 and 20, drops of 1/10 and 1/8.
    result = reconstruct(
        time=[0, 10, 20], survival=[1, 0.9, 0.7875], risk_time=[0, 15], at_risk=[10, 8]
    )
    assert result.state == State.ESTIMATED
    assert_array_equal(result.time, [7.5, 10] + [20] * 8)
    assert_array_equal(result.event, [False, True, True] + [False] * 7)
    assert_array_equal(result.at_risk, [10, 8])


def test_steps_find_the_censoring_that_the_drop_betrays():
    # Uneven: all three leave before the first event, so that it drops the curve by 1/7.
    shown = {
        "time": [0, 50, 60],
        "survival": [1, 6 / 7, 5 / 7],
        "risk_time": [0, 100],
        "at_risk": [10, 5],
    }
    result = reconstruct_steps(**shown, precision=1e-6)
    assert_array_equal(result.event, [False] * 3 + [True] * 2 + [False] * 5)
    assert result.largest_gap < 1e-12


def test_a_curve_read_with_error_is_nearly_the_one_behind_it():
    rng = np.random.default_rng(7)
    event_time = rng.exponential(100, 150)
    leaves = rng.uniform(60, 300, 150)
    time, event = np.minimum(event_time, leaves), event_time <= leaves
    shown = published(time, event, every=50.0)
    grid = np.linspace(0, time.max(), 150)
    place = np.searchsorted(shown["time"], grid, side="right") - 1
    read = np.clip(shown["survival"][place] + rng.normal(0, 0.003, grid.size), 0, 1)
    result = reconstruct(**{**shown, "time": grid, "survival": read})
    assert abs(result.events - event.sum()) <= 3
    assert result.largest_gap < 0.02
    at = np.linspace(5, 250, 40)
    found = result.survival[np.searchsorted(result.curve_time, at, side="right") - 1]
    true = shown["survival"][np.searchsorted(shown["time"], at, side="right") - 1]
    assert np.max(np.abs(found - true)) < 0.025


@given(arrays(float, st.integers(1, 12), elements=st.floats(0, 1)))
def test_falling_is_isotonic_regression(survival):
    expected = isotonic_regression(survival, increasing=False).x
    assert_allclose(falling(survival), expected, atol=1e-12)


@pytest.mark.parametrize("method", BOTH)
def test_edges(method):
    flat = method(time=[0, 100], survival=[1, 1], risk_time=[0], at_risk=[7], total_events=0)
    assert flat.events == 0
    assert_array_equal(flat.time, [100.0] * 7)
    dead = method(time=[5.0], survival=[0.0], risk_time=[0], at_risk=[3])
    assert_array_equal(dead.time, [5.0] * 3)
    assert dead.event.all()
    nobody = method(time=[0, 5.0], survival=[1.0, 0.5], risk_time=[0], at_risk=[0])
    assert nobody.time.size == 0
    single = method(time=[5.0], survival=[0.0], risk_time=[0], at_risk=[1], total_events=1)
    assert_array_equal(single.event, [True])


@pytest.mark.parametrize("method", BOTH)
def test_what_cannot_be_met_is_a_state(method):
    # Half of ten are gone at 50, but nine are still said to be at risk.
    result = method(time=[0, 50, 120], survival=[1, 0.5, 0.4], risk_time=[0, 100], at_risk=[10, 9])
    assert result.state == State.NOT_CONVERGED
    assert result.time.size == 10
    many = method(time=[0, 50], survival=[1, 0.5], risk_time=[0], at_risk=[10], total_events=9)
    assert many.state == State.NOT_CONVERGED


@pytest.mark.parametrize("method", BOTH)
def test_faults_come_together(method):
    good = {"time": [0, 1], "survival": [1, 0.5], "risk_time": [0], "at_risk": [4]}
    with pytest.raises(DataError, match=r"survival: 1\.5(.|\n)*at_risk: -1"):
        method(**{**good, "survival": [1, 1.5], "at_risk": [-1]})
    with pytest.raises(DataError, match=r"risk_time: \[5\.\]; wanted rising times that start at 0"):
        method(**{**good, "risk_time": [5]})
    with pytest.raises(DataError, match=r"at_risk: \[4\. 5\.\]; wanted numbers that do not rise"):
        method(**{**good, "risk_time": [0, 1], "at_risk": [4, 5]})
    with pytest.raises(DataError, match="survival: 2 values; wanted 3, as time"):
        method(**{**good, "time": [0, 1, 2]})
    with pytest.raises(DataError, match="time: no point"):
        method(**{**good, "time": [], "survival": []})
    with pytest.raises(DataError, match=r"time: nan(.|\n)*at_risk: 2 numbers at 1 times"):
        method(**{**good, "time": [0, np.nan], "at_risk": [4, 3]})
    with pytest.raises(DataError, match="total_events: -1"):
        method(**good, total_events=-1)


def test_precision_is_above_zero():
    with pytest.raises(DataError, match="precision: 0"):
        reconstruct_steps(time=[1], survival=[1], risk_time=[0], at_risk=[1], precision=0)
