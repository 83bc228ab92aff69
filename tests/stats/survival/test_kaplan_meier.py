"""Kaplan-Meier: definition, Greenwood, limits, number at risk, edges."""

import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.survival import kaplan_meier, number_at_risk, survival_at
from equipoise.stats.survival.limits import SCALES
from support.survival import cohorts, few, freireich, one_trial

TIMES = [0.0, 1.0, 2.5, 4.0, 6.0]


def naive(time, event, at):
    """Survival at one time and Greenwood's sum, by loops over the event times."""
    survival, total = 1.0, 0.0
    for moment in sorted(set(time[event])):
        if moment <= at:
            n = sum(time >= moment)
            d = sum((time == moment) & event)
            survival *= 1 - d / n
            total += d / (n * (n - d)) if n > d else np.inf
    return survival, np.sqrt(total)


@few
@given(cohorts())
def test_it_is_the_naive_product_at_each_time(cohort):
    found = survival_at(time=cohort["time"], event=cohort["event"], times=TIMES)
    for trial in range(3):
        sample = one_trial(cohort, trial, "time", "event")
        for place, at in enumerate(TIMES):
            assert found.at_risk[trial, place] == sum(sample["time"] >= at)
            assert found.events[trial, place] == sum(sample["event"] & (sample["time"] <= at))
            survival, log_error = naive(sample["time"], sample["event"], at)
            if found.at_risk[trial, place] == 0 and survival > 0:
                assert np.isnan(found.survival[trial, place])
                assert found.state[trial, place] == State.NOT_ESTIMABLE
            else:
                assert_allclose(found.survival[trial, place], survival, atol=1e-15)
                assert found.state[trial, place] == State.ESTIMATED
                if survival > 0:
                    error = survival * log_error
                    assert_allclose(found.standard_error[trial, place], error, atol=1e-14)


@few
@given(cohorts())
def test_a_batch_equals_its_trials_one_by_one(cohort):
    batch = survival_at(time=cohort["time"], event=cohort["event"], times=TIMES)
    for trial in range(3):
        alone = survival_at(**one_trial(cohort, trial, "time", "event"), times=TIMES)
        for field in batch.__slots__:
            assert_array_equal(getattr(batch, field)[trial], getattr(alone, field))


@few
@given(cohorts(trials=1))
def test_limits_hold_the_estimate_and_lie_within_0_and_1(cohort):
    sample = one_trial(cohort, 0, "time", "event")
    for scale in SCALES:
        curve = kaplan_meier(**sample, scale=scale)
        inside = curve.survival > 0
        low, high = curve.ci_low[inside], curve.ci_high[inside]
        assert np.all((low >= 0) & (low <= curve.survival[inside] + 1e-12))
        assert np.all((high <= 1) & (high >= curve.survival[inside] - 1e-12))
        assert np.isnan(curve.ci_low[~inside]).all()


@few
@given(cohorts(trials=1))
def test_the_curve_and_the_fixed_times_say_the_same(cohort):
    sample = one_trial(cohort, 0, "time", "event")
    curve = kaplan_meier(**sample)
    if len(curve.time) == 0:
        return
    fixed = survival_at(**sample, times=curve.time)
    for field in ("survival", "standard_error", "ci_low", "ci_high", "at_risk"):
        assert_array_equal(getattr(curve, field), getattr(fixed, field))
    assert curve.events.sum() + curve.censored.sum() == len(sample["time"])


def test_without_censoring_it_is_the_share_still_free_with_its_binomial_error():
    found = survival_at(time=[1, 2, 3, 4], event=[1, 1, 1, 1], times=[2], scale="plain")
    assert_allclose(found.survival, [0.5])
    assert_allclose(found.standard_error, [np.sqrt(0.5 * 0.5 / 4)])


def test_at_risk_counts_those_whose_event_falls_on_the_time():
    assert_array_equal(
        number_at_risk(time=[5, 5, 9, -np.inf], times=[0, 5, 5.1, 9, 10]), [3, 3, 1, 1, 0]
    )


