from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate, stats

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.bayes import (
    beta_effective_sample_size,
    beta_mixture,
    beta_posterior,
    difference_exceeds,
    mixture_exceeds,
    normal_effective_sample_size,
    normal_mixture,
    normal_mixture_exceeds,
    robust_mixture,
    summarise_beta_mixture,
    update_beta_mixture,
    update_normal_mixture,
)

PRIOR = {"weight": [0.6, 0.4], "alpha": [14.0, 3.0], "beta": [6.0, 5.0]}


def density(p, weight, alpha, beta):
    parts = zip(weight, alpha, beta, strict=True)
    return sum(w * stats.beta.pdf(p, a, b) for w, a, b in parts)


@given(st.integers(0, 12), st.integers(0, 12))
@settings(max_examples=20)
def test_update_is_prior_times_likelihood(x, failures):
    posterior = update_beta_mixture(mixture=beta_mixture(**PRIOR), x=x, n=x + failures)
    p = np.linspace(0.02, 0.98, 25)
    evidence = integrate.quad(
        lambda p: density(p, **PRIOR) * stats.binom.pmf(x, x + failures, p), 0, 1
    )[0]
    expected = density(p, **PRIOR) * stats.binom.pmf(x, x + failures, p) / evidence
    found = density(p, posterior.weight, posterior.alpha, posterior.beta)
    assert_allclose(found, expected, rtol=1e-7, atol=1e-12)
    assert_allclose(np.exp(posterior.log_marginal), evidence, rtol=1e-7)


def test_updating_twice_is_updating_with_all():
    prior = beta_mixture(**PRIOR)
    twice = update_beta_mixture(mixture=update_beta_mixture(mixture=prior, x=2, n=5), x=4, n=7)
    once = update_beta_mixture(mixture=prior, x=6, n=12)
    assert_allclose(twice.weight, once.weight, rtol=1e-10)
    assert_array_equal([twice.alpha, twice.beta], [once.alpha, once.beta])


@given(st.integers(0, 12), st.integers(0, 12))
@settings(max_examples=15)
def test_summary_is_that_of_the_mixture(x, failures):
    posterior = update_beta_mixture(mixture=beta_mixture(**PRIOR), x=x, n=x + failures)
    summary = summarise_beta_mixture(mixture=posterior, confidence=0.8)
    parts = (posterior.weight, posterior.alpha, posterior.beta)
    moments = [integrate.quad(lambda p, k=k: p**k * density(p, *parts), 0, 1)[0] for k in (1, 2)]
    assert_allclose(summary.mean, moments[0], rtol=1e-7)
    assert_allclose(summary.sd, np.sqrt(moments[1] - moments[0] ** 2), rtol=1e-5)
    for quantile, below in ((summary.ci_low, 0.1), (summary.median, 0.5), (summary.ci_high, 0.9)):
        cdf = sum(w * stats.beta.cdf(quantile, a, b) for w, a, b in zip(*parts, strict=True))
        assert_allclose(cdf, below, rtol=1e-10)


def test_one_component_is_a_beta_distribution():
    prior = beta_mixture(weight=[1], alpha=[2], beta=[3])
    posterior = update_beta_mixture(mixture=prior, x=[3, 0], n=[5, 0])
    summary = summarise_beta_mixture(mixture=posterior)
    plain = beta_posterior(x=[3, 0], n=[5, 0], alpha=2, beta=3)
    assert_allclose(summary.mean, plain.mean)
    assert_allclose(summary.ci_low, plain.ci_low, rtol=1e-10)
    vague = beta_mixture(weight=[1], alpha=[1], beta=[1])
    exceeds = mixture_exceeds(treated=posterior, control=vague, margin=[[0.1], [0.2]])
    expected = difference_exceeds(
        alpha1=plain.alpha, beta1=plain.beta, alpha0=1, beta0=1, margin=[[0.1], [0.2]]
    )
    assert exceeds.shape == (2, 2)
    assert_allclose(exceeds, expected, rtol=1e-10)


def test_mixture_against_mixture_is_the_sum_over_pairs():
    one = beta_mixture(**PRIOR)
    other = beta_mixture(weight=[1, 3], alpha=[2, 9], beta=[2, 4])
    total = sum(
        w * v * difference_exceeds(alpha1=a, beta1=b, alpha0=c, beta0=d, margin=0.1)
        for w, a, b in zip(one.weight, one.alpha, one.beta, strict=True)
        for v, c, d in zip(other.weight, other.alpha, other.beta, strict=True)
    )
    assert_allclose(mixture_exceeds(treated=one, control=other, margin=0.1), total, rtol=1e-11)
    back = mixture_exceeds(treated=other, control=one, margin=-0.1)
    assert_allclose(1 - back, total, rtol=1e-10)


def test_a_vague_component_takes_its_share_and_wins_in_conflict():
    robust = robust_mixture(mixture=beta_mixture(**PRIOR), vague_weight=[0.2, 0.5])
    assert_allclose(robust.weight, [[0.48, 0.32, 0.2], [0.3, 0.2, 0.5]])
    in_line = update_beta_mixture(mixture=robust, x=14, n=20)
    conflict = update_beta_mixture(mixture=robust, x=0, n=20)
    assert np.all(in_line.weight[:, 2] < [0.2, 0.5])
    assert np.all(conflict.weight[:, 2] > [0.2, 0.5])
    assert_allclose(np.sum(conflict.weight, axis=-1), 1)


