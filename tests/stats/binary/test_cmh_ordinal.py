"""The CMH family against a published analysis and the tests it contains."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import kruskal, spearmanr

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.binary import (
    chi_square_test_of_independence,
    cmh_general_association,
    cmh_nonzero_correlation,
    cmh_row_mean_scores,
    cmh_test,
    column_midranks,
    modified_ridits,
)

# Agresti A. Categorical Data Analysis, 2nd ed. 2002, pages 287 and 297, and R
# example(mantelhaen.test): women, then men; income by job satisfaction.
SATISFACTION = np.array(
    [
        [[1, 3, 11, 2], [2, 3, 17, 3], [0, 1, 8, 5], [0, 2, 4, 2]],
        [[1, 1, 2, 1], [0, 3, 5, 1], [0, 0, 7, 3], [0, 1, 9, 6]],
    ]
)
INCOME, JOB = [3, 10, 20, 35], [1, 3, 4, 5]
TABLES = arrays(np.int64, (2, 3, 3, 4), elements=st.integers(0, 5))


def test_job_satisfaction_agresti_2002_page_297():
    # SAS PROC FREQ: correlation 6.1563, row means 9.0342, general 10.2001.
    correlation = cmh_nonzero_correlation(table=SATISFACTION, row_scores=INCOME, column_scores=JOB)
    means = cmh_row_mean_scores(table=SATISFACTION, column_scores=JOB)
    general = cmh_general_association(table=SATISFACTION)
    for result, statistic, df, p_value in (
        (correlation, 6.1563, 1, 0.0131),
        (means, 9.0342, 3, 0.0288),
        (general, 10.2001, 9, 0.3345),
    ):
        assert_allclose(result.statistic, statistic, atol=5e-5)
        assert result.df == df
        assert_allclose(result.p_value, p_value, atol=5e-5)


def test_two_by_two_strata_give_the_cmh_test_three_times():
    x1, n1, x0, n0 = (np.array(c) for c in ([9, 27, 6], [12, 30, 9], [5, 25, 3], [6, 28, 10]))
    table = np.stack([np.stack([x1, n1 - x1], -1), np.stack([x0, n0 - x0], -1)], -2)
    plain = cmh_test(x1=x1, n1=n1, x0=x0, n0=n0).statistic
    for test in (cmh_nonzero_correlation, cmh_row_mean_scores, cmh_general_association):
        assert_allclose(test(table=table).statistic, plain, rtol=1e-12)


@given(arrays(np.int64, (1, 3, 4), elements=st.integers(0, 5)))
def test_one_stratum_contains_pearson_kruskal_wallis_and_spearman(table):
    total = table.sum()
    general = cmh_general_association(table=table)
    pearson = chi_square_test_of_independence(table=table[0])
    if pearson.state == State.ESTIMATED:
        assert_allclose(general.statistic, pearson.statistic * (total - 1) / total, atol=1e-9)
        assert general.df == pearson.df
    else:
        assert general.state == State.NOT_ESTIMABLE
        return
    rows, columns = (np.repeat(index.ravel(), table.ravel()) for index in np.indices((3, 4)))
    means = cmh_row_mean_scores(table=table, column_scores=column_midranks(table=table))
    groups = [columns[rows == row] for row in range(3) if np.any(rows == row)]
    assert_allclose(means.statistic, kruskal(*groups).statistic, atol=1e-9)
    correlation = cmh_nonzero_correlation(
        table=table,
        row_scores=column_midranks(table=np.swapaxes(table, -1, -2)),
        column_scores=column_midranks(table=table),
    )
    rho = spearmanr(rows, columns).statistic
    assert_allclose(correlation.statistic, (total - 1) * rho**2, atol=1e-9)


def test_modified_ridits_give_van_elteren():
    # Van Elteren's statistic from its definition: rank sums weighted by 1/(n + 1).
    table = SATISFACTION[:, :2, :]
    excess = variance = 0.0
    for stratum in table:
        n1, total = stratum[0].sum(), stratum.sum()
        column = stratum.sum(axis=0)
        ranks = np.cumsum(column) - column / 2 + 0.5
        weight = 1 / (total + 1)
        excess += weight * (stratum[0] @ ranks - n1 * (total + 1) / 2)
        spread = column @ (ranks - (total + 1) / 2) ** 2 / (total - 1)
        variance += weight**2 * n1 * (total - n1) / total * spread
    result = cmh_row_mean_scores(table=table, column_scores=modified_ridits(table=table))
    assert_allclose(result.statistic, excess**2 / variance, rtol=1e-12)


@given(TABLES, st.floats(-3, 3), st.floats(0.1, 5))
def test_shifting_and_scaling_scores_changes_nothing(table, shift, scale):
    scores = np.array([1.0, 2.0, 4.0, 7.0])
    for test in (cmh_row_mean_scores, cmh_nonzero_correlation):
        result = test(table=table, column_scores=scores)
        other = test(table=table, column_scores=shift + scale * scores)
        assert_allclose(result.statistic, other.statistic, rtol=1e-7, atol=1e-8)
        assert_array_equal(result.state, other.state)


@given(TABLES)
def test_a_batch_equals_its_trials_and_the_order_of_strata_does_not_matter(table):
    for test in (cmh_general_association, cmh_row_mean_scores, cmh_nonzero_correlation):
        batch = test(table=table)
        for place, alone in enumerate(table):
            result = test(table=alone[::-1])
            assert_allclose(batch.statistic[place], result.statistic, rtol=1e-8, atol=1e-9)
            assert_array_equal(batch.df[place], result.df)


def test_nothing_to_vary_is_not_estimable():
    table = np.zeros((2, 3, 3))
    table[0, :, 1] = 2
    for test in (cmh_general_association, cmh_row_mean_scores, cmh_nonzero_correlation):
        result = test(table=table)
        assert result.state == State.NOT_ESTIMABLE
        assert np.isnan(result.p_value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cmh_general_association(table=[[1, 2], [3, 4]]), "strata, rows, columns"),
        (
            lambda: cmh_row_mean_scores(table=np.ones((1, 2, 3)), column_scores=[1, 2]),
            r"column_scores: shape \(2,\); wanted \(3,\)",
        ),
        (
            lambda: cmh_nonzero_correlation(table=np.ones((1, 2, 3)), row_scores=[1, np.nan]),
            "row_scores: a score that is not finite",
        ),
    ],
)
def test_wrong_input_is_refused(call, message):
    with pytest.raises(DataError, match=message):
        call()
