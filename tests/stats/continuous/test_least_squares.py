from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.continuous import fit_linear_model, linear_functions
from equipoise.stats.continuous.orthogonal import orthogonalise

from .strategies import assert_same

# NIST Statistical Reference Datasets, Longley (certified values, higher difficulty):
# response, then deflator, GNP, unemployed, armed forces, population, year.
LONGLEY = np.array(
    [
        "60323",
        "83.0",
        "234289",
        "2356",
        "1590",
        "107608",
        "1947",
        "61122",
        "88.5",
        "259426",
        "2325",
        "1456",
        "108632",
        "1948",
        "60171",
        "88.2",
        "258054",
        "3682",
        "1616",
        "109773",
        "1949",
        "61187",
        "89.5",
        "284599",
        "3351",
        "1650",
        "110929",
        "1950",
        "63221",
        "96.2",
        "328975",
        "2099",
        "3099",
        "112075",
        "1951",
        "63639",
        "98.1",
        "346999",
        "1932",
        "3594",
        "113270",
        "1952",
        "64989",
        "99.0",
        "365385",
        "1870",
        "3547",
        "115094",
        "1953",
        "63761",
        "100.0",
        "363112",
        "3578",
        "3350",
        "116219",
        "1954",
        "66019",
        "101.2",
        "397469",
        "2904",
        "3048",
        "117388",
        "1955",
        "67857",
        "104.6",
        "419180",
        "2822",
        "2857",
        "118734",
        "1956",
        "68169",
        "108.4",
        "442769",
        "2936",
        "2798",
        "120445",
        "1957",
        "66513",
        "110.8",
        "444546",
        "4681",
        "2637",
        "121950",
        "1958",
        "68655",
        "112.6",
        "482704",
        "3813",
        "2552",
        "123366",
        "1959",
        "69564",
        "114.2",
        "502601",
        "3931",
        "2514",
        "125368",
        "1960",
        "69331",
        "115.7",
        "518173",
        "4806",
        "2572",
        "127852",
        "1961",
        "70551",
        "116.9",
        "554894",
        "4007",
        "2827",
        "130081",
        "1962",
    ],
    dtype=float,
).reshape(16, 7)
CERTIFIED = {
    "coefficients": [
        -3482258.63459582,
        15.0618722713733,
        -0.0358191792925910,
        -2.02022980381683,
        -1.03322686717359,
        -0.0511041056535807,
        1829.15146461355,
    ],
    "standard_errors": [
        890420.383607373,
        84.9149257747669,
        0.0334910077722432,
        0.488399681651699,
        0.214274163161675,
        0.226073200069370,
        455.478499142212,
    ],
    "sigma": 304.854073561965,
    "r_squared": 0.995479004577296,
}


def test_longley_certified_by_nist():
    design = np.column_stack([np.ones(16), LONGLEY[:, 1:]])
    fit = fit_linear_model(response=LONGLEY[:, 0], design=design)
    # The design has a condition number near 5e9; about eight digits are lost of sixteen.
    assert_allclose(fit.coefficients, CERTIFIED["coefficients"], rtol=1e-8)
    assert_allclose(fit.standard_errors, CERTIFIED["standard_errors"], rtol=1e-8)
    assert_allclose(fit.sigma, CERTIFIED["sigma"], rtol=1e-10)
    assert_allclose(fit.r_squared, CERTIFIED["r_squared"], rtol=1e-12)
    assert fit.state == State.ESTIMATED


def _batch(seed, *, trials=3, subjects=14, columns=3, missing=0.1):
    rng = np.random.default_rng(seed)
    design = rng.normal(size=(trials, subjects, columns))
    design[..., 0] = 1
    response = rng.normal(size=(trials, subjects)) + design[..., -1]
    response[rng.random(response.shape) < missing] = np.nan
    design[rng.random(design.shape) < missing / 2] = np.nan
    return response, design


