"""`equipoise design`."""

from __future__ import annotations

from equipoise.cli.argument import JsonOption, PageOption, ProtocolArgument
from equipoise.cli.chapters import design_chapters, published_of
from equipoise.cli.statements import answer
from equipoise.trials import load_protocol

__all__ = ["design_command"]


def design_command(
    protocol: ProtocolArgument, out: PageOption = None, *, as_json: JsonOption = False
) -> None:
    """Say what a trial can show, and what size it needs.

    Of two arms with a binary endpoint: size, power, assurance, the probability of each
    conclusion, and what the stopping rules of the protocol would do, by enumeration, with
    simulated trials beside it as a check. Of each sample size that the protocol asks for:
    participants, events, and power around its assumptions. Of monitoring in order of entry:
    its limits, and how often each is met.
    """
    trial = load_protocol(protocol)
    chapters = design_chapters(trial, published_of(protocol))
    answer(trial, chapters, name="design", out=out, as_json=as_json)
