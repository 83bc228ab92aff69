"""What the design can show and what was published, as pages show it."""

import shutil
from dataclasses import replace

import polars as pl
import pytest

from equipoise.evidence import evidence_chapter, recompute
from equipoise.report import chapter_document, render_html
from equipoise.report.chapter import chapter_section
from equipoise.report.display.model import Cited, Figure, Number, Paragraph, Table, text_of
from equipoise.trials import load_protocol, protocol_path
from support.chapters import chapter, chapter_as_section
from support.html_reader import read_html


def sections(section):
    return [section, *(one for inner in section.sections for one in sections(inner))]


def blocks(section):
    return [block for one in sections(section) for block in one.blocks]


def tables(section):
    return {block.id: block for block in blocks(section) if isinstance(block, Table)}


def runs_of(block):
    match block:
        case Paragraph():
            yield from block.runs
        case Table():
            for row in block.rows:
                yield from row.label
                for cell in row.cells:
                    yield from cell.runs
        case Figure():
            for table in block.numbers:
                yield from runs_of(table)


def row_of(table, label, after=""):
    labels = [text_of(row.label) for row in table.rows]
    start = next((place for place, text in enumerate(labels) if after in text), 0)
    row = table.rows[labels.index(label, start)]
    return [text_of(cell.runs) for cell in row.cells]


BOTH = [(name, which) for name in ("deng2017", "wang2012") for which in ("design", "evidence")]


@pytest.mark.parametrize(("name", "which"), BOTH)
def test_every_number_is_a_row_of_the_chapter(name, which):
    ids = set(chapter(name, which).results["result_id"])
    shown = set()
    for block in blocks(chapter_as_section(name, which)):
        for run in runs_of(block):
            if isinstance(run, Number):
                shown.add(run.result_id)
            if isinstance(run, Cited):
                shown.update(run.result_ids)
    assert len(shown) > 20
    assert shown <= ids


@pytest.mark.parametrize(("name", "which"), BOTH)
def test_drawings_show_rows_too_and_no_section_is_empty(name, which):
    page = read_html(render_html(chapter_document(
        load_protocol(name), chapter(name, which), date="2026-11-22"
    )))  # fmt: skip
    ids = set(chapter(name, which).results["result_id"])
    shown = {one for tag in page.all() for one in (tag.get("data-result") or "").split()}
    assert shown
    assert shown <= ids
    for one in sections(chapter_as_section(name, which)):
        assert one.blocks or one.sections, one.id


@pytest.mark.parametrize(("name", "which"), BOTH)
def test_a_page_of_its_own_holds_the_blocks_of_the_report(name, which):
    section = chapter_as_section(name, which)
    document = chapter_document(load_protocol(name), chapter(name, which), date="2026-11-22")
    alone = [text_of(b.runs) for s in document.sections for b in blocks(s)
             if isinstance(b, Paragraph)]  # fmt: skip
    assert alone == [text_of(b.runs) for b in blocks(section) if isinstance(b, Paragraph)]


# --- what the design can show


def test_power_of_deng_by_both_routes():
    """deng2017.md, tension 8: 21 % for 90 % against 60 %, 6 % for 90 % against 75 %."""
    table = tables(chapter_as_section("deng2017", "design"))["design-conclusions"]
    for scenario, power in (("dramatic", 21), ("Little room", 6)):
        exact = float(row_of(table, "Exact", scenario)[0])
        simulated = float(row_of(table, "Simulated", scenario)[0])
        assert round(exact) == power
        assert simulated == pytest.approx(exact, abs=400 * (0.25 / 4000) ** 0.5)


def test_the_rule_saves_subjects_and_says_by_which_route():
    """simulation.md section 13: mean difference -0.033 where 80 % respond in both arms."""
    found = tables(chapter_as_section("deng2017", "design"))
    text = " ".join(text_of(note) for note in found["design-rule"].footnotes)
    assert "Exact: 325 results of 24 v 12 subjects." in text
    assert "Simulated: 4,000 trials." in text
    assert row_of(found["design-bias"], "Exact", "1.")[:2] == ["−3.3", "−9.0"]
    stops, subjects, *_ = row_of(found["design-rule"], "Exact", "1.")
    assert float(stops) > 50
    assert 18 < float(subjects) < 36


def test_what_the_rule_says_of_the_published_result_stands_beside_the_claim():
    section = chapter_as_section("deng2017", "design")
    text = " ".join(text_of(b.runs) for b in blocks(section) if isinstance(b, Paragraph))
    assert "a positive effect was judged out of reach" in text
    assert "the stated rule would have stopped the trial there" in text
    assert "they agree" in text


