from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from equipoise.errors import DataError
from equipoise.stats.design import (
    Futility,
    Shape,
    Spending,
    crossing_probabilities,
    design_group_sequential,
    spend,
)

SPENDINGS = [
    Spending(),
    Spending(family="pocock"),
    Spending(family="hwang_shih_decani", parameter=-4),
    Spending(family="hwang_shih_decani", parameter=0),
    Spending(family="power", parameter=2),
    Spending(family="exponential", parameter=0.8),
]
SHAPES = [
    Shape(),
    Shape(family="pocock"),
    Shape(family="wang_tsiatis", parameter=0.25),
    Shape(family="haybittle_peto"),
]
FUTILITIES = [
    Futility(spending=Spending(family="hwang_shih_decani", parameter=-2)),
    Futility(spending=Spending(), is_binding=True),
    Futility(spending=Spending(), under="null", total=0.1),
    Futility(spending=Spending(), under="null", total=0.1, is_binding=True),
]


@st.composite
def fractions(draw, most=5):
    steps = draw(st.lists(st.integers(1, 5), min_size=1, max_size=most))
    share = np.cumsum(steps) / sum(steps)
    share[-1] = 1.0
    return share


@given(fractions(most=3), st.floats(-1, 4), st.data())
@settings(max_examples=15)
def test_recursion_agrees_with_the_multivariate_normal(fraction, drift, data):
    looks = fraction.size
    upper = np.array([data.draw(st.floats(0.5, 3)) for _ in range(looks)])
    lower = np.array([data.draw(st.floats(-3, 0.4)) for _ in range(looks)])
    crossing = crossing_probabilities(information=fraction, upper=upper, lower=lower, effect=drift)
    least, most = np.minimum.outer(fraction, fraction), np.maximum.outer(fraction, fraction)
    normal = stats.multivariate_normal(drift * np.sqrt(fraction), np.sqrt(least / most), seed=1)
    inside = normal.cdf(upper, lower_limit=lower)
    assert_allclose(1 - crossing.upper.sum() - crossing.lower.sum(), inside, atol=2e-5)


@given(fractions(), st.floats(-2, 5))
@settings(max_examples=20)
def test_probabilities_turn_with_the_sign_and_scale_with_the_unit(fraction, effect):
    upper, lower = np.linspace(3, 2, fraction.size), np.linspace(-1, 0.5, fraction.size)
    one = crossing_probabilities(information=fraction, upper=upper, lower=lower, effect=effect)
    turned = crossing_probabilities(
        information=fraction, upper=-lower, lower=-upper, effect=-effect
    )
    assert_allclose(turned.lower, one.upper, rtol=1e-11, atol=1e-15)
    scaled = crossing_probabilities(
        information=16 * fraction, upper=upper, lower=lower, effect=effect / 4
    )
    assert_allclose(scaled.upper, one.upper, rtol=1e-11, atol=1e-15)
    assert_allclose(scaled.expected_information, 16 * one.expected_information, rtol=1e-11)


def test_a_batch_of_effects_equals_one_by_one():
    effects = np.array([[0.0, 1.0], [2.0, -3.0]])
    known = {"information": [0.3, 1.0], "upper": [2.5, 2.0], "lower": [0.0, 2.0]}
    batch = crossing_probabilities(**known, effect=effects)
    assert batch.upper.shape == (2, 2, 2)
    for place in np.ndindex(2, 2):
        single = crossing_probabilities(**known, effect=effects[place])
        assert_array_equal(batch.lower[place], single.lower)
        assert_array_equal(batch.expected_information[place], single.expected_information)
    assert_allclose(batch.upper.sum(axis=-1) + batch.lower.sum(axis=-1), 1, rtol=1e-13)


@given(fractions(), st.sampled_from(SPENDINGS), st.sampled_from([0.025, 0.05]))
@settings(max_examples=25)
def test_alpha_is_spent_as_said_and_power_is_met(fraction, spending, alpha):
    design = design_group_sequential(fraction=fraction, alpha=alpha, power=0.85, efficacy=spending)
    spent = spend(fraction=fraction, total=alpha, spending=spending)
    assert_allclose(np.cumsum(design.null.upper), spent, rtol=1e-10, atol=1e-15)
    assert_allclose(design.effect.upper.sum(), 0.85, rtol=1e-10)
    assert design.inflation >= 1 - 1e-9
    assert design.effect.expected_information <= design.inflation + 1e-9
    again = crossing_probabilities(information=fraction, upper=design.upper, effect=design.drift)
    assert_allclose(again.upper, design.effect.upper, rtol=1e-9, atol=1e-14)


