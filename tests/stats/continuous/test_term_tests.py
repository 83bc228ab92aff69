from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from equipoise.stats import State
from equipoise.stats.continuous import (
    ancova,
    one_way_anova,
    type_1_tests,
    type_2_tests,
    type_3_tests,
)

from . import ancova_twin as twin
from .strategies import assert_same

CASES = [((), (), ()), ((0,), (1,), ("covariate 0", "factor 1"))]


def _squares(one, terms, coding="treatment"):
    _, _, squares, df = twin.fit(one, terms, coding)
    return squares, df


@pytest.mark.parametrize(("by_covariate", "by_factor", "names"), CASES)
@pytest.mark.parametrize("seed", [1, 2])
def test_sums_of_squares_are_differences_of_models(by_covariate, by_factor, names, seed):
    one = twin.trial(seed, subjects=120, missing=0.1)
    model = ancova(**one, group_by_covariate=by_covariate, group_by_factor=by_factor).model
    terms = twin.terms_of(names)
    squares, df = _squares(one, terms)

    def expect(tests, before, coding="treatment"):
        for place, term in enumerate(tests.terms):
            low, _ = _squares(one, [*before(term), term], coding)
            high, more = _squares(one, before(term), coding)
            size = more - _squares(one, [*before(term), term], coding)[1]
            f = (high - low) / size / (squares / df)
            assert_allclose(tests.sum_of_squares[place], high - low, rtol=1e-7)
            assert tests.df[place] == size
            assert_allclose(tests.statistic[place], f, rtol=1e-7)
            assert_allclose(tests.p_value[place], stats.f.sf(f, size, df), rtol=1e-6)
        assert_allclose(tests.residual_sum_of_squares, squares, rtol=1e-10)
        assert tests.residual_df == df

    def contains(term, other):
        return set(term.split(":")) <= set(other.split(":"))

    expect(type_1_tests(model), lambda term: terms[: terms.index(term)])
    expect(type_2_tests(model), lambda term: [o for o in terms if not contains(term, o)])
    expect(type_3_tests(model), lambda term: [o for o in terms if o != term], "sum")


def test_without_other_terms_the_group_is_one_way():
    one = twin.trial(3, missing=0.1)
    model = ancova(response=one["response"], group=one["group"], groups=3).model
    expected = one_way_anova(response=one["response"], group=one["group"], groups=3)
    for tests in (type_1_tests(model), type_2_tests(model)):
        assert tests.terms == ("group",)
        assert_allclose(tests.statistic[0], expected.statistic, rtol=1e-10)
        assert_allclose(tests.p_value[0], expected.p_value, rtol=1e-10)
    assert_allclose(type_3_tests(model).p_value[1], expected.p_value, rtol=1e-10)


def test_sequential_sums_add_up_to_what_the_model_explains():
    one = twin.trial(4)
    result = ancova(**one, group_by_factor=(0,))
    tests = type_1_tests(result.model)
    total = np.sum((one["response"] - one["response"].mean()) ** 2)
    assert_allclose(tests.sum_of_squares.sum() + tests.residual_sum_of_squares, total, rtol=1e-10)


def test_type_3_does_not_depend_on_the_baseline_even_with_interactions():
    one = twin.trial(5, subjects=60)
    turned = one | {
        "group": 2 - one["group"],
        "factors": np.stack([1 - one["factors"][:, 0], one["factors"][:, 1]], axis=-1),
    }
    here, there = (
        type_3_tests(ancova(**data, group_by_factor=(0,)).model) for data in (one, turned)
    )
    assert_same(here, there, rtol=1e-8)


def test_in_a_balanced_design_all_types_agree():
    rng = np.random.default_rng(6)
    group, factor = np.repeat(np.arange(3), 8), np.tile(np.repeat([0, 1], 4), 3)
    model = ancova(
        response=rng.normal(size=24), group=group, groups=3,
        factors=factor[:, None], levels=(2,), group_by_factor=(0,),
    ).model  # fmt: skip
    one, two, three = type_1_tests(model), type_2_tests(model), type_3_tests(model)
    assert three.terms == ("intercept", *one.terms)
    assert_allclose(one.sum_of_squares, two.sum_of_squares, rtol=1e-10)
    assert_allclose(one.sum_of_squares, three.sum_of_squares[1:], rtol=1e-10)


def test_a_batch_equals_its_trials_one_by_one():
    parts = [twin.trial(seed, missing=0.1) for seed in range(4)]
    arrays = ("response", "group", "covariates", "factors")
    batch = {name: np.stack([part[name] for part in parts]) for name in arrays}
    whole = ancova(**batch, groups=3, levels=(2, 3), group_by_factor=(0,)).model
    for test in (type_1_tests, type_2_tests, type_3_tests):
        result = test(whole)
        for place, part in enumerate(parts):
            one = test(ancova(**part, group_by_factor=(0,)).model)
            assert_same(result, one, place=place, rtol=1e-9, atol=1e-10)


def test_an_empty_level_costs_a_degree_of_freedom_and_nothing_else():
    one = twin.trial(8, subjects=50)
    one["factors"][one["factors"][:, 1] == 2, 1] = 0
    lesser = one | {"levels": (2, 2)}
    here, there = (type_3_tests(ancova(**data).model) for data in (one, lesser))
    assert here.state[0] == State.NOT_ESTIMABLE  # the intercept averages over a level never seen
    assert_array_equal(here.state[1:], State.ESTIMATED)
    assert_allclose(here.p_value[1:], there.p_value[1:], rtol=1e-9)
    assert_array_equal(here.df[1:], there.df[1:])


def test_an_empty_cell_takes_the_margins_of_its_interaction_away():
    one = twin.trial(9, subjects=50)
    one["response"][(one["group"] == 1) & (one["factors"][:, 0] == 1)] = np.nan
    tests = type_3_tests(ancova(**one, group_by_factor=(0,)).model)
    state = dict(zip(tests.terms, tests.state, strict=True))
    assert state["group"] == state["factor 0"] == state["intercept"] == State.NOT_ESTIMABLE
    assert state["factor 0:group"] == state["factor 1"] == State.ESTIMATED
    assert np.isnan(tests.p_value[tests.terms.index("group")])
    assert tests.df[tests.terms.index("factor 0:group")] == 1
