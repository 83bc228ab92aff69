import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.data import cohort_of, read_folder, windows_of
from support.small import TABLES, small_folder, small_protocol

NAN = np.nan


def cohort(tmp_path, **changes):
    protocol = small_protocol(tmp_path)
    return cohort_of(protocol, read_folder(protocol, small_folder(tmp_path, **changes)))


def test_days_belong_to_the_nearest_visit_and_baseline_ends_at_randomisation(tmp_path):
    windows = windows_of(small_protocol(tmp_path), "albumin")
    assert [(one.first, one.last) for one in windows.values()] == [
        (None, 0), (1, 56), (57, 126), (127, None)
    ]  # fmt: skip


def test_only_visits_at_which_a_variable_is_assessed_have_windows(tmp_path):
    windows = windows_of(small_protocol(tmp_path), "index")
    assert [(name, one.first, one.last) for name, one in windows.items()] == [
        ("W0", None, 0), ("W24", 1, None)
    ]  # fmt: skip


WINDOWS = {
    "own": ({"W12": (77, 91)}, [(None, 0), (1, 76), (77, 91), (92, None)]),
    "two with a gap between": ({"W4": (21, 35), "W12": (77, 91)}, [(None, 0), (21, 35), (77, 91), (92, None)]),
    "baseline only": ({"W0": (-14, 3)}, [(-14, 3), (4, 56), (57, 126), (127, None)]),
    "after baseline": ({"W4": (21, 35)}, [(None, 0), (21, 35), (36, 126), (127, None)]),
    "open at one end": ({"W12": (None, 91)}, [(None, 0), (1, 56), (57, 91), (92, None)]),
    "last": ({"W24": (161, 175)}, [(None, 0), (1, 56), (57, 160), (161, 175)]),
}  # fmt: skip


@pytest.mark.parametrize(("own", "wanted"), WINDOWS.values(), ids=WINDOWS.keys())
def test_neighbours_fill_up_to_the_edges_of_a_window_of_its_own(tmp_path, own, wanted):
    days = {
        "W0": ("Baseline", 0),
        "W4": ("Week 4", 28),
        "W12": ("Week 12", 84),
        "W24": ("Week 24", 168),
    }
    changes = []
    for name, (first, last) in own.items():
        label, day = days[name]
        ends = [f"{k}: {v}" for k, v in (("first", first), ("last", last)) if v is not None]
        plain = f"{name}: {{label: {label}, day: {day}"
        changes.append((plain + "}", f"{plain}, window: {{{', '.join(ends)}}}}}"))
    windows = windows_of(small_protocol(tmp_path, *changes), "albumin")
    assert [(one.first, one.last) for one in windows.values()] == wanted


def test_baseline_ends_on_its_own_day_if_that_is_after_randomisation(tmp_path):
    protocol = small_protocol(
        tmp_path, ("W0: {label: Baseline, day: 0}", "W0: {label: Baseline, day: 1}")
    )
    windows = windows_of(protocol, "albumin")
    assert (windows["W0"].last, windows["W4"].first) == (1, 2)


def test_baseline_ends_at_randomisation_if_its_day_is_before(tmp_path):
    protocol = small_protocol(
        tmp_path, ("W0: {label: Baseline, day: 0}", "W0: {label: Baseline, day: -7}")
    )
    windows = windows_of(protocol, "albumin")
    assert (windows["W0"].last, windows["W4"].first) == (0, 1)


def test_a_first_visit_after_baseline_takes_no_earlier_day(tmp_path):
    protocol = small_protocol(
        tmp_path,
        ("visits: [W0, W24], variables: [index]", "visits: [W12, W24], variables: [index]"),
    )
    assert windows_of(protocol, "index")["W12"].first == 1


def test_names_of_variables_do_not_meet_our_own(tmp_path):
    protocol = small_protocol(
        tmp_path,
        (
            "  biopsy_class:",
            "  completed_day: {label: Own}\n  first: {label: Own too}\n  biopsy_class:",
        ),
    )
    folder = small_folder(tmp_path)
    head, *rows = TABLES["subjects"].splitlines()
    text = [f"{head},completed_day,first", *(f"{row},{place},7" for place, row in enumerate(rows))]
    (folder / "subjects.csv").write_text("\n".join(text))
    found = cohort_of(protocol, read_folder(protocol, folder)).subject
    assert_array_equal(found["completed_day"], [[0, 1, 2, 3]])
    assert_array_equal(found["first"], [[7, 7, 7, 7]])
    assert_array_equal(found["last_contact_day"], [[172, 168, 61, 169]])


