"""Where there is no estimate: a state with a sentence; and where the request is wrong: an error."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.mmrm import (
    contrast,
    f_test,
    fit_mmrm,
    fit_random_coefficients,
    ls_means,
    visit_design,
)
from equipoise.stats.mmrm import optimise as search
from equipoise.stats.mmrm.problem import build, standardise
from equipoise.stats.mmrm.structure import structure
from stats.mmrm.trials import made


def assert_nothing(fit, state, sentence):
    assert fit.state == state
    assert sentence in str(fit.message)
    assert np.isnan(fit.coefficient).all()
    assert np.isnan(fit.vcov).all()
    assert np.isnan(fit.covariance).all()
    at = contrast(fit, matrix=np.eye(fit.coefficient.shape[-1]))
    test = f_test(fit, matrix=np.eye(fit.coefficient.shape[-1])[:1])
    assert np.isnan(at.estimate).all()
    assert np.isnan(at.df).all()
    assert np.isnan(at.p_value).all()
    assert np.isnan(test.statistic)
    assert np.isnan(test.p_value)
    assert test.state == at.state[0] == state


@pytest.mark.parametrize("df", ["kenward-roger", "satterthwaite", "between-within", "residual"])
def test_nothing_observed(df):
    fit = fit_mmrm(response=np.full((5, 3), np.nan), design=np.ones((5, 3, 1)), df=df)
    assert_nothing(fit, State.NOT_ESTIMABLE, "0 observations do not determine 1 coefficients")
    assert fit.observations == fit.subjects == 0


def test_one_subject():
    fit = fit_mmrm(response=[[1.0, 2.0, 4.0]], design=np.eye(3)[None])
    assert_nothing(fit, State.NOT_ESTIMABLE, "3 observations do not determine 3 coefficients")


def test_fewer_rows_than_columns():
    fit = fit_mmrm(response=[[1.0, 2.0]], design=np.ones((1, 2, 5)))
    assert_nothing(fit, State.NOT_ESTIMABLE, "2 observations do not determine 5 coefficients")


def test_one_arm_empty():
    y, arm, _, design = made(1)
    y[arm == 1] = np.nan
    fit = fit_mmrm(response=y, design=design.matrix)
    assert_nothing(fit, State.SINGULAR, "column 2 of the design depends on those before it")


def test_all_responses_the_same():
    _, _, _, design = made(1, missing=0)
    fit = fit_mmrm(response=np.full((24, 3), 7.1), design=design.matrix)
    assert_nothing(fit, State.SINGULAR, "no variance to estimate")


def test_two_visits_never_seen_together():
    y, _, _, design = made(1, subjects=40, missing=0)
    first = np.arange(40) < 20
    y[first, 1], y[~first, 2] = np.nan, np.nan
    fit = fit_mmrm(response=y, design=design.matrix)
    assert_nothing(fit, State.NOT_ESTIMABLE, "never observed together")
    plain = fit_mmrm(response=y, design=design.matrix, covariance="cs")
    assert plain.state == State.ESTIMATED


@pytest.mark.parametrize("name", ["us", "csh", "adh"])
def test_a_visit_without_variance(name):
    y, _, _, design = made(1, missing=0)
    y[:, 1] = 2.5
    fit = fit_mmrm(response=y, design=design.matrix, covariance=name)
    assert_nothing(fit, State.SINGULAR, "the variance of a visit goes to zero")
    shared = fit_mmrm(response=y, design=design.matrix, covariance="cs")
    assert shared.state == State.ESTIMATED


def test_a_group_without_subjects():
    y, arm, _, design = made(1)
    fit = fit_mmrm(response=y, design=design.matrix, group=2 * arm, covariance="ar1")
    assert_nothing(fit, State.NOT_ESTIMABLE, "never observed together")


def test_more_visits_than_subjects_can_carry():
    y, arm, _, _ = made(2, subjects=6, visits=6, missing=0)
    design = visit_design(response=y, arm=arm)
    fit = fit_mmrm(response=y, design=design.matrix)
    assert_nothing(fit, State.SINGULAR, "the fitted covariance matrix of the visits is singular")


def test_no_variance_between_subjects_is_the_boundary_of_random_coefficients():
    rng = np.random.default_rng(4)
    y = rng.normal(size=(12, 5))
    y -= y.mean(axis=1, keepdims=True)
    both = fit_random_coefficients(
        response=y, design=np.ones((12, 5, 1)), basis=np.ones((5, 1)), boundary="refuse"
    )
    assert_nothing(both.fit, State.SINGULAR, "a variance is near zero")
    assert np.isnan(both.random_covariance).all()
    assert np.isnan(both.residual_sd)


def test_a_failed_trial_does_not_touch_its_neighbours():
    y, _, _, design = made(3, trials=(3,))
    alone = fit_mmrm(response=y[2], design=design.matrix[2])
    y[0] = np.nan
    y[1] = 5.0
    batch = fit_mmrm(response=y, design=design.matrix)
    assert batch.state.tolist() == [State.NOT_ESTIMABLE, State.SINGULAR, State.ESTIMATED]
    assert_allclose(batch.coefficient[2], alone.coefficient, rtol=1e-7)
    assert np.isfinite(contrast(batch, matrix=np.eye(7)[:1]).p_value[2]).all()
    test = f_test(batch, matrix=np.eye(7)[:2])
    assert np.isnan(test.p_value).tolist() == [True, True, False]


def test_no_trials():
    fit = fit_mmrm(response=np.empty((0, 5, 3)), design=np.ones((5, 3, 1)))
    assert fit.coefficient.shape == (0, 1)
    assert fit.state.shape == fit.message.shape == (0,)
    assert contrast(fit, matrix=[[1.0]]).p_value.shape == (0, 1)


def test_an_integer_response_and_lists_are_taken():
    fit = fit_mmrm(response=[[1, 4], [2, 3], [5, 9], [4, 4]], design=[[[1], [1]]] * 4)
    assert fit.state == State.ESTIMATED


@pytest.mark.parametrize("name", ["us", "toeph", "cs"])
def test_a_start_far_away_arrives_at_the_same_place(name):
    y, _, _, design = made(5, subjects=30)
    standard = standardise(y[None], design.matrix[None])
    form = structure(name, 3)
    problem = build(standard, np.zeros((1, 30), dtype=np.int64), 1)
    near = form.start(np.eye(3)[None])
    one = search.minimise(problem, form, near, restricted=True)
    far = search.minimise(problem, form, near + 4, restricted=True)
    assert not far.stalled.any()
    assert_allclose(far.parameter, one.parameter, rtol=1e-6, atol=1e-8)


def test_the_second_search_is_used_where_the_first_stops(monkeypatch):
    y, _, _, design = made(5, subjects=30)
    standard = standardise(y[None], design.matrix[None])
    form = structure("us", 3)
    problem = build(standard, np.zeros((1, 30), dtype=np.int64), 1)
    right = search.minimise(problem, form, form.start(np.eye(3)[None]), restricted=True)
    monkeypatch.setattr(search, "_ITERATIONS", 2)
    rescued = search.minimise(problem, form, form.start(np.eye(3)[None]) + 4, restricted=True)
    assert not rescued.stalled.any()
    assert_allclose(rescued.parameter, right.parameter, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"covariance": "un"}, r"covariance: 'un'; wanted 'us', 'cs', .*"),
        ({"covariance": "toepl"}, "did you mean 'toep'"),
        ({"method": "mle"}, "method: 'mle'; wanted 'reml', 'ml'"),
        ({"df": "satterthwait"}, "did you mean 'satterthwaite'"),
        ({"vcov": "robust"}, "vcov: 'robust'"),
        ({"df": "satterthwaite", "vcov": "kenward-roger"}, "with Kenward-Roger degrees of freedom"),
        ({"vcov": "empirical"}, "with Kenward-Roger degrees of freedom"),
        ({"method": "ml"}, "method: 'ml'; wanted 'reml' for Kenward-Roger"),
        ({"group": [0, 1, 0.5, 0]}, r"group: other values; wanted codes 0, 1, 2"),
        ({"group": [0, 1, -1, 0]}, r"group: other values"),
        ({"response": np.full((4, 2), np.inf)}, "response: infinity"),
        ({"design": np.full((4, 2, 1), np.nan)}, "design: NaN or infinity; wanted finite numbers"),
        ({"design": np.ones((4, 2))}, r"shapes: response \(4, 2\), design \(4, 2\)"),
        ({"design": np.ones((4, 3, 1))}, "shapes: .* wanted arrays that broadcast together"),
        ({"response": "many"}, "response: 'many'; wanted numbers"),
        (
            {"response": np.ones((4, 61)), "design": np.ones((4, 61, 1)), "covariance": "cs"},
            "response: 61 visits; wanted at most 60",
        ),
    ],
)
def test_a_wrong_request_is_refused(words, message):
    rng = np.random.default_rng(1)
    plain = {"response": rng.normal(size=(4, 2)), "design": np.ones((4, 2, 1))}
    with pytest.raises(DataError, match=message):
        fit_mmrm(**(plain | words))


def test_all_faults_come_together():
    with pytest.raises(DataError) as caught:
        fit_mmrm(
            response=np.full((4, 2), np.inf),
            design=np.full((4, 2, 1), np.inf),
            covariance="un",
            df="kr",
        )
    assert [fault.where for fault in caught.value.faults] == [
        "covariance",
        "df",
        "response",
        "design",
    ]


@pytest.mark.parametrize(
    ("basis", "message"),
    [
        (np.ones((2, 1)), r"basis: shape \(2, 1\); wanted \(3, r\) finite numbers"),
        (np.ones((3, 2)), "basis: dependent columns; wanted full column rank"),
    ],
)
def test_a_wrong_basis_is_refused(basis, message):
    with pytest.raises(DataError, match=message):
        fit_random_coefficients(response=np.ones((4, 3)), design=np.ones((4, 3, 1)), basis=basis)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.ones(7), r"matrix: shape \(7,\); wanted \(..., rows, 7\)"),
        (np.ones((1, 6)), r"matrix: shape \(1, 6\)"),
        (np.ones((3, 1, 7)), r"leading shape as \(2,\)"),
        (np.full((1, 7), np.nan), "matrix: NaN or infinity"),
    ],
)
def test_a_wrong_contrast_is_refused(matrix, message):
    y, _, _, design = made(1, trials=(2,))
    fit = fit_mmrm(response=y, design=design.matrix)
    with pytest.raises(DataError, match=message):
        contrast(fit, matrix=matrix)


@pytest.mark.parametrize("alpha", [0, 1, -0.1, 5])
def test_alpha_is_a_probability(alpha):
    y, _, _, design = made(1)
    fit = fit_mmrm(response=y, design=design.matrix)
    with pytest.raises(DataError, match=r"alpha: .* wanted a number between 0 and 1"):
        contrast(fit, matrix=np.eye(7), alpha=alpha)


@pytest.mark.parametrize("rows", [np.zeros((1, 7)), np.ones((2, 7)), np.eye(7)[[0, 1, 0]]])
def test_dependent_rows_make_no_hypothesis(rows):
    y, _, _, design = made(1)
    fit = fit_mmrm(response=y, design=design.matrix)
    with pytest.raises(DataError, match="matrix: dependent rows; wanted independent rows"):
        f_test(fit, matrix=rows)


def test_a_contrast_of_nothing_has_no_test():
    y, _, _, design = made(1)
    for df in ("kenward-roger", "between-within"):
        at = contrast(fit_mmrm(response=y, design=design.matrix, df=df), matrix=np.zeros((1, 7)))
        assert at.estimate == 0
        assert np.isnan(at.p_value)


def test_importing_loads_neither_numba_nor_scipy_stats_nor_scipy_optimize():
    code = (
        "import sys, equipoise.stats.mmrm;"
        "print([m for m in ('numba', 'scipy.stats', 'scipy.optimize') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_ls_means_of_a_failed_fit_are_nothing():
    y, arm, _, _ = made(1)
    design = visit_design(response=y, arm=arm)
    fit = fit_mmrm(response=np.full_like(y, np.nan), design=design.matrix)
    means = ls_means(fit, design=design)
    assert np.isnan(means.mean.estimate).all()
    assert (means.difference.state == State.NOT_ESTIMABLE).all()
