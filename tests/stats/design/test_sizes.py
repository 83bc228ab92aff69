from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate, optimize, stats

from equipoise.errors import DataError
from equipoise.stats.binary import fisher_test
from equipoise.stats.design import (
    average_hazard_ratio,
    drift_proportion,
    event_share,
    events_logrank,
    information_logrank,
    information_mean,
    information_proportion,
    power_equivalence_mean,
    power_equivalence_proportion,
    power_logrank,
    power_mean,
    power_proportion,
    power_proportion_exact,
    sample_size_equivalence_mean,
    sample_size_lachin_foulkes,
    sample_size_mean,
    sample_size_mean_normal,
    sample_size_proportion,
    time_of_share,
)

SHARES = st.floats(0.05, 0.95)


@given(SHARES, SHARES, st.sampled_from([0.5, 1, 2]), st.sampled_from([0.0, -0.1, 0.05]))
def test_size_and_power_of_proportions_are_inverse(p1, p0, ratio, null):
    if abs(p1 - p0 - null) < 0.05:
        return
    asked = {"proportion1": p1, "proportion0": p0, "null": null, "alpha": 0.025, "sides": 1}
    size = sample_size_proportion(**asked, ratio=ratio, power=0.85)
    assert_allclose(power_proportion(**asked, n1=size.n1, n0=size.n0), 0.85, rtol=1e-9)
    assert_allclose(size.total, size.n1 + size.n0)
    assert_allclose(size.n1, ratio * size.n0)
    swapped = sample_size_proportion(
        proportion1=p0,
        proportion0=p1,
        null=-null,
        alpha=0.025,
        sides=1,
        ratio=1 / ratio,
        power=0.85,
    )
    assert_allclose(swapped.total, size.total, rtol=1e-8)


@given(SHARES, SHARES, st.floats(-0.6, 0.6), st.sampled_from([0.5, 1, 3]))
@settings(max_examples=30)
def test_the_drift_takes_the_variance_of_the_restricted_likelihood(p1, p0, null, ratio):
    low, high = max(0.0, null), min(1.0, 1 + null)

    def minus_log_likelihood(q1):
        q0 = q1 - null
        return -(
            ratio * (p1 * np.log(q1) + (1 - p1) * np.log(1 - q1))
            + p0 * np.log(q0)
            + (1 - p0) * np.log(1 - q0)
        )

    found = optimize.minimize_scalar(
        minus_log_likelihood,
        bounds=(low + 1e-9, high - 1e-9),
        method="bounded",
        options={"xatol": 1e-10},
    )
    q1, q0 = found.x, found.x - null
    n0 = 80.0
    spread0 = q1 * (1 - q1) / (ratio * n0) + q0 * (1 - q0) / n0
    spread1 = p1 * (1 - p1) / (ratio * n0) + p0 * (1 - p0) / n0
    sign = -1 if p1 - p0 < null else 1
    critical = stats.norm.isf(0.025)
    expected = sign * critical * (1 - np.sqrt(spread0 / spread1))
    expected += (p1 - p0 - null) / np.sqrt(spread1)
    drift = drift_proportion(proportion1=p1, proportion0=p0, n1=ratio * n0, n0=n0, null=null)
    assert_allclose(drift, expected, rtol=1e-5, atol=1e-5)


def test_exact_power_sums_the_tables_that_reject():
    x1, x0 = np.arange(13)[:, None], np.arange(9)
    reject = fisher_test(x1=x1, n1=12, x0=x0, n0=8).p_two_sided <= 0.05
    power = power_proportion_exact(proportion1=[0.9, 0.5], proportion0=[0.2, 0.5], reject=reject)
    for place, (p1, p0) in enumerate(((0.9, 0.2), (0.5, 0.5))):
        mass = stats.binom.pmf(x1, 12, p1) * stats.binom.pmf(x0, 8, p0)
        assert_allclose(power[place], mass[reject].sum(), rtol=1e-10)
    assert power[1] < 0.05 < power[0]


def test_equivalence_of_proportions():
    asked = {"proportion1": 0.7, "proportion0": 0.7, "n1": 200.0, "n0": 200.0}
    power = power_equivalence_proportion(**asked, margin=[0.01, 0.1, 0.2])
    assert power[0] == 0
    assert 0 < power[1] < power[2] < 1
    one_sided = power_proportion(**asked, null=-0.2, alpha=0.05, sides=1)
    assert_allclose(power[2], 2 * one_sided - 1, rtol=1e-9)


