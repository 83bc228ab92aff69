"""Cases of several patients: a list where the form asks for one value."""

from pathlib import Path

import pytest

from equipoise.errors import DataError
from equipoise.qualification.adapter import Given
from equipoise.qualification.compare import differences
from equipoise.qualification.functions import FUNCTIONS


def answer(function, **inputs):
    return FUNCTIONS[function](Given(inputs, Path()))


def agrees(actual, expected):
    found = differences(expected, actual, close=lambda _, one, other: abs(one - other) < 1e-9)
    assert not [str(one) for one in found]


def test_each_patient_is_answered():
    items = {"arthritis": [True, False, None], "rash": True}
    found = answer("sledai_total", items=items)
    agrees(
        found, {"total": [6, 2, None], "n_missing": [0, 0, 1], "bounds": [[6, 6], [2, 2], [2, 6]]}
    )
    alone = [answer("sledai_total", items=items | {"arthritis": one}) for one in items["arthritis"]]
    agrees(found["items"], {name: [one["items"][name] for one in alone] for name in found["items"]})


def test_patients_by_visits_are_lists_of_lists():
    found = answer("sledai_total", items={"fever": [[True, False], [False, None]]})
    agrees(found["total"], [[1, 0], [0, None]])


def test_what_one_patient_has_as_a_list_stays_one_patient():
    assert answer("time_in_state", days=[0, 30], states=[True, True])["longest_run_days"] == 30
    held = answer("time_in_state", days=[[0, 30], [0, 60]], states=[[True, True], [True, False]])
    agrees(held["longest_run_days"], [30, 0])
    dose = {"drug": "prednisone", "total_mg": 5}
    assert answer("pred_eq", doses=[dose, dose])["pred_eq_mg_day"] == 10
    agrees(answer("pred_eq", doses=[[dose], [dose, dose]])["pred_eq_mg_day"], [5, 10])


def test_words_and_dates_are_answered_too():
    found = answer("sledai_window", visit_date="2024-03-20", last_active_date=["2024-03-10", None])
    agrees(found["present"], [True, None])
    grades = answer("bilag_total", grades={"renal": ["A", "B", None]})
    agrees(grades["total"], [12, 8, None])


def test_patients_are_as_many_in_every_input():
    with pytest.raises(DataError, match="fever: 2 values; wanted 3, one for each patient"):
        answer("sledai_total", items={"fever": [True, False], "rash": [True, False, True]})
