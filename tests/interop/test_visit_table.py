"""Tables of visits are read wide or long, from CSV, Parquet or JSON; bad rows are set aside."""

import json

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.interop.reading import Reading
from equipoise.interop.visit_table import pieces, read_visit_table, require_target, write_table

SLEDAI = find_instrument("sledai_2k")
WIDE = "subject,visit,seizure,arthritis,rash\n01,W0,1,0,yes\n01,W4,0,,no\n02,W0,0,1,1\n"
LONG = (
    "subject,visit,item,score\n"
    "01,W0,seizure,1\n01,W0,arthritis,0\n01,W0,rash,yes\n"
    "01,W4,seizure,0\n01,W4,rash,no\n"
    "02,W0,seizure,0\n02,W0,arthritis,1\n02,W0,rash,1\n"
)
WANTED = {"seizure": [1, 0, 0], "arthritis": [0, np.nan, 1], "rash": [1, 0, 1]}


def file(folder, text, name="visits.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(path, **reading):
    return read_visit_table(path, SLEDAI, Reading(**reading))


def check(table):
    for name, wanted in WANTED.items():
        assert_array_equal(table.columns[name], wanted)
    assert table.carried["subject"].to_list() == ["01", "01", "02"]
    assert table.carried["visit"].to_list() == ["W0", "W4", "W0"]
    assert table.faults == ()


def test_a_wide_table_is_read(tmp_path):
    table = read(file(tmp_path, WIDE))
    check(table)
    assert table.rows_read == 3
    assert table.carried["row"].to_list() == ["2", "3", "4"]


def test_grades_are_read_as_letters(tmp_path):
    text = "subject,grade_renal,previous_grade_renal\n1,A,B\n2,4,\n3,F,A\n"
    table = read_visit_table(file(tmp_path, text), find_instrument("bilag_trial_flare"), Reading())
    assert_array_equal(table.columns["grade_renal"], [4, 4])
    assert_array_equal(table.columns["previous_grade_renal"], [3, np.nan])
    (fault,) = table.faults
    assert (
        str(fault)
        == "visits.csv, row 4, grade_renal: 'F'; wanted one of E, D, C, B, A, 0, 1, 2, 3, 4"
    )


def test_the_ending_of_a_name_may_be_in_capitals(tmp_path):
    check(read(file(tmp_path, WIDE, "VISITS.CSV")))
    rows = [dict(zip(*pair, strict=True)) for pair in _pairs(WIDE)]
    check(read(file(tmp_path, json.dumps(rows), "VISITS.JSON")))
    path = tmp_path / "VISITS.PARQUET"
    write_table(pl.DataFrame(rows), path)
    check(read(path))


def _pairs(text):
    names, *lines = (line.split(",") for line in text.splitlines())
    return [(names, cells) for cells in lines]


def test_a_long_table_is_made_wide(tmp_path):
    table = read(file(tmp_path, LONG), item="item", value="score")
    check(table)
    assert table.rows_read == 8
    assert table.carried["row"].to_list() == ["2", "5", "7"]


def test_json_is_read_with_its_types(tmp_path):
    records = [
        {"subject": "01", "visit": "W0", "seizure": 1, "arthritis": 0.0, "rash": True},
        {"subject": "01", "visit": "W4", "seizure": 0, "rash": False},
        {"subject": "02", "visit": "W0", "seizure": 0, "arthritis": "1", "rash": "yes"},
    ]
    table = read(file(tmp_path, json.dumps(records), "visits.json"))
    check(table)
    assert table.carried["row"].to_list() == ["1", "2", "3"]


def test_parquet_is_read_with_its_types(tmp_path):
    frame = pl.DataFrame(
        {
            "subject": pl.Series(["01", "01", "02"], dtype=pl.Categorical),
            "visit": ["W0", "W4", "W0"],
            "seizure": [1.0, 0.0, 0.0],
            "arthritis": [0, None, 1],
            "rash": [True, False, True],
        }
    )
    frame.write_parquet(tmp_path / "visits.parquet")
    check(read(tmp_path / "visits.parquet"))


def test_names_are_mapped_and_columns_kept(tmp_path):
    text = WIDE.replace("seizure", "SEIZ").replace("visit", "VISIT")
    table = read(file(tmp_path, text), columns={"seizure": "SEIZ"}, keep=("VISIT",))
    assert_array_equal(table.columns["seizure"], [1, 0, 0])
    assert table.carried["VISIT"].to_list() == ["W0", "W4", "W0"]


def test_a_bad_row_is_set_aside_with_its_faults(tmp_path):
    text = WIDE.replace("01,W4,0,,no", "01,W4,2,maybe,no")
    table = read(file(tmp_path, text))
    assert [str(fault) for fault in table.faults] == [
        "visits.csv, row 3, seizure: '2'; wanted one of 0, 1",
        "visits.csv, row 3, arthritis: 'maybe'; wanted one of 0, 1",
    ]
    assert table.carried["row"].to_list() == ["2", "4"]
    assert_array_equal(table.columns["arthritis"], [0, 1])
    assert table.rows_read == 3


def test_blank_lines_are_passed_over_and_counted(tmp_path):
    table = read(file(tmp_path, WIDE.replace("01,W4", "\n01,W4") + "\n\n"))
    assert table.carried["row"].to_list() == ["2", "4", "5"]


FAULTS = {
    "unknown column": (WIDE.replace("seizure", "seizur"), {}, r"^visits.csv, column 'seizur': not a column of sledai_2k; .*did you mean 'seizure'"),
    "mapped to nothing": (WIDE, {"columns": {"fever": "FEV"}}, r"^visits.csv: no column 'FEV'; wanted it, as 'fever' is mapped"),
    "semicolons": (WIDE.replace(",", ";"), {}, r"^visits.csv: fields separated by semicolons"),
    "header twice": (WIDE.replace("rash", "seizure"), {}, r"^visits.csv, row 1: column 'seizure' twice"),
    "empty": ("", {}, r"^visits.csv: nothing; wanted a table"),
    "no item": (LONG, {"item": "what", "value": "score"}, r"^visits.csv: no column 'what'; wanted it, for a long table"),
    "item without a name": (LONG + "03,W0,,1\n", {"item": "item", "value": "score"}, r"^visits.csv, rows \d+, item: nothing; wanted the name of an item"),
    "item twice": (LONG + "02,W0,rash,0\n", {"item": "item", "value": "score"}, r"^visits.csv, rows 9, 10: an item twice for one visit"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "reading", "wanted"), FAULTS.values(), ids=FAULTS.keys())
def test_a_table_that_cannot_be_read_is_a_fault(tmp_path, text, reading, wanted):
    with pytest.raises(DataError, match=wanted):
        read(file(tmp_path, text), **reading)


JSON_FAULTS = {
    "no JSON": ("[{", r"^visits.json: .*wanted JSON: a list of records"),
    "no list": ('{"subject": "01"}', r"^visits.json: no list of records"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), JSON_FAULTS.values(), ids=JSON_FAULTS.keys())
def test_json_that_is_no_table_is_a_fault(tmp_path, text, wanted):
    with pytest.raises(DataError, match=wanted):
        read(file(tmp_path, text, "visits.json"))


def test_a_file_that_is_not_there_is_a_fault(tmp_path):
    for name in ("none.csv", "none.json", "none.parquet"):
        with pytest.raises(DataError, match=f"^{name}: "):
            read(tmp_path / name)


@pytest.mark.parametrize("ending", ["csv", "json", "parquet"])
def test_a_table_is_written_and_read_again(tmp_path, ending):
    who = {"subject": ["01", "01", "02"], "visit": ["W0", "W4", "W0"]}
    frame = pl.DataFrame(who | {name: np.array(cells) for name, cells in WANTED.items()})
    write_table(frame.fill_nan(None), tmp_path / f"visits.{ending}")
    check(read(tmp_path / f"visits.{ending}"))


def test_pieces_cover_the_table_once():
    assert [(one.start, one.stop) for one in pieces(5, 2)] == [(0, 2), (2, 4), (4, 5)]
    assert [(one.start, one.stop) for one in pieces(0)] == [(0, 0)]


def test_a_row_of_another_length_is_set_aside_with_its_number(tmp_path):
    table = read(file(tmp_path, WIDE + "02,W4,1,1\n\n02,W8,1,1,0,0\n02,W12,0,0,2\n"))
    assert {name: cells.tolist() for name, cells in table.columns.items()} == {
        "seizure": [1, 0, 0],
        "arthritis": pytest.approx([0, np.nan, 1], nan_ok=True),
        "rash": [1, 0, 1],
    }
    assert [str(fault) for fault in table.faults] == [
        "visits.csv, row 5: 4 fields; wanted 5, as the header has",
        "visits.csv, row 7: 6 fields; wanted 5, as the header has",
        "visits.csv, row 8, rash: '2'; wanted one of 0, 1",
    ]
    assert table.rows_read == 6


def test_a_row_of_another_length_leaves_its_item_unknown_in_a_long_table(tmp_path):
    text = LONG.replace("01,W0,arthritis,0\n", "01,W0,arthritis\n")
    table = read(file(tmp_path, text), item="item", value="score")
    assert_array_equal(table.columns["arthritis"], [np.nan, np.nan, 1])
    assert_array_equal(table.columns["seizure"], WANTED["seizure"])
    assert [fault.where for fault in table.faults] == ["visits.csv, row 3"]


def test_a_record_that_is_no_row_is_set_aside_with_its_number(tmp_path):
    records = [{"subject": "01", "rash": [1]}, 7, {"subject": "02", "rash": 1}]
    table = read(file(tmp_path, json.dumps(records), "visits.json"))
    assert_array_equal(table.columns["rash"], [1])
    assert table.carried.to_dicts() == [{"subject": "02", "row": "3"}]
    assert [str(fault) for fault in table.faults] == [
        "visits.json, row 1, rash: [1]; wanted a plain value",
        "visits.json, row 2: 7; wanted names and values",
    ]
    assert table.rows_read == 3


def test_a_file_of_bad_rows_alone_has_no_row_to_score(tmp_path):
    table = read(file(tmp_path, "subject,rash\n01\n"))
    assert table.carried.height == 0
    assert len(table.faults) == table.rows_read == 1


def test_a_table_without_an_input_is_refused_and_every_row_is_named(tmp_path):
    with pytest.raises(DataError) as caught:
        read(file(tmp_path, '[1, {"rash": {}}]', "visits.json"))
    assert [str(fault) for fault in caught.value.faults] == [
        "visits.json, row 1: 1; wanted names and values",
        "visits.json, row 2, rash: {}; wanted a plain value",
        "visits.json: no column of sledai_2k; wanted one of its inputs at least",
    ]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("[{}]", "visits.json", "no column of sledai_2k"),
        ('[{"rash": 1, "rash": 0}]', "visits.json", "'rash' twice in one record"),
        ("item,score\nrash,1\n", "visits.csv", "no column beside 'item' and 'score'"),
        (LONG + "02,W0,visit,1\n", "visits.csv", "row 10, item: 'visit', which is a column"),
    ],
    ids=["an empty record", "a name twice", "nothing tells visits apart", "an item is a column"],
)
def test_a_table_that_means_nothing_is_one_fault(tmp_path, text, name, said):
    reading = {"item": "item", "value": "score"} if name == "visits.csv" else {}
    with pytest.raises(DataError, match=said) as caught:
        read(file(tmp_path, text, name), **reading)
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize("name", ["visits.csv", "visits.json", "visits.parquet"])
def test_a_folder_is_no_table(tmp_path, name):
    (tmp_path / name).mkdir()
    with pytest.raises(DataError, match=f"{name}: a folder; wanted a table"):
        read(tmp_path / name)


