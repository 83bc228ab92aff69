from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.continuous import (
    describe,
    student_t_test,
    tost_means,
    tost_means_from_summary,
    welch_t_test,
)

from .strategies import assert_same, one_by_one, two_arms


@given(two_arms())
@settings(max_examples=50, deadline=None)
@pytest.mark.parametrize(("test", "equal"), [(student_t_test, True), (welch_t_test, False)])
def test_is_two_one_sided_t_tests(test, equal, batch):
    result = tost_means(**batch, low=-1.0, high=2.0, alpha=0.1, equal_variance=equal)
    assert_allclose(result.p_lower, test(**batch, margin=-1.0).p_greater, rtol=1e-12)
    assert_allclose(result.p_upper, test(**batch, margin=2.0).p_less, rtol=1e-12)
    limits = test(**batch, confidence=0.8)
    assert_allclose([result.ci_low, result.ci_high], [limits.ci_low, limits.ci_high])
    # Equivalence at level alpha is the interval of confidence 1 - 2 alpha within the range.
    is_inside = (result.ci_low > -1 + 1e-9) & (result.ci_high < 2 - 1e-9)
    is_beyond = (result.ci_low < -1 - 1e-9) | (result.ci_high > 2 + 1e-9)
    assert (result.p_value[is_inside] < 0.1).all()
    assert (result.p_value[is_beyond] > 0.1).all()
    assert_array_equal(result.state, limits.state)
    for place, trial in enumerate(one_by_one(batch)):
        one = tost_means(**trial, low=-1.0, high=2.0, alpha=0.1, equal_variance=equal)
        assert_same(result, one, place=place)


def test_swapping_labels_mirrors_the_range():
    rng = np.random.default_rng(4)
    response, treated = rng.normal(size=30), np.arange(30) < 12
    here = tost_means(response=response, treated=treated, low=-1, high=2)
    there = tost_means(response=response, treated=~treated, low=-2, high=1)
    assert_allclose(here.p_lower, there.p_upper)
    assert_allclose(here.p_value, there.p_value)


def test_summary_numbers_give_what_the_subjects_give():
    rng = np.random.default_rng(5)
    response, treated = rng.normal(size=(4, 20)), np.arange(20) < 8
    one = describe(values=np.where(treated, response, np.nan))
    other = describe(values=np.where(treated, np.nan, response))
    result = tost_means_from_summary(
        n_treated=one.n,
        mean_treated=one.mean,
        sd_treated=one.sd,
        n_control=other.n,
        mean_control=other.mean,
        sd_control=other.sd,
        low=-1,
        high=1,
    )
    assert_same(result, tost_means(response=response, treated=treated, low=-1, high=1), rtol=1e-10)


def test_edges_and_faults():
    none = tost_means(response=[1.0, 2.0], treated=[1, 1], low=-1, high=1)
    assert none.state == State.NOT_ESTIMABLE
    assert np.isnan(none.p_value)
    with pytest.raises(DataError, match=r"wanted low below high(.|\n)*alpha: 0\.5"):
        tost_means(response=[1.0], treated=[1], low=1, high=1, alpha=0.5)
