"""A chapter as a section of a report, or as a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from equipoise.analyse import Chapter
from equipoise.protocol import Protocol
from equipoise.report.chapter.design import design_section
from equipoise.report.chapter.evidence import evidence_section
from equipoise.report.chapter.monitoring import monitoring_section
from equipoise.report.chapter.others import others_section
from equipoise.report.chapter.sample_size import sample_size_section
from equipoise.report.chapter.view import ChapterView, view_of_chapter
from equipoise.report.display.model import Document, Section

__all__ = ["chapter_document", "chapter_section"]

_SECTIONS: Mapping[str, Callable[[ChapterView], Section]] = {
    "design": design_section,
    "sample_size": sample_size_section,
    "monitoring": monitoring_section,
    "evidence": evidence_section,
    "synthesis": others_section,
}


def chapter_section(protocol: Protocol, chapter: Chapter, *, source: str = "") -> Section:
    """Lay a chapter out under one heading."""
    return _SECTIONS[chapter.id](view_of_chapter(protocol, chapter, source=source))


def chapter_document(protocol: Protocol, chapter: Chapter, *others: Chapter, date: str) -> Document:
    """Lay a chapter out as a page of its own, exactly as a report holds it.

    Parameters
    ----------
    protocol : Protocol
        The trial that it is about.
    chapter : Chapter
        What is shown.
    others : Chapter
        What follows it on the page.
    date : str
        Day of the page, ISO 8601.
    """
    source = f"{protocol.id}, protocol {protocol.content_hash[:12]}"
    section = chapter_section(protocol, chapter, source=source)
    first = (Section(id=section.id, title="In short", blocks=section.blocks),)
    return Document(
        title=protocol.trial.title,
        subtitle=section.title,
        date=date,
        source=source,
        sections=(
            *(first if section.blocks else ()),
            *section.sections,
            *(chapter_section(protocol, one, source=source) for one in others),
        ),
    )
