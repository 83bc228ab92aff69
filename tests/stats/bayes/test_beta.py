from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate, stats

from equipoise.errors import DataError
from equipoise.stats.bayes import beta_posterior, difference_exceeds, difference_quantile

SHAPES = st.floats(0.2, 60)
MARGINS = st.sampled_from([-0.9, -0.3, -0.05, 0.0, 0.02, 0.25, 0.8])


@given(st.integers(0, 40), st.integers(0, 40), SHAPES, SHAPES)
def test_posterior_agrees_with_scipy(x, failures, alpha, beta):
    result = beta_posterior(x=x, n=x + failures, alpha=alpha, beta=beta, confidence=0.9)
    expected = stats.beta(alpha + x, beta + failures)
    assert_allclose([result.mean, result.sd], [expected.mean(), expected.std()], rtol=1e-10)
    assert_allclose([result.ci_low, result.ci_high], expected.ppf([0.05, 0.95]), rtol=1e-8)


@given(SHAPES, SHAPES, st.sampled_from([0.5, 0.9, 0.95]))
def test_highest_density_holds_its_mass_and_is_shortest(alpha, beta, confidence):
    result = beta_posterior(x=0, n=0, alpha=alpha, beta=beta, confidence=confidence)
    low, high = result.hpd_low, result.hpd_high
    if alpha <= 1 and beta <= 1:
        assert np.isnan([low, high]).all()
        return
    distribution = stats.beta(alpha, beta)
    assert_allclose(distribution.cdf(high) - distribution.cdf(low), confidence, rtol=1e-9)
    assert high - low <= (result.ci_high - result.ci_low) * (1 + 1e-9)
    if alpha > 1 and beta > 1:
        assert_allclose(distribution.logpdf(low), distribution.logpdf(high), rtol=1e-6, atol=1e-6)
    elif alpha <= 1:
        assert low == 0
    else:
        assert high == 1


def slow_exceeds(alpha1, beta1, alpha0, beta0, margin):
    """P(p1 > p0 + margin) by adaptive quadrature over the probability scale of p0."""
    control, treated = stats.beta(alpha0, beta0), stats.beta(alpha1, beta1)
    cuts = sorted({0.0, 1.0, *control.cdf([max(-margin, 0), min(1 - margin, 1)])})
    parts = [
        integrate.quad(
            lambda u: treated.sf(control.ppf(u) + margin), a, b, epsabs=1e-9, limit=200,
            full_output=1,
        )
        for a, b in itertools.pairwise(cuts)
    ]  # fmt: skip
    # near a steep quantile the quadrature says itself that it is not good enough to judge by
    assume(sum(part[1] for part in parts) < 2e-8)
    return sum(part[0] for part in parts)


@given(st.floats(0.6, 30), st.floats(0.6, 30), st.floats(0.6, 30), st.floats(0.6, 30), MARGINS)
@settings(max_examples=20)
def test_difference_agrees_with_slow_integration(alpha1, beta1, alpha0, beta0, margin):
    pair = {"alpha1": alpha1, "beta1": beta1, "alpha0": alpha0, "beta0": beta0}
    result = difference_exceeds(**pair, margin=margin)
    assert_allclose(result, slow_exceeds(**pair, margin=margin), atol=3e-8)


@given(SHAPES, SHAPES, SHAPES, SHAPES, MARGINS)
def test_three_ways_to_ask_agree(alpha1, beta1, alpha0, beta0, margin):
    plain = difference_exceeds(
        alpha1=alpha1, beta1=beta1, alpha0=alpha0, beta0=beta0, margin=margin
    )
    mirrored = difference_exceeds(
        alpha1=beta0, beta1=alpha0, alpha0=beta1, beta0=alpha1, margin=margin
    )
    swapped = difference_exceeds(
        alpha1=alpha0, beta1=beta0, alpha0=alpha1, beta0=beta1, margin=-margin
    )
    assert_allclose([mirrored, 1 - swapped], plain, atol=2e-13)


