"""Rates and their ratio: published numbers, definitions, properties, edges."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.rate import event_rate, rate_ratio

ARMS = st.tuples(
    st.integers(0, 40), st.floats(0.1, 500), st.integers(0, 40), st.floats(0.1, 500)
)  # fmt: skip


def compared(arms, confidence=0.95):
    x1, t1, x0, t0 = arms
    return rate_ratio(events1=x1, time1=t1, events0=x0, time0=t0, confidence=confidence)


def test_limits_of_a_count_are_those_of_the_printed_tables():
    """Pearson ES, Hartley HO. Biometrika Tables for Statisticians I, 3rd ed., table 40, 95%."""
    found = event_rate(events=[0, 1, 5, 10, 30], time=1.0)
    assert_allclose(found.ci_low, [0, 0.0253, 1.62, 4.80, 20.24], atol=0.005)
    assert_allclose(found.ci_high, [3.69, 5.57, 11.67, 18.39, 42.83], atol=0.005)


@pytest.mark.parametrize("events", [0, 1, 4, 33])
def test_limits_have_half_of_the_rest_beyond_them(events):
    found = event_rate(events=events, time=7.5, confidence=0.9)
    assert stats.poisson.cdf(events, 7.5 * found.ci_high) == pytest.approx(0.05, rel=1e-10)
    if events:
        assert stats.poisson.sf(events - 1, 7.5 * found.ci_low) == pytest.approx(0.05, rel=1e-10)
    else:
        assert found.ci_low == 0


@given(ARMS)
@settings(max_examples=60, deadline=None)
def test_limits_of_the_ratio_have_half_of_the_rest_beyond_them(arms):
    x1, t1, x0, t0 = arms
    found = compared(arms)
    for limit, tail, seen in (
        (found.ci_low, stats.binom.sf, x1 - 1),
        (found.ci_high, stats.binom.cdf, x1),
    ):
        if 0 < limit < np.inf:
            share = limit * t1 / (limit * t1 + t0)
            assert tail(seen, x1 + x0, share) == pytest.approx(0.025, rel=1e-8)


@given(ARMS)
@settings(max_examples=60, deadline=None)
def test_arms_that_change_places_turn_the_ratio_over(arms):
    x1, t1, x0, t0 = arms
    found, turned = compared(arms), compared((x0, t0, x1, t1))
    for ours, theirs in (
        (found.estimate, turned.estimate),
        (found.ci_low, turned.ci_high),
        (found.ci_high, turned.ci_low),
    ):
        with np.errstate(divide="ignore"):
            assert_allclose(ours, 1 / theirs, rtol=1e-9)
    assert_allclose(found.p_less, turned.p_greater, rtol=1e-9)
    assert_allclose(found.p_two_sided, turned.p_two_sided, rtol=1e-6)


@given(ARMS, st.floats(0.01, 1000))
@settings(max_examples=40, deadline=None)
def test_the_unit_of_time_does_not_touch_the_ratio(arms, unit):
    x1, t1, x0, t0 = arms
    found, other = compared(arms), compared((x1, unit * t1, x0, unit * t0))
    assert_allclose(other.estimate, found.estimate, rtol=1e-12)
    assert_allclose(other.ci_high, found.ci_high, rtol=1e-9)
    assert_allclose(other.p_greater, found.p_greater, rtol=1e-9)


@given(st.lists(ARMS, min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_a_batch_equals_its_trials_one_by_one(batch):
    together = compared(tuple(np.array(column) for column in zip(*batch, strict=True)))
    for place, arms in enumerate(batch):
        alone = compared(arms)
        for name in (
            "estimate",
            "ci_low",
            "ci_high",
            "p_two_sided",
            "p_less",
            "p_greater",
            "state",
        ):
            # sums over padded rows of another width round once more
            assert_allclose(getattr(together, name)[place], getattr(alone, name), rtol=1e-14)


def test_a_one_sided_p_value_meets_its_limit():
    found = compared((11, 84.2, 22, 79.9), confidence=0.9)
    at_limit = compared((11, 84.2 * found.ci_high, 22, 79.9))
    assert at_limit.p_less == pytest.approx(0.05, rel=1e-9)


def test_states_of_empty_arms():
    found = compared((np.array([3, 0, 0, 0]), np.array([2.0, 2, 2, 0]),
                      np.array([0, 4, 0, 4]), np.array([2.0, 2, 2, 2])))  # fmt: skip
    wanted = [State.INFINITE, State.ESTIMATED, State.NOT_ESTIMABLE, State.NOT_ESTIMABLE]
    assert_array_equal(found.state, wanted)
    assert_array_equal(found.estimate, [np.inf, 0, np.nan, np.nan])
    assert found.ci_low[0] > 0
    assert_array_equal(found.ci_low[1:], [0, 0, np.nan])
    assert_array_equal(found.ci_high[[0, 2, 3]], [np.inf, np.inf, np.nan])
    alone = event_rate(events=[0, 0], time=[0.0, 3.0])
    assert_array_equal(alone.state, [State.NOT_ESTIMABLE, State.ESTIMATED])
    assert np.isnan(alone.ci_high[0])


@pytest.mark.parametrize(
    ("arms", "message"),
    [
        ((-1, 1.0, 2, 1.0), "events1"),
        ((1.5, 1.0, 2, 1.0), "events1"),
        ((1, -1.0, 2, 1.0), "time1"),
        ((1, np.nan, 2, 1.0), "time1"),
        ((1, 1.0, 2, 0.0), "events0: 1 counts above zero in no time"),
        ((np.ones(2), 1.0, np.ones(3), 1.0), "broadcast"),
    ],
)
def test_bad_input_is_refused_with_its_name(arms, message):
    with pytest.raises(DataError, match=message):
        compared(arms)


def test_all_faults_come_together():
    with pytest.raises(DataError) as caught:
        compared((-1, -2.0, 1, 1.0), confidence=2)
    assert len(caught.value.faults) == 3


def test_importing_the_folder_loads_neither_numba_nor_scipy_stats():
    code = (
        "import sys, equipoise.stats.rate; "
        "print([name for name in ('numba', 'scipy.stats', 'polars') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert answer.stdout.strip() == b"[]"
