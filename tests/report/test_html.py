from __future__ import annotations

import re
import shutil
import subprocess
from decimal import Decimal
from itertools import pairwise

import pytest

from equipoise.report import render_html
from equipoise.report.format import FIGURE_SPACE, MINUS
from support.html_reader import Element, read_html
from support.report_case import Case, made_report

CASES = ("two arms", "three arms", "six arms", "markup", "one subject, no event", "all missing")
_PAGES: dict[str, tuple[Case, str, Element]] = {}


def page_of(name: str) -> tuple[Case, str, Element]:
    if name not in _PAGES:
        case, document = made_report(name)
        text = render_html(document)
        _PAGES[name] = (case, text, read_html(text))
    return _PAGES[name]


def shown_numbers(root: Element) -> list[tuple[str, str]]:
    """Numbers of text and tables: result and printed text."""
    return [
        (one.get("data-result"), one.text) for one in root.all("span") if one.get("data-result")
    ]


def agrees(text: str, value: float, scale: int) -> bool:
    """Half a unit of the last printed digit, on the printed scale."""
    plain = text.replace(MINUS, "-")
    if plain[0] in "<>":
        bound = Decimal(plain[1:])
        exact = Decimal(repr(value))
        return exact < bound if plain[0] == "<" else exact > bound
    printed = Decimal(plain)
    exact = Decimal(repr(value)).scaleb(scale)
    half = Decimal(5).scaleb(-len(plain.partition(".")[2]) - 1)
    return abs(printed - exact) <= half or abs(printed - abs(exact)) <= half


@pytest.mark.parametrize("name", CASES)
def test_every_number_is_a_result_at_its_printed_precision(name):
    case, _, root = page_of(name)
    rows = {row["result_id"]: row for row in case.frame.iter_rows(named=True)}
    numbers = shown_numbers(root)
    assert len(numbers) > 200
    for result, text in numbers:
        row = rows[result]
        if row["state"] != "estimated":
            assert not re.fullmatch(r"[<>]?[−\d.]+", text)
            continue
        in_percent = row["statistic"] == "survival" or row["variable"] in {
            "step",
            "risk_difference",
        }
        in_percent |= row["method"] == "kaplan_meier" and row["by"] != ""
        scales = (2, 0) if in_percent else (0,)
        assert any(agrees(text, row["value"], scale) for scale in scales), (text, row)


@pytest.mark.parametrize("name", CASES)
def test_every_id_of_a_drawing_is_a_result(name):
    case, _, root = page_of(name)
    known = set(case.frame["result_id"])
    shown = [one.get("data-result").split() for one in root.all() if one.get("data-result")]
    assert {result for ids in shown for result in ids} <= known


def test_shows_every_estimated_number_but_those_of_the_fit_alone():
    case, _, root = page_of("three arms")
    shown = {result for one in root.all() for result in one.get("data-result").split()}
    unseen = case.frame.filter(~case.frame["result_id"].is_in(sorted(shown)))
    left_out = set(unseen.select("method", "variable", "statistic").unique().iter_rows())
    assert left_out <= {
        ("ancova", "contrast", "df"),
        ("ancova", "contrast", "statistic"),
        ("ancova", "lsmean", "df"),
        ("cox", "hazard_ratio", "p_value"),
        ("cox", "log_hazard_ratio", "estimate"),
        ("cox", "log_hazard_ratio", "standard_error"),
        ("describe", "age", "missing"),
        *(
            ("describe", variable, statistic)
            for variable in ("protein", "albumin")
            for statistic in ("missing", "min", "max")
        ),
        *(
            ("describe", variable, statistic)
            for variable in ("renal", "skin")
            for statistic in ("denominator", "missing", "percent")
        ),
        ("individual_courses", "", "n"),
        ("mmrm", "fit", "converged"),  # said in words
        ("describe", "biopsy", "denominator"),
        ("describe", "biopsy", "missing"),
        ("describe", "biopsy", "percent"),
        ("describe", "global", "denominator"),
        ("describe", "global", "percent"),
        ("describe", "sex", "denominator"),
        ("describe", "sex", "missing"),
        ("describe", "sex", "percent"),
        ("describe", "steroid", "count"),
        ("describe", "steroid", "denominator"),
        ("describe", "steroid", "missing"),
        ("describe", "steroid", "percent"),
        ("adverse_events", "any", "denominator"),
        ("adverse_events", "body_system", "denominator"),
        ("adverse_events", "body_system", "events"),
        ("adverse_events", "body_system", "percent"),
        ("adverse_events", "term", "denominator"),
        ("adverse_events", "term", "events"),
        ("adverse_events", "term", "percent"),
        ("kaplan_meier", "", "standard_error"),
        ("mmrm", "contrast", "df"),
        ("mmrm", "contrast", "statistic"),
        ("mmrm", "lsmean", "df"),
        ("proportion", "response", "percent"),
    }