@given(st.floats(0.2, 3), st.floats(0.5, 4), st.sampled_from([1, 2, 0.5]), st.sampled_from([1, 2]))
@settings(max_examples=25)
def test_size_and_power_of_means_are_inverse(difference, sd, ratio, sides):
    asked = {"difference": difference, "sd": sd, "alpha": 0.05, "sides": sides}
    for counting in ("toward_effect", "either_side"):
        size = sample_size_mean(**asked, ratio=ratio, power=0.9, counting=counting)
        found = power_mean(**asked, n1=size.n1, n0=size.n0, counting=counting)
        if size.total > 3.0001:
            assert_allclose(found, 0.9, rtol=1e-8)
    normal = sample_size_mean_normal(**asked, ratio=ratio, power=0.9)
    exact = sample_size_mean(**asked, ratio=ratio, power=0.9)
    assert normal.total < exact.total < normal.total + 6 * (1 + ratio) ** 2 / ratio
    doubled = sample_size_mean(
        difference=2 * difference, sd=2 * sd, sides=sides, ratio=ratio, power=0.9
    )
    assert_allclose(doubled.total, exact.total, rtol=1e-9)


@pytest.mark.parametrize("n", [4.0, 20.0, 150.0])
def test_power_of_means_is_the_integral_over_the_standard_deviation(n):
    df, shift = 2 * n - 2, 0.6 * np.sqrt(n / 2)
    critical = stats.t.isf(0.025, df)
    density = stats.chi(df, scale=1 / np.sqrt(df)).pdf
    right = integrate.quad(lambda s: density(s) * stats.norm.sf(critical * s - shift), 0, 5)[0]
    left = integrate.quad(lambda s: density(s) * stats.norm.cdf(-critical * s - shift), 0, 5)[0]
    asked = {"difference": -0.6, "sd": 1.0, "n1": n, "n0": n}
    assert_allclose(power_mean(**asked), right, rtol=1e-7)
    both = power_mean(**asked, counting="either_side")
    assert_allclose(both, right + left, rtol=1e-7)


def test_either_side_is_never_less_and_never_missing():
    n = np.geomspace(2, 1e7, 60)
    toward = power_mean(difference=0.5, sd=1, n1=n, n0=n)
    either = power_mean(difference=0.5, sd=1, n1=n, n0=n, counting="either_side")
    assert np.all(either >= toward)
    assert np.all(np.isfinite(either))


def test_a_covariate_saves_subjects():
    plain = sample_size_mean(difference=1, sd=2)
    adjusted = sample_size_mean(difference=1, sd=2, correlation=0.5, covariates=1)
    assert_allclose(adjusted.total / plain.total, 0.75, atol=0.02)
    shrunk = power_mean(difference=1, sd=2 * np.sqrt(0.75), n1=40, n0=40)
    found = power_mean(difference=1, sd=2, n1=40, n0=40, correlation=-0.5, covariates=1)
    assert 0 < shrunk - found < 0.001


@pytest.mark.parametrize(("n", "difference"), [(3.0, 0.0), (12.0, 0.1), (60.0, -0.25)])
def test_power_of_equivalence_is_the_integral_over_the_standard_deviation(n, difference):
    df, error = 2 * n - 2, np.sqrt(2 / n)
    critical = stats.t.isf(0.05, df)
    density = stats.chi(df, scale=1 / np.sqrt(df)).pdf

    def inside(s):
        upper = (0.8 - difference) / error - critical * s
        lower = (-0.8 - difference) / error + critical * s
        return density(s) * max(stats.norm.cdf(upper) - stats.norm.cdf(lower), 0)

    most = 0.8 / (critical * error)
    expected = integrate.quad(inside, 0, min(most, 6), epsabs=1e-12)[0]
    found = power_equivalence_mean(difference=difference, sd=1.0, n1=n, n0=n, low=-0.8, high=0.8)
    assert_allclose(found, expected, rtol=1e-6, atol=1e-11)


def test_size_of_equivalence_is_the_least():
    asked = {"difference": 0.05, "sd": 1.0, "low": -0.5, "high": 0.5}
    size = sample_size_equivalence_mean(**asked, power=0.85, ratio=2.0)
    n = float(size.n0)
    assert power_equivalence_mean(**asked, n1=2 * n, n0=n) >= 0.85
    assert power_equivalence_mean(**asked, n1=2 * (n - 1), n0=n - 1) < 0.85
    beyond = sample_size_equivalence_mean(difference=0.5, sd=1.0, low=-0.5, high=0.5)
    assert np.isinf(beyond.total)


