from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate, stats

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.design import (
    Shape,
    Spending,
    analyse_after_stopping,
    analyse_repeatedly,
    conditional_bounds,
    conditional_crossing,
    conditional_power,
    conditional_power_trend,
    crossing_probabilities,
    design_group_sequential,
    monitor_binomial,
    predictive_crossing,
    predictive_power,
    simon_characteristics,
    simon_two_stage,
    sprt_binomial,
)

DESIGN = design_group_sequential(fraction=[0.3, 0.7, 1.0], power=0.9)


@given(st.floats(-2, 4), st.floats(0.05, 0.95), st.floats(-1, 4))
def test_conditional_power_is_that_of_one_look_left(z, fraction, drift):
    known = {"z": z, "fraction": fraction, "critical": 2.0}
    power = conditional_power(**known, drift=drift)
    left = conditional_crossing(
        information=[fraction, 1.0], upper=[9.0, 2.0], look=0, z=z, effect=drift
    )
    assert_allclose(power, left.upper[0], rtol=1e-9, atol=1e-14)
    trend = conditional_power_trend(**known)
    assert_allclose(trend, conditional_power(**known, drift=z / np.sqrt(fraction)), rtol=1e-10)


@given(st.floats(-2, 4), st.floats(0.05, 0.95), st.floats(-1, 4), st.floats(0.2, 3))
@settings(max_examples=25)
def test_predictive_power_averages_conditional_power(z, fraction, prior_mean, prior_sd):
    known = {"z": z, "fraction": fraction, "critical": 2.0}
    precision = prior_sd**-2 + fraction
    mean = (prior_mean * prior_sd**-2 + z * np.sqrt(fraction)) / precision
    posterior = stats.norm(mean, precision**-0.5)
    expected = posterior.expect(lambda drift: conditional_power(**known, drift=drift))
    found = predictive_power(**known, prior_mean=prior_mean, prior_sd=prior_sd)
    assert_allclose(found, expected, rtol=1e-5, atol=1e-7)
    flat = predictive_power(**known)
    wide = predictive_power(**known, prior_mean=prior_mean, prior_sd=1e6)
    assert_allclose(flat, wide, rtol=1e-8, atol=1e-10)


def test_conditional_probabilities_average_to_the_whole():
    # Over the first statistic, conditional crossing gives the design's own probabilities.
    effect, first = 2.0, DESIGN.fraction[0]
    low = DESIGN.upper.copy() - 5
    whole = crossing_probabilities(
        information=DESIGN.fraction, upper=DESIGN.upper, lower=low, effect=effect
    )

    def part(z):
        left = conditional_crossing(
            information=DESIGN.fraction,
            upper=DESIGN.upper,
            lower=low,
            look=0,
            z=z,
            effect=effect,
        )
        return left.upper * stats.norm.pdf(z, effect * np.sqrt(first))

    found = [
        integrate.quad(lambda z, look=look: part(z)[look], low[0], DESIGN.upper[0], epsabs=1e-9)[0]
        for look in range(2)
    ]
    assert_allclose(found, whole.upper[1:], rtol=1e-7)


def test_predictive_crossing_weighs_the_grid():
    known = {"information": DESIGN.fraction, "upper": DESIGN.upper, "look": 1, "z": 1.5}
    single = predictive_crossing(**known, effect=[2.0], weight=[3.0])
    left = conditional_crossing(**known, effect=2.0)
    assert_allclose(single, left.upper.sum(), rtol=1e-12)
    grid = np.linspace(-15, 20, 1401)
    flat = predictive_crossing(**known, effect=grid, weight=np.ones(grid.size))
    expected = predictive_power(z=1.5, fraction=0.7, critical=DESIGN.upper[-1])
    assert_allclose(flat, expected, rtol=1e-6)
    bounds = conditional_bounds(information=DESIGN.fraction, bounds=DESIGN.upper, look=1, z=1.5)
    gap = DESIGN.upper[2] - 1.5 * np.sqrt(0.7)
    assert_allclose(bounds, [gap / np.sqrt(0.3)], rtol=1e-12)


