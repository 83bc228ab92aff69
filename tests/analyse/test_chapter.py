"""Chapters travel with the results: what is written is what is read."""

import json

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from equipoise.analyse import read_results, whole_frame, write_results
from equipoise.errors import DataError
from support.chapters import chapters
from support.report_case import made_case


@pytest.fixture
def folder(tmp_path):
    case = made_case(2)
    write_results(
        case.protocol, case.frame, case.provenance, tmp_path, chapters=chapters("deng2017")
    )
    return tmp_path


def test_what_is_read_is_what_was_written(folder):
    case = made_case(2)
    protocol, frame, provenance, found = read_results(folder)
    assert (protocol, provenance) == (case.protocol, case.provenance)
    assert_frame_equal(frame, case.frame)
    for one, other in zip(found, chapters("deng2017"), strict=True):
        assert one.described() == other.described()
        assert_frame_equal(one.results, other.results)


def test_all_rows_stand_in_one_table_under_names_of_their_own(folder):
    case = made_case(2)
    whole = pl.read_csv(folder / "results.csv")
    assert whole.height == whole_frame(case.frame, chapters("deng2017")).height
    assert whole["result_id"].n_unique() == whole.height


def test_every_sentence_cites_rows_of_its_chapter():
    for chapter in chapters("deng2017"):
        ids = set(chapter.results["result_id"])
        names = [one.id for one in chapter.statements]
        assert len(set(names)) == len(names)
        assert all(set(one.cites) <= ids for one in chapter.statements)
        assert all(one.topic for one in chapter.statements)


def test_results_without_chapters_have_none(tmp_path):
    case = made_case(2)
    write_results(case.protocol, case.frame, case.provenance, tmp_path)
    assert read_results(tmp_path)[3] == ()


def test_a_chapter_that_is_damaged_is_refused(folder):
    content = json.loads((folder / "chapters.json").read_text("utf-8"))
    content[0]["statements"][0]["colour"] = "red"
    (folder / "chapters.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(DataError, match="files as they were written"):
        read_results(folder)
