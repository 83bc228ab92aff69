"""`equipoise evidence`."""

from __future__ import annotations

from equipoise.cli.argument import JsonOption, PageOption, ProtocolArgument
from equipoise.cli.statements import answer
from equipoise.evidence import evidence_chapter, recompute

__all__ = ["evidence_command"]


def evidence_command(
    protocol: ProtocolArgument, out: PageOption = None, *, as_json: JsonOption = False
) -> None:
    """Recompute the published numbers of a trial, and say where they disagree."""
    found = recompute(protocol)
    answer(found.protocol, [evidence_chapter(found)], name="evidence", out=out, as_json=as_json)