def test_holds_everything_it_needs_and_no_script():
    _, text, root = page_of("three arms")
    assert not root.all("script", "link", "iframe", "object", "img")
    assert not re.search(r"\son\w+=", re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL))
    outside = re.findall(r"""(?:href|src)=["'](?!#)([^"']+)""", text)
    assert not outside
    assert not re.search(r"url\((?!data:|#)", text)
    assert "@import" not in text


@pytest.mark.parametrize("name", CASES)
def test_heads_and_captions_say_what_each_cell_is(name):
    _, _, root = page_of(name)
    tables = root.all("table")
    assert len(tables) > 10
    for table in tables:
        assert table.all("caption")[0].text.strip()
        assert all(head.get("scope") for head in table.all("th"))
        width = max(len(row.children) for row in table.all("tr"))
        for row in table.all("tbody")[0].all("tr"):
            assert row.all("th"), "a row without a head"
            cells = [one for one in row.children if isinstance(one, Element)]
            spans = sum(int(one.get("colspan") or 1) for one in cells)
            assert spans == width or spans >= len(table.all("thead")[0].all("tr")[-1].children)


def test_ids_are_unique_and_links_lead_somewhere():
    _, _, root = page_of("six arms")
    ids = [one.get("id") for one in root.all() if one.get("id")]
    assert len(ids) == len(set(ids))
    for link in root.all("a"):
        assert link.get("href").removeprefix("#") in ids
    for region in root.all():
        for name in region.get("aria-labelledby").split():
            assert name in ids


def test_headings_go_down_one_step_at_a_time():
    _, _, root = page_of("three arms")
    levels = [int(one.tag[1]) for one in root.all("h1", "h2", "h3", "h4", "h5")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_drawing_has_words_and_numbers():
    _, _, root = page_of("three arms")
    figures = root.all("figure")
    assert len(figures) == 14
    for figure in figures:
        drawing = next(one for one in figure.all("div") if one.get("role") == "img")
        assert len(drawing.get("aria-label")) > 40
        assert drawing.all("svg")
    with_numbers = [one for one in figures if one.all("table") or one.all("a")]
    assert len(with_numbers) == 13  # all but the schema, which has no results


def test_marks_simulated_data_and_dates_the_page():
    assert "SIMULATED DATA" in page_of("two arms")[2].text
    root = page_of("three arms")[2]
    assert "SIMULATED DATA" not in root.text
    assert [one.text for one in root.all("time")] == ["22 November 2026"]


def test_text_of_the_data_is_text_and_never_markup():
    _, _, root = page_of("markup")
    assert "<b>" in root.text
    assert not root.all("b")


def test_equal_input_gives_equal_bytes():
    _, document = made_report("three arms")
    assert render_html(document) == page_of("three arms")[1]


def test_pads_columns_with_spaces_as_wide_as_digits():
    _, text, root = page_of("three arms")
    assert "td.number { white-space: pre; }" in text
    column = [row.all("td")[0].text for row in root.all("table")[0].all("tbody")[0].all("tr")]
    assert any(cell.startswith(FIGURE_SPACE) for cell in column)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_colours_of_page_and_figures_contrast_with_white():
    """WCAG 2.2, success criterion 1.4.3: 4.5 to 1 for text."""
    _, text, _ = page_of("six arms")
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    names = dict(re.findall(r"--(ink|muted|accent|mark): (#[0-9a-f]{6})", style))
    colours = {*names.values(), *re.findall(r"[; {]color: (#[0-9a-f]{6})", style)}
    drawn = re.findall(r"<text[^>]*?fill[:=][ \"]*(#[0-9a-fA-F]{6})", text)
    on_white = {colour for colour in {*colours, *drawn} if colour.lower() not in {"#ffffff"}}
    assert len(on_white) > 8
    for colour in on_white - _on_dark_parts(text):
        assert 1.05 / (_luminance(colour) + 0.05) >= 4.5, colour


def _on_dark_parts(text: str) -> set[str]:
    """Colours of the squares in the key of stacked bars, which are no words."""
    return set(re.findall(r"<text[^>]*?fill: (#[0-9a-f]{6})[^>]*>■", text))


@pytest.mark.skipif(shutil.which("chromium") is None, reason="not run: no chromium at hand")
def test_fits_a_phone_without_scrolling_the_page_sideways(tmp_path):
    _, text, _ = page_of("six arms")
    probe = "<script>document.title = document.documentElement.scrollWidth</script></body>"
    page = tmp_path / "page.html"
    page.write_text(text.replace("</body>", probe), encoding="utf-8")
    answer = subprocess.run(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={tmp_path / 'profile'}", "--window-size=500,900", "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    width = int(re.search(r"<title>(\d+)</title>", answer.stdout)[1])
    assert width <= 500
