"""Profile-likelihood limits; what every interval has in common is in test_intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.stats import binary

from .strategies import all_tables
from .test_intervals import Z

MEASURES = {
    "difference": binary.risk_difference_profile,
    "ratio": binary.risk_ratio_profile,
    "odds_ratio": binary.odds_ratio_profile,
}


def risks_under(measure, effect, p0):
    if measure == "difference":
        return p0 + effect
    return effect * p0 if measure == "ratio" else effect * p0 / (1 - p0 + effect * p0)


def slow_deviance(measure, effect, x1, n1, x0, n0):
    """Twice the log likelihood lost, by a golden-section search for the control risk."""

    def likelihood(p1, p0):
        terms = ((x1, p1), (n1 - x1, 1 - p1), (x0, p0), (n0 - x0, 1 - p0))
        return sum(count * math.log(max(share, 1e-300)) for count, share in terms if count)

    low, high = 0.0, 1.0
    if measure == "difference":
        low, high = max(0.0, -effect), min(1.0, 1 - effect)
    elif measure == "ratio":
        high = min(1.0, 1 / effect)
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(100):
        one, two = high - golden * (high - low), low + golden * (high - low)
        if likelihood(risks_under(measure, effect, one), one) < likelihood(
            risks_under(measure, effect, two), two
        ):
            low = one
        else:
            high = two
    p0 = (low + high) / 2
    full = likelihood(x1 / n1, x0 / n0)
    return 2 * (full - likelihood(risks_under(measure, effect, p0), p0))


@pytest.mark.parametrize("measure", list(MEASURES))
def test_limits_of_every_table_have_the_deviance_of_their_level(measure):
    counts = all_tables(6, 4)
    result = MEASURES[measure](**counts)
    seen = 0
    for place, cells in enumerate(zip(*(c.tolist() for c in counts.values()), strict=True)):
        for limit in (float(result.ci_low[place]), float(result.ci_high[place])):
            if limit not in (0.0, math.inf) and abs(limit) != 1:
                deviance = slow_deviance(measure, limit, *cells)
                assert_allclose(deviance, Z**2, rtol=1e-7, err_msg=f"{cells} {limit}")
                seen += 1
    assert seen > 40


def test_odds_ratio_limits_near_those_of_r_which_interpolates():
    # R 4.2.2, MASS 7.3: exp(confint(glm(cbind(x, n - x) ~ arm, binomial))).
    for cells, limits in (
        ((9, 10, 3, 10), (2.4117984741, 491.6662397337)),
        ((56, 70, 48, 80), (1.29632452760, 5.70382407378)),
    ):
        result = binary.odds_ratio_profile(
            **dict(zip(("x1", "n1", "x0", "n0"), cells, strict=True))
        )
        assert_allclose([result.ci_low, result.ci_high], limits, rtol=1e-3)


def test_without_events_the_difference_is_bounded_by_the_likelihood():
    # All that a difference d costs is n1 log(1 - d), or n0 log(1 + d) below zero.
    result = binary.risk_difference_profile(x1=0, n1=10, x0=0, n0=12)
    assert result.estimate == 0
    assert_allclose(result.ci_high, -np.expm1(-(Z**2) / 20), rtol=1e-12)
    assert_allclose(result.ci_low, np.expm1(-(Z**2) / 24), rtol=1e-12)


def test_all_events_bound_a_risk_ratio():
    # Under a ratio r above one the control risk is 1/r, which costs 2 n0 log r.
    result = binary.risk_ratio_profile(x1=10, n1=10, x0=12, n0=12)
    assert_allclose(result.ci_high, np.exp(Z**2 / 24), rtol=1e-12)
    assert_allclose(result.ci_low, np.exp(-(Z**2) / 20), rtol=1e-12)