def test_an_input_that_is_kept_is_scored_and_carried(tmp_path):
    table = read(file(tmp_path, WIDE), keep=("rash",))
    assert_array_equal(table.columns["rash"], WANTED["rash"])
    assert table.carried["rash"].to_list() == ["yes", "no", "1"]


def test_a_column_to_keep_that_is_not_there_is_a_fault(tmp_path):
    with pytest.raises(DataError, match=r"no column 'sbject'.*did you mean 'subject'"):
        read(file(tmp_path, WIDE), keep=("sbject",))


def test_a_name_that_a_kept_column_will_take_is_refused_where_it_is_taken(tmp_path):
    text = "rash,total,total_given\n1,4,5\n"
    with pytest.raises(DataError, match="column 'total_given': the name that column 'total' takes"):
        read(file(tmp_path, text), keep=("total", "total_given"))


def test_a_long_cell_is_shown_by_its_beginning(tmp_path):
    table = read(file(tmp_path, "subject,rash\n01," + "9" * 5000 + "\n02,1\n"))
    (fault,) = table.faults
    assert len(fault.came) == 80
    assert_array_equal(table.columns["rash"], [1])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("scores.xlsx", "the ending '.xlsx'; wanted .csv or .json or .parquet"),
        ("scores", "a name without an ending"),
        ("visits.csv", "the table that is read; wanted another file"),
        ("folder/../visits.csv", "the table that is read"),
    ],
)
def test_what_scores_cannot_be_written_to_is_refused(tmp_path, name, said):
    (tmp_path / "folder").mkdir()
    with pytest.raises(DataError, match=said):
        require_target(tmp_path / name, source=tmp_path / "visits.csv")


def test_an_ending_is_known_in_capitals(tmp_path):
    target = tmp_path / "SCORES.JSON"
    require_target(target, source=tmp_path / "visits.csv")
    write_table(pl.DataFrame({"total": [4.0]}), target)
    assert json.loads(target.read_text("utf-8")) == [{"total": 4.0}]
