"""Bootstrap errors of conditional means: every sample against the slow way, edges, properties."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.missing import (
    multiple_imputation_analysis,
    reference_based_analysis,
    reference_based_bootstrap,
)

from .test_analysis import trial


class Recorded:
    """A generator that keeps what it gave."""

    def __init__(self, seed):
        self.rng, self.given = np.random.default_rng(seed), []

    def integers(self, high, size):
        self.given.append(self.rng.integers(high, size=size))
        return self.given[-1]


@pytest.mark.parametrize("strategy", ["jump_to_reference", "copy_reference", "copy_increments"])
def test_each_sample_is_the_whole_analysis_of_its_subjects(strategy):
    data = trial(subjects=30)
    rng = Recorded(3)
    found = reference_based_bootstrap(**data, strategy=strategy, samples=4, rng=rng)
    control, treated = rng.given
    members = [np.flatnonzero(data["arm"] == code) for code in (0, 1)]
    estimates = []
    for sample in range(4):
        rows = np.concatenate([members[0][control[sample]], members[1][treated[sample]]])
        alone = {name: value[rows] for name, value in data.items()}
        answer = reference_based_analysis(**alone, strategy=strategy)
        estimates.append(answer.difference.estimate[0])
    assert_allclose(found.difference.standard_error[0], np.std(estimates, ddof=1), rtol=1e-6)
    whole = reference_based_analysis(**data, strategy=strategy)
    assert_allclose(found.difference.estimate, whole.difference.estimate, rtol=1e-12)
    assert_allclose(found.mean.estimate, whole.mean.estimate, rtol=1e-12)
    assert found.failed == 0
    assert found.state == State.ESTIMATED


def test_departures_strategies_and_deltas_follow_their_subjects():
    data = trial(subjects=24)
    options = {
        "strategy": ["jump_to_reference", "copy_increments"] * 12,
        "departure": np.where(np.arange(24) % 3 == 0, 1, 3),
        "delta": np.arange(24.0)[:, None] * np.ones(3),
    }
    rng = Recorded(4)
    found = reference_based_bootstrap(**data, **options, samples=3, rng=rng)
    members = [np.flatnonzero(data["arm"] == code) for code in (0, 1)]
    estimates = []
    for sample in range(3):
        rows = np.concatenate([members[code][rng.given[code][sample]] for code in (0, 1)])
        alone = {name: value[rows] for name, value in data.items()}
        own = {
            "strategy": [options["strategy"][row] for row in rows],
            "departure": options["departure"][rows],
            "delta": options["delta"][rows],
        }
        estimates.append(reference_based_analysis(**alone, **own).mean.estimate[1])
    assert_allclose(found.mean.standard_error[1], np.std(estimates, ddof=1), rtol=1e-6)


def test_complete_data_give_the_bootstrap_of_a_difference_of_means():
    rng = np.random.default_rng(8)
    arm = np.arange(40) % 2
    response = rng.normal(size=(40, 2)) + arm[:, None]
    found = reference_based_bootstrap(
        response=response, arm=arm, samples=2000, rng=np.random.default_rng(9)
    )
    # The ideal bootstrap variance of a mean is the variance with n below, over n.
    last = response[:, 1]
    ideal = np.sqrt(sum(np.var(last[arm == code]) / 20 for code in (0, 1)))
    # Standard error of a standard deviation of 2,000 normal draws: 1 / sqrt(2 * 1999) of it.
    assert_allclose(found.difference.standard_error[0], ideal, rtol=4 / np.sqrt(2 * 1999))


def test_it_nears_the_jackknife_in_a_trial_of_some_size():
    data = trial(subjects=120)
    found = reference_based_bootstrap(
        **data, strategy="jump_to_reference", samples=600, rng=np.random.default_rng(2)
    )
    jackknife = reference_based_analysis(**data, strategy="jump_to_reference").difference
    # Monte Carlo error of 1 in sqrt(2 * 599), and differences of order 1 / n.
    assert_allclose(
        found.difference.standard_error, jackknife.standard_error, rtol=4 / np.sqrt(1198) + 1 / 60
    )


def test_a_batch_draws_for_one_trial_after_the_other():
    one, other = trial(seed=2, subjects=24), trial(seed=3, subjects=24)
    batch = {name: np.stack([one[name], other[name]]) for name in one}
    together = reference_based_bootstrap(**batch, samples=20, rng=np.random.default_rng(1))
    rng = np.random.default_rng(1)
    for row, single in enumerate((one, other)):
        alone = reference_based_bootstrap(**single, samples=20, rng=rng)
        assert_allclose(
            together.difference.standard_error[row], alone.difference.standard_error, rtol=1e-6
        )


def test_samples_that_cannot_be_fitted_are_drawn_again_and_counted():
    data = trial(subjects=18, missing=0.0)
    # A covariate that is 1 for one subject alone: samples without it cannot be fitted.
    data["covariate"] = (np.arange(18) == 0).astype(float)[:, None]
    found = reference_based_bootstrap(**data, samples=40, rng=np.random.default_rng(1))
    assert found.state == State.ESTIMATED
    # Such a sample has chance (1 - 1/9)^9 = 0.35; draws until 40 fit: 21 failures expected.
    assert 5 <= found.failed <= 50
    assert np.isfinite(found.difference.standard_error).all()


def test_what_cannot_be_fitted_at_all_is_a_state():
    data = trial(subjects=8)
    data["response"][:, 1] = np.nan
    found = reference_based_bootstrap(**data, samples=3, rng=np.random.default_rng(1))
    assert found.state != State.ESTIMATED
    assert found.difference.state[0] == State.NOT_ESTIMABLE
    assert np.isnan(found.difference.standard_error).all()
    nobody = reference_based_bootstrap(
        **(trial() | {"arm": np.full(36, -1)}), samples=3, rng=np.random.default_rng(1)
    )
    assert nobody.state == State.NOT_ESTIMABLE
    # Collinear covariates: no sample can be fitted, nor can the trial.
    twice = trial(subjects=20)
    twice["covariate"] = np.repeat(twice["covariate"], 2, axis=1)
    found = reference_based_bootstrap(**twice, samples=3, rng=np.random.default_rng(1))
    assert found.state != State.ESTIMATED
    assert_array_equal(found.failed, 0)


def test_samples_that_are_never_fitted_give_bootstrap_and_imputation_one_state():
    # A covariate of its own for each of twelve subjects: a sample needs all of them to be fitted,
    # which has chance 0.004; twenty rounds for five samples do not find them.
    rng = np.random.default_rng(6)
    data = {
        "response": rng.normal(size=(24, 2)),
        "arm": np.arange(24) % 2,
        "covariate": np.eye(24)[:, :12],
    }
    drawn = multiple_imputation_analysis(**data, imputations=5, rng=np.random.default_rng(1))
    sampled = reference_based_bootstrap(**data, samples=5, rng=np.random.default_rng(1))
    whole = reference_based_analysis(**data)
    assert whole.state == State.ESTIMATED
    assert drawn.state == sampled.state == State.NOT_CONVERGED
    assert np.isnan([drawn.difference.estimate, sampled.difference.standard_error]).all()
    assert_allclose(sampled.difference.estimate, whole.difference.estimate, rtol=1e-12)
    # Where all subjects cannot be fitted, the state of that fit stands.
    twice = data | {"covariate": np.repeat(data["covariate"], 2, axis=1)}
    drawn = multiple_imputation_analysis(**twice, imputations=2, rng=np.random.default_rng(1))
    sampled = reference_based_bootstrap(**twice, samples=2, rng=np.random.default_rng(1))
    assert drawn.state == sampled.state == reference_based_analysis(**twice).state
    assert drawn.state != State.ESTIMATED


def test_faults_come_together():
    data = trial(subjects=8)
    with pytest.raises(DataError, match=r"samples: 1; wanted(.|\n)*visit: 3"):
        reference_based_bootstrap(**data, samples=1, visit=3, rng=np.random.default_rng(1))
