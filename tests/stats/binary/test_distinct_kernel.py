"""The compiled search for distinct rows against numpy's sort."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.stats.binary.distinct_kernel import distinct_rows


@pytest.mark.parametrize("largest", [1, 3, 40, 2**53])
@pytest.mark.parametrize("columns", [1, 4])
def test_rows_and_kinds_are_those_of_a_sort(largest, columns):
    rng = np.random.default_rng(largest + columns)
    rows = rng.integers(0, largest, (500, columns), endpoint=True).astype(np.float64)
    first, kind = distinct_rows(rows)
    _, first_sorted, kind_sorted = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first_sorted)
    assert_array_equal(first, first_sorted[order])
    assert_array_equal(first[kind], first_sorted[kind_sorted.ravel()])
    assert_array_equal(rows[first][kind], rows)


def test_no_row_is_no_kind():
    first, kind = distinct_rows(np.empty((0, 4)))
    assert first.size == kind.size == 0
