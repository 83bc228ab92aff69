"""The compiled moments of groups against numpy on each group alone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.continuous.moments import moments_by_group


@pytest.mark.parametrize("shape", [(17,), (5, 17), (2, 3, 17)])
@pytest.mark.parametrize("is_shared", [True, False])
def test_moments_are_those_of_each_group_alone(shape, is_shared):
    rng = np.random.default_rng(len(shape))
    response = 1e8 + rng.normal(size=shape)
    response[rng.random(shape) < 0.1] = np.nan
    group = rng.integers(-1, 3, shape[-1:] if is_shared else shape)
    found = moments_by_group(response, group, 3)
    for trial in np.ndindex(shape[:-1]):
        codes = group if is_shared else group[trial]
        for code in range(3):
            values = response[trial][codes == code]
            values = values[~np.isnan(values)]
            assert found.n[(*trial, code)] == len(values)
            assert_allclose(found.mean[(*trial, code)], values.mean(), rtol=1e-15)
            squares = np.sum((values - values.mean()) ** 2)
            # Values near 1e8 hold eight digits of their deviations.
            assert_allclose(found.deviations[(*trial, code)], squares, rtol=1e-6)


def test_an_empty_group_has_no_mean_and_no_trials_have_no_moments():
    found = moments_by_group(np.array([1.0, np.nan]), np.array([0, 1]), 2)
    assert found.n.tolist() == [1, 0]
    assert np.isnan(found.mean).tolist() == [False, True]
    assert found.deviations.tolist() == [0, 0]
    assert moments_by_group(np.zeros((0, 2)), np.array([0, 1]), 2).mean.shape == (0, 2)


def test_one_sample_of_responses_serves_all_allocations():
    found = moments_by_group(np.array([1.0, 2.0, 4.0]), np.array([[0, 0, 1], [0, 1, 1]]), 2)
    assert found.mean.tolist() == [[1.5, 4.0], [1.0, 3.0]]
