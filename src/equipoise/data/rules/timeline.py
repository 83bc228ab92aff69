"""Rules of the two ends of a subject's time: nothing ends before randomisation, or follows death.

What a record is dated by is the day it happened: a sample taken before death is legitimate,
however late its result came; one dated after death is a fault. An adverse event may have begun
before randomisation; it is then kept, and not emergent on treatment.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from equipoise.data.door import Door
from equipoise.data.rules.table import records_where
from equipoise.data.schedule import windows_of
from equipoise.data.text import TextTable

__all__ = ["check_death", "check_randomisation"]

_ENDS = ("completed", "withdrawn", "death", "last_contact")

_HAPPENED = (
    ("visits", "date", "visited", pl.col("status").ne_missing("missed")),
    ("values", "date", "a value", pl.col("value").is_not_null()),
    ("doses", "date", "a dose", pl.lit(value=True)),
    ("events", "start", "the start of an event", pl.lit(value=True)),
    ("events", "end", "the end of an event", pl.lit(value=True)),
    ("disposition", "date", "", pl.col("what").is_in(_ENDS) & (pl.col("what") != "death")),
)
"""Table, column, in words, and which records of it happened to a living subject."""


def check_randomisation(
    door: Door, texts: Mapping[str, TextTable], frames: Mapping[str, pl.DataFrame]
) -> None:
    """Find subjects who ended before they were randomised."""
    if "disposition" not in frames:
        return
    before = pl.col("what").is_in(_ENDS) & (pl.col("date") < 0)
    for record, row in records_where(frames["disposition"], before):
        if (door.start or {}).get(str(row["subject"])) != "never":
            came = f"{row['what']} on day {row['date']}, before randomisation"
            door.fail(texts["disposition"], record, "date", came, "a day of 0 or later")


def check_death(
    door: Door, texts: Mapping[str, TextTable], frames: Mapping[str, pl.DataFrame]
) -> None:
    """Find what is dated after the death of its subject."""
    if "disposition" not in frames:
        return
    deaths = (
        frames["disposition"]
        .filter((pl.col("what") == "death") & pl.col("date").is_not_null())
        .group_by("subject")
        .agg(_death=pl.min("date"))
    )
    of = dict(deaths.iter_rows())
    if not of:
        return
    died = pl.col("subject").replace_strict(of, default=None, return_dtype=pl.Int64)
    for name, column, words, happened in _HAPPENED:
        if name not in frames:
            continue
        for record, row in records_where(frames[name], happened & (pl.col(column) > died)):
            death = of[row["subject"]]
            came = f"{words or row['what']} on day {row[column]}, after death on day {death}"
            door.fail(
                texts[name],
                record,
                column,
                came,
                f"a day up to that of the death of {row['subject']!r}",
            )
    if "values" in frames:
        _undated_values(door, texts["values"], frames["values"], of, died)


def _undated_values(
    door: Door, text: TextTable, values: pl.DataFrame, of: Mapping[object, int], died: pl.Expr
) -> None:
    """Find values without a date of visits that begin after the death of their subject."""
    undated = pl.col("date").is_null() & pl.col("value").is_not_null() & died.is_not_null()
    for record, row in records_where(values, undated):
        first = windows_of(door.protocol, str(row["variable"])).get(str(row["visit"]))
        death = of[row["subject"]]
        if first is not None and first.first is not None and first.first > death:
            came = f"a value of {row['visit']}, from day {first.first}, after death on day {death}"
            door.fail(text, record, "visit", came, "a visit before death, or the date of the value")
