"""Grades of BILAG-2004: a plain twin, the printed boundaries, properties, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import bilag2004, find_instrument
from equipoise.instruments.bilag2004 import FORM, ITEMS, SYSTEMS, HaematologicalRules, RenalRules
from support.invented_visits import as_mapping, prior, visits
from support.plain_instruments import BILAG_LISTS, BILAG_POINTS, bilag, bilag_bounds

SEEDS = st.integers(0, 2**32 - 1)
NAMES = FORM.names
CODED = [place for place, item in enumerate(ITEMS) if item.codes and item.name != "dipstick"]
FIELDS = ("grade", "lower", "upper", "incomplete", "total", "total_lower", "total_upper", "points")
NORMAL = {item.name: 0.0 for item in ITEMS} | {
    "systolic_mmhg": 120,
    "diastolic_mmhg": 75,
    "upcr_mg_mmol": 5,
    "creatinine_umol_l": 60,
    "gfr_ml_min_173": 100,
    "hb_g_dl": 13,
    "wcc_10e9_l": 7,
    "neutrophils_10e9_l": 4,
    "lymphocytes_10e9_l": 2,
    "platelets_10e9_l": 250,
}


def visit(**changes):
    return FORM.array(NORMAL | changes)


def grade_of(system, recorded, **rules):
    """Letter of one system of one visit; its involvement before is known to be none."""
    answer = bilag2004.grade(recorded, **({"prior": np.zeros(9)} | rules))
    letters = bilag2004.letters(answer.grade)[..., SYSTEMS.index(system)]
    return letters.tolist()


@settings(max_examples=8)
@given(SEEDS, st.sampled_from([0.0, 0.3, 0.7]), st.sampled_from([0.6, 0.95]))
def test_grades_are_those_of_the_plain_twin(seed, unknown, quiet):
    rng = np.random.default_rng(seed)
    now, before = (visits(rng, (60,), unknown=unknown, quiet=quiet) for _ in range(2))
    before[:10] = np.nan
    involved = prior(rng, (60,))
    answer = bilag2004.grade(now, previous=before, prior=involved, missing="as_absent")
    letters = bilag2004.letters(answer.grade)
    for row in range(60):
        expected = bilag(
            as_mapping(now[row]),
            as_mapping(before[row]),
            dict(zip(SYSTEMS, involved[row] == 1, strict=True)),
        )
        assert dict(zip(SYSTEMS, letters[row], strict=True)) == expected
        assert answer.total[row] == sum(BILAG_POINTS[one] for one in expected.values())


@given(SEEDS, st.sampled_from([0.0, 0.1, 0.5, 0.9]), st.sampled_from([0.6, 0.95]))
def test_bounds_are_those_of_the_plain_twin(seed, unknown, quiet):
    rng = np.random.default_rng(seed)
    now, before = (visits(rng, (60,), unknown=unknown, quiet=quiet) for _ in range(2))
    before[:10] = np.nan
    involved = prior(rng, (60,), unknown=unknown)
    answer = bilag2004.grade(now, previous=before, prior=involved)
    lower, upper = bilag2004.letters(answer.lower), bilag2004.letters(answer.upper)
    for row in range(60):
        expected = bilag_bounds(
            as_mapping(now[row]),
            as_mapping(before[row]),
            {
                system: None if np.isnan(flag) else flag == 1
                for system, flag in zip(SYSTEMS, involved[row], strict=True)
            },
        )
        assert dict(zip(SYSTEMS, lower[row], strict=True)) == expected["lower"]
        assert dict(zip(SYSTEMS, upper[row], strict=True)) == expected["upper"]
        for name in ("total_lower", "total_upper", "n_missing"):
            assert getattr(answer, name)[row] == expected[name]


def test_the_form_has_97_items_in_nine_systems():
    assert len(ITEMS) == 97
    assert [item.number for item in ITEMS] == list(range(1, 98))
    sizes = [int(FORM.of_system(system).sum()) for system in SYSTEMS]
    assert sizes == [4, 14, 20, 5, 12, 9, 13, 12, 8]
    assert FORM.systems == SYSTEMS
    for system, lists in BILAG_LISTS.items():
        mine = bilag2004.ORDINAL_SYSTEMS[system]
        numbers = [{NAMES.index(name) + 1 for name in one} for one in lists]
        assert numbers == [set(mine.a), set(mine.b), set(mine.c)]
        assert sum(map(len, numbers)) == FORM.of_system(system).sum()


def test_everything_at_its_worst_is_108():
    worst = visit(
        **{ITEMS[place].name: max(ITEMS[place].codes) for place in CODED},
        **{"hb_g_dl": 5.0, "upcr_mg_mmol": 500},
    )
    answer = bilag2004.grade(worst)
    assert answer.total == 108
    assert answer.tally.tolist() == [0, 0, 0, 0, 9]
    assert bilag2004.grade(visit(), prior=np.zeros(9)).total == 0


@pytest.mark.parametrize("system", BILAG_LISTS)
def test_each_item_grades_by_its_list_alone(system):
    on_a, on_b, on_c = BILAG_LISTS[system]
    for names, letters in ((on_a, "EBAAA"), (on_b, "ECBBB"), (on_c, "ECCCC")):
        for name in names:
            recorded = np.stack([visit(**{name: code}) for code in range(5)])
            assert "".join(grade_of(system, recorded)) == letters, name
            others = [one for one in SYSTEMS if one != system]
            answer = bilag2004.letters(bilag2004.grade(recorded, prior=np.zeros(9)).grade)
            assert all((answer[:, SYSTEMS.index(one)] == "E").all() for one in others)


@pytest.mark.parametrize(
    ("pyrexia", "others", "letter"),
    [
        (2, (2, 3, 0), "A"),
        (4, (4, 4, 4), "A"),
        (2, (4, 1, 1), "B"),
        (3, (0, 0, 0), "B"),
        (1, (2, 2, 0), "B"),
        (0, (4, 4, 0), "B"),
        (1, (0, 0, 0), "C"),
        (0, (4, 0, 0), "C"),
        (0, (1, 1, 1), "C"),
        (0, (0, 0, 0), "E"),
    ],
)
def test_constitutional(pyrexia, others, letter):
    names = ("weight_loss", "lymphadenopathy_splenomegaly", "anorexia")
    recorded = visit(pyrexia=pyrexia, **dict(zip(names, others, strict=True)))
    assert grade_of("constitutional", recorded) == letter


R1 = {"upcr_mg_mmol": 101}
R2 = {"accelerated_hypertension": 1}
R3 = {"gfr_ml_min_173": 49}
R4 = {"active_sediment": 1}
R5 = {"active_nephritis_histology": 1}
R6 = {"nephrotic_syndrome": 1}


@pytest.mark.parametrize("decisive", [R1, R4, R5])
@pytest.mark.parametrize("other", [R1, R2, R3, R4, R5, R6])
def test_renal_a_needs_two_features_one_of_them_decisive(decisive, other):
    letter = "B" if other == decisive else "A"
    assert grade_of("renal", visit(**(decisive | other))) == letter


@pytest.mark.parametrize("features", [R2, R3, R6, R2 | R3, R2 | R6, R3 | R6, R2 | R3 | R6])
def test_renal_without_proteinuria_sediment_or_histology_is_b(features):
    assert grade_of("renal", visit(**features)) == "B"


@pytest.mark.parametrize(
    ("now", "before", "letter"),
    [
        # moderate from 50, severe above 100; alone both are B, so sediment tells them apart
        ({"upcr_mg_mmol": 25}, {}, "E"),
        ({"upcr_mg_mmol": 26}, {}, "C"),
        ({"upcr_mg_mmol": 50}, {}, "B"),
        ({"upcr_mg_mmol": 100} | R4, {}, "B"),
        ({"upcr_mg_mmol": 101} | R4, {}, "A"),
        ({"acr_mg_mmol": 100} | R4, {}, "B"),  # the legacy scorer takes 100 for severe
        ({"acr_mg_mmol": 101} | R4, {}, "A"),
        ({"urine_protein_24h_g": 0.25}, {}, "E"),
        ({"urine_protein_24h_g": 0.26}, {}, "C"),
        ({"urine_protein_24h_g": 0.5}, {}, "B"),
        ({"urine_protein_24h_g": 1.01} | R4, {}, "A"),
        # a fall of 25 % is an improvement, exactly that too
        ({"urine_protein_24h_g": 3.0} | R4, {"urine_protein_24h_g": 4.0}, "B"),
        ({"urine_protein_24h_g": 3.01} | R4, {"urine_protein_24h_g": 4.0}, "A"),
        ({"urine_protein_24h_g": 4.0}, {"urine_protein_24h_g": 8.0}, "C"),
        ({"upcr_mg_mmol": 75}, {"upcr_mg_mmol": 100}, "C"),
        ({"upcr_mg_mmol": 76}, {"upcr_mg_mmol": 100}, "B"),
        ({"acr_mg_mmol": 24}, {"acr_mg_mmol": 100}, "E"),
        # of another measure there is no earlier value: not improved
        ({"upcr_mg_mmol": 150} | R4, {"urine_protein_24h_g": 8.0}, "A"),
        # function
        ({"creatinine_umol_l": 169}, {"creatinine_umol_l": 130}, "B"),
        ({"creatinine_umol_l": 169} | R4, {"creatinine_umol_l": 130}, "B"),
        ({"creatinine_umol_l": 169.1} | R4, {"creatinine_umol_l": 130}, "A"),
        ({"creatinine_umol_l": 149.5}, {"creatinine_umol_l": 130}, "B"),
        ({"creatinine_umol_l": 149}, {"creatinine_umol_l": 130}, "E"),
        ({"creatinine_umol_l": 130}, {"creatinine_umol_l": 60}, "E"),
        ({"gfr_ml_min_173": 53.6}, {"gfr_ml_min_173": 80}, "E"),  # exactly 67 %
        ({"gfr_ml_min_173": 53.5}, {"gfr_ml_min_173": 80}, "B"),
        ({"gfr_ml_min_173": 49}, {"gfr_ml_min_173": 50}, "E"),
        ({"gfr_ml_min_173": 49}, {"gfr_ml_min_173": 51}, "B"),
        ({"gfr_ml_min_173": 50}, {}, "E"),
        # blood pressure: both levels and both rises
        (
            {"systolic_mmhg": 150, "diastolic_mmhg": 95},
            {"systolic_mmhg": 120, "diastolic_mmhg": 80},
            "C",
        ),
        (
            {"systolic_mmhg": 140, "diastolic_mmhg": 95},
            {"systolic_mmhg": 110, "diastolic_mmhg": 80},
            "E",
        ),
        (
            {"systolic_mmhg": 150, "diastolic_mmhg": 90},
            {"systolic_mmhg": 120, "diastolic_mmhg": 70},
            "E",
        ),
        (
            {"systolic_mmhg": 149, "diastolic_mmhg": 95},
            {"systolic_mmhg": 120, "diastolic_mmhg": 80},
            "E",
        ),
        (
            {"systolic_mmhg": 150, "diastolic_mmhg": 95},
            {"systolic_mmhg": 120, "diastolic_mmhg": 81},
            "E",
        ),
        ({"systolic_mmhg": 190, "diastolic_mmhg": 120}, {}, "E"),
    ],
)
def test_renal_boundaries(now, before, letter):
    now = {"upcr_mg_mmol": np.nan, "acr_mg_mmol": np.nan, "urine_protein_24h_g": np.nan} | now
    if np.isnan([now["upcr_mg_mmol"], now["acr_mg_mmol"], now["urine_protein_24h_g"]]).all():
        now["upcr_mg_mmol"] = 5
    assert grade_of("renal", visit(**now), previous=FORM.array(before)) == letter


@pytest.mark.parametrize(
    ("now", "before", "letter"),
    [
        (0, 0, "E"),
        (1, 0, "C"),  # a rise, but not to 2+
        (2, 1, "B"),
        (2, 0, "B"),
        (3, 1, "B"),
        (3, 3, "C"),
        (3, np.nan, "C"),  # nothing before, nothing risen
    ],
)
def test_the_dipstick_counts_only_without_a_measured_protein(now, before, letter):
    unmeasured = {"upcr_mg_mmol": np.nan, "acr_mg_mmol": np.nan, "urine_protein_24h_g": np.nan}
    last = FORM.array({"dipstick": before})
    assert grade_of("renal", visit(dipstick=now, **unmeasured), previous=last) == letter
    for measured in ({"upcr_mg_mmol": 20}, {"acr_mg_mmol": 20}, {"urine_protein_24h_g": 0.1}):
        recorded = visit(dipstick=now, **(unmeasured | measured))
        assert grade_of("renal", recorded, previous=last) == "E"


def test_a_rise_of_the_dipstick_by_two_is_severe():
    recorded = visit(
        dipstick=[2, 1],
        active_sediment=1,
        **dict.fromkeys(("upcr_mg_mmol", "acr_mg_mmol", "urine_protein_24h_g"), np.nan),
    )
    last = FORM.array({"dipstick": 0})
    assert grade_of("renal", recorded, previous=last) == ["A", "B"]


def test_readings_of_the_first_assessment():
    """Written: nothing to compare with. Legacy: high creatinine or low GFR is deterioration."""
    legacy = RenalRules(first_visit="legacy")
    for change in ({"creatinine_umol_l": 140}, {"gfr_ml_min_173": 79}):
        recorded = visit(**change)
        assert grade_of("renal", recorded) == "E"
        assert grade_of("renal", recorded, renal_rules=legacy) == "B"
        # A visit before that left the measure blank is not the first.
        before = FORM.array({"systolic_mmhg": 120})
        assert grade_of("renal", recorded, previous=before, renal_rules=legacy) == "E"
    assert grade_of("renal", visit(gfr_ml_min_173=49)) == "B"


@pytest.mark.parametrize(
    ("changes", "letter"),
    [
        ({"ttp": 2}, "A"),
        ({"ttp": 1}, "B"),
        ({"active_haemolysis": 1, "hb_g_dl": 7.9}, "A"),
        ({"active_haemolysis": 1, "hb_g_dl": 8.0}, "B"),
        ({"active_haemolysis": 1, "hb_g_dl": 9.95}, "B"),  # below the next band
        ({"active_haemolysis": 1, "hb_g_dl": 10.0}, "C"),
        ({"hb_g_dl": 7.9}, "B"),
        ({"hb_g_dl": 8.0}, "C"),
        ({"hb_g_dl": 10.99}, "C"),
        ({"hb_g_dl": 11.0}, "E"),
        ({"platelets_10e9_l": 24.9}, "A"),
        ({"platelets_10e9_l": 25}, "B"),
        ({"platelets_10e9_l": 50}, "C"),
        ({"platelets_10e9_l": 150}, "E"),
        ({"wcc_10e9_l": 0.99}, "B"),
        ({"wcc_10e9_l": 1.0}, "C"),
        ({"wcc_10e9_l": 4.0}, "E"),
        ({"neutrophils_10e9_l": 0.49}, "B"),
        ({"neutrophils_10e9_l": 0.5}, "C"),
        ({"neutrophils_10e9_l": 2.0}, "E"),
        ({"lymphocytes_10e9_l": 0.1}, "C"),
        ({"lymphocytes_10e9_l": 1.0}, "E"),
        ({"coombs_isolated": 1}, "C"),
    ],
)
def test_haematological_boundaries(changes, letter):
    assert grade_of("haematological", visit(**changes)) == letter


def test_thresholds_are_parameters():
    rules = HaematologicalRules(platelets_c=100)
    assert (
        grade_of("haematological", visit(platelets_10e9_l=120), haematological_rules=rules) == "E"
    )
    rules = RenalRules(improvement=0.5)
    last = FORM.array({"upcr_mg_mmol": 100})
    assert grade_of("renal", visit(upcr_mg_mmol=60), previous=last, renal_rules=rules) == "B"
    strict = RenalRules(improved_at_limit=False)
    recorded = visit(upcr_mg_mmol=[75, 74.9])
    assert grade_of("renal", recorded, previous=last) == ["C", "C"]
    assert grade_of("renal", recorded, previous=last, renal_rules=strict) == ["B", "C"]
    albumin = RenalRules(acr_severe=70, acr_moderate=30, acr_mild=3)
    recorded = visit(acr_mg_mmol=[4, 30, 71], active_sediment=[0, 0, 1])
    assert grade_of("renal", recorded, renal_rules=albumin) == ["C", "B", "A"]
    assert grade_of("renal", recorded) == ["E", "C", "B"]
    cautious = HaematologicalRules(ttp_a=3)
    assert grade_of("haematological", visit(ttp=[1, 2, 3]), haematological_rules=cautious) == list(
        "BBA"
    )
    never = HaematologicalRules(ttp_b=5, haemolysis_is_c=False, coombs_is_c=False)
    signs = visit(ttp=[1, 2, 0, 0], active_haemolysis=[0, 0, 1, 0], coombs_isolated=[0, 0, 0, 1])
    assert grade_of("haematological", signs) == list("BACC")
    assert grade_of("haematological", signs, haematological_rules=never) == list("EAEE")
    answer = bilag2004.grade(visit(), renal_rules=rules)
    assert answer.parameters["improvement"] == 0.5
    assert answer.parameters["platelets_c"] == 150


def test_a_value_not_due_to_lupus_meets_no_criterion():
    recorded = visit(hb_g_dl=7.0, platelets_10e9_l=20, upcr_mg_mmol=300)
    mine = FORM.array({"hb_g_dl": 0, "platelets_10e9_l": 0, "upcr_mg_mmol": 0})
    for system in ("renal", "haematological"):
        assert grade_of(system, recorded, attributed=mine) == "E"
        assert grade_of(system, recorded) in "AB"
    unknown = {"attributed": FORM.array({}), "unrecorded_attribution": "unknown"}
    answer = bilag2004.grade(recorded, prior=np.zeros(9), **unknown)
    place = SYSTEMS.index("haematological")
    assert np.isnan(answer.grade[place])
    assert (answer.lower[place], answer.upper[place]) == (0, 4)


def test_d_and_e_differ_by_involvement_and_not_in_points():
    answer = bilag2004.grade(visit(), prior=[1, 0, np.nan] + [0] * 6)
    assert bilag2004.letters(answer.grade)[:3].tolist() == ["D", "E", None]
    assert answer.total == 0
    assert answer.points[2] == 0
    assert answer.tally.tolist() == [7, 1, 0, 0, 0]


def test_an_item_not_done_bounds_its_system_alone():
    answer = bilag2004.grade(visit(arthritis_severe=np.nan, arthritis_mild=2), prior=np.zeros(9))
    place = SYSTEMS.index("musculoskeletal")
    assert np.isnan(answer.grade[place])
    assert (answer.lower[place], answer.upper[place]) == (2, 4)
    assert answer.incomplete.nonzero()[0].tolist() == [place]
    assert np.isnan(answer.total)
    assert (answer.total_lower, answer.total_upper, answer.n_missing) == (1, 12, 1)
    # What is not done cannot matter where the grade is A already.
    assert bilag2004.grade(visit(arthritis_severe=np.nan, myositis_severe=4)).total == 12
    lenient = bilag2004.grade(visit(arthritis_severe=np.nan, arthritis_mild=2), missing="as_absent")
    assert (lenient.total, lenient.total_upper) == (1, 12)
    assert lenient.incomplete[place]


def test_one_measure_of_protein_and_of_function_is_enough_or_not():
    sparse = visit(urine_protein_24h_g=np.nan, acr_mg_mmol=np.nan, gfr_ml_min_173=np.nan)
    assert grade_of("renal", sparse) == "E"
    every = RenalRules(assessed_by="every_measure")
    assert grade_of("renal", sparse, renal_rules=every) is None
    nothing = visit(
        upcr_mg_mmol=np.nan, acr_mg_mmol=np.nan, urine_protein_24h_g=np.nan, dipstick=np.nan
    )
    answer = bilag2004.grade(nothing, prior=np.zeros(9))
    place = SYSTEMS.index("renal")
    assert (answer.lower[place], answer.upper[place]) == (0, 3)
    assert np.isnan(answer.renal_features[0])
    unmeasured = visit(creatinine_umol_l=np.nan, gfr_ml_min_173=np.nan)
    answer = bilag2004.grade(unmeasured, previous=visit(), prior=np.zeros(9))
    assert (answer.lower[place], answer.upper[place]) == (0, 3)
    assert np.isnan(answer.renal_features[2])


@settings(max_examples=15)
@given(SEEDS)
def test_bounds_hold_whatever_was_not_done(seed):
    rng = np.random.default_rng(seed)
    true, before, involved = visits(rng, (40,)), visits(rng, (40,)), prior(rng, (40,))
    holes = np.where(rng.random(true.shape) < 0.1, np.nan, true)
    # A dipstick speaks only where no protein was measured: what was measured stays known.
    protein = [NAMES.index(name) for name in ("urine_protein_24h_g", "upcr_mg_mmol", "acr_mg_mmol")]
    holes[:, protein[0]] = true[:, protein[0]]
    doubt = np.where(rng.random(involved.shape) < 0.2, np.nan, involved)
    every = RenalRules(assessed_by="every_measure")
    whole = bilag2004.grade(true, previous=before, prior=involved, renal_rules=every)
    open_ = bilag2004.grade(holes, previous=before, prior=doubt, renal_rules=every)
    assert np.all((open_.lower <= whole.grade) & (whole.grade <= open_.upper))
    assert np.all((open_.total_lower <= whole.total) & (whole.total <= open_.total_upper))
    assert np.all(np.isnan(open_.grade) | (open_.grade == whole.grade))
    assert_array_equal(open_.incomplete, open_.lower != open_.upper)
    assert_array_equal(open_.n_missing, np.isnan(holes).sum(axis=-1))


@settings(max_examples=15)
@given(SEEDS, st.sampled_from(CODED))
def test_an_active_item_more_never_lowers_a_grade(seed, place):
    rng = np.random.default_rng(seed)
    recorded, before = visits(rng, (30,), unknown=0.05), visits(rng, (30,))
    recorded[:, place] = 0
    more = recorded.copy()
    more[:, place] = max(ITEMS[place].codes)
    without, with_ = (
        bilag2004.grade(one, previous=before, prior=np.zeros(9)) for one in (recorded, more)
    )
    assert np.all(with_.lower >= without.lower)
    assert np.all(with_.upper >= without.upper)
    assert np.all(with_.total_lower >= without.total_lower)


@settings(max_examples=10)
@given(SEEDS)
def test_a_batch_is_its_visits_one_by_one_in_any_order(seed):
    rng = np.random.default_rng(seed)
    now, before = visits(rng, (2, 6), unknown=0.1), visits(rng, (2, 6), unknown=0.1)
    involved = prior(rng, (2, 6), unknown=0.1)
    batch = bilag2004.grade(now, previous=before, prior=involved)
    for place in np.ndindex(2, 6):
        one = bilag2004.grade(now[place], previous=before[place], prior=involved[place])
        for field in FIELDS:
            assert_array_equal(getattr(one, field), getattr(batch, field)[place], field)
    order = rng.permutation(6)
    mixed = bilag2004.grade(now[:, order], previous=before[:, order], prior=involved[:, order])
    assert_array_equal(mixed.grade, batch.grade[:, order])
    assert_array_equal(mixed.renal_features, batch.renal_features[:, order])


def test_a_batch_longer_than_a_block_and_shapes_that_broadcast():
    rng = np.random.default_rng(3)
    now = visits(rng, (11_000,), unknown=0.01)
    last = visits(rng, ())
    whole = bilag2004.grade(now, previous=last, prior=np.ones(9))
    parts = [
        bilag2004.grade(part, previous=last, prior=np.ones((len(part), 9)))
        for part in np.array_split(now, 4)
    ]
    assert_array_equal(whole.grade, np.concatenate([part.grade for part in parts]))
    grid = bilag2004.grade(now[:6].reshape(3, 2, 97), previous=now[:2], prior=np.ones((3, 1, 9)))
    assert grid.grade.shape == (3, 2, 9)
    assert bilag2004.grade(np.zeros((0, 97)) + np.nan).grade.shape == (0, 9)


MOVED = "arrhythmia=B; cotton_wool_spots=A; shrinking_lung=none; lupus_headache=C"


def test_an_item_can_stand_on_another_list_of_its_system():
    lists = {"arrhythmia": "EBAAA", "cotton_wool_spots": "ECCCC"}
    lists |= {"shrinking_lung": "EBAAA", "lupus_headache": "ECBBB"}
    moved = {"arrhythmia": "ECBBB", "cotton_wool_spots": "EBAAA"}
    moved |= {"shrinking_lung": "EEEEE", "lupus_headache": "ECCCC"}
    for name in lists:
        recorded = np.stack([visit(**{name: code}) for code in range(5)])
        system = ITEMS[NAMES.index(name)].system
        assert "".join(grade_of(system, recorded)) == lists[name]
        assert "".join(grade_of(system, recorded, moved_items=MOVED)) == moved[name]
    untouched = np.stack([visit(aortitis=code) for code in range(5)])
    assert "".join(grade_of("cardiorespiratory", untouched, moved_items=MOVED)) == "EBAAA"
    # An item on no list leaves no doubt when it was not done, and carries nothing.
    answer = bilag2004.grade(visit(shrinking_lung=np.nan), prior=np.zeros(9), moved_items=MOVED)
    assert not answer.incomplete.any()
    answer = bilag2004.grade(visit(arrhythmia=4, aortitis=2), moved_items=MOVED)
    place = SYSTEMS.index("cardiorespiratory")
    assert (answer.grade[place], answer.supported[place]) == (4, 0)


def test_moves_are_written_in_one_spelling_and_to_where_items_stand_they_change_nothing():
    answer = bilag2004.grade(visit(), moved_items=" shrinking_lung=none;arrhythmia = B ")
    assert answer.parameters["moved_items"] == "arrhythmia=B; shrinking_lung=none"
    assert bilag2004.grade(visit()).parameters["moved_items"] == "none"
    recorded = visits(np.random.default_rng(3), (200,), unknown=0.05)
    same = bilag2004.grade(recorded, moved_items="arrhythmia=A; hepatitis=B; episcleritis=C")
    assert_array_equal(same.grade, bilag2004.grade(recorded).grade)
    table = {"arrhythmia": 2, "prior_cardiorespiratory": 0}
    scored = find_instrument("bilag2004").score(
        table, parameters={"moved_items": "arrhythmia=B", "missing": "as_absent"}
    )
    assert scored["letter_cardiorespiratory"] == "B"


def test_moves_of_what_is_on_no_list_are_refused_together():
    with pytest.raises(DataError) as caught:
        find_instrument("bilag2004").score(
            {}, parameters={"moved_items": "arythmia=B; aortitis=D; ttp=A", "hb_c": "high"}
        )
    message = str(caught.value)
    assert "'arythmia'; wanted a listed item; did you mean 'arrhythmia'?" in message
    assert "'aortitis=D'; wanted aortitis=A, B, C or none" in message
    assert "'ttp'; wanted a listed item" in message
    assert "hb_c" in message


@pytest.mark.parametrize("limit", [-1, np.nan, np.inf])
def test_limits_that_cannot_be_meant_are_refused(limit):
    with pytest.raises(DataError, match=r"acr_mild: .*; wanted one number, 0 or more"):
        bilag2004.grade(visit(), renal_rules=RenalRules(acr_mild=limit))
    with pytest.raises(DataError, match=r"hb_c: .*; wanted one number, 0 or more"):
        bilag2004.grade(visit(), haematological_rules=HaematologicalRules(hb_c=limit))
    for name in ("ttp_a", "ttp_b"):  # at 0 everybody would have it
        with pytest.raises(DataError, match=rf"{name}: 0; wanted one number, 1 or more"):
            bilag2004.grade(visit(), haematological_rules=HaematologicalRules(**{name: 0}))
        with pytest.raises(DataError, match=rf"{name}: '0'; wanted a number from 1 up"):
            find_instrument("bilag2004").score({}, parameters={name: "0"})


def test_faults_of_all_inputs_are_told_together():
    recorded = np.stack([visit(), visit()])
    recorded[1, [NAMES.index("pyrexia"), NAMES.index("hb_g_dl")]] = 5, 79  # g/L
    recorded[0, NAMES.index("creatinine_umol_l")] = 1.2  # mg/dL
    with pytest.raises(DataError) as caught:
        bilag2004.grade(recorded, previous=visit(ttp=-1), prior=np.full(9, 2), attributed=[0] * 96)
    message = str(caught.value)
    assert "pyrexia: 5; wanted 0, 1, 2, 3, 4 or NaN" in message
    assert "hb_g_dl: 79; wanted 0 to 25 or NaN" in message
    assert "creatinine_umol_l: 1.2; wanted 10 to 5000 or NaN" in message
    assert "ttp: -1" in message
    assert "renal: 2; wanted 0, 1 or NaN" in message
    assert "attributed: shape (96,); wanted last axis of 97 items" in message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"missing": "nri"}, "missing: 'nri'"),
        ({"unrecorded_attribution": "yes"}, "unrecorded_attribution: 'yes'"),
        ({"constitutional_carried_by": "one"}, "constitutional_carried_by: 'one'"),
        ({"moved_items": "aortitis"}, "moved_items: 'aortitis'"),
        ({"renal_rules": RenalRules(first_visit="old")}, "first_visit: 'old'"),
        ({"renal_rules": RenalRules(assessed_by="one")}, "assessed_by: 'one'"),
        ({"renal_rules": RenalRules(improvement=25)}, "improvement: 25; wanted a share"),
        ({"previous": np.full((3, 97), np.nan)}, r"recorded \(2,\).*previous \(3,\)"),
    ],
)
def test_choices_and_shapes_are_refused(arguments, message):
    with pytest.raises(DataError, match=message):
        bilag2004.grade(np.stack([visit(), visit()]), **arguments)
