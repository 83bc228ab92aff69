import re

import polars as pl
import pytest
from numpy.testing import assert_array_equal

from equipoise.data import cohort_of, read_folder, write_template
from equipoise.errors import DataError
from support.small import TABLES, small_folder, small_protocol

FAULTS = {
    "unknown arm": ({"subjects": ("01,K,cells", "01,K,cell")}, r"subjects.csv, row 2, arm: 'cell'; wanted one of control, cells; did you mean 'cells'"),
    "subject twice": ({"subjects": ("02,K", "01,K")}, r"subjects.csv, row 3, subject: '01' again, first in row 2"),
    "unknown code": ({"subjects": ("III,30", "VI,30")}, r"row 2, biopsy_class: 'VI'; wanted one of III, IV"),
    "out of range": ({"subjects": ("IV,40", "IV,70")}, r"row 3, age: 70; wanted at least 16.0 and at most 65.0 years"),
    "no number": ({"subjects": ("IV,40", "IV,forty")}, r"row 3, age: 'forty'; wanted a number"),
    "no date": ({"subjects": ("2012-03-05", "5.3.2012")}, r"row 3, randomised: '5.3.2012'; wanted a date as"),
    "unknown column": ({"subjects": ("site,arm", "site,armm")}, r"subjects.csv, row 1: unknown column 'armm'.*did you mean 'arm'"),
    "missing column": ({"values": ("date,variable,", "date,variabel,")}, r"values.csv: no column 'variable'"),
    "unknown subject": ({"visits": ("01,W0", "09,W0")}, r"visits.csv, row 2, subject: unknown subject '09'"),
    "unknown visit": ({"visits": ("01,W0", "01,W1")}, r"visits.csv, row 2, visit: visit 'W1' is not scheduled"),
    "unknown variable": ({"values": ("albumin,25", "albumen,25")}, r"values.csv, row 10, variable: unknown variable 'albumen'.*'albumin'"),
    "unknown unit": ({"values": ("protein,4.0,g/24 h", "protein,4.0,mg/dL")}, r"row 2, unit: 'mg/dL'; wanted g/24 h for protein"),
    "value out of range": ({"values": ("protein,4.0", "protein,40")}, r"row 2, value: 40; wanted at least 0.0 and at most 30.0 g/24 h"),
    "before randomisation": ({"values": ("02,W24,2012-08-20", "02,W24,2011-08-20")}, r"values.csv, row 6, date: W24 on day -198, before randomisation"),
    "dose before": ({"doses": ("2012-03-01", "2012-02-28")}, r"doses.csv, row 2, date: a dose on day -2"),
    "end before start": ({"events": ("2012-04-20", "2012-03-20")}, r"events.csv, row 2, end: day 19 before the start on day 31"),
    "not yes or no": ({"events": ("SEVERE,yes", "SEVERE,maybe")}, r"row 2, serious: 'maybe'; wanted yes or no"),
    "unknown end": ({"disposition": ("03,death", "03,dead")}, r"disposition.csv, row 3, what: 'dead'.*did you mean 'death'"),
    "a date, days used": ({"subjects": ("control,2012-03-05", "control,0")}, r"values.csv, row 5, date: a date, but '02' has no date of randomisation; wanted a whole day from randomisation"),
    "date with a tail": ({"values": ("03,W0,2012-04-01", "03,W0,2012-04-01xyz")}, r"values.csv, row 7, date: '2012-04-01xyz'; wanted a date"),
    "date of a week": ({"values": ("03,W0,2012-04-01", "03,W0,2012-W14-1")}, r"row 7, date: '2012-W14-1'; wanted a date"),
    "date long ago": ({"values": ("03,W0,2012-04-01", "03,W0,1812-04-01")}, r"row 7, date: '1812-04-01'; wanted a date"),
    "no time of day": ({"values": ("03,W0,2012-04-01", "03,W0,2012-04-01T25:00")}, r"row 7, date: '2012-04-01T25:00'; wanted a date"),
    "day too far": ({"values": ("03,W0,2012-04-01", "03,W0,36526")}, r"row 7, date: '36526'; wanted at most 36525 days"),
    "date too far": ({"values": ("03,W0,2012-04-01", "03,W0,2212-04-01")}, r"row 7, date: '2212-04-01'; wanted at most 36525 days"),
    "day of six digits": ({"values": ("03,W0,2012-04-01", "03,W0,000012")}, r"row 7, date: '000012'; wanted a date"),
    "Arabic digits": ({"values": ("03,W0,2012-04-01", "03,W0,\u0661\u0662")}, r"row 7, date: .*; wanted a date"),
    "underscore": ({"values": ("protein,4.0", "protein,1_0")}, r"row 2, value: '1_0'; wanted a number"),
    "infinite": ({"values": ("protein,4.0", "protein,inf")}, r"row 2, value: 'inf'; wanted a number"),
    "too large": ({"values": ("protein,4.0", "protein,1e999")}, r"row 2, value: '1e999'; wanted a number"),
    "nan": ({"values": ("protein,4.0", "protein,nan")}, r"row 2, value: 'nan'; wanted a number"),
    "Arabic number": ({"values": ("protein,4.0", "protein,\u0664")}, r"row 2, value: .*; wanted a number"),
    "randomised odd": ({"subjects": ("control,2012-03-05", "control,00")}, r"row 3, randomised: '00'; wanted a date as 2012-07-09, or 0"),
    "short row": ({"values": ("03,W0,2012-04-01,protein,2.0,,", "03,W0,2012-04-01,protein,2.0")}, r"values.csv, row 7: 5 fields; wanted 7, as the header has"),
    "long row": ({"values": ("03,W0,2012-04-01,protein,2.0,,", "03,W0,2012-04-01,protein,2,0,,")}, r"values.csv, row 7: 8 fields; wanted 7"),
    "header twice": ({"doses": ("amount,unit", "amount,amount")}, r"doses.csv, row 1: column 'amount' twice; wanted each column once"),
    "header without name": ({"doses": ("amount,unit", "amount,")}, r"doses.csv, row 1: no name for column 5"),
    "open quote": ({"events": ("01,PNEUMONIA", '01,"PNEUMONIA')}, r"events.csv: unexpected end of data; wanted a table"),
    "value twice for a visit": ({"values": ("02,W24,2012-08-20,protein,1.0,,", "02,W24,,protein,1.0,,\n02,W24,,protein,1.1,,")}, r"values.csv, row 7, value: '1.1' for protein, but '1.0' in row 6"),
    "value twice on a day": ({"values": ("02,W24,2012-08-20,protein,1.0,,", "02,,90,protein,1.0,,\n02,,90,protein,1.1,,")}, r"row 7, value: '1.1' for protein, but '1.0' in row 6"),
    "value twice, one undated": ({"values": ("02,W24,2012-08-20,protein,1.0,,", "02,W24,,protein,1.0,,\n02,W24,170,protein,1.1,,")}, r"row 7, value: '1.1' for protein, but '1.0' in row 6"),
    "completed and withdrawn": ({"disposition": ("03,death", "01,withdrawn,,\n03,death")}, r"disposition.csv, row 3, what: withdrawn of '01', but completed in row 2"),
    "two deaths": ({"disposition": ("03,death", "03,death,,\n03,death")}, r"disposition.csv, row 4, what: death of '03', but death in row 3; wanted one death"),
    "no randomisation": ({"subjects": ("control,2012-03-05", "control,")}, r"row 3, randomised: nothing, though the subject has an arm"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "wanted"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_names_file_and_row(tmp_path, changes, wanted):
    protocol = small_protocol(tmp_path)
    with pytest.raises(DataError) as caught:
        read_folder(protocol, small_folder(tmp_path, **changes))
    assert re.search(wanted, str(caught.value)), str(caught.value)


def test_all_faults_of_all_files_come_together(tmp_path):
    folder = small_folder(
        tmp_path,
        subjects=("IV,40", "IV,forty"),
        visits=("01,W0", "01,W1"),
        values=("albumin,25", "albumen,25"),
    )
    with pytest.raises(DataError) as caught:
        read_folder(small_protocol(tmp_path), folder)
    assert len(caught.value.faults) == 3


def test_an_arm_without_subjects_is_a_fault(tmp_path):
    folder = small_folder(tmp_path)
    text = TABLES["subjects"].replace("control", "cells")
    (folder / "subjects.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="no subject in arm 'control'"):
        read_folder(small_protocol(tmp_path), folder)


def test_arms_may_be_empty_while_the_trial_is_blinded(tmp_path):
    folder = small_folder(tmp_path)
    text = TABLES["subjects"].replace("control", "").replace("cells", "")
    (folder / "subjects.csv").write_text(text, encoding="utf-8")
    assert read_folder(small_protocol(tmp_path), folder).subjects["arm"].is_null().all()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_missing_file_is_a_fault(tmp_path, name):
    folder = small_folder(tmp_path)
    (folder / f"{name}.csv").unlink()
    with pytest.raises(DataError, match=rf"{name}.csv: no such file"):
        read_folder(small_protocol(tmp_path), folder)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01", b"", b"subject\0,site\n"])
def test_a_file_that_is_no_text_table_is_a_fault(tmp_path, content):
    folder = small_folder(tmp_path)
    (folder / "values.csv").write_bytes(content)
    with pytest.raises(DataError, match=r"values.csv: .*wanted a t"):
        read_folder(small_protocol(tmp_path), folder)


@pytest.mark.parametrize(("separator", "word"), [(";", "semicolons"), ("\t", "tabs")])
def test_another_separator_is_one_fault(tmp_path, separator, word):
    folder = small_folder(tmp_path)
    (folder / "values.csv").write_text(TABLES["values"].replace(",", separator))
    with pytest.raises(DataError, match=f"^values.csv: fields separated by {word}") as caught:
        read_folder(small_protocol(tmp_path), folder)
    assert len(caught.value.faults) == 1


def test_blank_lines_are_passed_over_and_counted(tmp_path):
    folder = small_folder(tmp_path)
    head, first, *rest = TABLES["values"].splitlines()
    text = "\n".join(
        [head, "", first, *rest[:-1], rest[-1].replace("27", "270"), "", ",,,,,,", "  ", ""]
    )
    (folder / "values.csv").write_text(text)
    with pytest.raises(DataError, match=r"^values.csv, row 13, value: 270; wanted [^\n]*$"):
        read_folder(small_protocol(tmp_path), folder)


def test_quotes_hold_commas_and_lines(tmp_path):
    folder = small_folder(tmp_path, disposition=("pneumonia", '"pneumonia, after\na ""cold"""'))
    reasons = read_folder(small_protocol(tmp_path), folder).disposition["reason"]
    assert reasons.to_list() == [None, 'pneumonia, after\na "cold"']


ALLOWED = {
    "the same value on two days": ("02,W24,166,protein,1.0,,\n02,W24,168,protein,1,,", 1.0),
    "the later of equal distance": ("02,W24,166,protein,1.0,,\n02,W24,170,protein,1.1,,", 1.1),
    "another visit that day": ("02,W24,168,protein,1.0,,\n02,W12,168,protein,1.1,,", 1.0),
    "a value that is missing": ("02,W24,168,protein,1.0,,\n02,W24,168,protein,,,lost", 1.0),
    "a date with a time": ("02,W24,2012-08-20T08:30,protein,1.0,,", 1.0),
    "a date, a space and a time": ("02,W24,2012-08-20 08:30:12.5+01:00,protein,1.0,,", 1.0),
    "a number with an exponent": ("02,W24,168,protein,+10.e-1,,", 1.0),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "value"), ALLOWED.values(), ids=ALLOWED.keys())
def test_these_are_no_faults(tmp_path, rows, value):
    protocol = small_protocol(tmp_path)
    folder = small_folder(tmp_path, values=("02,W24,2012-08-20,protein,1.0,,", rows))
    assert cohort_of(protocol, read_folder(protocol, folder)).visit["protein"][0, 1, 3] == value


SCREENED = "04,K,control,2012-04-09,III,51\n05,K,,,,"


def test_dates_of_a_screen_failure_have_no_day(tmp_path):
    folder = small_folder(
        tmp_path,
        subjects=("04,K,control,2012-04-09,III,51", SCREENED),
        visits=("01,W0", "05,W0,2012-03-01,held\n01,W0"),
        values=(
            "01,W0,2012-03-01,albumin",
            "05,,2012-03-01,albumin,25,,\n01,W0,2012-03-01,albumin",
        ),
        disposition=("03,death", "05,screen_failure,2012-03-02,\n03,death"),
    )
    records = read_folder(small_protocol(tmp_path), folder)
    for table in (records.visits, records.values, records.disposition):
        assert table.filter(subject="05")["date"].to_list() == [None]


NEVER = {
    "dose": ({"doses": ("01,Cells", "05,Cells,2012-03-01,,\n01,Cells")}, "doses.csv, row 2, date"),
    "event": ({"events": ("01,PNEUMONIA", "05,FALL,,2012-03-01,,,,no,,\n01,PNEUMONIA")}, "events.csv, row 2, start"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "where"), NEVER.values(), ids=NEVER.keys())
def test_a_dated_dose_or_event_of_a_screen_failure_is_a_fault(tmp_path, changes, where):
    folder = small_folder(
        tmp_path, subjects=("04,K,control,2012-04-09,III,51", SCREENED), **changes
    )
    with pytest.raises(
        DataError, match=f"^{where}: a date, but '05' was never randomised; [^\n]*$"
    ):
        read_folder(small_protocol(tmp_path), folder)


def test_a_bad_date_of_randomisation_is_one_fault(tmp_path):
    folder = small_folder(tmp_path, subjects=("2012-03-05", "5.3.2012"))
    with pytest.raises(DataError) as caught:
        read_folder(small_protocol(tmp_path), folder)
    assert len(caught.value.faults) == 1


def test_of_many_faults_alike_twenty_are_listed(tmp_path):
    rows = "".join(f"01,,{day},protein,much,,\n" for day in range(50))
    folder = small_folder(tmp_path, values=("02,W0,2012-03-05,p", rows + "02,W0,2012-03-05,p"))
    with pytest.raises(DataError) as caught:
        read_folder(small_protocol(tmp_path), folder)
    assert len(caught.value.faults) == 21
    assert str(caught.value.faults[-1]) == "values.csv, value: and 30 more like it; wanted a number"


def test_of_many_ragged_rows_twenty_are_listed(tmp_path):
    folder = small_folder(
        tmp_path, values=("02,W0,2012-03-05,p", "x\n" * 50 + "02,W0,2012-03-05,p")
    )
    with pytest.raises(DataError, match=r"values.csv: and 30 rows more like it") as caught:
        read_folder(small_protocol(tmp_path), folder)
    assert len(caught.value.faults) == 21


def test_subjects_that_cannot_be_read_make_no_one_unknown(tmp_path):
    folder = small_folder(tmp_path, subjects=("site,arm", "site,armm"))
    with pytest.raises(DataError) as caught:
        read_folder(small_protocol(tmp_path), folder)
    assert [fault.came for fault in caught.value.faults] == ["unknown column 'armm'"]


def test_no_subjects_is_one_fault(tmp_path):
    folder = small_folder(tmp_path)
    (folder / "subjects.csv").write_text(TABLES["subjects"].splitlines()[0] + "\n")
    with pytest.raises(DataError, match=r"^subjects.csv: no subjects; wanted at least one row$"):
        read_folder(small_protocol(tmp_path), folder)


def test_the_template_holds_every_column_and_is_not_overwritten(tmp_path):
    protocol = small_protocol(tmp_path)
    folder = tmp_path / "template"
    write_template(protocol, folder)
    assert {path.stem for path in folder.glob("*.csv")} == {*TABLES, "dictionary"}
    assert (folder / "subjects.csv").read_text().strip() == TABLES["subjects"].split("\n")[0]
    with pytest.raises(DataError, match="something is there already"):
        write_template(protocol, folder)


def test_data_of_another_trial_are_a_fault(tmp_path):
    protocol = small_protocol(tmp_path)
    folder = small_folder(tmp_path)
    (folder / "manifest.json").write_text('{"trial": "other", "origin": "captured"}')
    with pytest.raises(DataError, match="data of trial 'other'"):
        read_folder(protocol, folder)


def test_typed_columns_are_read_like_their_text(tmp_path):
    protocol = small_protocol(tmp_path)
    folder = small_folder(tmp_path, events=("2012-04-01,2012-04-20", "31,50"))
    plain = cohort_of(protocol, read_folder(protocol, folder))
    kinds = {
        "subjects": {"randomised": pl.Date, "age": pl.Float64, "arm": pl.Categorical},
        "values": {"date": pl.Datetime, "value": pl.Decimal(10, 2), "variable": pl.Enum(["albumin", "protein"])},
        "events": {"start": pl.Float64, "end": pl.Int16, "grade": pl.Float32, "serious": pl.Float64},
        "doses": {"amount": pl.Float64, "date": pl.Date},
    }  # fmt: skip
    for name, columns in kinds.items():
        frame = pl.read_csv(folder / f"{name}.csv", infer_schema=False)
        if name == "events":
            frame = frame.with_columns(serious=pl.lit("1.0"))
        day = {one for one, kind in columns.items() if kind in (pl.Date, pl.Datetime)}
        frame.with_columns(
            pl.col(one).str.to_date().cast(kind) if one in day else pl.col(one).cast(kind)
            for one, kind in columns.items()
        ).write_parquet(folder / f"{name}.parquet")
        (folder / f"{name}.csv").unlink()
    again = cohort_of(protocol, read_folder(protocol, folder))
    for level in ("subject", "visit"):
        for name, array in getattr(plain, level).items():
            assert_array_equal(array, getattr(again, level)[name], err_msg=name)
    for name, array in plain.events.columns.items():
        assert_array_equal(array, again.events.columns[name], err_msg=name)


def test_a_boolean_and_an_unknown_number_are_read(tmp_path):
    folder = small_folder(tmp_path)
    frame = pl.read_csv(folder / "events.csv", infer_schema=False).with_columns(
        serious=pl.lit(value=True), grade=pl.lit(float("nan"))
    )
    frame.write_parquet(folder / "events.parquet")
    (folder / "events.csv").unlink()
    events = read_folder(small_protocol(tmp_path), folder).events
    assert events["serious"].to_list() == [True]
    assert events["grade"].to_list() == [None]


def test_a_column_without_text_is_one_fault(tmp_path):
    folder = small_folder(tmp_path)
    frame = pl.read_csv(folder / "values.csv", infer_schema=False)
    frame.with_columns(value=pl.concat_list("value")).write_parquet(folder / "values.parquet")
    (folder / "values.csv").unlink()
    with pytest.raises(
        DataError,
        match=r"^values.parquet, value: a column of type List\(String\); wanted text, numbers",
    ):
        read_folder(small_protocol(tmp_path), folder)


def test_junk_parquet_is_a_fault(tmp_path):
    folder = small_folder(tmp_path)
    (folder / "values.csv").unlink()
    (folder / "values.parquet").write_bytes(b"junk")
    with pytest.raises(DataError, match=r"values.parquet: .*wanted a table"):
        read_folder(small_protocol(tmp_path), folder)
