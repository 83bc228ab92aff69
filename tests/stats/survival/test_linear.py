"""Elimination in small symmetric matrices: columns that depend on others, inverses of the rest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.stats.survival.linear import free_inverse, independent, inverse, quadratic
from support.survival import few


def twin(matrix, allowed):
    """Take each allowed column that raises the rank of those taken; invert what they make."""
    taken = []
    for column in np.flatnonzero(allowed):
        block = matrix[np.ix_([*taken, column], [*taken, column])]
        if np.linalg.matrix_rank(block, tol=1e-7) > len(taken):
            taken.append(column)
    inverted = np.zeros_like(matrix)
    if taken:
        inverted[np.ix_(taken, taken)] = np.linalg.inv(matrix[np.ix_(taken, taken)])
    return inverted, np.isin(np.arange(len(matrix)), taken)


@few
@given(st.integers(1, 5), st.integers(0, 6), st.randoms(use_true_random=False))
def test_columns_are_used_from_the_left_as_far_as_they_are_independent(size, rank, random):
    root = np.array([[random.randint(-3, 3) for _ in range(rank)] for _ in range(3 * size)])
    matrix = np.stack([part @ part.T for part in root.reshape(3, size, rank)]).astype(float)
    allowed = np.array([[random.random() < 0.8 for _ in range(size)] for _ in range(3)])
    inverted, is_free = free_inverse(matrix, allowed)
    for trial in range(3):
        expected, taken = twin(matrix[trial], allowed[trial])
        assert_array_equal(is_free[trial], taken)
        assert_allclose(inverted[trial], expected, rtol=1e-7, atol=1e-9)
    assert_array_equal(inverse(matrix, is_free), inverted)


def test_what_rounding_leaves_of_a_difference_is_no_column():
    matrix = np.array([[[1.0, 1.0], [1.0, 1.0 + 1e-9]]])
    assert_array_equal(independent(matrix), [[True, True]])
    assert_array_equal(independent(matrix, np.full((1, 2), 1e-8)), [[True, False]])


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, -1.0])
def test_a_pivot_that_is_not_above_zero_and_finite_is_left_out(bad):
    matrix = np.array([[[bad, 0.0], [0.0, 4.0]]])
    inverted, is_free = free_inverse(matrix, np.ones((1, 2), dtype=bool))
    assert_array_equal(is_free, [[False, True]])
    assert_array_equal(inverted, [[[0, 0], [0, 0.25]]])


def test_a_quadratic_form_reads_the_free_columns_only():
    form = quadratic(
        np.array([[2.0, 5.0]]), np.array([[[4.0, 1], [1, 9]]]), np.array([[True, False]])
    )
    assert_allclose(form, [1.0])
