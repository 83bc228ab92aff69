"""The Cox model: naive likelihoods, ties, strata, intervals, infinite and dependent columns."""

from itertools import combinations
from math import inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linprog

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.survival import cox, logrank
from equipoise.stats.survival.cox import read_model
from equipoise.stats.survival.partial_likelihood import PartialLikelihood
from support.survival import cohorts, few, freireich

TIES = st.sampled_from(["efron", "breslow", "exact"])


def naive_log_likelihood(beta, *, time, event, covariates, stratum, ties):
    """The partial likelihood as the papers print it, by loops."""
    risk = np.exp(covariates @ beta)
    total = 0.0
    for code in set(stratum):
        for moment in set(time[event & (stratum == code)]):
            at_risk = np.flatnonzero((time >= moment) & (stratum == code))
            dead = np.flatnonzero((time == moment) & (stratum == code) & event)
            total += sum(covariates[dead] @ beta)
            if ties == "exact":
                sets = combinations(at_risk, len(dead))
                total -= log(sum(np.prod(risk[list(chosen)]) for chosen in sets))
                continue
            for number in range(len(dead)):
                thin = number / len(dead) if ties == "efron" else 0
                total -= log(sum(risk[at_risk]) - thin * sum(risk[dead]))
    return total


def slope(function, at, step=1e-5):
    """Central differences."""
    return np.array(
        [
            (function(at + move) - function(at - move)) / (2 * step)
            for move in np.eye(len(at)) * step
        ]
    )


@st.composite
def models(draw, **options):
    cohort = draw(cohorts(**options))
    group = cohort.pop("group")
    score = draw(st.lists(st.integers(-2, 2), min_size=group.size, max_size=group.size))
    score = np.array(score, dtype=float).reshape(group.shape)
    return cohort | {"covariates": np.stack([group, score], axis=-1)}


def inside(model, trial):
    keep = model["time"][trial] > -np.inf
    return {name: array[trial][keep] for name, array in model.items()}


@few
@given(models(most=9), TIES)
def test_the_estimate_is_the_top_of_the_naive_likelihood(model, ties):
    fit = cox(**model, ties=ties)
    for trial in range(3):
        sample = inside(model, trial)

        def likelihood(beta, sample=sample):
            return naive_log_likelihood(beta, **sample, ties=ties)

        assert_allclose(fit.log_likelihood_null[trial], likelihood(np.zeros(2)), atol=1e-10)
        beta = fit.coefficient[trial]
        if np.all(fit.state[trial] == State.ESTIMATED):
            assert_allclose(fit.log_likelihood[trial], likelihood(beta), atol=1e-9)
            assert_allclose(slope(likelihood, beta), 0, atol=1e-6)
            information = -slope(lambda b: slope(likelihood, b, 1e-4), beta, 1e-4)
            scale = 1 + np.abs(information).max()
            found = np.linalg.inv(fit.covariance[trial])
            assert_allclose(found, information, atol=1e-4 * scale)
        assert not np.any(fit.state[trial] == State.NOT_CONVERGED)


@few
@given(models(most=9), TIES)
def test_where_it_says_infinite_the_likelihood_rises_to_its_limit(model, ties):
    fit = cox(**model, ties=ties)
    for trial in np.flatnonzero((fit.state == State.INFINITE).any(axis=-1)):
        sample = inside(model, trial)
        finite = np.nan_to_num(fit.coefficient[trial], nan=0.0)

        def at(far, sample=sample, finite=finite):
            beta = np.where(np.isinf(finite), np.sign(finite) * far, finite)
            return naive_log_likelihood(beta, **sample, ties=ties)

        # Two infinite columns may go there at different speeds: only one alone has a known path.
        if np.isinf(finite).sum() == 1:
            assert at(12) > at(6)
            assert_allclose(at(25), fit.log_likelihood[trial], atol=1e-6)
        assert np.isnan(fit.wald.statistic[trial])
        assert fit.likelihood_ratio.statistic[trial] > 0


@few
@given(models(), TIES)
def test_a_batch_equals_its_trials_one_by_one(model, ties):
    batch = cox(**model, ties=ties)
    for trial in range(3):
        alone = cox(**inside(model, trial), ties=ties)
        assert_array_equal(batch.state[trial], alone.state)
        for field in ("coefficient", "standard_error", "log_likelihood"):
            one, other = getattr(batch, field)[trial], getattr(alone, field)
            assert_allclose(one, other, rtol=1e-7, atol=1e-9)


@few
@given(models(trials=1), TIES)
def test_covariates_may_be_moved_scaled_and_turned(model, ties):
    one = cox(**model, ties=ties)
    other = cox(**(model | {"covariates": 100 - 2 * model["covariates"]}), ties=ties)
    assert_array_equal(other.state, one.state)
    assert_allclose(-2 * other.coefficient, one.coefficient, rtol=1e-6, atol=1e-8)
    assert_allclose(other.likelihood_ratio.statistic, one.likelihood_ratio.statistic, atol=1e-8)


