"""CTCAE v5 laboratory grades: every printed limit, baselines, what is unknown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.ctcae import ANALYTES, grade

nan = float("nan")

# Value, grade: at each printed limit and just beyond; limits of normal beside the name.
LOW = {
    ("haemoglobin_g_l", 120): [(120, 0), (119, 1), (100, 1), (99, 2), (80, 2), (79, 3), (50, 3)],
    ("wbc", 4.0): [(4, 0), (3.9, 1), (3, 1), (2.9, 2), (2, 2), (1.9, 3), (1, 3), (0.9, 4)],
    ("neutrophils", 1.8): [(1.8, 0), (1.5, 1), (1.4, 2), (1, 2), (0.9, 3), (0.5, 3), (0.49, 4)],
    ("lymphocytes", 1.0): [(1, 0), (0.8, 1), (0.7, 2), (0.5, 2), (0.4, 3), (0.2, 3), (0.19, 4)],
    ("platelets", 150): [(150, 0), (75, 1), (74, 2), (50, 2), (49, 3), (25, 3), (24, 4)],
    ("albumin_g_l", 35): [(35, 0), (34, 1), (30, 1), (29, 2), (20, 2), (19, 3)],
    ("glucose_low", 3.9): [(3.9, 0), (3, 1), (2.9, 2), (2.2, 2), (2.1, 3), (1.7, 3), (1.6, 4)],
}
HIGH = {
    ("potassium_high", 5.0): [(5, 0), (5.1, 1), (5.5, 1), (5.6, 2), (6, 2), (6.1, 3), (7.1, 4)],
    ("glucose_high", 5.6): [(5.6, 0), (5.7, 1), (8.9, 1), (9, 2), (13.9, 2), (14, 3), (28, 4)],
    ("proteinuria_g_24h", 0.15): [(0.14, 0), (0.15, 1), (0.99, 1), (1, 2), (3.49, 2), (3.5, 3)],
}
BY_NORMAL = {
    ("creatinine", 80): [(80, 0), (81, 1), (120, 1), (121, 2), (240, 2), (241, 3), (481, 4)],
    ("alt", 40): [(40, 0), (41, 1), (120, 1), (121, 2), (200, 2), (201, 3), (800, 3), (801, 4)],
    ("ast", 40): [(40, 0), (41, 1), (120, 1), (121, 2), (200, 2), (201, 3), (800, 3), (801, 4)],
    ("bilirubin", 20): [(20, 0), (21, 1), (30, 1), (31, 2), (60, 2), (61, 3), (200, 3), (201, 4)],
}


def grades(analyte, values, **known):
    return grade(analyte, value=values, **known).grade


@pytest.mark.parametrize(("analyte", "lln"), LOW)
def test_low_values(analyte, lln):
    values, expected = zip(*LOW[analyte, lln], strict=True)
    assert_array_equal(grades(analyte, values, lln=lln), expected)


@pytest.mark.parametrize(("analyte", "uln"), HIGH)
def test_high_values(analyte, uln):
    values, expected = zip(*HIGH[analyte, uln], strict=True)
    assert_array_equal(grades(analyte, values, uln=uln), expected)


@pytest.mark.parametrize(("analyte", "uln"), BY_NORMAL)
def test_multiples_of_the_upper_limit(analyte, uln):
    values, expected = zip(*BY_NORMAL[analyte, uln], strict=True)
    assert_array_equal(grades(analyte, values, uln=uln, baseline_rule="ignored"), expected)
    # a normal baseline that is high enough changes nothing
    assert_array_equal(grades(analyte, values, uln=uln, baseline=uln), expected)


class TestHypokalaemia:
    """The R package admiral takes grade 2 for every value from 3.0 to the lower limit."""

    @pytest.mark.parametrize(
        ("value", "symptoms", "expected"),
        [
            (3.5, nan, 0),
            (3.4, 0, 1),
            (3.4, 1, 2),
            (3.0, 0, 1),
            (3.0, 1, 2),
            (2.9, 0, 3),
            (2.9, nan, 3),
            (2.5, nan, 3),
            (2.4, nan, 4),
        ],
    )
    def test_symptoms_tell_one_from_two(self, value, symptoms, expected):
        answer = grade("potassium_low", value=value, lln=3.5, symptomatic=symptoms)
        assert answer.grade == expected
        assert not answer.symptoms_unknown

    @pytest.mark.parametrize(
        ("rule", "expected"), [("grade_1", 1), ("grade_2", 2), ("unknown", nan)]
    )
    def test_unknown_symptoms_are_flagged_and_follow_the_rule(self, rule, expected):
        answer = grade("potassium_low", value=3.2, lln=3.5, unknown_symptoms=rule)
        assert_array_equal(answer.grade, expected)
        assert answer.symptoms_unknown

    def test_both_directions(self):
        answer = grade("potassium", value=[2.9, 3.2, 4.0, 5.2, 6.5, nan], lln=3.5, uln=5.0)
        assert_array_equal(answer.grade, [3, 1, 0, 1, 3, nan])
        assert answer.direction.tolist() == ["low", "low", "none", "high", "high", None]
        assert_array_equal(answer.symptoms_unknown, [0, 1, 0, 0, 0, 0])


class TestBaseline:
    def test_creatinine_has_two_routes_and_the_worse_counts(self):
        base = {"uln": 1.2, "baseline": 1.0}
        values = [1.2, 1.5, 1.6, 1.8, 3.0, 3.1, 3.7, 7.3]
        assert_array_equal(grades("creatinine", values, **base), [0, 1, 2, 2, 2, 3, 3, 4])
        # within normal, yet more than three times baseline
        assert grades("creatinine", 1.1, uln=1.2, baseline=0.3) == 3

    @pytest.mark.parametrize("analyte", ["alt", "ast"])
    def test_an_abnormal_baseline_takes_the_place_of_the_limit(self, analyte):
        values = [100, 119, 120, 240, 241, 400, 401, 1600, 1601]
        answer = grades(analyte, values, uln=40, baseline=80)
        assert_array_equal(answer, [0, 0, 1, 1, 2, 2, 3, 3, 4])

    def test_bilirubin_from_an_abnormal_baseline(self):
        values = [40, 41, 60, 61, 120, 121, 400, 401]
        answer = grades("bilirubin", values, uln=20, baseline=40)
        assert_array_equal(answer, [0, 1, 1, 2, 2, 3, 3, 4])

    def test_a_baseline_at_the_limit_is_normal(self):
        assert grades("alt", 41, uln=40, baseline=40) == 1

    def test_an_unknown_baseline_can_only_lower_a_multiple(self):
        answer = grade("alt", value=[40, 60, 130], uln=40)
        assert_array_equal(answer.grade, [0, nan, nan])
        assert_array_equal(answer.lower, [0, 0, 0])
        assert_array_equal(answer.upper, [0, 1, 2])

    def test_an_unknown_baseline_can_raise_creatinine_to_three(self):
        answer = grade("creatinine", value=[1.0, 2.0, 4.0, 8.0], uln=1.2)
        assert_array_equal(answer.grade, [nan, nan, 3, 4])
        assert_array_equal(answer.upper, [3, 3, 3, 4])

    @pytest.mark.parametrize("analyte", ["alt", "bilirubin"])
    def test_an_unknown_limit_can_only_lower_a_multiple_of_baseline(self, analyte):
        answer = grade(analyte, value=[60, 61, 1000], baseline=60)
        assert_array_equal(answer.grade, [0, nan, nan])
        assert_array_equal(answer.upper, [0, 1, 3 if analyte == "alt" else 4])

    @pytest.mark.parametrize("analyte", ["alt", "bilirubin", "creatinine"])
    @pytest.mark.parametrize(("unknown", "known"), [("uln", "baseline"), ("baseline", "uln")])
    def test_the_bounds_are_the_grades_that_the_unknown_number_can_bring(
        self, analyte, unknown, known
    ):
        values = np.array([20, 40, 41, 60, 61, 100, 130, 201, 250, 401, 801])
        settings = np.concatenate([np.geomspace(0.5, 2000, 400), [39.9, 40, 40.1]])
        every = grades(analyte, values[:, None], **{unknown: settings, known: 40})
        answer = grade(analyte, value=values, **{known: 40})
        assert_array_equal(answer.lower, every.min(axis=-1))
        assert_array_equal(answer.upper, every.max(axis=-1))


class TestWithoutLimits:
    def test_fixed_limits_still_give_a_grade(self):
        values = [130, 99, 79]
        answer = grade("haemoglobin_g_l", value=values)
        assert_array_equal(answer.grade, [nan, 2, 3])
        assert_array_equal(answer.upper, [1, 2, 3])

    def test_multiples_give_none(self):
        assert np.isnan(grades("alt", 500, baseline=30))
        assert np.isnan(grades("bilirubin", 500, baseline_rule="ignored"))

    def test_an_unknown_value_has_no_grade(self):
        for name, analyte in ANALYTES.items():
            normal = max(analyte.lowest, 1)
            answer = grade(name, value=nan, lln=normal, uln=normal, baseline=normal)
            assert np.isnan(answer.grade)
            assert answer.lower == 0
            assert answer.upper >= 3


def test_a_haemoglobin_of_any_depth_is_three_by_number():
    assert grades("haemoglobin_g_l", 30, lln=120) == 3


def test_the_limits_of_proteinuria_are_parameters():
    values = [0.1, 0.15, 0.99, 1.0, 3.49, 3.5, 20]
    protein = {"value": values, "uln": 0.15}
    assert_array_equal(grades("proteinuria_g_24h", values, uln=0.15), [0, 1, 1, 2, 2, 3, 3])
    moved = {"proteinuria_grade_2": 0.5, "proteinuria_grade_3": 3.0}
    answer = grade("proteinuria_g_24h", **protein, **moved)
    assert_array_equal(answer.grade, [0, 1, 2, 2, 3, 3, 3])
    table = {"analyte": "proteinuria_g_24h", **protein}
    scored = find_instrument("ctcae_v5").score(table, parameters=moved)
    assert_array_equal(scored["grade"], answer.grade)
    with pytest.raises(DataError, match=r"proteinuria_grade_3: 0\.9; wanted one number from 1"):
        grade("proteinuria_g_24h", value=1, proteinuria_grade_3=0.9)


def test_the_dipstick():
    answer = grades("proteinuria_dipstick", [0, 1, 2, 3, 4, nan])
    assert_array_equal(answer, [0, 1, 2, 2, 3, nan])


def test_high_glucose_says_whose_numbers_it_has():
    assert grade("glucose_high", value=9, uln=5.6).version == "ctcae_v4"
    assert grade("glucose_low", value=9, lln=3.9).version == "ctcae_v5"


@given(st.sampled_from(sorted(ANALYTES)), st.floats(0, 1), st.floats(0, 1))
def test_further_out_is_never_a_lower_grade(name, one, other):
    analyte = ANALYTES[name]
    if analyte.kind == "both":
        return
    low, high = analyte.lowest, min(analyte.highest, 500)
    near, far = sorted(low + np.array([one, other]) * (high - low))
    normal = (low + high) / 3
    known = {"lln": normal, "uln": normal, "baseline": normal, "symptomatic": 0}
    first, second = grades(name, near, **known), grades(name, far, **known)
    falls = analyte.kind in {"low", "potassium_low"}
    assert first >= second if falls else first <= second


@given(
    st.sampled_from(["creatinine", "alt", "bilirubin"]),
    st.floats(0.1, 500),
    st.floats(10, 50),
    st.floats(5, 100),
    st.floats(0.01, 100),
)
def test_only_ratios_matter_where_any_unit_does(name, value, uln, baseline, scale):
    known = {"uln": uln, "baseline": baseline}
    scaled = {limit: number * scale for limit, number in known.items()}
    near = [abs(value / of - m) < 1e-6 for of in (uln, baseline) for m in (1, 1.5, 3, 5, 6, 10, 20)]
    if any(near) or abs(baseline - uln) < 1e-6:
        return
    assert_array_equal(grades(name, value, **known), grades(name, value * scale, **scaled))


@pytest.mark.parametrize(
    ("analyte", "value", "message"),
    [
        ("haemoglobin_g_l", 12.0, "value: 12; wanted 25 to 300"),  # g/dL
        ("albumin_g_l", 3.5, r"value: 3\.5; wanted 6 to 100"),  # g/dL
        ("platelets", 150_000, "value: 150000; wanted 0 to 2000"),  # per mm3
        ("neutrophils", 1500, "value: 1500"),
        ("glucose_high", 99, "value: 99"),  # mg/dL
        ("creatinine", -1, "value: -1"),
        ("proteinuria_g_24h", 450, "value: 450"),  # mg
    ],
)
def test_a_slip_of_unit_is_refused(analyte, value, message):
    with pytest.raises(DataError, match=message):
        grade(analyte, value=value, lln=nan, uln=nan)


def test_unknown_names_are_refused():
    with pytest.raises(DataError, match="did you mean 'haemoglobin_g_l'"):
        grade("hemoglobin_g_l", value=100)
    with pytest.raises(DataError, match="baseline_rule"):
        grade("alt", value=100, baseline_rule="strict")
    with pytest.raises(DataError, match="unknown_symptoms"):
        grade("alt", value=100, unknown_symptoms="grade_3")


def test_a_table_mixes_analytes():
    answer = find_instrument("ctcae_v5").score(
        {
            "analyte": ["platelets", "alt", "potassium", "platelets", "glucose_high", None],
            "value": [49, 130, 3.2, None, 9, 1],
            "lln": [150, None, 3.5, 150, None, 1],
            "uln": [None, 40, 5.0, None, 5.6, 1],
            "baseline": [None, 30, None, None, None, 1],
        }
    )
    assert_array_equal(answer["grade"], [3, 2, 1, nan, 2, nan])
    assert answer["direction"].tolist() == ["low", "high", "low", None, "high", None]
    assert_array_equal(answer["symptoms_unknown"], [0, 0, 1, 0, 0, nan])
    assert answer["version"].tolist()[3:] == ["ctcae_v5", "ctcae_v4", None]
