"""Chi-square tests of 2x2 and r x c tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import chi2_contingency

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.binary import chi_square_test, chi_square_test_of_independence

from .strategies import assert_batch_is_its_trials, batches, swapped

# Agresti A. An Introduction to Categorical Data Analysis, 2nd ed. 2007, table 2.5: gender by
# party identification; X2 = 30.1, G2 = 30.0, df = 2.
PARTY = [[762, 327, 468], [484, 239, 477]]


def test_gender_and_party_agresti_2007_table_2_5():
    result = chi_square_test_of_independence(table=PARTY)
    assert_allclose(result.statistic, 30.1, atol=0.05)
    assert_allclose(result.statistic_likelihood, 30.0, atol=0.05)
    assert result.df == 2
    assert_allclose(result.expected[0], [703.7, 319.6, 533.7], atol=0.05)


@given(batches(smallest=1))
def test_two_arms_agree_with_the_table_they_make(counts):
    x1, n1, x0, n0 = counts.values()
    table = np.stack([np.stack([x1, n1 - x1], -1), np.stack([x0, n0 - x0], -1)], -2)
    of_arms, of_table = chi_square_test(**counts), chi_square_test_of_independence(table=table)
    assert_allclose(of_arms.statistic, of_table.statistic, rtol=1e-11, atol=1e-12)
    assert_array_equal(of_arms.state, of_table.state)
    for place in np.flatnonzero(of_arms.state == State.ESTIMATED):
        yates = chi2_contingency(table[place], correction=True)
        assert_allclose(of_arms.statistic_yates[place], yates.statistic, rtol=1e-11, atol=1e-12)
        assert_allclose(of_arms.p_yates[place], yates.pvalue, rtol=1e-10)


@given(batches(smallest=1))
def test_exchanging_the_arms_turns_the_sign(counts):
    result, other = chi_square_test(**counts), chi_square_test(**swapped(counts))
    assert_allclose(result.z, -other.z, rtol=1e-13)
    assert_allclose(result.z**2, result.statistic, rtol=1e-13)
    assert_allclose(result.p_n_minus_1, other.p_n_minus_1, rtol=1e-12)


@given(arrays(np.int64, (3, 3, 4), elements=st.integers(0, 9)))
def test_tables_agree_with_scipy_once_empty_lines_are_left_out(tables):
    result = chi_square_test_of_independence(table=tables)
    for place, table in enumerate(tables):
        filled = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
        if min(filled.shape) < 2:
            assert result.state[place] == State.NOT_ESTIMABLE
            assert np.isnan(result.statistic[place])
            continue
        pearson = chi2_contingency(filled, correction=False)
        likelihood = chi2_contingency(filled, correction=False, lambda_="log-likelihood")
        assert_allclose(result.statistic[place], pearson.statistic, rtol=1e-11, atol=1e-12)
        assert_allclose(result.p_value[place], pearson.pvalue, rtol=1e-10)
        assert_allclose(result.statistic_likelihood[place], likelihood.statistic, atol=1e-11)
        assert_allclose(result.smallest_expected[place], pearson.expected_freq.min())


@given(batches())
def test_a_batch_equals_its_trials_one_by_one(counts):
    assert_batch_is_its_trials(chi_square_test, counts)


def test_p_values_in_the_far_tail_keep_their_digits():
    result = chi_square_test(x1=900, n1=1000, x0=100, n0=1000)
    assert_allclose(result.statistic, 1280, rtol=1e-13)
    # erfc(sqrt(640)) by its asymptotic series, first four terms.
    x = 1280.0
    series = 1 - 1 / x + 3 / x**2 - 15 / x**3
    assert_allclose(result.p_value, np.exp(-x / 2) * np.sqrt(2 / (np.pi * x)) * series, rtol=1e-10)


def test_a_margin_of_zero_is_not_estimable():
    result = chi_square_test(x1=[0, 4, 0], n1=[4, 4, 0], x0=[0, 3, 1], n0=[3, 3, 3])
    assert_array_equal(result.state, State.NOT_ESTIMABLE)
    assert_array_equal(np.isnan([result.z, result.p_value, result.p_yates]), True)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([1, 2], r"table: shape \(2,\); wanted an array \(..., rows, columns\)"),
        ([[1, 2], [3, -1]], "table: -1"),
        (np.zeros((2, 0)), "shape"),
    ],
)
def test_wrong_tables_are_refused(table, message):
    with pytest.raises(DataError, match=message):
        chi_square_test_of_independence(table=table)