@few
@given(models(trials=1), st.randoms(use_true_random=False))
def test_the_order_of_the_subjects_does_not_matter(model, random):
    order = list(range(model["time"].shape[1]))
    random.shuffle(order)
    one = cox(**model)
    other = cox(**{name: array[:, order] for name, array in model.items()})
    assert_allclose(other.coefficient, one.coefficient, rtol=1e-7, atol=1e-9)


@few
@given(cohorts())
def test_the_score_of_the_exact_likelihood_is_the_log_rank_test(cohort):
    test = logrank(**cohort)
    group = cohort.pop("group")
    fit = cox(**cohort, covariates=group[..., None], ties="exact")
    assert_allclose(fit.score.statistic, test.chi_square, atol=1e-9)


@few
@given(models(trials=1), st.sampled_from(["efron", "breslow"]))
def test_cutting_a_subject_into_intervals_changes_nothing(model, ties):
    whole = cox(**model, ties=ties)
    middle = np.where(model["time"] > 2.5, 2.5, -np.inf)
    cut = cox(
        start=np.concatenate([np.full(middle.shape, -1.0), middle], axis=-1),
        time=np.concatenate([middle, model["time"]], axis=-1),
        event=np.concatenate([np.zeros_like(model["event"]), model["event"]], axis=-1),
        covariates=np.concatenate([model["covariates"]] * 2, axis=1),
        stratum=np.concatenate([model["stratum"]] * 2, axis=-1),
        ties=ties,
    )
    assert_array_equal(cut.state, whole.state)
    assert_allclose(cut.coefficient, whole.coefficient, rtol=1e-6, atol=1e-8)
    assert_allclose(cut.log_likelihood, whole.log_likelihood, atol=1e-8)


def test_late_entry_keeps_a_subject_out_of_earlier_risk_sets():
    # By hand, Breslow: at 2 subjects 0 and 1 are at risk, at 5 subjects 1 and 2.
    fit = cox(
        start=[0, 0, 3],
        time=[2, 5, 6],
        event=[1, 1, 0],
        covariates=[[1.0], [0.0], [1.0]],
        ties="breslow",
    )
    assert_allclose(fit.coefficient, [0], atol=1e-12)
    assert_allclose(fit.log_likelihood, -2 * log(2))


def test_all_events_in_one_arm_make_the_coefficient_infinite():
    time, arm = [[1, 2, 3, 4, 5, 6]], [[0, 0, 0, 1, 1, 1]]
    fit = cox(time=time, event=[[0, 0, 0, 1, 1, 1]], covariates=np.array(arm)[..., None])
    assert fit.state[0, 0] == State.NOT_ESTIMABLE  # nobody of arm 0 is at risk at an event
    mixed = [[0, 1, 0, 1, 0, 1]]
    fit = cox(time=time, event=[[0, 1, 0, 1, 0, 1]], covariates=np.array(mixed)[..., None])
    assert fit.state[0, 0] == State.INFINITE
    assert fit.coefficient[0, 0] == inf
    assert fit.hazard_ratio[0, 0] == inf
    assert np.isnan([fit.standard_error[0, 0], fit.ci_low[0, 0], fit.ci_high[0, 0]]).all()
    # At infinity only subjects with the event remain in the risk sets: 3, 2, 1 of them.
    assert_allclose(fit.log_likelihood, -log(3) - log(2), atol=1e-9)
    turned = cox(time=time, event=[[1, 0, 1, 0, 1, 0]], covariates=np.array(mixed)[..., None])
    assert turned.coefficient[0, 0] == -inf
    assert turned.hazard_ratio[0, 0] == 0


def is_monotone(time, event, covariates):
    """Tell by linear programming if some direction never puts an event below its risk set."""
    gaps = [
        covariates[i] - covariates[j]
        for i in np.flatnonzero(event)
        for j in np.flatnonzero(time >= time[i])
    ]
    gaps = np.array(gaps).reshape((-1, covariates.shape[1]))
    box = [(-1, 1)] * covariates.shape[1]
    best = linprog(-gaps.sum(axis=0), A_ub=-gaps, b_ub=np.zeros(len(gaps)), bounds=box)
    return -best.fun > 1e-9


@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
def test_infinite_is_said_where_the_likelihood_is_monotone_and_nowhere_else(ties):
    source = np.random.default_rng(5)
    time, event = (
        source.permuted(np.tile(np.arange(14.0), (60, 1)), axis=1),
        source.random((60, 14)),
    )
    event = event < 0.4
    covariates = np.stack([source.random((60, 14)) < 0.3, source.normal(size=(60, 14))], axis=-1)
    fit = cox(time=time, event=event, covariates=covariates, ties=ties)
    said = np.any(fit.state == State.INFINITE, axis=-1)
    truth = [is_monotone(*trial) for trial in zip(time, event, covariates, strict=True)]
    assert_array_equal(said, truth)
    assert 5 < said.sum() < 40


