"""Random coefficients whose covariance is singular at the optimum, and the expected information.

A random intercept that the data turn down leaves independent residuals: least squares, with the
degrees of freedom of its residual. A covariance of rank one beats every regular one.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats.mmrm import contrast, fit_random_coefficients
from equipoise.stats.state import State

from .test_expected_information import PBKRTEST_DF, PBKRTEST_SE, kenward_roger_with, trial
from .twin import rows_of

__all__ = ["trial"]  # a fixture

TIME = np.arange(5.0)
LINE = np.stack([np.ones(5), TIME], axis=-1)


def noise(seed, subjects=14):
    """Responses without any variance between subjects, and a straight line for each."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(subjects, 5)) + TIME, np.broadcast_to(LINE, (subjects, 5, 2))


def turned_down(seed=3):
    """Responses that sum to the same in every subject: correlated below zero."""
    response, design = noise(seed)
    return response - response.mean(axis=1, keepdims=True), design


def test_a_random_intercept_that_is_turned_down_is_least_squares():
    response, design = turned_down()
    x, y = design.reshape(-1, 2), response.ravel()
    beta, *_ = np.linalg.lstsq(x, y, rcond=None)
    variance = np.sum((y - x @ beta) ** 2) / (y.size - 2)
    for df, information in (("satterthwaite", "observed"), ("kenward-roger", "expected")):
        found = fit_random_coefficients(
            response=response,
            design=design,
            basis=np.ones((5, 1)),
            df=df,
            information=information,
        )
        assert found.fit.state == State.ESTIMATED
        assert_allclose(found.fit.coefficient, beta, rtol=1e-10, atol=1e-12)
        assert_allclose(found.residual_sd, np.sqrt(variance), rtol=1e-10)
        assert_array_equal(found.random_covariance, [[0.0]])
        if df == "satterthwaite":
            each = contrast(found.fit, matrix=np.eye(2))
            assert_allclose(each.df, y.size - 2, rtol=1e-9)
            errors = np.sqrt(variance * np.diag(np.linalg.inv(x.T @ x)))
            assert_allclose(each.standard_error, errors, rtol=1e-10)


def criterion(response, design, basis, inside, residual):
    """Minus twice the restricted log likelihood, from dense matrices."""
    parts = [
        (x, y, basis[seen] @ inside @ basis[seen].T + residual * np.eye(len(seen)))
        for seen, x, y in rows_of(response, design)
    ]
    bread = sum(x.T @ np.linalg.solve(v, x) for x, _, v in parts)
    beta = np.linalg.solve(bread, sum(x.T @ np.linalg.solve(v, y) for x, y, v in parts))
    value = np.linalg.slogdet(bread)[1]
    value += (sum(len(y) for _, y, _ in parts) - len(beta)) * np.log(2 * np.pi)
    for x, y, v in parts:
        value += np.linalg.slogdet(v)[1] + (y - x @ beta) @ np.linalg.solve(v, y - x @ beta)
    return value


def test_no_regular_covariance_has_a_lower_criterion():
    response, design = noise(1)
    response[0, 2] = np.nan
    found = fit_random_coefficients(
        response=response, design=design, basis=LINE, df="satterthwaite"
    )
    inside, residual = found.random_covariance, found.residual_sd**2
    assert np.linalg.eigvalsh(inside)[0] == pytest.approx(0, abs=1e-12)
    best = criterion(response, design, LINE, inside, residual)
    assert_allclose(found.fit.minus_twice_log_likelihood, best, rtol=1e-11)
    rng = np.random.default_rng(2)
    for size in (1e-1, 1e-2, 1e-3):
        for _ in range(40):
            root = rng.normal(size=(2, 2)) * size
            near = inside + root @ root.T
            other = criterion(response, design, LINE, near, residual * np.exp(rng.normal() * size))
            assert other > best - 1e-9


def test_a_batch_holds_trials_on_and_off_the_boundary():
    regular = noise(7)[0] + np.random.default_rng(8).normal(size=(14, 1)) * 2
    responses = np.stack([turned_down()[0], regular, turned_down(5)[0]])
    design = np.broadcast_to(LINE, (14, 5, 2))
    given = {"design": design, "basis": np.ones((5, 1))}
    for information in ("observed", "expected"):
        batch = fit_random_coefficients(response=responses, information=information, **given)
        assert_array_equal(batch.random_covariance[:, 0, 0] > 0, [False, True, False])
        for number, response in enumerate(responses):
            one = fit_random_coefficients(response=response, information=information, **given)
            each, alone = (contrast(found.fit, matrix=np.eye(2)) for found in (batch, one))
            for name in ("estimate", "standard_error", "df"):
                assert_allclose(getattr(each, name)[number], getattr(alone, name), rtol=1e-9)
            assert_allclose(batch.residual_sd[number], one.residual_sd, rtol=1e-9)


def test_the_expected_information_is_that_of_pbkrtest(trial):
    response, design = trial
    found = fit_random_coefficients(
        response=response, design=design, basis=np.ones((4, 1)), information="expected"
    )
    each = contrast(found.fit, matrix=np.eye(8))
    assert_allclose(each.standard_error, PBKRTEST_SE, rtol=1e-7)
    assert_allclose(each.df, PBKRTEST_DF, rtol=1e-6)
    whole = found.random_covariance + found.residual_sd**2 * np.eye(4)
    _, errors, df = kenward_roger_with(trial, whole, expected=True)
    assert_allclose(each.standard_error, errors, rtol=1e-9)
    assert_allclose(each.df, df, rtol=1e-8)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"boundary": "hide"}, "boundary: 'hide'"),
        ({"information": "true"}, "information: 'true'"),
        ({"information": "expected", "df": "satterthwaite"}, "'kenward-roger-linear' with it"),
    ],
)
def test_words_that_are_not_known_are_refused(asked, told):
    response, design = noise(0)
    with pytest.raises(DataError, match=told):
        fit_random_coefficients(response=response, design=design, basis=LINE, **asked)
