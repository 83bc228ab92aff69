"""Limits of a risk difference over strata."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State, binary

from . import twins
from .strategies import assert_batch_is_its_trials, batches, reversed_outcome, swapped
from .test_intervals import Z

SCORE = binary.stratified_difference_miettinen_nurminen
NEWCOMBE = binary.stratified_difference_newcombe
KLINGENBERG = binary.stratified_difference_klingenberg
ALL = (SCORE, NEWCOMBE, KLINGENBERG)
# Drawn in R: set.seed(123); response rbinom(200, 1, 0.6), region and sex 1 + rbinom(200, 1, 0.5),
# arm 1 the first 100: the data of the tests of the R package cardx, whose values are from SAS.
FOUR = {"x1": [13, 20, 15, 12], "n1": [26, 28, 26, 20], "x0": [15, 15, 20, 12],
        "n0": [23, 22, 33, 22]}  # fmt: skip
# The data of the tests of the R package tern (set.seed(1), 80 subjects in 6 strata).
SIX = {"x1": [8, 4, 2, 5, 6, 5], "n1": [9, 4, 5, 7, 7, 8], "x0": [3, 6, 2, 3, 3, 3],
       "n0": [6, 12, 5, 4, 8, 5]}  # fmt: skip


def weights(counts):
    n1, n0 = (np.asarray(counts[name], dtype=float) for name in ("n1", "n0"))
    return n1 * n0 / (n1 + n0) / np.sum(n1 * n0 / (n1 + n0))


def test_score_limits_of_the_data_of_cardx():
    result = SCORE(**FOUR)
    # SAS prints -0.16116 and 0.10954; cardx agrees with it to a relative 0.001.
    assert_allclose([result.ci_low, result.ci_high], [-0.16116, 0.10954], rtol=1e-3)
    assert_allclose(result.estimate, binary.mantel_haenszel_risk_difference(**FOUR).estimate)


def test_newcombe_limits_of_the_data_of_tern():
    # tern's snapshot "output matches equivalent SAS function output".
    result = NEWCOMBE(**SIX)
    got = [result.estimate, result.ci_low, result.ci_high]
    assert_allclose(got, [0.25390590, 0.03467969, 0.44544132], atol=5e-9)


def test_newcombe_limits_of_published_code_with_other_levels():
    # Slow twin of Yan and Su, one stratum after the other.
    w, total = weights(SIX), 0.0
    sides = {}
    for arm in ("1", "0"):
        x, n = np.array(SIX[f"x{arm}"]), np.array(SIX[f"n{arm}"])
        v = x / n * (1 - x / n) / n
        z = 1.2815515655446004 * np.sqrt(sum(w**2 * v)) / sum(w * np.sqrt(v))
        low = high = 0.0
        for share, events, size in zip(w, x, n, strict=True):
            centre, half = events + z * z / 2, z * np.sqrt(events * (1 - events / size) + z * z / 4)
            low += share * (centre - half) / (size + z * z)
            high += share * (centre + half) / (size + z * z)
        sides[arm] = (low, high, sum(w**2 / n))
        total += (1 if arm == "1" else -1) * sum(w * x / n)
    (l1, u1, s1), (l0, u0, s0) = sides["1"], sides["0"]
    reach = [s1 * l1 * (1 - l1) + s0 * u0 * (1 - u0), s1 * u1 * (1 - u1) + s0 * l0 * (1 - l0)]
    expected = total + np.array([-1, 1]) * 1.2815515655446004 * np.sqrt(reach)
    result = NEWCOMBE(**SIX, confidence=0.8)
    assert_allclose([result.ci_low, result.ci_high], expected, rtol=1e-12)


@given(batches(smallest=1, strata=3, most_trials=3))
def test_score_limits_solve_their_equation(counts):
    result = SCORE(**counts)
    for trial in range(len(result.estimate)):
        rows = {name: values[trial] for name, values in counts.items()}
        w = weights(rows)
        for limit in (float(result.ci_low[trial]), float(result.ci_high[trial])):
            if abs(limit) == 1:
                continue
            variance = 0.0
            for share, x1, n1, x0, n0 in zip(
                w, *(rows[k] for k in ("x1", "n1", "x0", "n0")), strict=True
            ):
                gap = x1 / n1 - x0 / n0 - limit
                if abs(gap) < 1e-6:
                    return  # the twin gives the variance by a quotient that has no digits here
                one = gap / twins.mee_statistic(limit, int(x1), int(n1), int(x0), int(n0))
                variance += share**2 * one**2 * (n1 + n0) / (n1 + n0 - 1)
            apart = abs(result.estimate[trial] - limit)
            assert_allclose(apart, Z * np.sqrt(variance), rtol=1e-6, atol=1e-9)


@given(batches(smallest=1, strata=1))
def test_one_stratum_is_the_plain_table(counts):
    plain = {name: values[:, 0] for name, values in counts.items()}
    for interval, other in (
        (SCORE, binary.risk_difference_miettinen_nurminen),
        (NEWCOMBE, binary.risk_difference_newcombe),
    ):
        result, expected = interval(**counts), other(**plain)
        assert_allclose(result.ci_low, expected.ci_low, rtol=1e-9, atol=1e-9)
        assert_allclose(result.ci_high, expected.ci_high, rtol=1e-9, atol=1e-9)


def test_klingenberg_limits_are_where_satos_variance_at_them_leaves_the_estimate():
    result, pooled = KLINGENBERG(**FOUR), binary.mantel_haenszel_risk_difference(**FOUR)
    n1, n0 = np.array(FOUR["n1"]), np.array(FOUR["n0"])
    x1, x0, n = np.array(FOUR["x1"]), np.array(FOUR["x0"]), n1 + n0
    p = np.sum((n1**2 * x0 - n0**2 * x1 + n1 * n0 * (n0 - n1) / 2) / n**2)
    q = np.sum((x1 * (n0 - x0) + x0 * (n1 - x1)) / (2 * n))
    total = np.sum(n1 * n0 / n)
    for limit in (result.ci_low, result.ci_high):
        z = (pooled.estimate - limit) / np.sqrt((limit * p + q) / total**2)
        assert_allclose(abs(z), Z, rtol=1e-10)


@settings(max_examples=30)
@given(batches(smallest=1, strata=3))
def test_label_swap_outcome_swap_order_and_width(counts):
    for interval in ALL:
        result = interval(**counts)
        other = interval(**swapped(counts))
        assert_allclose(result.ci_low, -other.ci_high, rtol=1e-8, atol=1e-8)
        turned = interval(**reversed_outcome(counts))
        assert_allclose(result.ci_low, -turned.ci_high, rtol=1e-8, atol=1e-8)
        shuffled = interval(**{name: values[:, ::-1] for name, values in counts.items()})
        assert_allclose(result.ci_high, shuffled.ci_high, rtol=1e-8, atol=1e-8)
        wide = interval(**counts, confidence=0.99)
        good = (result.state == State.ESTIMATED) & (wide.state == State.ESTIMATED)
        assert np.all(wide.ci_low[good] <= result.ci_low[good] + 1e-9)
        assert np.all(result.ci_low[good] <= result.estimate[good] + 1e-9)
        assert np.all(result.estimate[good] <= result.ci_high[good] + 1e-9)
        assert np.all(np.abs(result.ci_high[good]) <= 1 + 1e-12)


@settings(max_examples=20)
@given(batches(smallest=0, strata=2, most_trials=3))
def test_a_batch_equals_its_trials_one_by_one(counts):
    for interval in ALL:
        assert_batch_is_its_trials(interval, counts)


def test_a_stratum_with_an_empty_arm_adds_nothing():
    extra = {"x1": 2, "n1": 3, "x0": 0, "n0": 0}
    more = {name: [*values, extra[name]] for name, values in FOUR.items()}
    for interval in ALL:
        assert_allclose(interval(**more).ci_low, interval(**FOUR).ci_low, rtol=1e-12)


def test_nobody_in_an_arm_is_a_state_and_eighteen_subjects_an_answer():
    for interval in ALL:
        nobody = interval(x1=[[0, 0], [3, 2]], n1=[[0, 0], [6, 6]], x0=1, n0=3)
        assert_array_equal(nobody.state, [State.NOT_ESTIMABLE, State.ESTIMATED])
        assert np.isnan(nobody.ci_low[0])
        assert nobody.ci_low[1] < 1 / 12 < nobody.ci_high[1]
        one = interval(x1=[1], n1=[1], x0=[0], n0=[1])
        assert_allclose([one.estimate, one.ci_high], [1, 1], atol=1e-12)


def test_no_events_have_the_limits_of_equal_risks():
    for interval in (SCORE, NEWCOMBE):
        result = interval(x1=[0, 0], n1=[6, 6], x0=[0, 0], n0=[3, 3])
        assert result.estimate == 0
        assert -1 < result.ci_low < 0 < result.ci_high < 1


def test_wrong_input_is_refused():
    for interval in ALL:
        with pytest.raises(DataError, match=r"\(..., strata\)"):
            interval(x1=1, n1=2, x0=1, n0=2)
        with pytest.raises(DataError, match="x1: 3 of 2"):
            interval(x1=[3], n1=[2], x0=[1], n0=[2])
        with pytest.raises(DataError, match="confidence"):
            interval(x1=[1], n1=[2], x0=[1], n0=[2], confidence=1)
