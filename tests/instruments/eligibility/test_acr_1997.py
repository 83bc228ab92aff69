"""ACR 1997: four of eleven, criteria from their parts, two occasions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.eligibility import acr_1997, criteria_from_parts
from equipoise.instruments.eligibility.acr_1997 import FORM, SUB_ITEMS

nan = float("nan")
ACR = find_instrument("acr_1997")


@given(st.lists(st.sampled_from([0.0, 1.0, nan]), min_size=11, max_size=11))
def test_four_of_eleven(states):
    answer = acr_1997(states)
    known, unknown = states.count(1.0), sum(map(np.isnan, states))
    assert (answer.lower, answer.upper) == (known, known + unknown)
    expected = 1 if known >= 4 else 0 if known + unknown < 4 else nan
    assert_array_equal(answer.met, expected)


def test_eleven_criteria_each_once():
    assert acr_1997(np.ones(11)).n == 11
    assert [item.number for item in FORM.items] == list(range(1, 12))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"leukopenia_occasions": 1}, 0),
        ({"leukopenia_occasions": 2}, 1),
        ({"lymphopenia_occasions": 1}, 0),
        ({"lymphopenia_occasions": 3}, 1),
        ({"leukopenia_occasions": 1, "lymphopenia_occasions": 1}, 0),
        ({"thrombocytopenia": 1}, 1),
        ({"haemolytic_anaemia": 1}, 1),
        ({"leukopenia_occasions": nan}, nan),
        ({"leukopenia_occasions": nan, "thrombocytopenia": 1}, 1),
    ],
)
def test_the_haematological_criterion(parts, expected):
    absent = dict.fromkeys(SUB_ITEMS["haematological"], 0)
    assert_array_equal(criteria_from_parts(absent | parts)["haematological"], expected)


@pytest.mark.parametrize("criterion", sorted(SUB_ITEMS))
def test_any_part_is_enough(criterion):
    for part in SUB_ITEMS[criterion]:
        absent = dict.fromkeys(SUB_ITEMS[criterion], 0)
        assert criteria_from_parts(absent)[criterion] == 0
        assert criteria_from_parts(absent | {part: 2 if "occasions" in part else 1})[criterion] == 1


@pytest.mark.parametrize(
    ("plus", "above", "from_three"),
    [(0, 0, 0), (2, 0, 0), (3, 0, 1), (4, 1, 1), (nan, nan, nan)],
)
def test_the_dipstick_counts_above_three_plus_or_from_there(plus, above, from_three):
    parts = {"proteinuria_dipstick": plus, "cellular_casts": 0}
    assert_array_equal(criteria_from_parts(parts)["renal"], above)
    assert_array_equal(criteria_from_parts(parts, dipstick_rule="ge_3_plus")["renal"], from_three)
    table = {name: [0.0] for name in FORM.names} | {"renal": None, **parts}
    answer = ACR.score(table, parameters={"dipstick_rule": "ge_3_plus"})
    assert_array_equal(answer["n"], [np.nan_to_num(from_three)])


def test_protein_that_was_quantified_decides_before_the_dipstick():
    parts = {"proteinuria_dipstick": 4, "persistent_proteinuria": [0, 1], "cellular_casts": 0}
    assert_array_equal(criteria_from_parts(parts)["renal"], [0, 1])


def test_parts_that_are_left_out_are_unknown():
    assert np.isnan(criteria_from_parts({"seizures": 0})["neurological"])


def test_a_criterion_decides_before_its_parts():
    table = {name: [0.0] for name in FORM.names} | {"leukopenia_occasions": [4]}
    assert ACR.score(table)["n"].tolist() == [0]
    answer = ACR.score({**table, "haematological": None})
    assert answer["criteria"].tolist() == ["haematological"]
    assert answer["missing"].tolist() == [""]


def test_the_parts_may_decide_first():
    table = {name: [0.0] for name in FORM.names} | {"leukopenia_occasions": [4], "seizures": [0]}
    answer = ACR.score(
        {**table, "neurological": 1, "malar_rash": 1}, parameters={"decides_first": "parts"}
    )
    # seizures alone leave the neurological parts unknown, so that the criterion still counts
    assert answer["criteria"].tolist() == ["malar_rash; neurological; haematological"]


def test_what_is_refused():
    with pytest.raises(DataError, match="did you mean 'anti_dsdna'"):
        criteria_from_parts({"anti_ds_dna": 1})
    with pytest.raises(DataError, match="lymphopenia_occasions: -1"):
        criteria_from_parts({"lymphopenia_occasions": -1})
    with pytest.raises(DataError, match="did you mean 'ge_3_plus'"):
        criteria_from_parts({}, dipstick_rule="ge_3")
    with pytest.raises(DataError, match="proteinuria_dipstick: 5"):
        criteria_from_parts({"proteinuria_dipstick": 5})
    with pytest.raises(DataError, match="malar_rash: 2"):
        acr_1997([2] + [0] * 10)
