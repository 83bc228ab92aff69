"""Quantiles of the difference of two mixtures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.errors import DataError
from equipoise.stats.bayes import (
    beta_mixture,
    mixture_difference_quantile,
    mixture_exceeds,
    update_beta_mixture,
)

ONE = {"weight": [0.8, 0.2], "alpha": [8, 1], "beta": [4, 1]}
OTHER = {"weight": [0.5, 0.5], "alpha": [3, 1], "beta": [7, 1]}


@settings(max_examples=20)
@given(st.sampled_from([0.025, 0.2, 0.5, 0.9, 0.999]))
def test_so_much_lies_below_a_quantile_and_exchanged_arms_turn_it(probability):
    one, other = beta_mixture(**ONE), beta_mixture(**OTHER)
    found = mixture_difference_quantile(treated=one, control=other, probability=probability)
    above = mixture_exceeds(treated=one, control=other, margin=found)
    assert_allclose(above, 1 - probability, atol=1e-10)
    turned = mixture_difference_quantile(treated=other, control=one, probability=1 - probability)
    assert_allclose(turned, -found, atol=1e-10)


def test_it_is_that_of_many_draws():
    one, other = beta_mixture(**ONE), beta_mixture(**OTHER)
    rng = np.random.default_rng(3)

    def draw(parts):
        which = rng.choice(2, size=200_000, p=parts["weight"])
        return rng.beta(np.array(parts["alpha"])[which], np.array(parts["beta"])[which])

    difference = draw(ONE) - draw(OTHER)
    for probability in (0.05, 0.5, 0.95):
        found = mixture_difference_quantile(treated=one, control=other, probability=probability)
        # The share below has a Monte Carlo error of sqrt(p (1 - p) / 200,000).
        error = np.sqrt(probability * (1 - probability) / 200_000)
        assert abs(np.mean(difference <= found) - probability) < 4 * error


def test_a_batch_equals_its_trials_and_quantiles_rise():
    prior = beta_mixture(**ONE)
    arms = {"x1": [0, 9, 4], "x0": [0, 0, 9]}
    one = update_beta_mixture(mixture=prior, x=arms["x1"], n=9)
    other = update_beta_mixture(mixture=prior, x=arms["x0"], n=9)
    low, high = (
        mixture_difference_quantile(treated=one, control=other, probability=level)
        for level in (0.1, 0.9)
    )
    assert np.all(low < high)
    for trial in range(3):
        alone = mixture_difference_quantile(
            treated=update_beta_mixture(mixture=prior, x=arms["x1"][trial], n=9),
            control=update_beta_mixture(mixture=prior, x=arms["x0"][trial], n=9),
            probability=0.1,
        )
        assert_allclose(low[trial], alone, rtol=1e-10)


def test_a_probability_outside_is_refused():
    one = beta_mixture(**ONE)
    with pytest.raises(DataError, match="probability"):
        mixture_difference_quantile(treated=one, control=one, probability=1.0)
