import re

import pytest

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


def test_ragged_rows_are_a_fault(tmp_path):
    folder = small_folder(tmp_path, visits=("held", "held,too,much"))
    with pytest.raises(DataError, match=r"visits.csv"):
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


def test_parquet_is_read_like_csv(tmp_path):
    import polars as pl

    protocol = small_protocol(tmp_path)
    folder = small_folder(tmp_path)
    plain = cohort_of(protocol, read_folder(protocol, folder))
    frame = pl.read_csv(folder / "values.csv", infer_schema=False)
    frame.write_parquet(folder / "values.parquet")
    (folder / "values.csv").unlink()
    again = cohort_of(protocol, read_folder(protocol, folder))
    for name, array in plain.visit.items():
        assert (array == again.visit[name]).sum() == (~(array != array)).sum()
