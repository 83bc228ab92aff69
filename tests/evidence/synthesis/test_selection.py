"""Which studies answer a question: cohorts, time, kinds of numbers, units, and what is refused."""

import pytest
from numpy.testing import assert_allclose

from equipoise.errors import ProtocolError
from equipoise.evidence import synthesis_chapter
from equipoise.evidence.synthesis.unit import factor_between
from equipoise.trials import load_protocol, protocol_path
from support.studies import BINARY, made, numbers, pair, row, table_text, with_synthesis

ODDS = f"method: common_effect, effect: odds_ratio, {BINARY}"
MEANS = (
    "method: common_effect, effect: mean_difference, unit: g/day, outcomes: [protein], months: 6, "
    "benefit: lower, means: final_values"
)
TWO = [*pair("first", 4, 10, 6, 10), *pair("second", 3, 20, 9, 20)]


def mean_pair(study, one, other, *, unit="g/day", measure="mean_sd", **cells):
    return [
        row(
            study, role, measure=measure, events="", n_eval=20, mean=mean, sd=sd, unit=unit,
            **{"outcome": "protein", **cells},
        )
        for role, (mean, sd) in (("experimental", one), ("control", other))
    ]  # fmt: skip


def chapter(folder, rows, *plans):
    return made(with_synthesis(folder, table_text(rows, "latitude"), *plans))[1]


def refused(folder, rows, *plans):
    with pytest.raises(ProtocolError) as error:
        chapter(folder, rows, *plans)
    return [str(fault) for fault in error.value.faults]


def verdicts(found, analysis="one"):
    frame = found.results.filter(
        (found.results["variable"] == "study") & (found.results["analysis"] == analysis)
    )
    return {
        study: "used" if value == 1 else message
        for study, value, message in zip(
            frame["variable_level"], frame["value"], frame["message"], strict=True
        )
    }


def test_two_studies_of_one_cohort_are_refused_by_name_and_line(tmp_path):
    rows = [*pair("first", 4, 10, 6, 10, overlap_group="nanjing"),
            *pair("second", 3, 20, 9, 20, overlap_group="nanjing"), *pair("third", 3, 9, 4, 9)]  # fmt: skip
    (fault,) = refused(tmp_path, rows, ODDS)
    assert "protocol.yaml:" in fault
    assert "synthesis.one: first, second all report on the cohort 'nanjing'" in fault
    assert "wanted one of them: take: {nanjing: first}" in fault


def test_of_a_cohort_the_study_that_is_named_is_used(tmp_path):
    rows = [*pair("first", 4, 10, 6, 10, overlap_group="nanjing"),
            *pair("second", 3, 20, 9, 20, overlap_group="nanjing"), *pair("third", 3, 9, 4, 9)]  # fmt: skip
    found = chapter(tmp_path, rows, f"{ODDS}, take: {{nanjing: second}}")
    assert verdicts(found) == {
        "first": "its cohort, nanjing, is represented by second",
        "second": "used",
        "third": "used",
    }
    alone = chapter(tmp_path, rows[2:], ODDS)
    assert numbers(found, variable="odds_ratio") == numbers(alone, variable="odds_ratio")


def test_no_cohort_is_no_cohort_in_common(tmp_path):
    rows = [*pair("first", 4, 10, 6, 10, overlap_group="none"), *pair("second", 3, 20, 9, 20, overlap_group="none")]  # fmt: skip
    assert set(verdicts(chapter(tmp_path, rows, ODDS)).values()) == {"used"}


@pytest.mark.parametrize(
    ("take", "words"),
    [
        ("{nanjing: third}", "'third', no study of the cohort 'nanjing'; wanted one of first"),
        ("{wuhan: first}", "'first', no study of the cohort 'wuhan'; wanted a cohort of the table"),
        ("{nanjing: other}", "'other', which has no row of cure at 6 months"),
    ],
)
def test_a_cohort_is_represented_by_a_study_of_its_own_that_reports(tmp_path, take, words):
    rows = [*pair("first", 4, 10, 6, 10, overlap_group="nanjing"),
            *pair("other", 4, 10, 6, 10, overlap_group="nanjing", outcome="death"),
            *pair("third", 3, 9, 4, 9)]  # fmt: skip
    (fault,) = refused(tmp_path, rows, f"{ODDS}, take: {take}")
    assert words in fault


