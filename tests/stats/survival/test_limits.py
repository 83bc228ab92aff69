"""Limits of survival probabilities on five scales, beside the formulas written with numpy."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, logit

from equipoise.stats.survival.limits import SCALES, normal_quantile, survival_limits

SURVIVAL = np.array([[1e-12, 0.02, 0.31], [0.5, 0.97, 1 - 1e-12]])
LOG_ERROR = np.array([[3.0, 0.4, 0.2], [0.1, 0.02, 1e-12]])


def twin(s, error, scale):
    z = normal_quantile(0.9) * error
    spread = {
        "plain": (s - z * s, s + z * s),
        "log": (np.exp(np.log(s) - z), np.exp(np.log(s) + z)),
        "log-log": tuple(
            np.exp(-np.exp(np.log(-np.log(s)) + sign * z / np.log(s))) for sign in (-1, 1)
        ),
        "logit": tuple(expit(logit(s) + sign * z / (1 - s)) for sign in (-1, 1)),
        "arcsine": tuple(
            np.sin(
                np.clip(np.arcsin(np.sqrt(s)) + sign * z / 2 * np.sqrt(s / (1 - s)), 0, np.pi / 2)
            )
            ** 2
            for sign in (-1, 1)
        ),
    }[scale]
    return np.maximum(spread[0], 0), np.minimum(spread[1], 1)


@pytest.mark.parametrize("scale", SCALES)
def test_limits_are_those_of_the_formulas(scale):
    low, high = survival_limits(SURVIVAL, LOG_ERROR, scale=scale, level=0.9)
    expected = twin(SURVIVAL, LOG_ERROR, scale)
    assert low.shape == high.shape == SURVIVAL.shape
    assert_allclose(low, expected[0], rtol=1e-10, atol=1e-15)
    assert_allclose(high, expected[1], rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("scale", SCALES)
def test_the_edges_are_1_before_an_event_and_nothing_at_0(scale):
    survival = np.array([1.0, 0.0, np.nan, 0.5])
    error = np.array([0.0, np.inf, np.nan, np.nan])
    for limit in survival_limits(survival, error, scale=scale, level=0.9):
        assert_array_equal(limit, [1, np.nan, np.nan, np.nan])
