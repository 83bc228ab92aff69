"""Changes within groups as a protocol names them, beside R 4.2.2.

R, with the extra hours of sleep of ``sleep.csv`` (second less first drug) and the measurements of
``orthodont.csv``::

    t.test(second, first, paired = TRUE)
    wilcox.test(second - first, exact = FALSE)
    friedman.test(matrix(y, ncol = 4, byrow = TRUE))
"""

from __future__ import annotations

import csv

import numpy as np
import pytest

from equipoise.errors import ProtocolError
from equipoise.report.display import text_of
from equipoise.report.display.build import blocks_of
from equipoise.report.document import view_of
from equipoise.report.naming import words_of
from equipoise.report.rows import ResultRows
from equipoise.stats import State
from support.counted import analysed, assert_batch_is_its_trials
from support.measured import measured_cohort, measured_protocol
from support.reference import REFERENCE

WITHIN = {"variable": "change_within", "group": "control"}


def measurements(name):
    with (REFERENCE / "data" / name).open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def protocol(tmp_path_factory):
    return measured_protocol(
        tmp_path_factory.mktemp("within"),
        "mean: endpoint: change, method: paired_t_test",
        "less: endpoint: change, method: paired_t_test, alternative: less",
        "ranks: endpoint: change, method: wilcoxon_signed_rank",
        "exact: endpoint: change, method: wilcoxon_signed_rank, distribution: exact",
        days=(0, 28),
    )


@pytest.fixture(scope="module")
def cohort(protocol):
    """Two trials; ten sleepers in the control arm, and in the other two who did not change."""
    rows = measurements("sleep.csv")
    first, second = ([float(row["extra"]) for row in rows if row["group"] == drug] for drug in "12")
    y = np.stack([[*first, 1.0, 2.0], [*second, 1.0, 2.0]], axis=-1)
    arm = np.repeat([0.0, 1.0], [10, 2])
    more = y + np.linspace(0, 1, 24).reshape(12, 2) ** 2
    return measured_cohort(protocol, arm=np.stack([arm, arm]), y=np.stack([y, more]))


@pytest.fixture(scope="module")
def found(protocol, cohort):
    return analysed(protocol, cohort)


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("estimate", 1.58),
        ("standard_error", 0.38895872388839520),
        ("df", 9),
        ("statistic", 4.06212768338203656),
        ("p_value", 0.00283289019738427),
        ("ci_low", 0.70011423672301754),
        ("ci_high", 2.45988576327698238),
    ],
)
def test_the_paired_t_test_is_that_of_r(found, statistic, expected):
    got = found.values(**WITHIN, analysis="mean", statistic=statistic)[0]
    assert got == pytest.approx(expected, rel=1e-10)


def test_a_side_may_be_named(found):
    got = found.values(**WITHIN, analysis="less", statistic="p_value")[0]
    assert got == pytest.approx(0.998583554901308, rel=1e-10)


def test_the_signed_rank_test_is_that_of_r(found):
    row = {**WITHIN, "analysis": "ranks"}
    assert found.values(**row, statistic="statistic")[0] == 45
    got = found.values(**row, statistic="p_value")[0]
    assert got == pytest.approx(0.00909069801592506, rel=1e-10)
    assert found.values(**row, statistic="estimate")[0] == pytest.approx(1.4)


def test_what_cannot_be_tested_says_why(found):
    rows = {(row.key.analysis, row.key.group, row.key.statistic): row for row in found.rows
            if row.key.variable == "change_within"}  # fmt: skip
    for analysis, group, words in (
        ("exact", "control", "a change is 0 or two are of one size"),
        ("ranks", "cells", "nobody changed"),
        ("mean", "cells", "all changed alike"),
    ):
        row = rows[analysis, group, "p_value"]
        assert row.state[0] == State.NOT_ESTIMABLE
        assert words in row.message
    assert rows["exact", "control", "estimate"].state[0] == State.ESTIMATED


def test_a_batch_equals_its_trials_one_by_one(protocol, cohort):
    assert_batch_is_its_trials(protocol, cohort)


def test_visits_are_compared_as_in_r(tmp_path):
    ages = (8, 10, 12, 14)
    protocol = measured_protocol(tmp_path, "one: endpoint: course, method: friedman", days=ages)
    rows = measurements("orthodont.csv")
    ids = list(dict.fromkeys(row["id"] for row in rows))
    arm, y = np.zeros(len(ids)), np.zeros((1, len(ids), 4))
    for row in rows:
        arm[ids.index(row["id"])] = int(row["arm"])
        y[0, ids.index(row["id"]), ages.index(int(row["visit"]))] = float(row["y"])
    results = analysed(protocol, measured_cohort(protocol, arm=arm, y=y))
    for group, statistic, p_value in (
        ("control", 28.3018867924528, 3.13888163354540e-06),
        ("cells", 36.7070063694268, 5.30727139881287e-08),
    ):
        row = {"variable": "visits_within", "group": group}
        got = results.values(**row, statistic="statistic")[0]
        assert got == pytest.approx(statistic, rel=1e-12)
        assert results.values(**row, statistic="df")[0] == 3
        assert results.values(**row, statistic="p_value")[0] == pytest.approx(p_value, rel=1e-10)
    text = page(protocol, results, "one")
    assert "visits compared within subjects: chi-square 36.71 on 3 df" in text


def page(protocol, results, analysis):
    view = view_of(protocol, ResultRows.from_frame(results.frame()), words_of(protocol), analysis)
    return " ".join(text_of(getattr(block, "runs", ())) for block in blocks_of(view))


def test_the_page_says_what_changed_and_that_groups_are_not_compared(protocol, found):
    text = page(protocol, found, "mean")
    assert "Change, control: mean change 1.6 (95% CI 0.7 to 2.5), p\xa0=\xa00.003." in text
    assert "Groups are not compared here." in text
    why = "fewer than two subjects, or all changed alike"
    assert "Change, cells: mean change 0.0; it could not be tested (" in text
    assert why in text


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("endpoint: course, method: paired_t_test", "paired_t_test of a value endpoint"),
        ("endpoint: change, method: friedman", "friedman of one visit; wanted two visits or more"),
        ("endpoint: change, method: paired_t_test, distribution: exact",
         "exact for paired_t_test; wanted method: wilcoxon_signed_rank"),
        ("endpoint: change, method: friedman, alternative: less", "alternative"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_a_fault(tmp_path, fields, message):
    with pytest.raises(ProtocolError, match=message):
        measured_protocol(tmp_path, f"one: {fields}", days=(0, 28))
