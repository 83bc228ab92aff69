from __future__ import annotations

import polars as pl
import pytest

from equipoise.errors import DataError
from equipoise.report.rows import ResultRows
from support.report_case import made_case
from support.result_frames import Made

KEYS = {"analysis": "a", "method": "describe", "variable": "age"}


def test_reads_a_frame_row_by_row():
    frame = made_case().frame
    rows = ResultRows.from_frame(frame)
    assert len(rows) == frame.height
    assert [row.result_id for row in rows] == frame["result_id"].to_list()
    assert [row.value for row in rows] == frame["value"].to_list()


def test_finds_a_row_by_all_its_keys_or_none():
    made = Made()
    made.add(1.0, statistic="mean", group="x", **KEYS)
    made.add(2.0, statistic="mean", group="x", by="visit=W4", **KEYS)
    rows = ResultRows.from_frame(made.frame())
    assert rows.at("mean", variable="age", group="x").value == 1.0
    assert rows.at("mean", variable="age", group="x", by="visit=W4").value == 2.0
    assert rows.at("mean", variable="age") is None


def test_refuses_two_rows_for_one_statistic():
    made = Made()
    made.add(1.0, statistic="mean", analysis_set="itt", **KEYS)
    made.add(2.0, statistic="mean", analysis_set="safety", **KEYS)
    rows = ResultRows.from_frame(made.frame())
    with pytest.raises(DataError, match="2 rows for mean of 'age'"):
        rows.at("mean", variable="age")
    assert rows.where(analysis_set="itt").at("mean", variable="age").value == 1.0


def test_refuses_a_frame_of_other_columns_or_of_several_trials():
    with pytest.raises(DataError, match="no column 'result_id'"):
        ResultRows.from_frame(pl.DataFrame({"value": [1.0]}))
    frame = made_case().frame
    both = pl.concat([frame, frame.with_columns(pl.lit(1, pl.Int64).alias("trial"))])
    with pytest.raises(DataError, match="2 trials"):
        ResultRows.from_frame(both)


def test_keeps_rows_of_one_level_or_of_several_and_lists_levels_in_order():
    rows = ResultRows.from_frame(made_case(2).frame).where(analysis="demographics")
    assert rows.levels("variable") == ("age", "sex", "biopsy", "steroid", "upcr")
    kept = rows.where(variable=("age", "upcr"))
    assert kept.levels("variable") == ("age", "upcr")
    assert not kept.where(group="nobody").rows
