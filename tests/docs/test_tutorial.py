"""The tutorial and the README are run as they stand."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+)?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page):
    for language, words, body in BLOCK.findall(page.read_text("utf-8")):
        yield language, dict(re.findall(r"(\w+)=(\S+)", words)), body


def run(command, folder):
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(folder)}
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environment
    )


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """Walk through the tutorial; give its folder and what each step printed."""
    folder = tmp_path_factory.mktemp("tutorial")
    printed = []
    for language, words, body in blocks(ROOT / "docs" / "tutorial.md"):
        if "file" in words:
            (folder / words["file"]).write_text(body, encoding="utf-8")
        elif language == "sh":
            done = run(["sh", "-e", "-c", body], folder)
            assert done.returncode == int(words.get("exit", 0)), done.stderr + done.stdout
            printed.append(done.stderr + done.stdout)
        elif language == "python":
            done = run([sys.executable, "-W", "error", "-c", body], folder)
            assert done.returncode == 0, done.stderr
            printed.append(done.stdout)
    return folder, printed


def test_the_mistake_is_found_where_the_tutorial_says(walked):
    page = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    message = re.search(r"^values.csv, row .*$", page, re.MULTILINE)[0]
    assert any(message in text for text in walked[1])


def test_the_report_is_written(walked):
    results = walked[0] / "my_trial" / "results"
    for name in ("report.html", "report.pdf", "results.csv", "results.parquet"):
        assert (results / name).stat().st_size > 1000, name
    assert "New treatment" in (results / "report.html").read_text("utf-8")


def test_nothing_is_left_half_written(walked):
    assert not [path for path in (walked[0] / "my_trial").iterdir() if path.name.startswith(".")]


def test_the_five_lines_of_the_readme_run(tmp_path):
    snippets = [b for lang, _, b in blocks(ROOT / "README.md") if lang == "python"]
    assert snippets
    for snippet in snippets:
        assert len([line for line in snippet.splitlines() if line.strip()]) <= 5
        done = run([sys.executable, "-W", "error", "-c", snippet], tmp_path)
        assert done.returncode == 0, done.stderr
    assert list(tmp_path.rglob("report.html"))
