from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.continuous import friedman, kruskal_wallis, wilcoxon_rank_sum

from .strategies import SPARSE, assert_same, one_by_one, several_groups, two_arms

# Hollander, Wolfe. Nonparametric Statistical Methods, table 7.1: seconds to round first base by
# three methods, 22 players; chi-square 11.1429 on 2 degrees of freedom (R's friedman.test).
ROUNDING = np.array(
    [
        "5.40",
        "5.50",
        "5.55",
        "5.85",
        "5.70",
        "5.75",
        "5.20",
        "5.60",
        "5.50",
        "5.55",
        "5.50",
        "5.40",
        "5.90",
        "5.85",
        "5.70",
        "5.45",
        "5.55",
        "5.60",
        "5.40",
        "5.40",
        "5.35",
        "5.45",
        "5.50",
        "5.35",
        "5.25",
        "5.15",
        "5.00",
        "5.85",
        "5.80",
        "5.70",
        "5.25",
        "5.20",
        "5.10",
        "5.65",
        "5.55",
        "5.45",
        "5.60",
        "5.35",
        "5.45",
        "5.05",
        "5.00",
        "4.95",
        "5.50",
        "5.50",
        "5.40",
        "5.45",
        "5.55",
        "5.50",
        "5.55",
        "5.55",
        "5.35",
        "5.45",
        "5.50",
        "5.55",
        "5.50",
        "5.45",
        "5.25",
        "5.65",
        "5.60",
        "5.40",
        "5.70",
        "5.65",
        "5.55",
        "6.30",
        "6.30",
        "6.25",
    ],
    dtype=float,
).reshape(22, 3)


def test_hollander_wolfe_rounding_times():
    result = friedman(response=ROUNDING)
    assert_allclose(result.statistic, 11.1429, atol=5e-5)
    assert (result.df, result.n, result.n_dropped) == (2, 22, 0)
    assert_allclose(result.p_value, 0.003805, atol=5e-7)


def test_kruskal_wallis_1952_bottle_caps():
    # Kruskal, Wallis 1952, section 1.2: daily production of three machines, H = 5.656.
    result = kruskal_wallis(
        response=[340, 345, 330, 342, 338, 339, 333, 344, 347, 343, 349, 355],
        group=[0] * 5 + [1] * 3 + [2] * 4,
        groups=3,
    )
    assert_allclose(result.statistic, 5.656, atol=5e-4)
    assert (result.df, result.n) == (2, 12)


@given(several_groups())
@settings(max_examples=60, deadline=None)
def test_kruskal_wallis_agrees_with_scipy_and_one_by_one(batch):
    result = kruskal_wallis(**batch)
    for place, trial in enumerate(one_by_one(batch)):
        assert_same(result, kruskal_wallis(**trial), place=place)
        samples = [
            trial["response"][(trial["group"] == code) & ~np.isnan(trial["response"])]
            for code in range(3)
        ]
        filled = [sample for sample in samples if len(sample)]
        if result.state[place] == State.ESTIMATED:
            naive = stats.kruskal(*filled)
            assert_allclose(result.statistic[place], naive.statistic, rtol=1e-9, atol=1e-12)
            assert_allclose(result.p_value[place], naive.pvalue, rtol=1e-9)
        else:
            assert len(filled) < 2 or len(set(np.concatenate(filled))) == 1
            assert np.isnan(result.p_value[place])
        assert result.n[place] == sum(map(len, filled))
        assert result.n[place] + result.n_dropped[place] == len(trial["response"])


@given(two_arms())
@settings(max_examples=30, deadline=None)
def test_of_two_groups_is_the_square_of_wilcoxon_without_continuity(batch):
    two = wilcoxon_rank_sum(**batch, continuity=False)
    result = kruskal_wallis(
        response=batch["response"], group=batch["treated"].astype(int), groups=2
    )
    assert_allclose(result.statistic, two.z**2, rtol=1e-9, atol=1e-12)


VISITS = arrays(
    np.float64, st.tuples(st.integers(1, 3), st.integers(1, 8), st.just(4)), elements=SPARSE
)


@given(VISITS)
@settings(max_examples=60, deadline=None)
def test_friedman_agrees_with_scipy_and_one_by_one(response):
    result = friedman(response=response)
    for place, trial in enumerate(response):
        assert_same(result, friedman(response=trial), place=place)
        complete = trial[~np.isnan(trial).any(axis=1)]
        assert result.n[place] == len(complete)
        assert result.n_dropped[place] == len(trial) - len(complete)
        if result.state[place] == State.ESTIMATED:
            naive = stats.friedmanchisquare(*complete.T)
            assert_allclose(result.statistic[place], naive.statistic, rtol=1e-9, atol=1e-12)
            assert_allclose(result.p_value[place], naive.pvalue, rtol=1e-9)
        else:
            assert len(complete) == 0 or all(len(set(row)) == 1 for row in complete)


@given(VISITS)
@settings(max_examples=20, deadline=None)
def test_friedman_does_not_see_order_of_visits_nor_shifts_of_subjects(response):
    shift = np.arange(response.shape[1])[:, None] * 8.0
    moved = friedman(response=response[..., ::-1] + shift)
    assert_same(friedman(response=response), moved, rtol=1e-9)


def test_edges_are_a_state():
    for response in (np.empty((0, 3)), np.ones((4, 3)), np.full((2, 3), np.nan), np.ones((4, 1))):
        assert friedman(response=response).state == State.NOT_ESTIMABLE
    none = kruskal_wallis(response=[], group=[], groups=2)
    assert none.state == State.NOT_ESTIMABLE
    assert none.n == 0


def test_faults():
    with pytest.raises(DataError, match="at least 2 axes"):
        friedman(response=[1.0, 2.0])
    with pytest.raises(DataError, match="group: 2; wanted"):
        kruskal_wallis(response=[1.0], group=[2], groups=2)