CONTACTS = {
    "visit": ({"visits": ("01,W0,2012-03-01,held", "01,W0,2012-03-01,held\n02,W24,200,held")}, 200),
    "missed visit": ({"visits": ("01,W0,2012-03-01,held", "01,W0,2012-03-01,held\n02,W12,200,missed")}, 168),
    "value": ({"values": ("02,W24,2012-08-20", "02,W24,190")}, 190),
    "no value": ({"values": ("04,W0,2012-04-09", "02,,190,protein,,,lost\n04,W0,2012-04-09")}, 168),
    "dose": ({"doses": ("01,Cells,2012-03-01", "02,Cells,181,,\n01,Cells,2012-03-01")}, 181),
    "event": ({"events": ("01,PNEUMONIA", "02,FALL,,195,199,,,no,,\n01,PNEUMONIA")}, 195),
    "withdrawal": ({"disposition": ("03,death", "02,withdrawn,210,\n03,death")}, 210),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "day"), CONTACTS.values(), ids=CONTACTS.keys())
def test_the_last_contact_is_the_last_day_with_anything_known(tmp_path, changes, day):
    assert cohort(tmp_path, **changes).subject["last_contact_day"][0, 1] == day


def test_records_reach_their_visits(tmp_path):
    protein = cohort(tmp_path).visit["protein"][0]
    assert_array_equal(
        protein,
        [[4.0, 0.4, NAN, 0.3], [3.0, NAN, NAN, 1.0], [2.0, NAN, NAN, NAN], [5.0, NAN, NAN, 0.4]],
    )


@pytest.mark.parametrize(
    ("days", "taken"), [((80, 86), 86), ((79, 86), 86), ((80, 90), 80), ((82, 86), 86)]
)
def test_the_nearest_record_wins_and_the_later_on_a_tie(tmp_path, days, taken):
    rows = "".join(f"02,,{day},protein,{day / 10},,\n" for day in days)
    changes = {"values": ("02,W0,2012-03-05,protein", rows + "02,W0,2012-03-05,protein")}
    assert cohort(tmp_path, **changes).visit["protein"][0, 1, 2] == taken / 10


def test_days_and_dates_are_the_same(tmp_path):
    text = TABLES["values"].replace("01,,2012-03-30,protein", "01,,29,protein")
    protocol = small_protocol(tmp_path)
    folder = small_folder(tmp_path)
    before = cohort_of(protocol, read_folder(protocol, folder))
    (folder / "values.csv").write_text(text)
    after = cohort_of(protocol, read_folder(protocol, folder))
    assert_array_equal(before.visit["protein"], after.visit["protein"])
    assert after.visit["day"][0, 0, 1] == 29


def test_a_missed_visit_was_held_on_no_day(tmp_path):
    rows = "01,W0,2012-03-01,held\n02,W4,30,missed\n02,W12,86,held"
    day = cohort(tmp_path, visits=("01,W0,2012-03-01,held", rows)).visit["day"]
    assert_array_equal(day[0, 1], [0, NAN, 86, 168])


def test_standard_care_is_no_treatment_under_study(tmp_path):
    protocol = small_protocol(
        tmp_path,
        (
            "role: no_treatment}",
            "role: no_treatment, interventions: [{agent: Prednisone, background: true}]}",
        ),
    )
    folder = small_folder(
        tmp_path,
        doses=("01,Cells,2012-03-01,2e8,cells", "02,Prednisone,-5,,\n01,Cells,3,2e8,cells"),
    )
    found = cohort_of(protocol, read_folder(protocol, folder)).subject
    assert_array_equal(found["treated"], [[1, 0, 0, 0]])
    assert_array_equal(found["first_dose_day"], [[3, NAN, NAN, NAN]])
    assert found["last_contact_day"][0, 1] == 168


def test_standard_fields_of_subjects(tmp_path):
    found = cohort(tmp_path).subject
    assert_array_equal(found["arm"], [[1, 0, 1, 0]])
    assert_array_equal(found["treated"], [[1, 0, 0, 0]])
    assert_array_equal(found["completed"], [[1, 0, 0, 0]])
    assert_array_equal(found["death_day"], [[NAN, NAN, 61, NAN]])
    assert_array_equal(found["last_contact_day"], [[172, 168, 61, 169]])


def test_the_order_of_records_changes_nothing(tmp_path):
    protocol = small_protocol(tmp_path)
    folder = small_folder(tmp_path)
    before = cohort_of(protocol, read_folder(protocol, folder))
    head, *rows = TABLES["values"].splitlines()
    (folder / "values.csv").write_text("\n".join([head, *reversed(rows)]) + "\n")
    after = cohort_of(protocol, read_folder(protocol, folder))
    for name, array in before.visit.items():
        assert_array_equal(array, after.visit[name])
