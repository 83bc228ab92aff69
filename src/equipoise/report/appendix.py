"""Long tables stand at the end, so that what was found can be read without them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from equipoise.report.display.model import Block, Link, Paragraph, Section, Table

__all__ = ["LONGEST", "with_appendix"]

LONGEST = 36
"""Rows of a table that stands among the text, at most."""

_TITLE = "Appendix: long tables"


def with_appendix(
    sections: Sequence[Section], *, whole: Collection[str] = ()
) -> tuple[Section, ...]:
    """Move long tables behind all sections; a link stands in the place of each.

    Parameters
    ----------
    sections : sequence of Section
        The report without an appendix.
    whole : collection of str
        Ids of sections that keep theirs, however long.
    """
    moved: list[Table] = []
    shortened = tuple(
        section if section.id in whole else _shortened(section, moved) for section in sections
    )
    if not moved:
        return shortened
    appendix = Section(
        id="appendix",
        title=_TITLE,
        sections=tuple(
            Section(id=_anchor(table), title=table.title, blocks=(table,)) for table in moved
        ),
    )
    return (*shortened, appendix)


def _shortened(section: Section, moved: list[Table]) -> Section:
    return replace(
        section,
        blocks=tuple(_blocks(section.blocks, moved)),
        sections=tuple(_shortened(one, moved) for one in section.sections),
    )


def _blocks(blocks: Sequence[Block], moved: list[Table]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Table) and len(block.rows) > LONGEST:
            moved.append(block)
            link = Link(f"{block.title} ({len(block.rows)} rows)", _anchor(block))
            yield Paragraph(
                runs=("The whole table stands in the appendix: ", link, "."), kind="note"
            )
        else:
            yield block


def _anchor(table: Table) -> str:
    return f"appendix-{table.id}"
