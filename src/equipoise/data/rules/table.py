"""What a rule is given: the cells of a table as text and as they were read, or its frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from equipoise.data.text import TextTable

__all__ = ["Table", "records_where"]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one table.

    Attributes
    ----------
    text : TextTable
        Where each row stands.
    raw : mapping of str to list of str or None
        Cells of each standard column as they came; None where a cell or column is empty.
    read : mapping of str to list of object
        The same cells read by their kind; None besides where a cell is at fault.
    """

    text: TextTable
    raw: Mapping[str, list[str | None]]
    read: Mapping[str, list[object]]


def records_where(
    frame: pl.DataFrame, condition: pl.Expr
) -> Iterator[tuple[int, dict[str, object]]]:
    """Give the records that meet a condition, with their place in the table."""
    for row in frame.with_row_index("_record").filter(condition).iter_rows(named=True):
        yield int(str(row["_record"])), row
