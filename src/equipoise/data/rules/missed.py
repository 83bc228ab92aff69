"""Rule between visits and values: a visit that was missed has no values."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from equipoise.data.door import Door
from equipoise.data.rules.table import records_where
from equipoise.data.text import TextTable

__all__ = ["check_missed_visits"]


def check_missed_visits(
    door: Door, texts: Mapping[str, TextTable], frames: Mapping[str, pl.DataFrame]
) -> None:
    """Find values of visits that the table of visits calls missed."""
    if not {"visits", "values"} <= set(frames):
        return
    missed = frames["visits"].filter(pl.col("status") == "missed").select("subject", "visit")
    rows = {row: record for record, row in enumerate(missed.iter_rows())}
    if not rows:
        return
    for record, row in records_where(frames["values"], pl.col("value").is_not_null()):
        if (row["subject"], row["visit"]) in rows:
            door.fail(
                texts["values"], record, "visit",
                f"a value of {row['visit']}, which {row['subject']!r} missed",
                "no value, or a visit that was held",
            )  # fmt: skip
