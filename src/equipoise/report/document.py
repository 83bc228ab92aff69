"""The whole report of a trial, from its protocol and its results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from equipoise.analyse import Chapter, Provenance
from equipoise.protocol import Protocol
from equipoise.report.appendix import with_appendix
from equipoise.report.brief import brief_section
from equipoise.report.caveats import caveat_blocks, method_paragraph
from equipoise.report.chapter import chapter_section
from equipoise.report.display.build import blocks_of
from equipoise.report.display.methods import methods_section
from equipoise.report.display.model import (
    Block,
    Document,
    Facts,
    Paragraph,
    Runs,
    Section,
)
from equipoise.report.display.view import View
from equipoise.report.display.words import Words
from equipoise.report.family import family_sections
from equipoise.report.format import P_VALUE, PValueStyle
from equipoise.report.glance import glance_blocks
from equipoise.report.naming import words_of
from equipoise.report.rows import ResultRows
from equipoise.report.two_ways import two_ways_section

__all__ = ["trial_report", "view_of"]

_HASH_SHOWN = 12
_SECTIONS = (
    ("Participants", ("flow",), ()),
    ("Who the participants were", (), ("baseline",)),
    ("Primary result", (), ("primary",)),
    ("Secondary results", (), ("secondary",)),
    ("Sensitivity analyses", (), ("sensitivity",)),
    ("Exploratory results", (), ("exploratory",)),
    ("Safety", (), ("safety",)),
)


_WHOLE = frozenset({"design", "who-the-participants-were", "primary-result", "caveats", "methods"})
"""Sections whose tables are read where they stand, however long."""


def trial_report(
    protocol: Protocol,
    results: pl.DataFrame,
    provenance: Provenance,
    *,
    date: str,
    chapters: Sequence[Chapter] = (),
    marks: Iterable[str] = (),
    look: str = "final",
    p_style: PValueStyle = P_VALUE,
) -> Document:
    """Assemble the report of one trial.

    Parameters
    ----------
    protocol : Protocol
        The plan: titles, names, analyses in their order.
    results : DataFrame
        The long results frame of one trial, as :meth:`Results.frame` gives it.
    provenance : Provenance
        Where the results come from; simulated data are marked on every page.
    date : str
        Day of the report, ISO 8601.
    chapters : sequence of Chapter
        What the design can show, what size it needs, and what published numbers say.
    marks : iterable of str
        What else every page must say, such as ``UNBLINDED`` and the cut-off date.
    look : str
        Which look at the data is reported.
    p_style : PValueStyle
        How p values are printed.

    Raises
    ------
    DataError
        If the frame is not one of results of one trial.
    """
    rows = ResultRows.from_frame(results).where(look=look)
    words = words_of(protocol)
    source = _source_line(provenance)
    is_simulated = provenance.origin.upper() == "SIMULATED"
    parts = {one.id: chapter_section(protocol, one, source=source) for one in chapters}
    sections = [
        brief_section(provenance, chapters, _primary(protocol, rows, words, source, p_style)),
        *(parts[id] for id in ("design", "sample_size", "monitoring") if id in parts),
        Section(id="glance", title="The trial at a glance", blocks=glance_blocks(protocol, source)),
        *_result_sections(protocol, rows, words, source, p_style),
        *family_sections(protocol, rows, words, source, p_style),
        *(parts[id] for id in ("evidence", "synthesis") if id in parts),
        Section(
            id="caveats",
            title="What was assumed, filled in, or could not be estimated",
            blocks=caveat_blocks(protocol, rows, words, provenance.notes),
        ),
        Section(
            id="provenance",
            title="Where these results come from",
            blocks=_provenance_blocks(provenance),
        ),
        methods_section(protocol),
    ]
    return Document(
        title=protocol.trial.title,
        subtitle=_subtitle(protocol, look),
        date=date,
        marks=(*(["SIMULATED DATA"] if is_simulated else []), *marks),
        source=source,
        sections=with_appendix(sections, whole=_WHOLE),
    )


def _primary(
    protocol: Protocol, rows: ResultRows, words: Words, source: str, p_style: PValueStyle
) -> list[tuple[View, str]]:
    """Give each primary analysis with the section that shows it."""
    names = [name for name, one in protocol.analyses.items() if one.role == "primary"]
    single = len(names) == 1
    return [
        (
            view_of(protocol, rows, words, name, source=source, p_style=p_style),
            _section_id("Primary result") if single else f"analysis-{name}",
        )
        for name in names
    ]


def _section_id(title: str) -> str:
    return title.lower().replace(" ", "-")


def _subtitle(protocol: Protocol, look: str) -> str:
    name = protocol.trial.short_title or protocol.id
    if look == "final":
        return f"{name}: results"
    label = protocol.looks[look].label if look in protocol.looks else look
    return f"{name}: interim results, {label}"


def _source_line(provenance: Provenance) -> str:
    data = provenance.data_hash[:_HASH_SHOWN] or "none"
    version = provenance.software.get("equipoise", "")
    return (
        f"{provenance.trial}, protocol {provenance.protocol_version} "
        f"({provenance.protocol_hash[:_HASH_SHOWN]}); {provenance.origin} data {data}; "
        f"equipoise {version}"
    )


def _result_sections(
    protocol: Protocol, rows: ResultRows, words: Words, source: str, p_style: PValueStyle
) -> Iterator[Section]:
    for title, methods, roles in _SECTIONS:
        chosen = [
            name
            for name, analysis in protocol.analyses.items()
            if (analysis.method in methods)
            or (analysis.role in roles and analysis.method != "flow")
        ]
        if not chosen:
            continue
        views = [
            view_of(protocol, rows, words, name, source=source, p_style=p_style) for name in chosen
        ]
        yield _section(title, views, protocol)


def _section(title: str, views: Sequence[View], protocol: Protocol) -> Section:
    """Put a single analysis straight under the heading, several under headings of their own."""
    anchor = _section_id(title)
    built = [(view, (*blocks_of(view), method_paragraph(protocol, view.id))) for view in views]
    if len(built) == 1:
        return Section(id=anchor, title=title, blocks=built[0][1])
    sections = [
        Section(id=f"analysis-{view.id}", title=view.title, blocks=blocks) for view, blocks in built
    ]
    overview = two_ways_section(views)
    if overview is not None:
        methods = [view.rows.levels("method") for view in views]
        sections.insert(methods.index(("rm_anova",)), overview)
    return Section(id=anchor, title=title, sections=tuple(sections))


def view_of(
    protocol: Protocol,
    rows: ResultRows,
    words: Words,
    name: str,
    *,
    source: str = "",
    p_style: PValueStyle = P_VALUE,
) -> View:
    """Take what the builders need of one analysis.

    Parameters
    ----------
    protocol, rows, words
        The protocol, all results, and the names of the trial.
    name : str
        Id of the analysis.
    source : str
        Source line of its displays.
    p_style : PValueStyle
        How p values are printed.
    """
    analysis = protocol.analyses[name]
    own = rows.where(analysis=name)
    others = ResultRows(row for row in rows if row.analysis != name)
    return View(
        id=name,
        title=analysis.title,
        population=f"{words.sets[protocol.set_of(analysis)]} set",
        source=source,
        rows=own,
        every=rows,
        words=words,
        level=analysis.level,
        p_style=p_style,
        alternative=getattr(analysis, "alternative", "two_sided"),
        has_own_subjects=analysis.where is not None,
        is_primary=analysis.role == "primary",
        related=others.where(
            endpoint=own.levels("endpoint"), analysis_set=own.levels("analysis_set")
        ),
    )


def _provenance_blocks(provenance: Provenance) -> tuple[Block, ...]:
    software = ", ".join(f"{name} {version}" for name, version in provenance.software.items())
    origin = {
        "captured": "Captured from the participants of the trial",
        "SIMULATED": "Simulated: no real participant stands behind any number",
    }.get(provenance.origin, provenance.origin)
    entries: list[tuple[str, Runs]] = [
        ("Trial", (provenance.trial,)),
        ("Protocol version", (provenance.protocol_version,)),
        ("Protocol, SHA-256", (provenance.protocol_hash,)),
        ("Data", (origin,)),
        ("Data, SHA-256", (provenance.data_hash or "none",)),
        ("Software", (software,)),
    ]
    text = (
        "Every number of this report carries the id of a row of results.csv: in the page as the "
        "attribute data-result, in the table under the column result_id. The same protocol and "
        "data give the same rows."
    )
    return (Facts(entries=tuple(entries)), Paragraph(runs=(text,)))
