"""Test of proportional hazards: the score test written out, functions of time, edges."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.survival import cox, proportionality_test

rng = np.random.default_rng(5)
SAMPLE = {
    "time": rng.permutation(60) + 1.0,
    "event": rng.random(60) < 0.7,
    "covariates": np.stack([np.arange(60) % 2, rng.normal(size=60)], axis=-1),
}


def split_at_events(sample, g):
    """One row per subject and event time, with the covariates times g as further columns."""
    moments = np.sort(sample["time"][sample["event"]])
    rows = []
    for time, event, x in zip(*sample.values(), strict=True):
        for before, now in zip([0, *moments], moments, strict=False):
            if time > before:
                ends = time <= now
                value = g[moments == now][0]
                rows.append((before, min(time, now), event and ends, [*x, *(x * value)]))
    start, stop, event, covariates = zip(*rows, strict=True)
    return {
        "start": np.array(start, dtype=float),
        "time": np.array(stop, dtype=float),
        "event": np.array(event),
        "covariates": np.array(covariates),
    }


def test_it_is_the_score_test_of_covariates_times_g():
    # Numerically: derivative of the log likelihood of the expanded data at (beta, 0).
    fit = cox(**SAMPLE)
    moments = np.sort(SAMPLE["time"][SAMPLE["event"]])
    long = split_at_events(SAMPLE, moments)

    def log_likelihood(beta):
        eta, total = long["covariates"] @ beta, 0.0
        for now in moments:
            there = (long["start"] < now) & (now <= long["time"])
            total += eta[there & long["event"] & (long["time"] == now)][0]
            total -= np.log(np.exp(eta[there]).sum())
        return total

    at, step = np.append(fit.coefficient, [0, 0]), np.eye(4) * 1e-3
    step[2:] /= 30  # g is of the order of 30
    size = np.diag(step)
    slope = np.array([(log_likelihood(at + s) - log_likelihood(at - s)) for s in step]) / 2 / size
    second = (
        np.array(
            [
                [
                    log_likelihood(at + a + b)
                    - log_likelihood(at + a - b)
                    - log_likelihood(at - a + b)
                    + log_likelihood(at - a - b)
                    for b in step
                ]
                for a in step
            ]
        )
        / 4
        / np.outer(size, size)
    )
    expected = slope @ np.linalg.solve(-second, slope)
    found = proportionality_test(**SAMPLE, coefficient=fit.coefficient, scale="identity")
    assert_allclose(found.overall.statistic, expected, rtol=1e-4)
    assert found.overall.df == 2


@pytest.mark.parametrize("scale", ["km", "rank", "identity", "log"])
def test_the_unit_of_time_matters_to_none_of_the_scales(scale):
    fit = cox(**SAMPLE)
    days = proportionality_test(**SAMPLE, coefficient=fit.coefficient, scale=scale)
    hours = proportionality_test(
        **(SAMPLE | {"time": SAMPLE["time"] * 24}), coefficient=fit.coefficient, scale=scale
    )
    assert_allclose(hours.statistic, days.statistic)
    assert_allclose(hours.overall.p_value, days.overall.p_value)


def test_one_column_is_its_own_overall_test():
    sample = SAMPLE | {"covariates": SAMPLE["covariates"][:, :1]}
    found = proportionality_test(**sample, coefficient=cox(**sample).coefficient)
    assert_allclose(found.overall.statistic, found.statistic[0])
    assert_allclose(found.overall.p_value, found.p_value[0])


def test_columns_of_a_term_are_tested_together():
    coefficient = cox(**SAMPLE).coefficient
    plain = proportionality_test(**SAMPLE, coefficient=coefficient)
    width = coefficient.shape[-1]
    found = proportionality_test(**SAMPLE, coefficient=coefficient, terms=[0] * width)
    assert_allclose(found.statistic, [plain.overall.statistic])
    assert_allclose(found.df, [width])
    assert_allclose(found.p_value, [plain.overall.p_value])


def test_a_batch_holds_its_trials_and_leaves_out_what_was_not_estimated():
    both = {name: np.stack([a, a]) for name, a in SAMPLE.items()}
    both["event"][1] = False
    fit = cox(**both)
    found = proportionality_test(**both, coefficient=fit.coefficient)
    alone = proportionality_test(**SAMPLE, coefficient=fit.coefficient[0])
    assert_allclose(found.statistic[0], alone.statistic)
    assert_array_equal(found.state[1], [State.NOT_ESTIMABLE] * 2)
    assert np.isnan(found.overall.statistic[1])


def test_effects_that_change_are_found_and_others_are_not():
    size = 400
    arm = np.arange(size) % 2
    source = np.random.default_rng(3)
    early = source.exponential(1, size)
    # Arm 1: hazard 3 up to 0.4, then 0.3.
    late = early / 3
    late = np.where(late > 0.4, 0.4 + (early - 1.2) / 0.3, late)
    changing = np.where(arm, late, early)
    steady = np.where(arm, early / 2, early)
    sample = {"event": np.ones(size), "covariates": arm[:, None]}
    for time, low, high in ((changing, 0, 1e-6), (steady, 0.01, 1)):
        fit = cox(time=time, **sample)
        p_value = proportionality_test(time=time, **sample, coefficient=fit.coefficient).p_value[0]
        assert low <= p_value <= high


def test_the_logarithm_of_an_event_at_0_is_refused_as_not_estimable():
    found = proportionality_test(
        time=[0, 1, 2, 3],
        event=[1, 1, 1, 1],
        covariates=[[0.0], [1], [0], [1]],
        coefficient=[0.0],
        scale="log",
    )
    assert found.state[0] == State.NOT_ESTIMABLE


def test_what_is_wrong_is_named():
    with pytest.raises(DataError, match=r"scale: 'ranks'; .*did you mean 'rank'"):
        proportionality_test(**SAMPLE, coefficient=[0, 0], scale="ranks")
    with pytest.raises(DataError, match=r"terms: \[0, 2\]; wanted the term of each of 2"):
        proportionality_test(**SAMPLE, coefficient=[0, 0], terms=[0, 2])
    with pytest.raises(DataError, match="ties: 'exact'"):
        proportionality_test(**SAMPLE, coefficient=[0, 0], ties="exact")