@given(st.integers(0, 2), st.floats(-1, 4.5))
@settings(max_examples=25)
def test_limits_after_stopping_solve_their_equations(look, z):
    result = analyse_after_stopping(information=DESIGN.fraction, upper=DESIGN.upper, look=look, z=z)
    assert result.state == State.ESTIMATED

    def extreme(effect):
        upper = np.append(DESIGN.upper[:look], z)
        share = DESIGN.fraction[: look + 1]
        return crossing_probabilities(information=share, upper=upper, effect=effect).upper.sum()

    assert_allclose(result.p_value, extreme(0.0), rtol=1e-10)
    assert_allclose(extreme(float(result.ci_low)), 0.025, rtol=1e-8)
    assert_allclose(extreme(float(result.median_unbiased)), 0.5, rtol=1e-8)
    assert_allclose(extreme(float(result.ci_high)), 0.975, rtol=1e-8)
    assert result.ci_low < result.median_unbiased < result.ci_high


def test_at_the_first_look_nothing_is_adjusted():
    result = analyse_after_stopping(information=[4.0, 9.0], upper=[2.5, 2.0], look=0, z=3.0)
    assert_allclose(result.p_value, stats.norm.sf(3.0), rtol=1e-12)
    reach = stats.norm.isf(0.025) / 2
    assert_allclose([result.ci_low, result.ci_high], [1.5 - reach, 1.5 + reach], rtol=1e-10)
    assert_allclose([result.naive, result.median_unbiased, result.bias_adjusted], 1.5, rtol=1e-10)


def test_units_and_early_bounds_for_futility():
    known = {"upper": [2.8, 2.4, 2.0], "look": 2, "z": 2.3}
    one = analyse_after_stopping(information=[0.3, 0.7, 1.0], **known)
    other = analyse_after_stopping(information=[30, 70, 100], **known)
    for name in ("ci_low", "ci_high", "median_unbiased", "naive", "bias_adjusted"):
        assert_allclose(getattr(other, name), getattr(one, name) / 10, rtol=1e-9)
    bound = analyse_after_stopping(information=[0.3, 0.7, 1.0], lower=[0.0, 0.5, 2.0], **known)
    assert bound.p_value < one.p_value


@pytest.mark.parametrize("lower", [None, [0.0, 0.8, -np.inf]])
def test_the_bias_adjusted_estimate_gives_the_naive_one_on_average(lower):
    share, upper = DESIGN.fraction, DESIGN.upper
    result = analyse_after_stopping(information=share, upper=upper, lower=lower, look=2, z=2.2)
    rng = np.random.default_rng(5)
    steps = rng.normal(size=(400_000, 3)) * np.sqrt(np.diff(share, prepend=0))
    path = np.cumsum(steps, axis=1) + float(result.bias_adjusted) * share
    z = path / np.sqrt(share)
    low = np.full(3, -np.inf) if lower is None else np.array(lower)
    stops = (z >= upper) | (z <= low)
    stops[:, -1] = True
    last = np.argmax(stops, axis=1)
    naive = path[np.arange(len(path)), last] / share[last]
    error = naive.std() / np.sqrt(len(naive))
    assert abs(naive.mean() - result.naive) < 4 * error
    if lower is None:
        assert result.bias_adjusted < result.naive


@pytest.mark.parametrize("efficacy", [Spending(), Shape(family="pocock"), Shape()])
def test_repeated_p_values_are_the_alpha_of_their_bound(efficacy):
    share, z = [0.4, 0.8, 1.0], [1.2, 2.4, 2.2]
    result = analyse_repeatedly(fraction=share, z=z[:2], efficacy=efficacy)
    for look, p_value in enumerate(result.p_value):
        design = design_group_sequential(
            fraction=share, alpha=float(p_value), efficacy=efficacy, power=0.99
        )
        assert_allclose(design.upper[look], z[look], rtol=1e-9)
    bounds = design_group_sequential(fraction=share, efficacy=efficacy).upper
    rejects = np.array(z[:2]) >= bounds[:2]
    assert_array_equal(rejects, result.p_value <= 0.025)
    assert_array_equal(rejects, result.ci_low >= 0)
    scaled = analyse_repeatedly(
        fraction=share, z=z[:2], efficacy=efficacy, information=[40.0, 80.0]
    )
    assert_allclose(scaled.ci_high * 10, result.ci_high, rtol=1e-10)


