import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.errors import DataError
from equipoise.stats.binary import beta_binomial_mass, binomial_mass, expected_over_tables


def slow_binomial(n, p):
    return [math.comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(n + 1)]


@given(st.integers(0, 40), st.floats(0, 1))
def test_binomial_mass_is_that_of_the_textbook(n, p):
    assert_allclose(binomial_mass(n=n, probability=p), slow_binomial(n, p), rtol=1e-10, atol=1e-300)


def test_certain_and_impossible_events():
    assert binomial_mass(n=3, probability=[0.0, 1.0]).tolist() == [[1, 0, 0, 0], [0, 0, 0, 1]]
    assert binomial_mass(n=0, probability=0.3).tolist() == [1.0]


@given(st.integers(0, 30), st.floats(0.1, 20), st.floats(0.1, 20))
def test_beta_binomial_is_the_binomial_averaged_over_the_beta(n, alpha, beta):
    mass = beta_binomial_mass(n=n, alpha=alpha, beta=beta)
    events = np.arange(n + 1)
    mean = n * alpha / (alpha + beta)
    total = alpha + beta
    variance = n * alpha * beta * (total + n) / (total**2 * (total + 1))
    assert_allclose(mass.sum(), 1, rtol=1e-12)
    assert_allclose(mass @ events, mean, rtol=1e-9, atol=1e-12)
    assert_allclose(mass @ (events - mean) ** 2, variance, rtol=1e-8, atol=1e-10)


def test_a_uniform_prior_makes_every_count_equally_probable():
    assert_allclose(beta_binomial_mass(n=12, alpha=1, beta=1), np.full(13, 1 / 13), rtol=1e-12)


def test_shapes_and_swapped_arms():
    mass1 = binomial_mass(n=4, probability=[0.2, 0.7])
    mass0 = binomial_mass(n=2, probability=[0.5, 0.1])
    value = np.arange(15.0).reshape(5, 3)
    slow = [
        sum(mass1[k, i] * mass0[k, j] * value[i, j] for i in range(5) for j in range(3))
        for k in range(2)
    ]
    assert_allclose(expected_over_tables(mass1=mass1, mass0=mass0, value=value), slow, rtol=1e-13)
    swapped = expected_over_tables(mass1=mass0, mass0=mass1, value=value.T)
    assert_allclose(swapped, slow, rtol=1e-13)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: binomial_mass(n=-1, probability=0.5), "n: -1; wanted a whole number"),
        (lambda: binomial_mass(n=2.5, probability=0.5), "n: 2.5; wanted a whole number"),
        (lambda: binomial_mass(n=3, probability=[0.5, 1.2]), "probability: 1.2; wanted .* 0 to 1"),
        (lambda: binomial_mass(n=3, probability=np.nan), "probability: nan"),
        (lambda: beta_binomial_mass(n=3, alpha=0.0, beta=1.0), "alpha: .*above zero"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(DataError, match=message):
        call()
