"""`equipoise check`."""

from __future__ import annotations

import typer

from equipoise.cli.argument import JsonOption, ProtocolArgument
from equipoise.cli.console import messages, print_faults, print_json
from equipoise.errors import EquipoiseError
from equipoise.trials import load_protocol

__all__ = ["check_command"]


def check_command(protocol: ProtocolArgument, *, as_json: JsonOption = False) -> None:
    """Check a protocol: every fault at once, each with its line and the nearest repair."""
    try:
        found = load_protocol(protocol)
    except EquipoiseError as error:
        print_faults(error, as_json=as_json)
        raise typer.Exit(2) from None
    summary = {
        "trial": found.id,
        "hash": found.content_hash,
        "arms": list(found.arms),
        "visits": list(found.visits),
        "variables": len(found.variables),
        "endpoints": list(found.endpoints),
        "analyses": list(found.analyses),
        "faults": [],
    }
    if as_json:
        print_json(summary)
        return
    messages.print(
        f"{found.id}: no faults; {len(found.arms)} arms, {len(found.visits)} visits, "
        f"{len(found.variables)} variables, {len(found.analyses)} analyses, "
        f"hash {found.content_hash[:12]}",
        markup=False,
    )
