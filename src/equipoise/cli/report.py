"""`equipoise report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.analyse import read_results
from equipoise.cli.console import messages, today
from equipoise.data import require_place
from equipoise.report import write_report

__all__ = ["report_command"]


def report_command(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS", help="Folder that `analyse` or `run` wrote.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where to write; default: RESULTS."),
    ] = None,
) -> None:
    """Lay results out again as report.html and report.pdf; nothing is computed."""
    protocol, frame, provenance, chapters = read_results(results)
    folder = out or results
    require_place(folder)
    write_report(protocol, frame, provenance, folder, chapters=chapters, date=today())
    messages.print(f"wrote {folder / 'report.html'} and {folder / 'report.pdf'}")
