"""Competing causes: incidence and its errors, Gray's test, the Fine-Gray model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.survival import (
    cox,
    cox_robust,
    cumulative_incidence,
    fine_gray,
    gray_test,
    survival_at,
)
from support.survival import cohorts, few, one_trial

TIMES = [0.0, 1.0, 2.5, 4.0, 6.0]
rng = np.random.default_rng(31)
SAMPLE = {
    "time": np.ceil(rng.exponential(9, 60)),
    "cause": rng.choice(3, size=60, p=[0.3, 0.45, 0.25]),
    "group": np.arange(60) % 3,
    "stratum": np.arange(60) // 3 % 2,
}


@st.composite
def competing(draw, **options):
    cohort = draw(cohorts(**options))
    second = draw(
        st.lists(st.booleans(), min_size=cohort["time"].size, max_size=cohort["time"].size)
    )
    event = cohort.pop("event")
    return cohort | {"cause": event * (1 + np.array(second).reshape(event.shape))}


def naive_incidence(time, cause, at, weight=None):
    """Incidence of causes 1 and 2 by loops, for subjects with weights."""
    weight = np.ones(len(time)) if weight is None else weight
    free, found = 1.0, np.zeros(2)
    for moment in sorted(set(time[cause > 0])):
        if moment <= at:
            n = weight[time >= moment].sum()
            d = np.array([weight[(time == moment) & (cause == k)].sum() for k in (1, 2)])
            found += free * d / n
            free *= 1 - d.sum() / n
    return found


def naive_aalen(time, cause, at):
    """Aalen's variance of both incidences, summed over the event times."""
    end, total = naive_incidence(time, cause, at), np.zeros(2)
    free, here = 1.0, np.zeros(2)
    for moment in sorted(set(time[cause > 0])):
        if moment > at:
            break
        n = sum(time >= moment)
        d = np.array([sum((time == moment) & (cause == k)) for k in (1, 2)])
        here, before, free = here + free * d / n, free, free * (1 - d.sum() / n)
        for k in range(2):
            gone = (end[k] - here[k]) / free if free > 0 else 0.0
            for events, height in ((d[k], 1 - gone), (d[1 - k], gone)):
                thin = 1 - (events - 1) / (n - 1) if events > 1 else 1
                total[k] += before**2 * thin * events / n**2 * height**2
    return total


@few
@given(competing())
def test_incidence_and_its_errors_are_those_of_the_loops(cohort):
    sample = {name: cohort[name] for name in ("time", "cause")}
    found = cumulative_incidence(**sample, times=TIMES, beyond="last")
    aalen = cumulative_incidence(**sample, times=TIMES, beyond="last", variance="aalen")
    assert_array_equal(aalen.incidence, found.incidence)
    for trial in range(3):
        time, cause = one_trial(cohort, trial, "time", "cause").values()
        if not time.size:
            assert np.all(found.state[trial] == State.NOT_ESTIMABLE)
            continue
        for place, at in enumerate(TIMES):
            assert_allclose(
                found.incidence[trial, place], naive_incidence(time, cause, at), atol=1e-12
            )
            # Infinitesimal jackknife: central differences in the weight of each subject.
            step = 1e-5
            change = [
                naive_incidence(time, cause, at, 1 + step * row)
                - naive_incidence(time, cause, at, 1 - step * row)
                for row in np.eye(time.size)
            ]
            jackknife = np.sqrt(np.sum((np.array(change) / 2 / step) ** 2, axis=0))
            assert_allclose(found.standard_error[trial, place], jackknife, atol=1e-7)
            assert_allclose(
                aalen.standard_error[trial, place] ** 2, naive_aalen(time, cause, at), atol=1e-12
            )


