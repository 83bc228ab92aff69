"""Comparisons that rounding cannot tip over, and three-valued choices."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.instruments.thresholds import (
    above,
    below,
    choose,
    coalesce,
    count_bounds,
    divide_or_nan,
    fallen_by,
    not_above,
    not_below,
)

nan = float("nan")


@pytest.mark.parametrize("difference", [1.8 - 1.5, 1.3 - 1.0, 0.1 + 0.2])
def test_a_difference_of_decimals_is_the_decimal(difference):
    assert difference != 0.3
    assert below(difference, 0.3) == 0
    assert above(difference, 0.3) == 0
    assert not_above(difference, 0.3) == 1
    assert not_below(difference, 0.3) == 1


def test_strict_and_not_strict_differ_at_the_limit_only():
    values = [0.29, 0.3, 0.31]
    assert_array_equal(below(values, 0.3), [1, 0, 0])
    assert_array_equal(not_above(values, 0.3), [1, 1, 0])
    assert_array_equal(above(values, 0.3), [0, 0, 1])
    assert_array_equal(not_below(values, 0.3), [0, 1, 1])


def test_the_tolerance_grows_with_the_limit():
    assert not_above(3e6 * (1 + 1e-10), 3e6) == 1
    assert not_above(3e6 * (1 + 1e-8), 3e6) == 0


@given(st.floats(0.01, 1e4), st.floats(0.01, 1e4))
def test_the_four_comparisons_are_consistent(value, limit):
    assert below(value, limit) == 1 - not_below(value, limit)
    assert above(value, limit) == 1 - not_above(value, limit)
    assert below(value, limit) + above(value, limit) <= 1


@pytest.mark.parametrize("compare", [below, above, not_below, not_above])
def test_unknown_on_either_side_is_unknown(compare):
    assert np.isnan(compare(nan, 1))
    assert np.isnan(compare(1, nan))


def test_a_fall_of_exactly_the_share_counts():
    assert fallen_by(now=0.7, baseline=1.4, share=0.5) == 1
    assert fallen_by(now=3, baseline=4, share=0.25) == 1
    assert fallen_by(now=3.0001, baseline=4, share=0.25) == 0


@pytest.mark.parametrize("case", list(product([0.0, 1.0, nan], repeat=3)))
def test_choose_is_sound_and_as_sharp_as_can_be(case):
    condition, yes, no = case
    conditions = [0.0, 1.0] if np.isnan(condition) else [condition]
    answers = {yes if one else no for one in conditions}
    whole = {one for one in answers if not np.isnan(one)}
    is_known = len(whole) == 1 and not any(np.isnan(one) for one in answers)
    expected = whole.pop() if is_known else nan
    assert_array_equal(choose(condition, if_true=yes, if_false=no), expected)


def test_coalesce_takes_the_first_that_is_known():
    assert_array_equal(coalesce([1, nan, nan], [2, 2, nan], 3), [1, 2, 3])


def test_counts_of_true_and_of_not_false():
    lower, upper = count_bounds(np.array([[1, 0, nan], [nan, nan, 1], [0, 0, 0]]))
    assert_array_equal(lower, [1, 1, 0])
    assert_array_equal(upper, [2, 3, 0])


def test_division_by_zero_is_unknown():
    assert_array_equal(divide_or_nan([1, 0, 3], [2, 0, 0]), [0.5, nan, nan])
