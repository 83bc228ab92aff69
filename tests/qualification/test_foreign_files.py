"""Case files of somebody else's: what is refused, what fails, and that the others still run."""

import json

import pytest

from equipoise.errors import DataError
from equipoise.qualification import Verdict, case_files, run_files
from equipoise.qualification.case import read_cases
from equipoise.qualification.compare import differences

PLATELETS = {"analyte": "platelets", "value": 60, "lln": 150}
GOOD = {"id": "good", "function": "ctcae_v5", "inputs": PLATELETS, "expected": {"grade": 2}}
STATISTIC = {"id": "good", "method": "no_method", "input": {}, "expect": {"p": 1}}


def written(folder, *cases, name="cases.json"):
    path = folder / name
    path.write_text(json.dumps({"cases": cases}))
    return path


def verdicts(path):
    return {outcome.id: outcome for outcome in run_files([path])}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "cases.json: Expecting value"),
        ('{"cases": [', "cases.json: Expecting value"),
        ("[]", "no list 'cases'"),
        ('{"cases": {}}', "no list 'cases'"),
        ('{"cases": [5]}', "case 1: 5; wanted an object"),
        ('{"cases": []}', "no case; wanted one case at least"),
        pytest.param("[" * 100_000, "wanted a JSON file of cases", id="depth"),
        pytest.param("[" + "9" * 5000 + "]", "wanted a JSON file of cases", id="digits"),
    ],
)
def test_what_is_no_case_file_is_refused(tmp_path, text, told):
    path = tmp_path / "cases.json"
    path.write_text(text)
    with pytest.raises(DataError, match=told):
        read_cases(path)


@pytest.mark.parametrize("base", [GOOD, STATISTIC], ids=["instrument", "statistic"])
def test_each_key_that_a_case_needs_is_asked_for(tmp_path, base):
    for key in base:
        left = {name: value for name, value in base.items() if name != key}
        with pytest.raises(DataError, match=r"case 1: no .*wanted id, function, inputs"):
            read_cases(written(tmp_path, left))


@pytest.mark.parametrize("tolerance", [-1, "big", True, [1], float("inf"), float("nan")])
def test_a_tolerance_is_a_number_from_0_up(tmp_path, tolerance):
    with pytest.raises(DataError, match=r"case 1, tolerance: .*; wanted a number from 0 up"):
        read_cases(written(tmp_path, GOOD | {"tolerance": tolerance}))


def test_a_byte_order_mark_is_no_part_of_a_case_file(tmp_path):
    path = written(tmp_path, GOOD)
    path.write_text(path.read_text("utf-8"), "utf-8-sig")
    assert verdicts(path)["good"].verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("subset", "false", "true or false"),
        ("subset", 1, "true or false"),
        ("id", None, "a name"),
        ("id", [1], "a name"),
        ("function", 3, "a name"),
    ],
)
def test_what_a_case_is_called_and_how_it_compares(tmp_path, key, value, wanted):
    with pytest.raises(DataError, match=f"case 1, {key}: .*; wanted {wanted}"):
        read_cases(written(tmp_path, GOOD | {key: value}))


def test_an_input_that_is_missing_is_named_beside_those_that_came(tmp_path):
    case = GOOD | {"function": "egfr", "inputs": {"age_years": 50}}
    outcome = verdicts(written(tmp_path, case))["good"]
    assert outcome.message == "inputs: age_years; wanted 'equation' too"


def test_an_input_that_is_not_read_is_told_beside_a_right_answer(tmp_path):
    found = verdicts(
        written(tmp_path, GOOD, GOOD | {"id": "slip", "inputs": PLATELETS | {"basline": 140}})
    )
    assert found["good"].message == ""
    assert found["slip"].verdict is Verdict.PASSED
    assert found["slip"].message == "inputs that were not read: basline"


def test_cases_of_one_id_are_told(tmp_path):
    path = written(tmp_path, GOOD, GOOD, GOOD | {"id": "other"})
    told = [outcome.message for outcome in run_files([path])]
    assert told == ["2 cases of this file have this id"] * 2 + [""]


def test_inputs_and_answers_are_objects(tmp_path):
    with pytest.raises(DataError, match=r"case 1, inputs: \[1\]; wanted an object"):
        read_cases(written(tmp_path, GOOD | {"inputs": [1]}))
    with pytest.raises(DataError, match="case 1, expect: 3; wanted an object or a list"):
        read_cases(written(tmp_path, STATISTIC | {"expect": 3}))
    assert len(read_cases(written(tmp_path, STATISTIC | {"expect": [{"p": 1}]}))) == 1


@pytest.mark.parametrize("expected", [{}, {"bounds": {}}])
def test_a_case_that_expects_nothing_does_not_pass(tmp_path, expected):
    outcome = verdicts(written(tmp_path, GOOD | {"expected": expected}))["good"]
    assert outcome.verdict is Verdict.FAILED
    assert outcome.message == "expects nothing, so it cannot fail"


