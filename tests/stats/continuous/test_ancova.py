from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.continuous import (
    ancova,
    ancova_trend,
    fit_linear_model,
    student_t_test,
    type_3_tests,
)

from . import ancova_twin as twin
from .strategies import assert_same

INTERACTIONS = [
    ((), (), ()),
    ((1,), (), ("covariate 1",)),
    ((), (0,), ("factor 0",)),
    ((0,), (1,), ("covariate 0", "factor 1")),
]


@pytest.mark.parametrize("weighting", ["equal", "observed"])
@pytest.mark.parametrize(("by_covariate", "by_factor", "names"), INTERACTIONS)
@pytest.mark.parametrize("missing", [0.0, 0.15])
def test_means_and_differences_are_averaged_predictions(
    weighting, by_covariate, by_factor, names, missing
):
    one = twin.trial(1, subjects=120, missing=missing)
    result = ancova(
        **one, group_by_covariate=by_covariate, group_by_factor=by_factor, weighting=weighting
    )
    terms = twin.terms_of(names)
    beta, covariance, squares, df = twin.fit(one, terms)
    rows = twin.mean_rows(one, terms, weighting)
    assert_allclose(result.fit.residual_sum_of_squares, squares, rtol=1e-10)
    assert_allclose(result.fit.df, df)
    assert_allclose(result.means.estimate, rows @ beta, rtol=1e-9)
    errors = np.sqrt(np.diag(rows @ covariance @ rows.T))
    assert_allclose(result.means.standard_error, errors, rtol=1e-9)
    assert result.pairs == ((1, 0), (2, 0), (2, 1))
    for place, (later, earlier) in enumerate(result.pairs):
        row = rows[later] - rows[earlier]
        estimate, error = row @ beta, np.sqrt(row @ covariance @ row)
        found = result.differences
        assert_allclose(found.estimate[place], estimate, rtol=1e-9)
        assert_allclose(found.standard_error[place], error, rtol=1e-9)
        assert_allclose(found.p_value[place], 2 * stats.t.sf(abs(estimate / error), df), rtol=1e-7)
        assert_allclose(found.ci_low[place], estimate - stats.t.ppf(0.975, df) * error, rtol=1e-7)
    assert_array_equal(result.n, np.bincount(one["group"][twin.known(one)], minlength=3))


def test_the_columns_say_what_the_coefficients_stand_for():
    one = twin.trial(2)
    result = ancova(**one, group_by_covariate=(0,), group_by_factor=(1,))
    assert result.columns == (
        (),
        (("covariate 0", None),),
        (("covariate 1", None),),
        (("factor 0", 1),),
        (("factor 1", 1),),
        (("factor 1", 2),),
        (("group", 1),),
        (("group", 2),),
        (("covariate 0", None), ("group", 1)),
        (("covariate 0", None), ("group", 2)),
        (("factor 1", 1), ("group", 1)),
        (("factor 1", 2), ("group", 1)),
        (("factor 1", 1), ("group", 2)),
        (("factor 1", 2), ("group", 2)),
    )
    values = {"covariate 0": one["covariates"][:, 0], "group": one["group"]}
    values |= {"factor 0": one["factors"][:, 0], "factor 1": one["factors"][:, 1]}
    values["covariate 1"] = one["covariates"][:, 1]

    def column(labels):
        parts = [values[name] if level is None else values[name] == level for name, level in labels]
        return np.prod([np.ones(40), *parts], axis=0)

    design = np.stack([column(labels) for labels in result.columns], axis=-1)
    direct = fit_linear_model(response=one["response"], design=design)
    assert_same(result.fit, direct, rtol=1e-9)


def _batch(seeds, **options):
    parts = [twin.trial(seed, **options) for seed in seeds]
    arrays = ("response", "group", "covariates", "factors")
    batch = {name: np.stack([part[name] for part in parts]) for name in arrays}
    return {**batch, "groups": 3, "levels": (2, 3)}, parts


@pytest.mark.parametrize("variance", ["model", "HC3"])
def test_a_batch_equals_its_trials_one_by_one_in_any_blocks(variance, monkeypatch):
    batch, parts = _batch(range(6), missing=0.1)
    whole = ancova(**batch, variance=variance)
    monkeypatch.setattr("equipoise.stats.continuous.batches._BLOCK", 700)
    blocks = ancova(**batch, variance=variance)
    for name in ("fit", "means", "differences"):
        assert_same(getattr(whole, name), getattr(blocks, name))
        for place, part in enumerate(parts):
            one = getattr(ancova(**part, variance=variance), name)
            assert_same(getattr(whole, name), one, place=place, rtol=1e-10)
    square = {
        name: value.reshape(2, 3, *value.shape[1:]) if isinstance(value, np.ndarray) else value
        for name, value in batch.items()
    }
    assert ancova(**square).differences.estimate.shape == (2, 3, 3)
    assert_array_equal(
        ancova(**square).means.estimate.reshape(6, 3), ancova(**batch).means.estimate
    )


