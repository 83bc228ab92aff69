"""McNemar's test of paired outcomes."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.binary import mcnemar_test


def test_approval_of_the_prime_minister():
    # Agresti A. Categorical Data Analysis, 2nd ed. 2002, section 10.1: z squared is 17.36.
    result = mcnemar_test(table=[[794, 150], [86, 570]])
    assert_allclose(result.statistic, 17.36, atol=5e-3)
    assert_allclose(result.z, math.sqrt(result.statistic), rtol=1e-13)
    assert_allclose(result.statistic_corrected, 63**2 / 236, rtol=1e-13)


def test_airway_responsiveness_fagerland_2013_table_1():
    # One against seven discordant pairs: exact 0.070, mid-p 0.039.
    result = mcnemar_test(table=[[1, 1], [7, 12]])
    assert_allclose([result.p_exact, result.p_mid], [18 / 256, 10 / 256], rtol=1e-13)


@given(st.integers(0, 30), st.integers(0, 30))
def test_exact_p_values_agree_with_fractions(upper, lower):
    result = mcnemar_test(table=[[3, upper], [lower, 5]])
    pairs = upper + lower
    if pairs == 0:
        assert result.state == State.NOT_ESTIMABLE
        assert np.isnan(result.p_exact)
        return
    mass = [Fraction(math.comb(pairs, k), 2**pairs) for k in range(pairs + 1)]
    tail = sum(mass[: min(upper, lower) + 1])
    assert_allclose(result.p_exact, float(min(1, 2 * tail)), rtol=1e-12)
    observed = mass[min(upper, lower)]
    mid = 1 - observed / 2 if upper == lower else 2 * tail - observed
    assert_allclose(result.p_mid, float(mid), rtol=1e-12)
    assert_allclose(result.statistic, (upper - lower) ** 2 / pairs, rtol=1e-13)


def test_transposing_turns_the_sign_and_a_batch_keeps_its_shape():
    tables = np.random.default_rng(4).integers(0, 20, (3, 4, 2, 2))
    result, other = mcnemar_test(table=tables), mcnemar_test(table=np.swapaxes(tables, -1, -2))
    assert result.z.shape == (3, 4)
    assert_array_equal(result.z, -other.z)
    assert_array_equal(result.p_exact, other.p_exact)
    alone = mcnemar_test(table=tables[2, 1])
    assert_allclose(result.p_mid[2, 1], alone.p_mid, rtol=1e-14)


def test_wrong_tables_are_refused():
    with pytest.raises(DataError, match=r"shape \(2, 3\); wanted \(..., 2, 2\)"):
        mcnemar_test(table=np.ones((2, 3)))
