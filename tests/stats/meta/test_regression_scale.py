"""A moderator far from zero, such as a calendar year, costs no digits."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.testing import assert_allclose

from equipoise.stats.meta import fit_meta_regression


def weighted_line(y, variance, x):
    """Intercept and slope of weighted least squares, in exact fractions."""
    y, weight, x = (list(map(Fraction, column)) for column in (y, 1 / variance, x))
    total = sum(weight)
    middle = sum(w * a for w, a in zip(weight, x, strict=True)) / total
    mean = sum(w * b for w, b in zip(weight, y, strict=True)) / total
    across = sum(w * (a - middle) * b for w, a, b in zip(weight, x, y, strict=True))
    slope = across / sum(w * (a - middle) ** 2 for w, a in zip(weight, x, strict=True))
    return float(mean - slope * middle), float(slope)


def test_a_year_keeps_the_digits_of_the_line():
    rng = np.random.default_rng(12)
    year, variance = np.arange(1981.0, 2001.0), 1 / rng.integers(2, 90, size=20)
    effect = np.round(rng.normal(size=20) + year / 40 - 49, 3)
    for scale in (1.0, 1e-6, 1e6):
        fit = fit_meta_regression(
            estimate=effect,
            variance=variance,
            moderators=scale * year[:, None],
            method="common",
            interval="wald",
        )
        exact = weighted_line(effect, variance, scale * year)
        assert_allclose(fit.coefficients, exact, rtol=1e-12)