@few
@given(competing())
def test_all_probabilities_add_up_to_1(cohort):
    found = cumulative_incidence(time=cohort["time"], cause=cohort["cause"], times=TIMES)
    total = found.incidence.sum(axis=-1) + found.event_free
    known = found.state[..., 0] == State.ESTIMATED
    assert_allclose(total[known], 1, atol=1e-12)
    assert np.isnan(total[~known]).all()


@few
@given(cohorts())
def test_a_single_cause_is_the_complement_of_kaplan_meier(cohort):
    curve = survival_at(time=cohort["time"], event=cohort["event"], times=TIMES)
    found = cumulative_incidence(
        time=cohort["time"], cause=cohort["event"].astype(int), times=TIMES, causes=1
    )
    assert_allclose(found.incidence[..., 0], 1 - curve.survival, atol=1e-12)
    inside = curve.survival > 0
    errors = found.standard_error[..., 0][inside], curve.standard_error[inside]
    assert_allclose(*errors, atol=1e-12)
    assert_allclose(
        found.event_free_standard_error[inside], curve.standard_error[inside], atol=1e-12
    )
    assert_array_equal(found.state[..., 0], curve.state)
    assert_array_equal(found.at_risk, curve.at_risk)


def test_incidence_by_hand():
    found = cumulative_incidence(time=[1, 2, 3, 4], cause=[1, 2, 0, 1], times=[1, 2, 3.5, 4])
    assert_allclose(found.incidence, [[0.25, 0], [0.25, 0.25], [0.25, 0.25], [0.75, 0.25]])
    assert_allclose(found.event_free, [0.75, 0.5, 0.5, 0])


def test_limits_of_the_incidence():
    found = cumulative_incidence(time=[1, 2, 3, 4], cause=[1, 2, 0, 0], times=[0.5, 2], scale="log")
    assert_array_equal([found.ci_low[0], found.ci_high[0]], np.zeros((2, 2)))
    half = np.exp(1.959963984540054 * found.standard_error[1] / 0.25)
    assert_allclose(found.ci_low[1], 0.25 / half)
    assert_allclose(found.ci_high[1], np.minimum(0.25 * half, 1))


def naive_gray(time, cause, group, groups):
    """Gray's score and variance by loops over times, as the paper's sums are printed."""
    ks = range(groups)
    free, own, pooled = np.ones(groups), np.zeros(groups), 0.0
    passed = np.zeros((groups, groups))
    score, terms = np.zeros(groups), []
    for moment in sorted(set(time[cause > 0])):
        n = np.array([sum((time >= moment) & (group == k)) for k in ks])
        d = np.array([sum((time == moment) & (group == k) & (cause == 1)) for k in ks])
        e = np.array([sum((time == moment) & (group == k) & (cause > 1)) for k in ks])
        there = n > 0
        size = np.where(there, n / np.where(free > 0, free, 1), 0)
        still = size * (1 - own)
        if d.sum():
            score += d - d.sum() * still / still.sum()
        apart = np.diag(size) - np.outer(size, size) / size.sum()
        if pooled < 1:
            passed = passed + apart * d.sum() / size.sum() / (1 - pooled)
        after = free * (1 - np.where(there, (d + e) / np.where(there, n, 1), 0))
        own = own + free * np.where(there, d / np.where(there, n, 1), 0)
        now = pooled + d.sum() / size.sum()
        for k in ks:
            height = (1 - now) / after[k] if after[k] > 0 else 0.0
            if d.sum() and there[k]:
                thin = 1 - (d.sum() - 1) / (size.sum() * free[k] - 1) if d.sum() > 1 else 1
                factor = thin * free[k] * d.sum() / (size.sum() * n[k])
                slope = 1 - height if after[k] > 0 else 1.0
                terms.append((factor, apart[:, k], slope, passed[:, k], k))
            if e[k] and after[k] > 0:
                thin = 1 - (e[k] - 1) / (n[k] - 1) if e[k] > 1 else 1
                factor = thin * free[k] ** 2 * e[k] / n[k] ** 2
                terms.append((factor, np.zeros(groups), height, passed[:, k], k))
        free, pooled = after, now
    variance = np.zeros((groups, groups))
    for factor, at_once, slope, so_far, k in terms:
        move = at_once + slope * (passed[:, k] - so_far)
        variance += factor * np.outer(move, move)
    return score, variance


