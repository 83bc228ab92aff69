"""The pages of methods say what the table of methods and the reference files say."""

from __future__ import annotations

import importlib
import math
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.qualification import Case, case_files, read_cases
from equipoise.stats.explanation import FAMILIES, explain, explanations

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "methods"
REMAKE = "run `python tools/method_page.py`"
REFERENCE = ROOT / "tests" / "reference" / "json"
SLOW = ("two_by_two", "two_arm_survival", "simon_two_stage", "gs_inference", "meta_binary")
"""Methods of reference files whose cases are not counted again here."""


@pytest.fixture(scope="module")
def tool():
    sys.path.insert(0, str(ROOT / "tools"))
    yield lambda name: importlib.import_module(name)
    sys.path.remove(str(ROOT / "tools"))


@pytest.fixture(scope="module")
def agreement(tool):
    return tool("page.agreement")


def text(family):
    return (PAGES / family / "README.md").read_text("utf-8")


def page(one):
    return (PAGES.parent / one.page).read_text("utf-8")


def test_every_method_has_a_page_and_every_page_a_method():
    found = {str(path.relative_to(PAGES.parent)) for path in PAGES.rglob("*") if path.is_file()}
    families = {f"methods/{family}/README.md" for family in FAMILIES}
    methods = {one.page for one in explanations().values()}
    assert found == {"methods/README.md", *families, *methods}


def test_the_index_is_made_from_the_table(tool):
    made = tool("page.family").index(PAGES)
    assert (PAGES / "README.md").read_text("utf-8") == made, REMAKE


@pytest.mark.parametrize("family", FAMILIES)
def test_the_pages_are_made_from_the_table(tool, family):
    for path, made in tool("method_page").pages(family).items():
        assert path.read_text("utf-8") == made, f"{path.name}: {REMAKE}"


@pytest.mark.parametrize("one", explanations().values(), ids=lambda one: one.name)
def test_a_page_tells_formula_and_choices(tool, one):
    own = tool("page.text").own_words(page(one))
    assert list(own) == [*tool("page.method").HEADINGS]
    for heading in ("Formula", "Choices"):
        assert len(own[heading]) > 30, f"{one.page}: nothing under '{heading}'"


@pytest.mark.parametrize("one", explanations().values(), ids=lambda one: one.name)
def test_a_page_says_how_far_it_agrees_or_which_tests_hold_it(one):
    assert "## Agreement\n\n" in page(one), f"{one.page}: {REMAKE}"
    text = page(one).split("## Agreement\n\n")[1].split("\n## ")[0]
    named = re.findall(r"`(tests/[\w/]+\.py)`", text)
    assert re.search(r"^\| `\w+`: ", text, re.MULTILINE) or named, one.page
    for path in named:
        assert (ROOT / path).is_file(), f"{one.page}: {path}"


@pytest.mark.parametrize("one", explanations().values(), ids=lambda one: one.name)
def test_a_method_is_listed_under_its_heading(one):
    headings = re.findall(r"^## (.*)$", text(one.family), re.MULTILINE)
    assert headings.count(one.section) == 1
    # GitHub: lower case, punctuation away, blanks to hyphens
    assert one.anchor == "".join(
        "-" if letter == " " else letter
        for letter in one.section.lower()
        if letter.isalnum() or letter in " -_"
    )


def test_pages_count_every_case_and_value(agreement):
    """Differences depend on the machine and on data kept elsewhere; counts do not."""
    cases = {
        path: [case for case in own if case.function not in SLOW]
        for path, own in agreement.reference_cases(FAMILIES).items()
    }
    found = agreement.measured(cases)
    wanted = {
        (one.name, *key.cells, str(len(tally.cases)), f"{tally.values:,}")
        for one in explanations().values()
        for key, tally in found.rows.get(one.name, {}).items()
        if key not in found.not_run
    }
    shown = {
        (one.name, file, limit, cases, values)
        for one in explanations().values()
        for _, (file, cases, values, limit, *_) in agreement.table_rows(page(one))
        if not any(f"`{name}`" in file for name in SLOW)
        and (file, limit) not in {key.cells for key in found.not_run}
    }
    assert shown == wanted, REMAKE


def test_every_reference_file_of_a_method_is_on_a_page(agreement):
    every = {
        f"`{path.stem}`: `{case.function}`"
        for path in case_files([REFERENCE])
        for case in read_cases(path)
    }
    shown = {
        cells[0] for one in explanations().values() for _, cells in agreement.table_rows(page(one))
    }
    assert shown == every, REMAKE


def test_no_difference_is_above_its_tolerance(agreement):
    for one in explanations().values():
        for line, (*_, allowed, largest, _) in agreement.table_rows(page(one)):
            if allowed != "not compared":
                assert float(largest.removeprefix("below ")) <= 2.5 * float(allowed), line


def test_files_that_another_folder_lacks_are_those_of_the_repository(agreement, tmp_path):
    other = tmp_path / "json" / "binary.json"
    other.parent.mkdir()
    case = '{"id": "one", "method": "two_by_two", "input": {}, "expect": {"p": 1}}'
    other.write_text(f'{{"cases": [{case}]}}', encoding="utf-8")
    found = agreement.reference_cases(["binary"], tmp_path)
    assert [*found][:2] == [other, REFERENCE / "formula.json"]
    assert [one.id for one in found[other]] == ["one"]
    assert agreement.reference_cases(["description"], tmp_path) == {}


