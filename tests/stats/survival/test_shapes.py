"""Any number of trials and subjects: no warning, no exception, the leading shape in the result."""

import numpy as np
import pytest

from equipoise.stats.survival import (
    compare_restricted_means,
    concordance,
    cox,
    cox_residuals,
    cox_robust,
    cumulative_incidence,
    fine_gray,
    gray_test,
    logrank,
    maxcombo,
    milestone,
    number_at_risk,
    proportionality_test,
    restricted_mean,
    survival_at,
    survival_quantile,
    weighted_logrank,
)


def drawn(shape, source):
    time = source.integers(0, 5, shape).astype(float)
    time[source.random(shape) < 0.2] = -np.inf
    event = source.random(shape) < 0.6
    return {
        "time": time,
        "event": event,
        "group": source.integers(0, 2, shape),
        "stratum": source.integers(0, 3, shape),
        "cause": event * source.integers(1, 3, shape),
        "covariates": np.round(source.normal(size=(*shape, 2))),
    }


def everything(sample):
    """Call every estimator; yield one array of (...) of each."""

    def of(*names, **more):
        return {name: sample[name] for name in names} | more

    single = of("time", "event")
    arms, model = of("time", "event", "group"), of("time", "event", "covariates")
    fit = cox(**model, stratum=sample["stratum"])
    fitted = model | {"coefficient": fit.coefficient}
    yield survival_at(**single, times=[0, 9]).survival[..., 0]
    yield survival_quantile(**single).estimate[..., 0]
    yield number_at_risk(time=sample["time"], times=[2])[..., 0]
    yield restricted_mean(**single, horizon=2.0).mean
    yield logrank(**arms, stratum=sample["stratum"]).z
    yield weighted_logrank(**arms, weight="tarone-ware").z
    yield maxcombo(**arms).p_value
    yield milestone(**arms, at=1.0).z
    yield compare_restricted_means(**arms, horizon=2.0).p_value
    yield fit.log_likelihood
    yield cox(**model, ties="exact").score.p_value
    start = np.where(sample["time"] > 0, sample["time"] - 1, -1)
    stop = np.where(sample["time"] > 0, sample["time"], -np.inf)
    yield cox(**(model | {"time": stop, "start": start})).coefficient[..., 0]
    yield cox_robust(**model, cluster=sample["stratum"]).wald.statistic
    yield cox_residuals(**fitted).martingale.sum(axis=-1)
    yield proportionality_test(**fitted).overall.p_value
    yield concordance(**single, risk=sample["covariates"][..., 0]).estimate
    yield cumulative_incidence(**of("time", "cause"), times=[1]).incidence[..., 0, 0]
    yield gray_test(**of("time", "cause", "group", "stratum")).p_value
    yield fine_gray(**of("time", "cause", "covariates")).coefficient[..., 0]


@pytest.mark.parametrize("shape", [(0,), (1,), (7,), (0, 3), (3, 0), (2, 1), (2, 3, 6), (40, 8)])
def test_the_result_has_the_leading_shape(shape):
    source = np.random.default_rng(1)
    for _ in range(3):
        for found in everything(drawn(shape, source)):
            assert found.shape == shape[:-1]


def test_what_is_the_same_for_all_trials_is_given_once():
    sample = drawn((5, 9), np.random.default_rng(2))
    arm = sample["group"][0]
    once = logrank(time=sample["time"], event=sample["event"], group=arm)
    wide = logrank(time=sample["time"], event=sample["event"], group=np.tile(arm, (5, 1)))
    assert once.z.shape == (5,)
    np.testing.assert_array_equal(once.z, wide.z)


def test_many_trials_are_worked_in_blocks_without_a_seam(monkeypatch):
    sample = drawn((30, 8), np.random.default_rng(3))
    whole = list(everything(sample))
    monkeypatch.setattr("equipoise.stats.survival.door._BLOCK", 50)
    for one, other in zip(everything(sample), whole, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)


def test_arrays_that_may_not_be_written_are_read_by_the_kernels_that_are_there():
    from equipoise.stats.survival.logrank_kernel import weighted_sums

    sample = drawn((5, 9), np.random.default_rng(4))
    names = ("time", "event", "group")
    plain = logrank(**{name: sample[name] for name in names})
    compiled = len(weighted_sums.signatures)
    for name in names:
        sample[name].flags.writeable = False
    held = logrank(**{name: sample[name] for name in names})
    turned = logrank(**{name: np.asfortranarray(sample[name]) for name in names})
    np.testing.assert_array_equal(held.z, plain.z)
    np.testing.assert_array_equal(turned.z, plain.z)
    assert len(weighted_sums.signatures) == compiled