@given(st.integers(0, 30), st.permutations(range(40)))
@settings(max_examples=15)
def test_order_of_subjects_does_not_matter(seed, order):
    one = twin.trial(seed, missing=0.05)
    moved = {
        name: value[order] if isinstance(value, np.ndarray) else value
        for name, value in one.items()
    }
    assert_same(ancova(**one).differences, ancova(**moved).differences, rtol=1e-8)


@given(st.integers(0, 30))
@settings(max_examples=15)
def test_swapping_two_groups_swaps_means_and_turns_their_difference(seed):
    one = twin.trial(seed)
    swapped = one | {"group": np.choose(one["group"], [1, 0, 2])}
    here, there = ancova(**one, group_by_factor=(0,)), ancova(**swapped, group_by_factor=(0,))
    assert_allclose(here.means.estimate[[1, 0, 2]], there.means.estimate, rtol=1e-8)
    assert_allclose(here.differences.estimate[0], -there.differences.estimate[0], rtol=1e-7)
    assert_allclose(here.differences.p_value[0], there.differences.p_value[0], rtol=1e-6)


@given(st.integers(0, 30), st.floats(0.5, 20), st.floats(-50, 50))
@settings(max_examples=15)
def test_units_of_response_and_covariates(seed, scale, shift):
    one = twin.trial(seed)
    moved = one | {
        "response": scale * one["response"] + shift,
        "covariates": one["covariates"] * [scale, 1] + [0, shift],
    }
    here, there = (ancova(**data, group_by_covariate=(1,)) for data in (one, moved))
    assert_allclose(there.means.estimate, scale * here.means.estimate + shift, rtol=1e-6, atol=1e-6)
    assert_allclose(there.differences.statistic, here.differences.statistic, rtol=1e-6, atol=1e-8)


def test_without_covariates_two_groups_give_the_t_test():
    one = twin.trial(5, groups=2, missing=0.1)
    result = ancova(response=one["response"], group=one["group"], groups=2)
    t = student_t_test(response=one["response"], treated=one["group"] == 1)
    assert_allclose(result.differences.estimate[0], t.estimate)
    assert_allclose(result.differences.p_value[0], t.p_value, rtol=1e-10)
    assert_allclose(result.differences.ci_high[0], t.ci_high, rtol=1e-10)
    assert_allclose(result.means.estimate, [t.mean_control, t.mean_treated])


def test_sandwich_errors_go_into_the_differences():
    one = twin.trial(6)
    result = ancova(**one, variance="HC2")
    place = result.columns.index((("group", 1),))
    assert_allclose(result.differences.standard_error[0], result.fit.standard_errors[place])
    plain = ancova(**one)
    assert not np.allclose(plain.differences.standard_error, result.differences.standard_error)
    assert_allclose(plain.differences.estimate, result.differences.estimate)


@pytest.mark.parametrize("empty", [0, 1, 2])
def test_a_level_without_subjects_is_left_out_of_its_trial(empty):
    one = twin.trial(8, subjects=50)
    one["factors"][one["factors"][:, 1] == empty, 1] = (empty + 1) % 3
    lesser = one | {"levels": (2, 2)}
    lesser["factors"] = one["factors"].copy()
    lesser["factors"][:, 1] = np.unique(one["factors"][:, 1], return_inverse=True)[1]
    for weighting in ("equal", "observed"):
        result, expected = (ancova(**data, weighting=weighting) for data in (one, lesser))
        assert result.fit.state == State.SINGULAR
        assert expected.fit.state == State.ESTIMATED
        assert_same(result.differences, expected.differences, rtol=1e-9)
        if weighting == "observed":
            assert_same(result.means, expected.means, rtol=1e-9)
        else:  # a mean over levels of which one was never seen
            assert_array_equal(result.means.state, State.NOT_ESTIMABLE)
            assert np.isnan(result.means.estimate).all()


def test_an_empty_group_takes_its_own_differences_away_and_no_other():
    one = twin.trial(9)
    one["group"] = np.where(one["group"] == 1, -1, one["group"])
    result = ancova(**one)
    assert_array_equal(
        result.differences.state,  # 1 - 0, 2 - 0, 2 - 1
        [State.NOT_ESTIMABLE, State.ESTIMATED, State.NOT_ESTIMABLE],
    )
    two = one | {"group": np.where(one["group"] == 2, 1, one["group"]), "groups": 2}
    assert_allclose(result.differences.p_value[1], ancova(**two).differences.p_value[0], rtol=1e-9)
    assert_array_equal(result.n[1], 0)
    first = twin.trial(9)
    first["group"] = np.where(first["group"] == 0, -1, first["group"])
    assert_array_equal(
        ancova(**first).differences.state,
        [State.NOT_ESTIMABLE, State.NOT_ESTIMABLE, State.ESTIMATED],
    )