def test_a_trial_without_looks_has_no_rule():
    ids = [one.id for one in sections(chapter_as_section("wang2012", "design"))]
    assert ids == ["design"]
    power = next(b for b in blocks(chapter_as_section("wang2012", "design"))
                 if isinstance(b, Figure))  # fmt: skip
    assert "3. A very large effect" in text_of(power.caption)
    assert "71.0%" in power.alt


def test_assumptions_stand_where_their_numbers_stand():
    table = tables(chapter_as_section("deng2017", "design"))["design-assumed"]
    text = " ".join(text_of(row.label) for row in table.rows)
    assert "20 percentage points" in text
    assert "its rule NOT FOUND" in text


# --- what was published


def test_published_percentages_stand_beside_the_recomputed():
    """Table 2: remission 83 % of 6 and 75 % of 12."""
    table = tables(chapter_as_section("deng2017", "evidence"))["evidence-percentages"]
    assert row_of(table, "Remission, complete or partial") == [
        "9/12 (75%)", "75.0%", "yes", "5/6 (83%)", "83.3%", "yes",
    ]  # fmt: skip
    assert row_of(table, "Permanent dialysis")[2] == "–"


def test_a_percentage_that_cannot_be_rebuilt_is_flagged(tmp_path):
    for name in ("protocol.yaml", "published.yaml"):
        shutil.copy(protocol_path("deng2017").parent / name, tmp_path / name)
    path = tmp_path / "published.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('count: 9, percent: "75"', 'count: 9, percent: "85"'), "utf-8")
    evidence = recompute(tmp_path)
    section = chapter_section(evidence.protocol, evidence_chapter(evidence))
    row = row_of(tables(section)["evidence-percentages"], "Remission, complete or partial")
    assert row[:3] == ["9/12 (85%)", "75.0%", "NO"]
    words = " ".join(text_of(b.runs) for b in blocks(section) if isinstance(b, Paragraph))
    assert "85% is printed" in words


def test_two_tests_and_the_start_of_the_arms():
    """deng2017.md, tensions 1 and 2; baselines 3.1 and 4.5 g."""
    table = tables(chapter_as_section("deng2017", "evidence"))["evidence-means"]
    visit = row_of(table, "At the visit", "24-hour protein")
    assert visit[:3] == ["1.0 (1.0)", "3.1 (2.7)", "−2.1"]
    assert float(visit[4]) < 0.05 < float(visit[5])
    assert row_of(table, "Change", "24-hour protein")[2] == "−0.7"
    assert row_of(table, "At entry, derived", "24-hour protein")[:2] == ["3.1", "4.5"]


def test_one_patient_and_the_death():
    """deng2017.md, tension 3: five at 2.0 g and one at 8.6 g."""
    found = tables(chapter_as_section("deng2017", "evidence"))
    lone = row_of(found["evidence-one-patient"], "24-hour protein, g, Placebo")
    assert lone == ["6", "3.1 (2.7)", "2.0", "8.6"]
    death = found["evidence-death-remission"]
    assert [text_of(row.cells[2].runs) for row in death.rows] == ["−8.3", "−16.7", "−1.5", "−10.6"]
    ever = found["evidence-ever-remission"]
    assert row_of(ever, "0")[:2] == ["−8.3", "8.3"]


def test_what_an_answer_on_equivalence_would_need():
    section = chapter_as_section("wang2012", "evidence")
    found = tables(section)
    assert set(found) == {"evidence-excluded", "evidence-needed", "evidence-conflict",
                          "evidence-not-found"}  # fmt: skip
    needed = row_of(found["evidence-needed"], "40%")
    assert float(needed[2]) == pytest.approx(126, abs=8)  # normal approximation, 20 points, 80 %
    assert "Not found, so nothing can be recomputed." in row_of(
        found["evidence-not-found"], "Remissions by arm"
    )


def test_outcomes_of_one_arm_alone_are_shown_without_a_comparison():
    whole = chapter("deng2017", "evidence")
    alone = replace(
        whole,
        results=whole.results.filter(~pl.col("group").str.contains(" - ")),
        statements=(),
    )
    found = tables(chapter_section(load_protocol("deng2017"), alone))
    assert set(found) == {"evidence-percentages", "evidence-means", "evidence-one-patient"}
    row = row_of(found["evidence-means"], "At entry, derived", "24-hour protein")
    assert row == ["3.1", "4.5", "", "", "", ""]
