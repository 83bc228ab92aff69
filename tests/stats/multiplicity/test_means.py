from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate, stats
from scipy.special import ndtr

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.continuous import student_t_test
from equipoise.stats.multiplicity import (
    dunnett_test,
    dunnett_test_from_summary,
    tukey_test,
    tukey_test_from_summary,
)
from equipoise.stats.multiplicity.largest_of_many import (
    largest_t_upper,
    studentised_range_upper,
)

FIELDS = ("estimate", "standard_error", "statistic", "df", "p_value", "ci_low", "ci_high", "state")


def one(*values):
    return np.array(values, dtype=float)


def slow_dunnett_tail(t, sharing, df):
    """Two nested adaptive integrals, as the definition has them."""

    share = np.array(sharing)
    root = np.sqrt(1 - share)

    def inside(s):
        def integrand(z):
            shift = np.sqrt(share) * z
            upper, lower = ndtr((shift + t * s) / root), ndtr((shift - t * s) / root)
            return np.exp(-z * z / 2) * np.prod(upper - lower)

        return integrate.quad(integrand, -8, 8, epsabs=1e-10)[0] / np.sqrt(2 * np.pi)

    density = stats.chi(df, scale=1 / np.sqrt(df)).pdf
    return 1 - integrate.quad(lambda s: density(s) * inside(s), 0, 3, epsabs=1e-9)[0]


@pytest.mark.parametrize(
    ("t", "sharing", "df"), [(2.2, (0.5, 0.5, 0.5), 12), (1.1, (0.3, 0.8), 27)]
)
def test_the_tail_is_the_nested_integral(t, sharing, df):
    ours = largest_t_upper(one(t), np.array([sharing]), one(df), two_sided=True)
    assert_allclose(ours, slow_dunnett_tail(t, sharing, df), rtol=1e-7)


@pytest.mark.parametrize(
    ("q", "groups", "df"),
    [(3.5, 3, 27), (0.5, 4, 10), (10, 3, 1), (5, 6, 8), (3, 10, np.inf)],
)
def test_the_range_agrees_with_scipy(q, groups, df):
    ours = studentised_range_upper(one(q), one(groups), one(df))
    assert_allclose(ours, stats.studentized_range.sf(q, groups, df), rtol=1e-7)


@given(st.floats(0, 60), st.integers(1, 2000), st.floats(0.02, 0.98))
@settings(max_examples=60)
def test_two_groups_give_the_t_test(t, df, sharing):
    expected = 2 * stats.t.sf(t, df)
    if expected < 1e-290:
        return
    many = largest_t_upper(one(t), np.array([[sharing]]), one(df), two_sided=True)
    assert_allclose(many, expected, rtol=1e-9)
    one_sided = largest_t_upper(one(-t, t), np.full((2, 1), sharing), one(df, df), two_sided=False)
    assert_allclose(one_sided, stats.t.sf([-t, t], df), rtol=1e-9)
    ranged = studentised_range_upper(one(t * np.sqrt(2)), one(2), one(df))
    assert_allclose(ranged, expected, rtol=1e-9)


def test_far_tails_are_those_of_the_best_comparison():
    # Far out, two comparisons rarely exceed together, so the tails add up.
    normal = largest_t_upper(one(12), np.array([[0.5, 0.5]]), one(np.inf), two_sided=True)
    assert_allclose(normal, 4 * stats.norm.sf(12), rtol=1e-6)
    ranged = studentised_range_upper(one(12 * np.sqrt(2)), one(3), one(np.inf))
    assert_allclose(ranged, 6 * stats.norm.sf(12), rtol=1e-6)


