"""`equipoise check`."""

from __future__ import annotations

from dataclasses import replace

import typer

from equipoise.cli.argument import JsonOption, ProtocolArgument
from equipoise.cli.console import messages, print_faults, print_json
from equipoise.errors import EquipoiseError, ProtocolError
from equipoise.evidence import require_tables
from equipoise.interop import package_fault
from equipoise.protocol import Protocol
from equipoise.protocol.yaml_lines import read_yaml
from equipoise.simulate import scenario_faults
from equipoise.trials import load_protocol, protocol_path

__all__ = ["check_command"]


def check_command(protocol: ProtocolArgument, *, as_json: JsonOption = False) -> None:
    """Check a protocol: every fault at once, each with its line and the nearest repair.

    Nothing that the protocol names is run: packages of data are looked for, not imported.
    """
    try:
        found = load_protocol(protocol)
        _require_scenarios(protocol, found)
        require_tables(protocol, found)
    except EquipoiseError as error:
        print_faults(error, as_json=as_json)
        raise typer.Exit(2) from None
    for package in found.data.packages if found.data is not None else ():
        fault = package_fault(package)
        if fault is not None:  # another machine may have it: the protocol is sound
            messages.print(f"note: {fault}")
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
    )


def _require_scenarios(name: str, trial: Protocol) -> None:
    """Raise for populations and effects that no virtual trial can have, each with its line."""
    faults = [fault for one in trial.scenarios for fault in scenario_faults(trial, one)]
    if faults:
        _, lines = read_yaml(protocol_path(name))
        raise ProtocolError(
            [
                replace(one, where=f"{lines.where(one.where.split('.'))} {one.where}")
                for one in faults
            ]
        )
