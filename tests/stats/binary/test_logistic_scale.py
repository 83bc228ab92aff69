"""Columns that nearly depend on each other, such as a year and its square, are told apart."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose
from scipy.special import expit

from equipoise.stats.binary import fit_logistic
from equipoise.stats.state import State


def years(seed=5, subjects=90):
    rng = np.random.default_rng(seed)
    year = rng.integers(1995, 2025, size=subjects).astype(float)
    event = rng.random(subjects) < expit((year - 2010) / 15)
    return year, event


def test_a_year_and_its_square_are_the_same_model_as_when_centred():
    year, event = years()
    one, middle = np.ones_like(year), 2010.0
    plain = fit_logistic(design=np.stack([one, year, year**2], axis=-1), event=event)
    away = year - middle
    centred = fit_logistic(design=np.stack([one, away, away**2], axis=-1), event=event)
    assert plain.state == State.ESTIMATED
    assert_allclose(plain.log_likelihood, centred.log_likelihood, rtol=1e-12)
    assert_allclose(plain.fitted, centred.fitted, rtol=1e-8)
    back = np.array([[1, -middle, middle**2], [0, 1, -2 * middle], [0, 0, 1]])
    assert_allclose(plain.coefficients, back @ centred.coefficients, rtol=1e-6)
    assert_allclose(plain.covariance, back @ centred.covariance @ back.T, rtol=1e-6)
    errors = np.sqrt(np.diagonal(plain.covariance))
    assert_allclose(plain.standard_errors, errors, rtol=1e-12)


def test_a_batch_holds_trials_with_and_without_such_columns():
    year, event = years()
    one = np.ones_like(year)
    designs = np.stack(
        [np.stack([one, x, y], axis=-1) for x, y in ((year, year**2), (one, year), (event, year))]
    )
    batch = fit_logistic(design=designs, event=event)
    assert batch.state.tolist() == [State.ESTIMATED, State.SINGULAR, State.INFINITE]
    alone = fit_logistic(design=designs[0], event=event)
    assert_allclose(batch.coefficients[0], alone.coefficients, rtol=1e-10)


def test_a_column_of_zeros_is_singular_alone_and_beside_others():
    event = years()[1]
    zeros, one = np.zeros((event.size, 1)), np.ones((event.size, 1))
    for design in (zeros, np.concatenate([one, zeros], axis=1)):
        assert fit_logistic(design=design, event=event).state == State.SINGULAR
