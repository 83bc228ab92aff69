"""Families of hypotheses: what is claimed together, and what may be."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol import Protocol
from equipoise.protocol.model.multiplicity import Family
from equipoise.report.display.cells import number, number_cell, p_value_number, text_cell
from equipoise.report.display.model import Block, Column, Paragraph, Row, Run, Section, Table
from equipoise.report.display.view import View
from equipoise.report.display.words import Words
from equipoise.report.format import PValueStyle, plain
from equipoise.report.rows import Datum, ResultRows

__all__ = ["family_sections", "family_words", "graph_table"]

_PROCEDURES = {
    "bonferroni": "Bonferroni's procedure",
    "fixed_sequence": "fixed sequence: each hypothesis is tested if all before it are rejected",
    "holm": "Holm's procedure",
    "hochberg": "Hochberg's procedure",
    "hommel": "Hommel's procedure",
    "graph": "graph: a rejected hypothesis passes its level on (Bretz and others 2009)",
}


def family_words(family: Family) -> str:
    """Say how a family keeps its level, and what belongs to it."""
    return (
        f"{family.title}: {_PROCEDURES[family.procedure]}; family-wise level "
        f"{plain(family.alpha, shift=2)}%; hypotheses: {', '.join(family.hypotheses)}."
    )


def family_sections(
    protocol: Protocol, rows: ResultRows, words: Words, source: str, p_style: PValueStyle
) -> Iterator[Section]:
    """Show every family that has results, under one heading."""
    sections = []
    for name, family in protocol.multiplicity.items():
        own = rows.where(analysis=name)
        if not own.rows:
            continue
        view = View(
            id=name, title=family.title, source=source, rows=own, every=rows, words=words,
            p_style=p_style,
        )  # fmt: skip
        blocks = _blocks(protocol, family, view)
        sections.append(Section(id=f"family-{name}", title=family.title, blocks=blocks))
    if sections:
        title = "Several hypotheses together"
        yield Section(id="families", title=title, sections=tuple(sections))


def _blocks(protocol: Protocol, family: Family, view: View) -> tuple[Block, ...]:
    graph = (graph_table(family, view),) if family.procedure == "graph" else ()
    return (*_claims(family, view), _table(protocol, family, view), *graph)


def _at(view: View, statistic: str, hypothesis: str) -> Datum | None:
    return next(iter(view.rows.where(statistic=statistic, variable=hypothesis)), None)


def _claims(family: Family, view: View) -> Iterator[Paragraph]:
    """Say which hypotheses are rejected; the others are open, not shown to be true."""
    found = {name: _at(view, "rejected", name) for name in family.hypotheses}
    rejected = [name for name, one in found.items() if one is not None and one.value]
    level = f"{plain(family.alpha, shift=2)}%"
    said = ", ".join(rejected) if rejected else "none"
    text = f"Rejected at a family-wise level of {level}: {said}."
    if len(rejected) < len(found):
        text += " What is not rejected stays open; it is not shown to be so."
    yield Paragraph(runs=(text,), kind="lead")


def _table(protocol: Protocol, family: Family, view: View) -> Table:
    body = []
    for name, hypothesis in family.hypotheses.items():
        plain_p, adjusted, rejected = (
            _at(view, one, name) for one in ("p_value", "p_value_adjusted", "rejected")
        )
        of = protocol.analyses[hypothesis.analysis].title
        contrast = view.words.contrast(plain_p.group) if plain_p and plain_p.group else ""
        decision: Run = number(rejected, lambda value: "rejected" if value else "open")
        cells = (
            text_cell(": ".join(part for part in (of, contrast) if part)),
            number_cell(p_value_number(plain_p, view.p_style)),
            number_cell(p_value_number(adjusted, view.p_style)),
            text_cell(decision),
        )
        body.append(Row(label=(name,), cells=cells))
    columns = [
        Column(label="Analysis"),
        Column(label="p"),
        Column(label="p, adjusted"),
        Column(label="Decision"),
    ]
    return view.table(body, columns, stub="Hypothesis", footnotes=[(family_words(family),)])


def graph_table(family: Family, view: View) -> Table:
    """Lay out a graph: where the level starts, and to whom a rejected hypothesis passes it."""
    names = list(family.hypotheses)
    body = []
    for name in names:
        passed = family.transitions.get(name, {})
        shares = [text_cell(plain(passed[one]) if one in passed else "") for one in names]
        weight = text_cell(plain(family.weights.get(name, 0.0)))
        body.append(Row(label=(name,), cells=(weight, *shares)))
    columns = [
        Column(label="Share of the level"),
        *(Column(label=name, over="passed on, if rejected, to") for name in names),
    ]
    title = f"{family.title}: the graph"
    return view.table(body, columns, suffix="-graph", title=title, stub="Hypothesis")
