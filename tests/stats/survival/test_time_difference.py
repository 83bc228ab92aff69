"""Times in states of two arms: the restricted mean where there are two states, and its signs."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.survival import (
    compare_restricted_means,
    compare_times_in_state,
    sojourns,
    time_in_state,
)


def arms(seed=1, trials=5, size=20):
    """Times and events of (trials, subjects) of two arms."""
    rng = np.random.default_rng(seed)
    return [
        (rng.integers(1, 60, (trials, size)).astype(float), rng.random((trials, size)) < 0.7)
        for _ in range(2)
    ]


def in_states(time, event, horizon=25.0, *, states=2):
    """Alive from 0, dead from the event on: the two states of a survival time."""
    entered = np.full((*time.shape, states), np.nan)
    entered[..., 0] = 0.0
    entered[..., 1] = np.where(event, time, np.nan)
    rows = sojourns(entered=entered, until=time)
    return time_in_state(
        start=rows.start, stop=rows.stop, origin=rows.origin, destination=rows.destination,
        subject=rows.subject, states=states, horizon=horizon,
    )  # fmt: skip


def test_time_alive_is_the_restricted_mean():
    (time, event), (other, other_event) = arms()
    found = compare_times_in_state(
        experimental=in_states(time, event), control=in_states(other, other_event), level=0.9
    )
    expected = compare_restricted_means(
        time=np.concatenate([time, other], axis=-1),
        event=np.concatenate([event, other_event], axis=-1),
        group=np.repeat([1, 0], 20), horizon=25.0, level=0.9,
    )  # fmt: skip
    assert_allclose(found.difference[:, 0], expected.difference, rtol=1e-12)
    assert_allclose(found.difference[:, 1], -expected.difference, rtol=1e-10)
    # Greenwood's variance and the jackknife's are two estimates of the same error
    assert_allclose(found.standard_error[:, 0], expected.difference_standard_error, rtol=0.05)


def test_swapped_arms_turn_the_sign_alone():
    first, second = (in_states(*arm) for arm in arms())
    one = compare_times_in_state(experimental=first, control=second)
    other = compare_times_in_state(experimental=second, control=first)
    assert_array_equal(one.difference, -other.difference)
    assert_array_equal(one.ci_low, -other.ci_high)
    assert_array_equal(one.p_value, other.p_value)
    assert_array_equal(one.z, -other.z)


def test_a_batch_equals_its_trials_one_by_one():
    (time, event), (other, other_event) = arms(seed=3)
    batch = compare_times_in_state(
        experimental=in_states(time, event), control=in_states(other, other_event)
    )
    for trial in range(5):
        single = compare_times_in_state(
            experimental=in_states(time[trial], event[trial]),
            control=in_states(other[trial], other_event[trial]),
        )
        for name in ("difference", "standard_error", "ci_low", "z", "p_value", "state"):
            assert_allclose(getattr(batch, name)[trial], getattr(single, name), rtol=1e-12)


def test_an_arm_that_is_not_followed_so_long_leaves_no_difference():
    (time, event), (other, other_event) = arms()
    short = in_states(np.minimum(time, 10.0), event & (time <= 10.0))
    found = compare_times_in_state(experimental=short, control=in_states(other, other_event))
    assert (found.state == State.NOT_ESTIMABLE).all()
    assert np.isnan(found.p_value).all()


def test_arms_that_do_not_vary_have_a_difference_and_no_test():
    time, event = np.full((1, 4), 30.0), np.zeros((1, 4), dtype=bool)
    found = compare_times_in_state(
        experimental=in_states(time, event), control=in_states(time, event)
    )
    assert_array_equal(found.difference, 0)
    assert_array_equal(found.state, State.ESTIMATED)
    assert np.isnan(found.p_value).all()


def test_a_level_outside_0_to_1_is_refused():
    arm = in_states(*arms()[0])
    with pytest.raises(DataError, match="level"):
        compare_times_in_state(experimental=arm, control=arm, level=95)
