from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.missing import pool_rubin


@st.composite
def imputed(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (draw(st.integers(1, 3)), draw(st.integers(2, 8)))
    return rng.normal(size=shape), rng.gamma(3, 0.3, size=shape)


@given(imputed(), st.sampled_from([np.inf, 12.0, 200.0]))
def test_follows_the_textbook(data, complete):
    q, se = data
    pooled = pool_rubin(estimate=q, standard_error=se, df_complete=complete, confidence=0.9)
    for row in range(len(q)):
        m = q.shape[1]
        between, within = np.var(q[row], ddof=1), np.mean(se[row] ** 2)
        total = within + (1 + 1 / m) * between
        share = (1 + 1 / m) * between / total
        df = (m - 1) / share**2
        if np.isfinite(complete):
            observed = (complete + 1) / (complete + 3) * complete * (1 - share)
            df = 1 / (1 / df + 1 / observed)
        assert_allclose(pooled.df[row], df, rtol=1e-9)
        assert_allclose(pooled.standard_error[row], np.sqrt(total), rtol=1e-12)
        reach = stats.t.isf(0.05, df) * np.sqrt(total)
        assert_allclose(pooled.ci_high[row], np.mean(q[row]) + reach, rtol=1e-8, atol=1e-10)
        t = abs(np.mean(q[row])) / np.sqrt(total)
        assert_allclose(pooled.p_value[row], 2 * stats.t.sf(t, df), rtol=1e-8)


@given(imputed())
def test_shift_scale_sign_and_order(data):
    q, se = data
    pooled = pool_rubin(estimate=q, standard_error=se, df_complete=30)
    moved = pool_rubin(estimate=3 * q + 1, standard_error=3 * se, df_complete=30)
    assert_allclose(moved.df, pooled.df, rtol=1e-8)
    assert_allclose(moved.ci_low, 3 * pooled.ci_low + 1, rtol=1e-8, atol=1e-9)
    turned = pool_rubin(estimate=-q[:, ::-1], standard_error=se[:, ::-1], df_complete=30)
    assert_allclose(turned.ci_high, -pooled.ci_low, rtol=1e-9, atol=1e-11)


def test_equal_estimates_leave_the_complete_data_df():
    pooled = pool_rubin(estimate=[1.0] * 4, standard_error=[0.5] * 4)
    assert_array_equal([pooled.between, pooled.share_missing], 0)
    assert np.isinf([pooled.df, pooled.df_old]).all()
    assert_allclose(pooled.p_value, 2 * stats.norm.sf(2))


def test_what_cannot_be_pooled_is_a_state():
    pooled = pool_rubin(estimate=[[1.0, np.nan], [1.0, 2.0]], standard_error=[0.1, 0.1])
    assert_array_equal(pooled.state, [State.NOT_ESTIMABLE, State.ESTIMATED])
    assert np.isnan([pooled.estimate[0], pooled.p_value[0], pooled.ci_low[0]]).all()
    assert pool_rubin(estimate=[1.0], standard_error=[0.1]).state == State.NOT_ESTIMABLE
    assert pool_rubin(estimate=[], standard_error=[]).state == State.NOT_ESTIMABLE


def test_faults_come_together():
    with pytest.raises(DataError, match=r"standard_error: -1(.|\n)*df_complete: 0"):
        pool_rubin(estimate=[1, 2], standard_error=[-1, 1], df_complete=0)
    with pytest.raises(DataError, match="estimate 2, standard_error 3; wanted last axes of one"):
        pool_rubin(estimate=[1, 2], standard_error=[1, 1, 1])
