from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import optimize

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.continuous import ancova
from equipoise.stats.missing import (
    add_delta,
    multiple_imputation_analysis,
    reference_based_analysis,
)

VISITS = 3


def trial(seed=1, subjects=36, effect=1.5, missing=0.3):
    rng = np.random.default_rng(seed)
    arm = np.arange(subjects) % 2
    base = rng.normal(size=subjects)
    response = rng.normal(size=(subjects, 1)) + rng.normal(size=(subjects, VISITS))
    response += base[:, None] + np.arange(VISITS) * (0.5 + effect * arm[:, None] / 2)
    leaves = np.where(rng.random(subjects) < missing, rng.integers(1, VISITS, subjects), VISITS)
    response[np.arange(VISITS) >= leaves[:, None]] = np.nan
    return {"response": response, "arm": arm, "covariate": base[:, None]}


def slow_estimate(response, arm, base, strategy):
    """Own REML by a general optimiser, own conditional means, least squares."""
    design = np.zeros((len(arm), VISITS, 3 * VISITS))
    for v in range(VISITS):
        design[:, v, v], design[:, v, VISITS + v] = 1, arm
        design[:, v, 2 * VISITS + v] = base
    seen = ~np.isnan(response)

    def parts(theta):
        root = np.zeros((VISITS, VISITS))
        root[np.tril_indices(VISITS)] = theta
        root[np.diag_indices(VISITS)] = np.exp(np.diagonal(root))
        return root @ root.T

    def criterion(theta):
        sigma = parts(theta)
        gram, right, square, log = np.zeros((9, 9)), np.zeros(9), 0.0, 0.0
        for x, y, o in zip(design, response, seen, strict=True):
            if not o.any():
                continue
            inner = sigma[np.ix_(o, o)]
            inverse = np.linalg.inv(inner)
            gram += x[o].T @ inverse @ x[o]
            right += x[o].T @ inverse @ y[o]
            square += y[o] @ inverse @ y[o]
            log += np.linalg.slogdet(inner)[1]
        beta = np.linalg.solve(gram, right)
        criterion.beta = beta
        return log + np.linalg.slogdet(gram)[1] + square - right @ beta

    found = optimize.minimize(criterion, np.zeros(6), method="BFGS", options={"gtol": 1e-6})
    sigma = parts(found.x)
    criterion(found.x)
    filled = response.copy()
    for i in range(len(arm)):
        o = seen[i]
        if o.all() or not o.any():
            continue
        last = np.flatnonzero(o).max()
        swapped = design[i].copy()
        if strategy == "copy_reference":
            swapped[:, VISITS : 2 * VISITS] = 0
        if strategy == "jump_to_reference":
            swapped[last + 1 :, VISITS : 2 * VISITS] = 0
        mean = swapped @ criterion.beta
        slope = sigma[np.ix_(~o, o)] @ np.linalg.inv(sigma[np.ix_(o, o)])
        filled[i, ~o] = mean[~o] + slope @ (response[i, o] - mean[o])
    used = seen.any(axis=1)
    columns = np.column_stack([np.ones(len(arm)), arm, base])[used]
    return np.linalg.lstsq(columns, filled[used, -1], rcond=None)[0][1]


@pytest.mark.parametrize("strategy", ["jump_to_reference", "copy_reference"])
def test_agrees_with_an_own_program(strategy):
    data = trial(subjects=20)
    result = reference_based_analysis(**data, strategy=strategy)
    response, arm, base = data["response"], data["arm"], data["covariate"][:, 0]
    full = slow_estimate(response, arm, base, strategy)
    assert_allclose(result.difference.estimate[0], full, rtol=1e-5)
    if strategy != "copy_reference":  # the jackknife is the same for all
        return
    without = []
    for i in range(len(arm)):
        keep = np.arange(len(arm)) != i
        without.append(slow_estimate(response[keep], arm[keep], base[keep], strategy))
    many = len(arm)
    error = np.sqrt((many - 1) / many * np.sum((without - np.mean(without)) ** 2))
    assert_allclose(result.difference.standard_error[0], error, rtol=1e-4)


