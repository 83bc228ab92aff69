from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.continuous import (
    describe,
    variance_ratio_test,
    variance_ratio_test_from_summary,
)

from .strategies import assert_same, one_by_one, two_arms


@given(two_arms())
@settings(max_examples=60, deadline=None)
def test_agrees_with_the_f_distribution_and_one_by_one(batch):
    result = variance_ratio_test(**batch)
    for place, trial in enumerate(one_by_one(batch)):
        assert_same(result, variance_ratio_test(**trial), place=place)
        known = ~np.isnan(trial["response"])
        x, y = (trial["response"][known & side] for side in (trial["treated"], ~trial["treated"]))
        if result.state[place] != State.ESTIMATED:
            assert len(set(x)) < 2 or len(set(y)) < 2
            assert np.isnan(result.p_value[place])
            continue
        ratio, law = np.var(x, ddof=1) / np.var(y, ddof=1), stats.f(len(x) - 1, len(y) - 1)
        assert_allclose(result.ratio[place], ratio, rtol=1e-10)
        two_sided = min(1, 2 * min(law.cdf(ratio), law.sf(ratio)))
        assert_allclose(result.p_value[place], two_sided, rtol=1e-9)
        assert_allclose(result.ci_low[place], ratio / law.ppf(0.975), rtol=1e-8)
        assert_allclose(result.ci_high[place], ratio / law.ppf(0.025), rtol=1e-8)


@given(two_arms())
@settings(max_examples=30, deadline=None)
def test_swapping_labels_inverts_the_ratio(batch):
    here = variance_ratio_test(**batch)
    there = variance_ratio_test(response=5 * batch["response"] + 1, treated=~batch["treated"])
    assert_allclose(here.ratio * there.ratio, np.where(np.isnan(here.ratio), np.nan, 1))
    assert_allclose(here.p_value, there.p_value, rtol=1e-9)
    assert_allclose(here.ci_low * there.ci_high, np.where(np.isnan(here.ratio), np.nan, 1))


def test_summary_numbers_give_what_the_subjects_give():
    rng = np.random.default_rng(5)
    response, treated = rng.normal(size=(4, 20)), np.arange(20) < 8
    one = describe(values=np.where(treated, response, np.nan))
    other = describe(values=np.where(treated, np.nan, response))
    result = variance_ratio_test_from_summary(
        n_treated=one.n, sd_treated=one.sd, n_control=other.n, sd_control=other.sd
    )
    assert_same(result, variance_ratio_test(response=response, treated=treated), rtol=1e-10)


def test_edges_and_faults():
    for response in ([1.0, 2.0, 3.0], [0.1, 0.1, 0.1]):
        none = variance_ratio_test(response=response, treated=[1, 1, 0])
        assert none.state == State.NOT_ESTIMABLE
        assert np.isnan([none.ratio, none.p_value, none.ci_low]).all()
    with pytest.raises(DataError, match="sd_control: a negative"):
        variance_ratio_test_from_summary(n_treated=3, sd_treated=1, n_control=3, sd_control=-1)
