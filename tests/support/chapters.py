"""Chapters of the lupus trials, made once for all tests that look at them."""

from __future__ import annotations

from functools import cache

from equipoise.analyse import Chapter
from equipoise.design import design_chapter
from equipoise.evidence import evidence_chapter, recompute
from equipoise.report.chapter import chapter_section
from equipoise.report.display.model import Section
from equipoise.trials import load_protocol


@cache
def chapters(name: str) -> tuple[Chapter, Chapter]:
    """Make the chapter on the design and that on what was published."""
    evidence = recompute(name)
    return (
        design_chapter(evidence.protocol, published=evidence.published),
        evidence_chapter(evidence),
    )


def chapter(name: str, which: str) -> Chapter:
    """Give one chapter of a trial."""
    return next(one for one in chapters(name) if one.id == which)


@cache
def chapter_as_section(name: str, which: str) -> Section:
    """Lay one chapter of a trial out."""
    return chapter_section(load_protocol(name), chapter(name, which))