@few
@given(competing(groups=3))
def test_grays_test_is_that_of_the_loops(cohort):
    found = gray_test(**cohort, groups=3)
    for trial in range(3):
        sample = one_trial(cohort, trial, "time", "cause", "group", "stratum")
        stratum = sample.pop("stratum")
        score, variance = np.zeros(3), np.zeros((3, 3))
        for code in set(stratum):
            part = {name: array[stratum == code] for name, array in sample.items()}
            own_score, own_variance = naive_gray(**part, groups=3)
            score, variance = score + own_score, variance + own_variance
        assert_allclose(found.score[trial], score, atol=1e-10)
        assert_allclose(found.variance[trial], variance, atol=1e-9)


@few
@given(competing(), st.sampled_from([1, 2]))
def test_swapping_the_arms_turns_the_score_of_grays_test(cohort, interest):
    one = gray_test(**cohort, interest=interest)
    other = gray_test(**(cohort | {"group": 1 - cohort["group"]}), interest=interest)
    assert_allclose(other.score, -one.score, atol=1e-10)
    assert_allclose(other.chi_square, one.chi_square, rtol=1e-6, atol=1e-9)
    assert_array_equal(other.state, one.state)


def test_grays_test_keeps_its_level_and_finds_a_difference():
    source = np.random.default_rng(8)
    shape = (400, 80)
    cause = source.choice([1, 2], size=shape, p=[0.6, 0.4])
    time, ending = source.exponential(1, shape), source.exponential(2, shape)
    group = np.arange(80) % 2
    sample = {"time": np.minimum(time, ending), "group": group}
    p_value = gray_test(**sample, cause=np.where(time < ending, cause, 0)).p_value
    assert abs(np.mean(p_value < 0.05) - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 400)
    other = np.where(group, source.choice([1, 2], size=shape, p=[0.25, 0.75]), cause)
    found = gray_test(**sample, cause=np.where(time < ending, other, 0))
    assert np.mean(found.p_value < 0.05) > 0.6
    assert found.score[:, 1].mean() < 0


def test_grays_test_without_the_cause_is_not_estimable():
    found = gray_test(time=[[1, 2]], cause=[[2, 2]], group=[[0, 1]])
    assert_array_equal(found.state, [State.NOT_ESTIMABLE])
    assert np.isnan(found.p_value[0])


def test_a_weight_moves_grays_test():
    plain, early = gray_test(**SAMPLE, groups=3), gray_test(**SAMPLE, groups=3, rho=2)
    assert early.chi_square != plain.chi_square
    assert early.df == 2


COVARIATES = np.stack([SAMPLE["group"] > 0, rng.normal(size=60)], axis=-1).astype(float)


def naive_pseudo_likelihood(beta, time, cause, covariates):
    """Fine and Gray's weights by loops."""
    risk, total = np.exp(covariates @ beta), 0.0
    uncensored = survival_at(time=time, event=cause == 0, times=time - 1e-9, beyond="last").survival
    for i in np.flatnonzero(cause == 1):
        weight = np.where(time >= time[i], 1.0, (cause > 1) * uncensored[i] / uncensored)
        total += covariates[i] @ beta - np.log(np.sum(weight * risk))
    return total


def test_fine_gray_stands_at_the_top_of_its_pseudo_likelihood():
    time, cause = SAMPLE["time"], SAMPLE["cause"]
    fit = fine_gray(time=time, cause=cause, covariates=COVARIATES)
    assert_array_equal(fit.state, [State.ESTIMATED] * 2)

    def likelihood(beta):
        return naive_pseudo_likelihood(beta, time, cause, COVARIATES)

    assert_allclose(fit.log_likelihood, likelihood(fit.coefficient))
    assert_allclose(fit.log_likelihood_null, likelihood(np.zeros(2)))
    for step in np.eye(2) * 1e-4:
        slope = likelihood(fit.coefficient + step) - likelihood(fit.coefficient - step)
        assert abs(slope) < 1e-8


