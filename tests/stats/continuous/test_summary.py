from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.continuous import describe, quantile

# Harrell-like small example with a tie, n = 10; quartiles by hand from the definition:
# n p = 2.5 -> third value; n p = 7.5 -> eighth value (SAS PCTLDEF=5).
TEN = np.array([7.0, 1.0, 3.0, 3.0, 9.0, 12.0, 5.0, 20.0, 15.0, 11.0])

VALUES = arrays(
    np.float64,
    st.tuples(st.integers(1, 4), st.integers(1, 12)),
    elements=st.one_of(st.integers(-20, 20).map(float), st.just(float("nan"))),
)


def test_definition_5_of_sas_takes_the_third_and_eighth_of_ten():
    summary = describe(values=TEN)
    assert summary.n == 10
    assert summary.mean == 8.6
    assert summary.q1 == 3.0
    assert summary.median == 8.0
    assert summary.q3 == 12.0
    assert (summary.minimum, summary.maximum) == (1.0, 20.0)
    assert_allclose(summary.sd, statistics.stdev(TEN.tolist()), rtol=1e-14)
    assert_allclose(summary.standard_error, statistics.stdev(TEN.tolist()) / 10**0.5, rtol=1e-14)


def test_definition_5_averages_where_the_place_is_whole():
    assert describe(values=[1.0, 2.0, 3.0, 4.0]).q1 == 1.5
    assert describe(values=[1.0, 2.0, 3.0, 4.0]).q3 == 3.5


NUMPY_NAMES = {
    1: "inverted_cdf",
    2: "averaged_inverted_cdf",
    4: "interpolated_inverted_cdf",
    5: "hazen",
    6: "weibull",
    7: "linear",
    8: "median_unbiased",
    9: "normal_unbiased",
}


@pytest.mark.parametrize("kind", sorted(NUMPY_NAMES))
@pytest.mark.parametrize("size", [1, 2, 3, 7, 10, 11, 24])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.9, 1.0])
def test_quantiles_agree_with_numpy(kind, size, share):
    values = np.random.default_rng(size).normal(size=size)
    expected = np.quantile(values, share, method=NUMPY_NAMES[kind])
    assert_allclose(
        quantile(values=values, probability=share, quantile_type=kind), expected, rtol=1e-12
    )


@pytest.mark.parametrize(
    ("size", "share", "place"),
    # Hyndman and Fan type 3: nearest order statistic to n p, the even one if two are as near.
    [(10, 0.25, 2), (10, 0.35, 4), (10, 0.24, 2), (10, 0.26, 3), (7, 0.5, 4), (5, 0.5, 2)],
)
def test_type_3_takes_the_nearest_even_order_statistic(size, share, place):
    values = np.arange(1.0, size + 1)
    assert quantile(values=values, probability=share, quantile_type=3) == place


@given(VALUES)
@settings(max_examples=60, deadline=None)
def test_a_batch_equals_its_trials_one_by_one(values):
    batch = describe(values=values)
    for place, row in enumerate(values):
        known = row[~np.isnan(row)]
        one = describe(values=row)
        alone = describe(values=known)
        for name in ("n", "mean", "sd", "q1", "median", "q3", "minimum", "maximum", "state"):
            assert_array_equal(getattr(batch, name)[place], getattr(one, name))
            assert_allclose(getattr(batch, name)[place], getattr(alone, name), rtol=1e-13)
        assert batch.n_missing[place] == len(row) - len(known)
        if len(known):
            assert_allclose(batch.median[place], np.median(known))
            assert_allclose(batch.mean[place], np.mean(known), atol=1e-13)


@given(VALUES, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_order_does_not_matter_and_shift_moves_location_only(values, random):
    order = list(range(values.shape[1]))
    random.shuffle(order)
    here, there = describe(values=values), describe(values=values[:, order] + 1000)
    for name in ("mean", "q1", "median", "q3", "minimum", "maximum"):
        assert_allclose(getattr(there, name), getattr(here, name) + 1000, rtol=1e-12)
    assert_allclose(there.sd, here.sd, rtol=1e-9, atol=1e-12)


def test_a_large_offset_costs_no_digits_of_the_standard_deviation():
    assert_allclose(describe(values=[1e9 + 1, 1e9 + 2, 1e9 + 3]).sd, 1.0, rtol=1e-12)


def test_one_value_has_no_standard_deviation_and_none_has_nothing():
    one = describe(values=[np.nan, 4.0])
    assert (one.n, one.n_missing, one.mean, one.q1, one.maximum) == (1, 1, 4.0, 4.0, 4.0)
    assert np.isnan(one.sd)
    for empty in (describe(values=[np.nan, np.nan]), describe(values=[])):
        assert empty.n == 0
        assert empty.state == State.NOT_ESTIMABLE
        assert np.isnan([empty.mean, empty.sd, empty.median, empty.minimum, empty.q3]).all()


def test_faults_are_reported_together():
    with pytest.raises(DataError, match=r"values: an infinite number(.|\n)*quantile_type: 10"):
        describe(values=[1.0, np.inf], quantile_type=10)
    with pytest.raises(DataError, match=r"probability: 1\.5; wanted finite numbers in \[0, 1\]"):
        quantile(values=[1.0], probability=1.5)
    with pytest.raises(DataError, match=r"values: .* wanted numbers"):
        describe(values=["a"])
    with pytest.raises(DataError, match="at least 1 axes"):
        describe(values=3.0)
