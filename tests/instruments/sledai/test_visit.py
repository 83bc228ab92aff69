"""A visit from ticks, days and measured values."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument, sledai

NAMES = [item.name for item in sledai.ITEMS]
NOTHING = dict.fromkeys(NAMES, 0.0)


def test_a_measured_value_decides_and_the_conflict_is_told():
    visit = sledai.score_visit(
        NOTHING | {"thrombocytopenia": 0, "leukopenia": 1, "fever": np.nan},
        variant=sledai.SLEDAI_2K,
        labs={"platelets_10e9_l": 60, "wbc_10e9_l": 5, "temperature_c": 39, "fever_infection": 0},
        unrecorded_exclusion="absent",
    )
    assert visit.score.total == 2  # thrombocytopenia and fever, not leukopenia
    assert [NAMES[place] for place in np.flatnonzero(visit.conflicts)] == [
        "thrombocytopenia",
        "leukopenia",
    ]


def test_an_unknown_measurement_leaves_the_tick():
    visit = sledai.score_visit(
        NOTHING | {"low_complement": 1},
        variant=sledai.SLEDAI_2K,
        labs={"c3_g_l": 1.0, "c3_lln_g_l": 0.9},
    )
    assert visit.score.total == 2
    assert not visit.conflicts.any()


def test_days_decide_before_the_tick():
    visit = sledai.score_visit(
        NOTHING | {"rash": 1, "pleurisy": 0},
        variant=sledai.SLEDAI_2K,
        days_since_active={"rash": 12, "pleurisy": 4},
    )
    assert visit.score.items[NAMES.index("rash")] == 0
    assert visit.score.items[NAMES.index("pleurisy")] == 1


def test_the_tick_can_decide_before_what_was_measured():
    judged = {
        "items": NOTHING | {"rash": 1, "pleurisy": np.nan, "fever": 0, "leukopenia": np.nan},
        "labs": {"temperature_c": 39, "fever_infection": 0, "wbc_10e9_l": 2, "wbc_drug_cause": 0},
        "days_since_active": {"rash": 12, "pleurisy": 4},
    }
    by_rule = {
        rule: sledai.score_visit(**judged, variant=sledai.SLEDAI_2K, decides_first=rule)
        for rule in ("record", "tick")
    }
    present = {rule: set(np.flatnonzero(one.score.items)) for rule, one in by_rule.items()}
    assert present["record"] == {NAMES.index(one) for one in ("pleurisy", "fever", "leukopenia")}
    assert present["tick"] == {NAMES.index(one) for one in ("rash", "pleurisy", "leukopenia")}
    for visit in by_rule.values():
        assert np.flatnonzero(visit.conflicts).tolist() == [NAMES.index("fever")]
    with pytest.raises(DataError, match="decides_first: 'ticks'; wanted record or tick"):
        sledai.score_visit(NOTHING, variant=sledai.SELENA, decides_first="ticks")


@pytest.mark.parametrize(
    ("variant", "points"),
    [
        (sledai.ORIGINAL, [2, 0, np.nan, 0]),
        (sledai.SLEDAI_2K, [2, 2, 2, 0]),
        (sledai.SELENA, [2, 2, 2, 0]),
    ],
)
def test_a_lasting_rash_counts_except_in_the_original(variant, points):
    visit = sledai.score_visit(
        NOTHING | {"rash": [1, 1, 1, 0]},
        variant=variant,
        new_or_recurrent={"rash": [1, 0, np.nan, np.nan], "alopecia": 0, "mucosal_ulcers": 0},
    )
    assert_array_equal(visit.score.total, points)


def test_whether_a_lasting_rash_counts_can_be_chosen():
    lasting = {"rash": 0, "alopecia": 0, "mucosal_ulcers": 0}
    for variant, rule, points in (
        (sledai.ORIGINAL, "any", 2),
        (sledai.SLEDAI_2K, "onset", 0),
        (sledai.SELENA, "variant", 2),
    ):
        visit = sledai.score_visit(
            NOTHING | {"rash": 1}, variant=variant, new_or_recurrent=lasting, skin_rule=rule
        )
        assert visit.score.total == points
    with pytest.raises(DataError, match="skin_rule: 'new'"):
        sledai.score_visit(NOTHING, variant=sledai.SELENA, skin_rule="new")


def test_the_rules_used_are_part_of_the_result():
    visit = sledai.score_visit({}, variant=sledai.SELENA, window_days=28, proteinuria_rule="level")
    assert dict(visit.score.parameters) == {
        "missing": "strict",
        "variant": "selena_sledai",
        "window_days": 28,
        "arthritis_min_joints": 3,
        "proteinuria_rule": "level",
        "no_previous_protein": "new_onset",
        "unrecorded_exclusion": "unknown",
        "complement_normal": "c3_c4_or_ch50",
        "skin_rule": "any",
        "decides_first": "record",
    }
    with pytest.raises(TypeError):
        visit.score.parameters["missing"] = "as_absent"


def test_an_item_that_is_not_given_is_unknown():
    score = sledai.score_visit({"rash": 1}, variant=sledai.SLEDAI_2K).score
    assert score.n_missing == 23
    assert (score.lower, score.upper) == (2, 105)


def test_names_that_do_not_exist_are_refused():
    with pytest.raises(DataError, match=r"'artritis'.*did you mean 'arthritis'"):
        sledai.score_visit({"artritis": 1}, variant=sledai.SLEDAI_2K)
    with pytest.raises(DataError, match=r"variant: 'sledai2k'; .*; did you mean 'sledai_2k'"):
        sledai.variant_named("sledai2k")
    assert sledai.variant_named("selena_sledai") is sledai.SELENA


def test_a_wide_table_gives_the_same_and_says_why():
    table = {name: [0.0, 0.0, np.nan] for name in NAMES} | {
        "rash": [1, 0, 1],
        "platelets_10e9_l": [250, 60, np.nan],
        "platelets_drug_cause": [0, 0, 0],
        "pleurisy_days_since": [np.nan, 12, np.nan],
    }
    answer = find_instrument("sledai_2k").score(table, parameters={"window_days": "30"})
    assert_array_equal(answer["total"], [2, 3, np.nan])
    assert_array_equal(answer["lower"], [2, 3, 2])
    assert answer["present"].tolist() == ["rash", "pleurisy; thrombocytopenia", "rash"]
    assert answer["missing"].tolist()[:2] == ["", ""]
    assert answer["conflicts"].tolist() == ["", "thrombocytopenia", ""]
    assert_array_equal(answer["n_missing"], [0, 0, 23])
    assert_array_equal(answer["points_skin"], [2, 0, np.nan])
    ten = find_instrument("sledai_2k").score(table)
    assert_array_equal(ten["total"], [2, 1, np.nan])
