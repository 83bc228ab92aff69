"""One chapter as the builders of its tables and figures see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from equipoise.analyse import Chapter, Name, Statement
from equipoise.protocol import Protocol
from equipoise.report.display.model import Cited, Column, Paragraph, Row, Runs, Strong, Table
from equipoise.report.display.words import Words
from equipoise.report.naming import words_of
from equipoise.report.rows import ResultRows

__all__ = ["ChapterView", "paragraph_of", "view_of_chapter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterView:
    """Rows and sentences of a chapter, and the names in them.

    Attributes
    ----------
    protocol : Protocol
        The trial that it is about.
    chapter : Chapter
        What is shown.
    rows : ResultRows
        Its rows.
    words : Words
        Names of the trial.
    source : str
        Source line of its displays.
    """

    protocol: Protocol
    chapter: Chapter
    rows: ResultRows
    words: Words
    source: str = ""

    def named(self, analysis: str) -> Name:
        """Name what rows speak of that no protocol holds."""
        return self.chapter.names.get(analysis, Name(label=analysis))

    def said(self, *topics: str) -> tuple[Statement, ...]:
        """Pick statements by their topics, in the order of the chapter."""
        return tuple(one for one in self.chapter.statements if one.topic in topics)

    def paragraphs(self, *topics: str) -> tuple[Paragraph, ...]:
        """Make a paragraph of each statement of some topics."""
        return tuple(paragraph_of(one) for one in self.said(*topics))

    def texts(self, *topics: str) -> tuple[Paragraph, ...]:
        """Make a paragraph of each statement under a heading that is its title already."""
        return tuple(Paragraph(runs=(Cited(one.text, one.cites),)) for one in self.said(*topics))

    def table(
        self,
        suffix: str,
        rows: Iterable[Row],
        columns: Sequence[Column],
        *,
        title: str,
        population: str = "",
        stub: str = "",
        footnotes: Iterable[Runs] = (),
    ) -> Table:
        """Make a table of the chapter."""
        return Table(
            id=f"{self.chapter.id}-{suffix}",
            title=title,
            population=population,
            stub=stub,
            columns=tuple(columns),
            rows=tuple(rows),
            footnotes=tuple(footnotes),
            source=self.source,
        )


def paragraph_of(statement: Statement) -> Paragraph:
    """Make a paragraph of a statement: its title stands out, its text cites its rows."""
    return Paragraph(runs=(Strong(f"{statement.title}. "), Cited(statement.text, statement.cites)))


def view_of_chapter(protocol: Protocol, chapter: Chapter, *, source: str = "") -> ChapterView:
    """Take what the builders need of one chapter."""
    return ChapterView(
        protocol=protocol,
        chapter=chapter,
        rows=ResultRows.from_frame(chapter.results),
        words=words_of(protocol),
        source=source,
    )
