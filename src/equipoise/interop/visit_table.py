"""Tables of visits to be scored: read, columns mapped, long made wide, bad rows set aside."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.data import cell_text, read_text_rows, require_ending, write_file
from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.instruments import Instrument
from equipoise.instruments.form import Column
from equipoise.interop.reading import Reading

__all__ = ["VisitTable", "pieces", "read_visit_table", "require_target", "write_table"]

IDENTIFIERS = ("subject", "visit", "date", "day", "site", "row")
"""Columns that are carried along without being asked for."""
_ENDINGS = (".csv", ".json", ".parquet")
_TRUTH = {"true": "1", "yes": "1", "false": "0", "no": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTable:
    """A wide table ready to be scored.

    Attributes
    ----------
    carried : DataFrame
        Columns that are carried along, and ``row``, the row of the file.
    columns : mapping of str to array
        Input columns of the instrument.
    faults : tuple of Fault
        One for each row, or cell, that cannot be read; its row is not in the table.
    rows_read : int
        Rows of the file, the bad ones included.
    """

    carried: pl.DataFrame
    columns: Mapping[str, NDArray[Any]]
    faults: tuple[Fault, ...]
    rows_read: int


def read_visit_table(path: Path, instrument: Instrument, reading: Reading) -> VisitTable:
    """Read a table for an instrument.

    Parameters
    ----------
    path : Path
        CSV, Parquet or JSON (a list of records); a cell that is empty is unknown.
    instrument : Instrument
        Whose columns are looked for.
    reading : Reading
        Names that differ, and the columns of a long table. There a row that has another number
        of fields than the header leaves its item unknown.

    Raises
    ------
    DataError
        If the file cannot be read, holds no input of the instrument, or there is a column that
        is neither one nor to be carried along: a misspelt item must not become an unknown one.
    """
    frame, aside = _read_text(path)
    rows = frame.height + len(aside)
    if reading.item:
        frame = _widened(frame, reading, path)
    _require_free_names(frame, reading, path)
    frame = frame.rename(
        {own: name for name, own in reading.columns.items() if own in frame.columns}
    )
    inputs = {column.name: column for column in instrument.inputs}
    faults = list(_column_faults(frame, instrument, reading, path))
    if faults:
        raise DataError([*aside, *faults])
    own = [name for name in frame.columns if name not in inputs or name in reading.keep]
    found = {name: column for name, column in inputs.items() if name in frame.columns}
    table = _checked(frame, found, own, path, rows)
    return replace(table, faults=(*aside, *table.faults))


def _column_faults(
    frame: pl.DataFrame, instrument: Instrument, reading: Reading, path: Path
) -> Iterator[Fault]:
    """Find columns that are nothing, that are not there, or whose name a score will need."""
    inputs = [column.name for column in instrument.inputs]
    outputs = {column.name for column in instrument.outputs}
    carried = [*IDENTIFIERS, *reading.keep]
    for name in frame.columns:
        if name not in inputs and name not in carried:
            yield Fault(
                where=f"{path.name}, column {name!r}",
                came=f"not a column of {instrument.id}",
                wanted="one of its inputs, or a column named under `keep`",
                repair=did_you_mean(name, inputs),
            )
        if name in outputs and name in carried and f"{name}_given" in frame.columns:
            yield Fault(
                where=f"{path.name}, column '{name}_given'",
                came=f"the name that column {name!r} takes beside the score",
                wanted="another name",
            )
    for name, own in reading.columns.items():
        if name not in frame.columns:
            wanted = f"it, as {name!r} is mapped to it"
            yield Fault(where=path.name, came=f"no column {own!r}", wanted=wanted)
    for name in reading.keep:
        if name not in frame.columns:
            yield Fault(
                where=path.name,
                came=f"no column {name!r}",
                wanted="it, as `keep` names it",
                repair=did_you_mean(name, frame.columns),
            )
    if not set(inputs) & set(frame.columns):
        came = f"no column of {instrument.id}"
        yield Fault(where=path.name, came=came, wanted="one of its inputs at least")


def _require_free_names(frame: pl.DataFrame, reading: Reading, path: Path) -> None:
    """Refuse to map a column to a name that another column of the table keeps."""
    faults = [
        Fault(
            where=f"{path.name}, column {name!r}",
            came=f"the name that {own!r} is mapped to, taken already",
            wanted="one column of that name",
        )
        for name, own in reading.columns.items()
        if own in frame.columns
        and own != name
        and name in frame.columns
        and name not in reading.columns.values()
    ]
    if faults:
        raise DataError(faults)


def _read_text(path: Path) -> tuple[pl.DataFrame, list[Fault]]:
    """Read a table as text, with ``row``, and one fault for each row that is set aside.

    ``row`` is as in a spreadsheet for CSV, else the number of the record.
    """
    if path.is_dir():
        raise DataError(Fault(where=path.name, came="a folder", wanted="a table with a header"))
    if path.suffix.lower() == ".json":
        frame, rows, aside = _from_json(path)
    else:
        table, aside = read_text_rows(path)
        frame = table.frame
        rows = range(1, frame.height + 1) if path.suffix.lower() == ".parquet" else table.rows
    if "row" not in frame.columns:
        row = pl.Series("row", list(rows), dtype=pl.Int64).cast(pl.String)
        frame = pl.DataFrame([*frame.get_columns(), row])
    return frame.with_columns(pl.all().str.strip_chars().replace("", None)), aside


def _from_json(path: Path) -> tuple[pl.DataFrame, Sequence[int], list[Fault]]:
    wanted = "JSON: a list of records, each of names and plain values"
    try:
        text = path.read_text(encoding="utf-8-sig")
        records = json.loads(text, object_pairs_hook=_record)
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(Fault(where=path.name, came=str(error), wanted=wanted)) from error
    if not isinstance(records, list):
        raise DataError(Fault(where=path.name, came="no list of records", wanted=wanted))
    good: dict[int, dict[str, object]] = {}
    aside: list[Fault] = []
    for row, record in enumerate(records, start=1):
        where = f"{path.name}, row {row}"
        if not isinstance(record, dict):
            aside.append(Fault(where=where, came=repr(record)[:80], wanted="names and values"))
        elif nested := {n: cell for n, cell in record.items() if isinstance(cell, list | dict)}:
            came = ", ".join(map(repr, nested.values()))[:80]
            where = f"{where}, {', '.join(nested)}"
            aside.append(Fault(where=where, came=came, wanted="a plain value"))
        else:
            good[row] = record
    names = list(dict.fromkeys(name for record in good.values() for name in record))
    frame = pl.DataFrame(
        {name: [cell_text(record.get(name)) for record in good.values()] for name in names},
        schema=dict.fromkeys(names, pl.String),
    )
    return frame, list(good), aside


def _record(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} twice in one record")
    return record


def _widened(frame: pl.DataFrame, reading: Reading, path: Path) -> pl.DataFrame:
    """Turn a long table into a wide one: one row for each combination of the other columns."""
    missing = [name for name in (reading.item, reading.value) if name not in frame.columns]
    if missing:
        raise DataError(
            Fault(where=path.name, came=f"no column {missing[0]!r}", wanted="it, for a long table")
        )
    nameless = frame.filter(pl.col(reading.item).is_null())
    if nameless.height:
        rows = ", ".join(nameless["row"].to_list()[:6])
        raise DataError(
            Fault(
                where=f"{path.name}, rows {rows}, {reading.item}",
                came="nothing",
                wanted="the name of an item",
            )
        )
    index = [name for name in frame.columns if name not in (reading.item, reading.value, "row")]
    if not index:
        came = f"no column beside {reading.item!r} and {reading.value!r}"
        wanted = "one that tells visits apart, such as subject"
        raise DataError(Fault(where=path.name, came=came, wanted=wanted))
    taken = frame.filter(pl.col(reading.item).is_in([*index, "row"]))
    if taken.height:
        raise DataError(
            Fault(
                where=f"{path.name}, row {taken['row'][0]}, {reading.item}",
                came=f"{taken[reading.item][0]!r}, which is a column of the table",
                wanted="the name of an item",
            )
        )
    twice = frame.filter(pl.struct(*index, reading.item).is_duplicated())
    if twice.height:
        rows = ", ".join(twice["row"].to_list()[:6])
        raise DataError(
            Fault(
                where=f"{path.name}, rows {rows}",
                came="an item twice for one visit",
                wanted="each item once",
            )
        )
    wide = frame.pivot(on=reading.item, index=index, values=reading.value)
    first = frame.group_by(index, maintain_order=True).agg(pl.col("row").first())
    return wide.join(first, on=index, how="left", maintain_order="left", nulls_equal=True)


def _checked(
    frame: pl.DataFrame,
    inputs: Mapping[str, Column],
    carried: Sequence[str],
    path: Path,
    rows: int,
) -> VisitTable:
    """Read the cells; a row with a cell that cannot be read is set aside with its fault."""
    bad = np.zeros(frame.height, dtype=np.bool_)
    faults: list[Fault] = []
    read: dict[str, NDArray[Any]] = {}
    names = frame["row"].to_list()
    for name, column in inputs.items():
        cells = frame[name]
        if column.holds_text:
            array: NDArray[Any] = np.array(cells.to_list(), dtype=np.object_)
            wrong = np.array(
                [bool(column.words) and cell not in (None, "", *column.words) for cell in array],
                dtype=np.bool_,
            )
        else:
            array, wrong = _numbers(cells, column)
        read[name] = array
        bad |= wrong
        faults += [
            Fault(
                where=f"{path.name}, row {names[place]}, {name}",
                came=repr(cells[int(place)])[:80],
                wanted=_wanted(column),
            )
            for place in np.flatnonzero(wrong)
        ]
    good = ~bad
    return VisitTable(
        carried=frame.select(carried).filter(pl.Series(good)),
        columns={name: array[good] for name, array in read.items()},
        faults=tuple(faults),
        rows_read=rows,
    )


def _numbers(cells: pl.Series, column: Column) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    plain = cells.str.to_lowercase().replace(_TRUTH) if column.codes == (0.0, 1.0) else cells
    if column.letters:
        plain = plain.replace({letter: str(code) for code, letter in enumerate(column.letters)})
    plain = plain.replace({"": None, "NA": None, "na": None, "NaN": None, "nan": None})
    numbers = plain.cast(pl.Float64, strict=False)
    array = numbers.fill_null(np.nan).to_numpy().astype(np.float64)
    known = ~np.isnan(array)
    wrong = plain.is_not_null().to_numpy() & ~known
    if column.codes:
        wrong |= known & ~np.isin(array, column.codes)
    else:
        wrong |= known & ((array < column.lowest) | (array > column.highest) | np.isinf(array))
    return array, wrong


def _wanted(column: Column) -> str:
    if column.words or column.codes:
        return f"one of {column.values}"
    number = "" if column.values.startswith("a ") else "a number, "
    unit = "" if column.unit == "1" else f" {column.unit}"
    return f"{number}{column.values}{unit}"


def require_target(path: Path, *, source: Path) -> None:
    """Refuse a file that scores cannot be written to, before any work.

    Raises
    ------
    DataError
        If the ending of its name is not known, or if it is the table that is read.
    """
    require_ending(path, _ENDINGS)
    if path.resolve() == source.resolve():
        raise DataError(
            Fault(where=str(path), came="the table that is read", wanted="another file")
        )


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write a table as CSV, Parquet or JSON by the ending of its name, whole or not at all.

    Raises
    ------
    DataError
        If it cannot be written.
    """
    content = io.BytesIO()
    if path.suffix.lower() == ".parquet":
        frame.write_parquet(content)
    elif path.suffix.lower() == ".json":
        frame.write_json(content)
    else:
        frame.write_csv(content)
    write_file(path, content.getvalue())


def pieces(size: int, piece: int = 1 << 16) -> Sequence[slice]:
    """Cut a long table into pieces, so that progress can be shown."""
    return [slice(first, min(first + piece, size)) for first in range(0, max(size, 1), piece)]
