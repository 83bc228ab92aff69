"""Flares by the index and by trials."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import bilag2004, find_instrument
from equipoise.instruments.bilag2004 import FORM, SYSTEMS

SEEDS = st.integers(0, 2**32 - 1)


def nine(letters):
    return bilag2004.grades_from_letters([*letters, *"E" * (9 - len(letters))])


def supported(*, carried_by="any", **recorded):
    """What carries the grades of a visit with these items, everything else absent."""
    visit = FORM.array(recorded, unlisted=0.0)
    visit[..., [FORM.place("creatinine_umol_l"), FORM.place("gfr_ml_min_173")]] = 60, 100
    blood = [item.number - 1 for item in bilag2004.ITEMS if 90 <= item.number <= 94]
    visit[..., blood] = 14, 7, 4, 2, 250
    answer = bilag2004.grade(visit, prior=np.zeros(9), constitutional_carried_by=carried_by)
    return answer.supported, answer.grade


def test_an_item_recorded_worse_or_new_carries_the_grade_it_alone_gives():
    support, grade = supported(
        arthritis_severe=2,  # A by the same: not carried
        arthritis_moderate=4,  # new, but gives B only
        mucosal_ulceration_severe=3,  # A, carried
        seizure_disorder=2,  # B by the same
        hepatitis=1,  # C by improvement
        episcleritis=4,  # C, carried
    )
    by_system = dict(zip(SYSTEMS, support, strict=True))
    letters = dict(zip(SYSTEMS, bilag2004.letters(grade), strict=True))
    assert (letters["musculoskeletal"], by_system["musculoskeletal"]) == ("A", 0)
    assert (letters["mucocutaneous"], by_system["mucocutaneous"]) == ("A", 1)
    assert (letters["neuropsychiatric"], by_system["neuropsychiatric"]) == ("B", 0)
    assert (letters["gastrointestinal"], by_system["gastrointestinal"]) == ("C", 0)
    assert (letters["ophthalmic"], by_system["ophthalmic"]) == ("C", 1)
    assert (letters["cardiorespiratory"], by_system["cardiorespiratory"]) == ("E", 0)
    assert np.isnan([by_system["renal"], by_system["haematological"]]).all()


@pytest.mark.parametrize(
    ("items", "letter", "by_any", "by_all", "alone"),
    [
        ({"pyrexia": 4, "weight_loss": 2, "anorexia": 2}, "A", 1, 0, 0),
        ({"pyrexia": 2, "weight_loss": 3, "anorexia": 2}, "A", 1, 0, 0),
        ({"pyrexia": 3, "weight_loss": 3, "anorexia": 2}, "A", 1, 0, 0),
        ({"pyrexia": 3, "weight_loss": 3, "anorexia": 4}, "A", 1, 1, 0),
        ({"pyrexia": 2, "weight_loss": 2, "anorexia": 2}, "A", 0, 0, 0),
        ({"pyrexia": 3}, "B", 1, 1, 1),
        ({"pyrexia": 2, "weight_loss": 4}, "B", 0, 0, 0),  # the new item gives C only
        ({"weight_loss": 4, "anorexia": 2}, "B", 1, 0, 0),
        ({"weight_loss": 4, "anorexia": 3}, "B", 1, 1, 0),
        ({"weight_loss": 4}, "C", 1, 1, 1),
        ({"pyrexia": 1, "weight_loss": 1}, "C", 0, 0, 0),
    ],
)
def test_constitutional_items_carry_together(items, letter, by_any, by_all, alone):
    for rule, carried in (("any", by_any), ("all", by_all), ("alone", alone)):
        support, grade = supported(carried_by=rule, **items)
        assert (bilag2004.letters(grade[0]).item(), support[0]) == (letter, carried), rule


def test_an_item_not_done_leaves_the_support_open():
    support, _ = supported(arthritis_severe=2, myositis_severe=np.nan)
    assert np.isnan(support[SYSTEMS.index("musculoskeletal")])


def test_nothing_carries_an_inactive_system_whether_it_is_d_or_e():
    visit = FORM.array({}, unlisted=0.0)
    visit[..., FORM.place("creatinine_umol_l")] = 60
    visit[..., FORM.place("lymphadenopathy_splenomegaly")] = np.nan
    answer = bilag2004.grade(visit)  # no involvement before was recorded
    assert np.isnan(answer.grade[:7]).all()
    assert_array_equal(answer.supported[:7], [np.nan, 0, 0, 0, 0, 0, 0])
    # Such systems leave the class of the flare known.
    flare = bilag2004.index_flare([0, *[np.nan] * 6, 0, 0], supported=[0.0] * 9)
    assert (flare.flare, flare.upper) == (0, 0)


@pytest.mark.parametrize(
    ("letters", "carried", "expected"),
    [
        ("A", "1", 3),
        ("A", "0", 0),  # A by items recorded the same is no flare
        ("ABB", "011", 2),
        ("BB", "11", 2),
        ("BB", "10", 1),
        ("B", "1", 1),
        ("CCC", "111", 1),
        ("CC", "11", 0),
        ("CCC", "110", 0),
        ("DDD", "111", 0),
    ],
)
def test_classes_of_the_index(letters, carried, expected):
    support = [*map(float, carried), *[0.0] * (9 - len(carried))]
    assert bilag2004.index_flare(nine(letters), supported=support).flare == expected


def test_what_is_unknown_bounds_the_class():
    support = np.zeros(9)
    support[:2] = 1, np.nan
    flare = bilag2004.index_flare(nine("BB"), supported=support)
    assert np.isnan(flare.flare)
    assert (flare.lower, flare.upper, flare.n_missing) == (1, 2, 1)
    assert bilag2004.index_flare(nine("AB"), supported=support).flare == 3
    lenient = bilag2004.index_flare(nine("BB"), supported=support, missing="as_absent")
    assert (lenient.flare, lenient.upper) == (1, 2)
    # An unknown support of a system that is D cannot matter.
    assert bilag2004.index_flare(nine("BD"), supported=support).flare == 1


def test_a_rise_takes_d_and_e_alike():
    now, before = (
        bilag2004.grades_from_letters([*"DABCEE"]),
        bilag2004.grades_from_letters([*"EBAECD"]),
    )
    assert_array_equal(bilag2004.risen(now, previous=before), [0, 1, 0, 1, 0, 0])


def test_a_rise_is_open_only_where_what_is_unknown_decides():
    """Settled either way, each unknown grade agrees with what was said of it."""
    grades = [*range(5)]
    for known in grades:
        for unknown_now in (True, False):
            pair = (np.nan, known) if unknown_now else (known, np.nan)
            answer = bilag2004.risen(pair[0], previous=pair[1])
            ways = {
                float(bilag2004.risen(one, previous=known))
                if unknown_now
                else float(bilag2004.risen(known, previous=one))
                for one in grades
            }
            assert_array_equal(answer, ways.pop() if len(ways) == 1 else np.nan)


@pytest.mark.parametrize(
    ("before", "now", "new_a", "new_b", "flare"),
    [
        ("AAA", "BBB", 0, 0, 0),  # A to B is not new
        ("B", "A", 1, 0, 1),
        ("A", "A", 0, 0, 0),
        ("C", "B", 0, 1, 0),
        ("CDE", "BBB", 0, 3, 1),
        ("BB", "BB", 0, 0, 0),
        ("DC", "AB", 1, 1, 1),
    ],
)
def test_new_grades_of_trials(before, now, new_a, new_b, flare):
    result = bilag2004.trial_flare(nine(now), previous=nine(before))
    assert (result.new_a, result.new_b, result.flare) == (new_a, new_b, flare)
    classic = bilag2004.trial_flare(nine(now), previous=nine(before), min_new_b=1)
    assert classic.flare == (new_a + new_b > 0)


def test_unknown_grades_bound_the_numbers():
    now, before = nine("BB"), nine("CC")
    now[2], before[3] = np.nan, np.nan
    result = bilag2004.trial_flare(now, previous=before)
    assert result.flare == 1  # two new B are certain
    assert np.isnan([result.new_a, result.new_b]).all()
    assert (result.new_a_lower, result.new_a_upper) == (0, 1)  # the fourth is E: nothing new
    assert (result.new_b_lower, result.new_b_upper) == (2, 3)
    assert result.n_missing == 2
    open_ = bilag2004.trial_flare(np.where(np.arange(9) == 0, np.nan, 0), previous=nine("C"))
    assert np.isnan(open_.flare)
    # What was A before can be no new A and no new B.
    settled = bilag2004.trial_flare(np.where(np.arange(9) == 0, np.nan, 0), previous=nine("A"))
    assert settled.flare == 0


@given(SEEDS)
def test_bounds_hold_batches_agree_and_order_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    now, before = rng.integers(0, 5, (2, 15, 9)).astype(float)
    support = rng.integers(0, 2, (15, 9)).astype(float)
    holes, holes_before, doubt = (
        np.where(rng.random((15, 9)) < 0.15, np.nan, one) for one in (now, before, support)
    )
    trial = bilag2004.trial_flare(now, previous=before)
    open_trial = bilag2004.trial_flare(holes, previous=holes_before)
    assert np.all((open_trial.new_a_lower <= trial.new_a) & (trial.new_a <= open_trial.new_a_upper))
    assert np.all((open_trial.new_b_lower <= trial.new_b) & (trial.new_b <= open_trial.new_b_upper))
    assert np.all(np.isnan(open_trial.flare) | (open_trial.flare == trial.flare))
    index = bilag2004.index_flare(now, supported=support)
    open_index = bilag2004.index_flare(holes, supported=doubt)
    assert np.all((open_index.lower <= index.flare) & (index.flare <= open_index.upper))
    for row in range(15):
        one = bilag2004.index_flare(holes[row], supported=doubt[row])
        assert_array_equal(one.flare, open_index.flare[row])
    order = rng.permutation(9)  # systems are alike to both flares
    assert_array_equal(
        bilag2004.trial_flare(now[:, order], previous=before[:, order]).flare, trial.flare
    )


def test_wrong_codes_and_shapes_are_refused():
    with pytest.raises(DataError, match="mucocutaneous: 7"):
        bilag2004.trial_flare([0, 7] + [0] * 7, previous=nine(""))
    with pytest.raises(DataError, match="constitutional: 2; wanted 0, 1 or NaN"):
        bilag2004.index_flare(nine("A"), supported=[2] + [0] * 8)
    with pytest.raises(DataError, match=r"grade \(2, 9\), previous \(3, 9\)"):
        bilag2004.trial_flare(np.zeros((2, 9)), previous=np.zeros((3, 9)))


def test_from_a_wide_table_to_a_flare_by_column_names():
    table = {item.name: [0.0, 0.0] for item in bilag2004.ITEMS if item.codes}
    table |= {f"prior_{system}": 0.0 for system in SYSTEMS}
    table |= {"arthritis_severe": [4, 0], "active_sediment": [1, 0], "upcr_mg_mmol": [150, 10]}
    table |= {"creatinine_umol_l": 60, "systolic_mmhg": 120, "diastolic_mmhg": 70, "hb_g_dl": 13}
    table |= {"wcc_10e9_l": 5, "neutrophils_10e9_l": 3, "lymphocytes_10e9_l": 2}
    table |= {"platelets_10e9_l": [200, np.nan], "previous_upcr_mg_mmol": [150, 10]}
    graded = find_instrument("bilag2004").score(table)
    assert graded["letter_musculoskeletal"].tolist() == ["A", "E"]
    assert graded["letter_renal"].tolist() == ["A", "E"]
    assert graded["letter_haematological"].tolist() == ["E", None]
    assert graded["incomplete"].tolist() == ["", "haematological"]
    assert graded["renal_reasons"].tolist() == ["severe_proteinuria; active_sediment", ""]
    assert_array_equal(graded["total"], [24, np.nan])
    assert_array_equal(graded["upper"], [24, 12])
    strict = find_instrument("bilag2004").score(table, parameters={"platelets_a": "0"})
    assert_array_equal(strict["upper"], [24, 12])  # a threshold of 0 still leaves it unknown
    grades = {f"grade_{system}": graded[f"grade_{system}"] for system in SYSTEMS}
    before = {f"previous_grade_{system}": [0.0, 0.0] for system in SYSTEMS}
    trial = find_instrument("bilag_trial_flare").score(grades | before)
    assert_array_equal(trial["flare"], [1, np.nan])
    assert trial["new_a_systems"].tolist() == ["musculoskeletal; renal", ""]
    support = {f"supported_{system}": graded[f"supported_{system}"] for system in SYSTEMS}
    index = find_instrument("bilag2004_flare").score(grades | before | support)
    assert_array_equal(index["flare"], [3, np.nan])
    assert index["reasons"].tolist() == ["musculoskeletal; renal", ""]
    assert index["missing"].tolist() == ["", "haematological"]
    by_rise = find_instrument("bilag2004_flare").score(
        grades | before, parameters={"carried_by": "rise"}
    )
    assert_array_equal(by_rise["flare"], [3, np.nan])
    # Without items and without that choice nothing is known of the ordinal systems.
    assert np.isnan(find_instrument("bilag2004_flare").score(grades)["flare"]).all()


@pytest.mark.parametrize("number", [0, 10, np.nan])
def test_a_flare_needs_one_system_to_nine(number):
    for name in ("min_new_a", "min_new_b"):
        with pytest.raises(DataError, match=f"{name}: .*; wanted one number from 1 to 9"):
            bilag2004.trial_flare(np.zeros(9), previous=np.zeros(9), **{name: number})
