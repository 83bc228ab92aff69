"""Protein in urine: conversions there and back, limits in two units, whole collections."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise import units
from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.renal import (
    collection_is_whole,
    printed_g_g,
    upcr_limit_mg_mmol,
    upcr_of_collection,
)

nan = float("nan")
PROTEIN = find_instrument("urine_protein")


def test_half_a_gram_per_gram_is_not_fifty():
    assert_allclose(upcr_limit_mg_mmol(0.5, unit_policy="exact"), 56.56)
    assert upcr_limit_mg_mmol(0.5, unit_policy="guideline100") == 50


@given(st.floats(0, 20), st.sampled_from(["exact", "guideline100"]))
def test_a_limit_goes_there_and_back(g_g, policy):
    limit = upcr_limit_mg_mmol(g_g, unit_policy=policy)
    assert_allclose(printed_g_g(limit, unit_policy=policy), g_g, atol=1e-12)


@given(st.lists(st.floats(0, 20), min_size=1))
def test_the_table_gives_the_ratio_back_in_both_units(values):
    answer = PROTEIN.score({"upcr_g_g": values})
    assert_allclose(answer["upcr_g_g"], values, atol=1e-12)
    assert_allclose(answer["upcr_mg_mmol"], np.array(values) * 113.12)
    again = PROTEIN.score({"upcr_mg_mmol": answer["upcr_mg_mmol"]})
    assert_allclose(again["upcr_g_g"], values, atol=1e-12)


def test_the_ratio_of_a_collection():
    ratio = upcr_of_collection(urine_protein_24h_g=[1.4, 1.0], urine_creatinine_24h_g=[1.4, 0])
    assert_allclose(ratio, [units.UPCR_MG_MMOL_PER_G_G, nan])


def test_protein_of_a_day_is_estimated_from_the_ratio_only_where_it_was_not_collected():
    answer = PROTEIN.score(
        {
            "upcr_g_g": [0.7, 0.7, 0.7],
            "urine_protein_24h_g": [None, 0.9, None],
            "urine_creatinine_24h_g": [None, None, 1.5],
        }
    )
    assert_allclose(answer["urine_protein_24h_g"], [0.7, 0.9, 1.05])
    scaled = PROTEIN.score({"upcr_g_g": [0.7]}, parameters={"assumed_creatinine_24h_g": 1.2})
    assert_allclose(scaled["urine_protein_24h_g"], [0.84])


@pytest.mark.parametrize(
    ("excreted", "weight", "female", "expected"),
    [
        (1.05, 70, 0, 1),  # 15 mg/kg
        (1.04, 70, 0, 0),
        (1.75, 70, 0, 1),  # 25 mg/kg
        (1.76, 70, 0, 0),
        (0.7, 70, 1, 1),  # 10 mg/kg
        (0.69, 70, 1, 0),
        (1.4, 70, 1, 1),  # 20 mg/kg
        (1.5, 70, 1, 0),
        (1.2, 70, nan, 1),  # whole for either sex
        (0.5, 70, nan, 0),  # for neither
        (0.8, 70, nan, nan),  # for women alone
        (nan, 70, 0, nan),
    ],
)
def test_a_whole_collection(excreted, weight, female, expected):
    answer = collection_is_whole(urine_creatinine_24h_g=excreted, weight_kg=weight, female=female)
    assert_array_equal(answer, expected)


def test_the_range_of_a_whole_collection_is_a_parameter():
    table = {"urine_creatinine_24h_g": [0.7], "weight_kg": 70, "female": 0}
    assert PROTEIN.score(table)["collection_is_whole"].tolist() == [0]
    wider = PROTEIN.score(table, parameters={"men_least_mg_kg": 10})
    assert wider["collection_is_whole"].tolist() == [1]


def test_what_is_refused():
    with pytest.raises(DataError, match="did you mean 'exact'"):
        upcr_limit_mg_mmol(0.5, unit_policy="exakt")
    with pytest.raises(DataError, match="men_mg_kg"):
        collection_is_whole(urine_creatinine_24h_g=1, weight_kg=70, female=0, men_mg_kg=(25, 15))
    with pytest.raises(DataError, match="urine_protein_24h_g: 450"):
        upcr_of_collection(urine_protein_24h_g=450, urine_creatinine_24h_g=1)
