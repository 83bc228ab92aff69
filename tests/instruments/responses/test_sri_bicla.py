"""SRI and BICLA: every limb, both readings of the limits, twins, what is unknown."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.bilag2004 import SYSTEMS, grades_from_letters
from equipoise.instruments.responses import bicla, sri
from support import plain_responses

nan = float("nan")
CALM = ["E"] * 9


def letters(*changed):
    return [*changed, *CALM[len(changed) :]]


def inputs(before=("A", "B"), now=("B", "C"), **change):
    base = {
        "sledai": 6,
        "sledai_baseline": 10,
        "bilag": grades_from_letters(letters(*now)),
        "bilag_baseline": grades_from_letters(letters(*before)),
        "pga": 1.0,
        "pga_baseline": 1.5,
        "treatment_failure": 0,
    }
    return base | change


def failed(answer):
    return [name for name, holds in answer.limbs.items() if holds == 0]


class TestSri:
    @pytest.mark.parametrize(
        ("change", "limb"),
        [
            ({"sledai": 7}, "sledai"),
            ({"now": ("A", "A")}, "bilag"),
            ({"before": ("C", "D"), "now": ("B", "B")}, "bilag"),
            ({"pga": 1.8}, "pga"),
            ({"treatment_failure": 1}, "no_treatment_failure"),
        ],
    )
    def test_each_limb(self, change, limb):
        assert sri(**inputs()).responder == 1
        answer = sri(**inputs(**change))
        assert answer.responder == 0
        assert failed(answer) == [limb]

    @pytest.mark.parametrize(
        ("before", "now", "both", "either"),
        [
            (("C", "E"), ("C", "B"), 1, 1),
            (("C", "E"), ("A", "E"), 0, 1),  # a new A and no new B
            (("C", "D"), ("B", "B"), 0, 1),  # no new A and two new B
            (("C", "D", "E"), ("A", "B", "B"), 0, 0),
            (("C", "D"), ("A", None), 0, 1),
            (("C", "D", "E"), ("A", "B", None), 0, nan),
            (("C", None), ("B", "C"), 1, 1),
        ],
    )
    def test_no_new_a_and_few_new_b_or_one_of_the_two(self, before, now, both, either):
        """One abstract prints "or" between the two conditions."""
        visit = inputs(before=before, now=now)
        assert_array_equal(sri(**visit).limbs["bilag"], both)
        assert_array_equal(sri(**visit, bilag_rule="or").limbs["bilag"], either)
        assert sri(**visit, bilag_rule="or").parameters["bilag_rule"] == "or"

    def test_another_way_to_join_them_is_refused(self):
        with pytest.raises(DataError, match="bilag_rule: 'any'; wanted and or or"):
            sri(**inputs(), bilag_rule="any")

    def test_one_new_b_is_allowed_and_a_to_b_is_none(self):
        assert sri(**inputs(before=("A", "A", "C"), now=("B", "B", "B"))).responder == 1
        assert sri(**inputs(before=("A", "D", "C"), now=("B", "B", "B"))).responder == 0

    @pytest.mark.parametrize("x", [4, 5, 6, 7, 8])
    def test_each_number_of_points(self, x):
        answer = sri(**inputs(sledai=[12 - x, 13 - x, 0], sledai_baseline=[12, 12, x - 1]), x=x)
        assert_array_equal(answer.responder, [1, 0, nan])
        assert_array_equal(answer.evaluable, [1, 1, 0])

    @pytest.mark.parametrize("x", [3, 9, 4.5, "4", None])
    def test_other_numbers_are_refused(self, x):
        with pytest.raises(DataError, match=r"x: .*wanted 4, 5, 6, 7 or 8"):
            sri(**inputs(), x=x)

    def test_a_rise_of_exactly_030_is_a_worsening(self):
        answer = sri(**inputs(pga=[1.79, 1.8, 1.81]))
        assert_array_equal(answer.limbs["pga"], [1, 0, 0])

    def test_unknown_parts(self):
        unknown = inputs(now=("B", None))
        assert np.isnan(sri(**unknown).responder)
        assert sri(**unknown).missing["bilag"]
        assert sri(**unknown | {"sledai": 8}).responder == 0
        assert np.isnan(sri(**inputs(sledai_baseline=nan)).responder)

    def test_an_unknown_system_is_no_matter_where_it_cannot_be_new(self):
        assert sri(**inputs(before=("A", "B", "A"), now=("B", "C", None))).responder == 1

    def test_everybody_may_have_an_answer(self):
        low = inputs(sledai=3, sledai_baseline=3)
        assert np.isnan(sri(**low).responder)
        answer = sri(**low, evaluable_rule="everybody")
        assert answer.responder == 0
        assert failed(answer) == ["sledai"]
        with pytest.raises(DataError, match="evaluable_rule"):
            sri(**low, evaluable_rule="all")

    def test_more_points_are_never_easier(self):
        rng = np.random.default_rng(3)
        visits = inputs(sledai=rng.integers(0, 14, 300), sledai_baseline=rng.integers(8, 14, 300))
        counts = [np.sum(sri(**visits, x=x).responder) for x in (4, 5, 6, 7, 8)]
        assert counts == sorted(counts, reverse=True)
        assert counts[0] > counts[-1]


class TestBicla:
    @pytest.mark.parametrize(
        ("change", "limb"),
        [
            ({"now": ("B", "B")}, "improved"),
            ({"before": ("A", "D", "D"), "now": ("C", "B", "B")}, "no_worsening"),
            ({"sledai": 11}, "sledai"),
            ({"pga": 1.81}, "pga"),
            ({"treatment_failure": 1}, "no_treatment_failure"),
        ],
    )
    def test_each_limb(self, change, limb):
        assert bicla(**inputs()).responder == 1
        answer = bicla(**inputs(**change))
        assert answer.responder == 0
        assert failed(answer) == [limb]

    def test_a_that_stays_a_has_not_improved_and_b_to_a_is_new(self):
        assert failed(bicla(**inputs(now=("A", "C")))) == ["improved"]
        assert failed(bicla(**inputs(now=("B", "A")))) == ["improved", "no_worsening"]

    @pytest.mark.parametrize(("rule", "expected"), [("le_10pct", 1), ("lt_0_30", 0)])
    def test_the_limit_of_the_global_assessment(self, rule, expected):
        assert bicla(**inputs(pga=1.8), pga_rule=rule).responder == expected
        assert bicla(**inputs(pga=1.79), pga_rule=rule).responder == 1

    def test_the_sledai_may_stay(self):
        assert bicla(**inputs(sledai=10)).responder == 1

    def test_without_a_or_b_at_baseline_nobody_is_evaluable(self):
        answer = bicla(**inputs(before=("C", "D"), now=("C", "D")))
        assert np.isnan(answer.responder)
        assert answer.evaluable == 0
        everybody = bicla(**inputs(before=("C", "D"), now=("C", "D")), evaluable_rule="everybody")
        assert everybody.responder == 1
        unknown = bicla(**inputs(before=(None, "D"), now=("C", "D")))
        assert np.isnan(unknown.evaluable)

    def test_one_unknown_system_does_not_hide_one_that_did_not_improve(self):
        answer = bicla(**inputs(before=("B", "B", "C"), now=("B", None, None)))
        assert answer.limbs["improved"] == 0
        assert answer.responder == 0

    def test_an_unknown_rule_is_refused(self):
        with pytest.raises(DataError, match="did you mean 'lt_0_30'"):
            bicla(**inputs(), pga_rule="lt_030")


GRADES = st.lists(st.sampled_from("ABCDE"), min_size=9, max_size=9)
TENTHS = st.integers(0, 30).map(lambda tenth: tenth / 10)


@settings(max_examples=150)
@given(
    st.integers(0, 14),
    st.integers(0, 14),
    GRADES,
    st.lists(st.sampled_from("ABCDE"), min_size=2, max_size=2),
    TENTHS,
    TENTHS,
    st.booleans(),
)
def test_both_against_their_plain_twins(sledai, baseline, before, changed, pga, pga0, failure):
    now = [*changed, *("C" if grade in "AB" else grade for grade in before[2:])]
    visit = {
        "sledai": sledai,
        "sledai_baseline": baseline,
        "before": before,
        "now": now,
        "pga": pga,
        "pga_baseline": pga0,
        "failure": failure,
    }
    arrays = {
        "sledai": sledai,
        "sledai_baseline": baseline,
        "bilag": grades_from_letters(now),
        "bilag_baseline": grades_from_letters(before),
        "pga": pga,
        "pga_baseline": pga0,
        "treatment_failure": failure,
    }

    def plain(value):
        return nan if value is None else float(value)

    for x in (4, 6):
        assert_array_equal(sri(**arrays, x=x).responder, plain(plain_responses.sri(visit, x)))
    for rule in ("le_10pct", "lt_0_30"):
        expected = plain_responses.bicla(visit, strict_pga=rule == "lt_0_30")
        assert_array_equal(bicla(**arrays, pga_rule=rule).responder, plain(expected))


def test_shapes_and_codes_are_checked_together():
    with pytest.raises(DataError) as caught:
        sri(**inputs(pga=4, sledai=200, treatment_failure=2))
    assert {fault.where for fault in caught.value.faults} == {"pga", "sledai", "treatment_failure"}
    with pytest.raises(DataError, match="constitutional: 5"):
        sri(**inputs() | {"bilag": np.full(9, 5.0)})
    with pytest.raises(DataError, match="last axis of 9 items"):
        sri(**inputs() | {"bilag": np.zeros(8)})
    with pytest.raises(DataError, match="broadcast"):
        sri(**inputs(pga=[1, 1], sledai=[6, 6, 6]))


def test_a_table_takes_the_grades_as_bilag2004_writes_them():
    table = {
        "sledai": [6.0],
        "sledai_baseline": 10,
        "pga": 1,
        "pga_baseline": 1.5,
        "treatment_failure": 0,
        **{f"grade_{system}": 0 for system in SYSTEMS},
        **{f"baseline_grade_{system}": 0 for system in SYSTEMS},
    }
    table |= {"baseline_grade_renal": 4, "grade_renal": 4}
    answer = find_instrument("sri").score(table)
    assert answer["responder"].tolist() == [1]
    assert find_instrument("bicla").score(table)["failed_limbs"].tolist() == ["improved"]
    missing = find_instrument("sri").score({**table, "grade_renal": None})
    assert missing["missing_inputs"].tolist() == ["bilag"]
    graded = find_instrument("bilag2004")
    written = {column.name for column in graded.outputs}
    assert {f"grade_{system}" for system in SYSTEMS} <= written
