"""The CDISC pilot study from its data to its pages, against the numbers of its printed report.

Sources: CDISCPILOT01 clinical study report, tables 14-2.01, 14-3.01 and 14-5.01 and the figure of
the time to a dermatologic event, as kept in tests/reference/json/cdisc_pilot_*.json.
"""

from __future__ import annotations

import pytest

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.interop.cohort import read_cohort
from equipoise.report import render_html, trial_report
from equipoise.report.format import PILOT_P_VALUE
from equipoise.trials import load_protocol
from support.html_reader import read_html


@pytest.fixture(scope="module")
def page():
    protocol = load_protocol("cdisc_pilot")
    results = analyse(protocol, derive(protocol, read_cohort(protocol)))
    document = trial_report(
        protocol, results.frame(), results.provenance, date="2026-11-22", p_style=PILOT_P_VALUE
    )
    return read_html(render_html(document))


def rows_of(page, title):
    """Rows of the table with this title: label and cells, without padding."""
    table = next(
        one
        for one in page.all("table")
        if one.all("caption")[0].all("span")[0].text.split(". ", 1)[1] == title
    )
    return [
        [" ".join(cell.text.replace("\u2007", "").split()) for cell in row.all("th", "td")]
        for row in table.all("tbody")[0].all("tr")
    ]


def row_of(rows, label, *, under=None):
    start = (
        0 if under is None else next(n for n, row in enumerate(rows) if row[0].startswith(under))
    )
    return next(row for row in rows[start:] if row[0] == label)


def test_prints_the_demographics_as_published(page):
    rows = rows_of(page, "Demographic and baseline characteristics")
    assert row_of(rows, "Mean (SD)", under="Age, years")[1:4] == [
        "75.2 (8.59)",
        "75.7 (8.29)",
        "74.4 (7.89)",
    ]
    assert row_of(rows, "Age, years")[-1] == "0.5934"
    assert row_of(rows, "Male", under="Sex")[1:4] == ["33 (38.4%)", "34 (40.5%)", "44 (52.4%)"]
    assert row_of(rows, "Sex, n (%)")[-1] == "0.1409"
    assert row_of(rows, "Baseline weight, kg")[-1] == "0.0030"
    # Exactly 42.65 months: half up on the decimal value at one decimal of the published table.
    assert row_of(rows, "Mean (SD)", under="Duration of disease, months")[1].startswith("42.65")


def test_prints_the_primary_analysis_as_published(page):
    rows = rows_of(page, "Change in ADAS-Cog (11) from baseline to week 24")
    place = next(n for n, row in enumerate(rows) if row[0].endswith("against Placebo"))
    assert rows[place + 1][2:] == ["−0.5 (0.82)", "−1.0 (0.84)"]
    assert rows[place + 2][2:] == ["−2.1 to 1.1", "−2.7 to 0.7"]
    assert rows[place + 3][2:] == ["0.5688", "0.2326"]
    assert row_of(rows, "n", under="Baseline")[1:] == ["79", "81", "74"]


def test_prints_adverse_events_as_published(page):
    rows = rows_of(page, "Treatment-emergent adverse events")
    found = row_of(rows, "Any adverse event")[1:]
    assert found[:3] == ["65 (75.6%) [281]", "77 (91.7%) [412]", "76 (90.5%) [433]"]
    assert found[4::2] == ["0.0065", "0.0136"]  # behind each difference of risks
    blister = row_of(rows, "BLISTER")[1:]
    assert blister[:3] == ["0", "5 (6.0%) [8]", "1 (1.2%) [2]"]
    assert blister[4::2] == ["0.0277", "0.4941"]


def test_prints_differences_of_risks(page):
    """R 4.2.2: Newcombe's method 10 from the limits of prop.test(correct = FALSE)."""
    found = row_of(rows_of(page, "Treatment-emergent adverse events"), "Any adverse event")
    assert found[4] == "16.1 (5.0 to 27.0)"


def test_prints_the_curve_as_published(page):
    text = page.text
    assert "log-rank chi-square 60.27 on 2 df" in text
    assert "hazard ratio 4.15, 95% CI 2.65 to 6.50" in text
    assert "hazard ratio 5.03, 95% CI 3.18 to 7.94" in text
    median = row_of(rows_of(page, "Time to first dermatologic event"), "Median, days (95% CI)")
    assert median[1:] == ["NR", "33 (27 to 48)", "36 (23 to 46)"]
