"""Commands as a person types them: answers on stdout, messages on stderr, honest exit codes."""

import json
import signal
import subprocess
import sys

import pytest

from equipoise.trials import protocol_path
from support.small import small_file, small_folder


def equipoise(*words, cwd=None):
    return subprocess.run(
        [sys.executable, "-c", "from equipoise.cli import main; main()", *map(str, words)],
        capture_output=True, text=True, check=False, cwd=cwd,
    )  # fmt: skip


def test_help_lists_every_command():
    done = equipoise("--help")
    assert done.returncode == 0
    for name in ("trials", "new", "check", "schema", "run", "template", "analyse", "report",
                 "instruments", "score", "validate"):  # fmt: skip
        assert name in done.stdout


def test_trials_lists_the_library():
    rows = json.loads(equipoise("trials", "--json").stdout)
    assert "cdisc_pilot" in {row["trial"] for row in rows}


def test_check_of_a_good_protocol_is_silent_on_stdout(tmp_path):
    done = equipoise("check", small_file(tmp_path))
    assert (done.returncode, done.stdout) == (0, "")
    assert "no faults" in done.stderr


def test_check_reports_every_fault_and_exits_with_2(tmp_path):
    path = small_file(tmp_path, ("day: 84", "day: soon"), ("role: experimental", "role: best"))
    done = equipoise("check", path)
    assert done.returncode == 2
    assert len([line for line in done.stderr.splitlines() if line.startswith(str(path))]) == 2
    assert "2 faults" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_answers_in_json(tmp_path):
    path = small_file(tmp_path, ("day: 84", "day: soon"))
    done = equipoise("check", path, "--json")
    assert done.returncode == 2
    (fault,) = json.loads(done.stdout)["faults"]
    assert fault["came"] == "'soon'"


