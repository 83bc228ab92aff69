"""The report in brief: a few sentences, each leading to the section that it is from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from equipoise.analyse import Chapter, Provenance, Statement
from equipoise.report.display.build import blocks_of
from equipoise.report.display.model import Cited, Facts, Link, Paragraph, Run, Runs, Section
from equipoise.report.display.view import View

__all__ = ["brief_section"]

_TITLES = {
    "design": "What the design can show",
    "sample_size": "What size was asked for",
    "evidence": "What was published",
    "synthesis": "What other studies found",
}
_MOST_SENTENCES = 4


def brief_section(
    provenance: Provenance,
    chapters: Sequence[Chapter],
    primary: Sequence[tuple[View, str]],
) -> Section:
    """Say in a few sentences what the report holds.

    Parameters
    ----------
    provenance : Provenance
        Where the results come from.
    chapters : sequence of Chapter
        Their short sentences are taken, one of each topic.
    primary : sequence of View and str
        Each primary analysis, and the section that shows it.
    """
    found = {chapter.id: chapter for chapter in chapters}
    entries: list[tuple[str, Runs]] = []
    entries += [_chapter(found[id]) for id in ("design", "sample_size") if id in found]
    entries.append(_trial(provenance, primary))
    entries += [_chapter(found[id]) for id in ("evidence", "synthesis") if id in found]
    entries.append(_assumed(provenance))
    return Section(
        id="brief",
        title="In brief",
        blocks=(Facts(entries=tuple((name, runs) for name, runs in entries if runs)),),
    )


def _chapter(chapter: Chapter) -> tuple[str, Runs]:
    """Take the short sentences, the first of each topic."""
    first: dict[str, Statement] = {}
    for one in chapter.statements:
        if one.short:
            first.setdefault(one.topic, one)
    said = [one for one in first.values() if (chapter.id, one.topic) != ("design", "claim")]
    said = said[:_MOST_SENTENCES]
    runs: list[Run] = []
    for one in said:
        runs += [Cited(one.short, one.cites), " "]
    return _TITLES[chapter.id], (*runs, _more(chapter.id)) if runs else ()


def _trial(provenance: Provenance, primary: Sequence[tuple[View, str]]) -> tuple[str, Runs]:
    is_virtual = provenance.origin.upper() == "SIMULATED"
    runs: list[Run] = []
    if is_virtual:
        runs.append("SIMULATED: one virtual trial; no real participant stands behind a number. ")
    for view, section in primary:
        said = list(_sentences(view))
        for one in said:
            runs += [*one, " "]
        if said:
            runs.append(_more(section))
    name = "What the virtual trial found" if is_virtual else "What the trial found"
    return name, tuple(runs)


def _sentences(view: View) -> Iterator[Runs]:
    """Take what a primary analysis says in words: its leading paragraphs."""
    for block in blocks_of(view):
        if not isinstance(block, Paragraph) or block.kind == "note":
            return
        yield block.runs


def _assumed(provenance: Provenance) -> tuple[str, Runs]:
    text = "Assumptions stand where something was not found, and are listed. "
    if provenance.notes:
        text += "What the virtual patients rest on is listed with them. "
    return "What it rests on", (text, _more("caveats"))


def _more(section: str) -> Link:
    return Link("More", section)
