"""Families of hypotheses: what is claimed together, and what may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from equipoise.protocol import Protocol
from equipoise.protocol.model.multiplicity import Family, LevelGraph
from equipoise.report.display.cells import number, number_cell, p_value_number, text_cell
from equipoise.report.display.figures import drawn, graph_figure
from equipoise.report.display.model import (
    Block,
    Column,
    Figure,
    Paragraph,
    Row,
    Run,
    Section,
    Table,
)
from equipoise.report.display.view import View
from equipoise.report.display.words import Words
from equipoise.report.figure.graph import GraphEdge, GraphNode, HypothesisGraph
from equipoise.report.format import PValueStyle, plain
from equipoise.report.rows import Datum, ResultRows

__all__ = ["family_sections", "family_words", "graph_blocks"]

_SHARE_DECIMALS = 3

_PROCEDURES = {
    "bonferroni": "Bonferroni's procedure",
    "fixed_sequence": "fixed sequence: each hypothesis is tested if all before it are rejected",
    "holm": "Holm's procedure",
    "hochberg": "Hochberg's procedure",
    "hommel": "Hommel's procedure",
    "closed_bonferroni": "closed test with Bonferroni's test of each intersection",
    "closed_simes": "closed test with Simes' test of each intersection",
    "closed_fisher": "closed test with Fisher's combination, for independent p values",
    "closed_inverse_normal": "closed test with the inverse normal combination, for independent "
    "p values",
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
    graph = graph_blocks(view.id, family, view.source, view)
    return (*_claims(family, view), *graph, _table(protocol, family, view))


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


def graph_blocks(
    name: str, family: Family, source: str, view: View | None = None
) -> tuple[Figure, ...]:
    """Draw the graph that a family is, with what was rejected where there are results."""
    graph = family.graph
    if graph is None:
        return ()
    orders = {one: _at(view, "order", one) if view else None for one in family.hypotheses}
    nodes = tuple(
        GraphNode(id=one, level=_level(family, graph, one), order=drawn(orders[one]))
        for one in family.hypotheses
    )
    edges = tuple(
        GraphEdge(origin=one, target=other, share=plain(share, _SHARE_DECIMALS))
        for one, passed in graph.transitions.items()
        for other, share in passed.items()
        if share > 0
    )
    drawing = HypothesisGraph(name=f"{name}-graph", nodes=nodes, edges=edges)
    return (graph_figure(drawing, _graph_table(name, family, graph, orders, source)),)


def _level(family: Family, graph: LevelGraph, name: str) -> str:
    weight = graph.weights.get(name, 0.0)
    return f"{plain(weight * family.alpha, 4, shift=2)}%" if weight > 0 else ""


def _graph_table(
    name: str,
    family: Family,
    graph: LevelGraph,
    orders: Mapping[str, Datum | None],
    source: str,
) -> Table:
    """Lay out a graph: where the level starts, whom it is passed to, and what was rejected."""
    has_results = any(orders.values())
    body = []
    for one in family.hypotheses:
        passed = ", ".join(
            f"{plain(share, _SHARE_DECIMALS)} to {other}"
            for other, share in graph.transitions.get(one, {}).items()
            if share > 0
        )
        cells = [text_cell(_level(family, graph, one) or "none"), text_cell(passed or "nothing")]
        if has_results:
            cells.append(text_cell(number(orders[one], _rejection)))
        body.append(Row(label=(one,), cells=tuple(cells)))
    columns = [Column(label="Starts with"), Column(label="Passes on, if rejected")]
    if has_results:
        columns.append(Column(label="Rejected"))
    return Table(
        id=f"{name}-graph",
        title=f"{family.title}: the graph",
        stub="Hypothesis",
        columns=tuple(columns),
        rows=tuple(body),
        source=source,
    )


def _rejection(order: float) -> str:
    return f"no. {order:.0f}" if order > 0 else "open"
