"""The chapters of a report that no participant's data are behind."""

from __future__ import annotations

from equipoise.analyse import Chapter
from equipoise.cli.console import messages
from equipoise.design import design_chapter
from equipoise.errors import ProtocolError
from equipoise.evidence import Published, evidence_chapter, has_published, recompute
from equipoise.protocol import Protocol

__all__ = ["chapters_of", "published_of"]


def chapters_of(name: str, trial: Protocol) -> tuple[Chapter, ...]:
    """Make the chapters that a trial has: on its design, on what was published of it.

    Parameters
    ----------
    name : str
        As the user named the trial; published numbers stand beside its protocol.
    trial : Protocol
        The protocol of that name.
    """
    evidence = recompute(name) if has_published(name) else None
    chapters = []
    try:
        chapters.append(
            design_chapter(trial, published=None if evidence is None else evidence.published)
        )
    except ProtocolError as error:
        reasons = "; ".join(str(fault) for fault in error.faults)
        messages.print(f"no chapter on what the design can show: {reasons}")
    if evidence is not None:
        chapters.append(evidence_chapter(evidence))
    return tuple(chapters)


def published_of(name: str) -> Published | None:
    """Read the published numbers beside a protocol; None where there are none."""
    return recompute(name).published if has_published(name) else None
