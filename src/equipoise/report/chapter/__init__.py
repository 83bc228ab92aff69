"""Chapters that no participant's data are behind: designs, sizes, published numbers."""

from equipoise.report.chapter.document import chapter_document, chapter_section

__all__ = ["chapter_document", "chapter_section"]