def test_the_schema_is_json_schema():
    schema = json.loads(equipoise("schema").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "analyses" in schema["properties"]


def test_an_unknown_trial_is_named_with_the_nearest():
    done = equipoise("check", "cdisc_pilott")
    assert done.returncode == 2
    assert "did you mean 'cdisc_pilot'" in done.stderr


def test_new_copies_comments_and_all_and_never_overwrites(tmp_path):
    assert equipoise("new", "mine", "--like", "cdisc_pilot", cwd=tmp_path).returncode == 0
    text = (tmp_path / "mine" / "protocol.yaml").read_text("utf-8")
    assert text.startswith("#")
    assert "id: mine" in text
    assert "\ndata:" not in text
    assert equipoise("check", "mine", cwd=tmp_path).returncode == 0
    again = equipoise("new", "mine", cwd=tmp_path)
    assert again.returncode == 2
    assert "there already" in again.stderr


def test_a_faulty_data_folder_writes_nothing(tmp_path):
    path = small_file(tmp_path)
    folder = small_folder(tmp_path, subjects=("01,K,cells", "01,K,cell"))
    done = equipoise("run", path, "--data", folder, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "subjects.csv, row 2, arm" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_run_writes_report_and_data_and_prints_a_summary(tmp_path):
    done = equipoise(
        "run", small_file(tmp_path), "--data", small_folder(tmp_path), "--out", tmp_path / "out"
    )
    assert done.returncode == 0, done.stderr
    assert "Remission" in done.stdout
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"report.html", "report.pdf", "results.csv", "results.parquet", "provenance.json",
            "protocol.json"} <= names  # fmt: skip


def test_results_can_be_laid_out_again(tmp_path):
    out = tmp_path / "out"
    folder = small_folder(tmp_path)
    assert (
        equipoise("analyse", small_file(tmp_path), "--data", folder, "--out", out).returncode == 0
    )
    assert not (out / "report.html").exists()
    done = equipoise("report", out)
    assert done.returncode == 0, done.stderr
    assert (out / "report.html").stat().st_size > 1000
    assert (out / "results.csv").exists()


def test_files_of_others_stay_where_they_are(tmp_path):
    out = tmp_path / "out"
    (out / "notes").mkdir(parents=True)
    (out / "notes" / "mine.txt").write_text("keep me", encoding="utf-8")
    (out / "report.html").write_text("of older results", encoding="utf-8")
    data = small_folder(tmp_path)
    assert equipoise("analyse", small_file(tmp_path), "--data", data, "--out", out).returncode == 0
    assert (out / "notes" / "mine.txt").read_text("utf-8") == "keep me"
    assert not (out / "report.html").exists()


def test_results_of_another_protocol_are_refused(tmp_path):
    out = tmp_path / "out"
    folder = small_folder(tmp_path)
    equipoise("analyse", small_file(tmp_path), "--data", folder, "--out", out)
    text = (out / "protocol.json").read_text("utf-8")
    (out / "protocol.json").write_text(text.replace("A small trial", "Another trial"))
    done = equipoise("report", out)
    assert done.returncode == 2
    assert "another protocol" in done.stderr


@pytest.mark.parametrize("command", ["analyse", "run"])
def test_a_trial_without_data_says_how_to_give_them(tmp_path, command):
    done = equipoise(command, small_file(tmp_path), cwd=tmp_path)
    assert done.returncode == 2
    assert "--data" in done.stderr


def test_visits_are_scored_and_bad_rows_reported(tmp_path):
    table = tmp_path / "visits.csv"
    table.write_text("subject,rash,arthritis\n01,1,0\n02,2,0\n03,no,yes\n", encoding="utf-8")
    mapping = tmp_path / "map.yaml"
    mapping.write_text("parameters: {missing: as_absent}\n", encoding="utf-8")
    done = equipoise("score", "sledai_2k", table, "--map", mapping)
    assert done.returncode == 1
    assert "visits.csv, row 3, rash: '2'" in done.stderr
    rows = [line.split(",") for line in done.stdout.splitlines()]
    total = rows[0].index("total")
    assert [(row[0], float(row[total])) for row in rows[1:]] == [("01", 2.0), ("03", 4.0)]


def test_long_tables_are_scored_like_wide_ones(tmp_path):
    wide, long, mapping = (tmp_path / name for name in ("wide.csv", "long.csv", "map.yaml"))
    wide.write_text("subject,visit,rash,arthritis\n01,W0,1,0\n01,W4,0,1\n", encoding="utf-8")
    long.write_text("subject,visit,what,is\n01,W0,rash,1\n01,W0,arthritis,0\n01,W4,rash,0\n"
                    "01,W4,arthritis,1\n", encoding="utf-8")  # fmt: skip
    mapping.write_text("long: {item: what, value: is}\n", encoding="utf-8")
    one = equipoise("score", "sledai_2k", wide, "--out", tmp_path / "one.json")
    other = equipoise(
        "score", "sledai_2k", long, "--map", mapping, "--out", tmp_path / "other.json"
    )
    assert (one.returncode, other.returncode) == (0, 0), one.stderr + other.stderr
    first, second = (
        json.loads((tmp_path / f"{name}.json").read_text()) for name in ("one", "other")
    )
    for left, right in zip(first, second, strict=True):
        assert {k: v for k, v in left.items() if k != "row"} == {
            k: v for k, v in right.items() if k != "row"
        }


def test_a_misspelt_item_is_a_fault(tmp_path):
    table = tmp_path / "visits.csv"
    table.write_text("subject,rashh\n01,1\n", encoding="utf-8")
    done = equipoise("score", "sledai_2k", table)
    assert done.returncode == 2
    assert "did you mean 'rash'" in done.stderr


def test_instruments_can_be_shown():
    done = equipoise("instruments", "show", "bilag2004")
    assert done.returncode == 0
    for word in ("BILAG-2004", "memory", "confirmed", "Sources"):
        assert word in done.stdout


def test_validate_fails_on_a_wrong_answer_and_says_by_how_much(tmp_path):
    case = {"id": "a", "function": "sledai_total", "inputs": {"items": {"rash": True}},
            "expected": {"total": 3}}  # fmt: skip
    unknown = {"id": "b", "function": "no_such", "inputs": {}, "expected": {}}
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"cases": [case, unknown]}), encoding="utf-8")
    done = equipoise("validate", path, "--json")
    assert done.returncode == 1
    first, second = json.loads(done.stdout)
    assert first["verdict"] == "failed"
    assert first["differences"] == ["total: expected 3, got 2.0"]
    assert second["verdict"] == "unknown function"


