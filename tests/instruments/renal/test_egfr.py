"""Filtration rate: check values of the equations, their shape, what they refuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise import units
from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.renal import (
    bedside_schwartz,
    body_surface_m2,
    ckd_epi_2009,
    ckd_epi_2021,
    cockcroft_gault,
    indexed_to_surface,
    mdrd4,
)

nan = float("nan")
EGFR = find_instrument("egfr")


@pytest.mark.parametrize(
    ("mg_dl", "age", "female", "expected"),
    [
        (1.2, 55, 0, 71),
        (1.09, 55, 0, 80),
        (85 / 88.4, 65, 1, 66),
    ],
)
def test_ckd_epi_2021_against_the_calculator_of_the_national_kidney_foundation(
    mg_dl, age, female, expected
):
    rate = ckd_epi_2021(
        creatinine_umol_l=units.creatinine_umol_l(mg_dl), age_years=age, female=female
    )
    assert round(float(rate)) == expected


@pytest.mark.parametrize(
    ("umol_l", "age", "female", "expected"),
    [
        (50, 40, 0, 129),
        (50, 40, 1, 116),
        (30, 50, 0, 148),
        (30, 50, 1, 128),
        (60, 60, 0, 104),
        (60, 60, 1, 95),
        (100, 70, 0, 65),
        (100, 70, 1, 49),
    ],
)
def test_ckd_epi_2009_against_the_calculator_of_the_national_kidney_foundation(
    umol_l, age, female, expected
):
    """Values as printed there, also used by the tests of the R package SCREAM."""
    rate = ckd_epi_2009(creatinine_umol_l=umol_l, age_years=age, female=female, black=0)
    assert round(float(rate)) == expected


@pytest.mark.parametrize(
    ("mg_dl", "age", "female", "black", "expected"),
    [(1.09, 55, 0, 0, 70.2), (85 / 88.4, 65, 1, 1, 70.6)],
)
def test_mdrd_against_the_calculator_of_mdcalc(mg_dl, age, female, black, expected):
    rate = mdrd4(
        creatinine_umol_l=units.creatinine_umol_l(mg_dl), age_years=age, female=female, black=black
    )
    assert_allclose(rate, expected, atol=0.06)


@pytest.mark.parametrize(
    ("mg_dl", "age", "female", "weight", "expected"),
    [(1.09, 55, 0, 90, 97), (85 / 88.4, 65, 1, 60, 55)],
)
def test_cockcroft_gault_against_the_calculator_of_the_national_kidney_foundation(
    mg_dl, age, female, weight, expected
):
    clearance = cockcroft_gault(
        creatinine_umol_l=units.creatinine_umol_l(mg_dl),
        age_years=age,
        female=female,
        weight_kg=weight,
    )
    assert round(float(clearance)) == expected


def test_the_factor_of_women_is_085_and_not_85():
    """An open calculator writes it as 85, instead of 72/0.85 below the line."""
    man, woman = cockcroft_gault(creatinine_umol_l=88.4, age_years=40, female=[0, 1], weight_kg=60)
    assert_allclose(woman / man, 0.85)
    assert woman < man


def test_the_variants_of_mdrd_are_kept_apart():
    """Open calculators mix 175 with 186, and the Chinese variant in."""
    new, old = (
        mdrd4(creatinine_umol_l=88.4, age_years=30, female=0, black=0, coefficient=coefficient)
        for coefficient in (175.0, 186.0)
    )
    assert_allclose(new, 175 * 30**-0.203)
    assert_allclose(old / new, 186 / 175)
    table = {"creatinine_umol_l": [88.4], "age_years": 30, "female": 0, "black": 0}
    answer = EGFR.score(table, parameters={"equation": "mdrd4", "mdrd_coefficient": "186"})
    assert_allclose(answer["egfr"], old)


def test_the_two_ckd_epi_lie_on_either_side_of_60():
    serum = units.creatinine_umol_l(1.15)
    old = ckd_epi_2009(creatinine_umol_l=serum, age_years=40, female=1, black=0)
    new = ckd_epi_2021(creatinine_umol_l=serum, age_years=40, female=1)
    assert old < 60 < new


def test_coefficients_of_sex_and_race():
    at_knot = ckd_epi_2009(
        creatinine_umol_l=units.creatinine_umol_l(0.7), age_years=0, female=1, black=[0, 1]
    )
    assert_allclose(at_knot, [141 * 1.018, 141 * 1.018 * 1.159])
    at_knot = ckd_epi_2021(
        creatinine_umol_l=units.creatinine_umol_l([0.7, 0.9]), age_years=0, female=[1, 0]
    )
    assert_allclose(at_knot, [142 * 1.012, 142])


def test_schwartz_and_surface():
    assert_allclose(bedside_schwartz(creatinine_umol_l=88.4, height_cm=100), 41.3)
    older = bedside_schwartz(creatinine_umol_l=88.4, height_cm=100, coefficient=0.55)
    assert_allclose(older, 55)
    assert_allclose(body_surface_m2(height_cm=180, weight_kg=80), 2)
    assert_allclose(indexed_to_surface(100, height_cm=180, weight_kg=80), 86.5)


CREATININE = st.floats(20, 1500)
AGES = st.floats(18, 100)


@given(CREATININE, st.floats(1.01, 2), AGES, st.sampled_from([0, 1]))
def test_more_creatinine_means_less_filtration(serum, more, age, female):
    for equation in (
        lambda x: ckd_epi_2021(creatinine_umol_l=x, age_years=age, female=female),
        lambda x: ckd_epi_2009(creatinine_umol_l=x, age_years=age, female=female, black=0),
        lambda x: mdrd4(creatinine_umol_l=x, age_years=age, female=female, black=0),
        lambda x: cockcroft_gault(creatinine_umol_l=x, age_years=age, female=female, weight_kg=60),
        lambda x: bedside_schwartz(creatinine_umol_l=x, height_cm=120),
    ):
        assert equation(serum * more) < equation(serum)


@given(CREATININE, AGES, st.sampled_from([0, 1]))
def test_filtration_falls_with_age_and_is_continuous_at_the_knot(serum, age, female):
    young = ckd_epi_2021(creatinine_umol_l=serum, age_years=age, female=female)
    assert ckd_epi_2021(creatinine_umol_l=serum, age_years=age + 5, female=female) < young
    knot = units.creatinine_umol_l(0.7 if female else 0.9)
    sides = ckd_epi_2021(
        creatinine_umol_l=[knot * (1 - 1e-9), knot * (1 + 1e-9)], age_years=age, female=female
    )
    assert_allclose(sides[0], sides[1], rtol=1e-7)


@pytest.mark.parametrize("impossible", [{"creatinine_umol_l": 0}, {"creatinine_umol_l": -5}])
def test_an_impossible_creatinine_has_no_filtration(impossible):
    kernel = {"creatinine_umol_l": 80, "age_years": 40, "female": 1} | impossible
    assert np.isnan(ckd_epi_2021(**kernel))
    assert np.isnan(ckd_epi_2009(**kernel, black=0))
    assert np.isnan(mdrd4(**kernel, black=0))
    assert np.isnan(cockcroft_gault(**kernel, weight_kg=60))


def test_a_negative_age_has_no_filtration():
    assert np.isnan(ckd_epi_2021(creatinine_umol_l=80, age_years=-1, female=0))


def test_unknown_inputs_are_unknown_and_sex_is_never_guessed():
    assert_array_equal(
        np.isnan(ckd_epi_2021(creatinine_umol_l=[80, nan, 80], age_years=40, female=[nan, 1, 1])),
        [True, True, False],
    )
    assert np.isnan(ckd_epi_2009(creatinine_umol_l=80, age_years=40, female=1, black=nan))


def test_a_sex_that_is_neither_is_refused():
    with pytest.raises(DataError, match="female: 2; wanted 0, 1 or NaN"):
        ckd_epi_2021(creatinine_umol_l=80, age_years=40, female=2)


class TestTable:
    def test_creatinine_comes_in_either_unit(self):
        rows = {"creatinine_mg_dl": [1.2, None], "creatinine_umol_l": [None, 106.08]}
        answer = EGFR.score({**rows, "age_years": 55, "sex": "M"})
        assert_allclose(answer["egfr"], [71.42, 71.42], atol=0.01)

    def test_the_column_female_decides_before_sex(self):
        answer = EGFR.score(
            {"creatinine_umol_l": [88.4] * 2, "age_years": 40, "female": [1, None], "sex": "M"}
        )
        assert answer["egfr"][0] != answer["egfr"][1]

    def test_race_can_be_left_out_for_everybody(self):
        table = {"creatinine_umol_l": [88.4], "age_years": 40, "female": 0}
        rules = {"equation": "ckd_epi_2009"}
        assert np.isnan(EGFR.score(table, parameters=rules)["egfr"][0])
        answer = EGFR.score(table, parameters={**rules, "race": "ignored"})
        kernel = ckd_epi_2009(creatinine_umol_l=88.4, age_years=40, female=0, black=0)
        assert_allclose(answer["egfr"][0], kernel)

    def test_children_can_have_their_own_equation(self):
        table = {"creatinine_umol_l": [44.2, 88.4], "age_years": [10, 18], "female": 0}
        answer = EGFR.score(
            {**table, "height_cm": 140}, parameters={"below_18": "bedside_schwartz"}
        )
        assert_allclose(answer["egfr"][0], 0.413 * 140 / 0.5)
        adult = ckd_epi_2021(creatinine_umol_l=88.4, age_years=18, female=0)
        assert_allclose(answer["egfr"][1], adult)

    def test_cockcroft_gault_indexed(self):
        table = {"creatinine_umol_l": 88.4, "age_years": 40, "female": 0, "weight_kg": [80.0]}
        plain = EGFR.score(table, parameters={"equation": "cockcroft_gault"})["egfr"]
        indexed = EGFR.score(
            {**table, "height_cm": 180}, parameters={"equation": "cockcroft_gault_indexed"}
        )["egfr"]
        assert_allclose(indexed, plain * 1.73 / 2)

    def test_a_slip_of_unit_is_refused(self):
        with pytest.raises(DataError, match=r"creatinine_mg_dl: 88\.4; wanted 0 to 50"):
            EGFR.score({"creatinine_mg_dl": [88.4], "age_years": 40, "sex": "F"})

    def test_an_unknown_equation_is_refused_with_a_repair(self):
        with pytest.raises(DataError, match="did you mean 'ckd_epi_2021'"):
            EGFR.score({"age_years": [1]}, parameters={"equation": "ckd_epi_2020"})
