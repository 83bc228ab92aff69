from __future__ import annotations

import polars as pl
import pytest

from equipoise.errors import DataError
from equipoise.report import trial_report
from equipoise.report.display.model import Facts, Figure, Paragraph, Table, numbers_of, text_of
from equipoise.report.format import PILOT_P_VALUE
from support.report_case import made_case, made_report

CAVEATS = "What was assumed, filled in, or could not be estimated"


def report_of(case, **options):
    return trial_report(case.protocol, case.frame, case.provenance, date="2026-11-22", **options)


def sections_of(document):
    return {section.title: section for section in document.sections}


def blocks_of(section):
    return [*section.blocks, *(one for inner in section.sections for one in blocks_of(inner))]


def texts_of(section):
    return [text_of(one.runs) for one in blocks_of(section) if isinstance(one, Paragraph)]


def test_tells_the_trial_in_the_order_of_a_reader():
    titles = list(sections_of(made_report("three arms")[1]))
    assert titles == [
        "In brief",
        "The trial at a glance",
        "Participants",
        "Who the participants were",
        "Primary result",
        "Secondary results",
        "Exploratory results",
        "Safety",
        "What was assumed, filled in, or could not be estimated",
        "Where these results come from",
        "Methods",
        "Appendix: long tables",
    ]


def test_primary_result_is_a_sentence_then_a_figure_then_a_table():
    section = sections_of(made_report("captured")[1])["Primary result"]
    kinds = [type(block) for block in section.blocks]
    assert kinds[:3] == [Paragraph, Figure, Table]
    assert "than with Placebo (difference" in text_of(section.blocks[0].runs)
    assert "interval" in text_of(section.blocks[0].runs)


def test_every_planned_analysis_has_a_display():
    case, document = made_report("two arms")
    ids = {
        block.id.removeprefix("figure-").partition("-")[0]
        for section in document.sections
        for block in blocks_of(section)
        if isinstance(block, Figure | Table)
    }
    assert set(case.protocol.analyses) <= ids


def test_says_what_was_assumed_and_how_missing_values_were_handled():
    section = sections_of(made_report("three arms")[1])[CAVEATS]
    tables = {block.id: block for block in section.blocks if isinstance(block, Table)}
    assumed = [(text_of(row.label), text_of(row.cells[0].runs)) for row in tables["assumed"].rows]
    assert assumed == [("Block size not found", "randomisation")]
    assert "Recruitment was slower than planned." in texts_of(section)
    handled = text_of(tables["estimands"].rows[0].cells[0].runs)
    assert "Rescue treatment: used whatever happened" in handled
    assert "last observation carried forward" in handled


def test_lists_every_result_without_a_value_with_its_reason():
    case, document = made_report("all missing")
    table = next(
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table) and block.id == "not-estimated"
    )
    named = {case.protocol.analyses[one].title for one in
             case.frame.filter(pl.col("state") != "estimated")["analysis"].unique()}  # fmt: skip
    assert {text_of(row.label) for row in table.rows if row.is_group} == named
    assert all("not estimable" in text_of(row.cells[1].runs) for row in table.rows if row.cells)
    failed = set(case.frame.filter(pl.col("state") != "estimated")["result_id"])
    shown = {
        one.result_id for row in table.rows for cell in row.cells for one in numbers_of(cell.runs)
    }
    assert shown <= failed


def test_says_so_where_everything_could_be_estimated():
    case = made_case(2)
    frame = case.frame.filter(pl.col("state") == "estimated")
    document = trial_report(case.protocol, frame, case.provenance, date="2026-11-22")
    texts = texts_of(sections_of(document)[CAVEATS])
    assert "Every planned statistic could be estimated." in texts


def test_names_planned_analyses_that_left_no_result():
    case = made_case(2)
    frame = case.frame.filter(pl.col("analysis") != "curve_hazard")
    document = trial_report(case.protocol, frame, case.provenance, date="2026-11-22")
    assert "Planned analyses without results: Hazard of a renal flare." in texts_of(
        sections_of(document)[CAVEATS]
    )
    assert "This analysis left no result." in texts_of(sections_of(document)["Secondary results"])


