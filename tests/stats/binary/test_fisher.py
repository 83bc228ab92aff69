"""Fisher's exact test against fractions, published tables and its own symmetries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.binary import fisher_test

from . import twins
from .strategies import all_tables, assert_batch_is_its_trials, batches, swapped


@pytest.mark.parametrize("sizes", [(12, 6), (7, 7), (1, 9), (5, 4)])
def test_every_table_of_a_trial_agrees_with_fractions(sizes):
    counts = all_tables(*sizes)
    result = fisher_test(**counts)
    for place, cells in enumerate(zip(*(counts[name].tolist() for name in counts), strict=True)):
        for name, p_value in twins.fisher(*cells).items():
            assert_allclose(getattr(result, name)[place], float(p_value), rtol=1e-13)


def test_tables_of_all_widths_in_one_batch_agree_with_fractions():
    rng = np.random.default_rng(5)
    n1, n0 = rng.integers(1, 151, (2, 40))
    counts = {"x1": rng.integers(0, n1 + 1), "n1": n1, "x0": rng.integers(0, n0 + 1), "n0": n0}
    result = fisher_test(**counts)
    for place, cells in enumerate(zip(*(counts[name].tolist() for name in counts), strict=True)):
        for name, p_value in twins.fisher(*cells).items():
            assert_allclose(getattr(result, name)[place], float(p_value), rtol=1e-12)


@pytest.mark.parametrize("cells", [(40, 900, 55, 800), (610, 900, 600, 800), (0, 900, 800, 800)])
def test_walks_that_end_early_lose_nothing(cells):
    result = fisher_test(**dict(zip(("x1", "n1", "x0", "n0"), cells, strict=True)))
    for name, p_value in twins.fisher(*cells).items():
        assert_allclose(getattr(result, name), float(p_value), rtol=1e-12)


def test_tails_keep_their_digits_where_one_minus_a_sum_has_none():
    result = fisher_test(x1=200, n1=200, x0=0, n0=200)
    mass = twins.hypergeometric(200, 200, 200)
    assert_allclose(result.p_greater, float(mass[200]), rtol=1e-12)
    assert_allclose(result.p_two_sided, float(mass[200] + mass[0]), rtol=1e-12)
    assert float(mass[200]) < 1e-100


def test_the_lady_tasting_tea():
    # Fisher RA. The Design of Experiments 1935, chapter II; R example(fisher.test): 0.2429.
    result = fisher_test(x1=3, n1=4, x0=1, n0=4)
    assert_allclose(result.p_greater, 17 / 70, rtol=1e-14)
    assert_allclose(result.p_two_sided, 34 / 70, rtol=1e-14)


@given(batches())
def test_exchanging_the_arms_exchanges_the_tails(counts):
    result, other = fisher_test(**counts), fisher_test(**swapped(counts))
    assert_allclose(result.p_less, other.p_greater, rtol=1e-12)
    assert_allclose(result.midp_less, other.midp_greater, rtol=1e-12)
    assert_allclose(result.p_two_sided, other.p_two_sided, rtol=1e-12)


@given(batches())
def test_a_batch_equals_its_trials_one_by_one(counts):
    assert_batch_is_its_trials(fisher_test, counts)


def test_large_batches_of_any_shape_look_each_table_up():
    rng = np.random.default_rng(20)
    x1, x0 = rng.integers(0, 13, (40, 500)), rng.integers(0, 7, (40, 500))
    result = fisher_test(x1=x1, n1=12, x0=x0, n0=6)
    once = fisher_test(**all_tables(12, 6)).p_two_sided.reshape(7, 13)
    assert_array_equal(result.p_two_sided, once[x0, x1])


def test_counts_too_wide_to_pack_into_one_integer_still_find_their_table():
    n1 = np.array([10**9, 12, 10**12 - 5, 12])
    result = fisher_test(x1=[1, 9, 0, 9], n1=n1, x0=[0, 5, 1, 5], n0=[10**11, 6, 10**12, 6])
    assert_array_equal(result.p_two_sided[1], result.p_two_sided[3])
    assert_allclose(result.p_less[1], 0.593137254901961, rtol=1e-13)


def test_an_empty_arm_is_not_estimable_and_no_events_are_certain():
    result = fisher_test(x1=[0, 0, 3], n1=[0, 4, 3], x0=[2, 0, 5], n0=[5, 6, 5])
    assert result.state.tolist() == [State.NOT_ESTIMABLE, State.ESTIMATED, State.ESTIMATED]
    assert_array_equal(result.p_two_sided, [np.nan, 1.0, 1.0])
    assert_array_equal(result.midp_two_sided, [np.nan, 0.5, 0.5])


def test_an_empty_batch_is_an_empty_answer():
    empty = np.zeros((0,))
    assert fisher_test(x1=empty, n1=empty, x0=empty, n0=empty).p_less.shape == (0,)


def test_every_fault_is_told_at_once():
    with pytest.raises(DataError) as caught:
        fisher_test(x1=[1.5, 2], n1=[np.nan, 3], x0=-1, n0=["three"])
    assert [fault.where for fault in caught.value.faults] == ["x1", "n1", "x0", "n0"]


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({"x1": 5, "n1": 4, "x0": 0, "n0": 1}, r"x1: 5 of 4 \(1 of 1\); wanted at most n1"),
        ({"x1": [1, 1], "n1": 4, "x0": [0, 0, 0], "n0": 1}, "wanted arrays that broadcast"),
        ({"x1": [1, 1], "n1": [4, 4, 4], "x0": 0, "n0": 1}, r"x1 \(2,\), n1 \(3,\)"),
    ],
)
def test_wrong_counts_are_refused(counts, message):
    with pytest.raises(DataError, match=message):
        fisher_test(**counts)
