"""Ties: what splitting them leaves as it is, and what agrees where there are none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.survival import (
    compare_restricted_means,
    cox,
    logrank,
    restricted_mean,
    survival_at,
)

TIMES = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
STEP = 1e-7
"""Between events that were tied; far below the distance of two times. [time]"""


def tied(trials=20, subjects=18, seed=3):
    rng = np.random.default_rng(seed)
    return {
        "time": rng.integers(1, 6, (trials, subjects)).astype(float),
        "event": rng.random((trials, subjects)) < 0.6,
    }


def split(sample):
    """Put tied events one after the other, all before those censored at that time."""
    order = np.arange(1, sample["time"].shape[-1] + 1)
    return {**sample, "time": sample["time"] - np.where(sample["event"], STEP * order, 0.0)}


def test_splitting_tied_events_leaves_curve_and_error():
    """Both telescope: products of 1 - 1/n to 1 - d/n, sums of 1/(n (n - 1)) to d/(n (n - d))."""
    sample = tied()
    whole = survival_at(**sample, times=TIMES)
    parts = survival_at(**split(sample), times=TIMES)
    assert_allclose(parts.survival, whole.survival, atol=1e-13)
    assert_allclose(parts.standard_error, whole.standard_error, atol=1e-13)
    np.testing.assert_array_equal(parts.events, whole.events)


def test_splitting_tied_events_leaves_the_restricted_mean():
    sample = tied()
    whole = restricted_mean(**sample, horizon=4.0)
    parts = restricted_mean(**split(sample), horizon=4.0)
    assert_allclose(parts.mean, whole.mean, atol=1e-5)
    assert_allclose(parts.standard_error, whole.standard_error, atol=1e-5)
    group = np.broadcast_to(np.arange(18) < 12, sample["time"].shape).astype(np.int64)
    arms = [
        compare_restricted_means(**one, group=group, horizon=4.0) for one in (sample, split(sample))
    ]
    assert_allclose(arms[0].p_value, arms[1].p_value, atol=1e-4)


@pytest.mark.parametrize("ties", ["breslow", "exact"])
def test_without_ties_every_likelihood_is_the_same(ties):
    sample = split(tied(subjects=30))
    rng = np.random.default_rng(1)
    model = {**sample, "covariates": rng.normal(size=(*sample["time"].shape, 2))}
    efron, other = cox(**model), cox(**model, ties=ties)
    assert_allclose(other.coefficient, efron.coefficient, rtol=1e-8)
    assert_allclose(other.log_likelihood, efron.log_likelihood, rtol=1e-10)


def test_without_ties_the_log_rank_test_is_the_score_test_of_every_likelihood():
    sample = split(tied(subjects=30))
    group = np.broadcast_to(np.arange(30) < 20, sample["time"].shape).astype(np.int64)
    z = logrank(**sample, group=group).z
    for ties in ("efron", "breslow", "exact"):
        fit = cox(**sample, covariates=group[..., np.newaxis].astype(float), ties=ties)
        assert_allclose(fit.score.statistic, z**2, rtol=1e-8)