def naive_two_stage(r1, n1, r, n, p):
    reject = early = 0.0
    for first in range(n1 + 1):
        mass = stats.binom.pmf(first, n1, p)
        if first <= r1:
            early += mass
        else:
            reject += mass * stats.binom.sf(r - first, n - n1, p)
    return reject, early


def test_simon_designs_are_what_they_say():
    found = simon_two_stage(null=0.2, alternative=0.45, largest=40)
    for design in (found.minimax, found.optimal, *found.by_size):
        reject0, early = naive_two_stage(design.r1, design.n1, design.r, design.n, 0.2)
        reject1, _ = naive_two_stage(design.r1, design.n1, design.r, design.n, 0.45)
        assert_allclose([design.alpha, design.power], [reject0, reject1], rtol=1e-10)
        assert design.alpha <= 0.05
        assert design.power >= 0.8
        expected = design.n1 + (1 - early) * (design.n - design.n1)
        assert_allclose(design.expected_n_null, expected, rtol=1e-12)
        same = simon_characteristics(
            r1=design.r1, n1=design.n1, r=design.r, n=design.n, proportion=[0.2, 0.45]
        )
        assert_allclose(same.reject, [reject0, reject1], rtol=1e-10)
    sizes = [design.n for design in found.by_size]
    assert found.minimax.n == min(sizes)
    least = min(design.expected_n_null for design in found.by_size)
    assert found.optimal.expected_n_null == least


def test_simon_search_misses_nothing():
    found = simon_two_stage(null=0.3, alternative=0.7, alpha=0.1, power=0.8, largest=12)
    best = {}
    for n in range(5, 13):
        for n1, r1, r in itertools.product(range(1, n), range(n), range(n)):
            if r1 >= n1 or r < r1:
                continue
            level, early = naive_two_stage(r1, n1, r, n, 0.3)
            power, _ = naive_two_stage(r1, n1, r, n, 0.7)
            if level <= 0.1 and power >= 0.8:
                best[n] = min(best.get(n, np.inf), n1 + (1 - early) * (n - n1))
    assert {design.n for design in found.by_size} == set(best)
    for design in found.by_size:
        assert_allclose(design.expected_n_null, best[design.n], rtol=1e-10)


def test_simon_as_published():
    # Simon 1989, table 1: 0.05 against 0.25, alpha 0.05, beta 0.2.
    found = simon_two_stage(null=0.05, alternative=0.25, largest=30)
    optimal, minimax = found.optimal, found.minimax
    assert (optimal.r1, optimal.n1, optimal.r, optimal.n) == (0, 9, 2, 17)
    assert (minimax.r1, minimax.n1, minimax.r, minimax.n) == (0, 12, 2, 16)
    assert_allclose([optimal.expected_n_null, minimax.expected_n_null], [12.0, 13.8], atol=0.05)
    assert_allclose([optimal.early_stop_null, minimax.early_stop_null], [0.63, 0.54], atol=0.005)


def test_no_simon_design_is_said():
    found = simon_two_stage(null=0.3, alternative=0.35, largest=10)
    assert found.by_size == ()
    assert found.optimal.n == -1
    assert np.isnan(found.minimax.power)


