"""`equipoise template`."""

from __future__ import annotations

from pathlib import Path

from equipoise.cli.argument import OutOption, ProtocolArgument
from equipoise.cli.console import messages
from equipoise.data import write_template
from equipoise.trials import load_protocol

__all__ = ["template_command"]


def template_command(protocol: ProtocolArgument, out: OutOption = None) -> None:
    """Write an empty data folder: six CSV files with headers, and a dictionary of every column."""
    trial = load_protocol(protocol)
    folder = out or Path("build") / trial.id / "data"
    write_template(trial, folder)
    messages.print(
        f"wrote {folder}\nfill the CSV files (dictionary.csv explains every column), then "
        f"`equipoise analyse {protocol} --data {folder}`",
    )
