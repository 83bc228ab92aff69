"""Pages of plain sentences: what a design can show, what published numbers say."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.evidence import Statement
from equipoise.protocol import Protocol
from equipoise.report.display.model import Document, Paragraph, Section, Strong

__all__ = ["statement_document"]

_KINDS = (
    ("finding", "What the numbers say"),
    ("disagreement", "Where numbers or readings disagree"),
    ("caution", "What to keep in mind"),
    ("claim", "What the publication says"),
    ("not_found", "What is not public"),
)


def statement_document(
    protocol: Protocol, statements: Sequence[Statement], *, subtitle: str, date: str
) -> Document:
    """Lay statements out by their kind.

    Parameters
    ----------
    protocol : Protocol
        The trial that they are about.
    statements : sequence of Statement
        In the order in which they are read.
    subtitle : str
        What the page is.
    date : str
        Day of the page, ISO 8601.
    """
    sections = []
    for kind, title in _KINDS:
        own = [one for one in statements if one.kind == kind]
        blocks = tuple(Paragraph(runs=(Strong(f"{one.title}. "), one.text)) for one in own)
        if blocks:
            sections.append(Section(id=kind, title=title, blocks=blocks))
    return Document(
        title=protocol.trial.title,
        subtitle=subtitle,
        date=date,
        source=f"{protocol.id}, protocol {protocol.content_hash[:12]}",
        sections=tuple(sections),
    )
