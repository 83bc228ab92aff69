"""The kernel against its slow twin: criterion, derivatives, Kenward-Roger, sandwich."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.mmrm import COVARIANCES, contrast, fit_mmrm
from equipoise.stats.mmrm.likelihood import evaluate
from equipoise.stats.mmrm.optimise import start
from equipoise.stats.mmrm.problem import Problem, build, standardise
from equipoise.stats.mmrm.structure import random_coefficients, structure
from stats.mmrm import twin
from stats.mmrm.trials import made

ALL = [*COVARIANCES, "random"]


def form_of(name, visits):
    if name == "random":
        return random_coefficients(np.stack([np.ones(visits), np.arange(visits)], axis=-1))
    return structure(name, visits)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("visits", [2, 4])
def test_derivatives_of_the_covariance_are_those_of_steps(name, visits):
    form = form_of(name, visits)
    point = np.random.default_rng(3).normal(size=form.size) * 0.4
    at = form.expand(point)
    first = twin.by_difference(lambda theta: form.expand(theta).value, point)
    second = twin.by_difference(lambda theta: form.expand(theta).first, point)
    assert_allclose(at.first, first, atol=1e-9)
    assert_allclose(at.second, second, atol=1e-9)


@pytest.mark.parametrize("name", COVARIANCES)
def test_the_named_structures_have_their_shape(name):
    form = structure(name, 4)
    sigma = form.expand(np.random.default_rng(1).normal(size=form.size) * 0.3).value
    spread = np.sqrt(np.diag(sigma))
    rho = sigma / np.outer(spread, spread)
    assert (np.ptp(spread) < 1e-12) == (name in ("cs", "ar1", "toep", "ad"))
    if name.startswith(("cs", "ar1", "toep")):
        for lag in range(1, 4):
            assert np.ptp(np.diagonal(rho, lag)) < 1e-12
    if name.startswith("cs"):
        assert_allclose(rho[0, 1], rho[0, 3])
    if name.startswith(("ar1", "ad")):
        assert_allclose(rho[0, 2], rho[0, 1] * rho[1, 2])
        assert_allclose(rho[0, 3], rho[0, 1] * rho[1, 2] * rho[2, 3])
    sizes = {"us": 10, "cs": 2, "csh": 5, "ar1": 2, "ar1h": 5, "toep": 4, "toeph": 7}
    assert form.size == sizes.get(name, {"ad": 4, "adh": 7}.get(name))


@pytest.mark.parametrize("name", COVARIANCES)
def test_a_structure_starts_at_the_moments_it_can_hold(name):
    form = structure(name, 4)
    sigma = form.expand(np.random.default_rng(5).normal(size=form.size) * 0.2).value
    assert_allclose(form.expand(form.start(sigma[None])).value[0], sigma, rtol=1e-10)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("restricted", [True, False])
def test_criterion_gradient_and_hessian(name, restricted):
    y, _, _, design = made(7, subjects=14, visits=4)
    form = form_of(name, 4)
    standard = standardise(y[None], design.matrix[None])
    problem = build(standard, np.zeros((1, 14), dtype=np.int64), 1)
    point = np.random.default_rng(2).normal(size=form.size) * 0.2

    def at(theta):
        return evaluate(problem, form, theta[None], restricted=restricted)

    rows = standard.rows[0]
    y_here = np.where(standard.observed[0], rows[..., -1], np.nan)
    slow = twin.criterion(y_here, rows[..., :-1], form.expand(point).value, restricted=restricted)
    free = standard.observed.sum() - (design.matrix.shape[-1] if restricted else 0)
    assert_allclose(at(point).value[0] + free * np.log(2 * np.pi), slow, rtol=1e-12)
    gradient = twin.by_difference(lambda theta: at(theta).value[0], point)
    hessian = twin.by_difference(lambda theta: at(theta).gradient[0], point)
    assert_allclose(at(point).gradient[0], gradient, rtol=1e-7, atol=1e-7)
    assert_allclose(at(point).hessian[0], hessian, rtol=1e-7, atol=1e-7)


def test_two_groups_have_the_sum_of_two_criteria_at_one_mean():
    y, arm, _, design = made(11, subjects=16, visits=3)
    form = structure("csh", 3)
    standard = standardise(y[None], design.matrix[None])
    problem = build(standard, arm[None], 2)
    theta = np.random.default_rng(2).normal(size=2 * form.size) * 0.2

    def at(point):
        return evaluate(problem, form, point[None], restricted=True)

    gradient = twin.by_difference(lambda point: at(point).value[0], theta)
    hessian = twin.by_difference(lambda point: at(point).gradient[0], theta)
    assert_allclose(at(theta).gradient[0], gradient, rtol=1e-7, atol=1e-7)
    assert_allclose(at(theta).hessian[0], hessian, rtol=1e-7, atol=1e-7)
    same = np.tile(theta[: form.size], 2)
    one = build(standard, np.zeros_like(arm)[None], 1)
    alone = evaluate(one, form, same[None, : form.size], restricted=True)
    assert_allclose(at(same).value, alone.value, rtol=1e-12)


@pytest.mark.parametrize("copies", [3, 50])
def test_an_evaluation_reads_nothing_that_grows_with_the_subjects_of_a_pattern(copies):
    y, _, _, design = made(7, subjects=14, visits=4)
    standard = standardise(y[None], design.matrix[None])
    more = replace(
        standard,
        rows=np.tile(standard.rows, (1, copies, 1, 1)),
        observed=np.tile(standard.observed, (1, copies, 1)),
    )
    few = build(standard, np.zeros((1, 14), dtype=np.int64), 1)
    many = build(more, np.zeros((1, 14 * copies), dtype=np.int64), 1)
    # What the search is given are these arrays alone: no larger, and sums over the subjects.
    for field in fields(Problem):
        one, other = getattr(few, field.name), getattr(many, field.name)
        assert np.shape(one) == np.shape(other)
    assert_allclose(many.crossproduct, copies * few.crossproduct, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(many.subjects, copies * few.subjects)
    form = structure("us", 4)
    point = np.random.default_rng(2).normal(size=(1, form.size)) * 0.2
    once = evaluate(few, form, point, restricted=False)
    often = evaluate(many, form, point, restricted=False)
    assert_allclose(often.value, copies * once.value, rtol=1e-11)
    assert_allclose(often.hessian, copies * once.hessian, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ALL)
def test_the_covariance_alone_is_the_one_with_derivatives(name):
    form = form_of(name, 4)
    point = np.random.default_rng(3).normal(size=(5, form.size)) * 0.4
    assert_allclose(form.covariance(point), form.expand(point).value, rtol=1e-14)


@pytest.mark.parametrize("name", ["us", "cs", "adh"])
@pytest.mark.parametrize("restricted", [True, False])
def test_reported_criterion_and_covariance_of_the_mean(name, restricted):
    y, _, _, design = made(5, subjects=20, visits=3)
    fit = fit_mmrm(
        response=y * 7 + 100,
        design=design.matrix,
        covariance=name,
        df="satterthwaite",
        method="reml" if restricted else "ml",
    )
    sigma = fit.covariance[0]
    slow = twin.criterion(y * 7 + 100, design.matrix, sigma, restricted=restricted)
    assert_allclose(fit.minus_twice_log_likelihood, slow, rtol=1e-11)
    assert_allclose(fit.vcov, twin.unscaled(y, design.matrix, sigma), rtol=1e-8)
    assert_allclose(structure(name, 3).expand(fit.parameter).value, sigma, rtol=1e-10)


@pytest.mark.parametrize("name", ["us", "csh", "toep", "ad"])
@pytest.mark.parametrize("kind", ["kenward-roger", "kenward-roger-linear"])
def test_kenward_roger_covariance_from_its_definition(name, kind):
    y, _, _, design = made(13, subjects=16, visits=3)
    fit = fit_mmrm(response=y, design=design.matrix, covariance=name, vcov=kind)
    slow = twin.kenward_roger(
        y,
        design.matrix,
        structure(name, 3),
        fit.parameter,
        fit.parameter_vcov,
        linear=kind.endswith("linear"),
    )
    assert_allclose(fit.vcov, slow, rtol=1e-6)


def test_sensitivity_is_the_derivative_of_the_model_covariance():
    y, _, _, design = made(17, subjects=16, visits=3)
    form = structure("toeph", 3)
    fit = fit_mmrm(response=y, design=design.matrix, covariance="toeph")
    slow = twin.by_difference(
        lambda theta: twin.unscaled(y, design.matrix, form.expand(theta).value), fit.parameter
    )
    assert_allclose(fit.sensitivity, slow, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("kind", "power"),
    [("empirical", 0), ("empirical-bias-reduced", -0.5), ("empirical-jackknife", -1)],
)
def test_sandwich_and_its_degrees_of_freedom_from_their_definition(kind, power):
    y, _, _, design = made(19, subjects=14, visits=3)
    fit = fit_mmrm(
        response=y, design=design.matrix, covariance="ar1", df="satterthwaite", vcov=kind
    )
    vcov, df = twin.sandwich(y, design.matrix, fit.covariance[0], power)
    rows = np.random.default_rng(1).normal(size=(3, design.matrix.shape[-1]))
    assert_allclose(fit.vcov, vcov, rtol=1e-8)
    assert_allclose(contrast(fit, matrix=rows).df, [df(row) for row in rows], rtol=1e-8)


def test_the_start_is_inside_even_where_moments_are_not_definite():
    y, _, _, design = made(23, subjects=10, visits=6, missing=0.5)
    standard = standardise(y[None], design.matrix[None, ..., :3])
    for name in COVARIANCES:
        form = structure(name, 6)
        point = start(standard, form, np.zeros((1, 10), dtype=np.int64), 1)
        assert np.linalg.eigvalsh(form.expand(point).value)[0, 0] > 0
