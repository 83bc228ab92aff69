"""The SELENA flare indices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument, sledai
from equipoise.instruments.sledai.flare_inputs import INPUTS
from equipoise.instruments.sledai.flare_revised import SYSTEMS

STABLE = {column.name: 0.0 for column in INPUTS} | {
    "sledai_previous": 4.0,
    "sledai_now": 4.0,
    "pga_previous": 1.0,
    "pga_now": 1.0,
    "prednisone_previous_mg_day": 5.0,
    "prednisone_now_mg_day": 5.0,
    "weight_kg": 60.0,
}
NONE, MILD, SEVERE = range(3)


def flare(*, missing="strict", rules=None, **changes):
    chosen = sledai.FlareRules(**(rules or {}))
    return sledai.score_flare(STABLE | changes, rules=chosen, missing=missing)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, NONE),
        ({"sledai_now": 6}, NONE),
        ({"sledai_now": 7}, MILD),
        ({"sledai_now": 12}, MILD),
        ({"sledai_now": 13}, SEVERE),
        ({"sledai_previous": 13, "sledai_now": 13}, NONE),  # high but not risen
        ({"sledai_previous": 12, "sledai_now": 13}, SEVERE),
        ({"pga_now": 1.9}, NONE),
        ({"pga_now": 2.0}, MILD),
        ({"pga_previous": 0.7, "pga_now": 1.7}, MILD),  # 1.0 in decimals, less in binary
        ({"pga_previous": 0, "pga_now": 0.9}, NONE),
        ({"pga_previous": 0.5, "pga_now": 1.2}, NONE),  # a rise to 1.0, not by 1.0
        ({"pga_now": 2.6}, SEVERE),
        ({"pga_previous": 2.6, "pga_now": 2.6}, NONE),
        ({"pga_previous": 2.0, "pga_now": 2.5}, NONE),
        ({"prednisone_now_mg_day": 10}, MILD),
        ({"prednisone_now_mg_day": 30}, MILD),  # exactly 0.5 mg/kg
        ({"prednisone_now_mg_day": 30.1}, SEVERE),
        ({"prednisone_previous_mg_day": 40, "prednisone_now_mg_day": 40}, NONE),
        ({"prednisone_previous_mg_day": 60, "prednisone_now_mg_day": 40}, NONE),
        ({"new_nephritis": 1}, NONE),  # neither admission nor prednisone
        ({"new_nephritis": 1, "hospitalised_for_sle": 1}, SEVERE),
        ({"new_nephritis": 1, "prednisone_now_mg_day": 10}, SEVERE),  # doubled
        ({"new_nephritis": 1, "prednisone_now_mg_day": 9}, MILD),
        ({"new_cns": 1, "prednisone_previous_mg_day": 0, "prednisone_now_mg_day": 5}, SEVERE),
        ({"hospitalised_for_sle": 1}, SEVERE),
        ({"new_arthritis": 1}, MILD),
        ({"new_fever": 1}, MILD),
        ({"started_cyclophosphamide": 1}, SEVERE),
        ({"started_methotrexate": 1}, SEVERE),
        ({"started_hydroxychloroquine": 1}, MILD),
        ({"started_nsaid": 1}, MILD),
    ],
)
def test_the_worst_limb_decides(changes, expected):
    result = flare(**changes)
    assert result.flare == result.lower == result.upper == expected
    assert result.n_missing == 0


@pytest.mark.parametrize(
    ("before", "now", "any_rise", "delta3", "off"),
    [(12, 13, 2, 0, 0), (12, 14, 2, 0, 0), (11, 14, 2, 2, 1), (4, 20, 2, 2, 1)],
)
def test_readings_of_a_severe_rise(before, now, any_rise, delta3, off):
    expected = {"any_rise": any_rise, "delta3": delta3, "off": off}
    for rule, code in expected.items():
        assert (
            flare(sledai_previous=before, sledai_now=now, rules={"severe_sledai": rule}).flare
            == code
        )


def test_without_medication_only_disease_counts():
    changes = {"prednisone_now_mg_day": 60, "started_azathioprine": 1, "started_nsaid": 1}
    assert flare(**changes).flare == SEVERE
    without = {"use_medication": False}
    assert flare(**changes, rules=without).flare == NONE
    assert flare(**changes, new_nephritis=1, rules=without).flare == NONE
    assert flare(new_nephritis=1, hospitalised_for_sle=1, rules=without).flare == SEVERE


@pytest.mark.parametrize(
    ("rule", "changes", "otherwise"),
    [
        ({"cns_is_severe": False}, {"new_cns": 1, "prednisone_now_mg_day": 10}, MILD),
        ({"doubling_is_treatment": False}, {"new_myositis": 1, "prednisone_now_mg_day": 10}, MILD),
        ({"mycophenolate_is_severe": False}, {"started_mycophenolate": 1}, NONE),
        ({"admission_is_severe": False}, {"hospitalised_for_sle": 1}, NONE),
        ({"admission_is_severe": False}, {"hospitalised_for_sle": 1, "new_fever": 1}, MILD),
    ],
)
def test_unconfirmed_rules_can_be_dropped(rule, changes, otherwise):
    assert flare(**changes).flare == SEVERE
    result = flare(**changes, rules=rule)
    assert result.flare == otherwise
    assert result.parameters[next(iter(rule))] is False


@pytest.mark.parametrize(
    ("before", "now", "rise", "level"),
    [
        (0.5, 1.2, NONE, MILD),
        (0.5, 1.5, MILD, MILD),
        (1.2, 1.2, NONE, NONE),
        (0.0, 0.9, NONE, NONE),
    ],
)
def test_readings_of_the_global_assessment(before, now, rise, level):
    changes = {"pga_previous": before, "pga_now": now}
    assert flare(**changes).flare == rise
    assert flare(**changes, rules={"pga_mild": "level"}).flare == level


def test_what_is_unknown_leaves_the_class_open_unless_a_limb_decides():
    open_ = flare(sledai_now=7, hospitalised_for_sle=np.nan)
    assert np.isnan(open_.flare)
    assert (open_.lower, open_.upper) == (MILD, SEVERE)
    assert flare(sledai_now=13, hospitalised_for_sle=np.nan).flare == SEVERE
    lenient = flare(sledai_now=7, hospitalised_for_sle=np.nan, missing="as_absent")
    assert lenient.flare == MILD
    assert lenient.upper == SEVERE
    assert open_.n_missing == 1
    # Weight does not matter where the dose was not raised.
    assert flare(weight_kg=np.nan).flare == NONE
    assert np.isnan(flare(weight_kg=np.nan, prednisone_now_mg_day=20).flare)


def test_limbs_that_hold_are_named():
    answer = find_instrument("sfi").score(STABLE | {"sledai_now": [4, 13], "new_arthritis": 1})
    assert answer["reasons"].tolist() == ["mild_sign", "severe_sledai; mild_sledai; mild_sign"]
    assert_array_equal(answer["flare"], [1, 2])
    text = find_instrument("sfi").score(
        STABLE | {"started_methotrexate": 1}, parameters={"use_medication": "false"}
    )
    assert text["flare"] == 0


@given(st.integers(0, 2**32 - 1))
def test_bounds_hold_batches_agree_and_worse_is_never_less(seed):
    rng = np.random.default_rng(seed)
    ends = {"sledai": 30, "pga": 3, "prednisone": 60, "weight": 90}
    true = {}
    for column in INPUTS:
        end = ends.get(column.name.split("_")[0])
        values = rng.random(12) < 0.1 if end is None else rng.uniform(0, end, 12).round(1)
        true[column.name] = values.astype(float)
    holes = {name: np.where(rng.random(12) < 0.1, np.nan, v) for name, v in true.items()}
    whole, open_ = sledai.score_flare(true), sledai.score_flare(holes)
    assert np.all((open_.lower <= whole.flare) & (whole.flare <= open_.upper))
    assert np.all(np.isnan(open_.flare) | (open_.flare == whole.flare))
    for row in range(12):
        one = sledai.score_flare({name: values[row] for name, values in holes.items()})
        assert_array_equal(one.flare, open_.flare[row])
        assert_array_equal(one.limbs, open_.limbs[row])
    for name in ("new_arthritis", "hospitalised_for_sle", "started_nsaid", "new_cns"):
        assert np.all(sledai.score_flare(true | {name: 1.0}).flare >= whole.flare)


def test_wrong_inputs_are_all_told():
    with pytest.raises(DataError) as caught:
        sledai.score_flare({"pga_now": 35, "sledai_now": 106, "new_fever": 2})
    assert [fault.where for fault in caught.value.faults] == ["sledai_now", "pga_now", "new_fever"]
    with pytest.raises(DataError, match="'pga'"):
        sledai.score_flare({"pga": 1})
    with pytest.raises(DataError, match="severe_sledai: 'delta'"):
        flare(rules={"severe_sledai": "delta"})
    with pytest.raises(DataError, match="pga_mild: 'risen'; wanted rise or level"):
        flare(rules={"pga_mild": "risen"})
    with pytest.raises(DataError, match="arrays that broadcast"):
        sledai.score_flare({"pga_now": [1, 2], "pga_previous": [1, 2, 3]})


LEVELS = np.zeros(8)


def test_the_revised_index_takes_the_higher_of_findings_and_treatment():
    findings, treatment = np.zeros((2, 8)), np.zeros((2, 8))
    findings[0, 0], treatment[0, 0], treatment[0, 5] = 1, 2, 1
    result = sledai.score_revised_flare(clinical_level=findings, treatment_level=treatment)
    assert_array_equal(result.flare, [2, 0])
    assert_array_equal(result.n_flaring, [2, 0])
    assert_array_equal(result.systems[0], [2, 0, 0, 0, 0, 1, 0, 0])


def test_the_revised_index_without_medication_has_the_level_of_the_findings():
    findings, treatment = LEVELS.copy(), LEVELS + 3
    findings[0], treatment[1] = 1, np.nan
    result = sledai.score_revised_flare(
        clinical_level=findings, treatment_level=treatment, use_medication=False
    )
    assert (result.flare, result.lower, result.upper, result.n_flaring) == (1, 1, 1, 1)
    assert_array_equal(result.systems, findings)
    assert result.parameters["use_medication"] is False
    table = {f"clinical_{item.name}": 0 for item in SYSTEMS} | {"clinical_renal": 2}
    scored = find_instrument("sfi_revised").score(table, parameters={"use_medication": "false"})
    assert scored["flare"] == 2
    assert np.isnan(find_instrument("sfi_revised").score(table)["flare"])


def test_an_unknown_level_bounds_the_revised_index():
    findings = np.zeros(8)
    findings[3] = np.nan
    result = sledai.score_revised_flare(clinical_level=findings, treatment_level=LEVELS)
    assert np.isnan(result.flare)
    assert np.isnan(result.systems[3])
    assert (result.lower, result.upper, result.n_missing) == (0, 3, 1)
    severe = sledai.score_revised_flare(clinical_level=findings, treatment_level=LEVELS + 3)
    assert (severe.flare, severe.n_flaring) == (3, 8)
    lenient = sledai.score_revised_flare(
        clinical_level=findings, treatment_level=LEVELS, missing="as_absent"
    )
    assert (lenient.flare, lenient.upper, lenient.n_flaring) == (0, 3, 0)


def test_levels_outside_the_form_are_refused():
    with pytest.raises(DataError, match="renal: 4; wanted 0, 1, 2, 3 or NaN"):
        sledai.score_revised_flare(clinical_level=[0] * 5 + [4, 0, 0], treatment_level=LEVELS)
    with pytest.raises(DataError, match="treatment_level: shape"):
        sledai.score_revised_flare(clinical_level=LEVELS, treatment_level=np.zeros(7))


@pytest.mark.parametrize(
    ("before", "now", "flags", "expected"),
    [
        (5, 5, {}, 0),
        (0, 7.5, {}, 1),
        (5, 7.6, {}, 2),
        (5, 29.9, {}, 2),
        (5, 30, {}, 3),
        (40, 40, {}, 0),
        (5, 5, {"mild_drug": 1}, 1),
        (5, 5, {"immunosuppressant": 1}, 2),
        (5, 5, {"cyclophosphamide_or_biologic": 1}, 3),
        (5, 5, {"hospitalised": 1}, 3),
        (5, np.nan, {}, np.nan),
        (5, np.nan, {"hospitalised": 1}, 3),
        (5, 5, {"immunosuppressant": np.nan}, np.nan),
    ],
)
def test_levels_of_treatment(before, now, flags, expected):
    none = dict.fromkeys(
        ("mild_drug", "immunosuppressant", "cyclophosphamide_or_biologic", "hospitalised"), 0
    )
    level = sledai.treatment_level(
        prednisone_previous_mg_day=before,
        prednisone_now_mg_day=now,
        weight_kg=60,
        **(none | flags),
    )
    assert_array_equal(level, expected)
