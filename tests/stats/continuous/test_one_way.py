from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.continuous import (
    one_way_anova,
    one_way_anova_from_summary,
    student_t_test,
    welch_anova,
    welch_anova_from_summary,
    welch_t_test,
)
from equipoise.stats.continuous.moments import moments_by_group

from .strategies import assert_same, one_by_one, several_groups, two_arms

TESTS = [one_way_anova, welch_anova]


@given(several_groups())
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("test", TESTS)
def test_agrees_with_the_slow_way_and_one_by_one(test, batch):
    result = test(**batch)
    for place, trial in enumerate(one_by_one(batch)):
        assert_same(result, test(**trial), place=place)
        samples = [
            trial["response"][(trial["group"] == code) & ~np.isnan(trial["response"])]
            for code in range(3)
        ]
        filled = [sample for sample in samples if len(sample)]
        if result.state[place] == State.ESTIMATED:
            naive = stats.f_oneway(*filled, equal_var=test is one_way_anova)
            assert_allclose(result.statistic[place], naive.statistic, rtol=1e-8, atol=1e-12)
            assert_allclose(result.p_value[place], naive.pvalue, rtol=1e-8)
            assert result.df_between[place] == len(filled) - 1
        elif test is one_way_anova:
            is_short = len(filled) < 2 or sum(map(len, filled)) <= len(filled)
            assert is_short or all(len(set(sample)) == 1 for sample in filled)
        else:
            assert len(filled) < 2 or any(len(set(sample)) < 2 for sample in filled)


@given(two_arms())
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize(
    ("test", "of_two"), [(one_way_anova, student_t_test), (welch_anova, welch_t_test)]
)
def test_of_two_groups_is_the_square_of_the_t_test(test, of_two, batch):
    two = of_two(**batch)
    result = test(response=batch["response"], group=batch["treated"].astype(int), groups=2)
    both = (two.state == State.ESTIMATED) & (result.state == State.ESTIMATED)
    assert_allclose(result.statistic[both], two.statistic[both] ** 2, rtol=1e-9, atol=1e-14)
    assert_allclose(result.df_within[both], two.df[both], rtol=1e-9)
    assert_allclose(result.p_value[both], two.p_value[both], rtol=1e-8)


@given(several_groups())
@settings(max_examples=40, deadline=None)
def test_summary_numbers_give_what_the_subjects_give(batch):
    parts = moments_by_group(batch["response"], batch["group"], 3)
    summary = {"n": parts.n, "mean": parts.mean, "sd": parts.sd}
    assert_same(one_way_anova_from_summary(**summary), one_way_anova(**batch), rtol=1e-9)
    assert_same(welch_anova_from_summary(**summary), welch_anova(**batch), rtol=1e-9)


@given(several_groups())
@settings(max_examples=30, deadline=None)
@pytest.mark.parametrize("test", TESTS)
def test_names_of_groups_scale_and_shift_do_not_matter(test, batch):
    renamed = np.where(batch["group"] >= 0, (batch["group"] + 1) % 3, -1)
    moved = test(response=3 * batch["response"] - 7, group=renamed, groups=3)
    assert_same(test(**batch), moved, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("test", TESTS)
def test_what_cannot_be_estimated_is_a_state(test):
    for response, group in (
        ([], []),
        ([1.0, 2.0, 4.0], [0, 0, 0]),
        ([0.1, 0.1, 0.7, 0.7], [0, 0, 1, 1]),
        ([np.nan, np.nan], [0, 1]),
        ([1.0, 2.0], [0, 1]),
    ):
        result = test(response=response, group=group, groups=3)
        assert result.state == State.NOT_ESTIMABLE
        assert np.isnan([result.statistic, result.p_value, result.df_between]).all()


def test_faults_come_together():
    with pytest.raises(DataError, match=r"response: an infinite(.|\n)*group: 3; wanted .*0 to 2"):
        one_way_anova(response=[np.inf, 1.0], group=[0, 3], groups=3)
    with pytest.raises(DataError, match="groups: 0"):
        welch_anova(response=[1.0], group=[-1], groups=0)
    with pytest.raises(DataError, match=r"group: 0\.5"):
        welch_anova(response=[1.0], group=[0.5], groups=2)
    with pytest.raises(DataError, match="sd: a negative"):
        one_way_anova_from_summary(n=[2, 3], mean=[1, 2], sd=[-1, 1])
