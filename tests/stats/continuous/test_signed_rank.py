"""Wilcoxon's signed rank test beside R 4.2.2 ``wilcox.test`` and every sign by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.continuous import wilcoxon_signed_rank, wilcoxon_signed_rank_exact

FEW = settings(max_examples=40, deadline=None, derandomize=True)
DEPRESSION = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]) - np.array(
    [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
)
"""Nine patients of Hollander and Wolfe, the example of R's help page."""
SLEEP = np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])
"""Extra hours of sleep, second less first drug: Student 1908."""
CHANGES = arrays(np.float64, (3, 7), elements=st.integers(-4, 4).map(float))


def test_the_exact_test_is_that_of_r():
    found = wilcoxon_signed_rank_exact(change=DEPRESSION)
    assert found.statistic == 40
    assert found.p_value == pytest.approx(0.0390625, rel=1e-12)
    assert found.p_greater == pytest.approx(0.01953125, rel=1e-12)
    assert found.estimate == pytest.approx(0.46, rel=1e-12)
    assert [found.ci_low, found.ci_high] == pytest.approx([0.01, 0.786], rel=1e-12)
    assert found.confidence >= 0.95


@pytest.mark.parametrize(
    ("change", "statistic", "p_value", "estimate", "low", "high"),
    [
        (DEPRESSION, 40, 0.04401098401295146, 0.46000237262957, 0.00996194230950, 0.78604299068704),
        (SLEEP, 45, 0.00909069801592506, 1.40002084226990, 1.05001799066454, 2.94992079954078),
    ],
)
def test_the_normal_test_is_that_of_r(change, statistic, p_value, estimate, low, high):
    found = wilcoxon_signed_rank(change=change)
    assert found.statistic == statistic
    assert found.p_value == pytest.approx(p_value, rel=1e-10)
    where_r_stops = 1e-4  # its search for a root has this tolerance
    assert found.estimate == pytest.approx(estimate, abs=where_r_stops)
    assert [found.ci_low, found.ci_high] == pytest.approx([low, high], abs=where_r_stops)


def test_without_correction_it_is_that_of_r():
    found = wilcoxon_signed_rank(change=SLEEP, continuity=False)
    assert found.p_value == pytest.approx(0.00763244164820552, rel=1e-10)
    assert [found.n, found.n_zero] == [9, 1]


def test_limits_attain_what_they_can():
    found = wilcoxon_signed_rank_exact(change=[1.0, 2.0, 3.0, -4.0])
    assert [found.ci_low, found.ci_high, found.confidence] == [-4, 3, 0.875]  # R: 0.88, warned of


def test_the_exact_distribution_is_that_of_all_signs():
    size = np.array([0.5, 1.5, 2.0, 3.5, 4.0, 6.0])
    observed = wilcoxon_signed_rank_exact(change=size * [1, -1, 1, 1, -1, 1])
    ranks = np.arange(1, 7)
    sums = np.array([sum(ranks[np.array(one) > 0]) for one in product([0, 1], repeat=6)])
    assert observed.p_less == np.mean(sums <= observed.statistic)
    assert observed.p_greater == np.mean(sums >= observed.statistic)


@pytest.mark.parametrize("change", [[0.0, 0.0], [np.nan, np.nan], []])
@pytest.mark.parametrize("test", [wilcoxon_signed_rank, wilcoxon_signed_rank_exact])
def test_where_nobody_changed_there_is_no_test(test, change):
    found = test(change=change)
    assert found.state == State.NOT_ESTIMABLE
    assert np.isnan([found.p_value, found.estimate, found.ci_low]).all()


@pytest.mark.parametrize("change", [[1.0, -1.0, 2.0], [0.0, 1.0, 2.0]])
def test_the_exact_test_does_not_hold_with_ties_or_zeros(change):
    found = wilcoxon_signed_rank_exact(change=change)
    assert found.state == State.NOT_ESTIMABLE
    assert np.isnan(found.p_value)
    assert np.isfinite(found.estimate)


@FEW
@given(CHANGES)
def test_signs_turn_the_answer_and_batches_are_their_trials(change):
    found, turned = wilcoxon_signed_rank(change=change), wilcoxon_signed_rank(change=-change)
    np.testing.assert_allclose(found.p_value, turned.p_value, rtol=1e-12)
    np.testing.assert_allclose(found.p_less, turned.p_greater, rtol=1e-12)
    np.testing.assert_allclose(found.estimate, -turned.estimate)
    np.testing.assert_allclose(found.ci_low, -turned.ci_high)
    for trial in range(3):
        alone = wilcoxon_signed_rank(change=change[trial])
        np.testing.assert_array_equal(alone.p_value, found.p_value[trial])
        np.testing.assert_array_equal(alone.ci_low, found.ci_low[trial])


def test_bad_arguments_are_refused_together():
    with pytest.raises(DataError, match="change") as caught:
        wilcoxon_signed_rank(change=[np.inf], confidence=2)
    assert "confidence" in str(caught.value)
