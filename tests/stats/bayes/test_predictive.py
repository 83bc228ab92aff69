from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats.bayes import (
    difference_exceeds,
    posterior_success_table,
    predictive_probability_one_arm,
    predictive_probability_two_arms,
)


@st.composite
def interims(draw):
    total = draw(st.integers(0, 25))
    n = draw(st.integers(0, total))
    return {"x": draw(st.integers(0, n)), "n": n, "total": total}


@given(interims(), st.sampled_from([0.2, 0.5]), st.sampled_from([0.5, 0.9, 0.95]))
def test_one_arm_sums_the_successes(look, null, cut):
    x, n, total = look["x"], look["n"], look["total"]
    result = predictive_probability_one_arm(**look, null=null, cut=cut, alpha=0.5, beta=2)
    probability, smallest = 0.0, np.nan
    for future in range(total - n + 1):
        final = stats.beta(0.5 + x + future, 2 + total - x - future)
        if final.sf(null) > cut:
            probability += stats.betabinom.pmf(future, total - n, 0.5 + x, 2 + n - x)
            smallest = np.nanmin([smallest, x + future])
    assert_allclose(result.probability, probability, rtol=1e-10, atol=1e-14)
    assert_array_equal(result.smallest_success, smallest)


def test_one_arm_in_a_batch_of_unlike_sizes():
    looks = {"x": [6, 9, 2, 5], "n": [10, 18, 12, 5], "total": [30, 40, 24, 5]}
    batch = predictive_probability_one_arm(**looks, null=[0.3, 0.4, 0.5, 0.2], cut=0.9)
    for place in range(4):
        one = {name: value[place] for name, value in looks.items()}
        single = predictive_probability_one_arm(**one, null=[0.3, 0.4, 0.5, 0.2][place], cut=0.9)
        assert_allclose(batch.probability[place], single.probability, rtol=1e-12)
        assert_array_equal(batch.smallest_success[place], single.smallest_success)
    # At the end the predictive probability is 0 or 1.
    assert batch.probability[3] == 1


@given(interims(), interims())
@settings(max_examples=20)
def test_two_arms_sum_the_final_tables(one, other):
    total1, total0 = one["total"], other["total"]
    rng = np.random.default_rng(total1 * 100 + total0)
    success = rng.random((total1 + 1, total0 + 1)) < 0.5
    result = predictive_probability_two_arms(
        x1=one["x"], n1=one["n"], x0=other["x"], n0=other["n"], success=success, beta0=2.0
    )
    expected = 0.0
    for more1 in range(total1 - one["n"] + 1):
        for more0 in range(total0 - other["n"] + 1):
            if success[one["x"] + more1, other["x"] + more0]:
                expected += stats.betabinom.pmf(
                    more1, total1 - one["n"], 1 + one["x"], 1 + one["n"] - one["x"]
                ) * stats.betabinom.pmf(
                    more0, total0 - other["n"], 1 + other["x"], 2 + other["n"] - other["x"]
                )
    assert_allclose(result, expected, rtol=1e-9, atol=1e-14)


def test_two_arms_add_up_to_one():
    looks = {"x1": [[0], [3]], "n1": [[4], [4]], "x0": [1, 2, 3], "n0": [3, 3, 3]}
    always = predictive_probability_two_arms(**looks, success=np.ones((9, 7)))
    assert always.shape == (2, 3)
    assert_allclose(always, 1, rtol=1e-12)
    never = predictive_probability_two_arms(**looks, success=np.zeros((9, 7)))
    assert_array_equal(never, 0)


def test_success_table_is_the_posterior_rule():
    table = posterior_success_table(total1=5, total0=4, cut=0.8, margin=0.05, alpha0=2.0)
    assert table.shape == (6, 5)
    for x1 in range(6):
        for x0 in range(5):
            posterior = difference_exceeds(
                alpha1=1 + x1, beta1=6 - x1, alpha0=2 + x0, beta0=5 - x0, margin=0.05
            )
            assert table[x1, x0] == (posterior > 0.8)
    assert np.all(np.diff(table.astype(int), axis=0) >= 0)


def test_faults_come_together():
    look = {"x": 1, "n": 2, "total": 3, "null": 0.5, "cut": 0.9}
    with pytest.raises(DataError, match=r"x: more than n(.|\n)*total: less than n"):
        predictive_probability_one_arm(**{**look, "x": 5, "n": 4})
    with pytest.raises(DataError, match=r"null: 2(.|\n)*alpha: 0"):
        predictive_probability_one_arm(**{**look, "null": 2}, alpha=0)
    two = {"x1": 1, "n1": 2, "x0": 1, "n0": 2}
    with pytest.raises(DataError, match="n0: 2; wanted 1 at most"):
        predictive_probability_two_arms(**two, success=np.ones((5, 2)))
    with pytest.raises(DataError, match=r"success: shape \(3,\)"):
        predictive_probability_two_arms(**two, success=[1, 0, 1])
    with pytest.raises(DataError, match="x1: more than n"):
        predictive_probability_two_arms(**{**two, "x1": 3}, success=np.ones((5, 5)))
    with pytest.raises(DataError, match=r"total1: 2\.5(.|\n)*cut: 3"):
        posterior_success_table(total1=2.5, total0=4, cut=3)
