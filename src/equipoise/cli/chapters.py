"""The chapters of a report that no participant's data are behind."""

from __future__ import annotations

from equipoise.analyse import Chapter
from equipoise.cli.console import messages
from equipoise.design import design_chapter, monitoring_chapter, sample_size_chapter
from equipoise.errors import ProtocolError
from equipoise.evidence import (
    Published,
    evidence_chapter,
    has_published,
    recompute,
    synthesis_chapter,
)
from equipoise.protocol import Protocol

__all__ = ["chapters_of", "design_chapters", "planned_chapters", "published_of"]


def chapters_of(name: str, trial: Protocol) -> tuple[Chapter, ...]:
    """Make the chapters that a trial has: on its design and size, on what was published.

    Parameters
    ----------
    name : str
        As the user named the trial; published numbers stand beside its protocol.
    trial : Protocol
        The protocol of that name.
    """
    evidence = recompute(name) if has_published(name) else None
    published = None if evidence is None else evidence.published
    try:
        chapters = design_chapters(trial, published)
    except ProtocolError as error:
        _say_why(error)
        chapters = ()
    found = () if evidence is None else (evidence_chapter(evidence),)
    others = synthesis_chapter(name, trial)
    return (*chapters, *found, *(() if others is None else (others,)))


def design_chapters(trial: Protocol, published: Published | None) -> tuple[Chapter, ...]:
    """Make the chapters on what a design can show, on its sample sizes and its monitoring.

    Raises
    ------
    ProtocolError
        If the design cannot be enumerated, and neither a sample size nor a monitoring is planned.
    """
    planned = planned_chapters(trial)
    try:
        shown = design_chapter(trial, published=published)
    except ProtocolError as error:
        if not planned:
            raise
        _say_why(error)
        return planned
    return (shown, *planned)


def planned_chapters(trial: Protocol) -> tuple[Chapter, ...]:
    """Make the chapters that the plan of a trial holds: sample sizes, and monitoring."""
    made = (sample_size_chapter(trial), monitoring_chapter(trial))
    return tuple(one for one in made if one is not None)


def _say_why(error: ProtocolError) -> None:
    reasons = "; ".join(str(fault) for fault in error.faults)
    messages.print(f"no chapter on what the design can show: {reasons}")


def published_of(name: str) -> Published | None:
    """Read the published numbers beside a protocol; None where there are none."""
    return recompute(name).published if has_published(name) else None
