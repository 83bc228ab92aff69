"""Tables of text that remember the data set and column each record came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from equipoise.data import TextTable, cell_text
from equipoise.protocol.model.variable import Variable

__all__ = [
    "Cells",
    "Source",
    "SourcedTable",
    "frame_of",
    "frame_of_rows",
    "texts_of",
    "with_flags",
]

_SAS_EPOCH = date(1960, 1, 1)
_SAS_LAST = 100_000
"""Numbers of days beyond it (the year 2233) are not dates."""

Cells = list[str | None]


@dataclass(frozen=True, slots=True)
class Source:
    """The data set that a record comes from, and what our columns are called there."""

    dataset: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SourcedTable:
    """Records as text, and the source of each."""

    frame: pl.DataFrame
    sources: Sequence[Source]

    def as_text_table(self) -> TextTable:
        """Give the table its places, as ``ADSL, AGE, USUBJID 01-701-1015``."""
        subjects, sources = self.frame["subject"].to_list(), self.sources

        def place(record: int, column: str) -> tuple[str, str]:
            source = sources[record]
            name = source.columns.get(column, "")
            dataset, _, own = name.rpartition(".")
            group = ", ".join(part for part in (dataset or source.dataset, own) if part)
            return group, f"USUBJID {subjects[record]}"

        file = sources[0].dataset if sources else "ADSL"
        return TextTable(file, self.frame, range(1, self.frame.height + 1), place)


def frame_of(columns: Mapping[str, Cells]) -> pl.DataFrame:
    """Make a frame of columns of text."""
    return pl.DataFrame(dict(columns), schema=dict.fromkeys(columns, pl.String))


def frame_of_rows(names: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> pl.DataFrame:
    """Make a frame of rows of text."""
    return frame_of({name: [row[place] for row in rows] for place, name in enumerate(names)})


def with_flags(cells: Cells, variable: Variable, column: str | None) -> Cells:
    """Read an empty flag (``..FL``) as N: ADaM leaves it empty where it is not set."""
    if variable.kind == "yes_no" and (column or "").endswith("FL"):
        return [cell or "N" for cell in cells]
    return cells


def texts_of(series: pl.Series, *, is_date: bool = False) -> Cells:
    """Write cells as text; a number in a column of dates counts days from 1960, as SAS does."""
    return [_date_text(cell) if is_date else cell_text(cell) for cell in series.to_list()]


def _date_text(cell: object) -> str | None:
    if isinstance(cell, int | float) and abs(cell) <= _SAS_LAST:
        return (_SAS_EPOCH + timedelta(days=int(cell))).isoformat()
    return cell_text(cell)
