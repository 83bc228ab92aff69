"""A state over visits: shares of time, runs, confirmation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.responses import (
    confirmed_after,
    confirmed_next,
    sustained,
    time_in_state,
)
from equipoise.instruments.responses.series import UNKNOWN_VISITS

nan = float("nan")
DAYS = [0, 28, 56, 112]


def test_forward_and_both_ends_differ():
    held = time_in_state(days=DAYS, states=[0, 1, 1, 0])
    assert held.fraction_visits == 0.5
    assert held.fraction_time_forward == 84 / 112
    assert held.fraction_time_both_ends == 28 / 112
    assert held.longest_run_days == 28


def test_intervals_that_touch_an_unknown_visit_are_left_out():
    held = time_in_state(days=DAYS, states=[1, nan, 1, 0])
    assert_allclose(held.fraction_visits, 2 / 3)
    assert held.fraction_time_forward == 1  # of 56 to 112
    assert held.fraction_time_both_ends == 0
    assert held.longest_run_days == 0
    assert held.longest_run_upper_days == 56
    assert held.n_unknown == 1


def test_nothing_known_is_nothing_said():
    held = time_in_state(days=DAYS, states=[nan] * 4)
    for share in (held.fraction_visits, held.fraction_time_forward, held.fraction_time_both_ends):
        assert np.isnan(share)
    single = time_in_state(days=[5], states=[1])
    assert single.fraction_visits == 1
    assert np.isnan(single.fraction_time_forward)


@pytest.mark.parametrize(
    ("states", "least", "expected"),
    [
        ([1, 1, 1, 0], 56, 1),
        ([1, 1, 1, 0], 57, 0),
        ([1, nan, 1, 0], 56, nan),
        ([1, nan, 1, 1], 56, 1),
        ([0, nan, 0, 0], 1, 0),
        ([0, 0, 0, 0], 0, 0),
        ([0, 1, 0, 0], 0, 1),
        ([0, nan, 0, 0], 0, nan),
    ],
)
def test_a_run_of_known_visits(states, least, expected):
    assert_array_equal(sustained(days=DAYS, states=states, least_days=least), expected)


def test_padding_does_not_change_a_series():
    short = time_in_state(days=DAYS, states=[1, 1, nan, 0])
    padded = time_in_state(days=[*DAYS, nan, nan], states=[1, 1, nan, 0, 1, nan])
    for name in short.__slots__:
        assert_array_equal(getattr(short, name), getattr(padded, name))
    assert_array_equal(sustained(days=[*DAYS, nan], states=[1, 1, 0, 0, 1], least_days=28), 1)


def test_a_missed_visit_breaks_a_run_but_could_have_held():
    held = time_in_state(days=[0, nan, 56], states=[1, 1, 1])
    assert held.longest_run_days == 0
    assert held.longest_run_upper_days == 56
    assert np.isnan(sustained(days=[0, nan, 56], states=[1, 1, 1], least_days=56))


def test_confirmation_by_the_next_visit():
    assert_array_equal(confirmed_next([1, 1, 0, 1]), [1, 0, 0, nan])
    assert_array_equal(confirmed_next([1, nan, 1, 0]), [nan, nan, 0, 0])
    assert_array_equal(confirmed_next([[1, 1], [0, 1]]), [[1, nan], [0, nan]])


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([1, 1, 1, 1], [1, 1, 1, nan]),
        # day 3 comes too early to confirm day 0
        ([1, 0, 1, 0], [1, 0, 0, 0]),
        ([1, 1, 0, 1], [0, 0, 0, nan]),
        # the unknown sample of day 14 is no sample: day 28 tells
        ([1, 1, nan, 1], [1, 1, nan, nan]),
        ([1, 1, nan, 0], [0, 0, 0, 0]),
    ],
)
def test_confirmation_by_a_later_sample(states, expected):
    answer = confirmed_after(days=[0, 3, 14, 28], states=states, confirm_days=7)
    assert_array_equal(answer, expected)


@given(st.lists(st.sampled_from([0.0, 1.0, nan]), min_size=1, max_size=8), st.data())
def test_against_a_plain_twin(states, data):
    steps = [data.draw(st.integers(1, 90)) for _ in states]
    days = np.cumsum(steps)
    held = time_in_state(days=days, states=states)
    total = forward = both = 0
    best = run_start = None
    for number, (day, state) in enumerate(zip(days, states, strict=True)):
        if number and not np.isnan(state) and not np.isnan(states[number - 1]):
            span = day - days[number - 1]
            total += span
            forward += span * states[number - 1]
            both += span * states[number - 1] * state
        run_start = (run_start if run_start is not None else day) if state == 1 else None
        if run_start is not None:
            best = max(best or 0, day - run_start)
    assert_allclose(held.fraction_time_forward, forward / total if total else nan)
    assert_allclose(held.fraction_time_both_ends, both / total if total else nan)
    assert held.longest_run_days == (best or 0)
    assert held.longest_run_upper_days >= held.longest_run_days


@given(st.integers(0, 5000))
def test_an_unknown_visit_never_contradicts(seed):
    rng = np.random.default_rng(seed)
    days = np.cumsum(rng.integers(1, 60, size=(20, 7)), axis=-1)
    states = rng.integers(0, 2, size=(20, 7)).astype(float)
    hidden = np.where(rng.random((20, 7)) < 0.3, nan, states)
    for least in (0, 30, 90):
        known = sustained(days=days, states=hidden, least_days=least)
        true = sustained(days=days, states=states, least_days=least)
        assert np.all(np.isnan(known) | (known == true))
    known, true = confirmed_next(hidden), confirmed_next(states)
    assert np.all(np.isnan(known) | (known == true) | np.isnan(true))


def test_a_batch_is_its_series_one_by_one():
    rng = np.random.default_rng(1)
    days = np.cumsum(rng.integers(1, 60, size=(5, 3, 6)), axis=-1)
    states = rng.choice([0, 1, nan], size=(5, 3, 6))
    batch = time_in_state(days=days, states=states)
    confirmed = confirmed_after(days=days, states=states, confirm_days=20)
    for place in np.ndindex(5, 3):
        alone = time_in_state(days=days[place], states=states[place])
        for name in alone.__slots__:
            assert_array_equal(getattr(batch, name)[place], getattr(alone, name))
        single = confirmed_after(days=days[place], states=states[place], confirm_days=20)
        assert_array_equal(confirmed[place], single)


def test_what_is_refused():
    with pytest.raises(DataError, match="days: 28 not after the visit before; wanted rising days"):
        time_in_state(days=[0, 28, 28], states=[0, 1, 1])
    with pytest.raises(DataError, match="states: 2; wanted 0, 1 or NaN"):
        time_in_state(days=[0, 28], states=[0, 2])
    with pytest.raises(DataError, match="axis of visits"):
        time_in_state(days=1, states=1)
    with pytest.raises(DataError, match="broadcast"):
        sustained(days=[0, 1], states=[0, 1, 1], least_days=1)


class TestTable:
    def test_one_row_is_one_series(self):
        answer = find_instrument("time_in_state").score(
            {
                "days": ["0;28;56;112", "0;14", None],
                "states": ["0;1;1;0", "1;", "0;1"],
            },
            parameters={"least_days": 28},
        )
        assert_array_equal(answer["fraction_time_forward"], [0.75, nan, nan])
        assert_array_equal(answer["longest_run_days"], [28, 0, nan])
        assert_array_equal(answer["sustained"], [1, 0, nan])
        assert_array_equal(answer["n_visits"], [4, 2, 0])

    @pytest.mark.parametrize(
        ("rule", "visits", "forward", "sustained"),
        [
            ("left_out", [1, 0.75], [nan, 1], [nan, 1]),
            ("breaks_run", [1, 0.75], [nan, 1], [0, 1]),
            ("not_in_state", [2 / 3, 0.6], [0.5, 0.5], [0, 1]),
        ],
    )
    def test_what_an_unknown_visit_does(self, rule, visits, forward, sustained):
        answer = find_instrument("time_in_state").score(
            {"days": ["0;28;56", "0;28;56;84;112"], "states": ["1;;1", "1;1;0;;1"]},
            parameters={"least_days": 28, "unknown_visit": rule},
        )
        assert_allclose(answer["fraction_visits"], visits)
        assert_allclose(answer["fraction_time_forward"], forward)
        assert_array_equal(answer["sustained"], sustained)
        assert_array_equal(answer["longest_run_days"], [0, 28])
        assert_array_equal(answer["n_unknown"], [1, 1])

    def test_a_missed_visit_stays_out_of_the_shares_whatever_the_rule(self):
        for rule in UNKNOWN_VISITS:
            answer = find_instrument("time_in_state").score(
                {"days": ["0;;56", None], "states": ["1;;1", "1"]},
                parameters={"least_days": 28, "unknown_visit": rule},
            )
            assert_array_equal(answer["fraction_visits"], [1, nan])
            assert_array_equal(answer["sustained"], [nan if rule == "left_out" else 0, nan])

    @pytest.mark.parametrize(
        ("days", "states", "message"),
        [
            ("0;28", "1;1;1", "3 states for 2 days"),
            ("0;x", "1;1", "days: '0;x'; wanted numbers separated by ';'"),
            ("0;28", "1;2", "states: 2"),
            ("28;0", "1;1", "rising days"),
        ],
    )
    def test_what_is_refused(self, days, states, message):
        with pytest.raises(DataError, match=message):
            find_instrument("time_in_state").score({"days": [days], "states": [states]})
