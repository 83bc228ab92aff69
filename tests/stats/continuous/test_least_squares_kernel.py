"""The compiled walks of a fit against numpy's own factorisation and sums, trial by trial."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.stats.continuous.least_squares_kernel import solve
from equipoise.stats.continuous.orthogonal import orthogonalise


@pytest.mark.parametrize("subjects", [1, 4, 7, 30])
def test_a_basis_is_that_of_a_qr_factorisation(subjects):
    rng = np.random.default_rng(subjects)
    columns = rng.normal(size=(3, min(subjects, 4), subjects))
    response = rng.normal(size=(3, subjects))
    basis = orthogonalise(columns, response)
    for trial, (matrix, y) in enumerate(zip(columns, response, strict=True)):
        q, r = np.linalg.qr(matrix.T)
        sign = np.sign(np.diag(r))
        assert_allclose(basis.q[trial], (q * sign).T, atol=1e-11)
        assert_allclose(basis.r[trial], sign[:, None] * r, atol=1e-11)
        assert_allclose(basis.inverse[trial], np.linalg.inv(sign[:, None] * r), atol=1e-9)
        assert_allclose(basis.effects[trial], (q * sign).T @ y, atol=1e-11)
        assert_allclose(basis.residual[trial], y - q @ (q.T @ y), atol=1e-11)
    assert not basis.aliased.any()


def test_each_trial_leaves_out_columns_of_its_own():
    rng = np.random.default_rng(3)
    columns = rng.normal(size=(3, 4, 12))
    columns[0, 2] = columns[0, 0] - 2 * columns[0, 1]
    columns[1, 0] = 0.0
    response = rng.normal(size=(3, 12))
    basis = orthogonalise(columns, response)
    assert basis.aliased.tolist() == [
        [False, False, True, False],
        [True, False, False, False],
        [False, False, False, False],
    ]
    for trial in range(3):
        kept = ~basis.aliased[trial]
        least = np.linalg.lstsq(columns[trial, kept].T, response[trial], rcond=None)[0]
        coefficients = basis.inverse[trial] @ basis.effects[trial]
        assert_allclose(coefficients[kept], least, rtol=1e-10)
        assert_array_equal(coefficients[~kept], 0)
        assert_array_equal(basis.q[trial, ~kept], 0)


def test_sums_and_solutions_are_those_of_numpy():
    rng = np.random.default_rng(4)
    columns = np.stack([np.ones((4, 23)), rng.normal(size=(4, 23))], axis=1)
    inside = rng.random((4, 23)) < 0.7
    inside[3] = False
    columns = np.where(inside[:, None, :], columns, 0.0)
    response = np.where(inside, 1e3 + rng.normal(size=(4, 23)), 0.0)
    basis = orthogonalise(columns, response)
    coefficients, covariance, numbers = solve(
        response, basis.residual, inside, basis.inverse, basis.effects, basis.aliased, 1e-30
    )
    for trial in range(3):
        x, y = columns[trial][:, inside[trial]].T, response[trial, inside[trial]]
        n, left = len(y), y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
        squares, total = np.sum(left**2), np.sum((y - y.mean()) ** 2)
        mean_square = squares / (n - 2)
        likely = -n / 2 * (np.log(2 * np.pi * squares / n) + 1)
        expected = [n, 2, n - 2, squares, mean_square, 1 - squares / total, likely]
        assert_allclose(numbers[:, trial], expected, rtol=1e-8)
        assert_allclose(coefficients[trial], np.linalg.lstsq(x, y, rcond=None)[0], rtol=1e-10)
        assert_allclose(covariance[trial], mean_square * np.linalg.inv(x.T @ x), rtol=1e-8)
    assert numbers[:4, 3].tolist() == [0, 0, 0, 0]
    assert np.isnan([*numbers[4:, 3], *coefficients[3], *covariance[3].ravel()]).all()