def test_complete_data_need_no_imputation():
    data = trial(missing=0.0)
    result = reference_based_analysis(**data)
    plain = ancova(
        response=data["response"][:, -1],
        group=data["arm"],
        groups=2,
        covariates=data["covariate"],
    )
    assert_allclose(result.difference.estimate, plain.differences.estimate, rtol=1e-10)
    assert_allclose(result.mean.estimate, plain.means.estimate, rtol=1e-10)
    assert_array_equal(result.imputed, data["response"])
    drawn = multiple_imputation_analysis(**data, rng=np.random.default_rng(1), imputations=3)
    assert_allclose(drawn.difference.estimate, plain.differences.estimate, rtol=1e-10)
    assert_allclose(drawn.difference.standard_error, plain.differences.standard_error, rtol=1e-10)
    assert_allclose(drawn.difference.between, 0, atol=1e-25)


def test_reference_strategies_pull_towards_no_difference():
    data = trial(subjects=60, effect=3.0)
    estimate = {
        strategy: reference_based_analysis(**data, strategy=strategy).difference.estimate[0]
        for strategy in ("missing_at_random", "copy_increments", "jump_to_reference")
    }
    assert (
        estimate["missing_at_random"]
        > estimate["copy_increments"]
        > estimate["jump_to_reference"]
        > 0
    )


def test_subjects_out_and_batches_and_shift():
    one, other = trial(seed=2), trial(seed=3)
    other["arm"] = np.where(np.arange(36) < 4, -1, other["arm"])
    batch = {name: np.stack([one[name], other[name]]) for name in one}
    result = reference_based_analysis(**batch, strategy="copy_increments")
    for row, single in enumerate((one, other)):
        alone = reference_based_analysis(**single, strategy="copy_increments")
        assert_allclose(result.difference.estimate[row], alone.difference.estimate, rtol=1e-9)
        assert_allclose(
            result.difference.standard_error[row], alone.difference.standard_error, rtol=1e-7
        )
        assert_allclose(result.imputed[row], alone.imputed, rtol=1e-8)
    assert np.isnan(result.imputed[1, :4]).all()
    inside = {name: value[4:] for name, value in other.items()}
    left = reference_based_analysis(**inside, strategy="copy_increments")
    assert_allclose(left.difference.p_value, result.difference.p_value[1], rtol=1e-6)
    moved = reference_based_analysis(
        **{**one, "response": 10 - 2 * one["response"]}, strategy="copy_increments"
    )
    assert_allclose(moved.difference.estimate, -2 * result.difference.estimate[0], rtol=1e-7)


def test_exchanged_labels_turn_the_sign_where_no_arm_is_the_reference():
    data = trial(subjects=30)
    plain = reference_based_analysis(**data)
    turned = reference_based_analysis(**(data | {"arm": 1 - data["arm"]}))
    assert_allclose(turned.difference.estimate, -plain.difference.estimate, rtol=1e-7)
    assert_allclose(turned.difference.standard_error, plain.difference.standard_error, rtol=1e-6)
    assert_allclose(turned.imputed, plain.imputed, rtol=1e-7)


def test_the_order_of_subjects_does_not_matter():
    data = trial(subjects=18)
    order = np.random.default_rng(4).permutation(18)
    moved = {name: value[order] for name, value in data.items()}
    for strategy in ("copy_reference", "jump_to_reference"):
        plain = reference_based_analysis(**data, strategy=strategy)
        other = reference_based_analysis(**moved, strategy=strategy)
        assert_array_equal(plain.difference.state, State.ESTIMATED)
        assert_allclose(other.difference.estimate, plain.difference.estimate, rtol=1e-7)
        assert_allclose(other.difference.standard_error, plain.difference.standard_error, rtol=1e-6)
        assert_allclose(other.imputed, plain.imputed[order], rtol=1e-7)


def test_collinear_covariates_and_one_arm_alone_are_states():
    data = trial(subjects=18)
    twice = data | {"covariate": np.repeat(data["covariate"], 2, axis=1)}
    alone = data | {"arm": np.zeros(18, dtype=int)}
    for case in (twice, alone):
        found = reference_based_analysis(**case, strategy="jump_to_reference")
        assert found.difference.state[0] == State.NOT_ESTIMABLE
        assert np.isnan(found.difference.standard_error).all()


def test_delta_moves_the_imputed_values():
    data = trial()
    delta = np.where(data["arm"] == 1, -1.0, 0.0)[:, None]
    plain = reference_based_analysis(**data)
    moved = reference_based_analysis(**data, delta=delta)
    by_hand = add_delta(imputed=plain.imputed, response=data["response"], delta=delta)
    assert_allclose(moved.imputed, by_hand)
    assert moved.difference.estimate[0] < plain.difference.estimate[0]
    again = ancova(
        response=by_hand[:, -1], group=data["arm"], groups=2, covariates=data["covariate"]
    )
    assert_allclose(moved.difference.estimate, again.differences.estimate, rtol=1e-10)


