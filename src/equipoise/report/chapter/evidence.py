"""Published numbers, recomputed: what was printed, what comes of it, whether they agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from equipoise.report.chapter.counts import count_blocks
from equipoise.report.chapter.margins import margin_blocks
from equipoise.report.chapter.means import lone_blocks, mean_blocks
from equipoise.report.chapter.readings import death_blocks, ever_blocks
from equipoise.report.chapter.view import ChapterView
from equipoise.report.display.cells import text_cell
from equipoise.report.display.model import Block, Cited, Column, Paragraph, Row, Section, Table

__all__ = ["evidence_section"]

_PARTS: tuple[tuple[str, str, Callable[[ChapterView], Iterator[Block]]], ...] = (
    ("counts", "Counts and percentages", count_blocks),
    ("death", "A death, counted in two ways", death_blocks),
    ("ever", "At the visit, or at any time up to it", ever_blocks),
    ("means", "Means: the value at the visit, its change, and the start", mean_blocks),
    ("lone", "A mean that one patient can explain", lone_blocks),
    ("margins", "What the size of the trial could exclude", margin_blocks),
)


def evidence_section(view: ChapterView) -> Section:
    """Lay out published numbers beside what comes of them; what nobody published is left out."""
    parts = [(name, title, tuple(build(view))) for name, title, build in _PARTS]
    return Section(
        id="evidence",
        title="Published numbers, recomputed",
        blocks=tuple(
            Paragraph(runs=("What the publication says: ", Cited(one.text, one.cites)))
            for one in view.said("claim")
        ),
        sections=(
            *(
                Section(id=f"evidence-{name}", title=title, blocks=blocks)
                for name, title, blocks in parts
                if blocks
            ),
            *_sources(view),
        ),
    )


def _sources(view: ChapterView) -> Iterator[Section]:
    """Lay out what has no number: sources that disagree, and what is not public."""
    conflicts = _told(view, "conflict", "Sources that disagree", "About", "Sources")
    missing = _told(view, "not_found", "NOT FOUND: looked for, and not public", "What", "Found")
    tables = tuple(table for table in (conflicts, missing) if table is not None)
    if tables:
        yield Section(
            id="evidence-sources",
            title="What sources disagree on, and what is not public",
            blocks=tables,
        )


def _told(view: ChapterView, topic: str, title: str, stub: str, head: str) -> Table | None:
    said = view.said(topic)
    if not said:
        return None
    rows = tuple(Row(label=(one.title,), cells=(text_cell(one.text),)) for one in said)
    return view.table(topic.replace("_", "-"), rows, [Column(label=head)], title=title, stub=stub)