def test_differences_are_rounded_up(agreement):
    assert [agreement.rounded_up(one) for one in (0.0, 3e-13, 1.2e-9, 2e-9, 4.9e-4, 0.6)] == [
        "below 1e-12",
        "below 1e-12",
        "below 2e-9",
        "below 2e-9",
        "below 5e-4",
        "below 1e+00",
    ]


def test_cases_that_cannot_be_run_here_keep_what_was_measured(agreement):
    key = agreement.Key("mmrm", "mmrm", 1e-7)
    rows = {key: agreement.Tally(cases={"a"}, values=30, largest=1e-13)}
    old = "| `mmrm`: `mmrm` | 2 | 60 | 1e-7 | below 5e-10 | 4 |"
    before = f"<!-- agreement: made -->\n{old}\n<!-- end -->"
    assert agreement.agreement(rows, frozenset([key]), before).splitlines()[-1] == old
    assert "| 30 | 1e-7 | below 1e-12 |" in agreement.agreement(rows, frozenset([key]), "")
    assert "| 30 | 1e-7 | below 1e-12 |" in agreement.agreement(rows, frozenset(), before)
    assert agreement.agreement({}, frozenset(), before) == ""


def case(function, given, expected):
    return Case(
        id="one",
        function=function,
        inputs=given,
        expected=expected,
        tolerance=None,
        is_subset=False,
        is_statistic=True,
        folder=REFERENCE.parent,
    )


def test_a_value_belongs_to_the_method_whose_answer_it_changes_with(agreement):
    expected = {"bonferroni": [0.02, 0.4], "holm": [0.02, 0.2]}
    one = case("p_adjust", {"p": [0.01, 0.2], "names": ["a", "b"]}, expected)
    rows = agreement.measured({Path("own.json"): [one]}).rows
    found = {method: tally.values for method, own in rows.items() for tally in own.values()}
    assert found == {"adjust": 4, "bonferroni": 2, "holm": 2}


def test_the_difference_of_a_list_of_one_is_not_lost(agreement):
    one = case("p_adjust", {"p": [0.02], "names": ["a"]}, {"bonferroni": 0.02 * (1 + 2e-11)})
    rows = agreement.measured({Path("own.json"): [one]}).rows
    (tally,) = rows["bonferroni"].values()
    assert 1e-11 < tally.largest < 3e-11


def test_an_infinite_answer_where_r_stopped_on_the_way_is_forgiven(agreement):
    expected = {"cox.coef": [25.0]}
    given = {"formula": "Surv(time, status) ~ x"}
    one = replace(case("two_arm_survival", given, expected), remarks=("beta may be infinite",))
    assert agreement._gaps(one, {"cox.coef": [math.inf]}) == {"cox.coef[0]": (math.inf, math.inf)}
    with pytest.raises(SystemExit, match="expected 25"):
        agreement._gaps(replace(one, remarks=()), {"cox.coef": [math.inf]})


def test_a_refusal_belongs_to_what_was_called(agreement):
    one = case("event_rate", {"events": -1, "time": 2.0, "conf": 0.95}, {"error": "no such count"})
    rows = agreement.measured({Path("own.json"): [one]}).rows
    assert {method: [tally.values for tally in own.values()] for method, own in rows.items()} == {
        "event_rate": [1]
    }


def test_what_is_watched_is_let_go(tool):
    from equipoise.qualification.statistics import meta as adapters

    before = dict(adapters._EFFECTS)
    with tool("page.belonging").watched():
        assert adapters._EFFECTS.keys() == before.keys()
        assert before != adapters._EFFECTS
    assert before == adapters._EFFECTS


def test_speed_shows_what_was_measured_and_what_is_not_there(tool):
    speed, one = tool("page.speed").speed, explain("fisher_test")
    peer = {"peer": "R 4.2.2", "task": "Fisher", "batch": 2950.0, "one_call": None, "command": "x"}
    own = {"batch": {"trials": 10_000, "ratio": 412.3}, "peers": [peer]}
    found = {"machine": "a machine", "date": "2026-11-22", "methods": {"binary.fisher_test": own}}
    text = speed(one, found)
    assert "On a machine, 2026-11-22." in text
    assert "A single call takes 410 times as long as a trial of a batch of 10,000." in text
    assert text.endswith("| R 4.2.2 | Fisher | 3,000 | - |\n\nMeasured by\n\n- `x`")
    assert "peer was timed." in speed(one, found | {"methods": {"binary.fisher_test": own | {"peers": []}}})  # fmt: skip
    assert speed(one, {}).endswith("has no figure for it.")
    assert "](fit_mmrm.md#speed)" in speed(explain("toeplitz"), found)


def test_words_of_ones_own_stay_and_headings_are_fixed(tool):
    make, one = tool("page.method").method_page, explain("fisher_test")
    before = make(one).replace("## Formula\n", "## Formula\n\nh(x)\n\n### Tails\n\nSums.\n")
    assert make(one, before) == before
    assert "h(x)\n\n### Tails\n\nSums.\n\n## Choices" in before
    with pytest.raises(SystemExit, match="headings Remarks"):
        make(one, before + "\n## Remarks\n")
    with pytest.raises(SystemExit, match="no heading"):
        tool("page.text").with_block("# A page\n", "Sources", "sources", "text")


def test_settings_of_a_protocol_are_written_once(tool):
    settings = tool("page.method").settings
    asked = [("test.a", "method.p"), ("test.b", "method.p"), ("test.a", "method.q"), ("test.b", "method.q"), ("level.c",)]  # fmt: skip
    assert settings(tuple(asked)) == (
        "`test: a` or `test: b` with `method: p`, or with `method: q`; `level: c`"
    )
