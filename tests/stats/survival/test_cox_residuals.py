"""What is derived from a fitted Cox model: residuals, robust errors, baseline, concordance."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.survival import (
    baseline_hazard,
    concordance,
    cox,
    cox_residuals,
    cox_robust,
    kaplan_meier,
)
from support.survival import cohorts, few, freireich, one_trial

NAN = float("nan")
TIES = st.sampled_from(["efron", "breslow"])
rng = np.random.default_rng(11)
SAMPLE = {
    "time": np.ceil(rng.exponential(8, 40)),
    "event": rng.random(40) < 0.7,
    "covariates": np.stack([np.arange(40) % 2, rng.normal(size=40)], axis=-1),
    "stratum": np.arange(40) % 3,
}


@few
@given(cohorts(trials=1), TIES)
def test_residuals_add_up(cohort, ties):
    cohort["covariates"] = cohort.pop("group")[..., None]
    fit = cox(**cohort, ties=ties)
    assume(fit.state[0, 0] == State.ESTIMATED)
    found = cox_residuals(**cohort, ties=ties, coefficient=fit.coefficient)
    inside = cohort["time"] > -np.inf
    assert_array_equal(np.isnan(found.martingale), ~inside)
    assert_allclose(np.nansum(found.martingale), 0, atol=1e-10)
    assert_allclose(np.nansum(found.score), 0, atol=1e-9)
    assert_allclose(np.nansum(found.schoenfeld), 0, atol=1e-9)
    assert_array_equal(np.isnan(found.schoenfeld[..., 0]), ~(inside & cohort["event"]))
    martingale, event = found.martingale[inside], cohort["event"][inside]
    expected = event - martingale
    logarithm = np.log(np.where(event, expected, 1))
    assert_allclose(found.deviance[inside] ** 2, -2 * (martingale + event * logarithm), atol=1e-12)
    assert np.all(found.deviance[inside] * martingale >= 0)


def test_dfbeta_is_the_derivative_of_the_estimate_by_the_weight_of_a_subject():
    # With Breslow's ties, copies are weights: one copy more among 200 is a weight of 1 + 1 / 200.
    fit = cox(**SAMPLE, ties="breslow")
    found = cox_residuals(**SAMPLE, ties="breslow", coefficient=fit.coefficient)
    for subject in (0, 7, 21):
        times = np.where(np.arange(40) == subject, 201, 200)
        heavier = {name: np.repeat(a, times, axis=0) for name, a in SAMPLE.items()}
        change = cox(**heavier, ties="breslow").coefficient - fit.coefficient
        assert_allclose(200 * change, found.dfbeta[subject], rtol=0.01, atol=1e-4)


def test_without_a_model_martingale_residuals_are_events_less_nelson_aalen():
    sample = freireich()
    curve = kaplan_meier(time=sample["time"], event=sample["event"])
    hazard = np.interp(sample["time"], curve.time, curve.cumulative_hazard)
    found = cox_residuals(
        time=sample["time"],
        event=sample["event"],
        covariates=sample["group"][:, None],
        coefficient=[0.0],
        ties="breslow",
    )
    assert_allclose(found.martingale, sample["event"] - hazard, atol=1e-12)


def test_each_interval_of_a_subject_has_its_own_part():
    whole = cox_residuals(**SAMPLE, coefficient=[0.3, -0.2])
    middle = np.where(SAMPLE["time"] > 4.5, 4.5, -np.inf)
    cut = cox_residuals(
        start=np.concatenate([np.full(40, -1.0), middle]),
        time=np.concatenate([middle, SAMPLE["time"]]),
        event=np.concatenate([np.zeros(40), SAMPLE["event"]]),
        covariates=np.concatenate([SAMPLE["covariates"]] * 2),
        stratum=np.concatenate([SAMPLE["stratum"]] * 2),
        coefficient=[0.3, -0.2],
    )
    for field in ("martingale", "score", "dfbeta"):
        parts = getattr(cut, field).reshape((2, 40, -1))
        total = np.nansum(parts, axis=0).reshape(getattr(whole, field).shape)
        assert_allclose(total, getattr(whole, field), atol=1e-10)


def test_residuals_of_a_batch_are_those_of_its_trials():
    both = {name: np.stack([a, a[::-1]]) for name, a in SAMPLE.items()}
    found = cox_residuals(**both, coefficient=[[0.3, -0.2], [0.1, NAN]])
    one = cox_residuals(**SAMPLE, coefficient=[0.3, -0.2])
    for field in found.__slots__:
        assert_allclose(getattr(found, field)[0], getattr(one, field), atol=1e-12)
    turned = {name: a[::-1] for name, a in SAMPLE.items()}
    turned["covariates"] = turned["covariates"][:, :1]
    other = cox_residuals(**turned, coefficient=[0.1])
    assert_allclose(found.dfbeta[1, :, 0], other.dfbeta[:, 0], atol=1e-12)
    assert np.isnan(found.dfbeta[1, :, 1]).all()


def test_an_infinite_coefficient_has_no_residuals():
    found = cox_residuals(**SAMPLE, coefficient=[np.inf, 0.1])
    assert np.isnan(found.martingale).all()


def test_robust_errors_are_those_of_the_dfbetas():
    fit, robust = cox(**SAMPLE), cox_robust(**SAMPLE)
    change = cox_residuals(**SAMPLE, coefficient=fit.coefficient).dfbeta
    assert_allclose(robust.covariance, change.T @ change)
    assert_allclose(robust.standard_error**2, np.diag(robust.covariance))
    assert_array_equal(robust.model_standard_error, fit.standard_error)
    assert_array_equal(robust.coefficient, fit.coefficient)
    assert_allclose(robust.z, fit.coefficient / robust.standard_error)


def test_clusters_of_one_are_no_clusters_and_twins_count_once():
    alone = cox_robust(**SAMPLE)
    own = cox_robust(**SAMPLE, cluster=np.arange(40) * 7)
    assert_allclose(own.covariance, alone.covariance)
    cut = {name: np.concatenate([a, a]) for name, a in SAMPLE.items()}
    twins = cox_robust(**cut, cluster=np.tile(np.arange(40), 2), ties="breslow")
    assert_allclose(twins.standard_error, cox_robust(**SAMPLE, ties="breslow").standard_error)


def test_too_few_clusters_have_no_robust_test():
    one = cox_robust(**SAMPLE, cluster=np.zeros(40, dtype=int))
    assert np.isnan(one.standard_error).all()
    assert np.isnan(one.p_value).all()
    two = cox_robust(**SAMPLE, cluster=np.arange(40) // 20)
    assert np.all(two.standard_error > 0)
    assert np.isnan(two.wald.statistic)
    assert one.likelihood_ratio.p_value == cox(**SAMPLE).likelihood_ratio.p_value


def test_robust_batches_hold_the_states_of_their_trials():
    time, covariates = [[1, 2, 3, 4.0]] * 2, np.array([[0.0], [1], [0], [1]])
    found = cox_robust(time=time, event=[[1, 1, 1, 1], [0, 0, 0, 0]], covariates=covariates)
    assert_array_equal(found.state[:, 0], [State.ESTIMATED, State.NOT_ESTIMABLE])
    assert np.isnan(found.standard_error[1, 0])


@few
@given(cohorts(trials=1), TIES)
def test_the_baseline_hazard_of_no_effect_is_nelson_aalen(cohort, ties):
    sample = one_trial(cohort, 0, "time", "event")
    size = len(sample["time"])
    curve = kaplan_meier(**sample)
    found = baseline_hazard(
        **sample, covariates=np.full((size, 1), 2.0), coefficient=[0.0], ties=ties
    )
    assert_array_equal(found.time, curve.time)
    if ties == "breslow":
        assert_allclose(found.cumulative_hazard, curve.cumulative_hazard, atol=1e-12)
    else:
        assert np.all(found.cumulative_hazard >= curve.cumulative_hazard - 1e-12)


def test_the_baseline_hazard_is_where_the_covariates_are_0():
    moved = SAMPLE | {"covariates": SAMPLE["covariates"] + [0.0, 5.0]}
    one = baseline_hazard(**SAMPLE, coefficient=[0.3, -0.2])
    other = baseline_hazard(**moved, coefficient=[0.3, -0.2])
    assert_allclose(other.cumulative_hazard, one.cumulative_hazard * np.exp(0.2 * 5))
    alone = {name: a[SAMPLE["stratum"] == 1] for name, a in SAMPLE.items()}
    stratum = baseline_hazard(**alone, coefficient=[0.3, -0.2])
    assert_allclose(stratum.cumulative_hazard, one.cumulative_hazard[one.stratum == 1])


def naive_concordance(time, event, risk):
    """Pairs by two loops."""
    wins = pairs = 0.0
    for i in range(len(time)):
        for j in range(len(time)):
            if event[i] and (time[i] < time[j] or (time[i] == time[j] and not event[j])):
                pairs += 1
                wins += 0.5 + 0.5 * np.sign(risk[i] - risk[j])
    return wins / pairs if pairs else NAN


@few
@given(cohorts(groups=4))
def test_concordance_is_the_share_of_the_pairs(cohort):
    arguments = {"time": cohort["time"], "event": cohort["event"]}
    found = concordance(**arguments, risk=cohort["group"])
    turned = concordance(**arguments, risk=-cohort["group"])
    assert_allclose(turned.estimate, 1 - found.estimate, atol=1e-12)
    assert_allclose(turned.standard_error, found.standard_error, atol=1e-12)
    for trial in range(3):
        sample = one_trial(cohort, trial, "time", "event", "group")
        naive = naive_concordance(sample["time"], sample["event"], sample["group"])
        assert_allclose(found.estimate[trial], naive, atol=1e-12)


def test_concordance_within_strata_joins_their_pairs():
    risk = SAMPLE["covariates"][:, 1]
    arguments = {"time": SAMPLE["time"], "event": SAMPLE["event"], "risk": risk}
    one = concordance(**arguments, stratum=np.zeros(40, dtype=int))
    assert one.estimate == concordance(**arguments).estimate
    apart = concordance(**arguments, stratum=SAMPLE["stratum"])
    assert apart.standard_error > one.standard_error


def test_concordance_without_pairs_is_not_estimable():
    assert concordance(time=[1, 2], event=[0, 0], risk=[1, 2]).state == State.NOT_ESTIMABLE


@pytest.mark.parametrize("function", [cox_residuals, baseline_hazard])
def test_what_follows_a_fit_names_what_is_wrong(function):
    with pytest.raises(DataError, match="ties: 'exact'; wanted 'efron' or 'breslow'"):
        function(**SAMPLE, coefficient=[0, 0], ties="exact")
    with pytest.raises(DataError, match=r"coefficient: shape \(3,\); wanted shape \(2,\)"):
        function(**SAMPLE, coefficient=[0, 0, 0])


def test_a_baseline_is_of_one_sample_and_a_score_has_subjects():
    with pytest.raises(DataError, match=r"leading shape \(1,\); wanted one sample"):
        baseline_hazard(time=[[1]], event=[[1]], covariates=[[[0]]], coefficient=[0])
    with pytest.raises(DataError, match=r"risk: shape \(\)"):
        concordance(time=[1], event=[1], risk=2)
    with pytest.raises(DataError, match="ties: 'exact'"):
        cox_robust(**SAMPLE, ties="exact")


def test_a_column_that_follows_from_others_has_no_dfbeta():
    arm = SAMPLE["covariates"][:, 0]
    columns = np.stack([arm, 1 - arm], axis=-1)
    found = cox_residuals(**(SAMPLE | {"covariates": columns}), coefficient=[0.3, 0.0])
    alone = cox_residuals(**(SAMPLE | {"covariates": arm[:, None]}), coefficient=[0.3])
    assert_allclose(found.dfbeta[:, 0], alone.dfbeta[:, 0], rtol=1e-10)
    assert np.isnan(found.dfbeta[:, 1]).all()
    assert_allclose(found.score, np.stack([alone.score[:, 0], -alone.score[:, 0]], axis=-1))
    constant = cox_residuals(**(SAMPLE | {"covariates": np.ones((40, 1))}), coefficient=[0.0])
    assert np.isnan(constant.dfbeta).all()
    assert_allclose(constant.martingale.sum(), 0, atol=1e-10)