def _naive(response, design, kind):
    """Normal equations and the explicit hat matrix of the rows that are known."""
    known = ~np.isnan(response) & ~np.isnan(design).any(axis=-1)
    x, y = design[known], response[known]
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ y
    residual, df = y - x @ beta, len(y) - x.shape[1]
    leverage = np.diag(x @ bread @ x.T)
    weight = {
        "model": np.full(len(y), residual @ residual / df),
        "HC0": residual**2,
        "HC1": residual**2 * len(y) / df,
        "HC2": residual**2 / (1 - leverage),
        "HC3": residual**2 / (1 - leverage) ** 2,
    }[kind]
    return beta, bread @ x.T @ np.diag(weight) @ x @ bread


@pytest.mark.parametrize("kind", ["model", "HC0", "HC1", "HC2", "HC3"])
@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_the_normal_equations_and_one_by_one(kind, seed):
    response, design = _batch(seed)
    fit = fit_linear_model(response=response, design=design, variance=kind)
    for place in range(len(response)):
        one = fit_linear_model(response=response[place], design=design[place], variance=kind)
        assert_same(fit, one, place=place)
        beta, covariance = _naive(response[place], design[place], kind)
        assert_allclose(one.coefficients, beta, rtol=1e-10, atol=1e-12)
        assert_allclose(one.covariance, covariance, rtol=1e-9, atol=1e-12)
        known = ~np.isnan(response[place]) & ~np.isnan(design[place]).any(axis=-1)
        assert one.n == known.sum()
        alone = fit_linear_model(
            response=response[place][known], design=design[place][known], variance=kind
        )
        assert_same(one, alone, rtol=1e-10)


def test_likelihood_and_share_of_variance():
    response, design = _batch(7, trials=1, missing=0)
    fit = fit_linear_model(response=response[0], design=design[0])
    residual = response[0] - design[0] @ fit.coefficients
    scale = np.sqrt(np.mean(residual**2))
    density = -0.5 * (residual / scale) ** 2 - np.log(scale * np.sqrt(2 * np.pi))
    assert_allclose(fit.log_likelihood, density.sum(), rtol=1e-12)
    assert_allclose(fit.r_squared, 1 - residual.var() / response[0].var(), rtol=1e-12)
    assert_allclose(fit.sigma**2 * fit.df, fit.residual_sum_of_squares)


@given(st.integers(0, 50), st.permutations(range(14)))
@settings(max_examples=15)
def test_order_of_subjects_does_not_matter(seed, order):
    response, design = _batch(seed)
    here = fit_linear_model(response=response, design=design)
    there = fit_linear_model(response=response[:, order], design=design[:, order])
    assert_same(here, there, rtol=1e-9, atol=1e-10)


@given(st.integers(0, 50), st.floats(0.1, 100), st.floats(-100, 100))
@settings(max_examples=15)
def test_scale_and_shift_of_the_response(seed, scale, shift):
    response, design = _batch(seed, missing=0)
    here = fit_linear_model(response=response, design=design)
    there = fit_linear_model(response=scale * response + shift, design=design)
    moved = scale * here.coefficients + shift * np.array([1.0, 0, 0])
    assert_allclose(there.coefficients, moved, rtol=1e-8, atol=1e-8)
    assert_allclose(there.standard_errors, scale * here.standard_errors, rtol=1e-8)


def test_a_column_that_adds_nothing_is_left_out_in_its_trial_alone():
    response, design = _batch(3, trials=2, columns=4, missing=0)
    design[0, :, 2] = 2 * design[0, :, 1] - 5
    fit = fit_linear_model(response=response, design=design)
    assert_array_equal(fit.state, [State.SINGULAR, State.ESTIMATED])
    assert_array_equal(fit.aliased, [[False, False, True, False], [False] * 4])
    without = fit_linear_model(response=response[0], design=np.delete(design[0], 2, axis=-1))
    kept = [0, 1, 3]
    assert_allclose(fit.coefficients[0, kept], without.coefficients, rtol=1e-10)
    assert_allclose(fit.standard_errors[0, kept], without.standard_errors, rtol=1e-10)
    assert np.isnan(fit.coefficients[0, 2])
    assert np.isnan(fit.covariance[0, 2]).all()
    assert (fit.rank[0], fit.df[0]) == (3, 11)
    # The direction that the data do not tell leaves every fitted value as it is.
    assert_allclose(design[0] @ fit.null_space[0, 2], 0, atol=1e-12)