@given(st.floats(0.3, 3), st.sampled_from([1, 2]), st.sampled_from(["schoenfeld", "freedman"]))
def test_events_and_power_of_the_logrank_test_are_inverse(hazard_ratio, ratio, formula):
    if abs(np.log(hazard_ratio)) < 0.05:
        return
    asked = {"hazard_ratio": hazard_ratio, "ratio": ratio, "formula": formula}
    events = events_logrank(**asked, power=0.9)
    assert_allclose(power_logrank(**asked, events=events), 0.9, rtol=1e-10)
    swapped = events_logrank(
        hazard_ratio=1 / hazard_ratio, ratio=1 / ratio, formula=formula, power=0.9
    )
    assert_allclose(swapped, events, rtol=1e-9)


def test_no_effect_needs_infinitely_many():
    assert np.isinf(events_logrank(hazard_ratio=1))
    assert np.isinf(sample_size_proportion(proportion1=0.5, proportion0=0.5).total)
    assert np.isinf(sample_size_mean(difference=0, sd=1).total)
    assert np.isinf(sample_size_mean_normal(difference=0, sd=1).total)
    assert np.isinf(
        sample_size_lachin_foulkes(hazard0=0.1, hazard_ratio=1, accrual=1, time=2).total
    )
    tiny = sample_size_mean(difference=100, sd=1)
    assert_allclose(tiny.total, 3)


@given(st.floats(0.01, 0.3), st.floats(0, 0.1), st.floats(1, 20), st.floats(0.1, 40))
@settings(max_examples=25)
def test_share_of_events_is_the_integral_over_accrual(hazard, dropout, accrual, time):
    total = hazard + dropout
    expected = integrate.quad(
        lambda entry: hazard / total * -np.expm1(-total * (time - entry)), 0, min(time, accrual)
    )[0]
    found = event_share(hazard=hazard, dropout=dropout, accrual=accrual, time=time)
    assert_allclose(found, expected / accrual, rtol=1e-8)
    back = time_of_share(
        share=found, hazard1=hazard, hazard0=hazard, accrual=accrual, dropout=dropout
    )
    assert_allclose(event_share(hazard=hazard, dropout=dropout, accrual=accrual, time=back), found)


def test_events_that_never_come_have_no_time():
    never = time_of_share(share=0.9, hazard1=0.1, hazard0=0.1, accrual=1, dropout=0.1)
    assert np.isnan(never)


def test_lachin_and_foulkes_in_parts():
    size = sample_size_lachin_foulkes(
        hazard0=0.1, hazard_ratio=0.6, accrual=12, time=30, dropout=0.01, ratio=2.0
    )
    share1 = event_share(hazard=0.06, dropout=0.01, accrual=12, time=30)
    assert_allclose(size.events1, size.total * 2 / 3 * share1)
    assert_allclose(size.events, size.events1 + size.events0)
    assert_allclose(size.accrual_rate * 12, size.total)


@given(st.floats(0.5, 40), st.floats(0, 0.05), st.sampled_from([1.0, 2.0]))
@settings(max_examples=15)
def test_average_hazard_ratio_by_numerical_integration(time, dropout, ratio):
    spans, rates = np.array([2.0, 3.0, 5.0]), np.array([4.0, 0.0, 9.0])
    starts, hazard, effect = np.array([0.0, 4, 9]), np.array([0.1, 0.02, 0.3]), [1.0, 0.5, 0.8]
    result = average_hazard_ratio(
        enrolment_duration=spans,
        enrolment_rate=rates,
        period_duration=[4, 5, 100],
        hazard0=hazard,
        hazard_ratio=effect,
        time=time,
        dropout=dropout,
        ratio=ratio,
    )
    edges = np.concatenate([[0], np.cumsum(spans)])

    def enrolled(now):
        return np.sum(rates * np.clip(now - edges[:-1], 0, spans))

    def survival(s, rate):
        lengths = np.clip(s - starts, 0, np.append(np.diff(starts), np.inf))
        return np.exp(-np.sum((rate + dropout) * lengths))

    events = np.zeros((2, 3))
    for arm, (share, rate) in enumerate(
        ((ratio / (1 + ratio), hazard * effect), (1 / (1 + ratio), hazard))
    ):
        for period, start in enumerate(starts):
            end = min(time, [4, 9, 1e9][period])
            if end > start:
                points = sorted({p for p in time - edges if start < p < end})
                events[arm, period] = (
                    share
                    * rate[period]
                    * integrate.quad(
                        lambda s, rate=rate: survival(s, rate) * enrolled(time - s),
                        start,
                        end,
                        points=points or None,
                        limit=200,
                    )[0]
                )
    assert_allclose(result.events1, events[0].sum(), rtol=1e-7, atol=1e-12)
    assert_allclose(result.events0, events[1].sum(), rtol=1e-7, atol=1e-12)
    weights = events.sum(axis=0)
    expected = np.exp(np.sum(weights * np.log(effect)) / weights.sum())
    assert_allclose(result.average_hazard_ratio, expected, rtol=1e-7)