def test_names_that_the_table_does_not_have_are_faults_together(tmp_path):
    plan = (
        "method: common_effect, effect: odds_ratio, months: 6, outcomes: [curr], benefit: lower, "
        "leave_out: {firts: too small}, moderators: [lattitude]"
    )
    faults = refused(tmp_path, TWO, plan)
    assert len(faults) == 3
    assert (
        "has no outcome 'curr'; wanted an outcome of the table; did you mean 'cure'?" in faults[0]
    )
    assert "has no study 'firts'" in faults[1]
    assert "did you mean 'latitude'?" in faults[2]


def test_every_study_that_is_left_out_says_why(tmp_path):
    rows = [
        *TWO,
        *pair("open", 4, 10, 6, 10, randomised=0),
        *pair("short", 4, 10, 6, 10, timepoint_months=3),
        *pair("doubtful", 4, 10, 6, 10, confidence="low"),
        *pair("partial", 4, "", 6, 10),
        row("alone", "experimental"),
        *pair("small", 1, 2, 1, 2),
        row("registered", "experimental", measure="count", events="", outcome="enrolled"),
        row("series", "single_arm"),
    ]
    plan = f"{ODDS}, least_confidence: medium, leave_out: {{small: too small}}"
    found = verdicts(chapter(tmp_path, rows, plan))
    assert found == {
        "first": "used", "second": "used", "open": "not randomised",
        "short": "no row of cure at 6 months", "doubtful": "confidence low, below medium",
        "partial": "row 12 has no denominator", "alone": "no row of an arm with the role control",
        "small": "too small", "registered": "no row of cure at 6 months",
    }  # fmt: skip


def test_times_near_enough_count_as_the_time(tmp_path):
    rows = [*TWO, *pair("late", 4, 10, 6, 10, timepoint_months=7.5)]
    assert verdicts(chapter(tmp_path, rows, f"{ODDS}, window: 2"))["late"] == "used"
    assert "late" in verdicts(chapter(tmp_path, rows, ODDS))


def test_rows_without_a_time_are_those_of_the_whole_follow_up(tmp_path):
    rows = [*TWO, *pair("whole", 4, 10, 6, 10, timepoint_months="")]
    plan = "method: common_effect, effect: odds_ratio, outcomes: [cure], benefit: lower"
    found = verdicts(chapter(tmp_path, rows, plan))
    assert found["whole"] == "used"
    assert found["first"] == "no row of cure over the whole follow-up"


def test_two_rows_of_one_arm_are_refused_with_their_places(tmp_path):
    rows = [*TWO, row("first", "experimental", n_eval=8)]
    (fault,) = refused(tmp_path, rows, ODDS)
    assert "rows 2 and 6 of studies.csv, all of first, experimental, for cure at 6 months" in fault


def test_outcomes_of_several_names_are_not_pooled_without_a_reason(tmp_path):
    """Relapse is counted in four ways, remission in two: names that differ are not alike."""
    plan = ODDS.replace("[cure]", "[cure, cure_ever]")
    (fault,) = refused(tmp_path, TWO, plan)
    assert "synthesis.one.outcomes: 2 outcomes; wanted one, or counted_alike" in fault
    rows = [*TWO, *pair("ever", 4, 10, 6, 10, outcome="cure_ever")]
    found = chapter(tmp_path, rows, f"{plan}, counted_alike: nobody who was cured fell ill again")
    assert verdicts(found)["ever"] == "used"
    assert "counted alike: nobody who was cured fell ill again." in found.statements[0].text