@given(st.floats(0, 1), st.integers(0, 3))
@settings(max_examples=20)
def test_binomial_monitoring_by_listing_every_path(p, low):
    sizes, lower, upper = [2, 5, 7], [low - 2, low, 3], [2, 4, 4]
    lower = np.clip(lower, -1, np.array(upper) - 1)
    found = monitor_binomial(n=sizes, lower=lower, upper=upper, proportion=p)
    above, below = np.zeros(3), np.zeros(3)
    for path in itertools.product([0, 1], repeat=7):
        mass = np.prod([p if one else 1 - p for one in path])
        for look, size in enumerate(sizes):
            count = sum(path[:size])
            if count >= upper[look] or count <= lower[look]:
                (above if count >= upper[look] else below)[look] += mass
                break
    assert_allclose(found.upper, above, atol=1e-12)
    assert_allclose(found.lower, below, atol=1e-12)
    assert_allclose(found.reject + found.stop_low, above.sum() + below.sum(), atol=1e-12)


def test_monitoring_keeps_the_shape_of_the_proportion():
    found = monitor_binomial(n=[5], lower=[-1], upper=[6], proportion=[[0.2, 0.4]])
    assert found.upper.shape == (1, 2, 1)
    assert_array_equal(found.reject, 0)
    assert_array_equal(found.expected_n, 5)


def test_sprt_limits_are_where_the_ratio_leaves():
    bounds = sprt_binomial(null=0.1, alternative=0.3, alpha=0.05, beta=0.2, smallest=1, largest=60)
    for n, low, high in zip(bounds.n, bounds.lower, bounds.upper, strict=True):
        x = np.arange(n + 1)
        ratio = stats.binom.logpmf(x, n, 0.3) - stats.binom.logpmf(x, n, 0.1)
        reject, accept = ratio >= np.log(0.8 / 0.05) - 1e-9, ratio <= np.log(0.2 / 0.95) + 1e-9
        assert high == (x[reject].min() if reject.any() else n + 1)
        assert low == (x[accept].max() if accept.any() else -1)


def test_faults_come_together():
    with pytest.raises(DataError, match=r"z: inf(.|\n)*fraction: 1"):
        conditional_power(z=np.inf, fraction=1, drift=0, critical=2)
    with pytest.raises(DataError, match="prior_sd: 0"):
        predictive_power(z=1, fraction=0.5, critical=2, prior_sd=0)
    with pytest.raises(DataError, match="look: 1; wanted a look before the last of 2"):
        conditional_bounds(information=[1, 2], bounds=[2, 2], look=1, z=0)
    with pytest.raises(DataError, match="weight: only zeros"):
        predictive_crossing(
            information=[1, 2], upper=[2, 2], look=0, z=0, effect=[1.0], weight=[0.0]
        )
    with pytest.raises(DataError, match=r"z: nan(.|\n)*look: 2; wanted one of 2"):
        analyse_after_stopping(information=[1, 2], upper=[2, 2], look=2, z=np.nan)
    with pytest.raises(DataError, match="lower: above upper"):
        analyse_after_stopping(information=[1, 2], upper=[2, 2], lower=[3, 0], look=1, z=1)
    with pytest.raises(DataError, match="at most 1 statistics"):
        analyse_repeatedly(fraction=[1.0], z=[1.0, 2.0])
    with pytest.raises(DataError, match="wanted a spending function"):
        analyse_repeatedly(
            fraction=[1.0], z=[1.0], efficacy=Spending(family="user", cumulative=[0.025])
        )
    with pytest.raises(
        DataError, match=r"null, alternative: 0\.2 and 0\.1; wanted null below alternative"
    ):
        simon_two_stage(null=0.2, alternative=0.1)
    with pytest.raises(DataError, match="design: 3/2, 5/9"):
        simon_characteristics(r1=3, n1=2, r=5, n=9, proportion=0.5)
    with pytest.raises(DataError, match=r"rising sizes(.|\n)*limits that do not meet"):
        monitor_binomial(n=[5, 5], lower=[1, 2], upper=[1, 2], proportion=0.5)
    with pytest.raises(DataError, match="error rates together below 1"):
        sprt_binomial(null=0.1, alternative=0.2, alpha=0.5, beta=0.5, smallest=1, largest=2)
