from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.continuous import (
    describe,
    paired_t_test,
    paired_t_test_from_summary,
    student_t_test,
    student_t_test_from_summary,
    welch_t_test,
    welch_t_test_from_summary,
)

from .strategies import assert_same, one_by_one, two_arms

TESTS = [student_t_test, welch_t_test]
FROM_SUMMARY = {
    student_t_test: student_t_test_from_summary,
    welch_t_test: welch_t_test_from_summary,
}
CUSHNY = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
PEEBLES = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])


def test_student_1908_additional_hours_of_sleep():
    # Student, Biometrika 1908; 6:1-25, section IX: mean difference 1.58, its standard deviation
    # 1.17 with divisor n, that is t = 1.58 / (1.17 / sqrt 9) = 4.05 on the printed digits.
    result = paired_t_test(first=PEEBLES, second=CUSHNY)
    assert_allclose(result.estimate, 1.58, atol=0.005)
    assert_allclose(result.standard_error * 3, 1.17, atol=0.005)
    assert result.df == 9
    assert_allclose(result.p_greater, 0.0015, atol=0.0005)  # "odds of 666 to 1"


# The slow twin warns of arms that are constant; those are what the last branch is about.
@pytest.mark.filterwarnings("ignore:Precision loss occurred:RuntimeWarning")  # scipy, the twin
@given(two_arms())
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("test", TESTS)
def test_agrees_with_scipy_and_with_its_trials_one_by_one(test, batch):
    result = test(**batch)
    for place, trial in enumerate(one_by_one(batch)):
        assert_same(result, test(**trial), place=place)
        response, treated = trial["response"], trial["treated"]
        known = ~np.isnan(response)
        x, y = response[known & treated], response[known & ~treated]
        if result.state[place] == State.ESTIMATED:
            naive = stats.ttest_ind(x, y, equal_var=test is student_t_test)
            limits = naive.confidence_interval(0.95)
            assert_allclose(result.statistic[place], naive.statistic, rtol=1e-9, atol=1e-12)
            assert_allclose(result.p_value[place], naive.pvalue, rtol=1e-9)
            assert_allclose(result.df[place], naive.df, rtol=1e-9)
            assert_allclose(result.ci_low[place], limits.low, rtol=1e-8, atol=1e-10)
            assert_allclose(result.ci_high[place], limits.high, rtol=1e-8, atol=1e-10)
        else:
            is_short = min(len(x), len(y)) < 2 if test is welch_t_test else len(x) * len(y) < 2
            is_constant = len(set(x)) <= 1 and len(set(y)) <= 1
            assert is_short or is_constant
            assert np.isnan(result.p_value[place])


@given(two_arms())
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("test", TESTS)
def test_swapping_the_labels_turns_the_sign(test, batch):
    here = test(**batch)
    there = test(response=batch["response"], treated=~batch["treated"])
    assert_allclose(here.estimate, -there.estimate)
    assert_allclose(here.p_value, there.p_value)
    assert_allclose(here.p_less, there.p_greater, rtol=1e-10)
    assert_allclose(here.ci_low, -there.ci_high)


@given(two_arms(), st.floats(0.1, 50), st.floats(-20, 20))
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("test", TESTS)
def test_scale_and_shift_of_the_response(test, batch, scale, shift):
    here = test(**batch)
    there = test(response=batch["response"] * scale + shift, treated=batch["treated"])
    assert_allclose(there.estimate, here.estimate * scale, rtol=1e-8, atol=1e-9)
    assert_allclose(there.p_value, here.p_value, rtol=1e-6, atol=1e-9)
    assert_allclose(there.ci_high, here.ci_high * scale, rtol=1e-6, atol=1e-7)


@given(two_arms())
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("test", TESTS)
def test_summary_numbers_give_what_the_subjects_give(test, batch):
    one = describe(values=np.where(batch["treated"], batch["response"], np.nan))
    other = describe(values=np.where(batch["treated"], np.nan, batch["response"]))
    result = FROM_SUMMARY[test](
        n_treated=one.n,
        mean_treated=one.mean,
        sd_treated=one.sd,
        n_control=other.n,
        mean_control=other.mean,
        sd_control=other.sd,
    )
    assert_same(result, test(**batch), rtol=1e-9)