def test_shows_a_method_without_a_display_of_its_own_row_by_row():
    case = made_case(2)
    odd = pl.col("analysis") == "responders"
    frame = case.frame.with_columns(
        pl.when(odd).then(pl.lit("new_method")).otherwise(pl.col("method")).alias("method")
    )
    document = trial_report(case.protocol, frame, case.provenance, date="2026-11-22")
    table = next(
        block
        for block in blocks_of(sections_of(document)["Secondary results"])
        if isinstance(block, Table) and block.id == "responders"
    )
    shown = {
        one.result_id for row in table.rows for cell in row.cells for one in numbers_of(cell.runs)
    }
    assert shown == set(frame.filter(odd)["result_id"])


def test_marks_simulated_data_and_what_else_every_page_must_say():
    document = report_of(
        made_case(2, origin="SIMULATED"), marks=("UNBLINDED", "cut-off 2026-10-01")
    )
    assert document.marks == ("SIMULATED DATA", "UNBLINDED", "cut-off 2026-10-01")
    assert made_report("captured")[1].marks == ()


def test_says_where_the_numbers_come_from():
    case, document = made_report("captured")
    section = sections_of(document)["Where these results come from"]
    facts = next(block for block in section.blocks if isinstance(block, Facts))
    entries = {name: text_of(runs) for name, runs in facts.entries}
    assert entries["Protocol, SHA-256"] == case.protocol.content_hash
    assert entries["Data, SHA-256"] == case.provenance.data_hash
    assert entries["Data"] == "Captured from the participants of the trial"
    assert entries["Software"] == "equipoise 0.1.0, python 3.11"


def test_prints_p_values_in_the_style_asked_for():
    text = " ".join(
        texts_of(sections_of(report_of(made_case(2), p_style=PILOT_P_VALUE))["Primary result"])
    )
    assert "p\u00a0=\u00a00.2326" in text


def test_reports_one_look_and_keeps_others_out():
    case = made_case(2)
    first = case.frame.with_columns(pl.lit("first").alias("look"), pl.col("value") * 2)
    both = pl.concat([case.frame, first])
    final = trial_report(case.protocol, both, case.provenance, date="2026-11-22")
    assert final == made_report("captured")[1]
    interim = trial_report(case.protocol, both, case.provenance, date="2026-11-22", look="first")
    assert interim.subtitle == "Made trial: interim results, first"
    assert sections_of(interim)["Primary result"] != sections_of(final)["Primary result"]


def test_heads_each_arm_with_its_number_of_subjects_where_a_result_says_it():
    case = made_case(2, sizes=[30, 29])
    sections = sections_of(report_of(case))
    table = next(
        one for one in sections["Who the participants were"].blocks if isinstance(one, Table)
    )
    assert [text_of(column.under) for column in table.columns] == ["N = 30", "N = 29", "N = 59"]
    hidden = case.frame.filter(
        ~(pl.col("statistic").is_in(["denominator", "n"]) | (pl.col("method") == "flow"))
    )
    document = trial_report(case.protocol, hidden, case.provenance, date="2026-11-22")
    table = next(
        one
        for one in sections_of(document)["Who the participants were"].blocks
        if isinstance(one, Table)
    )
    assert [column.under for column in table.columns] == [(), (), ()]


def test_calls_a_curve_of_few_subjects_descriptive():
    small = sections_of(made_report("two arms")[1])["Secondary results"]
    figure = next(
        one for one in blocks_of(small) if isinstance(one, Figure) and one.id == "figure-curve"
    )
    assert "the curve is descriptive" in text_of(figure.caption)
    large = sections_of(made_report("captured")[1])["Secondary results"]
    figure = next(
        one for one in blocks_of(large) if isinstance(one, Figure) and one.id == "figure-curve"
    )
    assert "descriptive" not in text_of(figure.caption)


def test_never_concludes_no_difference():
    texts = [text for one in made_report("four arms")[1].sections for text in texts_of(one)]
    assert any("interval includes" in text for text in texts)
    for text in texts:
        assert "no significant difference" not in text
        assert "no effect" not in text


def test_refuses_what_is_no_frame_of_results():
    case = made_case(2)
    with pytest.raises(DataError, match="no column 'result_id'"):
        trial_report(case.protocol, pl.DataFrame({"x": [1]}), case.provenance, date="2026-11-22")
