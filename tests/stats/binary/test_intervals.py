"""Intervals of a difference, a ratio and an odds ratio of two risks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import ndtri

from equipoise.errors import DataError
from equipoise.stats import State, binary

from . import twins
from .strategies import (
    all_tables,
    assert_batch_is_its_trials,
    batches,
    reversed_outcome,
    swapped,
)

DIFFERENCES = (
    binary.risk_difference_agresti_caffo,
    binary.risk_difference_mee,
    binary.risk_difference_miettinen_nurminen,
    binary.risk_difference_newcombe,
    binary.risk_difference_wald,
    binary.risk_difference_profile,
)
RATIOS = (
    binary.risk_ratio_katz,
    binary.risk_ratio_koopman,
    binary.risk_ratio_miettinen_nurminen,
    binary.risk_ratio_profile,
)
ODDS_RATIOS = (
    binary.odds_ratio_conditional,
    binary.odds_ratio_cornfield,
    binary.odds_ratio_haldane_anscombe,
    binary.odds_ratio_miettinen_nurminen,
    binary.odds_ratio_woolf,
    binary.odds_ratio_profile,
)
Z = float(-ndtri(0.025))
# Newcombe RG. Statistics in Medicine 1998; 17:873-890, table II, methods 1, 5, 6 and 10.
NEWCOMBE = {
    (56, 70, 48, 80): {
        binary.risk_difference_wald: (0.0575, 0.3425),
        binary.risk_difference_mee: (0.0533, 0.3377),
        binary.risk_difference_miettinen_nurminen: (0.0528, 0.3382),
        binary.risk_difference_newcombe: (0.0524, 0.3339),
    },
    (9, 10, 3, 10): {
        binary.risk_difference_wald: (0.2605, 0.9395),
        binary.risk_difference_mee: (0.1821, 0.8370),
        binary.risk_difference_miettinen_nurminen: (0.1700, 0.8406),
        binary.risk_difference_newcombe: (0.1705, 0.8090),
    },
}
ROWS = [(key, f, limits) for key, row in NEWCOMBE.items() for f, limits in row.items()]


@pytest.mark.parametrize(("cells", "interval", "limits"), ROWS)
def test_newcombe_1998_table_2(cells, interval, limits):
    result = interval(**dict(zip(("x1", "n1", "x0", "n0"), cells, strict=True)))
    assert_allclose([result.ci_low, result.ci_high], limits, atol=5.01e-5)


def test_the_lady_tasting_tea():
    # R example(fisher.test) prints 6.408309 and a one-sided limit of 0.3135693 after its early
    # stop; what they are to solve is known: masses 1, 16, 36, 16, 1, observed 3.
    result = binary.odds_ratio_conditional(x1=3, n1=4, x0=1, n0=4, confidence=0.9)
    step, ways = np.arange(5), np.array([1, 16, 36, 16, 1])
    weight = ways * result.estimate**step
    assert_allclose(np.sum(step * weight) / np.sum(weight), 3, rtol=1e-12)
    weight = ways * result.ci_low**step
    assert_allclose(np.sum(weight[3:]) / np.sum(weight), 0.05, rtol=1e-12)
    assert_allclose([result.estimate, result.ci_low], [6.408309, 0.3135693], rtol=2e-5)


def test_difference_limits_of_every_table_solve_the_score_equation():
    counts = all_tables(5, 4)
    for interval, factor in (
        (binary.risk_difference_mee, 1.0),
        (binary.risk_difference_miettinen_nurminen, 9 / 8),
    ):
        result = interval(**counts)
        assert np.all(result.state == State.ESTIMATED)
        for place, cells in enumerate(zip(*(c.tolist() for c in counts.values()), strict=True)):
            low, high = float(result.ci_low[place]), float(result.ci_high[place])
            z = Z * math.sqrt(factor)
            if low > -1:
                assert_allclose(twins.mee_statistic(low, *cells), z, rtol=1e-9)
            else:
                assert cells == (0, 5, 4, 4)
            if high < 1:
                assert_allclose(twins.mee_statistic(high, *cells), -z, rtol=1e-9)
            else:
                assert cells == (5, 5, 0, 4)


@pytest.mark.parametrize("interval", [*RATIOS[1:3], *ODDS_RATIOS[1:2], ODDS_RATIOS[3]])
def test_ratio_limits_solve_their_score_equation(interval):
    counts = all_tables(7, 5)
    result = interval(**counts)
    is_ratio = interval in RATIOS
    factor = 12 / 11 if "miettinen" in interval.__name__ else 1.0
    for place, (x1, n1, x0, n0) in enumerate(zip(*(c for c in counts.values()), strict=True)):
        for limit, sign in ((result.ci_low[place], 1), (result.ci_high[place], -1)):
            if limit in (0, math.inf):
                continue
            p1, p0 = most_likely(limit, x1, n1, x0, n0, is_ratio=is_ratio)
            if is_ratio:
                gap = x1 / n1 - limit * x0 / n0
                variance = p1 * (1 - p1) / n1 + limit**2 * p0 * (1 - p0) / n0
            else:
                gap = x1 - n1 * p1
                variance = 1 / (1 / (n1 * p1 * (1 - p1)) + 1 / (n0 * p0 * (1 - p0)))
            assert_allclose(gap / math.sqrt(variance), sign * Z * math.sqrt(factor), rtol=1e-6)


def most_likely(effect, x1, n1, x0, n0, *, is_ratio):
    """Risks under a ratio or odds ratio, by a golden-section search on the likelihood."""

    def risks(p0):
        return (effect * p0 if is_ratio else effect * p0 / (1 - p0 + effect * p0)), p0

    def likelihood(p0):
        p1, p0 = risks(p0)
        terms = ((x1, p1), (n1 - x1, 1 - p1), (x0, p0), (n0 - x0, 1 - p0))
        return sum(count * math.log(max(share, 1e-300)) for count, share in terms if count)

    low, high = 0.0, min(1.0, 1 / effect) if is_ratio else 1.0
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(200):
        one, two = high - golden * (high - low), low + golden * (high - low)
        if likelihood(one) < likelihood(two):
            low = one
        else:
            high = two
    return risks((low + high) / 2)


@settings(max_examples=15)
@given(batches(smallest=1, most_trials=3))
def test_exact_odds_ratio_limits_leave_half_alpha_in_each_tail(counts):
    result = binary.odds_ratio_conditional(**counts)
    for place in range(result.estimate.size):
        x1, n1, x0, n0 = (int(values[place]) for values in counts.values())
        mass = {x: float(p) for x, p in twins.hypergeometric(n1, n0, x1 + x0).items()}

        def share(odds_ratio, numbers, mass=mass):
            weight = {x: p * odds_ratio**x for x, p in mass.items()}
            return sum(weight[x] for x in numbers) / sum(weight.values())

        low, high = float(result.ci_low[place]), float(result.ci_high[place])
        if x1 > min(mass):
            assert_allclose(share(low, range(x1, max(mass) + 1)), 0.025, rtol=1e-9)
        else:
            assert low == 0
        if x1 < max(mass):
            assert_allclose(share(high, range(min(mass), x1 + 1)), 0.025, rtol=1e-9)
        else:
            assert high == math.inf


@given(batches(smallest=1))
def test_exchanging_the_arms_negates_a_difference(counts):
    for interval in DIFFERENCES:
        result, other = interval(**counts), interval(**swapped(counts))
        assert_allclose(result.estimate, -other.estimate, atol=1e-14)
        assert_allclose(result.ci_low, -other.ci_high, atol=1e-11)


@given(batches(smallest=1))
def test_exchanging_the_arms_inverts_a_ratio(counts):
    for interval in (*RATIOS, *ODDS_RATIOS):
        result, other = interval(**counts), interval(**swapped(counts))
        with np.errstate(divide="ignore"):
            assert_allclose(result.estimate, 1 / other.estimate, rtol=1e-11)
            assert_allclose(result.ci_low, 1 / other.ci_high, rtol=1e-9)


@given(batches(smallest=1))
def test_counting_non_events_inverts_an_odds_ratio(counts):
    for interval in ODDS_RATIOS:
        result, other = interval(**counts), interval(**reversed_outcome(counts))
        with np.errstate(divide="ignore"):
            assert_allclose(result.ci_low, 1 / other.ci_high, rtol=1e-9)


@given(batches(smallest=1))
def test_limits_enclose_the_estimate_and_widen_with_confidence(counts):
    for interval in (*DIFFERENCES, *RATIOS, *ODDS_RATIOS):
        narrow, wide = interval(**counts, confidence=0.8), interval(**counts, confidence=0.99)
        known = ~np.isnan(narrow.ci_low) & ~np.isnan(narrow.estimate)
        if interval is not binary.risk_difference_agresti_caffo:
            assert np.all(narrow.ci_low[known] <= narrow.estimate[known] * (1 + 1e-12) + 1e-12)
            assert np.all(narrow.estimate[known] <= narrow.ci_high[known] * (1 + 1e-12) + 1e-12)
        assert np.all(wide.ci_low[known] <= narrow.ci_low[known] + 1e-12)
        assert np.all(wide.ci_high[known] >= narrow.ci_high[known] * (1 - 1e-12) - 1e-12)


@settings(max_examples=15)
@given(batches(most_trials=3))
def test_a_batch_equals_its_trials_one_by_one(counts):
    for interval in (*DIFFERENCES, *RATIOS, *ODDS_RATIOS):
        assert_batch_is_its_trials(interval, counts)


def test_an_empty_arm_is_not_estimable_and_has_no_limits():
    for interval in (*DIFFERENCES, *RATIOS, *ODDS_RATIOS):
        result = interval(x1=0, n1=0, x0=1, n0=3)
        assert result.state == State.NOT_ESTIMABLE
        assert_array_equal(np.isnan([result.estimate, result.ci_low, result.ci_high]), True)


@pytest.mark.parametrize(
    "interval", [*RATIOS[1:], *ODDS_RATIOS[:2], ODDS_RATIOS[3], ODDS_RATIOS[5]]
)
def test_zero_cells_have_the_limits_they_truly_have(interval):
    result = interval(x1=[3, 0, 0], n1=8, x0=[0, 3, 0], n0=9)
    assert result.state.tolist() == [State.INFINITE, State.ESTIMATED, State.NOT_ESTIMABLE]
    assert_array_equal(result.estimate, [math.inf, 0.0, np.nan])
    assert_array_equal(result.ci_low[1:], [0.0, 0.0])
    assert_array_equal(result.ci_high[[0, 2]], [math.inf, math.inf])
    assert 0 < result.ci_low[0] < 2
    assert 0 < result.ci_high[1] < 5


@pytest.mark.parametrize("interval", [binary.risk_ratio_katz, binary.odds_ratio_woolf])
def test_logarithmic_limits_do_not_exist_with_a_zero_cell(interval):
    result = interval(x1=[3, 0], n1=8, x0=[0, 3], n0=9)
    assert result.state.tolist() == [State.INFINITE, State.NOT_ESTIMABLE]
    assert_array_equal(result.estimate, [math.inf, 0.0])
    assert_array_equal(np.isnan([result.ci_low, result.ci_high]), True)


def test_all_events_leave_a_risk_ratio_of_one():
    result = binary.risk_ratio_koopman(x1=6, n1=6, x0=5, n0=5)
    assert result.estimate == 1
    # Under a ratio below one the control risk is one, so that (1 - r)^2 = z^2 r (1 - r) / 6.
    assert_allclose(result.ci_low, 1 / (1 + Z**2 / 6), rtol=1e-9)
    assert_allclose(result.ci_high, 1 + Z**2 / 5, rtol=1e-9)


def test_large_trials_reach_limits_far_from_one():
    result = binary.odds_ratio_conditional(x1=4999, n1=5000, x0=1, n0=5000)
    assert result.state == State.ESTIMATED
    assert 1e5 < result.ci_low < result.estimate < result.ci_high < 1e12
    score = binary.odds_ratio_miettinen_nurminen(x1=4999, n1=5000, x0=1, n0=5000)
    assert 1e5 < score.ci_low < score.estimate < score.ci_high < 1e12


def test_wrong_input_is_refused():
    for interval in (*DIFFERENCES, *RATIOS, *ODDS_RATIOS):
        with pytest.raises(DataError, match="x0: -1"):
            interval(x1=0, n1=1, x0=-1, n0=2)
        with pytest.raises(DataError, match="confidence"):
            interval(x1=0, n1=1, x0=1, n0=2, confidence=0)
