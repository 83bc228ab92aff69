"""Quantiles of survival time: crossings, flat parts, what was not reached."""

import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.survival import kaplan_meier, survival_quantile
from support.survival import cohorts, few, one_trial


def naive(time, height, share):
    """First time at which the curve is at or below 1 - share, and the middle of a flat part."""
    for place, value in enumerate(height):
        if abs(value - (1 - share)) < 1e-9:
            later = [t for t, v in zip(time, height, strict=True) if v < value - 1e-9]
            return (time[place] + (later[0] if later else time[-1])) / 2
        if value < 1 - share:
            return time[place]
    return np.nan


@few
@given(cohorts())
def test_it_is_the_first_crossing_of_the_curve_and_of_its_limits(cohort):
    shares = [0.25, 0.5, 0.9]
    found = survival_quantile(
        time=cohort["time"], event=cohort["event"], quantile=shares, scale="log"
    )
    for trial in range(3):
        curve = kaplan_meier(**one_trial(cohort, trial, "time", "event"), scale="log")
        for place, share in enumerate(shares):
            assert_array_equal(
                found.estimate[trial, place], naive(curve.time, curve.survival, share)
            )
            assert_array_equal(found.ci_low[trial, place], naive(curve.time, curve.ci_low, share))
            assert_array_equal(found.ci_high[trial, place], naive(curve.time, curve.ci_high, share))


def test_a_flat_part_at_the_height_gives_its_middle():
    found = survival_quantile(time=[1, 2, 3, 4], event=[1, 1, 1, 1])
    assert_array_equal(found.estimate, [2.5])


def test_a_curve_that_ends_flat_at_the_height_gives_the_middle_up_to_the_last_follow_up():
    found = survival_quantile(time=[1, 2, 6, 6], event=[1, 1, 0, 0])
    assert_array_equal(found.estimate, [4])


def test_a_quantile_that_was_not_reached_is_not_estimable():
    found = survival_quantile(time=[[1, 2, 3, 4]], event=[[1, 0, 0, 0]], quantile=[0.2, 0.5])
    assert_array_equal(found.state, [[State.ESTIMATED, State.NOT_ESTIMABLE]])
    assert np.isnan(found.estimate[0, 1])


def test_nobody_has_no_median():
    assert np.isnan(survival_quantile(time=[], event=[]).estimate[0])


@few
@given(cohorts(trials=1))
def test_time_in_other_units_scales_the_quantiles(cohort):
    sample = one_trial(cohort, 0, "time", "event")
    days = survival_quantile(**sample)
    hours = survival_quantile(time=sample["time"] * 24, event=sample["event"])
    for field in ("estimate", "ci_low", "ci_high"):
        assert_array_equal(getattr(hours, field), getattr(days, field) * 24)


@pytest.mark.parametrize("share", [0, 1, 1.5, np.nan])
def test_a_share_outside_0_and_1_is_refused(share):
    with pytest.raises(DataError, match=r"quantile: .*wanted shares between 0 and 1"):
        survival_quantile(time=[1], event=[1], quantile=share)