@given(st.floats(1.01, 50), st.floats(1.01, 50))
@settings(max_examples=20)
def test_a_beta_prior_is_worth_the_sum_of_its_parameters(alpha, beta):
    mixture = beta_mixture(weight=[1], alpha=[alpha], beta=[beta])
    assert_allclose(beta_effective_sample_size(mixture=mixture).subjects, alpha + beta, rtol=1e-9)


def test_effective_sample_size_of_a_mixture_by_its_definition():
    found = beta_effective_sample_size(mixture=beta_mixture(**PRIOR)).subjects

    def ratio(p, h=1e-4):
        logs = np.log([density(q, **PRIOR) for q in (p - h, p, p + h)])
        curvature = -(logs[0] - 2 * logs[1] + logs[2]) / h**2
        return density(p, **PRIOR) * curvature * p * (1 - p)

    assert_allclose(found, integrate.quad(ratio, 1e-3, 1 - 1e-3, limit=200)[0], rtol=1e-4)
    split = beta_mixture(weight=[0.3, 0.7], alpha=[4, 4], beta=[6, 6])
    assert_allclose(beta_effective_sample_size(mixture=split).subjects, 10, rtol=1e-9)


def test_an_infinite_expectation_is_a_state():
    mixture = beta_mixture(weight=[[0.5, 0.5], [1, 0]], alpha=[0.5, 3], beta=[2, 3])
    result = beta_effective_sample_size(mixture=mixture)
    assert_array_equal(result.state, [State.NOT_ESTIMABLE] * 2)
    assert np.isnan(result.subjects).all()
    without = beta_mixture(weight=[0, 1], alpha=[0.5, 3], beta=[2, 3])
    assert_allclose(beta_effective_sample_size(mixture=without).subjects, 6, rtol=1e-9)


def test_normal_mixtures():
    prior = normal_mixture(weight=[0.8, 0.2], mean=[-3, 0], sd=[1, 6])
    posterior = update_normal_mixture(mixture=prior, estimate=[-1.2, np.nan], standard_error=0.9)
    x = np.linspace(-12, 9, 4001)
    raw = stats.norm.pdf(-1.2, x, 0.9) * (
        0.8 * stats.norm.pdf(x, -3, 1) + 0.2 * stats.norm.pdf(x, 0, 6)
    )
    evidence = np.trapezoid(raw, x)
    assert_allclose(np.exp(posterior.log_marginal[0]), evidence, rtol=1e-9)
    mean = np.trapezoid(raw * x, x) / evidence
    assert_allclose(posterior.overall_mean[0], mean, rtol=1e-9)
    sd = np.sqrt(np.trapezoid(raw * (x - mean) ** 2, x) / evidence)
    assert_allclose(posterior.overall_sd[0], sd, rtol=1e-9)
    above = normal_mixture_exceeds(mixture=posterior, threshold=-1)
    assert_allclose(above[0], np.trapezoid(np.where(x >= -1, raw, 0), x) / evidence, rtol=1e-2)
    assert np.isnan([above[1], posterior.overall_mean[1]]).all()


def test_effective_sample_size_of_normals():
    single = normal_mixture(weight=[1], mean=[3], sd=[0.5])
    assert_allclose(normal_effective_sample_size(mixture=single, sd=[2, 4]).subjects, [16, 64])
    mixture = normal_mixture(weight=[0.8, 0.2], mean=[-3, 0], sd=[1, 6])

    def parts(x):
        one, two = 0.8 * stats.norm.pdf(x, -3, 1), 0.2 * stats.norm.pdf(x, 0, 6)
        slope = -one * (x + 3) - two * x / 36
        bend = one * ((x + 3) ** 2 - 1) + two * (x**2 / 1296 - 1 / 36)
        return one + two, slope, bend

    def information(x):
        height, slope, bend = parts(x)
        return (slope / height) ** 2 * height - bend

    expected = integrate.quad(information, -40, 40, points=[-3, 0], limit=400)[0]
    found = normal_effective_sample_size(mixture=mixture, sd=1.0)
    assert_allclose(found.subjects, expected, rtol=1e-8)


def test_faults_come_together():
    with pytest.raises(DataError, match=r"weight: -1(.|\n)*beta: 0"):
        beta_mixture(weight=[-1, 1], alpha=[1, 1], beta=[0, 1])
    with pytest.raises(DataError, match="weight: only zeros"):
        beta_mixture(weight=[0], alpha=[1], beta=[1])
    with pytest.raises(DataError, match="weight 1, alpha 2, beta 2; wanted last axes of one"):
        beta_mixture(weight=[1], alpha=[1, 1], beta=[1, 1])
    prior = beta_mixture(**PRIOR)
    with pytest.raises(DataError, match="x: more than n"):
        update_beta_mixture(mixture=prior, x=4, n=3)
    with pytest.raises(DataError, match=r"vague_weight: 1\.5(.|\n)*alpha: 0"):
        robust_mixture(mixture=prior, vague_weight=1.5, alpha=0)
    with pytest.raises(DataError, match="margin: 2"):
        mixture_exceeds(treated=prior, control=prior, margin=2)
    with pytest.raises(DataError, match="sd: 0"):
        normal_mixture(weight=[1], mean=[0], sd=[0])
    normal = normal_mixture(weight=[1], mean=[0], sd=[1])
    with pytest.raises(DataError, match="standard_error: 0"):
        update_normal_mixture(mixture=normal, estimate=1, standard_error=0)
    with pytest.raises(DataError, match="threshold: inf"):
        normal_mixture_exceeds(mixture=normal, threshold=np.inf)
    with pytest.raises(DataError, match="confidence: 0"):
        summarise_beta_mixture(mixture=prior, confidence=0)
