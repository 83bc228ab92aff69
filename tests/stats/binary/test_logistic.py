"""Logistic regression and standardised risks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.binary import (
    fit_logistic,
    likelihood_ratio_test,
    odds_ratio_woolf,
    risk_difference_wald,
    standardise_risks,
)

from . import twins


def trials(seed, *, number=4, subjects=60):
    """Designs with a constant, the arm and two covariates, and outcomes that depend on them."""
    rng = np.random.default_rng(seed)
    covariates = rng.normal(size=(number, subjects, 2))
    arm = rng.permuted(np.tile([0.0, 1.0], (number, subjects // 2)), axis=1)[..., None]
    design = np.concatenate([np.ones_like(arm), arm, covariates], axis=-1)
    risk = 1 / (1 + np.exp(-design @ [-0.3, 0.6, 0.5, -0.4]))
    return design, rng.random(risk.shape) < risk


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_it_agrees_with_newton_without_precautions(seed):
    design, event = trials(seed)
    fit = fit_logistic(design=design, event=event)
    assert np.all(fit.state == State.ESTIMATED)
    for place in range(len(event)):
        beta, covariance = twins.logistic(design[place], event[place])
        assert_allclose(fit.coefficients[place], beta, rtol=1e-9, atol=1e-12)
        assert_allclose(fit.covariance[place], covariance, rtol=1e-8, atol=1e-12)


def test_one_covariate_of_two_values_is_the_two_by_two_table():
    design = np.column_stack([np.ones(18), np.repeat([1.0, 0.0], [12, 6])])
    event = np.repeat([1, 0, 1, 0], [9, 3, 5, 1])
    fit = fit_logistic(design=design, event=event)
    woolf = odds_ratio_woolf(x1=9, n1=12, x0=5, n0=6)
    assert_allclose(np.exp(fit.coefficients[1]), woolf.estimate, rtol=1e-12)
    half = math.log(woolf.ci_high / woolf.ci_low) / 2 / 1.959963984540054
    assert_allclose(fit.standard_errors[1], half, rtol=1e-12)
    treated, control = design.copy(), design.copy()
    treated[:, 1], control[:, 1] = 1, 0
    risks = standardise_risks(fit, treated_design=treated, control_design=control)
    wald = risk_difference_wald(x1=9, n1=12, x0=5, n0=6)
    assert_allclose(risks.risk_difference, wald.estimate, rtol=1e-12)
    assert_allclose([risks.ci_low, risks.ci_high], [wald.ci_low, wald.ci_high], rtol=1e-11)
    assert_allclose(risks.risk_ratio, 0.9, rtol=1e-12)
    katz = math.sqrt(1 / 9 - 1 / 12 + 1 / 5 - 1 / 6)
    assert_allclose(risks.log_risk_ratio_standard_error, katz, rtol=1e-11)


def test_the_delta_method_agrees_with_numeric_derivatives():
    design, event = trials(5, number=1)
    fit = fit_logistic(design=design[0], event=event[0])
    treated, control = design[0].copy(), design[0].copy()
    treated[:, 1], control[:, 1] = 1, 0

    def difference(beta):
        return np.mean(1 / (1 + np.exp(-treated @ beta)) - 1 / (1 + np.exp(-control @ beta)))

    h = 1e-5
    gradient = [
        (difference(fit.coefficients + h * e) - difference(fit.coefficients - h * e)) / (2 * h)
        for e in np.eye(4)
    ]
    risks = standardise_risks(fit, treated_design=treated, control_design=control)
    assert_allclose(risks.risk_difference, difference(fit.coefficients), rtol=1e-12)
    expected = math.sqrt(gradient @ fit.covariance @ gradient)
    assert_allclose(risks.standard_error, expected, rtol=1e-8)


def test_a_batch_equals_its_trials_one_by_one_and_keeps_its_shape():
    design, event = trials(11, number=6)
    included = np.random.default_rng(1).random(event.shape) < 0.8
    fit = fit_logistic(
        design=design.reshape(2, 3, 60, 4),
        event=event.reshape(2, 3, 60),
        included=included.reshape(2, 3, 60),
    )
    assert fit.coefficients.shape == (2, 3, 4)
    for place in range(6):
        some = included[place]
        alone = fit_logistic(design=design[place][some], event=event[place][some])
        at = divmod(place, 3)
        assert_allclose(fit.coefficients[at], alone.coefficients, rtol=1e-9, atol=1e-12)
        assert_allclose(fit.log_likelihood[at], alone.log_likelihood, rtol=1e-12)
        assert_allclose(fit.fitted[at][some], alone.fitted, rtol=1e-9)


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-5, 5))
def test_scaling_a_column_scales_its_coefficient(seed, scale, shift):
    design, event = trials(seed, number=2)
    other = design.copy()
    other[..., 2] = shift + scale * other[..., 2]
    fit, moved = (fit_logistic(design=d, event=event) for d in (design, other))
    assert_allclose(fit.coefficients[..., 2], scale * moved.coefficients[..., 2], rtol=1e-7)
    assert_allclose(fit.coefficients[..., 1], moved.coefficients[..., 1], rtol=1e-7)
    assert_allclose(fit.deviance, moved.deviance, rtol=1e-11)


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_a_column_near_the_ends_of_the_range_of_numbers_is_one_like_any_other(size):
    design, event = trials(8, number=1)
    other = design * [1, 1, size, 1]
    fit, moved = (fit_logistic(design=d, event=event) for d in (design, other))
    assert moved.state == State.ESTIMATED
    assert_allclose(moved.fitted, fit.fitted, rtol=1e-9)
    assert_allclose(moved.coefficients[0, 2] * size, fit.coefficients[0, 2], rtol=1e-9)
    assert_allclose(moved.standard_errors[0, 2] * size, fit.standard_errors[0, 2], rtol=1e-9)


def test_counting_non_events_turns_the_signs():
    design, event = trials(3)
    fit, other = fit_logistic(design=design, event=event), fit_logistic(design=design, event=~event)
    assert_allclose(fit.coefficients, -other.coefficients, rtol=1e-10)
    assert_allclose(fit.covariance, other.covariance, rtol=1e-9)


def test_complete_and_quasi_complete_separation_are_infinite():
    one = np.ones(8)
    x = np.array([1.0, 2, 3, 4, 5, 6, 7, 8])
    complete = np.column_stack([one, x])
    quasi = np.column_stack([one, np.repeat([0.0, 1.0], 4)])
    fit = fit_logistic(
        design=np.stack([complete, quasi, quasi]),
        event=[x > 4, [0, 0, 1, 1, 1, 1, 1, 1], [0, 0, 1, 1, 1, 1, 0, 1]],
    )
    assert fit.state.tolist() == [State.INFINITE, State.INFINITE, State.ESTIMATED]
    assert_array_equal(np.isnan(fit.coefficients[:2]), True)
    # The limits: no doubt about anybody, and four subjects at a risk of one half.
    assert_allclose(fit.log_likelihood[:2], [0, -4 * math.log(2)], atol=1e-12)


def test_a_single_subject_against_the_order_is_no_separation():
    x = np.array([1.0, 2, 3, 4, 5 - 1e-3, 5, 7, 8])
    event = np.array([0, 0, 0, 0, 1, 0, 1, 1])
    fit = fit_logistic(design=np.column_stack([np.ones(8), x]), event=event)
    assert fit.state == State.ESTIMATED
    mean = fit.fitted
    assert_allclose(np.sum(event - mean), 0, atol=1e-9)
    assert_allclose(np.sum(x * (event - mean)), 0, atol=1e-9)


def test_one_outcome_only_is_infinite():
    design, _ = trials(2, number=1)
    fit = fit_logistic(design=design, event=np.ones((1, 60)))
    assert fit.state.tolist() == [State.INFINITE]
    assert_allclose(fit.log_likelihood, 0, atol=1e-12)


def test_a_column_twice_is_singular_and_no_subject_not_estimable():
    design, event = trials(2, number=2)
    design[0, :, 3] = 2 * design[0, :, 2] + 1
    fit = fit_logistic(design=design, event=event, included=[[True], [False]])
    assert fit.state.tolist() == [State.SINGULAR, State.NOT_ESTIMABLE]
    assert_array_equal(np.isnan(fit.deviance), True)
    risks = standardise_risks(fit, treated_design=design, control_design=design)
    assert_array_equal(risks.state, fit.state)
    assert_array_equal(np.isnan(risks.risk_difference), True)


def test_an_empty_batch_is_an_empty_answer():
    fit = fit_logistic(design=np.ones((0, 5, 2)), event=np.ones((0, 5)))
    assert fit.coefficients.shape == (0, 2)
    assert fit.state.shape == (0,)


def test_fewer_subjects_than_coefficients_are_singular():
    fit = fit_logistic(design=np.ones((1, 2)), event=[1])
    assert fit.state == State.SINGULAR


def test_the_likelihood_ratio_test_stands_with_a_separated_arm():
    arm = np.repeat([0.0, 1.0], 10)
    design = np.column_stack([np.ones(20), arm])
    event = np.concatenate([np.arange(10) < 4, np.ones(10, dtype=bool)])
    fit = fit_logistic(design=design, event=event)
    reduced = fit_logistic(design=design[:, :1], event=event)
    test = likelihood_ratio_test(fit, reduced=reduced)
    assert fit.state == State.INFINITE
    assert test.state == State.ESTIMATED
    free = 4 * math.log(0.4) + 6 * math.log(0.6)
    common = 14 * math.log(0.7) + 6 * math.log(0.3)
    assert_allclose(test.statistic, 2 * (free - common), rtol=1e-10)
    assert test.df == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"design": [1.0, 2.0], "event": [0, 1]}, r"design: shape \(2,\)"),
        ({"design": [[1.0], [np.nan]], "event": [0, 1]}, "design: NaN or infinity"),
        ({"design": [[1.0], [1.0]], "event": [0, 2]}, "event: .* wanted true or false"),
        ({"design": [[1.0], [1.0]], "event": [0, 1, 1]}, "wanted event and included that fit"),
    ],
)
def test_wrong_input_is_refused(arguments, message):
    with pytest.raises(DataError, match=message):
        fit_logistic(**arguments)


def test_wrong_designs_and_reduced_fits_are_refused():
    fit = fit_logistic(design=[[1.0], [1.0]], event=[0, 1])
    with pytest.raises(DataError, match=r"treated_design: shape \(2, 2\)"):
        standardise_risks(fit, treated_design=np.ones((2, 2)), control_design=np.ones((2, 1)))
    with pytest.raises(DataError, match="wanted fewer than 1"):
        likelihood_ratio_test(fit, reduced=fit)
