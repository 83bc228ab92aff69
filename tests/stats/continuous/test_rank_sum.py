from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.continuous import wilcoxon_rank_sum, wilcoxon_rank_sum_exact
from equipoise.stats.continuous.rank_sum_distribution import cumulative
from equipoise.stats.continuous.ranks import midranks

from .strategies import assert_same, one_by_one, two_arms

# Hollander, Wolfe. Nonparametric Statistical Methods, table 4.1: permeability constants of the
# human chorioamnion at term and at 12 to 26 weeks; the example of R's wilcox.test, W = 35,
# one-sided p = 0.1272.
AT_TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
EARLIER = [1.15, 0.88, 0.90, 0.74, 1.21]


def _arms(x, y):
    return {"response": [*x, *y], "treated": [True] * len(x) + [False] * len(y)}


def test_hollander_wolfe_permeability():
    result = wilcoxon_rank_sum_exact(**_arms(AT_TERM, EARLIER))
    assert result.statistic == 35
    assert_allclose(result.p_greater, 0.1272, atol=5e-5)


@pytest.mark.parametrize(("a", "b"), [(1, 1), (1, 5), (3, 2), (4, 4), (5, 3), (6, 5)])
def test_the_distribution_is_that_of_all_arrangements(a, b):
    counts = np.zeros(a * b + 1)
    for chosen in itertools.combinations(range(1, a + b + 1), a):
        counts[sum(chosen) - a * (a + 1) // 2] += 1
    assert_allclose(cumulative(a, b), np.cumsum(counts) / math.comb(a + b, a), rtol=1e-15)


def test_the_distribution_is_exact_far_out():
    assert_allclose(cumulative(40, 45)[0], 1 / math.comb(85, 40), rtol=1e-15)
    assert_allclose(cumulative(40, 45)[[1, 2, 3]] * math.comb(85, 40), [2, 4, 7], rtol=1e-14)


def test_ranks_by_the_slow_way():
    values = np.array([[3.0, np.nan, 1.0, 3.0, 3.0, 2.0, 2.0], [np.nan] * 7])
    result = midranks(values)
    assert_allclose(result.ranks[0], [5, np.nan, 1, 5, 5, 2.5, 2.5])
    assert np.isnan(result.ranks[1]).all()
    assert result.ties.tolist() == [24 + 6, 0]
    assert midranks(np.empty((2, 0))).ranks.shape == (2, 0)


@given(two_arms())
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("continuity", [True, False])
def test_normal_limit_agrees_with_scipy_and_one_by_one(continuity, batch):
    result = wilcoxon_rank_sum(**batch, continuity=continuity)
    for place, trial in enumerate(one_by_one(batch)):
        assert_same(result, wilcoxon_rank_sum(**trial, continuity=continuity), place=place)
        known = ~np.isnan(trial["response"])
        x, y = (trial["response"][known & side] for side in (trial["treated"], ~trial["treated"]))
        if result.state[place] != State.ESTIMATED:
            assert len(x) * len(y) == 0 or len({*x, *y}) == 1
            assert np.isnan(result.p_value[place])
            continue
        for field, side in (("p_greater", "greater"), ("p_less", "less")):
            naive = stats.mannwhitneyu(
                x, y, alternative=side, use_continuity=continuity, method="asymptotic"
            )
            assert result.statistic[place] == naive.statistic
            # scipy cuts p values at 1, the normal tail does not reach it.
            assert_allclose(getattr(result, field)[place], naive.pvalue, rtol=1e-9)


@given(two_arms(most_subjects=9))
@settings(max_examples=60, deadline=None)
def test_exact_agrees_with_scipy_and_one_by_one(batch):
    result = wilcoxon_rank_sum_exact(**batch)
    for place, trial in enumerate(one_by_one(batch)):
        assert_same(result, wilcoxon_rank_sum_exact(**trial), place=place)
        known = ~np.isnan(trial["response"])
        x, y = (trial["response"][known & side] for side in (trial["treated"], ~trial["treated"]))
        is_tied = len({*x, *y}) < len(x) + len(y)
        assert (result.state[place] == State.ESTIMATED) == (len(x) * len(y) > 0 and not is_tied)
        if result.state[place] == State.ESTIMATED:
            naive = stats.mannwhitneyu(x, y, method="exact")
            assert_allclose(result.p_value[place], naive.pvalue, rtol=1e-12)


@given(two_arms())
@settings(max_examples=30, deadline=None)
def test_swapping_labels_and_turning_the_scale_are_the_same(batch):
    swapped = wilcoxon_rank_sum(response=batch["response"], treated=~batch["treated"])
    turned = wilcoxon_rank_sum(response=-batch["response"], treated=batch["treated"])
    assert_allclose(swapped.p_greater, turned.p_greater)
    assert_allclose(swapped.statistic, turned.statistic)
    assert_allclose(swapped.p_value, wilcoxon_rank_sum(**batch).p_value)


def test_a_monotone_change_of_scale_changes_nothing():
    x = _arms(AT_TERM, EARLIER)
    there = wilcoxon_rank_sum_exact(response=np.exp(x["response"]), treated=x["treated"])
    assert_same(wilcoxon_rank_sum_exact(**x), there)


def test_an_even_split_has_p_value_one():
    assert wilcoxon_rank_sum(response=[1, 2, 2, 1], treated=[1, 1, 0, 0]).p_value == 1
    assert wilcoxon_rank_sum_exact(response=[1, 4, 2, 3], treated=[1, 1, 0, 0]).p_value == 1


@pytest.mark.parametrize("test", [wilcoxon_rank_sum, wilcoxon_rank_sum_exact])
def test_empty_arms_and_ties_everywhere_are_a_state(test):
    for trial in (
        {"response": [1.0, 2.0], "treated": [True, True]},
        {"response": [2.0, 2.0, 2.0], "treated": [True, True, False]},
        {"response": [], "treated": []},
    ):
        trial["treated"] = np.array(trial["treated"], dtype=bool)
        result = test(**trial)
        assert result.state == State.NOT_ESTIMABLE
        assert np.isnan(result.p_value)


@pytest.mark.parametrize("test", [wilcoxon_rank_sum, wilcoxon_rank_sum_exact])
def test_faults(test):
    with pytest.raises(DataError, match=r"treated: .*wanted true or false"):
        test(response=[1.0, 2.0], treated=[0.5, 1])
    with pytest.raises(DataError, match="response: an infinite number"):
        test(response=[1.0, -np.inf], treated=[0, 1])
