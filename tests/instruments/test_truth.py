"""Truths in one byte against truths as 0, NaN and 1: every combination of three conditions."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.instruments import logic, truth

VALUES = np.array(list(product([0.0, np.nan, 1.0], repeat=3))).T
TRUTHS = [truth.truth_of(row) for row in VALUES]
NUMBERS = np.array([-np.inf, -1.0, 0.0, 1.0, 2.0, np.inf, np.nan])
PAIRS = np.array(list(product(NUMBERS, NUMBERS))).T


@pytest.mark.parametrize("name", ["all_of", "any_of"])
def test_joined_truths_are_those_of_the_logic(name):
    joined = getattr(truth, name)(*TRUTHS)
    assert joined.dtype == np.int8
    assert_array_equal(truth.as_floats(joined), getattr(logic, name)(*VALUES))


@pytest.mark.parametrize("name", ["less_than", "more_than", "at_least"])
def test_compared_numbers_are_those_of_the_logic(name):
    compared = getattr(truth, name)(*PAIRS)
    assert compared.dtype == np.int8
    assert_array_equal(truth.as_floats(compared), getattr(logic, name)(*PAIRS))


def test_negation_keeps_unknown():
    assert_array_equal(truth.as_floats(truth.negate(TRUTHS[0])), logic.negate(VALUES[0]))


def test_what_is_settled_is_never_unknown():
    assert truth.settled(np.array([True, False])).tolist() == [truth.TRUE, truth.FALSE]
