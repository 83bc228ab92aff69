"""What must hold whatever the data: relabelling, rescaling, batching, known special cases."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.special import betainc

from equipoise.stats import State
from equipoise.stats.mmrm import (
    COVARIANCES,
    contrast,
    f_test,
    fit_mmrm,
    fit_random_coefficients,
    ls_means,
    visit_design,
)
from stats.mmrm.trials import made

seeds = st.integers(0, 10_000)
names = st.sampled_from(COVARIANCES)
RTOL = 2e-7


def means_of(y, arm, base, name="us", **words):
    design = visit_design(response=y, arm=arm, covariate=base[..., None])
    fit = fit_mmrm(response=y, design=design.matrix, covariance=name, **words)
    return fit, ls_means(fit, design=design)


@given(seed=seeds, name=names)
@settings(max_examples=15)
def test_swapping_the_arms_turns_the_differences(seed, name):
    y, arm, base, _ = made(seed)
    _, one = means_of(y, arm, base, name)
    _, other = means_of(y, 1 - arm, base, name)
    assert_allclose(other.difference.estimate, -one.difference.estimate, rtol=RTOL, atol=1e-9)
    assert_allclose(other.difference.standard_error, one.difference.standard_error, rtol=RTOL)
    assert_allclose(other.difference.df, one.difference.df, rtol=RTOL)
    assert_allclose(other.mean.estimate[::-1], one.mean.estimate, rtol=RTOL)


@given(seed=seeds, name=names)
@settings(max_examples=15)
def test_the_order_of_subjects_does_not_matter(seed, name):
    y, arm, base, _ = made(seed)
    order = np.random.default_rng(seed).permutation(len(arm))
    _, one = means_of(y, arm, base, name)
    _, other = means_of(y[order], arm[order], base[order], name)
    for field in fields(one.difference):
        before, after = getattr(one.difference, field.name), getattr(other.difference, field.name)
        assert_allclose(after, before, rtol=RTOL, atol=1e-9)


@given(seed=seeds, name=names, scale=st.sampled_from([1e-3, 0.5, 40.0, 1e4]))
@settings(max_examples=15)
def test_another_unit_and_origin_change_estimates_as_they_should(seed, name, scale):
    y, arm, base, _ = made(seed)
    fit, one = means_of(y, arm, base, name)
    moved, other = means_of(scale * y + 1000 * scale, arm, 1e3 + 50 * base, name)
    assert_allclose(other.difference.estimate, scale * one.difference.estimate, rtol=1e-6)
    assert_allclose(other.difference.df, one.difference.df, rtol=RTOL)
    assert_allclose(other.difference.p_value, one.difference.p_value, rtol=1e-6)
    assert_allclose(moved.covariance, scale**2 * fit.covariance, rtol=1e-6, atol=1e-12)


@given(seed=seeds, name=names)
@settings(max_examples=10)
def test_a_batch_equals_its_trials_one_by_one(seed, name):
    y, _, _, design = made(seed, trials=(2, 2), subjects=14, missing=0.3)
    batch = fit_mmrm(response=y, design=design.matrix, covariance=name)
    assert batch.state.shape == (2, 2)
    for place in np.ndindex(2, 2):
        one = fit_mmrm(response=y[place], design=design.matrix[place], covariance=name)
        assert batch.state[place] == one.state
        assert batch.message[place] == one.message
        for field in ("coefficient", "vcov", "covariance", "minus_twice_log_likelihood"):
            assert_allclose(getattr(batch, field)[place], getattr(one, field), rtol=1e-6, atol=1e-9)


def test_trials_share_a_design_by_broadcasting():
    y, _, _, design = made(1, trials=(3,), missing=0)
    shared = design.matrix[0]
    batch = fit_mmrm(response=y, design=shared)
    for trial in range(3):
        one = fit_mmrm(response=y[trial], design=shared)
        assert_allclose(batch.coefficient[trial], one.coefficient, rtol=1e-7)


def test_a_batch_larger_than_one_piece_is_put_together_in_order(monkeypatch):
    y, _, _, design = made(2, trials=(7,))
    whole = fit_mmrm(response=y, design=design.matrix)
    monkeypatch.setattr("equipoise.stats.mmrm.fit._CHUNK", 1)
    pieces = fit_mmrm(response=y, design=design.matrix)
    assert_allclose(pieces.coefficient, whole.coefficient, rtol=1e-7)
    assert_allclose(pieces.covariance, whole.covariance, rtol=1e-6)


@given(seed=seeds)
@settings(max_examples=10)
def test_complete_data_with_saturated_means_give_the_t_test_of_each_visit(seed):
    y, arm, _, _ = made(seed, missing=0)
    design = visit_design(response=y, arm=arm)
    for df in ("kenward-roger", "satterthwaite"):
        gap = ls_means(fit_mmrm(response=y, design=design.matrix, df=df), design=design).difference
        one, two = y[arm == 1], y[arm == 0]
        n = len(y) - 2
        pooled = (one.var(axis=0, ddof=0) * len(one) + two.var(axis=0, ddof=0) * len(two)) / n
        error = np.sqrt(pooled * (1 / len(one) + 1 / len(two)))
        assert_allclose(gap.estimate[0], one.mean(axis=0) - two.mean(axis=0), rtol=1e-8, atol=1e-9)
        assert_allclose(gap.standard_error[0], error, rtol=1e-7)
        assert_allclose(gap.df[0], n, rtol=1e-7)


@given(seed=seeds)
@settings(max_examples=5)
def test_second_derivatives_by_cholesky_parameters_make_the_exact_error_too_small(seed):
    y, arm, _, _ = made(seed, missing=0)
    design = visit_design(response=y, arm=arm)
    exact, bent = (
        fit_mmrm(response=y, design=design.matrix, vcov=kind)
        for kind in ("kenward-roger-linear", "kenward-roger")
    )
    assert_allclose(exact.vcov, exact.vcov_model, rtol=1e-7, atol=1e-10)
    assert (np.diagonal(bent.vcov) < np.diagonal(exact.vcov)).all()


@given(seed=seeds)
@settings(max_examples=10)
def test_complete_compound_symmetry_gives_the_split_plot_analysis(seed):
    y, arm, _, _ = made(seed, missing=0, subjects=20, visits=4)
    design = visit_design(response=y, arm=arm)
    fit = fit_mmrm(response=y, design=design.matrix, covariance="cs", df="satterthwaite")
    cross = [name.startswith("arm 1:") for name in design.names]
    test = f_test(fit, matrix=np.eye(len(design.names))[cross])
    cell = np.array([y[arm == a].mean(axis=0) for a in (0, 1)])
    subject = y.mean(axis=1)
    group = cell.mean(axis=1)
    within = y - subject[:, None] - (cell - group[:, None])[arm]
    residual = np.sum(within**2) / (18 * 3)
    gap = cell - cell.mean(axis=0) - group[:, None] + cell.mean()
    between = 10 * np.sum(gap**2) / 3
    if fit.covariance[0, 0, 1] > 0.02:
        assert_allclose(test.statistic, between / residual, rtol=1e-6)
        assert_allclose(test.denominator_df, 54, rtol=1e-6)


@given(seed=seeds)
@settings(max_examples=10)
def test_one_visit_is_the_analysis_of_covariance(seed):
    y, arm, base, design = made(seed, visits=1, missing=0.1)
    fit = fit_mmrm(response=y, design=design.matrix)
    gap = ls_means(fit, design=design).difference
    seen = ~np.isnan(y[:, 0])
    x = np.stack([np.ones(seen.sum()), base[seen], arm[seen]], axis=1)
    beta, rest, _, _ = np.linalg.lstsq(x, y[seen, 0], rcond=None)
    error = np.sqrt(rest[0] / (seen.sum() - 3) * np.linalg.inv(x.T @ x)[2, 2])
    assert_allclose(gap.estimate[0, 0], beta[2], rtol=1e-8)
    assert_allclose(gap.standard_error[0, 0], error, rtol=1e-7)
    assert_allclose(gap.df[0, 0], seen.sum() - 3, rtol=1e-7)


@given(seed=seeds)
@settings(max_examples=8)
def test_relabelling_the_visits_leaves_an_unstructured_fit_as_it_is(seed):
    y, arm, base, _ = made(seed, visits=4)
    order = np.array([2, 0, 3, 1])
    fit, one = means_of(y, arm, base)
    turned, other = means_of(y[:, order], arm, base)
    assert_allclose(turned.covariance[0], fit.covariance[0][np.ix_(order, order)], rtol=1e-6)
    for field in ("estimate", "standard_error", "df"):
        assert_allclose(
            getattr(other.difference, field), getattr(one.difference, field)[:, order], rtol=1e-6
        )


def test_subjects_without_observations_change_nothing():
    y, arm, base, _ = made(3)
    more = np.concatenate([y, np.full((4, 3), np.nan)])
    _, one = means_of(y, arm, base)
    fit, other = means_of(more, np.append(arm, [0, 1, 0, 1]), np.append(base, np.full(4, np.nan)))
    assert fit.subjects == len(y)
    assert_allclose(other.difference.p_value, one.difference.p_value, rtol=1e-7)


@given(seed=seeds, df=st.sampled_from(["kenward-roger", "satterthwaite", "residual"]))
@settings(max_examples=12)
def test_one_row_of_an_f_test_is_a_t_test_squared(seed, df):
    y, _, _, design = made(seed)
    fit = fit_mmrm(response=y, design=design.matrix, df=df)
    row = np.random.default_rng(seed).normal(size=(1, design.matrix.shape[-1]))
    t, f = contrast(fit, matrix=row), f_test(fit, matrix=row)
    assert_allclose(f.statistic, t.t[0] ** 2, rtol=1e-7)
    assert_allclose(f.denominator_df, t.df[0], rtol=1e-7)
    assert_allclose(f.p_value, t.p_value[0], rtol=1e-6)


@given(seed=seeds, df=st.sampled_from(["kenward-roger", "satterthwaite"]))
@settings(max_examples=12)
def test_an_f_test_does_not_depend_on_how_its_hypothesis_is_written(seed, df):
    y, _, _, design = made(seed)
    fit = fit_mmrm(response=y, design=design.matrix, df=df)
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(3, design.matrix.shape[-1]))
    turned = (np.eye(3) + 0.3 * rng.normal(size=(3, 3))) @ rows
    one, other = f_test(fit, matrix=rows), f_test(fit, matrix=turned)
    assert_allclose(other.statistic, one.statistic, rtol=1e-6)
    if df == "kenward-roger":  # the pooled degrees of freedom do depend on it, a little
        assert_allclose(other.denominator_df, one.denominator_df, rtol=1e-6)


def test_p_values_and_limits_are_those_of_the_t_distribution():
    y, _, _, design = made(4)
    fit = fit_mmrm(response=y, design=design.matrix)
    at = contrast(fit, matrix=np.eye(design.matrix.shape[-1]), alpha=0.1)
    t = (at.ci_high - at.estimate) / at.standard_error
    assert_allclose(betainc(at.df / 2, 0.5, at.df / (at.df + t**2)), 0.1, rtol=1e-9)
    assert_allclose(at.estimate - at.ci_low, at.ci_high - at.estimate, rtol=1e-12)


def test_a_group_of_its_own_gets_a_covariance_of_its_own():
    y, arm, _, _ = made(6, subjects=40, missing=0)
    y = np.where(arm[:, None] == 1, 3 * y, y)
    saturated = visit_design(response=y, arm=arm)
    fit = fit_mmrm(response=y, design=saturated.matrix, group=arm)
    for code in (0, 1):
        assert_allclose(fit.covariance[code], np.cov(y[arm == code].T), rtol=1e-6, atol=1e-9)
    assert fit.parameter.shape == (12,)


def test_nested_structures_have_nested_criteria():
    y, _, _, design = made(8, subjects=40, visits=4)

    def criterion(name):
        return fit_mmrm(
            response=y, design=design.matrix, covariance=name
        ).minus_twice_log_likelihood

    for smaller, larger in [
        ("cs", "csh"),
        ("cs", "toep"),
        ("ar1", "toep"),
        ("ar1", "ad"),
        ("toep", "toeph"),
        ("ar1h", "adh"),
        ("toeph", "us"),
        ("adh", "us"),
        ("csh", "toeph"),
    ]:
        assert criterion(larger) <= criterion(smaller) + 1e-8


def test_aic_and_bic_count_covariance_parameters_and_subjects():
    y, _, _, design = made(9)
    fit = fit_mmrm(response=y, design=design.matrix, covariance="csh")
    assert_allclose(fit.aic - fit.minus_twice_log_likelihood, 2 * 4)
    assert_allclose(fit.bic - fit.minus_twice_log_likelihood, 4 * np.log(fit.subjects))


@given(seed=seeds)
@settings(max_examples=8)
def test_balanced_random_coefficients_have_their_closed_form(seed):
    """Means and covariance of the least-squares lines of the subjects, less their own error."""
    rng = np.random.default_rng(seed)
    n, time = 15, np.arange(6.0)
    z = np.stack([np.ones(6), time], axis=1)
    u = rng.normal(size=(n, 2)) * [3, 1]
    y = 10 + u @ z.T + rng.normal(size=(n, 6))
    lines = y @ np.linalg.pinv(z).T
    variance = np.sum((y - lines @ z.T) ** 2) / (n * 4)
    spread = np.cov(lines.T)
    both = fit_random_coefficients(response=y, design=np.broadcast_to(z, (n, 6, 2)), basis=z)
    at = contrast(both.fit, matrix=np.eye(2))
    assert both.fit.state == State.ESTIMATED
    assert_allclose(both.residual_sd**2, variance, rtol=1e-7)
    assert_allclose(both.random_covariance, spread - variance * np.linalg.inv(z.T @ z), rtol=1e-6)
    assert_allclose(at.estimate, lines.mean(axis=0), rtol=1e-9)
    assert_allclose(at.standard_error, np.sqrt(np.diag(spread) / n), rtol=1e-7)
    assert_allclose(at.df, n - 1, rtol=1e-7)


def test_random_intercepts_are_compound_symmetry_with_a_positive_correlation():
    rng = np.random.default_rng(3)
    y = rng.normal(size=(30, 4)) + rng.normal(size=(30, 1))
    y[rng.random(y.shape) < 0.1] = np.nan
    design = np.ones((30, 4, 1))
    both = fit_random_coefficients(response=y, design=design, basis=np.ones((4, 1)))
    same = fit_mmrm(response=y, design=design, covariance="cs")
    assert_allclose(both.fit.covariance, same.covariance, rtol=1e-7)
    assert_allclose(both.fit.vcov, same.vcov, rtol=1e-6)
    assert_allclose(both.random_covariance[0, 0], same.covariance[0, 0, 1], rtol=1e-7)


def test_the_truth_is_recovered_and_the_size_of_the_test_is_held():
    """1,200 trials of 12 v 12: mean estimate, and rejections at 5 %, within 4 standard errors."""
    trials = 1200
    y, _, _, design = made(101, trials=(trials,), subjects=24, missing=0.1)
    fit = fit_mmrm(response=y, design=design.matrix)
    gap = ls_means(fit, design=design).difference
    good = fit.state == State.ESTIMATED
    assert good.mean() > 0.99
    last = gap.estimate[good, 0, -1]
    assert abs(last.mean() - 0.4) < 4 * last.std() / np.sqrt(good.sum())
    t = (last - 0.4) / gap.standard_error[good, 0, -1]
    df = gap.df[good, 0, -1]
    rejected = np.mean(betainc(df / 2, 0.5, df / (df + t**2)) < 0.05)
    assert abs(rejected - 0.05) < 4 * np.sqrt(0.05 * 0.95 / trials)