def test_final_values_and_changes_are_never_mixed(tmp_path):
    rows = [*mean_pair("first", (1.0, 1.0), (3.1, 2.7)), *mean_pair("second", (1.2, 1.0), (2.0, 1.1)),
            *mean_pair("change", (-2.1, 1.8), (-1.4, 1.1), measure="mean_change_sd")]  # fmt: skip
    (fault,) = refused(tmp_path, rows, MEANS)
    assert "synthesis.one.means: change reports protein as mean_change_sd" in fault
    assert "final values and changes are not pooled" in fault
    plan = f"{MEANS}, leave_out: {{change: gives changes alone}}"
    assert verdicts(chapter(tmp_path, rows, plan))["change"] == "gives changes alone"


def test_units_are_converted_to_that_of_the_protocol(tmp_path):
    grams = mean_pair("grams", (1.0, 0.9), (3.1, 2.7))
    milligrams = mean_pair("milligrams", (858, 800.7), (2505, 1323.9), unit="mg/day")
    same = mean_pair("milligrams", (0.858, 0.8007), (2.505, 1.3239))
    found = chapter(tmp_path, [*grams, *milligrams], MEANS)
    alike = chapter(tmp_path, [*grams, *same], MEANS)
    one, other = (numbers(each, variable="mean_difference") for each in (found, alike))
    assert_allclose(list(one.values()), list(other.values()), rtol=1e-12)
    printed = numbers(found, variable="value", variable_level="milligrams", group="control")
    assert printed["mean"] == 2505  # as printed


@pytest.mark.parametrize(
    ("unit", "wanted", "outcome", "factor"),
    [("mg/dL", "umol/L", "creatinine", 88.4), ("mg/dL", "g/L", "c3", 0.01),
     ("g/L", "g/dL", "albumin", 0.1), ("mg/24 h", "g/day", "protein", 0.001),
     ("umol/L", "mg/dL", "creatinine_change", 1 / 88.4), ("points", "points", "sledai", 1.0)],
)  # fmt: skip
def test_factors_between_units(unit, wanted, outcome, factor):
    assert factor_between(unit, wanted, outcome) == pytest.approx(factor, rel=1e-12)


def test_a_unit_without_a_factor_is_refused(tmp_path):
    rows = [*mean_pair("first", (1, 1), (3, 2)), *mean_pair("second", (1, 1), (3, 2), unit="mg/dL")]
    (fault,) = refused(tmp_path, rows, MEANS)
    assert "synthesis.one.unit: g/day, but row 4 of studies.csv is in mg/dL" in fault


def test_arms_of_a_standardised_difference_share_a_unit(tmp_path):
    plan = MEANS.replace("mean_difference, unit: g/day", "standardised_mean_difference")
    first, second = mean_pair("first", (1, 1), (3, 2))
    (fault,) = refused(tmp_path, [first, {**second, "unit": "mg/day"}], plan)
    assert "first in g/day and mg/day; wanted both arms of a study in one unit" in fault


def test_the_trials_of_the_library_with_one_question_name_what_is_missing():
    found = synthesis_chapter("deng2017", load_protocol("deng2017"))
    told = verdicts(found, "randomised_remission")
    assert told["deng2017"] == "used"
    assert told["tang2016"] == "no row of renal_remission_any at 6 months"
    assert told["elansary2012"] == "not randomised"
    assert verdicts(found, "uncontrolled_deaths")["gu2014"] == "used"


def test_the_whole_nanjing_cohort_is_one_study_in_the_table_of_the_library(tmp_path):
    """Eight reports of one cohort: two of them with deaths at some time are refused together."""
    table = protocol_path("deng2017").with_name("studies.csv").read_text("utf-8")
    plan = "method: single_arms, outcomes: [death], months: 36, window: 24, benefit: lower"
    with pytest.raises(ProtocolError) as error:
        made(with_synthesis(tmp_path, table, plan))
    (fault,) = error.value.faults
    assert fault.came == "wang2013, gu2014, wang2018 all report on the cohort 'nanjing_2007_2011'"
