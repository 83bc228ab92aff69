"""Nested Cox models compared by their likelihoods."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.stats.survival import cox, likelihood_ratio_test

TIME = np.array([5, 8, 8, 12, 15, 18, 20, 22, 25, 30, 31, 33.0])
EVENT = np.array([1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1])
X = np.array([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1.0])
Z = np.array([2.1, 0.4, 1.7, 3.3, 0.2, 1.1, 2.8, 0.9, 1.5, 2.2, 0.7, 1.9])


def fit(*columns, event=EVENT):
    return cox(time=TIME, event=event, covariates=np.stack(columns, axis=-1))


def test_it_agrees_with_anova_of_r():
    # anova(coxph(Surv(time, event) ~ x), coxph(Surv(time, event) ~ x * z)), R 4.2.2
    found = likelihood_ratio_test(smaller=fit(X), larger=fit(X, Z, X * Z))
    assert_allclose(found.statistic, 0.61336719628094, rtol=1e-7)
    assert found.df == 2
    assert_allclose(found.p_value, 0.73588339895227, rtol=1e-7)


def test_a_column_that_adds_nothing_leaves_no_test():
    found = likelihood_ratio_test(smaller=fit(X), larger=fit(X, 1 - X))
    assert_array_equal(found.df, 0)
    assert np.isnan(found.statistic)
    assert np.isnan(found.p_value)


def test_an_infinite_coefficient_leaves_the_test():
    event = np.where(X == 1, 0, EVENT)  # no event where x is 1
    larger = fit(Z, X, event=event)
    assert np.isinf(larger.coefficient[1])
    found = likelihood_ratio_test(smaller=fit(Z, event=event), larger=larger)
    assert found.statistic > 0
    assert 0 < found.p_value < 1
