"""Chapters that no participant's data are behind: what a design can show, what was published."""

from equipoise.report.chapter.document import chapter_document, chapter_section

__all__ = ["chapter_document", "chapter_section"]
