from __future__ import annotations

import json
import math
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from equipoise.analyse import read_results
from equipoise.errors import DataError
from equipoise.report import summary, write, write_report
from equipoise.report.display.layout import laid_out
from equipoise.report.figure.svg import texts_of
from support.report_case import made_case

FILES = {
    "chapters.json",
    "protocol.json",
    "provenance.json",
    "report.html",
    "report.pdf",
    "results.csv",
    "results.json",
    "results.parquet",
}


def written(folder, case, **options):
    return write_report(
        case.protocol, case.frame, case.provenance, folder, date="2026-11-22", **options
    )


def content(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_writes_pages_figures_and_every_number_as_data(tmp_path):
    case, folder = made_case(2), tmp_path / "out"
    sections = laid_out(written(folder, case))["sections"]
    drawn = [one["anchor"] for part in sections for one in part["blocks"] if "svg" in one]
    assert drawn
    assert {path.name for path in folder.iterdir()} == FILES | {"figures"}
    pictures = sorted(path.name for path in (folder / "figures").iterdir())
    assert pictures == sorted(f"{name}.{kind}" for name in drawn for kind in ("png", "svg"))
    assert pl.read_parquet(folder / "results.parquet").equals(case.frame)
    assert len(json.loads((folder / "results.json").read_text("utf-8"))) == case.frame.height
    protocol, frame, provenance, found = read_results(folder)
    assert protocol == case.protocol
    assert frame.equals(case.frame)
    assert provenance == case.provenance
    assert found == ()


def test_an_infinite_value_is_text_in_json_and_stays_a_number_elsewhere(tmp_path):
    case, folder = made_case(2), tmp_path / "out"
    value = pl.when(pl.int_range(pl.len()) == 0).then(-math.inf).otherwise(pl.col("value"))
    frame = case.frame.with_columns(value.alias("value"))
    write_report(case.protocol, frame, case.provenance, folder, date="2026-11-22")
    rows = json.loads((folder / "results.json").read_text("utf-8"))
    assert rows[0]["value"] == "-inf"
    assert read_results(folder)[1]["value"][0] == -math.inf


def test_equal_input_and_day_give_equal_files(tmp_path):
    case = made_case(2, sizes=[12, 6])
    for name in ("one", "two"):
        written(tmp_path / name, case)
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_a_figure_file_carries_its_faces_and_a_ground(tmp_path):
    written(tmp_path / "out", made_case(2))
    text = (tmp_path / "out" / "figures" / "figure-2.svg").read_text("utf-8")
    root = ET.fromstring(text.encode())
    style = root.find(".//{http://www.w3.org/2000/svg}style").text
    assert "@font-face" in style
    assert root.find("{http://www.w3.org/2000/svg}rect").attrib["fill"] == "#ffffff"


def test_a_figure_file_of_simulated_data_says_so_itself(tmp_path):
    written(tmp_path / "out", made_case(2), marks=["SIMULATED DATA"])
    drawn = sorted((tmp_path / "out" / "figures").glob("*.svg"))
    assert drawn
    for file in drawn:
        assert texts_of(file.read_text("utf-8").split("\n", 1)[1])[0] == "SIMULATED DATA"


def test_replaces_an_earlier_report_whole_and_keeps_other_files(tmp_path):
    folder = tmp_path / "out"
    written(folder, made_case(3))
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "tables").mkdir()
    (folder / "tables" / "one.csv").write_text("1", encoding="utf-8")
    (folder / "figures" / "figure-99.svg").write_text("old", encoding="utf-8")
    written(folder, made_case(2))
    assert (folder / "notes.txt").read_text("utf-8") == "mine"
    assert (folder / "tables" / "one.csv").read_text("utf-8") == "1"
    assert not (folder / "figures" / "figure-99.svg").exists()
    assert read_results(folder)[0] == made_case(2).protocol
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_report_that_fails_changes_nothing(tmp_path, monkeypatch):
    folder = tmp_path / "out"
    written(folder, made_case(2))
    before = content(folder)

    def broken(_):
        raise DataError("the picture cannot be drawn")

    monkeypatch.setattr(write, "render_pictures", broken)
    with pytest.raises(DataError, match="cannot be drawn"):
        written(folder, made_case(3))
    assert content(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_refuses_a_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(DataError, match="wanted a folder"):
        written(tmp_path / "out", made_case(2))


def test_says_the_primary_result_for_a_terminal():
    case = made_case(2)
    text = summary(case.protocol, case.frame)
    assert text.startswith(
        "Disease activity at week 24\nChange in SLEDAI-2K at week 24: the adjusted"
    )
    assert "Time to renal flare" not in text
