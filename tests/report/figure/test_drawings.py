from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from equipoise.report.display.model import Figure
from equipoise.report.document import trial_report
from support.report_case import CASES, LABELS, Case, made_report
from support.svg_reader import placed_texts, results_in, size_of


def figures_of(name: str) -> tuple[Case, list[Figure]]:
    case, document = made_report(name)
    return case, [one for one in _blocks(document) if isinstance(one, Figure)]


def _blocks(part):
    for section in part.sections:
        yield from getattr(section, "blocks", ())
        yield from _blocks(section)


@pytest.mark.parametrize("name", CASES)
def test_no_text_leaves_its_drawing(name):
    for figure in figures_of(name)[1]:
        width, height = size_of(figure.svg)
        for text in placed_texts(figure.svg):
            inside = text.left > -1 and text.right < width + 1 and text.top > -1
            assert inside, f"{figure.id}: {text} leaves {width} x {height}"
            assert text.bottom < height + 1, f"{figure.id}: {text} leaves {width} x {height}"


@pytest.mark.parametrize("name", CASES)
def test_no_text_lies_on_another(name):
    for figure in figures_of(name)[1]:
        for one, other in combinations(placed_texts(figure.svg), 2):
            assert not one.overlaps(other), f"{figure.id}: {one} lies on {other}"


@pytest.mark.parametrize("name", CASES)
def test_every_result_of_a_drawing_exists_and_stands_in_its_numbers(name):
    case, figures = figures_of(name)
    known = set(case.frame["result_id"])
    for figure in figures:
        assert set(results_in(figure.svg)) <= known
        assert figure.alt
        assert len(figure.alt) < 5000
        ET.fromstring(figure.svg)
    drawn = {figure.id for figure in figures if results_in(figure.svg)}
    assert {"figure-flow", "figure-curve"} <= drawn


def test_draws_every_kind_of_figure():
    names = {figure.id for figure in figures_of("three arms")[1]}
    assert names == {
        "schema",
        "figure-flow",
        "figure-primary",
        "figure-course-course",
        "figure-course",
        "figure-responders-risk_difference",
        "figure-responders-relative_risk",
        "figure-responders-odds_ratio",
        "figure-curve",
        "figure-curve_hazard",
        "figure-courses-courses",
        "figure-grades-grades",
        "figure-impression-grades",
        "figure-events-dots",
    }


def test_draws_the_same_again_and_with_ids_of_its_own():
    case, document = made_report("captured")
    again = trial_report(case.protocol, case.frame, case.provenance, date="2026-11-22")
    first, second = (
        [one.svg for one in _blocks(part) if isinstance(one, Figure)] for part in (document, again)
    )
    assert first == second
    ids = [
        element.attrib["id"]
        for svg in first
        for element in ET.fromstring(svg).iter()
        if "id" in element.attrib
    ]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", ["two arms", "three arms", "six arms"])
def test_prints_numbers_at_risk_as_the_results_hold_them(name):
    case, figures = figures_of(name)
    curve = next(figure for figure in figures if figure.id == "figure-curve")
    printed = {}
    root = ET.fromstring(curve.svg)
    for group in root.iter("{http://www.w3.org/2000/svg}g"):
        if "data-result" in group.attrib:
            printed[group.attrib["data-result"]] = "".join(group.itertext()).strip()
    expected = case.frame.filter(method="kaplan_meier", statistic="at_risk", variable="")
    assert expected.height == 10 * CASES[name]["arms"]
    for row in expected.iter_rows(named=True):
        assert printed[row["result_id"]] == f"{row['value']:g}"


def test_leaves_out_a_forest_without_any_estimate():
    names = {figure.id for figure in figures_of("all missing")[1]}
    assert "figure-primary" not in names
    assert "figure-course-course" not in names


def test_names_every_arm_in_every_figure_of_arms():
    for figure in figures_of("six arms")[1]:
        if figure.id in {"figure-curve", "figure-course-course", "schema", "figure-events-dots"}:
            written = " ".join(text.text for text in placed_texts(figure.svg))
            for label in LABELS:
                assert label.split()[0] in written
