from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats.missing import (
    STRATEGIES,
    ConditionalMeans,
    draw_conditional,
    impute_conditional_mean,
    last_observed_departure,
)

VISITS = 4


@st.composite
def trials(draw, same=False):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    subjects = draw(st.integers(1, 5))
    own, reference = (rng.normal(size=(2 * VISITS, VISITS)) for _ in range(2))
    covariance = [matrix.T @ matrix for matrix in (own, own if same else reference)]
    response = rng.normal(size=(subjects, VISITS))
    response[rng.random(response.shape) < 0.45] = np.nan
    return {
        "response": response,
        "mean_own": rng.normal(size=(subjects, VISITS)),
        "mean_reference": rng.normal(size=(subjects, VISITS)),
        "covariance_own": covariance[0],
        "covariance_reference": covariance[1],
    }


def slow(y, own, reference, one, two, strategy, departure):
    """One subject with the index sets of the definition written out."""
    seen = np.flatnonzero(~np.isnan(y))
    gone = np.flatnonzero(np.isnan(y))
    before, after = np.arange(departure), np.arange(departure, len(y))
    if strategy == "missing_at_random" or departure == len(y):
        mean, sigma = own, one
    elif strategy == "copy_reference":
        mean, sigma = reference, two
    else:
        tail = reference[after]
        if strategy == "copy_increments" and departure:
            tail = tail + own[departure - 1] - reference[departure - 1]
        mean = np.concatenate([own[before], tail])
        sigma = np.empty_like(one)
        bb = np.ix_(before, before)
        slope = two[np.ix_(after, before)] @ np.linalg.inv(two[bb])
        sigma[bb] = one[bb]
        sigma[np.ix_(after, before)] = slope @ one[bb]
        sigma[np.ix_(before, after)] = (slope @ one[bb]).T
        sigma[np.ix_(after, after)] = (
            two[np.ix_(after, after)] - slope @ (two[bb] - one[bb]) @ slope.T
        )
    filled = y.copy()
    slope = sigma[np.ix_(gone, seen)] @ np.linalg.inv(sigma[np.ix_(seen, seen)])
    filled[gone] = mean[gone] + slope @ (y[seen] - mean[seen])
    spread = sigma[np.ix_(gone, gone)] - slope @ sigma[np.ix_(seen, gone)]
    return filled, gone, spread


@given(trials(), st.sampled_from(STRATEGIES), st.booleans())
def test_follows_the_definition(trial, strategy, by_hand):
    left = last_observed_departure(response=trial["response"])
    if by_hand:
        left = np.minimum(left + 1, VISITS)
    result = impute_conditional_mean(
        **trial, strategy=strategy, departure=left if by_hand else None
    )
    for row, y in enumerate(trial["response"]):
        filled, gone, spread = slow(
            y,
            trial["mean_own"][row],
            trial["mean_reference"][row],
            trial["covariance_own"],
            trial["covariance_reference"],
            strategy,
            int(left[row]),
        )
        assert_allclose(result.response[row], filled, rtol=1e-7, atol=1e-9)
        found = result.covariance[row]
        assert_allclose(found[np.ix_(gone, gone)], spread, rtol=1e-6, atol=1e-8)
        assert not np.any(np.delete(found, gone, axis=0))


@given(trials(same=True), st.sampled_from(STRATEGIES))
def test_the_reference_arm_itself_is_missing_at_random(trial, strategy):
    trial["mean_reference"] = trial["mean_own"]
    result = impute_conditional_mean(**trial, strategy=strategy)
    plain = impute_conditional_mean(**trial, strategy="missing_at_random")
    assert_allclose(result.response, plain.response, rtol=1e-9, atol=1e-11)
    assert_allclose(result.covariance, plain.covariance, rtol=1e-7, atol=1e-9)


@given(trials(), st.data())
def test_strategies_may_differ_by_subject(trial, data):
    words = [data.draw(st.sampled_from(STRATEGIES)) for _ in trial["response"]]
    mixed = impute_conditional_mean(**trial, strategy=words)
    for row, word in enumerate(words):
        alone = impute_conditional_mean(**trial, strategy=word)
        assert_allclose(mixed.response[row], alone.response[row], rtol=1e-12)


@given(trials(), st.sampled_from(STRATEGIES))
def test_shift_and_scale(trial, strategy):
    moved = dict(trial)
    for name in ("response", "mean_own", "mean_reference"):
        moved[name] = 3 * trial[name] + 2
    for name in ("covariance_own", "covariance_reference"):
        moved[name] = 9 * trial[name]
    one = impute_conditional_mean(**trial, strategy=strategy)
    other = impute_conditional_mean(**moved, strategy=strategy)
    assert_allclose(other.response, 3 * one.response + 2, rtol=1e-6, atol=1e-7)


