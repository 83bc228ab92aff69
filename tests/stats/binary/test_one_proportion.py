"""Intervals of one proportion: published table, coverage of their definition, edges."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import beta

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.binary import (
    binomial_test,
    proportion_agresti_coull,
    proportion_clopper_pearson,
    proportion_jeffreys,
    proportion_wald,
    proportion_wilson,
    proportion_wilson_corrected,
)

INTERVALS = (
    proportion_agresti_coull,
    proportion_clopper_pearson,
    proportion_jeffreys,
    proportion_wald,
    proportion_wilson,
    proportion_wilson_corrected,
)
# Newcombe RG. Statistics in Medicine 1998; 17:857-872, table I: 95 per cent limits.
NEWCOMBE = {
    (81, 263): {
        proportion_wald: (0.2522, 0.3638),
        proportion_wilson: (0.2553, 0.3662),
        proportion_wilson_corrected: (0.2535, 0.3682),
        proportion_clopper_pearson: (0.2527, 0.3676),
    },
    (15, 148): {
        proportion_wald: (0.0527, 0.1500),
        proportion_wilson: (0.0624, 0.1605),
        proportion_wilson_corrected: (0.0598, 0.1644),
        proportion_clopper_pearson: (0.0578, 0.1617),
    },
    (0, 20): {
        proportion_wilson: (0.0000, 0.1611),
        proportion_wilson_corrected: (0.0000, 0.2005),
        proportion_clopper_pearson: (0.0000, 0.1684),
    },
    (1, 29): {
        proportion_wilson: (0.0061, 0.1718),
        proportion_wilson_corrected: (0.0018, 0.1963),
        proportion_clopper_pearson: (0.0009, 0.1776),
    },
}
ROWS = [(*key, f, limits) for key, row in NEWCOMBE.items() for f, limits in row.items()]


@pytest.mark.parametrize(("x", "n", "interval", "limits"), ROWS)
def test_newcombe_1998_table_1(x, n, interval, limits):
    result = interval(x=x, n=n)
    assert_allclose([result.ci_low, result.ci_high], limits, atol=5.01e-5)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_exact_limits_leave_half_alpha_in_each_tail(counts):
    x, n = counts
    result = proportion_clopper_pearson(x=x, n=n, confidence=0.9)

    def tail(risk, numbers):
        return math.fsum(math.comb(n, k) * risk**k * (1 - risk) ** (n - k) for k in numbers)

    if x > 0:
        assert_allclose(tail(float(result.ci_low), range(x, n + 1)), 0.05, rtol=1e-10)
    if x < n:
        assert_allclose(tail(float(result.ci_high), range(x + 1)), 0.05, rtol=1e-10)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))))
def test_wilson_limits_are_where_the_score_test_meets_its_quantile(counts):
    x, n = counts
    low = float(proportion_wilson(x=x, n=n).ci_low)
    z = (x / n - low) / math.sqrt(low * (1 - low) / n)
    assert_allclose(z, 1.959963984540054, rtol=1e-10)
    corrected = float(proportion_wilson_corrected(x=x, n=n).ci_low)
    z = (x - 0.5 - n * corrected) / math.sqrt(n * corrected * (1 - corrected))
    assert_allclose(z, 1.959963984540054, rtol=1e-10)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_counting_non_events_mirrors_the_limits(counts):
    x, n = counts
    for interval in INTERVALS:
        result, other = interval(x=x, n=n), interval(x=n - x, n=n)
        assert_allclose(result.ci_low, 1 - other.ci_high, atol=1e-12)


def test_jeffreys_limits_are_quantiles_of_the_posterior():
    result = proportion_jeffreys(x=[1, 27], n=[30, 300], confidence=0.8)
    expected = beta.ppf([[0.1], [0.9]], [1.5, 27.5], [29.5, 273.5])
    assert_allclose([result.ci_low, result.ci_high], expected, rtol=1e-11)


@pytest.mark.parametrize("interval", INTERVALS)
def test_an_empty_arm_is_not_estimable(interval):
    result = interval(x=[0, 3], n=[0, 5])
    assert result.state.tolist() == [State.NOT_ESTIMABLE, State.ESTIMATED]
    assert_array_equal(np.isnan([result.estimate, result.ci_low, result.ci_high])[:, 0], True)


def test_the_binomial_test_agrees_with_fractions_over_all_counts():
    for null in (Fraction(1, 2), Fraction(3, 10), Fraction(9, 10)):
        n = 11
        mass = [math.comb(n, k) * null**k * (1 - null) ** (n - k) for k in range(n + 1)]
        result = binomial_test(x=np.arange(n + 1), n=n, probability=float(null))
        tie = 1 + Fraction(1, 10**7)
        for k in range(n + 1):
            low = sum(p for p in mass if p <= mass[k] * tie)
            assert_allclose(result.p_two_sided[k], float(low), rtol=1e-12)
            assert_allclose(result.p_less[k], float(sum(mass[: k + 1])), rtol=1e-12)
            assert_allclose(result.p_greater[k], float(sum(mass[k:])), rtol=1e-12)


def test_the_binomial_test_broadcasts_counts_and_nulls():
    result = binomial_test(x=[[2], [5]], n=[[6], [0 + 7]], probability=[0.2, 0.5, 0.7])
    alone = binomial_test(x=5, n=7, probability=0.7)
    assert result.p_two_sided.shape == (2, 3)
    assert_allclose(result.p_two_sided[1, 2], alone.p_two_sided, rtol=1e-14)
    empty = binomial_test(x=0, n=0, probability=0.5)
    assert empty.state == State.NOT_ESTIMABLE
    assert np.isnan(empty.p_less)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: proportion_wilson(x=3, n=2), "x: 3 of 2"),
        (lambda: proportion_wilson(x=1, n=2, confidence=95), "confidence: 95"),
        (lambda: proportion_wilson_corrected(x=1, n=2, correction=1), "correction: 1; wanted 0"),
        (lambda: binomial_test(x=1, n=2, probability=1), "strictly between 0 and 1"),
    ],
)
def test_wrong_input_is_refused(call, message):
    with pytest.raises(DataError, match=message):
        call()