def test_three_arms_another_visit_and_own_covariances():
    data = trial(subjects=54)
    data["arm"] = np.arange(54) % 3
    result = reference_based_analysis(
        **data, arms=3, visit=1, covariance_by_arm=True, strategy="jump_to_reference"
    )
    assert result.difference.estimate.shape == (2,)
    assert result.mean.estimate.shape == (3,)
    gaps = result.mean.estimate[1:] - result.mean.estimate[0]
    assert_allclose(result.difference.estimate, gaps, rtol=1e-8, atol=1e-10)
    assert_array_equal(result.difference.state, State.ESTIMATED)


def test_multiple_imputation_repeats_and_nears_the_conditional_mean():
    data = trial(subjects=80)
    options = {**data, "strategy": "jump_to_reference", "imputations": 150}
    drawn = multiple_imputation_analysis(**options, rng=np.random.default_rng(5))
    again = multiple_imputation_analysis(**options, rng=np.random.default_rng(5))
    assert_array_equal(drawn.difference.estimate, again.difference.estimate)
    assert drawn.state == State.ESTIMATED
    mean = reference_based_analysis(**data, strategy="jump_to_reference").difference.estimate
    noise = np.sqrt(drawn.difference.between / 150)
    # The bootstrap adds a bias of its own order 1/n besides the Monte Carlo error.
    assert np.all(np.abs(drawn.difference.estimate - mean) < 4 * noise + 0.02)
    assert np.all(drawn.difference.between > 0)
    assert np.all(drawn.difference.df < 78)


def test_what_cannot_be_fitted_is_a_state():
    data = trial(subjects=8)
    data["response"][:, 1] = np.nan  # a visit that nobody attended
    result = reference_based_analysis(**data)
    assert result.state != State.ESTIMATED
    assert result.difference.state[0] == State.NOT_ESTIMABLE
    assert np.isnan(result.difference.estimate).all()
    drawn = multiple_imputation_analysis(**data, rng=np.random.default_rng(1), imputations=2)
    assert drawn.state != State.ESTIMATED
    assert np.isnan(drawn.difference.estimate).all()


def test_a_trial_that_nobody_is_in_is_a_state_beside_its_neighbours():
    data = trial()
    both = np.stack([data["arm"], np.full_like(data["arm"], -1)])
    found = reference_based_analysis(**(data | {"arm": both}))
    alone = reference_based_analysis(**data)
    assert_array_equal(found.state, [State.ESTIMATED, State.NOT_ESTIMABLE])
    assert_array_equal(found.difference.state[:, 0], [State.ESTIMATED, State.NOT_ESTIMABLE])
    assert_allclose(found.difference.estimate[0], alone.difference.estimate, rtol=1e-10)
    assert np.isnan(found.imputed[1]).all()
    drawn = multiple_imputation_analysis(
        **(data | {"arm": both[1]}), imputations=3, rng=np.random.default_rng(1)
    )
    assert drawn.state == State.NOT_ESTIMABLE
    assert np.isnan(drawn.difference.estimate).all()


def test_faults_come_together():
    data = trial(subjects=8)
    with pytest.raises(DataError, match=r"arm: 2(.|\n)*visit: 3; wanted one of 3 visits"):
        reference_based_analysis(**{**data, "arm": np.full(8, 2)}, visit=3)
    with pytest.raises(DataError, match="covariate: NaN for a subject in an arm"):
        reference_based_analysis(**{**data, "covariate": np.full((8, 1), np.nan)})
    with pytest.raises(DataError, match=r"imputations: 1; wanted finite whole numbers"):
        multiple_imputation_analysis(**data, rng=np.random.default_rng(1), imputations=1)
    with pytest.raises(DataError, match=r"delta: shape \(2, 5\)(.|\n)*strategy: 3 words"):
        reference_based_analysis(**data, delta=np.zeros((2, 5)), strategy=["missing_at_random"] * 3)
    with pytest.raises(DataError, match=r"response: shape \(0, 3\); wanted one subject"):
        reference_based_analysis(response=np.zeros((0, 3)), arm=np.zeros(0))
    with pytest.raises(DataError, match="strategy: 'locf'"):
        reference_based_analysis(**data, strategy="locf")
