"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "DataOption",
    "JsonOption",
    "OutOption",
    "PageOption",
    "ProtocolArgument",
    "ScenarioOption",
    "SeedOption",
    "TrialOption",
]

ProtocolArgument = Annotated[
    str,
    typer.Argument(
        metavar="PROTOCOL",
        help="A trial of the library (see `equipoise trials`), a protocol file, or its folder.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON on stdout.")]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Data folder; default: what the protocol names."),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where to write; default: build/TRIAL."),
]
PageOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where to write a page and its rows; default: none."),
]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, metavar="S", help="Seed of the virtual trials.")
]
TrialOption = Annotated[
    int, typer.Option("--trial", min=0, metavar="K", help="Number of the virtual trial.")
]
ScenarioOption = Annotated[
    str | None,
    typer.Option("--scenario", metavar="NAME", help="Scenario; default: the protocol's first."),
]