def test_at_risk_before_everything_leaves_out_those_who_are_out():
    assert_array_equal(number_at_risk(time=[[1, -np.inf]], times=[-np.inf, 0]), [[1, 1]])


def test_a_time_after_the_last_follow_up_is_not_estimable_unless_the_curve_reached_0():
    censored = survival_at(time=[3, 8], event=[1, 0], times=[8, 9])
    assert_array_equal(censored.state, [State.ESTIMATED, State.NOT_ESTIMABLE])
    ended = survival_at(time=[3, 8], event=[1, 1], times=[9])
    assert_array_equal(ended.survival, [0.0])
    assert np.isnan(ended.standard_error[0])
    assert np.isnan(ended.ci_high[0])


def test_before_the_first_event_the_limits_are_the_estimate_on_every_scale():
    for scale in SCALES:
        found = survival_at(time=[3, 8], event=[1, 0], times=[1], scale=scale)
        assert (found.ci_low[0], found.survival[0], found.ci_high[0]) == (1, 1, 1)


def test_nobody_in_the_analysis_is_not_estimable():
    for time in ([], [-np.inf, -np.inf]):
        found = survival_at(time=time, event=np.zeros(len(time)), times=[1, 2])
        assert_array_equal(found.state, [State.NOT_ESTIMABLE] * 2)
        assert_array_equal(found.at_risk, [0, 0])
        assert len(kaplan_meier(time=time, event=np.zeros(len(time))).time) == 0


def test_groups_of_one_trial_come_from_one_call():
    sample = freireich()
    by_group = np.where(sample["group"] == np.arange(2)[:, None], sample["time"], -np.inf)
    found = survival_at(time=by_group, event=sample["event"], times=[10])
    assert_allclose(found.survival[:, 0], [8 / 21, 0.7529], atol=5e-5)


def test_a_higher_level_widens_the_interval():
    wide = kaplan_meier(time=[1, 2, 3, 4], event=[1, 1, 0, 1], level=0.99)
    narrow = kaplan_meier(time=[1, 2, 3, 4], event=[1, 1, 0, 1], level=0.9)
    assert np.all(wide.ci_low[:3] < narrow.ci_low[:3])
    assert np.all(wide.ci_high[:3] > narrow.ci_high[:3])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"time": [1, np.nan]}, r"time: NaN for 1 subject\(s\); wanted times; -inf for out"),
        ({"event": [0, 2]}, "event: .*; wanted true or false"),
        ({"event": [0, 1, 1]}, r"time \(2,\), event \(3,\); wanted arrays that broadcast"),
        ({"time": 3.0}, r"time: shape \(\); wanted \(..., subjects\)"),
        ({"time": ["a", "b"]}, "time: .*wanted numbers"),
        ({"times": [np.nan]}, "times: .*wanted one list of times"),
        ({"scale": "loglog"}, "scale: 'loglog'; .*did you mean 'log-log'"),
        ({"level": 95}, "level: 95; wanted a number between 0 and 1"),
    ],
)
def test_what_is_wrong_is_named(arguments, message):
    with pytest.raises(DataError, match=message):
        survival_at(**({"time": [1, 2], "event": [0, 1], "times": [1]} | arguments))


def test_all_faults_are_reported_together():
    with pytest.raises(DataError) as caught:
        survival_at(time=["x"], event=[3], times=[1])
    assert [fault.where for fault in caught.value.faults] == ["time", "event"]


@few
@given(cohorts())
def test_whole_curves_of_a_batch_equal_those_of_its_trials_and_are_filled_up(cohort):
    batch = kaplan_meier(time=cohort["time"], event=cohort["event"])
    longest = 0
    for trial in range(3):
        alone = kaplan_meier(**one_trial(cohort, trial, "time", "event"))
        rows = len(alone.time)
        longest = max(longest, rows)
        for field in batch.__slots__:
            row = getattr(batch, field)[trial]
            assert_array_equal(row[:rows], getattr(alone, field))
            filling = 0 if row.dtype.kind == "i" else np.nan
            assert_array_equal(row[rows:], np.full(len(row) - rows, filling))
    assert batch.time.shape == (3, longest)