def test_faults_of_all_files_are_told_before_any_case_is_run(tmp_path):
    paths = [
        written(tmp_path, GOOD, name="a.json"),
        written(tmp_path, GOOD | {"tolerance": -1}, name="b.json"),
        written(tmp_path, 7, name="c.json"),
    ]
    with pytest.raises(DataError) as caught:
        next(run_files(paths))
    assert [fault.where.split("/")[-1] for fault in caught.value.faults] == [
        "b.json: case 1, tolerance",
        "c.json: case 1",
    ]


@pytest.mark.parametrize(
    ("method", "inputs"),
    [
        ("two_arm_survival", {"times": [1], "rmst_tau": 2}),
        ("k_sample", {}),
        ("ancova", {"formula": 5}),
        ("cox_cluster_robust", {"cluster": "litter"}),
    ],
)
def test_a_table_of_another_form_stops_no_other_case(tmp_path, method, inputs):
    (tmp_path / "json").mkdir()
    (tmp_path / "table.csv").write_text("a,b\n1,2\n3,4\n")
    foreign = STATISTIC | {"id": "foreign", "method": method}
    foreign["input"] = inputs | {"data": "table.csv"}
    found = verdicts(written(tmp_path / "json", foreign, GOOD))
    assert found["foreign"].verdict is Verdict.FAILED
    assert found["foreign"].message
    assert found["good"].verdict is Verdict.PASSED


def test_what_goes_wrong_in_one_case_leaves_the_others_alone(tmp_path):
    path = written(
        tmp_path,
        GOOD,
        GOOD | {"id": "wrong", "expected": {"grade": 3}},
        GOOD | {"id": "text", "expected": {"grade": "2"}},
        GOOD | {"id": "strange key", "expected": {"grade": 2, "colour": "red"}},
        GOOD | {"id": "null", "expected": {"grade": None}},
        GOOD | {"id": "bad input", "inputs": {"analyte": "plateletz", "value": "abc"}},
        GOOD | {"id": "unknown", "function": "no_such_function"},
        STATISTIC | {"id": "unknown method"},
    )
    found = verdicts(path)
    assert found["good"].verdict is Verdict.PASSED
    assert found["good"].compared == 1
    for name in ("wrong", "text", "strange key", "null", "bad input"):
        assert found[name].verdict is Verdict.FAILED, name
    assert str(found["wrong"].differences[0]) == "grade: expected 3, got 2.0"
    assert str(found["strange key"].differences[0]) == "colour: expected 'red', got 'no such key'"
    for name in ("unknown", "unknown method"):
        assert found[name].verdict is Verdict.UNKNOWN, name


def test_a_folder_gives_its_case_files_and_nothing_else(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "table.json").write_text('{"rows": []}')
    with pytest.raises(DataError, match="no case file below it"):
        case_files([tmp_path])
    path = written(tmp_path, GOOD)
    assert case_files([tmp_path]) == [path]
    with pytest.raises(DataError, match="no such file or folder"):
        case_files([tmp_path / "nowhere"])


REFUSED = {
    "id": "refused",
    "method": "p_adjust",
    "input": {"p": [0.2, 1.5]},
    "expect": {"error": "p > 1", "r_warnings": ["NaNs produced"]},
}


def test_where_the_reference_refused_a_refusal_is_right(tmp_path):
    asked = [REFUSED, REFUSED | {"id": "answered", "input": {"p": [0.2, 0.3]}}]
    found = verdicts(written(tmp_path, *asked))
    assert found["refused"].verdict is Verdict.PASSED
    assert found["refused"].compared == 1
    assert "p_value" in found["refused"].message
    assert found["answered"].verdict is Verdict.FAILED
    assert "p > 1" in str(found["answered"].differences[0])


def test_a_refusal_is_no_case_that_was_not_understood(tmp_path):
    nameless = REFUSED | {"input": {"probability": [0.1, 0.2]}}
    found = verdicts(written(tmp_path, nameless))["refused"]
    assert found.verdict is Verdict.FAILED
    assert "wanted 'p' too" in found.message


def test_where_the_reference_refused_no_number_is_right():
    refused = {"OR": {"error": "no estimate"}, "RR": {"p": 1.0}}
    none = {"OR": {"p": float("nan"), "ci": [float("nan")] * 2, "why": "too few"}, "RR": {"p": 1.0}}
    assert not list(differences(refused, none, close=lambda *_: True))
    one = none | {"OR": {"p": float("nan"), "ci": [0.5, float("nan")]}}
    assert [str(one) for one in differences(refused, one, close=lambda *_: True)] == [
        "OR: expected {'error': 'no estimate'}, got 0.5"
    ]


def test_what_r_remarked_is_no_part_of_the_answer(tmp_path):
    path = written(tmp_path, STATISTIC | {"expect": {"p": 1, "r_warnings": ["NaNs produced"]}})
    assert [case.expected for case in read_cases(path)] == [{"p": 1}]
