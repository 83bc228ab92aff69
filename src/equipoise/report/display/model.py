"""What a report is made of, before anybody decides how it looks on a page.

Every number is a :class:`Number` with the id of the result that it shows; HTML and PDF are two
renderings of the same frozen tree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "Block",
    "Cell",
    "Cited",
    "Column",
    "Document",
    "Facts",
    "Figure",
    "Link",
    "Number",
    "Paragraph",
    "Row",
    "Run",
    "Runs",
    "Section",
    "Strong",
    "Table",
    "numbers_of",
    "text_of",
]


@dataclass(frozen=True, slots=True)
class Number:
    """A formatted number and the result that it shows.

    Attributes
    ----------
    text : str
        As printed.
    result_id : str
        Id of the row of the results.
    note : str
        Why there is no number, where there is none.
    """

    text: str
    result_id: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that stand out."""

    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """Words whose numbers come from results, and the ids of these."""

    text: str
    result_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a section of the document, by its id."""

    text: str
    section: str


Run = str | Strong | Number | Cited | Link
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Words and numbers; a ``lead`` carries the message of its section, a ``note`` qualifies."""

    runs: Runs
    kind: Literal["text", "lead", "note"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Short facts, each under its name."""

    entries: tuple[tuple[str, Runs], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell; a ``number`` cell is aligned on its decimal point."""

    runs: Runs = ()
    kind: Literal["number", "text"] = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The head of a column: its label, what stands under it (such as N), what spans over it."""

    label: str
    under: Runs = ()
    over: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table.

    Attributes
    ----------
    label : tuple of runs
        What the row is about, in the stub.
    cells : tuple of Cell
        One for each column; empty for a group row.
    indent : int
        Depth in the stub.
    is_group : bool
        True for a heading over the rows that follow; it repeats on a new page.
    """

    label: Runs
    cells: tuple[Cell, ...] = ()
    indent: int = 0
    is_group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: title, population, heads, rows, footnotes, source line."""

    id: str
    title: str
    population: str = ""
    stub: str = ""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[Runs, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            wanted = (0, len(self.columns)) if row.is_group else (len(self.columns),)
            if len(row.cells) not in wanted:
                raise ValueError(
                    f"table {self.id!r}, row {text_of(row.label)!r}: {len(row.cells)} cells "
                    f"for {len(self.columns)} columns"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing, what it shows in words, and its numbers as a table.

    Attributes
    ----------
    svg : str
        The drawing, complete in itself.
    alt : str
        What the drawing shows, made from its numbers.
    caption : tuple of runs
        How to read it.
    numbers : tuple of Table
        The numbers that were drawn.
    """

    id: str
    title: str
    population: str = ""
    svg: str
    alt: str
    caption: Runs = ()
    numbers: tuple[Table, ...] = ()
    source: str = ""


Block = Paragraph | Facts | Table | Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the report under one heading."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The whole report.

    Attributes
    ----------
    title, subtitle : str
        Of the trial, and of this report about it.
    date : str
        Day of the report, ISO 8601; an argument, never read from a clock.
    marks : tuple of str
        What every page must say, such as ``SIMULATED DATA``.
    source : str
        Protocol version and data hash, for the foot of every page.
    """

    title: str
    subtitle: str
    date: str
    marks: tuple[str, ...] = ()
    source: str = ""
    sections: tuple[Section, ...] = field(default=())


def text_of(runs: Runs) -> str:
    """Join runs to plain text."""
    return "".join(run if isinstance(run, str) else run.text for run in runs)


def numbers_of(runs: Runs) -> tuple[Number, ...]:
    """Pick the numbers out of runs."""
    return tuple(run for run in runs if isinstance(run, Number))