def test_validate_passes_on_right_answers_and_writes_its_report(tmp_path):
    case = {"id": "a", "function": "sledai_total", "expected": {"total": 2},
            "inputs": {"items": {"rash": True}, "misspelt_input": 1}}  # fmt: skip
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"cases": [case]}), encoding="utf-8")
    report = tmp_path / "qualification.html"
    done = equipoise("validate", path, "--report", report)
    assert done.returncode == 0, done.stderr
    assert "sledai_total" in report.read_text("utf-8")
    for told in (done.stderr, report.read_text("utf-8")):
        assert "inputs that were not read: misspelt_input" in told


def test_a_report_tells_beside_a_difference_what_was_not_read(tmp_path):
    case = {"id": "a", "function": "sledai_total", "expected": {"total": 3},
            "inputs": {"items": {"rash": True}, "misspelt_input": 1}}  # fmt: skip
    (tmp_path / "cases.json").write_text(json.dumps({"cases": [case, case]}), "utf-8")
    done = equipoise("validate", tmp_path / "cases.json", "--report", tmp_path / "page.html")
    assert done.returncode == 1
    page = (tmp_path / "page.html").read_text("utf-8")
    for told in ("total: expected 3", "not read: misspelt_input", "2 cases of this file"):
        assert told in page


def test_a_qualification_report_never_takes_the_place_of_its_cases(tmp_path):
    case = {"id": "a", "function": "sledai_total", "inputs": {}, "expected": {"total": 0}}
    (tmp_path / "cases.json").write_text(json.dumps({"cases": [case]}), "utf-8")
    done = equipoise("validate", tmp_path / "cases.json", "--report", tmp_path / "cases.json")
    assert done.returncode == 2
    assert "wanted .html or .htm" in done.stderr
    assert json.loads((tmp_path / "cases.json").read_text("utf-8")) == {"cases": [case]}
    assert [one.name for one in tmp_path.iterdir()] == ["cases.json"]


