"""`equipoise trials`."""

from __future__ import annotations

from equipoise.cli.argument import JsonOption
from equipoise.cli.console import print_json, print_table
from equipoise.trials import library, load_protocol

__all__ = ["trials_command"]


def trials_command(*, as_json: JsonOption = False) -> None:
    """List the trials of the library, ready to run or to copy."""
    rows = []
    for name in library():
        protocol = load_protocol(name)
        rows.append(
            {
                "trial": name,
                "title": protocol.trial.short_title or protocol.trial.title,
                "indication": protocol.trial.indication,
                "arms": len(protocol.arms),
                "analyses": len(protocol.analyses),
                "data": "captured" if protocol.data is not None else "none",
            }
        )
    if as_json:
        print_json(rows)
    else:
        columns = ("trial", "title", "indication", "arms", "analyses", "data")
        print_table(columns, [[str(row[column]) for column in columns] for row in rows])
