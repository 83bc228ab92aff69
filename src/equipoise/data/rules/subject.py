"""Rules of the table of subjects: arms, and who was randomised."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from equipoise.data.door import Door
from equipoise.data.rules.table import records_where
from equipoise.data.text import TextTable

__all__ = ["check_subjects"]


def check_subjects(
    door: Door, texts: Mapping[str, TextTable], frames: Mapping[str, pl.DataFrame]
) -> None:
    """Find arms without subjects, and subjects with an arm who were never randomised."""
    if "subjects" not in frames:
        return
    text, subjects = texts["subjects"], frames["subjects"]
    found = set(subjects["arm"].drop_nulls())
    for arm in door.protocol.arms:
        if found and arm not in found:
            door.fail_table(text.file, f"no subject in arm {arm!r}", "at least one")
    without = pl.col("arm").is_not_null() & pl.col("randomised").is_null()
    for record, _ in records_where(subjects, without):
        door.fail(
            text, record, "randomised", "nothing, though the subject has an arm",
            "the date of randomisation, or 0",
        )  # fmt: skip
