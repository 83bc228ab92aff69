"""What a report and a plan show of monitoring."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.design import monitoring_chapter
from equipoise.report import plan_document, render_html, trial_report
from equipoise.report.chapter import chapter_section
from equipoise.report.display import Figure, Paragraph, Table, text_of
from equipoise.report.display.model import Number
from support.counted import analysed, counted_cohort, counted_protocol
from support.svg_reader import results_in

ANALYSES = (
    "ratio: method: sprt, endpoint: failure, low: 0.2, high: 0.4, alpha: 0.05, beta: 0.1, "
    "largest: 12",
    "exact: method: exact_monitoring, endpoint: response, at: [4, 8, 16], lower: [0, 2, 5], "
    "upper: [5, 9, 17], rates: [0.3, 0.5]",
    "outlook: method: predictive_monitoring, endpoint: response, at: [5, 10], largest: 20, "
    "reference: 0.3, efficacy: 0.99",
    "early: method: exact_monitoring, endpoint: response, at: [40], lower: [3], upper: [41], "
    "rates: [0.5]",
)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    protocol = counted_protocol(tmp_path_factory.mktemp("watched"), *ANALYSES)
    responds = np.array([1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1])
    cohort = counted_cohort(protocol, arm=np.ones(12), subject={"responds": responds})
    results = analysed(protocol, cohort)
    chapter = monitoring_chapter(protocol)
    report = trial_report(
        protocol, results.frame(), results.provenance, date="2026-11-22", chapters=(chapter,)
    )
    return protocol, chapter, report


def blocks(report, name):
    def walk(sections):
        for section in sections:
            yield section
            yield from walk(section.sections)

    return next(one.blocks for one in walk(report.sections) if one.id == f"analysis-{name}")


def lead(report, name):
    return text_of(next(one for one in blocks(report, name) if isinstance(one, Paragraph)).runs)


def cells(table):
    return {text_of(row.label): [text_of(one.runs) for one in row.cells] for row in table.rows}


def figure(report, name):
    return next(one for one in blocks(report, name) if isinstance(one, Figure))


def test_a_limit_that_is_met_is_told_with_its_place(shown):
    _, _, report = shown
    said = lead(report, "ratio")
    assert "the limit of harm is met after 5 participants: 5 responders" in said
    table = cells(figure(report, "ratio").numbers[0])
    assert table["5"] == ["5", "none", "5", "Limit of harm"]
    assert table["4"][3] == "Goes on"


def test_a_trial_that_goes_on_is_told_with_its_last_look(shown):
    _, _, report = shown
    said = lead(report, "exact")
    assert "no limit is met. At the last look that could be made, after 8 participants" in said
    assert "there were 6 responders" in said
    assert "too few participants are known for the first look" in lead(report, "early")
    assert not any(isinstance(one, Figure) for one in blocks(report, "early"))


def test_the_path_is_drawn_between_limits_that_can_be_met(shown):
    _, _, report = shown
    drawn = figure(report, "exact")
    (table,) = drawn.numbers
    ids = {
        run.result_id
        for row in table.rows
        for cell in row.cells
        for run in cell.runs
        if isinstance(run, Number)
    }
    marked = results_in(drawn.svg)
    assert len(marked) == 2 + 3  # responders of two looks, three lower limits, no upper one
    assert set(marked) <= ids


def test_predictive_probabilities_stand_beside_the_posterior(shown):
    """Beta(6, 1) has mean 6 / 7; Beta(7, 5) after 6 of 10 has 58.3 %."""
    _, _, report = shown
    table = cells(figure(report, "outlook").numbers[0])
    assert table["5"][4] == "85.7"
    assert table["10"][4] == "58.3"
    assert 0 < float(table["10"][6]) <= 1
    assert table["20"][0] != table["10"][0]


def test_the_plan_says_limits_and_how_often_they_are_met(shown):
    protocol, chapter, _ = shown
    section = chapter_section(protocol, chapter)
    tables = {one.id: cells(one) for one in section.blocks if isinstance(one, Table)}
    assert list(tables["monitoring-ratio-stops"]) == ["20", "40"]
    # Five of four cannot respond.
    assert next(iter(tables["monitoring-exact-limits"].items())) == ("4", ["none", "0"])
    ids = {
        run.result_id
        for table in section.blocks
        if isinstance(table, Table)
        for row in table.rows
        for cell in row.cells
        for run in cell.runs
        if isinstance(run, Number)
    }
    assert ids == set(chapter.results["result_id"])
    page = render_html(plan_document(protocol, date="2026-11-22", software={}, chapters=(chapter,)))
    assert "after 4 subjects with 0 or fewer" in page
    assert "Sequential probability ratio test (Wald 1945) of 20% against 40%" in page
    assert "below 5% or above 99%" in page


def test_a_protocol_without_monitoring_has_no_chapter(tmp_path):
    protocol = counted_protocol(tmp_path, "one: method: proportion, endpoint: response")
    assert monitoring_chapter(protocol) is None


COMPARISONS = (
    "on: method: group_sequential, endpoint: response, subjects: 36, information: [0.5, 1], "
    "effect: 0.2",
    "done: method: group_sequential, endpoint: failure, subjects: 18, information: [0.5, 1], "
    "efficacy: {shape: pocock}",
    "far: method: group_sequential, endpoint: response, subjects: 360, information: [0.5, 1]",
)


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    protocol = counted_protocol(tmp_path_factory.mktemp("compared"), *COMPARISONS)
    responds = np.array([1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1])
    arm = np.array([1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1])
    results = analysed(protocol, counted_cohort(protocol, arm=arm, subject={"responds": responds}))
    report = trial_report(protocol, results.frame(), results.provenance, date="2026-11-22")
    return protocol, report


def test_a_comparison_that_goes_on_is_told_with_its_outlook(compared):
    """10 of 12 against 4 of 6: pooled share 14/18, z = (1/6) / sqrt(14/18 * 4/18 / 4) = 0.8018."""
    _, report = compared
    said = lead(report, "on")
    assert "no bound is met at the last look that could be made, after 18 participants" in said
    assert "(predictive power)" in said
    assert cells(figure(report, "on").numbers[0])["18"][:4] == ["16.7", "0.802", "2.963", "Goes on"]
    assert "too few participants are known for the first look" in lead(report, "far")
    assert len(results_in(figure(report, "on").svg)) == 3  # one z, two bounds


def test_a_comparison_that_ended_is_told_with_the_looks_in_mind(compared):
    _, report = compared
    said = lead(report, "done")
    assert "the looks end after 18 participants, with no bound crossed" in said
    tables = [one for one in blocks(report, "done") if isinstance(one, Table)]
    outlook = cells(tables[-1])
    assert outlook["Difference as seen, points"] == ["16.7"]
    names = {"Median-unbiased difference, points", "Bias-adjusted difference, points"}
    assert names <= set(outlook)


def test_the_plan_says_what_looks_say(compared):
    protocol, _ = compared
    page = render_html(plan_document(protocol, date="2026-11-22", software={}))
    assert "Looks with 50%, 100% of 36 subjects in the order of entry" in page
    assert "under a difference of 0.2" in page