def test_information_gives_the_drift_of_the_size():
    drift = stats.norm.isf(0.025) + stats.norm.isf(0.2)
    size = sample_size_mean_normal(difference=0.7, sd=2)
    information = information_mean(sd=2, n1=size.n1, n0=size.n0)
    assert_allclose(0.7 * np.sqrt(information), drift, rtol=1e-10)
    events = events_logrank(hazard_ratio=0.6, ratio=2)
    found = -np.log(0.6) * np.sqrt(information_logrank(events=events, ratio=2))
    assert_allclose(found, drift, rtol=1e-10)
    of_rates = information_proportion(proportion1=0.5, proportion0=0.2, n1=[40, 0], n0=[80, 10])
    assert_allclose(of_rates, [1 / (0.25 / 40 + 0.16 / 80), 0])
    with pytest.raises(DataError, match=r"sd: 0(.|\n)*n1: -1"):
        information_mean(sd=0, n1=-1, n0=5)
    with pytest.raises(DataError, match="proportion0: 0"):
        information_proportion(proportion1=0.5, proportion0=0, n1=1, n0=1)
    with pytest.raises(DataError, match="ratio: 0"):
        information_logrank(events=5, ratio=0)


def test_batches_keep_their_shape():
    size = sample_size_proportion(proportion1=[[0.5], [0.6]], proportion0=[0.2, 0.3, 0.4])
    assert size.total.shape == (2, 3)
    one = sample_size_proportion(proportion1=0.6, proportion0=0.3)
    assert_allclose(size.n0[1, 1], one.n0)
    means = sample_size_mean(difference=[1.0, 2.0], sd=[[2.0], [3.0]])
    assert_allclose(means.total[1, 0], sample_size_mean(difference=1, sd=3).total, rtol=1e-10)
    assert_array_equal(sample_size_mean(difference=[], sd=1).total, [])


def test_faults_come_together():
    with pytest.raises(DataError, match=r"proportion1: 1(.|\n)*power: 0"):
        sample_size_proportion(proportion1=1, proportion0=0.5, power=0)
    with pytest.raises(DataError, match=r"sd: 0(.|\n)*counting: 'both'(.|\n)*sides: 3"):
        power_mean(difference=1, sd=0, n1=5, n0=5, counting="both", sides=3)
    with pytest.raises(DataError, match="covariates: 0 with a correlation"):
        sample_size_mean(difference=1, sd=1, correlation=0.3)
    with pytest.raises(DataError, match=r"hazard_ratio: -1(.|\n)*formula: 'cox'"):
        events_logrank(hazard_ratio=-1, formula="cox")
    with pytest.raises(DataError, match="time: before the end of accrual"):
        sample_size_lachin_foulkes(hazard0=0.1, hazard_ratio=0.5, accrual=5, time=4)
    with pytest.raises(DataError, match="low, high: 1 and 0; wanted low below high"):
        sample_size_equivalence_mean(difference=0, sd=1, low=1, high=0)
    with pytest.raises(DataError, match="low: not below high"):
        power_equivalence_mean(difference=0, sd=1, n1=5, n0=5, low=1, high=0)
    with pytest.raises(DataError, match=r"reject: shape \(3,\)"):
        power_proportion_exact(proportion1=0.5, proportion0=0.5, reject=[1, 0, 1])
    with pytest.raises(DataError, match="margin: 0"):
        power_equivalence_proportion(proportion1=0.5, proportion0=0.5, n1=5, n0=5, margin=0)
    with pytest.raises(DataError, match=r"hazard0: 0(.|\n)*last axes of one length"):
        average_hazard_ratio(
            enrolment_duration=[1],
            enrolment_rate=[1, 2],
            period_duration=[1],
            hazard0=[0],
            hazard_ratio=[1],
            time=1,
        )
    with pytest.raises(DataError, match="share: 2"):
        time_of_share(share=2, hazard1=1, hazard0=1, accrual=1)
    with pytest.raises(DataError, match="hazard: 0"):
        event_share(hazard=0, accrual=1, time=1)
