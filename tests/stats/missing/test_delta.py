"""Deltas at once are deltas one by one, and the conclusion turns where they say."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.missing import (
    delta_plane,
    differences_at,
    reference_based_analysis,
    tipping_point,
    turning_points,
)

VISITS = 3


def trial(seed=1, subjects=30, arms=2, effect=1.5):
    rng = np.random.default_rng(seed)
    arm = np.arange(subjects) % arms
    base = rng.normal(size=subjects)
    response = base[:, None] + rng.normal(size=(subjects, 1)) + rng.normal(size=(subjects, VISITS))
    response += effect * arm[:, None]
    leaves = np.where(rng.random(subjects) < 0.35, rng.integers(1, VISITS, subjects), VISITS)
    response[np.arange(VISITS) >= leaves[:, None]] = np.nan
    response[4, 1] = np.nan  # a gap
    return {"response": response, "arm": arm, "arms": arms, "covariate": base[:, None]}


def by_arm(data, delta, control_delta, code):
    """Deltas of (subjects, visits): one in an arm, one in the control."""
    amount = np.select([data["arm"] == code, data["arm"] == 0], [delta, control_delta], 0.0)
    return np.repeat(amount[:, None], VISITS, axis=1)


@pytest.mark.parametrize("strategy", ["missing_at_random", "jump_to_reference"])
@pytest.mark.parametrize(("delta", "control_delta"), [(0.0, 0.0), (-1.5, 0.0), (2.0, -0.7)])
def test_a_point_of_the_plane_is_the_analysis_with_that_delta(strategy, delta, control_delta):
    data = trial(arms=3)
    plane = delta_plane(**data, strategy=strategy)
    found = differences_at(plane, delta=delta, control_delta=control_delta, confidence=0.9)
    for code in (1, 2):
        shift = by_arm(data, delta, control_delta, code)
        whole = reference_based_analysis(**data, strategy=strategy, delta=shift, confidence=0.9)
        for name in ("estimate", "standard_error", "ci_low", "ci_high", "p_value"):
            expected = getattr(whole.difference, name)[code - 1]
            assert_allclose(getattr(found, name)[code - 1, 0], expected, rtol=1e-8, atol=1e-11)


def test_significance_is_lost_where_a_search_finds_it():
    data = trial(effect=2.2)
    plane = delta_plane(**data)
    points = turning_points(plane)
    assert points.is_significant[0]
    found = tipping_point(
        p_value_at=lambda delta: differences_at(plane, delta=delta).p_value[0], low=0.0, high=-20.0
    )
    assert points.below[0] == pytest.approx(found, rel=1e-4)
    p_value = differences_at(plane, delta=points.below).p_value
    assert_allclose(p_value, 0.05, rtol=1e-9)


def test_significance_is_gained_too():
    plane = delta_plane(**trial(effect=0.0, seed=3))
    points = turning_points(plane, control_delta=0.3, alpha=0.1)
    assert not points.is_significant[0]
    for delta in (points.below, points.above):
        p_value = differences_at(plane, delta=delta, control_delta=0.3).p_value
        assert_allclose(p_value, 0.1, rtol=1e-9)
        nearer = differences_at(plane, delta=0.99 * delta, control_delta=0.3).p_value
        assert (nearer > 0.1).all()


def test_without_missing_values_no_delta_turns_anything():
    data = trial()
    data["response"] = np.nan_to_num(data["response"])
    plane = delta_plane(**data)
    assert_allclose(plane.effect[..., 1:], 0, atol=1e-12)
    points = turning_points(plane)
    assert np.isnan(points.below).all()
    assert np.isnan(points.above).all()


def test_a_batch_equals_its_trials_one_by_one():
    batch = [trial(seed=seed) for seed in range(3)]
    for data in batch[1:]:
        data["arm"] = np.where(np.arange(30) == 29, -1, data["arm"])
    together = delta_plane(
        response=np.stack([one["response"] for one in batch]),
        arm=np.stack([one["arm"] for one in batch]),
        covariate=np.stack([one["covariate"] for one in batch]),
    )
    for place, data in enumerate(batch):
        alone = delta_plane(**data)
        assert_allclose(together.effect[place], alone.effect, rtol=1e-9)
        assert_allclose(together.covariance[place], alone.covariance, rtol=1e-8, atol=1e-13)


def test_what_cannot_be_fitted_is_a_state():
    data = trial(subjects=6)
    plane = delta_plane(**data)
    assert (plane.state == State.NOT_ESTIMABLE).all()
    assert np.isnan(differences_at(plane, delta=1.0).p_value).all()
    assert np.isnan(turning_points(plane).above).all()


def test_bad_arguments_are_named():
    plane = delta_plane(**trial())
    with pytest.raises(DataError, match="delta"):
        differences_at(plane, delta=np.nan)
    with pytest.raises(DataError, match="alpha"):
        turning_points(plane, alpha=1.5)
