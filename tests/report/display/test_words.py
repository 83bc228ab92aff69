from __future__ import annotations

import pytest

from equipoise.report.display.words import Words, unit_words
from equipoise.report.naming import method_words, words_of
from support.report_case import made_protocol

WORDS = words_of(made_protocol(3))


def test_names_arms_contrasts_and_totals():
    assert WORDS.group("arm0") == "Placebo"
    assert WORDS.contrast("arm1 - arm0") == "Mesenchymal stem cells against Placebo"
    assert WORDS.group("Total") == "Total"
    assert WORDS.group("all arms") == "All arms"
    assert WORDS.group("F") == "Female"


def test_orders_groups_as_the_protocol_with_the_total_last():
    groups = WORDS.groups(["Total", "arm2", "arm0", "arm2 - arm0", "all arms", "arm1"])
    assert [group.id for group in groups] == ["arm0", "arm1", "arm2", "Total"]
    assert [group.is_control for group in groups] == [True, False, False, False]


def test_names_variables_expressions_sets_and_levels():
    assert WORDS.variable("upcr").unit == "mg/mmol"
    assert WORDS.variable("sledai@W24").label == "SLEDAI-2K, Week 24"
    assert WORDS.variable("in_itt").label == "Intention to treat set"
    assert WORDS.variable("withdrawal_reason").label == "Withdrawal reason"
    assert WORDS.variable("response").label == "Renal response at week 24"
    assert WORDS.level("sex", "F") == "Female"
    assert WORDS.level("steroid", "yes") == "Yes"
    assert WORDS.by({"visit": "W4", "sex": "F"}) == "Week 4, Sex: Female"
    assert WORDS.visit("all") == "All visits, averaged"


def test_takes_unit_decimals_and_direction_of_an_estimand_from_its_endpoint():
    words = WORDS.endpoints["activity_week_24"]
    assert (words.unit, words.decimals, words.benefit, words.important) == ("points", 0, "lower", 2)


def test_reads_an_unknown_id_as_words():
    assert Words().group("stem_cells") == "Stem cells"
    assert Words().variable("c3 > 0.9").label == "C3 > 0.9"


@pytest.mark.parametrize(
    ("unit", "printed"),
    [
        ("kg/m2", "kg/m²"),
        ("umol/L", "µmol/L"),
        ("1e9/L", "10⁹/L"),
        ("mL/min/1.73 m2", "mL/min/1.73 m²"),
        ("mg", "mg"),
    ],
)
def test_prints_units(unit, printed):
    assert unit_words(unit) == printed


def test_says_how_an_analysis_was_made():
    protocol = made_protocol(2)
    text = method_words(protocol, protocol.analyses["primary"])
    assert text == (
        "Analysis of covariance, adjusted for baseline; Intention to treat set; "
        "missing values: the last observation carried forward. Confidence level 95%."
    )
    assert "level" not in method_words(protocol, protocol.analyses["flow"])