@pytest.mark.parametrize(
    ("others", "two_sided", "printed"),
    # Dunnett 1955 (one-sided) and 1964 (two-sided), 5 % and 10 degrees of freedom.
    [(1, True, 2.23), (2, True, 2.57), (3, True, 2.76), (1, False, 1.81), (2, False, 2.15)],
)
def test_critical_values_of_the_published_tables(others, two_sided, printed):
    lower, upper = one(printed - 0.005), one(printed + 0.005)
    sharing, df = np.full((1, others), 0.5), one(10)
    assert largest_t_upper(lower, sharing, df, two_sided=two_sided) > 0.05
    assert largest_t_upper(upper, sharing, df, two_sided=two_sided) < 0.05


@pytest.mark.parametrize(
    ("groups", "df", "printed"), [(3, 10, 3.88), (3, 20, 3.58), (4, 20, 3.96), (5, np.inf, 3.86)]
)
def test_studentised_range_of_the_published_tables(groups, df, printed):
    # Harter HL. Ann Math Stat 1960; 31:1122-1147, 5 %.
    assert studentised_range_upper(one(printed - 0.005), one(groups), one(df)) > 0.05
    assert studentised_range_upper(one(printed + 0.005), one(groups), one(df)) < 0.05


# Blood counts of three groups of animals, Dunnett 1955, table 1.
CONTROL = [7.40, 8.50, 7.20, 8.24, 9.84, 8.32]
DRUG_A = [9.76, 8.80, 7.68, 9.36]
DRUG_B = [12.80, 9.68, 12.16, 9.20, 10.55]
BLOOD = {"response": CONTROL + DRUG_A + DRUG_B, "group": [0] * 6 + [1] * 4 + [2] * 5, "groups": 3}


@pytest.mark.parametrize("alternative", ["two_sided", "greater", "less"])
def test_blood_counts_agree_with_scipy(alternative):
    ours = dunnett_test(**BLOOD, alternative=alternative)
    named = alternative.replace("_", "-")
    rng = np.random.default_rng(1)
    theirs = stats.dunnett(DRUG_A, DRUG_B, control=CONTROL, alternative=named, rng=rng)
    assert_allclose(ours.statistic, theirs.statistic, rtol=1e-12)
    assert_allclose(ours.p_value, theirs.pvalue, rtol=0.03)
    interval = theirs.confidence_interval(confidence_level=0.95)
    assert_allclose(ours.ci_low, interval.low, rtol=0.01, atol=0.01)
    assert_allclose(ours.ci_high, interval.high, rtol=0.01, atol=0.01)


def test_tukey_agrees_with_scipy():
    ours = tukey_test(**BLOOD)
    theirs = stats.tukey_hsd(CONTROL, DRUG_A, DRUG_B)
    interval = theirs.confidence_interval()
    for place, (first, second) in enumerate(ours.pairs):
        assert_allclose(ours.p_value[place], theirs.pvalue[first, second], rtol=1e-7)
        assert_allclose(ours.ci_low[place], interval.low[first, second], rtol=1e-6)
        assert_allclose(ours.ci_high[place], interval.high[first, second], rtol=1e-6)
    assert_array_equal(ours.pairs, [[1, 0], [2, 0], [2, 1]])


@pytest.mark.parametrize("test", [dunnett_test, tukey_test])
def test_limits_exclude_zero_where_p_is_below_alpha(test):
    rng = np.random.default_rng(3)
    response = rng.normal(size=(6, 24)) + np.repeat([0.0, 1, 2], 8)
    result = test(response=response, group=np.repeat([0, 1, 2], 8), groups=3, confidence=0.9)
    excludes = (result.ci_low > 0) | (result.ci_high < 0)
    assert_array_equal(excludes, result.p_value < 0.1)
    assert excludes.any()
    assert not excludes.all()


@pytest.mark.parametrize("test", [dunnett_test, tukey_test])
def test_batch_shift_and_scale(test):
    rng = np.random.default_rng(4)
    response = rng.normal(size=(3, 15))
    response[1, :2] = np.nan
    group = rng.integers(-1, 4, size=(3, 15))
    group[2] = np.where(group[2] == 3, -1, group[2])
    batch = test(response=response, group=group, groups=4)
    for row in range(3):
        single = test(response=response[row], group=group[row], groups=4)
        for name in FIELDS:
            assert_allclose(getattr(batch, name)[row], getattr(single, name), rtol=1e-10)
    moved = test(response=5 - 2 * response, group=group, groups=4)
    assert_allclose(moved.p_value, batch.p_value, rtol=1e-8)
    assert_allclose(moved.ci_high, -2 * batch.ci_low, rtol=1e-8)


