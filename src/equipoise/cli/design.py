"""`equipoise design`."""

from __future__ import annotations

from equipoise.cli.argument import JsonOption, PageOption, ProtocolArgument
from equipoise.cli.chapters import published_of
from equipoise.cli.statements import answer
from equipoise.design import design_chapter
from equipoise.trials import load_protocol

__all__ = ["design_command"]


def design_command(
    protocol: ProtocolArgument, out: PageOption = None, *, as_json: JsonOption = False
) -> None:
    """Say what a trial of two arms with a binary endpoint can show.

    Size, power, assurance, the probability of each conclusion, and what the stopping rules of
    the protocol would do: by enumeration, with simulated trials beside it as a check.
    """
    trial = load_protocol(protocol)
    chapter = design_chapter(trial, published=published_of(protocol))
    answer(trial, chapter, out=out, as_json=as_json)
