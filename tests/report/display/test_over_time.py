"""Displays of times to an event and of courses through states, from results that were computed."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.report.display.build import blocks_of
from equipoise.report.display.model import Figure, Paragraph, Table, numbers_of, text_of
from equipoise.report.document import view_of
from equipoise.report.naming import words_of
from equipoise.report.rows import ResultRows
from equipoise.trials import load_protocol
from support.courses import staggered_trial
from support.lupus import invented_cohort
from support.svg_reader import placed_texts

WANG = ("disease_course", "relapse_incidence", "remission_incidence", "survival_time",
        "survival_curve", "survival_test", "remission_hazard", "relapse_combination",
        "relapse_curve", "remission_test")  # fmt: skip


def remitting(derived, days):
    """Let some subjects remit on given days, and follow all others to day 182."""
    value = derived.endpoints["time_to_remission"]
    time, event = np.full(value.time.shape, 182.0), np.zeros(value.time.shape, dtype=np.bool_)
    for place, day in days.items():
        time[0, place], event[0, place] = day, True
    changed = replace(value, time=time, event=event, competing=np.zeros_like(event))
    return replace(derived, endpoints={**derived.endpoints, "time_to_remission": changed})


@pytest.fixture(scope="module")
def wang():
    protocol, derived = staggered_trial()
    return protocol, analyse(protocol, derived, only=WANG).frame()


@pytest.fixture(scope="module")
def deng():
    """Twelve and six; all of the first arm remit before week 24, nobody dies."""
    protocol = load_protocol("deng2017")
    cohort = invented_cohort(protocol, sizes={"cells": 12, "placebo": 6}, seed=10)
    cohort.subject["death_day"][:] = np.nan
    remitted = {place: 12.0 * (place + 1) for place in range(12)}
    derived = remitting(derive(protocol, cohort), remitted)
    chosen = ["disease_course", "remission_milestone", "remission_incidence", "survival_curve"]
    return protocol, analyse(protocol, derived, only=chosen).frame()


def built(trial, name):
    protocol, frame = trial
    rows = ResultRows.from_frame(frame)
    return blocks_of(view_of(protocol, rows, words_of(protocol), name))


def texts(table):
    return {text_of(row.label): [text_of(cell.runs) for cell in row.cells] for row in table.rows}


def said(blocks):
    return " ".join(text_of(one.runs) for one in blocks if isinstance(one, Paragraph))


def only(blocks, kind):
    return [one for one in blocks if isinstance(one, kind)]


def value(trial, **keys):
    found = trial[1].filter(*(pl.col(name) == level for name, level in keys.items()))
    assert found.height == 1
    return found["value"][0]


def test_a_course_is_drawn_shared_out_timed_and_counted(wang):
    blocks = built(wang, "disease_course")
    shares, times, moves = only(blocks, Table)
    (figure,) = only(blocks, Figure)
    assert figure.numbers == (shares,)
    drawn = placed_texts(figure.svg)
    shown = [one.text for one in drawn]
    for label in ("Active disease", "Complete remission", "Relapse", "Death"):
        assert label in shown
        assert label in texts(times)
    assert shown.count("Number in each state") == 2
    assert "Active disease to Complete remission" in texts(moves)
    assert "Relapse to Complete remission" in texts(moves)
    assert "Active disease to Relapse" not in texts(moves)  # relapse comes after remission alone
    mean = value(wang, analysis="disease_course", variable="time_in_state", group="double",
                 variable_level="remission", statistic="estimate")  # fmt: skip
    assert texts(times)["Complete remission"][1].startswith(f"{mean:.1f} (")
    assert "entered at the visit that shows it" in text_of(figure.caption)


def test_the_sentence_of_a_course_gives_each_state_its_direction(wang):
    text = said(built(wang, "disease_course"))
    assert text.startswith("Mean time in each state up to day 365, Double infusion against Single")
    difference = value(wang, analysis="disease_course", variable="time_in_state",
                       group="double - single", variable_level="remission", statistic="estimate")  # fmt: skip
    direction = "more" if difference > 0 else "fewer"
    assert f"Complete remission {abs(difference):.1f} days {direction}" in text


def test_every_number_of_a_course_is_a_result(wang):
    known = set(wang[1]["result_id"])
    for table in only(built(wang, "disease_course"), Table):
        for row in table.rows:
            for cell in row.cells:
                assert all(one.result_id in known for one in numbers_of(cell.runs))


def test_areas_add_up_to_everybody(wang):
    steps = wang[1].filter(pl.col("analysis") == "disease_course", pl.col("variable") == "step")
    totals = steps.group_by("group", "by").agg(pl.col("value").sum())["value"]
    np.testing.assert_allclose(totals, 1, rtol=1e-12)


def test_labels_of_the_figures_do_not_lie_on_each_other(wang, deng):
    for trial, name in ((wang, "disease_course"), (wang, "relapse_incidence"),
                        (deng, "disease_course"), (deng, "remission_incidence")):  # fmt: skip
        (figure,) = only(built(trial, name), Figure)
        placed = [one for one in placed_texts(figure.svg) if one.text.strip()]
        for place, one in enumerate(placed):
            for other in placed[place + 1 :]:
                assert not one.overlaps(other), (name, one.text, other.text)


def test_incidence_shows_the_event_beside_what_competes(wang):
    blocks = built(wang, "relapse_incidence")
    (figure,), (table,) = only(blocks, Figure), only(blocks, Table)
    shown = [one.text for one in placed_texts(figure.svg)]
    assert {"The event", "Competing: death"} <= set(shown)
    assert shown.count("Number at risk") == 2
    assert "With competing event" in texts(table)
    assert "Gray's test of equal incidence, chi-square" in said(blocks)


def test_a_time_that_does_not_begin_at_randomisation_says_so(wang):
    for name in ("relapse_incidence", "relapse_curve"):
        (figure,) = only(built(wang, name), Figure)
        caption = text_of(figure.caption)
        assert "Time counts from: day of the first visit in complete remission." in caption
    (figure,) = only(built(wang, "remission_incidence"), Figure)
    assert "Time counts from" not in text_of(figure.caption)


def test_the_curve_carries_the_difference_in_mean_time(wang):
    (figure,) = only(built(wang, "survival_curve"), Figure)
    difference = value(wang, analysis="survival_time", variable="difference", statistic="estimate")
    wanted = f"by day 365, Double infusion against Single infusion: {difference:.1f}"
    wanted = wanted.replace("-", "−")
    assert any(wanted in one.text for one in placed_texts(figure.svg))


def test_mean_times_are_said_in_days(wang):
    blocks = built(wang, "survival_time")
    difference = value(wang, analysis="survival_time", variable="difference", statistic="estimate")
    assert f"the mean time without the event was {abs(difference):.1f} days" in said(blocks)
    (table,) = only(blocks, Table)
    assert {"Subjects", "With event", "Mean, days (95% CI)"} <= set(texts(table))


def test_a_combination_shows_its_weights(wang):
    (table,) = only(built(wang, "relapse_combination"), Table)
    assert [label for label in texts(table) if label.startswith("Weight")] == [
        "Weight (rho, gamma) 0, 0", "Weight (rho, gamma) 0, 1", "Weight (rho, gamma) 1, 0",
    ]  # fmt: skip


def with_p_of_proportionality(trial, p_value):
    protocol, frame = trial
    chosen = (pl.col("variable") == "proportionality") & (pl.col("statistic") == "p_value")
    changed = pl.when(chosen).then(pl.lit(p_value)).otherwise(pl.col("value"))
    kept = pl.when(chosen).then(pl.lit("estimated")).otherwise(pl.col("state"))
    return protocol, frame.with_columns(changed.alias("value"), kept.alias("state"))


def test_hazards_that_do_not_look_proportional_are_said_to_be(wang):
    doubtful = said(built(with_p_of_proportionality(wang, 0.01), "remission_hazard"))
    assert "the hazards do not look proportional (p = 0.010)" in doubtful.replace("\u00a0", " ")
    assert "average over the follow-up" in doubtful
    sound = said(built(with_p_of_proportionality(wang, 0.5), "remission_hazard"))
    assert "proportional" not in sound  # a test that is not significant shows little


def test_a_milestone_without_variance_has_an_estimate_and_a_reason(deng):
    blocks = built(deng, "remission_milestone")
    text = said(blocks)
    assert "100.0 percentage points lower" in text
    assert "no interval: a group stands at 0" in text
    assert "interval includes" not in text
    (table,) = only(blocks, Table)
    assert any("log(-log) has no value" in text_of(note) for note in table.footnotes)


def test_a_cause_that_never_comes_is_a_flat_line(deng):
    blocks = built(deng, "remission_incidence")
    (table,) = only(blocks, Table)
    assert texts(table)["With competing event"] == ["0", "0"]
    (figure,) = only(blocks, Figure)
    assert "Competing: death" in [one.text for one in placed_texts(figure.svg)]


def test_errors_of_shares_are_in_the_unit_of_the_shares():
    protocol = load_protocol("deng2017")
    cohort = invented_cohort(protocol, sizes={"cells": 12, "placebo": 6}, seed=10)
    derived = remitting(derive(protocol, cohort), dict.fromkeys([0, 1, 2, 12, 13], 50.0))
    trial = protocol, analyse(protocol, derived, only=["remission_milestone"]).frame()
    (table,) = only(built(trial, "remission_milestone"), Table)
    error = 100 * np.sqrt(0.25 * 0.75 / 12 + (1 / 3) * (2 / 3) / 6)  # binomial, in points
    difference = 100 * (0.75 - 2 / 3)
    assert f"{difference:.1f} ({error:.2f})" in texts(table)["Estimate (SE)"]
