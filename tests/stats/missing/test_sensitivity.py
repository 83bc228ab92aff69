from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats.binary import fisher_test
from equipoise.stats.missing import add_delta, imputed_tables, tipping_point

NAN = np.nan


def test_delta_is_added_from_departure_on():
    response = [[1.0, NAN, 3.0, NAN], [NAN, NAN, NAN, NAN], [1.0, 2.0, 3.0, 4.0]]
    imputed = np.where(np.isnan(response), 10.0, response)
    moved = add_delta(imputed=imputed, response=response, delta=[1.0, 2.0, 3.0, 4.0])
    assert_array_equal(moved, [[1, 10, 3, 14], [11, 12, 13, 14], [1, 2, 3, 4]])
    early = add_delta(imputed=imputed, response=response, delta=1.0, departure=[1, 4, 0])
    assert_array_equal(early, [[1, 11, 3, 11], [10] * 4, [1, 2, 3, 4]])


def test_the_tipping_point_is_where_significance_is_lost():
    def p_value_at(delta):
        return 2 * stats.norm.sf(np.abs(3 - delta))

    found = tipping_point(p_value_at=p_value_at, low=0, high=5)
    assert_allclose(found, 3 - stats.norm.isf(0.025), rtol=1e-11)
    assert p_value_at(found) >= 0.05
    downwards = tipping_point(p_value_at=lambda d: p_value_at(-d), low=0, high=-5)
    assert_allclose(downwards, -found, rtol=1e-11)
    assert np.isnan(tipping_point(p_value_at=p_value_at, low=0, high=0.5))
    assert tipping_point(p_value_at=p_value_at, low=2.5, high=5) == 2.5


def test_tables_for_every_split_of_the_missing():
    tables = imputed_tables(x1=20, n1=24, missing1=2, x0=9, n0=25, missing0=3)
    assert tables.x1.shape == (3, 4)
    assert_array_equal(tables.x1[:, 0], [20, 21, 22])
    assert_array_equal(tables.x0[0], [9, 10, 11, 12])
    assert_array_equal(tables.n1, 26)
    assert_array_equal(tables.n0, 28)
    p_value = fisher_test(x1=tables.x1, n1=tables.n1, x0=tables.x0, n0=tables.n0).p_two_sided
    assert np.all(np.diff(p_value, axis=0) < 0)
    assert np.all(np.diff(p_value, axis=1) > 0)


def test_faults_come_together():
    with pytest.raises(DataError, match=r"delta: nan(.|\n)*same subjects"):
        add_delta(imputed=np.zeros((2, 2)), response=np.zeros((1, 2)), delta=NAN)
    with pytest.raises(DataError, match=r"delta: shape \(3,\)"):
        add_delta(imputed=np.zeros((1, 2)), response=np.zeros((1, 2)), delta=[1, 2, 3])
    with pytest.raises(DataError, match=r"high: 1; wanted another number(.|\n)*alpha: 0"):
        tipping_point(p_value_at=lambda d: d, low=1, high=1, alpha=0)
    with pytest.raises(DataError, match="missing1: -1"):
        imputed_tables(x1=1, n1=2, missing1=-1, x0=1, n0=2, missing0=0)
    with pytest.raises(DataError, match="x1"):
        imputed_tables(x1=3, n1=2, missing1=1, x0=1, n0=2, missing0=0)
