"""`equipoise template`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.argument import ProtocolArgument
from equipoise.cli.console import messages
from equipoise.data import write_template
from equipoise.trials import load_protocol

__all__ = ["template_command"]


def template_command(
    protocol: ProtocolArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where to write; default: build/TRIAL/data."),
    ] = None,
) -> None:
    """Write an empty data folder: six CSV files with headers, and a dictionary of every column."""
    trial = load_protocol(protocol)
    folder = out or Path("build") / trial.id / "data"
    write_template(trial, folder)
    messages.print(
        f"wrote {folder}\nfill the CSV files (dictionary.csv explains every column), then "
        f"`equipoise analyse {protocol} --data {folder}`",
    )