def test_one_sided_tests_turn_with_the_sign():
    turned = {**BLOOD, "response": -np.array(BLOOD["response"])}
    greater, less = (
        dunnett_test(**BLOOD, alternative="greater"),
        dunnett_test(**turned, alternative="less"),
    )
    assert_allclose(greater.p_value, less.p_value, rtol=1e-10)
    assert_allclose(greater.ci_low, -less.ci_high, rtol=1e-10)
    assert np.all(np.isposinf(greater.ci_high))


def test_a_low_confidence_level_has_limits_too():
    result = dunnett_test(**BLOOD, alternative="greater", confidence=0.3)
    assert np.all(result.ci_low > result.estimate)


@pytest.mark.parametrize(
    ("test", "summary"),
    [(dunnett_test, dunnett_test_from_summary), (tukey_test, tukey_test_from_summary)],
)
def test_summary_numbers_give_what_the_subjects_give(test, summary):
    groups = [CONTROL, DRUG_A, DRUG_B]
    full = test(**BLOOD)
    short = summary(
        n=[len(group) for group in groups],
        mean=[np.mean(group) for group in groups],
        sd=[np.std(group, ddof=1) for group in groups],
    )
    for name in FIELDS:
        assert_allclose(getattr(short, name), getattr(full, name), rtol=1e-9)


def test_another_control_and_the_t_test():
    response, group = [1.0, 2, 4, 3, 7, 5], [0, 0, 0, 1, 1, 1]
    result = dunnett_test(response=response, group=group, groups=2, control=1)
    t_test = student_t_test(response=response, treated=np.equal(group, 0))
    assert_allclose(result.p_value[0], t_test.p_value, rtol=1e-10)
    assert_allclose(result.ci_low[0], t_test.ci_low, rtol=1e-9)


@pytest.mark.parametrize("test", [dunnett_test, tukey_test])
def test_what_cannot_be_estimated_is_a_state(test):
    empty = test(response=[1.0, 2, 4, 5], group=[0, 0, 1, 1], groups=3)
    assert_array_equal(empty.state == State.ESTIMATED, [2 not in pair for pair in empty.pairs])
    for response, group in (([], []), ([1.0, 2.0], [0, 1]), ([0.1, 0.1, 0.7, 0.7], [0, 0, 1, 1])):
        result = test(response=response, group=group, groups=3)
        assert np.all(result.state == State.NOT_ESTIMABLE)
        assert np.isnan([result.p_value, result.estimate, result.ci_low, result.ci_high]).all()


def test_an_empty_group_does_not_weigh_on_dunnett():
    without = dunnett_test(response=[1.0, 2, 4, 5.5], group=[0, 0, 1, 1], groups=2)
    with_ = dunnett_test(response=[1.0, 2, 4, 5.5], group=[0, 0, 1, 1], groups=3)
    assert_allclose(with_.p_value[0], without.p_value[0], rtol=1e-12)


def test_faults_come_together():
    with pytest.raises(DataError, match=r"control: 3(.|\n)*codes|alternative: 'up'"):
        dunnett_test(response=[1.0], group=[0], groups=2, control=3, alternative="up")
    with pytest.raises(DataError, match=r"groups: 1; wanted a whole number, 2"):
        tukey_test(response=[1.0], group=[0], groups=1)
    with pytest.raises(DataError, match="n: shape"):
        tukey_test_from_summary(n=5, mean=[1.0], sd=[1.0])
    with pytest.raises(DataError, match="sd: a negative"):
        dunnett_test_from_summary(n=[5, 5], mean=[1, 2], sd=[-1, 1])
