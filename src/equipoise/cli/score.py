"""`equipoise score`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import polars as pl
import typer

from equipoise.cli.console import messages, print_text, progress
from equipoise.instruments import Instrument, find_instrument
from equipoise.interop.reading import Reading, read_reading
from equipoise.interop.visit_table import (
    VisitTable,
    pieces,
    read_visit_table,
    require_target,
    write_table,
)

__all__ = ["score_command"]


def score_command(
    instrument: Annotated[
        str, typer.Argument(metavar="INSTRUMENT", help="As `equipoise instruments` lists it.")
    ],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, Parquet or JSON table of visits.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="CSV, Parquet or JSON; default: stdout."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--map", metavar="FILE", help="YAML: columns, parameters, keep, long: {item, value}."
        ),
    ] = None,
) -> None:
    """Score a table of visits: one row a visit, or one row an item with `--map`.

    Columns are found by the names that `equipoise instruments show INSTRUMENT` prints; a missing
    column or cell is unknown. Good rows are scored, with components and reasons; each bad row is
    reported with its number, and then the exit code is 1.
    """
    if out is not None:
        require_target(out, source=file)
    found = find_instrument(instrument)
    reading = read_reading(mapping)
    table = read_visit_table(file, found, reading)
    scores = _scored(found, table, reading)
    if out is None:
        print_text(scores.write_csv())
    else:
        write_table(scores, out)
    for fault in table.faults:
        messages.print(str(fault))
    bad = table.rows_read - scores.height if not reading.item else len(table.faults)
    messages.print(
        f"scored {_counted(scores.height, 'visit')} with {found.title}"
        + (f"; {_counted(bad, 'bad row')} left out" if table.faults else ""),
    )
    if table.faults:
        raise typer.Exit(1)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _scored(instrument: Instrument, table: VisitTable, reading: Reading) -> pl.DataFrame:
    parts: list[dict[str, Any]] = []
    cuts = pieces(table.carried.height)
    with progress(len(cuts)) as (bar, task):
        for cut in cuts:
            columns = {name: array[cut] for name, array in table.columns.items()}
            parts.append(instrument.score(columns, parameters=reading.parameters))
            bar.update(task, description=instrument.title, advance=1)
    scores = {
        column.name: np.concatenate([np.atleast_1d(part[column.name]) for part in parts])
        for column in instrument.outputs
    }
    frame = pl.DataFrame(
        {
            name: pl.Series(name, array.tolist(), dtype=pl.String)
            if array.dtype == object
            else pl.Series(name, array)
            for name, array in scores.items()
        }
    ).fill_nan(None)
    own = table.carried.rename(
        {name: f"{name}_given" for name in table.carried.columns if name in frame.columns}
    )
    return pl.concat([own, frame], how="horizontal")
