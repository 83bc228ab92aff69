"""`equipoise new`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.console import messages
from equipoise.data import write_file
from equipoise.errors import DataError, Fault
from equipoise.trials import load_protocol, protocol_path

__all__ = ["new_command"]


def new_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Folder of the new trial.")],
    like: Annotated[
        str, typer.Option("--like", metavar="TRIAL", help="Trial whose protocol is copied.")
    ] = "cdisc_pilot",
) -> None:
    """Begin a trial: copy a protocol, with its comments and tables, to NAME/protocol.yaml."""
    protocol = load_protocol(like)
    folder = Path(name)
    target = folder / "protocol.yaml"
    if target.exists():
        raise DataError(
            Fault(where=str(target), came="a protocol is there already", wanted="a new name")
        )
    identity = re.sub(r"\W+", "_", folder.resolve().name).strip("_")
    if not re.match(r"^[A-Za-z]", identity):
        identity = f"trial_{identity}"
    text = protocol_path(like).read_text(encoding="utf-8")
    text = re.sub(r"^id: \S+", f"id: {identity[:40]}", text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^data:\n(?:[ #].*\n|\n)*", "", text, count=1, flags=re.MULTILINE)
    write_file(target, text.encode())
    for table in protocol.tables:
        write_file(folder / table, protocol_path(like).with_name(table).read_bytes())
    messages.print(
        f"wrote {target}\nnext: edit it, then `equipoise check {target}` and "
        f"`equipoise template {target} --out {folder / 'data'}`",
    )
