"""Pooled effects and tests over strata."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State, binary
from support.reference import cases

from . import twins
from .strategies import COUNTS, assert_batch_is_its_trials, batches, swapped

POOLED = (
    binary.mantel_haenszel_log_odds_ratio,
    binary.mantel_haenszel_log_risk_ratio,
    binary.mantel_haenszel_risk_difference,
)
TESTS = (binary.cmh_test, binary.breslow_day_test, binary.cmh_exact_test)
META = {case.id: case for case in cases("meta")}


@pytest.mark.parametrize("name", ["meta_zero_cells", "meta_bcg"])
@pytest.mark.parametrize(("measure", "pool"), list(zip(("OR", "RR", "RD"), POOLED, strict=True)))
def test_zero_cells_are_treated_as_metafor_does(name, measure, pool):
    case = META[name]
    lines = (case.folder / case.inputs["data"]).read_text(encoding="utf-8").splitlines()
    header = lines[0].replace('"', "").split(",")
    rows = [dict(zip(header, line.replace('"', "").split(","), strict=True)) for line in lines[1:]]
    columns = [np.array([float(row[key]) for row in rows]) for key in ("ai", "n1i", "ci", "n2i")]
    result = pool(**dict(zip(COUNTS, columns, strict=True)))
    expected = case.expected[measure]["MH"]
    for key, actual in (
        ("estimate", result.estimate),
        ("se", result.standard_error),
        ("Q", result.heterogeneity),
        ("I2", result.i_squared),
        ("p", result.p_value),
    ):
        assert_allclose(actual, expected[key], rtol=1e-10, err_msg=key)


def test_penicillin_and_rabbits_agresti_1990_page_231():
    # R example(mantelhaen.test): p 0.047 corrected, 0.040 exact, 0.020 one-sided.
    counts = {
        "x1": [0, 3, 6, 5, 2],
        "n1": [6, 6, 6, 6, 2],
        "x0": [0, 0, 2, 6, 5],
        "n0": [5, 6, 6, 6, 5],
    }
    assert_allclose(binary.cmh_test(**counts).p_corrected, 0.047, atol=5e-4)
    exact = binary.cmh_exact_test(**counts)
    assert_allclose([exact.p_two_sided, exact.p_greater], [0.040, 0.020], atol=5e-4)


def test_one_stratum_is_the_plain_effect():
    counts = {"x1": [9], "n1": [12], "x0": [5], "n0": [6]}
    ratio, risk, difference = (pool(**counts) for pool in POOLED)
    assert_allclose(np.exp(ratio.estimate), 0.6, rtol=1e-13)
    assert_allclose(ratio.standard_error, math.sqrt(1 / 9 + 1 / 3 + 1 / 5 + 1), rtol=1e-13)
    assert_allclose(np.exp(risk.estimate), 0.9, rtol=1e-13)
    assert_allclose(risk.standard_error, math.sqrt(1 / 9 - 1 / 12 + 1 / 5 - 1 / 6), rtol=1e-13)
    assert_allclose(difference.estimate, -1 / 12, rtol=1e-13)
    test = binary.cmh_test(**counts)
    assert_allclose(
        test.statistic, binary.chi_square_test(x1=9, n1=12, x0=5, n0=6).statistic_n_minus_1
    )
    assert ratio.heterogeneity_p == 1
    assert binary.breslow_day_test(**counts).state == State.NOT_ESTIMABLE


def test_one_stratum_of_the_exact_test_is_fisher():
    rng = np.random.default_rng(8)
    x1, x0 = rng.integers(0, 10, 30), rng.integers(0, 8, 30)
    exact = binary.cmh_exact_test(x1=x1[:, None], n1=9, x0=x0[:, None], n0=7)
    fisher = binary.fisher_test(x1=x1, n1=9, x0=x0, n0=7)
    ratio = binary.odds_ratio_conditional(x1=x1, n1=9, x0=x0, n0=7)
    assert_allclose(exact.p_two_sided, fisher.p_two_sided, rtol=1e-11)
    assert_allclose(exact.p_less, fisher.p_less, rtol=1e-11)
    assert_allclose(exact.estimate, ratio.estimate, rtol=1e-10)
    assert_allclose(exact.ci_low, ratio.ci_low, rtol=1e-10)
    assert_array_equal(exact.state, ratio.state)


@settings(max_examples=25)
@given(batches(strata=3, largest=7, most_trials=2))
def test_the_exact_test_agrees_with_the_exact_convolution(counts):
    result = binary.cmh_exact_test(**counts)
    for place in range(result.statistic.size):
        columns = [values[place].astype(int).tolist() for values in counts.values()]
        low, masses = twins.tilted_sum(*columns)
        observed, total = sum(columns[0]) - low, sum(masses)
        tied = [mass for mass in masses if mass <= masses[observed] * twins.TIE]
        assert_allclose(result.p_two_sided[place], float(sum(tied) / total), rtol=1e-10)
        assert_allclose(result.p_less[place], sum(masses[: observed + 1]) / total, rtol=1e-10)
        assert_allclose(result.p_greater[place], sum(masses[observed:]) / total, rtol=1e-10)
        if result.state[place] == State.ESTIMATED and result.estimate[place] > 0:
            weight = np.array(masses, dtype=float) * result.estimate[place] ** np.arange(
                len(masses)
            )
            mean = np.sum(weight * np.arange(len(masses))) / np.sum(weight)
            assert_allclose(mean, observed, rtol=1e-9)


def test_breslow_day_agrees_with_a_search_for_each_expected_count():
    counts = {
        "x1": [9, 27, 6, 4],
        "n1": [12, 30, 9, 20],
        "x0": [5, 25, 3, 9],
        "n0": [6, 28, 10, 21],
    }
    common = float(np.exp(binary.mantel_haenszel_log_odds_ratio(**counts).estimate))
    total, gaps, spreads = 0.0, [], []
    for x1, n1, x0, n0 in zip(*counts.values(), strict=True):
        low, high = max(0, x1 + x0 - n0), min(n1, x1 + x0)
        for _ in range(200):
            a = (low + high) / 2
            b, c = n1 - a, x1 + x0 - a
            d = n0 - c
            low, high = (a, high) if a * d < common * b * c else (low, a)
        spread = 1 / (1 / a + 1 / b + 1 / c + 1 / d)
        total += (x1 - a) ** 2 / spread
        gaps.append(x1 - a)
        spreads.append(spread)
    result = binary.breslow_day_test(**counts)
    assert_allclose(result.statistic, total, rtol=1e-11)
    assert_allclose(result.statistic_tarone, total - sum(gaps) ** 2 / sum(spreads), rtol=1e-11)
    assert result.df == 3


@given(batches(strata=3))
def test_exchanging_the_arms_turns_the_signs(counts):
    for pool in POOLED:
        result, other = pool(**counts), pool(**swapped(counts))
        assert_allclose(result.estimate, -other.estimate, rtol=1e-10, atol=1e-12)
        assert_allclose(result.standard_error, other.standard_error, rtol=1e-10)
        assert_allclose(result.heterogeneity, other.heterogeneity, rtol=1e-9, atol=1e-10)
        assert_array_equal(result.state, other.state)
    result, other = binary.cmh_test(**counts), binary.cmh_test(**swapped(counts))
    assert_allclose(result.z, -other.z, rtol=1e-10, atol=1e-12)


@given(batches(strata=3))
def test_the_order_of_strata_and_an_empty_one_do_not_matter(counts):
    shuffled = {
        name: np.concatenate([values[:, ::-1], np.zeros((len(values), 1))], axis=1)
        for name, values in counts.items()
    }
    for pool in POOLED:
        assert_allclose(pool(**counts).estimate, pool(**shuffled).estimate, atol=1e-12, rtol=1e-11)
        result, other = pool(**counts), pool(**shuffled)
        assert_allclose(result.heterogeneity, other.heterogeneity, rtol=1e-9, atol=1e-11)
    for test in (binary.cmh_test, binary.breslow_day_test):
        result, other = test(**counts), test(**shuffled)
        assert_allclose(result.p_value, other.p_value, rtol=1e-9)


@settings(max_examples=10)
@given(batches(strata=2, most_trials=3))
def test_a_batch_equals_its_trials_one_by_one(counts):
    for function in (*POOLED, *TESTS):
        assert_batch_is_its_trials(function, counts)


def test_strata_without_contrast_are_not_estimable():
    counts = {"x1": [[0, 4], [3, 0]], "n1": [4, 4], "x0": [[0, 4], [0, 0]], "n0": [4, 4]}
    ratio = binary.mantel_haenszel_log_odds_ratio(**counts)
    assert ratio.state.tolist() == [State.NOT_ESTIMABLE, State.INFINITE]
    assert_array_equal(ratio.estimate, [np.nan, np.inf])
    assert_array_equal(np.isnan(ratio.heterogeneity), True)
    test = binary.cmh_test(**counts)
    assert test.state.tolist() == [State.NOT_ESTIMABLE, State.ESTIMATED]
    exact = binary.cmh_exact_test(**counts)
    assert exact.state.tolist() == [State.NOT_ESTIMABLE, State.INFINITE]
    assert_array_equal(exact.p_two_sided[0], 1.0)
    assert_array_equal([exact.ci_low[0], exact.ci_high[0]], [0, np.inf])


def test_large_strata_do_not_lose_the_exact_odds_ratio_to_underflow():
    counts = {"x1": [450, 475], "n1": [500, 500], "x0": [15, 10], "n0": [500, 500]}
    result = binary.cmh_exact_test(**counts)
    low, masses = twins.tilted_sum(*counts.values())
    log_mass = np.array([math.log(mass) for mass in masses])
    step = low + np.arange(log_mass.size) - 925
    assert np.ptp(log_mass) > 800

    def share(odds_ratio, chosen):
        exponent = log_mass + step * math.log(odds_ratio)
        weight = np.exp(exponent - exponent.max())
        return np.sum(weight[chosen]) / np.sum(weight)

    exponent = log_mass + step * math.log(result.estimate)
    weight = np.exp(exponent - exponent.max())
    assert_allclose(np.sum(step * weight) / np.sum(weight), 0, atol=1e-8)
    assert_allclose(share(result.ci_low, step >= 0), 0.025, rtol=1e-9)
    assert_allclose(share(result.ci_high, step <= 0), 0.025, rtol=1e-9)


def test_wrong_input_is_refused():
    for function in (*POOLED, *TESTS):
        with pytest.raises(DataError, match="wanted an array"):
            function(x1=1, n1=2, x0=1, n0=2)
        with pytest.raises(DataError, match="x1: 3 of 2"):
            function(x1=[3, 1], n1=2, x0=1, n0=2)


def test_a_variance_below_zero_leaves_no_standard_error():
    """Sato's variance of these two strata is not above zero: 3 of 3 against 0 of 2."""
    found = binary.mantel_haenszel_risk_difference(x1=[0, 3], n1=[1, 3], x0=[0, 0], n0=[0, 2])
    assert found.estimate == 1
    assert np.isnan([found.standard_error, found.ci_low, found.p_value]).all()
    assert found.state == State.NOT_ESTIMABLE


def test_no_stratum_is_refused_by_the_exact_test():
    with pytest.raises(DataError, match="no stratum; wanted one stratum or more"):
        binary.cmh_exact_test(x1=[], n1=[], x0=[], n0=[])