def test_without_other_causes_fine_gray_is_cox_with_robust_errors():
    event = SAMPLE["cause"] == 1
    fit = fine_gray(time=SAMPLE["time"], cause=event.astype(int), covariates=COVARIATES)
    robust = cox_robust(time=SAMPLE["time"], event=event, covariates=COVARIATES, ties="breslow")
    assert_allclose(fit.coefficient, robust.coefficient)
    assert_allclose(fit.covariance, robust.covariance)
    assert_allclose([fit.ci_low, fit.ci_high], [robust.ci_low, robust.ci_high])


def test_without_censoring_other_causes_stay_to_the_end():
    cause = np.where(SAMPLE["cause"] == 0, 2, SAMPLE["cause"])
    fit = fine_gray(time=SAMPLE["time"], cause=cause, covariates=COVARIATES)
    forever = np.where(cause == 1, SAMPLE["time"], 1e6)
    plain = cox(time=forever, event=cause == 1, covariates=COVARIATES, ties="breslow")
    assert_allclose(fit.coefficient, plain.coefficient)
    assert_allclose(fit.log_likelihood, plain.log_likelihood)


def test_a_batch_of_fine_gray_models_equals_its_trials():
    time = np.stack([SAMPLE["time"], SAMPLE["time"][::-1], SAMPLE["time"]])
    time[2, 40:] = -np.inf
    batch = fine_gray(time=time, cause=SAMPLE["cause"], covariates=COVARIATES)
    for trial in range(3):
        inside = time[trial] > -np.inf
        alone = fine_gray(
            time=time[trial, inside],
            cause=SAMPLE["cause"][inside],
            covariates=COVARIATES[inside],
        )
        assert_allclose(batch.coefficient[trial], alone.coefficient, rtol=1e-8)
        assert_allclose(batch.standard_error[trial], alone.standard_error, rtol=1e-8)


def test_fine_gray_without_the_cause_is_not_estimable():
    fit = fine_gray(time=[1, 2], cause=[2, 0], covariates=[[0.0], [1.0]])
    assert_array_equal(fit.state, [State.NOT_ESTIMABLE])
    assert np.isnan(fit.standard_error[0])


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (cumulative_incidence, {"cause": [3, 0], "times": [1]}, r"cause: code 3; wanted 0"),
        (cumulative_incidence, {"cause": [-1, 0], "times": [1]}, r"cause: 1 code\(s\)"),
        (
            cumulative_incidence,
            {"causes": 0, "times": [1]},
            "causes: 0; wanted a whole number, 1 or more",
        ),
        (cumulative_incidence, {"times": [1], "variance": "gray"}, "variance: 'gray'"),
        (gray_test, {"group": [0, 2]}, r"group: code 2; wanted 0 to 1 \(groups\)"),
        (gray_test, {"group": [0, 1], "groups": 1}, "groups: 1; wanted a whole number, 2 or more"),
        (
            gray_test,
            {"group": [0, 1], "interest": 0},
            "interest: 0; wanted a whole number, 1 or more",
        ),
        (gray_test, {"group": [0, 1], "cause": ["a", "b"]}, r"cause: .*wanted numbers"),
        (fine_gray, {"covariates": [[0], [1]], "interest": 0}, "interest: 0"),
        (fine_gray, {"covariates": [[0], [np.nan]]}, r"covariates: NaN or infinite for 1"),
    ],
)
def test_what_is_wrong_is_named(function, arguments, message):
    with pytest.raises(DataError, match=message):
        function(**({"time": [1, 2], "cause": [1, 0]} | arguments))