@pytest.mark.parametrize("subjects", [0, 1, 5])
def test_too_few_subjects_are_a_state(subjects):
    one = twin.trial(10, subjects=subjects)
    result = ancova(**one)
    assert result.fit.state == State.NOT_ESTIMABLE
    assert np.isnan(result.differences.p_value).all()
    assert np.isnan(result.differences.standard_error).all()
    tests = type_3_tests(result.model)
    assert_array_equal(tests.state, State.NOT_ESTIMABLE)


def test_a_batch_of_no_trials():
    batch, _ = _batch([1, 2])
    none = {
        name: value[:0] if isinstance(value, np.ndarray) else value for name, value in batch.items()
    }
    assert ancova(**none).differences.estimate.shape == (0, 3)


def test_simulated_truth_is_recovered():
    rng = np.random.default_rng(11)
    trials, subjects, effect = 4000, 30, 0.7
    group = np.broadcast_to(np.arange(subjects) % 2, (trials, subjects))
    covariate = rng.normal(size=(trials, subjects, 1))
    response = effect * group + covariate[..., 0] + rng.normal(size=(trials, subjects))
    found = ancova(response=response, group=group, groups=2, covariates=covariate).differences
    estimate = found.estimate[:, 0]
    assert abs(estimate.mean() - effect) < 4 * estimate.std() / np.sqrt(trials)
    covered = np.mean((found.ci_low < effect) & (effect < found.ci_high))
    assert abs(covered - 0.95) < 4 * np.sqrt(0.95 * 0.05 / trials)


def test_trend_is_the_slope_over_doses():
    one = twin.trial(12, missing=0.1)
    dose = np.array([0.0, 54.0, 81.0])
    arguments = {name: value for name, value in one.items() if name != "groups"}
    result = ancova_trend(**arguments, dose=dose)
    keep = twin.known(one)
    terms = [term for term in twin.terms_of() if term != "group"]
    x = twin.design(
        one, one["group"][keep], one["covariates"][keep], one["factors"][keep], terms=terms
    )  # fmt: skip
    direct = fit_linear_model(
        response=one["response"][keep], design=np.column_stack([x, dose[one["group"][keep]]])
    )
    assert_allclose(result.slope, direct.coefficients[-1], rtol=1e-9)
    assert_allclose(result.standard_error, direct.standard_errors[-1], rtol=1e-9)
    assert_allclose(result.statistic, (result.slope / result.standard_error) ** 2)
    t = abs(result.slope / result.standard_error)
    assert_allclose(result.p_value, 2 * stats.t.sf(t, direct.df), rtol=1e-8)
    assert result.n == keep.sum()
    batch = ancova_trend(**{
        name: np.stack([value] * 2) if isinstance(value, np.ndarray) else value
        for name, value in arguments.items()
    }, dose=dose)  # fmt: skip
    assert_same(batch, result, place=1)


def test_trend_of_two_groups_is_their_difference():
    one = twin.trial(13, groups=2)
    arguments = {name: value for name, value in one.items() if name != "groups"}
    trend, full = ancova_trend(**arguments, dose=[0, 2]), ancova(**one)
    assert_allclose(2 * trend.slope, full.differences.estimate[0], rtol=1e-9)
    assert_allclose(trend.p_value, full.differences.p_value[0], rtol=1e-9)


def test_trend_over_one_dose_is_not_estimable():
    one = twin.trial(14)
    result = ancova_trend(response=one["response"], group=np.zeros(40, dtype=int), dose=[5, 10])
    assert result.state == State.NOT_ESTIMABLE
    assert np.isnan([result.slope, result.p_value]).all()


def test_faults_come_together():
    one = twin.trial(15)
    with pytest.raises(DataError) as caught:
        ancova(
            response=one["response"],
            group=one["group"] + 1,
            groups=3,
            factors=one["factors"] + 5,
            levels=(2, 3),
            group_by_covariate=(0,),
            group_by_factor=(2,),
            weighting="om",
            variance="HC4",
            confidence=0,
        )
    text = str(caught.value)
    for part in (
        "group: 3; wanted whole codes from 0 to 2, or -1",
        "factors: ",
        "group_by_covariate: [0]; wanted none, as there are none",
        "group_by_factor: [2]; wanted different places from 0 to 1",
        "weighting: 'om'; wanted 'equal', 'observed'",
        "variance: 'HC4'",
        "confidence: 0",
    ):
        assert part in text
    with pytest.raises(DataError, match="one without the other"):
        ancova(response=[1.0], group=[0], groups=2, factors=[[0]])
    with pytest.raises(DataError, match="as many as levels are given"):
        ancova(response=[1.0], group=[0], groups=2, factors=[[0]], levels=[2, 2])
    with pytest.raises(DataError, match="groups: 1"):
        ancova(response=[1.0], group=[0], groups=1)
    with pytest.raises(DataError, match=r"dose: .*1 NaN"):
        ancova_trend(response=[1.0], group=[0], dose=[0, np.nan])