def test_functions_are_told_only_where_the_data_tell_them():
    response, design = _batch(3, trials=1, columns=4, missing=0)
    design[0, :, 2] = 2 * design[0, :, 1] - 5
    fit = fit_linear_model(response=response[0], design=design[0])
    row = design[0, 4]
    found = linear_functions(fit, functions=[[0, 1, 0, 0], row, [0, 0, 0, 1]])
    assert_array_equal(found.state, [State.NOT_ESTIMABLE, State.ESTIMATED, State.ESTIMATED])
    without = fit_linear_model(response=response[0], design=np.delete(design[0], 2, axis=-1))
    assert_allclose(found.estimate[1], np.delete(row, 2) @ without.coefficients)
    error = np.sqrt(np.delete(row, 2) @ without.covariance @ np.delete(row, 2))
    assert_allclose(found.standard_error[1], error)
    assert np.isnan([found.estimate[0], found.p_value[0], found.ci_low[0]]).all()


def test_the_basis_is_orthonormal_even_where_columns_nearly_agree():
    rng = np.random.default_rng(0)
    columns = rng.normal(size=(2, 1, 30)) + 1e-6 * rng.normal(size=(2, 4, 30))
    basis = orthogonalise(columns, rng.normal(size=(2, 30)))
    assert not basis.aliased.any()
    eye = np.broadcast_to(np.eye(4), (2, 4, 4))
    assert_allclose(basis.q @ np.swapaxes(basis.q, -1, -2), eye, atol=1e-12)
    assert_allclose(np.swapaxes(basis.r, -1, -2) @ basis.q, columns, atol=1e-12)


@pytest.mark.parametrize("kind", ["model", "HC0", "HC3"])
def test_too_few_subjects_and_exact_fits_have_no_errors(kind):
    few = fit_linear_model(response=[1.0, 2.0], design=[[1, 0], [1, 1]], variance=kind)
    exact = fit_linear_model(
        response=[1.0, 2.0, 3.0, 4.0], design=[[1, 0], [1, 1], [1, 2], [1, 3]], variance=kind
    )
    for fit in (few, exact):
        assert fit.state == State.NOT_ESTIMABLE
        assert_allclose(fit.coefficients, [1, 1], rtol=1e-12)
        assert np.isnan(fit.standard_errors).all()
    none = fit_linear_model(response=[np.nan, np.nan], design=[[1, 0], [1, 1]], variance=kind)
    assert none.state == State.NOT_ESTIMABLE
    assert np.isnan(none.coefficients).all()
    assert none.n == 0


def test_a_subject_with_full_leverage_has_no_hc3():
    design = [[1, 0], [1, 0], [1, 0], [1, 0], [1, 1]]
    response = [1.0, 2.0, 4.0, 3.0, 9.0]
    for kind in ("HC2", "HC3"):
        fit = fit_linear_model(response=response, design=design, variance=kind)
        assert np.isnan(fit.standard_errors).all()
        assert fit.state == State.NOT_ESTIMABLE
    for kind in ("model", "HC0", "HC1"):
        fit = fit_linear_model(response=response, design=design, variance=kind)
        assert fit.state == State.ESTIMATED


def test_faults_come_together():
    with pytest.raises(DataError, match=r"design: an infinite(.|\n)*variance: 'HC9'.*'HC0'"):
        fit_linear_model(response=[1.0], design=[[np.inf]], variance="HC9")
    with pytest.raises(DataError, match=r"design: shape .* at least 2 axes"):
        fit_linear_model(response=[1.0], design=[1.0])
    with pytest.raises(DataError, match="arrays that broadcast"):
        fit_linear_model(response=[1.0, 2.0], design=[[1.0], [1.0], [1.0]])
    fit = fit_linear_model(response=[1.0, 2.0, 4.0], design=[[1, 0], [1, 1], [1, 2]])
    with pytest.raises(DataError, match=r"rows of 2, one weight for each column"):
        linear_functions(fit, functions=[[1, 0, 0]])
    with pytest.raises(DataError, match=r"confidence: 2;(.|\n)*functions: NaN"):
        linear_functions(fit, functions=[[1, np.nan]], confidence=2)