@given(fractions(), st.sampled_from(SHAPES), st.sampled_from([1, 2]))
@settings(max_examples=25)
def test_shapes_keep_alpha_and_their_form(fraction, shape, sides):
    design = design_group_sequential(
        fraction=fraction, alpha=0.05, power=0.9, sides=sides, efficacy=shape
    )
    assert_allclose(design.null.upper.sum(), 0.05 / sides, rtol=1e-10)
    assert_allclose(design.effect.upper.sum(), 0.9, rtol=1e-10)
    power = {"obrien_fleming": 0, "pocock": 0.5, "wang_tsiatis": 0.25}.get(shape.family)
    if power is not None:
        assert_allclose(design.upper * fraction ** (0.5 - power), design.upper[-1], rtol=1e-12)
    else:
        assert_array_equal(design.upper[:-1], 3)
    if sides == 2:
        assert_array_equal(design.lower, -design.upper)
        assert_allclose(design.null.lower, design.null.upper, rtol=1e-10)


@given(fractions(), st.sampled_from(SPENDINGS), st.sampled_from(FUTILITIES))
@settings(max_examples=30)
def test_futility_spends_as_said(fraction, spending, futility):
    alpha, power = 0.025, 0.8
    design = design_group_sequential(
        fraction=fraction, alpha=alpha, power=power, efficacy=spending, futility=futility
    )
    assert_allclose(design.effect.upper.sum(), power, rtol=1e-9)
    lower = design.lower if futility.is_binding else None
    counted = crossing_probabilities(information=fraction, upper=design.upper, lower=lower)
    assert_allclose(counted.upper.sum(), alpha, rtol=1e-9)
    assert design.null.upper.sum() <= alpha * (1 + 1e-9)
    low = futility.spending
    if futility.under == "null":
        spent = spend(fraction=fraction, total=futility.total, spending=low)
        free = design.lower < design.upper
        found = np.diff(np.cumsum(design.null.lower), prepend=0)
        wanted = np.diff(spent, prepend=0)
        assert_allclose(found[free], wanted[free], rtol=1e-8)
    else:
        spent = spend(fraction=fraction, total=1 - power, spending=low)
        assert_allclose(np.cumsum(design.effect.lower)[-1], 1 - power, rtol=1e-9)
        assert_allclose(design.effect.lower[0], spent[0], rtol=1e-8, atol=1e-14)
        assert design.lower[-1] == design.upper[-1]


def test_futility_that_binds_lowers_the_efficacy_bounds():
    share = [1 / 3, 2 / 3, 1]
    plain, loose, binding = (
        design_group_sequential(fraction=share, futility=futility, efficacy=Shape())
        for futility in (
            None,
            Futility(bounds=[0, 0.5]),
            Futility(bounds=[0, 0.5], is_binding=True),
        )
    )
    assert_array_equal(loose.upper, plain.upper)
    assert np.all(binding.upper < plain.upper)
    assert_array_equal(binding.lower[:2], [0, 0.5])
    assert plain.inflation < binding.inflation < loose.inflation
    assert loose.null.expected_information < plain.null.expected_information


def test_one_look_is_the_fixed_design():
    for efficacy in (Spending(), Shape(family="pocock"), Shape(family="haybittle_peto")):
        design = design_group_sequential(fraction=[1.0], power=0.9, efficacy=efficacy)
        assert_allclose(design.upper, [stats.norm.isf(0.025)], rtol=1e-12)
        assert_allclose(design.inflation, 1, rtol=1e-12)
        assert_allclose(design.drift, stats.norm.isf(0.025) + stats.norm.isf(0.1), rtol=1e-12)


def test_many_close_looks_are_resolved():
    fraction = np.concatenate([np.linspace(0.02, 0.1, 9), [0.1001, 0.5, 1.0]])
    design = design_group_sequential(fraction=fraction)
    spent = spend(fraction=fraction, total=0.025, spending=Spending())
    assert_allclose(np.cumsum(design.null.upper)[-3:], spent[-3:], rtol=1e-9)


def test_error_by_looks():
    own = Spending(family="user", cumulative=[0.001, 0.001, 0.025])
    design = design_group_sequential(fraction=[0.2, 0.6, 1], efficacy=own)
    assert_allclose(design.null.upper, [0.001, 0, 0.024], rtol=1e-9, atol=1e-15)
    assert design.upper[1] == np.inf