@pytest.mark.parametrize(
    ("parameters", "margin", "expected"),
    # mpmath, 25 digits, quadrature over the logit of p0.
    [
        ((0.3, 0.2, 0.1, 0.4), 0.0, 0.8090169943749474),
        ((0.3, 0.2, 0.1, 0.4), 0.2, 0.6003786549050360),
        ((0.1, 5.0, 0.05, 7.0), -0.1, 0.9826495238532695),
        ((0.01, 5.0, 0.02, 7.0), 0.0, 0.3356799928201911),
    ],
)
def test_parameters_near_zero(parameters, margin, expected):
    named = dict(zip(("alpha1", "beta1", "alpha0", "beta0"), parameters, strict=True))
    assert_allclose(difference_exceeds(**named, margin=margin), expected, rtol=2e-12)


def test_closed_forms():
    # P(p1 > p0) for uniform p0 is the mean of p1; P(U1 > U0 + m) = (1 - m)^2 / 2.
    assert_allclose(
        difference_exceeds(alpha1=[3, 700], beta1=[5, 900], alpha0=1, beta0=1),
        [3 / 8, 7 / 16],
        rtol=1e-12,
    )
    margin = np.array([0.0, 0.3, 1.0, -0.4, -1.0])
    expected = np.where(margin >= 0, (1 - margin) ** 2 / 2, 1 - (1 + margin) ** 2 / 2)
    uniform = difference_exceeds(alpha1=1, beta1=1, alpha0=1, beta0=1, margin=margin)
    assert_allclose(uniform, expected, atol=1e-14)
    large = difference_exceeds(alpha1=4000, beta1=4000, alpha0=4000, beta0=4000)
    assert_allclose(large, 0.5, atol=1e-11)


@given(SHAPES, SHAPES, SHAPES, SHAPES, st.sampled_from([0.025, 0.5, 0.9]))
@settings(max_examples=20)
def test_quantiles_have_their_probability_below(alpha1, beta1, alpha0, beta0, probability):
    pair = {"alpha1": alpha1, "beta1": beta1, "alpha0": alpha0, "beta0": beta0}
    quantile = difference_quantile(**pair, probability=probability)
    assert_allclose(1 - difference_exceeds(**pair, margin=quantile), probability, atol=1e-11)


def test_batch_equals_one_by_one_and_keeps_its_shape():
    rng = np.random.default_rng(2)
    pair = {name: rng.gamma(3, 3, (2, 5)) for name in ("alpha1", "beta1", "alpha0", "beta0")}
    batch = difference_exceeds(**pair, margin=[[0.1], [-0.2]])
    for place in np.ndindex(2, 5):
        single = {name: value[place] for name, value in pair.items()}
        margin = [0.1, -0.2][place[0]]
        assert_allclose(batch[place], difference_exceeds(**single, margin=margin), atol=1e-13)
    empty = difference_exceeds(alpha1=[], beta1=[], alpha0=[], beta0=[])
    assert_array_equal(empty, np.empty(0))


def test_no_subjects_give_the_prior_back():
    result = beta_posterior(x=0, n=0, alpha=2, beta=3)
    assert_array_equal([result.alpha, result.beta], [2, 3])


def test_faults_come_together():
    with pytest.raises(DataError, match=r"x: 1\.5(.|\n)*alpha: 0(.|\n)*confidence: 1"):
        beta_posterior(x=1.5, n=3, alpha=0, confidence=1)
    with pytest.raises(DataError, match="x: more than n"):
        beta_posterior(x=4, n=3)
    with pytest.raises(DataError, match=r"beta1: -1(.|\n)*margin: 2"):
        difference_exceeds(alpha1=1, beta1=-1, alpha0=1, beta0=1, margin=2)
    with pytest.raises(DataError, match="probability: 1"):
        difference_quantile(alpha1=1, beta1=1, alpha0=1, beta0=1, probability=1)
    with pytest.raises(DataError, match="shapes"):
        difference_exceeds(alpha1=[1, 2], beta1=[1, 2, 3], alpha0=1, beta0=1)


def test_a_case_that_quadrature_cannot_judge():
    found = difference_exceeds(alpha1=1.0, beta1=9.0, alpha0=12.0, beta0=1.0, margin=0.25)
    draws = np.random.default_rng(1).beta([1.0, 12.0], [9.0, 1.0], size=(400_000, 2))
    share = np.mean(draws[:, 0] > draws[:, 1] + 0.25)
    assert abs(found - share) < 4 * np.sqrt(max(share, 1e-6) / 400_000)
