from __future__ import annotations

from equipoise.report.display.model import text_of
from equipoise.report.glance import glance_blocks, schema_of
from support.report_case import made_protocol, made_report
from support.svg_reader import placed_texts


def test_reads_doses_days_and_assessments_from_the_protocol():
    schema = schema_of(made_protocol(2))
    assert [visit.day for visit in schema.visits] == [0, 28, 84, 168]
    first, second = schema.arms[1].given
    assert first.label == "Infusion 1 × 10⁶ cells per kg, intravenous"
    assert first.days == (0, 7)
    assert not first.is_continuous
    assert second.label == "Steroid, background treatment"
    assert second.days == (0, 168)
    assert second.is_continuous
    assert schema.arms[0].size == "24 planned"
    assert schema.assessments[0].visits == {"W0", "W4", "W12", "W24"}


def test_says_the_key_facts_and_only_those_that_are_known():
    facts = {name: text_of(runs) for name, runs in glance_blocks(made_protocol(3))[0].entries}
    assert facts["Question"] == "Do stem cells lower disease activity?"
    assert facts["Design"] == (
        "Phase 2; double blind; randomised 1:1:1 to 3 arms (permuted blocks)"
    )
    assert facts["Planned size"] == "72 subjects"
    assert facts["Primary endpoint"] == "Change in SLEDAI-2K at week 24"
    assert facts["Smallest difference that matters"] == "2 (Change in SLEDAI-2K at week 24)"
    assert facts["Registered"] == "ClinicalTrials.gov NCT00000000"
    assert "Sponsor" not in facts


def test_describes_the_schema_in_words():
    figure = glance_blocks(made_protocol(2))[1]
    assert figure.alt == (
        "Schema of the trial. Arms: Placebo (24 planned): Infusion 1 × 10⁶ cells per kg, "
        "intravenous on days 0, 7, Steroid, background treatment on days 0 to 168; Mesenchymal "
        "stem cells (24 planned): Infusion 1 × 10⁶ cells per kg, intravenous on days 0, 7, "
        "Steroid, background treatment on days 0 to 168. Visits: Week 0 (day 0), Week 4 (day 28), "
        "Week 12 (day 84), Week 24 (day 168). Assessed: SLEDAI-2K at Week 0, Week 4, Week 12, "
        "Week 24."
    )
    written = {text.text for text in placed_texts(figure.svg)}
    assert {"Placebo", "Randomised", "Steroid, background treatment", "168"} <= written


def test_stands_at_the_head_of_the_report():
    assert made_report("captured")[1].sections[1].title == "The trial at a glance"
