"""Predicted survival and residuals of a Cox model as a protocol asks for them, beside R 4.2.2.

R, with ``veteran.csv``: ``f <- coxph(Surv(time, status) ~ arm + karno + age)``, then as in
``tests/stats/survival/test_adjusted_survival.py``, and ``residuals(f, "martingale")``.
"""

from __future__ import annotations

import csv

import numpy as np
import pytest

from equipoise.errors import ProtocolError
from equipoise.report.display import Figure, Table, blocks_of, text_of
from equipoise.report.document import view_of
from equipoise.report.naming import words_of
from equipoise.report.rows import ResultRows
from support.counted import analysed, counted_cohort, counted_protocol
from support.reference import REFERENCE

OF = "endpoint: first, method: cox, covariates: [x, z]"
DETAIL = "predicted: [30, 100, 365], residuals: true"


@pytest.fixture(scope="module")
def protocol(tmp_path_factory):
    return counted_protocol(
        tmp_path_factory.mktemp("cox"), f"one: {OF}, {DETAIL}", f"ratio: {OF}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def cohort(protocol):
    with (REFERENCE / "data" / "veteran.csv").open() as file:
        rows = [{name: float(text) for name, text in row.items()} for row in csv.DictReader(file)]
    column = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    events = [(0, place, row["time"]) for place, row in enumerate(rows) if row["status"]]
    return counted_cohort(
        protocol, arm=column["arm"], subject={"x": column["karno"], "z": column["age"]},
        last_day=column["time"], events=events,
    )  # fmt: skip


@pytest.fixture(scope="module")
def found(protocol, cohort):
    return analysed(protocol, cohort)


def blocks(protocol, results, name):
    rows = ResultRows.from_frame(results.frame())
    return blocks_of(view_of(protocol, rows, words_of(protocol), name))


def test_predicted_shares_are_those_of_r(found):
    for group, expected in (
        ("control", (0.71225196335976, 0.41823015154310, 0.12590787808128)),
        ("cells", (0.668478021086764, 0.362159089186209, 0.091886306120525)),
    ):
        for day, survival in zip((30, 100, 365), expected, strict=True):
            keys = {"variable": "predicted", "group": group, "by": f"time={day}"}
            got = found.values(**keys, statistic="survival")[0]
            assert got == pytest.approx(survival, rel=1e-8)


def test_residuals_are_those_of_r(found):
    contrast = {"variable": "schoenfeld", "variable_level": "cells - control"}
    scaled = {row.key.by: row.value[0] for row in found.rows
              if row.key.variable == "schoenfeld" and row.key.statistic == "residual"}  # fmt: skip
    assert len(scaled) == 128
    ratio = found.values(analysis="one", variable="log_hazard_ratio", statistic="estimate")[0]
    assert np.mean(list(scaled.values())) == pytest.approx(ratio, rel=1e-8)
    last = max(scaled, key=lambda by: found.values(**contrast, by=by, statistic="time")[0])
    assert scaled[last] == pytest.approx(0.18954644192338, rel=1e-7)
    for subject, residual in enumerate((0.43461738962719, -1.30197342189642, -0.90162116136399), 1):
        keys = {"variable": "martingale", "variable_level": "x", "by": f"subject={subject}"}
        assert found.values(**keys, statistic="residual")[0] == pytest.approx(residual, rel=1e-8)


def test_the_page_draws_residuals_and_lists_what_is_predicted(protocol, found):
    shown = blocks(protocol, found, "one")
    figures = [block for block in shown if isinstance(block, Figure)]
    titles = [figure.title for figure in figures]
    assert "one: scaled Schoenfeld residuals" in titles
    assert "one: martingale residuals" in titles
    scatter = figures[titles.index("one: scaled Schoenfeld residuals")]
    assert scatter.svg.count("data-result") >= 2  # the line of the ratio, and the points
    (table,) = (block for block in shown
                if isinstance(block, Table) and "as the model predicts" in block.title)  # fmt: skip
    cells = [[text_of(cell.runs) for cell in row.cells] for row in table.rows]
    assert cells == [["71.2", "66.8"], ["41.8", "36.2"], ["12.6", "9.2"]]


def test_nothing_is_added_unasked(protocol, found):
    variables = {row.key.variable for row in found.rows if row.key.analysis == "ratio"}
    assert variables.isdisjoint({"predicted", "schoenfeld", "martingale"})
    assert not any(
        "residuals" in getattr(block, "title", "") for block in blocks(protocol, found, "ratio")
    )


def test_a_batch_has_no_points(protocol, cohort):
    arm = np.concatenate([cohort.subject["arm"]] * 2)
    both = counted_cohort(
        protocol, arm=arm,
        subject={name: np.concatenate([cohort.subject[name]] * 2) for name in ("x", "z")},
        last_day=np.concatenate([cohort.subject["last_contact_day"]] * 2),
        events=[(trial, subject, day) for trial in (0, 1) for subject, day
                in zip(cohort.events.subject, cohort.events.columns["start_day"], strict=True)],
    )  # fmt: skip
    results = analysed(protocol, both)
    variables = {row.key.variable for row in results.rows if row.key.analysis == "one"}
    assert "predicted" in variables
    assert variables.isdisjoint({"schoenfeld", "martingale"})
    got = results.values(variable="predicted", group="cells", by="time=30", statistic="survival")
    np.testing.assert_allclose(got, 0.668478021086764, rtol=1e-8)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("predicted: [-1]", "day -1; wanted 0 or later"),
        ("predicted: [1, 1]", "1.0 again"),
        ("ties: exact, predicted: [1]", "predicted with ties: exact"),
        ("ties: exact, residuals: true", "residuals with ties: exact"),
    ],
)
def test_what_does_not_go_together_is_a_fault(tmp_path, fields, message):
    with pytest.raises(ProtocolError, match=message):
        counted_protocol(tmp_path, f"one: {OF}, {fields}")
