from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats.multiplicity import (
    combine_bonferroni,
    combine_fisher,
    combine_inverse_normal,
    combine_simes,
)

ALL = [combine_fisher, combine_inverse_normal, combine_simes, combine_bonferroni]
BATCH = arrays(
    float, st.tuples(st.integers(1, 3), st.integers(1, 4)), elements=st.floats(1e-12, 1 - 1e-12)
)


@given(BATCH)
def test_agree_with_scipy(p):
    for row, tests in enumerate(p):
        fisher = stats.combine_pvalues(tests, method="fisher").pvalue
        assert_allclose(combine_fisher(p_value=p)[row], fisher, rtol=1e-9)
        weight = np.arange(1.0, len(tests) + 1)
        stouffer = stats.combine_pvalues(tests, method="stouffer", weights=weight).pvalue
        ours = combine_inverse_normal(p_value=p, weight=weight)
        assert_allclose(ours[row], stouffer, rtol=1e-9)


@given(BATCH, st.randoms())
@pytest.mark.parametrize("combine", ALL)
def test_order_and_batch_do_not_matter(combine, p, random):
    order = list(range(p.shape[-1]))
    random.shuffle(order)
    batch = combine(p_value=p)
    assert_allclose(combine(p_value=p[:, order]), batch, rtol=1e-10)
    for row, tests in enumerate(p):
        # Sums over one and over many rows may round differently.
        assert_allclose(batch[row], combine(p_value=tests), rtol=1e-13)


@pytest.mark.parametrize("combine", ALL)
def test_one_test_is_itself_and_nan_spreads(combine):
    assert_allclose(combine(p_value=[0.037]), 0.037, rtol=1e-12)
    assert np.isnan(combine(p_value=[0.1, np.nan]))
    assert combine(p_value=[0.0, 0.5]) == 0
    assert combine(p_value=[1.0, 1.0]) == 1


def test_deep_tails_keep_their_digits():
    # -2 sum log p is 4 log 10^150 on 4 degrees of freedom, whose tail is exp(-x/2) (1 + x/2).
    half = 2 * 150 * np.log(10)
    assert_allclose(
        combine_fisher(p_value=[1e-150, 1e-150]), np.exp(-half) * (1 + half), rtol=1e-12
    )
    z = np.sqrt(2) * stats.norm.isf(1e-100)
    assert_allclose(combine_inverse_normal(p_value=[1e-100, 1e-100]), stats.norm.sf(z), rtol=1e-10)


def test_weights_are_ratios_and_zero_takes_a_test_out():
    one = combine_inverse_normal(p_value=[0.02, 0.3], weight=[1, 2])
    assert_allclose(combine_inverse_normal(p_value=[0.02, 0.3], weight=[3, 6]), one, rtol=1e-13)
    assert_allclose(combine_inverse_normal(p_value=[0.02, 1.0], weight=[1, 0]), 0.02, rtol=1e-13)
    by_trial = combine_inverse_normal(p_value=[0.02, 0.3], weight=[[1, 2], [1, 0]])
    assert_allclose(by_trial, [one, 0.02], rtol=1e-13)
    assert np.isnan(combine_inverse_normal(p_value=[0.0, 1.0]))


def test_faults_come_together():
    with pytest.raises(DataError, match=r"p_value: 2(.|\n)*weight: -1"):
        combine_inverse_normal(p_value=[2.0, 0.1], weight=[-1.0, 1.0])
    with pytest.raises(DataError, match="weight: only zeros"):
        combine_inverse_normal(p_value=[0.1], weight=[0.0])
    with pytest.raises(DataError, match="last axes of one length"):
        combine_inverse_normal(p_value=[0.1, 0.2], weight=[1.0, 1.0, 1.0])
    for combine in ALL:
        with pytest.raises(DataError, match="p_value: no test"):
            combine(p_value=[])


def test_an_empty_batch_gives_an_empty_answer():
    for combine in ALL:
        assert_array_equal(combine(p_value=np.empty((0, 2))), np.empty(0))
