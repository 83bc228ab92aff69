"""Tails against closed forms, far out and near zero."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.stats.tails import (
    chi_square_upper,
    f_quantile,
    f_upper,
    normal_quantile,
    normal_two_sided,
    normal_upper,
    t_one_sided,
    t_or_normal_quantile,
    t_or_normal_two_sided,
    t_quantile,
    t_two_sided,
)


@pytest.mark.parametrize("t", [1e-9, 1e-4, 0.3, 1.0, 2.5, 40.0, 1e6, 1e40])
def test_t_with_one_and_two_degrees_of_freedom_has_a_closed_form(t):
    # df = 1 is Cauchy: P(abs T > t) = 2/pi atan(1/t); df = 2: 1 - t/sqrt(2 + t^2).
    assert_allclose(t_two_sided(t, 1), 2 / math.pi * math.atan(1 / t), rtol=1e-13)
    exact = 2 / (math.hypot(t, math.sqrt(2)) * (math.hypot(t, math.sqrt(2)) + t))
    assert_allclose(t_two_sided(t, 2), exact, rtol=1e-13)


@pytest.mark.parametrize("f", [1e-8, 0.2, 1.0, 7.0, 1e4, 1e200])
@pytest.mark.parametrize("df2", [1.0, 3.5, 150.0])
def test_f_with_two_numerator_degrees_of_freedom_has_a_closed_form(f, df2):
    # P(F > f) = (1 + 2 f / df2)^(-df2/2); accuracy of the power limits the far tail.
    expected = math.exp(-df2 / 2 * math.log1p(2 * f / df2))
    assert_allclose(f_upper(f, 2, df2), expected, rtol=2e-13)


def test_tails_agree_with_scipy_distributions():
    t, df = np.array([-3.0, -0.1, 0.0, 0.4, 12.0]), np.array([2.0, 7.7, 30.0, 131.0, 1e4])
    lower, upper = t_one_sided(t, t_two_sided(t, df))
    assert_allclose(lower, stats.t.cdf(t, df), rtol=1e-11)
    assert_allclose(upper, stats.t.sf(t, df), rtol=1e-11)
    assert_allclose(chi_square_upper([0.1, 5.0, 90.0], 3), stats.chi2.sf([0.1, 5.0, 90.0], 3))
    assert_allclose(normal_upper([-2.0, 3.0, 30.0]), stats.norm.sf([-2.0, 3.0, 30.0]))
    assert_allclose(normal_two_sided([-3.0]), 2 * stats.norm.sf(3.0))


@pytest.mark.parametrize("df", [1.0, 4.4, 58.0, 1e5])
@pytest.mark.parametrize("confidence", [0.01, 0.5, 0.9, 0.95, 0.9999])
def test_quantiles_invert_the_tails(df, confidence):
    assert_allclose(t_two_sided(t_quantile(confidence, df), df), 1 - confidence, rtol=1e-11)
    assert_allclose(f_upper(f_quantile(confidence, 3, df), 3, df), 1 - confidence, rtol=1e-11)
    assert_allclose(normal_two_sided(normal_quantile(confidence)), 1 - confidence, rtol=1e-12)


def test_infinite_degrees_of_freedom_are_the_normal_beside_finite_ones():
    df = np.array([np.inf, 9.0, 1e12])
    assert_allclose(t_or_normal_two_sided(2.0, df), 2 * stats.t.sf(2.0, df), rtol=1e-11)
    assert_allclose(t_or_normal_quantile(0.95, df), stats.t.ppf(0.975, df), rtol=1e-11)
    assert np.isnan(t_or_normal_two_sided(2.0, [np.inf, 0.0, np.nan])).tolist() == [
        False,
        True,
        True,
    ]


def test_the_ends_and_the_impossible():
    assert t_two_sided(np.inf, 5) == 0
    assert t_two_sided(0.0, 5) == 1
    assert f_upper(np.inf, 2, 5) == 0
    assert f_upper(0.0, 2, 5) == 1
    assert np.isnan(f_upper([-1.0, np.nan], 2, 5)).all()
    assert np.isnan(t_two_sided(1.0, [0.0, -1.0, np.nan])).all()
    assert np.isnan(t_quantile(0.95, 0.0))
