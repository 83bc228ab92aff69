from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import gamma

from equipoise.errors import DataError
from equipoise.stats import binary
from equipoise.stats.meta import (
    log_odds_ratio_effects,
    log_risk_ratio_effects,
    mean_difference_effects,
    peto_log_odds_ratio_effects,
    pool_common_effect,
    pool_mantel_haenszel_log_odds_ratio,
    pool_mantel_haenszel_log_risk_ratio,
    pool_mantel_haenszel_risk_difference,
    risk_difference_effects,
    standardised_mean_difference_effects,
)

BINARY = [log_odds_ratio_effects, log_risk_ratio_effects, risk_difference_effects]
POOL = [
    (pool_mantel_haenszel_log_odds_ratio, binary.mantel_haenszel_log_odds_ratio),
    (pool_mantel_haenszel_log_risk_ratio, binary.mantel_haenszel_log_risk_ratio),
    (pool_mantel_haenszel_risk_difference, binary.mantel_haenszel_risk_difference),
]


@st.composite
def tables(draw):
    n1, n0 = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    return {"x1": draw(st.integers(0, n1)), "n1": n1, "x0": draw(st.integers(0, n0)), "n0": n0}


def plain(x1, n1, x0, n0, added):
    cells = [x1, n1 - x1, x0, n0 - x0]
    a, b, c, d = (cell + (added if 0 in cells else 0) for cell in cells)
    p1, p0 = a / (a + b), c / (c + d)
    return [
        (np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d),
        (np.log(p1 / p0), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)),
        (p1 - p0, p1 * (1 - p1) / (a + b) + p0 * (1 - p0) / (c + d)),
    ]


@given(tables(), st.sampled_from([0.5, 0.1]))
def test_binary_effects_by_hand(table, added):
    for function, (estimate, variance) in zip(BINARY, plain(**table, added=added), strict=True):
        effects = function(**table, added=added)
        assert_allclose(effects.estimate, estimate, rtol=1e-10, atol=1e-12)
        assert_allclose(effects.variance, variance, rtol=1e-9, atol=1e-15)


@given(tables())
def test_swapped_arms_turn_the_effect(table):
    swapped = {"x1": table["x0"], "n1": table["n0"], "x0": table["x1"], "n0": table["n1"]}
    for function in (*BINARY, peto_log_odds_ratio_effects):
        one, other = function(**table), function(**swapped)
        assert_allclose(one.estimate, -other.estimate, atol=1e-12)
        assert_allclose(one.variance, other.variance)


@given(st.lists(tables(), min_size=1, max_size=4))
def test_peto_is_observed_minus_expected(studies):
    counts = {name: np.array([study[name] for study in studies]) for name in studies[0]}
    effects = peto_log_odds_ratio_effects(**counts)
    total = counts["n1"] + counts["n0"]
    events = counts["x1"] + counts["x0"]
    spread = counts["n1"] * counts["n0"] * events * (total - events) / (total**2 * (total - 1))
    excess = counts["x1"] - counts["n1"] * events / total
    informs = spread > 0
    assert_array_equal(np.isnan(effects.estimate), ~informs)
    if informs.any():
        pooled = pool_common_effect(estimate=effects.estimate, variance=effects.variance)
        assert_allclose(
            pooled.estimate, excess[informs].sum() / spread[informs].sum(), rtol=1e-9, atol=1e-12
        )


def test_an_empty_arm_and_an_empty_cell():
    empty = {"x1": [0, 3], "n1": [0, 9], "x0": [2, 0], "n0": [5, 9]}
    for function in BINARY:
        assert_array_equal(np.isnan(function(**empty).estimate), [True, False])
    bare = log_odds_ratio_effects(**empty, added=0)
    assert_array_equal(np.isnan(bare.estimate), [True, True])
    assert np.isnan(peto_log_odds_ratio_effects(x1=0, n1=5, x0=0, n0=6).estimate)


def test_means_by_hand():
    arms = {"n1": 10, "mean1": 5.0, "sd1": 2.0, "n0": 8, "mean0": 4.0, "sd0": 3.0}
    difference = mean_difference_effects(**arms)
    assert_allclose([difference.estimate, difference.variance], [1.0, 4 / 10 + 9 / 8])
    pooled = np.sqrt((9 * 4 + 7 * 9) / 16)
    g = gamma(8) / (np.sqrt(8) * gamma(7.5)) / pooled
    standardised = standardised_mean_difference_effects(**arms)
    assert_allclose(standardised.estimate, g)
    assert_allclose(standardised.variance, 1 / 10 + 1 / 8 + g**2 / 36)


def test_means_that_are_missing_or_do_not_vary_have_no_effect():
    arms = {"n1": [10, 10, 0], "mean1": [np.nan, 5.0, 1], "sd1": [2.0, 0, 1], "n0": 8}
    rest = {"mean0": 4.0, "sd0": [3.0, 0.0, 1.0]}
    assert_array_equal(np.isnan(mean_difference_effects(**arms, **rest).estimate), [1, 0, 1])
    standardised = standardised_mean_difference_effects(**arms, **rest)
    assert_array_equal(np.isnan(standardised.estimate), [1, 1, 1])
    tiny = standardised_mean_difference_effects(n1=1, mean1=1, sd1=1, n0=1, mean0=0, sd0=1)
    assert np.isnan(tiny.estimate)


@pytest.mark.parametrize(("pool", "strata"), POOL)
def test_mantel_haenszel_leaves_out_what_is_not_kept(pool, strata):
    counts = {"x1": [27, 9, 3], "n1": [30, 12, 9], "x0": [25, 5, 2], "n0": [28, 6, 9]}
    two = {name: value[:2] for name, value in counts.items()}
    kept = pool(**counts, overlap_group=["a", "b", "a"], keep=[True, True, False])
    assert_allclose(kept.estimate, strata(**two).estimate)
    assert_allclose(pool(**counts).ci_low, strata(**counts).ci_low)
    with pytest.raises(DataError, match=r"studies 0, 2 .* all report on 'a'"):
        pool(**counts, overlap_group=["a", "b", "a"])


def test_faults_come_together():
    with pytest.raises(DataError, match=r"n1: 1\.5(.|\n)*sd1: -1"):
        mean_difference_effects(n1=1.5, mean1=1, sd1=-1, n0=5, mean0=1, sd0=1)
    with pytest.raises(DataError, match="added: -1"):
        log_odds_ratio_effects(x1=1, n1=2, x0=1, n0=2, added=-1)
    with pytest.raises(DataError, match="x1"):
        risk_difference_effects(x1=3, n1=2, x0=1, n0=2)
    with pytest.raises(DataError, match="shapes"):
        mean_difference_effects(n1=[5, 5], mean1=[1, 1, 1], sd1=1, n0=5, mean0=1, sd0=1)
