"""Barnard's and Boschloo's tests against full enumeration on a fine grid."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import boschloo_exact

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.binary import (
    barnard_test,
    barnard_unpooled_test,
    boschloo_doubled_test,
    boschloo_test,
    fisher_test,
)

from . import twins
from .strategies import all_tables, assert_batch_is_its_trials, batches, swapped, trial

TESTS = {
    "barnard_pooled": barnard_test,
    "barnard_unpooled": barnard_unpooled_test,
    "boschloo": boschloo_test,
}
ALTERNATIVES = ("two_sided", "less", "greater")


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("name", TESTS)
def test_no_risk_gives_more_than_the_p_value_and_one_gives_as_much(name, alternative):
    counts = all_tables(6, 4)
    result = TESTS[name](**counts, alternative=alternative)
    grid = np.linspace(0, 1, 401)
    for place in range(0, result.p_value.size, 3):
        cells = [int(values[place]) for values in counts.values()]
        tables = twins.tail_tables(name, alternative, *cells)
        heights = [twins.tail_probability(tables, 6, 4, risk) for risk in grid]
        reached = twins.tail_probability(tables, 6, 4, float(result.nuisance[place]))
        assert max(heights) <= result.p_value[place] * (1 + 1e-12)
        assert_allclose(reached, result.p_value[place], rtol=1e-12)
        assert result.tables_in_tail[place] == len(tables)


def test_boschloo_of_the_hiring_survey():
    # scipy boschloo_exact, example: 74 of 117 lawyers satisfied against 31 of 63 professors.
    counts = {"x1": 74, "n1": 117, "x0": 31, "n0": 63}
    result = boschloo_test(**counts, alternative="greater")
    assert_allclose(result.p_value, boschloo_exact([[74, 31], [43, 32]], "greater").pvalue)
    assert_allclose(result.statistic, 0.0483, atol=5e-5)


def test_barnard_of_the_vaccine_trial():
    # scipy barnard_exact, example: 7/15 infected against 12/15, less; Wald 1.894, p 0.034.
    result = barnard_test(x1=7, n1=15, x0=12, n0=15, alternative="less")
    assert_allclose(result.statistic, 1.894, atol=5e-4)
    assert_allclose(result.p_value, 0.034, atol=5e-4)


@given(batches(smallest=1, largest=8, most_trials=3))
def test_boschloo_is_never_above_fisher(counts):
    fisher = fisher_test(**counts)
    for alternative in ALTERNATIVES:
        p_value = boschloo_test(**counts, alternative=alternative).p_value
        assert np.all(p_value <= getattr(fisher, f"p_{alternative}") * (1 + 1e-12))


@given(batches(smallest=1, largest=8, most_trials=3))
def test_exchanging_the_arms_exchanges_the_alternatives(counts):
    for test in TESTS.values():
        less = test(**counts, alternative="less")
        greater = test(**swapped(counts), alternative="greater")
        assert_allclose(less.p_value, greater.p_value, rtol=1e-11)
        assert_array_equal(less.tables_in_tail, greater.tables_in_tail)


@settings(max_examples=10)
@given(batches(largest=6, most_trials=3))
def test_a_batch_equals_its_trials_one_by_one(counts):
    for test in TESTS.values():
        assert_batch_is_its_trials(test, counts)
    assert_batch_is_its_trials(boschloo_doubled_test, counts)


@given(batches(smallest=1, largest=8, most_trials=2))
def test_the_doubled_test_takes_the_smaller_side(counts):
    sides = [boschloo_test(**counts, alternative=side).p_value for side in ("less", "greater")]
    doubled = boschloo_doubled_test(**counts).p_value
    assert_allclose(doubled, np.minimum(1, 2 * np.minimum(*sides)), rtol=1e-13)


def test_complete_contrast_has_an_infinite_unpooled_statistic():
    result = barnard_unpooled_test(x1=5, n1=5, x0=0, n0=5, alternative="greater")
    assert result.statistic == math.inf
    # Only the observed table is as extreme; its probability is highest at a risk of one half.
    assert_allclose(result.p_value, 0.5**10, rtol=1e-13)
    assert_allclose(result.nuisance, 0.5, rtol=1e-8)
    against = barnard_unpooled_test(x1=5, n1=5, x0=0, n0=5, alternative="less")
    assert_allclose(against.p_value, 1.0, rtol=1e-14)


def test_a_narrow_maximum_near_zero_is_found():
    counts = {"x1": 3, "n1": 300, "x0": 0, "n0": 100}
    result = barnard_test(**counts, alternative="greater")
    tables = twins.tail_tables("barnard_pooled", "greater", *counts.values())
    risks = np.linspace(0, 1, 801)[1:-1] ** 2
    x1, x0 = np.array(tables).T
    log_ways = np.array([math.log(math.comb(300, i) * math.comb(100, j)) for i, j in tables])
    heights = [
        np.exp(log_ways + (x1 + x0) * np.log(r) + (400 - x1 - x0) * np.log1p(-r)).sum()
        for r in risks
    ]
    assert max(heights) <= result.p_value * (1 + 1e-9)
    assert_allclose(max(heights), result.p_value, rtol=1e-3)


def test_an_empty_arm_is_not_estimable():
    result = boschloo_test(x1=[0, 1], n1=[0, 3], x0=[1, 1], n0=[3, 3])
    assert result.state.tolist() == [State.NOT_ESTIMABLE, State.ESTIMATED]
    assert_array_equal(np.isnan(result.p_value), [True, False])


def test_an_unknown_alternative_is_refused():
    with pytest.raises(DataError, match="did you mean 'greater'"):
        barnard_test(x1=1, n1=2, x0=1, n0=2, alternative="greatest")


def test_sizes_of_one_trial_do_not_leak_into_another():
    mixed = boschloo_test(x1=[3, 5, 3], n1=[6, 9, 6], x0=[1, 1, 1], n0=[5, 9, 5])
    alone = boschloo_test(**trial({"x1": [3], "n1": [6], "x0": [1], "n0": [5]}, 0))
    assert_array_equal(mixed.p_value[[0, 2]], np.full(2, alone.p_value))


@pytest.mark.parametrize("test", [barnard_test, boschloo_test, boschloo_doubled_test])
def test_arms_too_large_to_enumerate_have_a_state_and_leave_the_others_alone(test):
    found = test(x1=[9, 500], n1=[12, 100_000], x0=[5, 400], n0=[6, 100_000])
    assert found.state.tolist() == [State.ESTIMATED, State.NOT_ESTIMABLE]
    assert np.isnan(found.p_value[1])
    assert found.p_value[0] == test(x1=9, n1=12, x0=5, n0=6).p_value