@pytest.mark.parametrize(
    ("looks", "shape", "critical", "inflation"),
    # Jennison and Turnbull 2000, tables 2.1 to 2.4, two-sided 5 % and power 0.9.
    [
        (2, "pocock", 2.178, 1.100),
        (5, "pocock", 2.413, 1.207),
        (2, "obrien_fleming", 1.977, 1.007),
        (5, "obrien_fleming", 2.040, 1.026),
    ],
)
def test_constants_of_jennison_and_turnbull(looks, shape, critical, inflation):
    design = design_group_sequential(
        fraction=np.arange(1, looks + 1) / looks,
        alpha=0.05,
        power=0.9,
        sides=2,
        efficacy=Shape(family=shape),
    )
    assert_allclose(design.upper[-1], critical, atol=0.0006)
    assert_allclose(design.inflation, inflation, atol=0.0006)


@given(st.floats(0, 1.5), st.sampled_from(SPENDINGS))
def test_spending_rises_from_nothing_to_all(fraction, spending):
    least, most = spend(fraction=[fraction, fraction + 0.01], total=0.05, spending=spending)
    assert 0 <= least <= most <= 0.05
    assert spend(fraction=0.0, total=0.05, spending=spending) == 0
    assert spend(fraction=1.0, total=0.05, spending=spending) == 0.05


def test_faults_come_together():
    with pytest.raises(
        DataError, match=r"fraction: \[0\.5 0\.9\](.|\n)*alpha: 2(.|\n)*efficacy\.parameter: None"
    ):
        design_group_sequential(
            fraction=[0.5, 0.9], alpha=2, efficacy=Spending(family="power"), power=0.8
        )
    with pytest.raises(DataError, match=r"efficacy\.family: 'obrien'.*"):
        design_group_sequential(fraction=[1.0], efficacy=Shape(family="obrien"))
    with pytest.raises(DataError, match=r"did you mean 'pocock'\?"):
        spend(fraction=0.5, total=0.05, spending=Spending(family="pokock"))
    with pytest.raises(
        DataError, match=r"alpha, power: 0\.025 and 0\.01; wanted alpha below power"
    ):
        design_group_sequential(fraction=[1.0], power=0.01)
    with pytest.raises(DataError, match=r"sides: 3; wanted 1, 2"):
        design_group_sequential(fraction=[1.0], sides=3)
    for futility, words in (
        (Futility(), "either bounds or spending"),
        (Futility(bounds=[0.0, 1.0]), "1 numbers, one for each look but the last"),
        (Futility(spending=Spending(), under="null"), "the probability to stop low"),
        (Futility(spending=Spending(), total=0.1), "one less the power is spent"),
        (Futility(spending=Spending(), under="h1"), "'effect' or 'null'"),
        (Futility(spending=Spending(family="hsd")), "obrien_fleming, pocock"),
    ):
        with pytest.raises(DataError, match=words):
            design_group_sequential(fraction=[0.5, 1], futility=futility)
    with pytest.raises(DataError, match="futility: with two sides"):
        design_group_sequential(fraction=[0.5, 1], sides=2, futility=Futility(bounds=[0.0]))
    with pytest.raises(DataError, match="efficacy by spending, or futility that does not bind"):
        design_group_sequential(
            fraction=[0.5, 1],
            efficacy=Shape(),
            futility=Futility(spending=Spending(), is_binding=True),
        )
    with pytest.raises(DataError, match=r"0\.03 at the end; wanted 0\.025"):
        design_group_sequential(
            fraction=[0.5, 1], efficacy=Spending(family="user", cumulative=[0.01, 0.03])
        )
    with pytest.raises(DataError, match="something left for the last look"):
        design_group_sequential(
            fraction=[0.5, 1], efficacy=Spending(family="user", cumulative=[0.025, 0.025])
        )
    with pytest.raises(DataError, match=r"lower: above upper"):
        crossing_probabilities(information=[1, 2], upper=[1, 1], lower=[2, 0])
    with pytest.raises(DataError, match=r"information: .*; wanted rising information"):
        crossing_probabilities(information=[2, 1], upper=[1, 1])


def test_every_family_in_every_combination_is_solved():
    for spending, futility in itertools.product(SPENDINGS, FUTILITIES):
        design = design_group_sequential(
            fraction=[0.25, 0.5, 0.75, 1], power=0.9, efficacy=spending, futility=futility
        )
        assert np.isfinite(design.drift)
        assert np.all(np.isfinite(design.upper))