def test_an_outlying_covariate_is_not_called_infinite():
    rng = np.random.default_rng(7)
    x = rng.normal(size=(60, 1))
    x[10] = 1e4
    fit = cox(time=rng.exponential(size=60) + (x[:, 0] > 10) * 9, event=np.ones(60), covariates=x)
    assert fit.state[0] == State.ESTIMATED


def test_a_column_that_depends_on_those_before_it_is_left_out():
    sample = freireich()
    group = sample.pop("group").astype(float)
    alone = cox(**sample, covariates=group[:, None])
    columns = np.stack([np.full(42, 3.0), group, 1 - group], axis=-1)
    fit = cox(**sample, covariates=columns)
    assert_array_equal(fit.state, [State.SINGULAR, State.ESTIMATED, State.SINGULAR])
    assert_allclose(fit.coefficient, [np.nan, alone.coefficient[0], np.nan])
    assert_allclose(fit.standard_error[1], alone.standard_error[0])
    assert fit.wald.df == 1
    assert_allclose(fit.wald.p_value, alone.wald.p_value)


def test_no_event_and_no_subject_are_not_estimable():
    none = cox(time=[[1, 2], [1, 2]], event=[[0, 0], [1, 1]], covariates=[[[0.0], [1.0]]] * 2)
    assert_array_equal(none.state[:, 0], [State.NOT_ESTIMABLE, State.INFINITE])
    assert np.isnan(none.score.p_value[0])
    assert cox(time=[], event=[], covariates=np.zeros((0, 1))).state[0] == State.NOT_ESTIMABLE


def test_wald_limits_are_of_the_hazard_ratio():
    sample = freireich()
    fit = cox(covariates=sample.pop("group")[:, None], **sample)
    half = 1.959963984540054 * fit.standard_error
    assert_allclose(fit.ci_low, np.exp(fit.coefficient - half))
    assert_allclose(fit.ci_high, np.exp(fit.coefficient + half))
    assert_allclose(fit.wald.statistic, fit.z[0] ** 2)
    assert_allclose(fit.wald.p_value, fit.p_value[0])


def test_a_simulated_hazard_ratio_is_recovered():
    rng = np.random.default_rng(2024)
    arm = np.arange(120) % 2
    time = rng.exponential(1 / np.where(arm, 0.5, 1.0), size=(400, 120))
    fit = cox(time=np.minimum(time, 2), event=time < 2, covariates=arm[:, None])
    assert np.all(fit.state == State.ESTIMATED)
    error = fit.coefficient.std() / np.sqrt(400)
    assert abs(fit.coefficient.mean() - log(0.5)) < 4 * error
    covered = (fit.ci_low < 0.5) & (fit.ci_high > 0.5)
    assert abs(covered.mean() - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 400)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"covariates": [[np.nan], [1]]}, r"covariates: NaN or infinite for 1 subject\(s\)"),
        ({"covariates": [0, 1]}, r"covariates: shape \(2,\); wanted \(..., subjects, covariates\)"),
        ({"covariates": [[0], [1], [2]]}, r"covariates \(3, 1\); wanted arrays that broadcast"),
        ({"ties": "efrom"}, r"ties: 'efrom'; .*did you mean 'efron'"),
        ({"start": [0, 2]}, r"start: 1 interval\(s\) that do not begin before they end"),
        ({"start": [0, 0], "ties": "exact"}, "ties: 'exact' with start"),
        ({"level": 0}, "level: 0; wanted a number between 0 and 1"),
    ],
)
def test_what_is_wrong_is_named(arguments, message):
    good = {"time": [1, 2], "event": [0, 1], "covariates": [[0], [1]]}
    with pytest.raises(DataError, match=message):
        cox(**(good | arguments))


def test_covariates_of_a_subject_that_is_out_may_be_missing():
    whole = cox(time=[1, 2, 3, 4], event=[1, 1, 0, 1], covariates=[[0.0], [1], [0], [1]])
    more = cox(
        time=[1, 2, 3, 4, -np.inf],
        event=[1, 1, 0, 1, 0],
        covariates=[[0.0], [1], [0], [1], [np.nan]],
    )
    assert_allclose(more.coefficient, whole.coefficient)


@few
@given(models())
def test_the_information_is_that_at_the_estimate_and_not_a_step_before(model):
    fit = cox(**model)
    subjects = read_model(**model, ties="efron", start=None)
    likelihood = PartialLikelihood.of(subjects, ties="efron")
    for trial in np.flatnonzero((fit.state == State.ESTIMATED).all(axis=-1)):
        terms = likelihood.passage(fit.coefficient).terms
        inverted = np.linalg.inv(terms.information[trial])
        assert_allclose(fit.covariance[trial], inverted, rtol=1e-8, atol=1e-12)
        assert_allclose(fit.log_likelihood[trial], terms.log_likelihood[trial], atol=1e-12)
