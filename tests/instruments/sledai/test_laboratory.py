"""Items from measured values: strict limits, three values, units."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import sledai

NAN = np.nan


def derive(variant=sledai.SLEDAI_2K, *, unrecorded_exclusion="absent", labs=None, **rules):
    return sledai.derive_items(
        labs or {}, variant=variant, unrecorded_exclusion=unrecorded_exclusion, **rules
    )


@pytest.mark.parametrize(
    ("item", "field", "present", "edge"),
    [
        ("haematuria", "urine_rbc_hpf", 5.01, 5),
        ("pyuria", "urine_wbc_hpf", 6, 5),
        ("fever", "temperature_c", 38.1, 38.0),
        ("thrombocytopenia", "platelets_10e9_l", 99.9, 100),
        ("leukopenia", "wbc_10e9_l", 2.99, 3.0),
        ("proteinuria", "urine_protein_24h_g", 0.51, 0.5),
        ("proteinuria", "upcr_g_g", 0.51, 0.5),
        ("proteinuria", "upcr_mg_mmol", 56.57, 56.56),
    ],
)
def test_a_value_at_the_limit_is_absent(item, field, present, edge):
    assert_array_equal(derive(labs={field: [present, edge, NAN]})[item], [1, 0, NAN])


def test_a_laboratory_limit_itself_is_normal():
    labs = {"anti_dsdna": [31, 30, NAN, 30], "anti_dsdna_uln": [30, 30, 30, NAN]}
    assert_array_equal(derive(labs=labs)["increased_dna_binding"], [1, 0, NAN, NAN])
    labs = {"c3_g_l": [0.9, 0.89], "c3_lln_g_l": 0.9, "c4_g_l": 0.2, "c4_lln_g_l": 0.1}
    assert_array_equal(derive(labs=labs)["low_complement"], [0, 1])


@pytest.mark.parametrize(
    ("c3", "c4", "ch50", "low", "by_both", "by_any"),
    [
        (NAN, NAN, NAN, NAN, NAN, NAN),
        (1.0, NAN, NAN, NAN, NAN, 0),  # C4 could be low
        (NAN, 0.2, NAN, NAN, NAN, 0),
        (1.0, 0.2, NAN, 0, 0, 0),
        (NAN, NAN, 50, 0, NAN, 0),  # CH50 alone clears the item
        (1.0, NAN, 50, 0, NAN, 0),
        (1.0, 0.2, 50, 0, 0, 0),
        (0.5, NAN, NAN, 1, 1, 1),  # one low fraction is enough
        (1.0, 0.05, NAN, 1, 1, 1),
        (1.0, 0.2, 20, 1, 1, 1),
        (0.5, NAN, 50, 1, 1, 1),
    ],
)
def test_complement_is_low_by_one_fraction_and_normal_by_a_choice(
    c3, c4, ch50, low, by_both, by_any
):
    labs = {"c3_g_l": c3, "c3_lln_g_l": 0.9, "c4_g_l": c4, "c4_lln_g_l": 0.1}
    labs |= {"ch50": ch50, "ch50_lln": 40}
    assert_array_equal(derive(labs=labs)["low_complement"], low)
    for rule, expected in (
        ("c3_c4_or_ch50", low),
        ("c3_and_c4", by_both),
        ("any_fraction", by_any),
    ):
        derived = derive(labs=labs, complement_normal=rule)
        assert_array_equal(derived["low_complement"], expected)


def test_a_rule_of_complement_that_does_not_exist_is_refused():
    with pytest.raises(DataError, match="complement_normal: 'c3'; wanted c3_c4_or_ch50"):
        derive(labs={}, complement_normal="c3")


@pytest.mark.parametrize(
    ("item", "field", "value", "exclusion"),
    [
        ("haematuria", "urine_rbc_hpf", 50, "haematuria_other_cause"),
        ("pyuria", "urine_wbc_hpf", 50, "urine_infection"),
        ("fever", "temperature_c", 39, "fever_infection"),
        ("thrombocytopenia", "platelets_10e9_l", 20, "platelets_drug_cause"),
        ("leukopenia", "wbc_10e9_l", 1, "wbc_drug_cause"),
    ],
)
def test_another_cause_clears_an_item_and_an_unknown_one_leaves_it_unknown(
    item, field, value, exclusion
):
    labs = {field: value, exclusion: [0, 1, NAN]}
    assert_array_equal(derive(labs=labs, unrecorded_exclusion="unknown")[item], [1, 0, NAN])
    assert_array_equal(derive(labs=labs)[item], [1, 0, 1])
    normal = {field: {"temperature_c": 37, "platelets_10e9_l": 200, "wbc_10e9_l": 5}.get(field, 0)}
    assert derive(labs=normal, unrecorded_exclusion="unknown")[item] == 0


@pytest.mark.parametrize("variant", [sledai.ORIGINAL, sledai.SELENA])
def test_lasting_proteinuria_counts_in_2k_alone(variant):
    labs = {
        "urine_protein_24h_g": [1.8, 1.8, 1.8, 2.2, 0.4, 1.1, NAN],
        "previous_urine_protein_24h_g": [1.6, 0.5, NAN, 1.6, 0.1, 0.6, 0.2],
    }
    # 1.1 - 0.6 is 0.5 and not above it, whatever binary arithmetic says
    assert_array_equal(derive(variant, labs=labs)["proteinuria"], [0, 1, 1, 1, 0, 0, NAN])
    assert_array_equal(derive(labs=labs)["proteinuria"], [1, 1, 1, 1, 0, 1, NAN])
    as_2k = derive(variant, labs=labs, proteinuria_rule="level")["proteinuria"]
    assert_array_equal(as_2k, [1, 1, 1, 1, 0, 1, NAN])


def test_proteinuria_without_an_earlier_value_can_be_left_unknown():
    labs = {"urine_protein_24h_g": [1.8, 0.2]}
    answer = derive(sledai.ORIGINAL, labs=labs, no_previous_protein="unknown")["proteinuria"]
    assert_array_equal(answer, [NAN, 0])


def test_the_collection_goes_before_the_ratios_and_units_are_not_a_hundred():
    labs = {
        "urine_protein_24h_g": [0.2, NAN, NAN],
        "upcr_g_g": [9, 0.2, NAN],
        "upcr_mg_mmol": [900, 900, 50],  # 50 mg/mmol is 0.442 g/g
    }
    assert_array_equal(derive(labs=labs)["proteinuria"], [0, 0, 0])
    labs["previous_upcr_mg_mmol"] = 40
    assert_array_equal(
        derive(sledai.SELENA, labs={"upcr_g_g": 0.6, **labs})["proteinuria"], [0] * 3
    )


@pytest.mark.parametrize(
    ("variant", "rules", "expected"),
    [
        (sledai.ORIGINAL, {}, [0, 0, 1, NAN]),
        (sledai.SELENA, {}, [0, 0, 1, NAN]),
        (sledai.SLEDAI_2K, {}, [0, 1, 1, NAN]),
        (sledai.SLEDAI_2K, {"arthritis_min_joints": 3}, [0, 0, 1, NAN]),
    ],
)
def test_joints_that_make_arthritis(variant, rules, expected):
    answer = derive(variant, labs={"active_joints": [1, 2, 3, NAN]}, **rules)["arthritis"]
    assert_array_equal(answer, expected)


def test_no_laboratory_is_all_unknown():
    derived = derive()
    assert set(derived) == set(sledai.DERIVED_FROM)
    assert all(np.isnan(value) for value in derived.values())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("platelets_10e9_l", 150_000),  # per mm3
        ("wbc_10e9_l", 4200),
        ("c3_g_l", 90),  # mg/dL
        ("c4_g_l", 18),
        ("temperature_c", 100.4),  # Fahrenheit
        ("urine_protein_24h_g", 500),  # mg
        ("upcr_g_g", 700),  # mg/g
    ],
)
def test_a_value_in_another_unit_is_refused_not_guessed(field, value):
    with pytest.raises(DataError, match=f"{field}: {value:g}; wanted .* or NaN"):
        derive(labs={field: value})


def test_impossible_values_and_fields_are_told_together():
    with pytest.raises(DataError) as caught:
        derive(labs={"wbc_10e9_l": [-1, 2], "urine_infection": 2, "c3_g_l": "low"})
    assert sorted(fault.where for fault in caught.value.faults) == [
        "c3_g_l",
        "urine_infection",
        "wbc_10e9_l",
    ]
    with pytest.raises(DataError, match="'platelets'; wanted a name of the form"):
        derive(labs={"platelets": 1})
    with pytest.raises(DataError, match=r"wanted arrays that broadcast"):
        derive(labs={"c3_g_l": [1, 2], "c4_g_l": [1, 2, 3]})
    with pytest.raises(DataError, match="proteinuria_rule: '2k'"):
        derive(proteinuria_rule="2k")


@given(st.integers(0, 2**32 - 1))
def test_each_unknown_value_widens_and_never_flips_an_item(seed):
    rng = np.random.default_rng(seed)
    labs = {}
    for field in sledai.FIELDS:
        high = min(field.highest, 100) if field.lowest != 25 else 40
        values = rng.uniform(max(field.lowest, 0), high, 20)
        labs[field.name] = values.round(1) if not field.codes else (values > 0.5).astype(float)
    known = sledai.derive_items(labs, variant=sledai.SLEDAI_2K)
    holes = {name: np.where(rng.random(20) < 0.4, NAN, values) for name, values in labs.items()}
    # Measures of protein and of complement stand in for each other: one not made is no doubt.
    for name in set(sledai.DERIVED_FROM) - {"proteinuria", "low_complement"}:
        open_ = sledai.derive_items(holes, variant=sledai.SLEDAI_2K)[name]
        assert np.all(np.isnan(open_) | (open_ == known[name])), name


@pytest.mark.parametrize("joints", [0, -1, 69, np.nan])
def test_a_minimum_of_joints_is_one_that_can_be_counted(joints):
    with pytest.raises(
        DataError, match=r"arthritis_min_joints: .*; wanted one number from 1 to 68"
    ):
        derive(labs={"active_joints": 2}, arthritis_min_joints=joints)
