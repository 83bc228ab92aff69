"""What a report shows of responses, rates, posteriors and families, from analysed data."""

from __future__ import annotations

import re

import numpy as np
import pytest

from equipoise.report import trial_report
from equipoise.report.display import Figure, Paragraph, Table, text_of
from equipoise.report.figure.svg import texts_of
from equipoise.report.plan import plan_document
from support.counted import analysed, counted_cohort, counted_protocol
from support.svg_reader import results_in

ANALYSES = (
    "same: method: proportion, endpoint: response, margin: 0.25, margin_kind: equivalence",
    "worse: method: proportion, endpoint: failure, margin: 0.25, margin_kind: non_inferiority",
    "strata: method: stratified_proportion, endpoint: response, strata: [stratum]",
    "model: method: logistic, endpoint: response, factors: [stratum], covariates: [x], "
    "interactions: ['arm:stratum']",
    "paired: method: mcnemar, endpoint: change, visits: [W0, W24]",
    "rate: method: event_rate, endpoint: event",
    "chance: method: beta_binomial, endpoint: response, exceeds: [0.2]",
    "events: method: adverse_events",
)
FAMILY = """\
multiplicity:
  family:
    title: Two questions
    procedure: graph
    weights: {first: 1}
    transitions: {first: {second: 1}}
    hypotheses:
      first: {analysis: worse, variable: margin}
      second: {analysis: model}
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    protocol = counted_protocol(tmp_path_factory.mktemp("shown"), *ANALYSES, more=FAMILY)
    rng = np.random.default_rng(1)
    cohort = counted_cohort(
        protocol,
        arm=np.repeat([0.0, 1.0], [28, 30]),
        subject={
            "responds": (rng.random(58) < 0.6).astype(float),
            "stratum": rng.integers(0, 2, 58).astype(float),
            "x": rng.normal(size=58),
        },
        state=rng.integers(0, 2, (1, 58, 2)).astype(float),
        events=[(0, int(who), 30.0) for who in rng.integers(0, 58, 30)],
    )
    results = analysed(protocol, cohort)
    document = trial_report(protocol, results.frame(), results.provenance, date="2026-11-22")
    return protocol, results, document


def blocks_of(document, name):
    def walk(sections):
        for section in sections:
            yield section
            yield from walk(section.sections)

    return next(
        section.blocks for section in walk(document.sections)
        if section.id in (f"analysis-{name}", f"family-{name}")
    )  # fmt: skip


def said(document, name):
    return " ".join(
        text_of(one.runs) for one in blocks_of(document, name) if isinstance(one, Paragraph)
    )


def grid(document, name):
    tables = [one for one in blocks_of(document, name) if isinstance(one, Table)]
    return [
        (text_of(row.label), *(text_of(cell.runs) for cell in row.cells))
        for table in tables
        for row in table.rows
    ]


def test_a_margin_that_is_not_shown_is_inconclusive_and_nothing_more(shown):
    _, _, document = shown
    text = said(document, "same")
    assert "Equivalence within a margin of 25 percentage points" in text
    assert "are not shown to differ by less than that" in text
    assert "does not exclude −25: the result is inconclusive" in text
    assert not re.search(r"(there is|was|shows?) no difference", text)
    assert "Cells is shown not to be worse than Standard care by that much" in said(
        document, "worse"
    )
    assert grid(document, "worse")[0][-1] == "non-inferior"


def test_nobody_has_no_percentage_and_no_curve(tmp_path):
    protocol = counted_protocol(
        tmp_path,
        "share: method: proportion, endpoint: response, where: x > 100",
        "curve: method: kaplan_meier, endpoint: first, times: [30], where: x > 100",
    )
    cohort = counted_cohort(
        protocol, arm=np.repeat([0.0, 1.0], 5), subject={"x": np.zeros(10), "responds": np.ones(10)}
    )
    results = analysed(protocol, cohort)
    document = trial_report(protocol, results.frame(), results.provenance, date="2026-11-22")
    assert "0 of 0 with Standard care, 0 of 0 with Cells." in said(document, "share")
    assert "nobody of this set was followed" in said(document, "curve")
    assert not any(isinstance(one, Figure) for one in blocks_of(document, "curve"))


def test_every_new_method_has_a_display_with_its_numbers(shown):
    _, results, document = shown
    cells = {name: grid(document, name) for name in ("strata", "model", "paired", "rate", "chance")}
    assert ("Responders (%): All strata", "19 (67.9%)", "15 (50.0%)") in cells["strata"]
    assert any(row[0].endswith("with Tarone's correction") for row in cells["strata"])
    ratio = results.values(analysis="model", variable="odds_ratio", statistic="estimate",
                           group="cells - control", by="")[0]  # fmt: skip
    assert ("Estimate", f"{ratio:.2f}") in cells["model"]
    assert ("Stratum: a",) in cells["model"]
    assert "Interaction with Stratum: likelihood ratio chi-square" in said(document, "model")
    assert [row[0] for row in cells["paired"][:2]] == [
        "Responders (%): Baseline", "Responders (%): Week 24",
    ]  # fmt: skip
    assert "Rate per 100 person-years" in [row[0] for row in cells["rate"]]
    assert "the probability that it is more than 20 is" in said(document, "chance")
    assert "credible interval" in said(document, "chance")


def test_forest_plots_stand_where_people_look(shown):
    _, _, document = shown
    for name in ("same", "model"):
        assert any(isinstance(one, Figure) for one in blocks_of(document, name)), name
    # a single contrast without a margin is read in its table
    for name in ("strata", "rate"):
        assert not any(isinstance(one, Figure) for one in blocks_of(document, name)), name
    figure = next(one for one in blocks_of(document, "same") if isinstance(one, Figure))
    assert text_of(figure.caption) == "Dotted lines: the margin, by the protocol."


def test_adverse_events_show_differences_of_risks_in_table_and_figure(shown):
    _, results, document = shown
    row = next(one for one in grid(document, "events") if one[0] == "Pneumonia")
    estimate, low, high = (
        100 * results.values(analysis="events", variable="term", statistic=statistic,
                             group="cells - control")[0]
        for statistic in ("estimate", "ci_low", "ci_high")
    )  # fmt: skip
    assert row[3] == f"{estimate:.1f} ({low:.1f} to {high:.1f})".replace("-", "−")
    figure = next(one for one in blocks_of(document, "events") if isinstance(one, Figure))
    assert "Difference, points (95% CI)" in figure.svg


def test_a_family_says_what_is_rejected_and_what_stays_open(shown):
    _, _, document = shown
    text = said(document, "family")
    assert text.startswith("Rejected at a family-wise level of 5%: first.")
    assert "stays open; it is not shown to be so" in text
    rows = grid(document, "family")
    assert [row[-1] for row in rows[:2]] == ["rejected", "open"]


def test_a_graph_is_drawn_with_what_was_rejected_and_in_the_plan_without(shown):
    protocol, results, document = shown
    (figure,) = (one for one in blocks_of(document, "family") if isinstance(one, Figure))
    texts = texts_of(figure.svg)
    assert [texts.count(one) for one in ("first", "second", "5%", "1")] == [1, 1, 1, 1]
    assert "rejected, no. 1" in texts
    assert "open" in texts
    (numbers,) = figure.numbers
    shown_rows = [tuple(text_of(cell.runs) for cell in row.cells) for row in numbers.rows]
    assert shown_rows == [("5%", "1 to second", "no. 1"), ("none", "nothing", "open")]
    for words in ("Graph of hypotheses", "first", "1 to second", "no. 1"):
        assert words in figure.alt
    orders = {row["variable"]: row["result_id"] for row in results.frame().to_dicts()
              if row["statistic"] == "order"}  # fmt: skip
    assert set(results_in(figure.svg)) == set(orders.values())
    plan = plan_document(protocol, date="2026-11-22", software={})
    section = next(one for one in plan.sections if one.id == "analyses")
    (planned,) = (one for one in section.blocks if isinstance(one, Figure))
    assert "open" not in texts_of(planned.svg)
    assert not results_in(planned.svg)
    assert "Filled" not in text_of(planned.caption)


def test_the_plan_describes_margins_methods_and_families(shown):
    protocol, _, _ = shown
    plan = plan_document(protocol, date="2026-11-22", software={})
    section = next(one for one in plan.sections if one.id == "analyses")
    text = " ".join(text_of(one.runs) for one in section.blocks if isinstance(one, Paragraph))
    assert "Families of hypotheses. Two questions: graph" in text
    said = " ".join(
        text_of(runs) for part in section.sections for block in part.blocks
        for key, runs in block.entries if key == "Method"
    )  # fmt: skip
    for words in (
        "two one-sided tests", "one-sided at 2.5%", "Mantel-Haenszel", "Logistic regression",
        "exact test of McNemar", "per 100 person-years", "priors: uniform", "risk differences with",
    ):  # fmt: skip
        assert words in said, words