def test_a_virtual_trial_is_written_read_and_marked(tmp_path):
    words = ("simulate", "deng2017", "--seed", 3, "--trial", 7)
    for name in ("one", "again"):
        done = equipoise(*words, "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
    out = tmp_path / "out"
    done = equipoise("analyse", "deng2017", "--data", tmp_path / "one", "--out", out)
    assert done.returncode == 0, done.stderr
    assert json.loads((out / "provenance.json").read_text())["origin"] == "SIMULATED"


def test_a_scenario_that_is_not_there_is_named(tmp_path):
    done = equipoise("simulate", "deng2017", "--scenario", "no_such", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "no_such" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("command", "words"), [("design", "futility"), ("evidence", "protein")])
def test_sentences_cite_rows_that_exist(tmp_path, command, words):
    done = equipoise(command, "deng2017", "--json", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    ids = {row["result_id"] for row in answer["rows"]}
    assert answer["statements"]
    assert all(cite in ids for one in answer["statements"] for cite in one["cites"])
    assert words in (tmp_path / f"{command}.html").read_text("utf-8").lower()


def test_a_design_of_sizes_alone_says_why_there_is_no_more(tmp_path):
    size = (
        "sample_size:\n  albumin: {label: Albumin, method: mean, difference: 2, "
        "standard_deviation: 4, power: 0.8}\n"
    )
    path = small_file(tmp_path, ("estimands:\n", f"{size}estimands:\n"))
    done = equipoise("design", path, "--json", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "no chapter on what the design can show: sizes: no planned subjects" in done.stderr
    answer = json.loads(done.stdout)
    assert [one["title"] for one in answer["statements"]] == ["Albumin"]
    # power.t.test(delta = 2, sd = 4, power = 0.8)$n is 63.76576
    (total,) = [
        row["value"] for row in answer["rows"]
        if (row["variable"], row["group"]) == ("randomised", "Total")
    ]  # fmt: skip
    assert total == 128
    assert "Sample size" in (tmp_path / "out" / "design.html").read_text("utf-8")
    assert (tmp_path / "out" / "design.csv").is_file()


def planned_file(folder):
    """Give the small trial a size, so that its design can be asked."""
    text = "{description: Adults with lupus nephritis}"
    return small_file(folder, (text, f"{text[:-1]}, planned_subjects: 12}}"))


def test_a_report_laid_out_again_is_the_same_with_its_chapters(tmp_path):
    out = tmp_path / "out"
    done = equipoise("run", planned_file(tmp_path), "--data", small_folder(tmp_path), "--out", out)
    assert done.returncode == 0, done.stderr
    before = {name: (out / name).read_bytes() for name in ("report.html", "results.csv")}
    assert b"What this design can show" in before["report.html"]
    assert b"operating_characteristics" in before["results.csv"]
    assert equipoise("report", out).returncode == 0
    assert {name: (out / name).read_bytes() for name in before} == before


def test_stages_are_lines_where_there_is_no_terminal(tmp_path):
    done = equipoise(
        "run", small_file(tmp_path), "--data", small_folder(tmp_path), "--out", tmp_path / "out"
    )
    lines = done.stderr.splitlines()
    stages = ["reading the data", "deriving scores and endpoints",
              "analysing: 1 planned analyses",
              "what the design can show, and what was published", "writing the report"]  # fmt: skip
    assert [line for line in lines if line in stages] == stages
    reason = next(line for line in lines if line.startswith("no chapter on what the design"))
    assert "sizes: no planned subjects" in reason


def test_ctrl_c_leaves_nothing_and_says_so(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", "from equipoise.cli import main; main()", "run", "deng2017",
         "--out", str(tmp_path / "build" / "out")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while "analysing" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "nothing was left half-written" in said
    assert "Traceback" not in said
    assert not (tmp_path / "build").exists()


def test_check_finds_what_no_virtual_trial_can_be(tmp_path):
    text = protocol_path("wang2012").read_text("utf-8")
    population = next(line for line in text.splitlines() if line.startswith("    population: "))
    path = tmp_path / "protocol.yaml"
    path.write_text(text.replace(population, "    population: lupus_nephritis_old", 1), "utf-8")
    done = equipoise("check", path)
    assert done.returncode == 2
    line = text.splitlines().index(population) + 1
    assert f"{path}:{line} scenarios." in done.stderr
    assert ".population: 'lupus_nephritis_old'; wanted one of " in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "deng2017", "--scenario", ""), "scenario: ''; wanted one of no_effect"),
        (("run", "cdisc_pilot", "--scenario", "x"), "--scenario: 'x' beside captured data"),
        (("simulate", "deng2017", "--trial", str(2**64)), "wanted one or more numbers from 0 to"),
    ],
)
def test_a_request_that_cannot_be_met_is_one_fault(tmp_path, words, said):
    done = equipoise(*words, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("scores.xlsx", "the ending '.xlsx'; wanted .csv or .json or .parquet"),
        ("visits.csv/scores.csv", "wanted a place to write"),
    ],
)
def test_scores_that_cannot_be_written_leave_everything_as_it_was(tmp_path, out, said):
    (tmp_path / "visits.csv").write_text("rash\n1\n", "utf-8")
    done = equipoise("score", "sledai_2k", tmp_path / "visits.csv", "--out", tmp_path / out)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["visits.csv"]
    assert (tmp_path / "visits.csv").read_text("utf-8") == "rash\n1\n"


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("columns: {seizure: fit}", "'seizure': the name that 'fit' is mapped to, taken already"),
        ("[" * 5000 + "]" * 5000, "wanted YAML with columns, parameters, keep"),
    ],
    ids=["a name that is taken", "depth"],
)
def test_a_mapping_that_cannot_hold_is_one_fault(tmp_path, mapping, said):
    (tmp_path / "visits.csv").write_text("seizure,fit\n1,0\n", "utf-8")
    (tmp_path / "map.yaml").write_text(mapping, "utf-8")
    done = equipoise("score", "sledai_2k", tmp_path / "visits.csv", "--map", tmp_path / "map.yaml")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