def test_a_batch_of_trials_equals_its_trials():
    rng = np.random.default_rng(8)
    response = rng.normal(size=(3, 6, VISITS))
    response[rng.random(response.shape) < 0.4] = np.nan
    root = rng.normal(size=(3, 1, 8, VISITS))
    covariance = np.swapaxes(root, -1, -2) @ root
    shared = {"mean_own": rng.normal(size=(6, VISITS)), "mean_reference": np.zeros(VISITS)}
    batch = impute_conditional_mean(
        response=response,
        covariance_own=covariance,
        covariance_reference=2 * covariance,
        strategy="jump_to_reference",
        **shared,
    )
    for row in range(3):
        alone = impute_conditional_mean(
            response=response[row],
            covariance_own=covariance[row],
            covariance_reference=2 * covariance[row],
            strategy="jump_to_reference",
            **shared,
        )
        assert_allclose(batch.response[row], alone.response, rtol=1e-10)
    # A subject that is complete, or never departs, keeps its own arm.
    assert_array_equal(last_observed_departure(response=[[1, np.nan], [np.nan] * 2]), [1, 0])


def test_draws_have_the_conditional_moments_and_repeat():
    rng = np.random.default_rng(3)
    root = rng.normal(size=(6, 3))
    conditional = impute_conditional_mean(
        response=[[0.5, np.nan, np.nan], [1.0, 2.0, 3.0]],
        mean_own=[0.0, 1.0, 2.0],
        mean_reference=[0.0, 0.0, 0.0],
        covariance_own=root.T @ root,
        covariance_reference=root.T @ root,
        strategy="copy_increments",
    )
    drawn = draw_conditional(conditional=conditional, rng=np.random.default_rng(11), draws=20_000)
    again = draw_conditional(conditional=conditional, rng=np.random.default_rng(11), draws=20_000)
    assert_array_equal(drawn, again)
    assert_array_equal(drawn[:, 1], np.broadcast_to([1.0, 2.0, 3.0], (20_000, 3)))
    assert_array_equal(drawn[:, 0, 0], 0.5)
    missing = drawn[:, 0, 1:]
    covariance = conditional.covariance[0, 1:, 1:]
    error = np.sqrt(np.diagonal(covariance) / 20_000)
    assert np.all(np.abs(missing.mean(axis=0) - conditional.response[0, 1:]) < 4 * error)
    spread = np.cov(missing, rowvar=False)
    scale = np.sqrt(np.outer(np.diagonal(covariance), np.diagonal(covariance)))
    assert np.all(np.abs(spread - covariance) < 4 * scale * np.sqrt(2 / 20_000))
    none = draw_conditional(conditional=conditional, rng=np.random.default_rng(1), draws=0)
    assert none.shape == (0, 2, 3)


def test_faults_come_together():
    good = {
        "response": [1.0, np.nan],
        "mean_own": [0.0, 0.0],
        "mean_reference": [0.0, 0.0],
        "covariance_own": np.eye(2),
        "covariance_reference": np.eye(2),
        "strategy": "missing_at_random",
    }
    with pytest.raises(
        DataError, match=r"mean_own: nan(.|\n)*strategy: 'copy_increment'.*'copy_increments'\?"
    ):
        impute_conditional_mean(**{**good, "mean_own": [np.nan, 0.0], "strategy": "copy_increment"})
    with pytest.raises(DataError, match=r"covariance_reference: shape \(3, 3\)"):
        impute_conditional_mean(**{**good, "covariance_reference": np.eye(3)})
    with pytest.raises(DataError, match="departure: 3"):
        impute_conditional_mean(**good, departure=3)
    unsure = impute_conditional_mean(**(good | {"response": [np.nan, np.nan]}))
    crossed = np.array([[1.0, 2.0], [2.0, 1.0]])  # eigenvalues 3 and -1
    wrong = ConditionalMeans(response=unsure.response, covariance=crossed)
    with pytest.raises(
        DataError,
        match=r"draws: -1(.|\n)*conditional\.covariance: least eigenvalue -1; wanted positive def",
    ):
        draw_conditional(conditional=wrong, rng=np.random.default_rng(1), draws=-1)
    with pytest.raises(DataError, match=r"draws: 1\.5"):
        draw_conditional(
            conditional=impute_conditional_mean(**good), rng=np.random.default_rng(1), draws=1.5
        )
