import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.simulate.clock import Clocks, strike
from equipoise.simulate.fate import day_of, fate_of


def slow_strike(hazard, target):
    total = 0.0
    for week, rate in enumerate(hazard):
        if rate > 0 and total + rate >= target:
            return week + (target - total) / rate
        total += rate
    return np.inf


@given(
    st.lists(st.floats(0, 0.5).map(lambda x: 0.0 if x < 1e-3 else x), min_size=1, max_size=30),
    st.floats(0.01, 3),
)
def test_a_clock_strikes_when_its_hazard_has_accumulated(hazard, target):
    found = strike(np.array([hazard]), np.array([target]))[0]
    assert_allclose(found, slow_strike(hazard, target), rtol=1e-9, atol=1e-9)


def test_a_constant_hazard_gives_exponential_times():
    target = -np.log1p(-(np.arange(20_000) + 0.5) / 20_000)
    week = strike(np.full((20_000, 400), 0.03), target)
    assert_allclose((week <= 52).mean(), 1 - np.exp(-0.03 * 52), atol=1e-4)
    assert_allclose(np.median(week), np.log(2) / 0.03, rtol=1e-3)


def test_no_hazard_no_event():
    assert_array_equal(strike(np.zeros((2, 5)), np.array([0.1, 3.0])), [np.inf, np.inf])


def test_the_length_of_the_trial_does_not_move_an_event():
    rng = np.random.default_rng(1)
    hazard, target = rng.uniform(0, 0.1, (50, 80)), rng.exponential(size=50)
    whole, part = strike(hazard, target), strike(hazard[:, :40], target)
    assert_array_equal(part[np.isfinite(part)], whole[np.isfinite(part)])
    assert (whole[np.isinf(part)] > 40).all()


def clocks(**weeks):
    names = ("relapse", "infection", "vascular", "drop_out", "fatal_infection", "fatal_vascular",
             "other_death")  # fmt: skip
    return Clocks(**{name: np.array([weeks.get(name, np.inf)]) for name in names})


def test_whatever_comes_first_ends_observation():
    last = np.array([168.0])
    cases = {
        "completed": ({}, 168, False, False),
        "death": ({"other_death": 10.0}, 70, True, False),
        "left": ({"drop_out": 10.0}, 70, False, True),
        "death unseen after leaving": ({"drop_out": 9.0, "other_death": 10.0}, 63, False, True),
        "death before leaving": ({"drop_out": 11.0, "fatal_infection": 10.0}, 70, True, False),
        "death on the last day": ({"other_death": 24.0}, 168, True, False),
        "leaving on the last day is completing": ({"drop_out": 24.0}, 168, False, False),
        "death after the end": ({"other_death": 24.1}, 168, False, False),
    }
    for name, (weeks, end, died, withdrew) in cases.items():
        fate = fate_of(clocks(**weeks), last_visit=last)
        assert fate.last_contact[0] == end, name
        assert bool(fate.died[0]) is died, name
        assert bool(fate.withdrew[0]) is withdrew, name


def test_visits_end_with_observation():
    days = np.array([[0.0, 70.0, 168.0]])
    left = fate_of(clocks(drop_out=10.0), last_visit=np.array([168.0]))
    assert left.holds_visit(days).tolist() == [[True, False, False]]
    stayed = fate_of(clocks(), last_visit=np.array([168.0]))
    assert stayed.holds_visit(days).all()


def test_events_after_the_end_are_not_seen():
    fate = fate_of(clocks(drop_out=10.0), last_visit=np.array([168.0]))
    assert fate.seen(np.array([9.0])).tolist() == [63.0]
    assert np.isnan(fate.seen(np.array([10.1]))).all()


def test_an_event_is_never_before_day_one():
    assert day_of(np.array([0.0, 0.01, 1.0, np.inf])).tolist() == [1, 1, 7, np.inf]