def test_a_margin_moves_the_null_hypothesis_but_not_the_limits():
    x = {"response": np.append(PEEBLES, CUSHNY), "treated": np.repeat([True, False], 10)}
    plain, moved = welch_t_test(**x), welch_t_test(**x, margin=1.58)
    assert_allclose(moved.statistic, 0, atol=1e-12)
    assert_allclose(moved.p_value, 1)
    assert_allclose([moved.ci_low, moved.ci_high], [plain.ci_low, plain.ci_high])
    assert_allclose(plain.p_less + plain.p_greater, 1)


def test_the_limits_touch_zero_at_the_confidence_of_the_p_value():
    x = {"response": np.append(PEEBLES, CUSHNY), "treated": np.repeat([True, False], 10)}
    p = float(student_t_test(**x).p_value)
    assert_allclose(student_t_test(**x, confidence=1 - p).ci_low, 0, atol=1e-12)


def test_pairs_with_a_missing_member_are_out():
    first, second = PEEBLES.copy(), CUSHNY.copy()
    first[2], second[5] = np.nan, np.nan
    keep = np.array([0, 1, 3, 4, 6, 7, 8, 9])
    result = paired_t_test(first=first, second=second)
    assert_same(result, paired_t_test(first=PEEBLES[keep], second=CUSHNY[keep]))
    assert result.n_treated == 8
    naive = stats.ttest_rel(PEEBLES[keep], CUSHNY[keep])
    assert_allclose([result.statistic, result.p_value], [naive.statistic, naive.pvalue])


def test_pairs_from_summary_numbers():
    differences = describe(values=PEEBLES - CUSHNY)
    result = paired_t_test_from_summary(
        n=differences.n, mean_difference=differences.mean, sd_difference=differences.sd
    )
    expected = paired_t_test(first=PEEBLES, second=CUSHNY)
    assert_allclose(result.p_value, expected.p_value, rtol=1e-12)
    assert_allclose(result.ci_low, expected.ci_low, rtol=1e-12)
    assert np.isnan(result.mean_treated)


@pytest.mark.parametrize(
    ("response", "treated"),
    [
        ([1.0, 2.0, 3.0], [True, True, True]),
        ([np.nan, np.nan, 3.0], [True, True, False]),
        ([0.1, 0.1, 0.1, 0.3, 0.3, 0.3], [True] * 3 + [False] * 3),
        ([], []),
    ],
)
@pytest.mark.parametrize("test", TESTS)
def test_what_cannot_be_estimated_is_a_state(test, response, treated):
    result = test(response=response, treated=np.array(treated, dtype=bool))
    assert result.state == State.NOT_ESTIMABLE
    assert np.isnan([result.p_value, result.statistic, result.ci_low, result.standard_error]).all()


def test_rounding_of_constant_pairs_is_no_spread():
    first = np.array([0.3, 0.2, 0.7, 1.1])
    assert paired_t_test(first=first, second=first - 0.1).state == State.NOT_ESTIMABLE


def test_one_subject_in_an_arm_is_enough_for_student_alone():
    arms = {"response": [1.0, 2.0, 4.0, 3.0], "treated": [True, False, False, False]}
    assert student_t_test(**arms).state == State.ESTIMATED
    assert welch_t_test(**arms).state == State.NOT_ESTIMABLE


def test_faults_come_together():
    with pytest.raises(DataError, match=r"response: an infinite(.|\n)*treated: (.|\n)*confidence"):
        student_t_test(response=[np.inf, 1.0], treated=[2, 0], confidence=95)
    with pytest.raises(DataError, match=r"response \(3,\), treated \(2,\)"):
        welch_t_test(response=[1.0, 2.0, 3.0], treated=[True, False])
    with pytest.raises(DataError, match=r"n_control: 2\.5(.|\n)*sd_treated: a negative"):
        student_t_test_from_summary(
            n_treated=3, mean_treated=1, sd_treated=-1, n_control=2.5, mean_control=0, sd_control=1
        )
