"""Commands that read the tables of other studies beside a protocol."""

import json

import pytest
from typer.testing import CliRunner

from equipoise.cli.app import app
from equipoise.errors import ProtocolError
from support.curves import with_curve
from support.small import small_folder
from support.studies import BINARY, pair, table_text, with_synthesis

RUNNER = CliRunner()
ODDS = f"method: mantel_haenszel, effect: odds_ratio, {BINARY}"
TWO = table_text([*pair("first", 4, 10, 6, 10), *pair("second", 3, 20, 9, 20)])


def run(*words):
    return RUNNER.invoke(app, [*map(str, words)], catch_exceptions=False)


def test_evidence_pools_the_studies_of_a_protocol_without_published_numbers(tmp_path):
    answer = json.loads(run("evidence", with_synthesis(tmp_path, TWO, ODDS), "--json").stdout)
    assert [one["id"] for one in answer["statements"]] == ["synthesis_one"]
    assert {row["method"] for row in answer["rows"]} == {"synthesis"}


def test_evidence_of_the_library_tells_of_both(tmp_path):
    told = run("evidence", "deng2017", "--out", tmp_path).stdout
    assert "What the publication says" in told
    assert "One study: nothing to pool." in told
    page = (tmp_path / "evidence.html").read_text("utf-8")
    assert "Studies of others" in page


def test_check_finds_every_fault_of_the_tables(tmp_path):
    path = with_synthesis(tmp_path, TWO.replace(",4,10,", ",14,10,"), ODDS)
    done = run("check", path)
    assert done.exit_code == 2
    assert "studies.csv, row 2, events: 14 of 10" in done.stderr
    text = "arm,time,survival,at_risk\na,0,1,9\n"
    plan = "method: digitised_points, arms: {b: {label: B}}"
    done = run("check", with_curve(tmp_path, text, plan))
    assert done.exit_code == 2
    assert "curves.one.arms.b: points.csv has no arm 'b'" in done.stderr.replace("\n", " ")


def test_check_of_sound_tables_finds_nothing(tmp_path):
    assert run("check", with_synthesis(tmp_path, TWO, ODDS)).exit_code == 0


def test_run_refuses_faulty_tables_before_it_analyses(tmp_path):
    path = with_synthesis(tmp_path, TWO.replace(",4,10,", ",14,10,"), ODDS)
    with pytest.raises(ProtocolError, match="row 2, events"):
        run("run", path, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_report_holds_the_studies_and_is_laid_out_again_without_their_table(tmp_path):
    path, out = with_synthesis(tmp_path, TWO, ODDS), tmp_path / "out"
    assert run("run", path, "--data", small_folder(tmp_path), "--out", out).exit_code == 0
    page = (out / "report.html").read_text("utf-8")
    assert "What other studies found" in page
    assert 'id="section-synthesis-one"' in page
    (tmp_path / "studies.csv").unlink()
    assert run("report", out).exit_code == 0
    assert 'id="section-synthesis-one"' in (out / "report.html").read_text("utf-8")


def test_new_copies_the_tables_too(tmp_path):
    path = with_synthesis(tmp_path, TWO, ODDS)
    assert run("new", tmp_path / "mine", "--like", path).exit_code == 0
    assert (tmp_path / "mine" / "studies.csv").read_text("utf-8") == TWO
    assert run("check", tmp_path / "mine").exit_code == 0


def test_explain_finds_the_words_of_a_synthesis():
    for word, title in (
        ("random_effects", "Random effects"),
        ("mantel_haenszel", "Mantel-Haenszel pooling of studies"),
        ("digitised_points", "Individual times behind a published curve"),
    ):
        assert title in run("explain", word).stdout
