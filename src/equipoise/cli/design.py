"""`equipoise design`."""

from __future__ import annotations

from equipoise.cli.argument import JsonOption, OutOption, ProtocolArgument
from equipoise.cli.statements import answer
from equipoise.design import characteristic_rows, design_statements, operating_characteristics
from equipoise.trials import load_protocol

__all__ = ["design_command"]


def design_command(
    protocol: ProtocolArgument, out: OutOption = None, *, as_json: JsonOption = False
) -> None:
    """Say what a trial of two arms with a binary endpoint can show, by enumeration.

    Size, power, assurance, the probability of each conclusion, and what the stopping rules of
    the protocol would do.
    """
    trial = load_protocol(protocol)
    found = operating_characteristics(trial)
    answer(
        trial,
        design_statements(trial, found),
        characteristic_rows(found),
        name="design",
        subtitle="What this design can show",
        out=out,
        as_json=as_json,
    )
