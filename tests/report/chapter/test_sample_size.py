"""Sample sizes as the plan and the design page show them."""

import pytest

from equipoise.design import sample_size_chapter
from equipoise.report import chapter_document, plan_document, render_html
from equipoise.report.chapter import chapter_section
from equipoise.report.display.model import Figure, Number, Paragraph, Table, text_of
from equipoise.trials import load_protocol
from support.sizes import sized
from support.svg_reader import results_in

SIZES = (
    "method: mean, difference: 2, standard_deviation: 4, power: 0.8, dropout: 0.2, "
    "source: 'stand-in: from no trial'",
    "method: logrank, hazard_ratio: 0.5, event_probability: 0.4, power: 0.9",
    "method: simon_two_stage, uninteresting: 0.1, desirable: 0.3, power: 0.8, largest: 30",
)


@pytest.fixture(scope="module")
def protocol(tmp_path_factory):
    return sized(tmp_path_factory.mktemp("sized"), *SIZES)


@pytest.fixture(scope="module")
def chapter(protocol):
    return sample_size_chapter(protocol)


@pytest.fixture(scope="module")
def section(protocol, chapter):
    return chapter_section(protocol, chapter)


def tables(section):
    return {one.id: one for one in section.blocks if isinstance(one, Table)}


def cells(table):
    return {text_of(row.label): [text_of(cell.runs) for cell in row.cells] for row in table.rows}


def test_every_number_is_a_row_and_every_row_is_shown_or_cited(section, chapter):
    shown = {
        run.result_id
        for table in tables(section).values()
        for row in table.rows
        for cell in row.cells
        for run in cell.runs
        if isinstance(run, Number)
    }
    cited = {one for said in chapter.statements for one in said.cites}
    assert shown | cited == set(chapter.results["result_id"])


def test_participants_stand_by_arm_and_in_all(section):
    """power.t.test(delta = 2, sd = 4, power = 0.8)$n is 63.76576; 64 / 0.8 = 80."""
    assert cells(tables(section)["sample_size-one-subjects"]) == {
        "Standard care": ["64", "80"], "Cells": ["64", "80"], "In all": ["128", "160"],
    }  # fmt: skip


def test_power_lies_around_the_assumptions(section):
    """power.t.test(n = 64, delta = 1.5, sd = 4) has 0.5577, delta = 2 and sd = 5 has 0.6124."""
    table = tables(section)["sample_size-one-around"]
    assert [column.label for column in table.columns] == ["1.5", "2", "2.5"]
    assert cells(table)["4"][0] == "55.8"
    assert cells(table)["5"][1] == "61.2"


def test_two_stages_stand_by_the_true_share(section):
    """Simon 1989, table 1: 1/10 5/29 for 0.1 and 0.3; expected size 15.0, early stop 0.74."""
    table = cells(tables(section)["sample_size-three-stages"])
    assert list(table) == ["10", "15", "20", "25", "30"]
    assert table["10"][1:] == ["73.6", "15.0"]


def test_the_sentences_of_a_plan_say_assumption_formula_source_and_result(section):
    said = [text_of(one.runs) for one in section.blocks if isinstance(one, Paragraph)]
    assert (
        "With a difference of 2 (Cells minus Standard care), a standard deviation of 4" in said[0]
    )
    assert "a power of 80% to show a difference at a two-sided level of 5% takes 128" in said[0]
    assert "of 160 randomised" in said[0]
    assert "(Julious 2004;" in said[0]
    assert "Stand-in: from no trial." in said[0]
    assert "a hazard ratio of 0.5 (Cells over Standard care)" in said[1]
    assert "(Schoenfeld 1983; Freedman 1982)" in said[1]
    assert "No source of the assumptions is given." in said[1]
    assert "stops after 10 participants with 1 responders or fewer" in said[2]
    assert "more than 5 responders of 29" in said[2]


def test_what_stands_in_is_listed(section):
    table = tables(section)["sample_size-assumed"]
    assert cells(table) == {"From no trial": ["sample_size.one"]}


def test_the_plan_holds_the_sizes_where_there_are_any(protocol, chapter):
    def ids(**more):
        plan = plan_document(protocol, date="2026-11-22", software={}, **more)
        return [one.id for one in plan.sections]

    assert "sample_size" not in ids()
    order = ids(chapters=(chapter,))
    assert order.index("sample_size") == order.index("analyses") - 1


def test_one_page_holds_several_chapters(protocol, chapter):
    page = render_html(chapter_document(protocol, chapter, chapter, date="2026-11-22"))
    assert page.count("Sample size") >= 2


def test_a_trial_without_sizes_has_no_chapter():
    assert sample_size_chapter(load_protocol("wang2012")) is None


LOOKED = (
    "method: proportion, experimental: 0.9, control: 0.75, power: 0.8, looks: {information: "
    "[0.4, 0.7, 1], efficacy: {spending: hwang_shih_decani, parameter: -4}, "
    "futility: {spending: obrien_fleming}}",
    "method: logrank, hazard_ratio: 0.5, event_probability: 0.4, power: 0.9, "
    "looks: {information: [0.5, 1], efficacy: {shape: obrien_fleming}}",
)


@pytest.fixture(scope="module")
def looked(tmp_path_factory):
    protocol = sized(tmp_path_factory.mktemp("looked"), *LOOKED)
    return chapter_section(protocol, sample_size_chapter(protocol))


def test_bounds_are_drawn_told_and_tabled(looked):
    """Bounds of rpact 3.3.4, as in tests/design/sample_size/test_sequential.py."""
    first, second = (one for one in looked.blocks if isinstance(one, Figure))
    (table,) = first.numbers
    assert cells(table)["Look 1"][2:] == ["2.904", "0.002", "0.00184", "0.154"]
    assert [text_of(row.label) for row in table.rows] == ["Look 1", "Look 2", "Look 3"]
    assert "Look 2: Information (%) 70.0" in first.alt
    assert "Futility, z 1.270" in first.alt
    ids = {run.result_id for row in table.rows for cell in row.cells for run in cell.runs}
    marked = results_in(first.svg)
    assert len(marked) == 6
    assert set(marked) <= ids
    assert cells(second.numbers[0])["Look 2"][2] == "1.977"
    assert [column.label for column in second.numbers[0].columns][1] == "Events"
    assert "Futility" not in second.alt


def test_stops_stand_under_both_truths(looked):
    stops = tables(looked)["sample_size-one-stops"]
    assert [column.label for column in stops.columns] == ["Efficacy", "Futility"] * 2
    # rejectPerStage and futilityPerStage of rpact 3.3.4
    assert cells(stops)["Look 1"][2:] == ["15.2", "4.3"]
    assert cells(stops)["Look 2"][2:] == ["34.8", "8.3"]
    assert [column.label for column in tables(looked)["sample_size-two-stops"].columns] == [
        "Efficacy", "Efficacy",
    ]  # fmt: skip


def test_a_plan_says_how_the_looks_are_bound(looked):
    said = [text_of(one.runs) for one in looked.blocks if isinstance(one, Paragraph)]
    assert "efficacy bounds by the spending of Hwang, Shih and DeCani with parameter −4" in said[0]
    assert "futility bounds by the spending of O'Brien and Fleming" in said[0]
    assert "not binding" in said[0]
    assert "efficacy bounds by the shape of O'Brien and Fleming." in said[1]
    assert "(Jennison and Turnbull 2000;" in said[1]
