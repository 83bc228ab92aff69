"""Tables of text: a CSV or Parquet file read cell by cell, before anyone asks what it means."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from equipoise.errors import DataError, Fault

__all__ = ["TextTable", "as_text", "cell_text", "read_text_rows", "read_text_table"]

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_PLAIN = (pl.String, pl.Categorical, pl.Enum, pl.Boolean, pl.Date, pl.Datetime, pl.Null)
_MOST = 20
"""Faults of one kind that are listed one by one."""
_EXACT = 2**53
"""Below it every whole float is that whole number."""


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table as it was read: every cell text or null, and where each row stands.

    Attributes
    ----------
    file : str
        Name of the file, for messages.
    frame : DataFrame
        Columns of text.
    rows : sequence of int
        Row of the file in which each record stands.
    place : callable, optional
        For tables that are not files: given a record and a column, what to call the column and
        what to call the record.
    """

    file: str
    frame: pl.DataFrame
    rows: Sequence[int]
    place: Callable[[int, str], tuple[str, str]] | None = None

    def where(self, record: int, column: str = "") -> str:
        """Say where a cell stands, as ``values.csv, row 7, unit``."""
        if self.place is not None:
            return ", ".join(self.place(record, column))
        where = f"{self.file}, row {self.rows[record]}"
        return f"{where}, {column}" if column else where

    def column(self, record: int, column: str = "") -> str:
        """Name the column that a cell stands in, as ``values.csv, unit``."""
        if self.place is not None:
            return self.place(record, column)[0]
        return f"{self.file}, {column}" if column else self.file

    def other(self, record: int) -> str:
        """Name another record of the same table, as ``row 7``."""
        return "another record" if self.place is not None else f"row {self.rows[record]}"


def read_text_table(path: Path) -> TextTable:
    """Read a CSV or Parquet file as text, whole or not at all.

    Raises
    ------
    DataError
        As :func:`read_text_rows`, and for every row that has another number of fields than the
        header.
    """
    table, ragged = read_text_rows(path)
    if ragged:
        raise DataError(_shortened(path.name, ragged))
    return table


def read_text_rows(path: Path) -> tuple[TextTable, list[Fault]]:
    """Read a CSV or Parquet file as text, and set aside what is no row of it.

    Blank lines are passed over. A Parquet column of numbers, dates or yes/no is written as its
    text would be: a whole number without a point, a date as ISO, NaN as nothing.

    Returns
    -------
    TextTable, list of Fault
        The rows that have as many fields as the header, and one fault for each other row.

    Raises
    ------
    DataError
        If the file is no table with a header, or if its fields are not separated by commas.
    """
    try:
        if path.suffix.lower() == ".parquet":
            frame = as_text(pl.read_parquet(path), path.name)
            return TextTable(path.name, frame, range(2, frame.height + 2)), []
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            Fault(where=path.name, came="bytes that are not UTF-8 text", wanted="a text file")
        ) from error
    except (pl.exceptions.PolarsError, OSError) as error:
        came = str(error).strip().split("\n")[0] or "nothing"
        raise DataError(
            Fault(where=path.name, came=came, wanted="a table with a header")
        ) from error
    return _from_csv(path.name, text)


def _from_csv(file: str, text: str) -> tuple[TextTable, list[Fault]]:
    def fault(came: str, wanted: str, where: str = "") -> Fault:
        return Fault(where=f"{file}, {where}" if where else file, came=came, wanted=wanted)

    if "\0" in text:
        raise DataError(fault("NUL bytes", "a text file"))
    try:
        lines = list(_lines(text))
    except csv.Error as error:
        raise DataError(fault(str(error), "a table with a header, its quotes closed")) from error
    if not lines:
        raise DataError(fault("nothing", "a table with a header"))
    (first, names), *body = lines
    names = [name.strip() for name in names]
    for separator, word in _SEPARATORS.items():
        if len(names) == 1 and separator in names[0]:
            raise DataError(fault(f"fields separated by {word}", "a table separated by commas"))
    twice = sorted({name for name in names if name and names.count(name) > 1})
    faults = [fault(f"column {name!r} twice", "each column once", f"row {first}") for name in twice]
    if "" in names:
        came = f"no name for column {names.index('') + 1}"
        faults.append(fault(came, "a name for each column", f"row {first}"))
    ragged = [
        fault(f"{len(cells)} fields", f"{len(names)}, as the header has", f"row {row}")
        for row, cells in body
        if len(cells) != len(names)
    ]
    if faults:
        raise DataError([*faults, *_shortened(file, ragged)])
    body = [(row, cells) for row, cells in body if len(cells) == len(names)]
    columns = zip(*(cells for _, cells in body), strict=True) if body else ([] for _ in names)
    frame = pl.DataFrame(
        dict(zip(names, map(list, columns), strict=True)), schema=dict.fromkeys(names, pl.String)
    )
    return TextTable(file, frame, [row for row, _ in body]), ragged


def _shortened(file: str, faults: Sequence[Fault]) -> list[Fault]:
    """List the first faults of one kind one by one, and count the others."""
    more = len(faults) - _MOST
    if more <= 0:
        return list(faults)
    others = Fault(where=file, came=f"and {more} rows more like it", wanted=faults[0].wanted)
    return [*faults[:_MOST], others]


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows that hold something, counted as a spreadsheet counts them."""
    for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
        if any(cell.strip() for cell in cells):
            yield row, cells


def as_text(frame: pl.DataFrame, file: str) -> pl.DataFrame:
    """Write the cells of a frame as text.

    Raises
    ------
    DataError
        For every column whose type has no text, such as a list.
    """
    faults = [
        Fault(
            where=f"{file}, {name}",
            came=f"a column of type {kind}",
            wanted="text, numbers, dates or yes/no",
        )
        for name, kind in frame.schema.items()
        if not (kind in _PLAIN or kind.is_numeric())
    ]
    if faults:
        raise DataError(faults)
    return pl.DataFrame(
        {
            name: frame[name]
            if kind == pl.String
            else [cell_text(cell) for cell in frame[name].to_list()]
            for name, kind in frame.schema.items()
        },
        schema=dict.fromkeys(frame.columns, pl.String),
    )


def cell_text(cell: object) -> str | None:
    """Write one typed cell as a person would: 12, not 12.0; NaN and null are nothing."""
    if cell is None or cell != cell:
        return None
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float | Decimal):
        number = float(cell)
        whole = number.is_integer() and abs(number) < _EXACT
        return str(int(number)) if whole else str(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)
