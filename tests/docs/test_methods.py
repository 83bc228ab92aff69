"""The pages of methods say what the table of methods and the reference files say."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest

from equipoise.qualification import case_files, read_cases
from equipoise.stats.explanation import FAMILIES, explanations

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "methods"
REMAKE = "run `python tools/method_page.py`"
REFERENCE = ROOT / "tests" / "reference" / "json"


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
def test_a_method_is_listed_under_its_heading(one):
    headings = re.findall(r"^## (.*)$", text(one.family), re.MULTILINE)
    assert headings.count(one.section) == 1
    # GitHub: lower case, punctuation away, blanks to hyphens
    assert one.anchor == "".join(
        "-" if letter == " " else letter
        for letter in one.section.lower()
        if letter.isalnum() or letter in " -_"
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_the_agreement_counts_every_case_and_value(agreement, family):
    """Differences depend on the machine and on data kept elsewhere; counts do not."""
    shown = {
        (row[0].strip("`"), row[3]): (int(row[1]), int(row[2].replace(",", "")))
        for row in table_rows(text(family))
    }
    counted = agreement.counted(
        case for cases in agreement.reference_cases(family).values() for case in cases
    )
    assert shown == {
        (method, agreement.allowed(limit)): (len(one.cases), one.values)
        for (method, limit), one in counted.items()
    }, REMAKE


def test_every_reference_file_of_a_method_is_on_a_page(agreement):
    shown = [
        case.id
        for family in FAMILIES
        for cases in agreement.reference_cases(family).values()
        for case in cases
    ]
    every = [case.id for path in case_files([REFERENCE]) for case in read_cases(path)]
    assert sorted(shown) == sorted(every), (
        "a case without a page, or on two: see _FILES in tools/page/agreement.py"
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_no_difference_is_above_its_tolerance(family):
    for method, _, _, allowed, largest, _ in table_rows(text(family)):
        if allowed != "not compared":
            assert float(largest.removeprefix("below ")) <= 2.5 * float(allowed), method


def table_rows(page):
    block = re.search(r"<!-- agreement:.*?<!-- end -->", page, re.DOTALL)
    lines = [line for line in block.group().splitlines() if line.startswith("| `")] if block else []
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_files_that_another_folder_lacks_are_those_of_the_repository(agreement, tmp_path):
    other = tmp_path / "json" / "binary.json"
    other.parent.mkdir()
    case = '{"id": "one", "method": "two_by_two", "input": {}, "expect": {"p": 1}}'
    other.write_text(f'{{"cases": [{case}]}}', encoding="utf-8")
    found = agreement.reference_cases("binary", tmp_path)
    assert [*found][:2] == [other, REFERENCE / "margin.json"]
    assert [one.id for one in found[other]] == ["one"]
    assert agreement.reference_cases("description", tmp_path) == {}


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
    key, one = (
        ("mmrm", 1e-7),
        agreement.Tally(cases={"a", "b"}, values=30, largest=1e-13, not_run=True),
    )
    before = "| `mmrm` | 2 | 30 | 1e-7 | below 5e-10 | 4 |"
    assert agreement.agreement_table({key: one}, before).splitlines()[-1] == before
    assert "| not run |" in agreement.agreement_table({key: one}).splitlines()[-1]
    one.not_run = False
    assert "| below 1e-12 |" in agreement.agreement_table({key: one}, before).splitlines()[-1]


def test_a_case_is_counted_once_and_measured_where_it_can_be_run(agreement, tool):
    cases = next(iter(agreement.reference_cases("multiplicity").values()))
    found = agreement.measured(cases)
    assert sum(len(one.cases) for key, one in found.items() if key[0] == "p_adjust") == 4
    assert all(one.largest <= limit for (_, limit), one in found.items())
    with pytest.raises(SystemExit, match="no heading"):
        tool("page.text").with_block("# A page\n", "Agreement", "agreement", "text")
