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


def test_a_window_of_its_own_is_kept(tmp_path):
    change = ("W12: {label: Week 12, day: 84}",
              "W12: {label: Week 12, day: 84, window: {first: 77, last: 91}}")  # fmt: skip
    window = windows_of(small_protocol(tmp_path, change), "albumin")["W12"]
    assert (window.first, window.last) == (77, 91)


def test_records_reach_their_visits(tmp_path):
    protein = cohort(tmp_path).visit["protein"][0]
    assert_array_equal(
        protein,
        [[4.0, 0.4, NAN, 0.3], [3.0, NAN, NAN, 1.0], [2.0, NAN, NAN, NAN], [5.0, NAN, NAN, 0.4]],
    )


@pytest.mark.parametrize(
    ("days", "taken"), [((80, 86), 86), ((79, 86), 86), ((80, 90), 80), ((84, 84), 84)]
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


def test_standard_fields_of_subjects(tmp_path):
    found = cohort(tmp_path).subject
    assert_array_equal(found["arm"], [[1, 0, 1, 0]])
    assert_array_equal(found["treated"], [[1, 0, 0, 0]])
    assert_array_equal(found["completed"], [[1, 0, 0, 0]])
    assert_array_equal(found["death_day"], [[NAN, NAN, 61, NAN]])
    assert_array_equal(found["last_contact_day"], [[172, NAN, 61, NAN]])


def test_the_order_of_records_changes_nothing(tmp_path):
    protocol = small_protocol(tmp_path)
    folder = small_folder(tmp_path)
    before = cohort_of(protocol, read_folder(protocol, folder))
    head, *rows = TABLES["values"].splitlines()
    (folder / "values.csv").write_text("\n".join([head, *reversed(rows)]) + "\n")
    after = cohort_of(protocol, read_folder(protocol, folder))
    for name, array in before.visit.items():
        assert_array_equal(array, after.visit[name])
