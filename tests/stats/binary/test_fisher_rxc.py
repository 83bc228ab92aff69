"""Fisher's exact test of r x c tables against the visit of every table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.binary import fisher_rxc, fisher_test, fisher_test_of_independence

from . import twins
from .strategies import all_tables

# Agresti A. Categorical Data Analysis, 2nd ed. 2002, page 57; R example(fisher.test): 0.7827.
JOB_SATISFACTION = [[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]]


def test_job_satisfaction_agresti_2002_page_57():
    result = fisher_test_of_independence(table=JOB_SATISFACTION)
    assert_allclose(result.p_value, 0.7827, atol=5e-5)


@settings(max_examples=30)
@given(
    st.sampled_from([(2, 3), (3, 2), (3, 3), (2, 4)]).flatmap(
        lambda shape: arrays(np.int64, shape, elements=st.integers(0, 3))
    )
)
def test_it_agrees_with_the_visit_of_every_table(table):
    result = fisher_test_of_independence(table=table)
    if np.count_nonzero(table.sum(axis=1)) < 2:
        assert result.state == State.NOT_ESTIMABLE
        assert np.isnan(result.p_value)
    else:
        assert_allclose(result.p_value, twins.fisher_rxc(table), rtol=1e-11)


def test_two_by_two_tables_are_those_of_the_two_arm_test():
    counts = all_tables(7, 5)
    x1, n1, x0, n0 = counts.values()
    table = np.stack([np.stack([x1, n1 - x1], -1), np.stack([x0, n0 - x0], -1)], -2)
    result = fisher_test_of_independence(table=table)
    assert_allclose(result.p_value, fisher_test(**counts).p_two_sided, rtol=1e-11)


@settings(max_examples=20)
@given(arrays(np.int64, (3, 4), elements=st.integers(0, 4)), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(table, random):
    rows, columns = list(range(3)), list(range(4))
    random.shuffle(rows)
    random.shuffle(columns)
    result = fisher_test_of_independence(table=table)
    other = fisher_test_of_independence(table=table[rows][:, columns])
    assert_allclose(result.p_value, other.p_value, rtol=1e-10)


def test_a_batch_of_any_shape_equals_its_tables_one_by_one():
    rng = np.random.default_rng(3)
    tables = rng.integers(0, 4, (2, 5, 2, 3))
    result = fisher_test_of_independence(table=tables)
    for place in np.ndindex(2, 5):
        alone = fisher_test_of_independence(table=tables[place])
        assert_array_equal(result.p_value[place], alone.p_value)
        assert_array_equal(result.state[place], alone.state)


def test_one_column_is_certain():
    assert fisher_test_of_independence(table=[[3, 0], [4, 0]]).p_value == 1


def test_a_table_too_large_to_enumerate_says_so(monkeypatch):
    monkeypatch.setattr(fisher_rxc, "_LARGEST", 50)
    result = fisher_test_of_independence(table=[JOB_SATISFACTION, np.eye(4)])
    assert result.state[0] == State.NOT_CONVERGED
    assert np.isnan(result.p_value[0])


def test_wrong_tables_are_refused():
    with pytest.raises(DataError, match=r"table: 0\.5"):
        fisher_test_of_independence(table=[[0.5, 1], [1, 1]])
