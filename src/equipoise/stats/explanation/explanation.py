"""One entry of the table of methods."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Explanation"]

_AUTHORS_AND_YEAR = re.compile(r"^.*?\b\d{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a method computes, which textbook variant it is, and who says so.

    Attributes
    ----------
    name : str
        Name of the method; that of its function where it has one of its own.
    title : str
        Name for a reader.
    computes : str
        What comes out.
    variant : str
        Which variant, where textbooks or programs differ.
    source : tuple of str
        Publications: authors, year, place; after a semicolon the equation, section or subject.
    r, sas : str
        The same in R and in SAS; empty where there is none.
    family : str
        Folder of the documentation; but for descriptions also a room of :mod:`equipoise.stats`.
    section : str
        Heading on the page of the family under which the method is listed.
    functions : tuple of str
        Functions below :mod:`equipoise.stats`: ``binary.fisher_test``.
    arguments : tuple of tuple of str and tuple of str
        Arguments that choose it where a function has several methods, each with its words:
        ``("covariance", ("cs", "csh"))``. A function that lacks one of them takes no part.
    asked : tuple of tuple of str
        What a protocol writes to ask for it: ``interval.newcombe`` is the value ``newcombe`` of
        the field ``interval``. All settings of one tuple together, any one of the tuples.
    within : tuple of tuple of str
        As ``asked``: analyses that compute it beside what they are named for.
    """

    name: str
    title: str
    computes: str
    variant: str
    source: tuple[str, ...]
    r: str
    sas: str
    family: str
    section: str
    functions: tuple[str, ...]
    arguments: tuple[tuple[str, tuple[str, ...]], ...]
    asked: tuple[tuple[str, ...], ...]
    within: tuple[tuple[str, ...], ...]

    @property
    def page(self) -> str:
        """Place in the folder ``docs``: ``methods/binary/proportion_wilson.md``."""
        return f"methods/{self.family}/{self.name}.md"

    @property
    def anchor(self) -> str:
        """Anchor of the section on the page of the family, as GitHub makes it."""
        return re.sub(r"[^\w\- ]", "", self.section.lower()).replace(" ", "-")

    @property
    def citation(self) -> str:
        """Authors and years of the sources: ``Welch 1938; Satterthwaite 1946``."""
        found = (_AUTHORS_AND_YEAR.match(one) for one in self.source)
        return "; ".join(one.group() for one in found if one)

    @property
    def names(self) -> frozenset[str]:
        """Other names: its functions, and what a protocol calls it, with and without the field."""
        whole = [*self.functions, *(settings[0] for settings in self.asked)]
        return frozenset([*whole, *(one.split(".", 1)[1] for one in whole)])

    def is_called_with(self, given: Mapping[str, object]) -> bool:
        """Say whether a call of one of its functions with these arguments asks for it."""
        return all(name in given and str(given[name]) in words for name, words in self.arguments)

    def is_used_with(self, settings: frozenset[str]) -> bool:
        """Say whether an analysis with these settings computes it."""
        return any(settings.issuperset(wanted) for wanted in (*self.asked, *self.within))
