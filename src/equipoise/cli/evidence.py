"""`equipoise evidence`."""

from __future__ import annotations

from equipoise.cli.argument import JsonOption, PageOption, ProtocolArgument
from equipoise.cli.statements import answer
from equipoise.evidence import evidence_chapter, has_published, recompute, synthesis_chapter
from equipoise.trials import load_protocol

__all__ = ["evidence_command"]


def evidence_command(
    protocol: ProtocolArgument, out: PageOption = None, *, as_json: JsonOption = False
) -> None:
    """Recompute the published numbers of a trial; pool or reconstruct those of others."""
    trial = load_protocol(protocol)
    others = synthesis_chapter(protocol, trial)
    chapters = [] if others is None else [others]
    if others is None or has_published(protocol):
        chapters.insert(0, evidence_chapter(recompute(protocol)))
    answer(trial, chapters, name="evidence", out=out, as_json=as_json)
