"""What was assumed, what was filled in, and what could not be estimated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from equipoise.analyse.key import levels_of
from equipoise.analyse.statement import opened
from equipoise.protocol import Protocol
from equipoise.protocol.model.base import Noun
from equipoise.report.display.cells import text_cell
from equipoise.report.display.methods import cited_methods
from equipoise.report.display.model import (
    Block,
    Column,
    Number,
    Paragraph,
    Row,
    Run,
    Table,
)
from equipoise.report.display.words import Words
from equipoise.report.naming import method_words
from equipoise.report.rows import Datum, ResultRows

__all__ = ["assumption_blocks", "assumption_table", "caveat_blocks", "method_paragraph"]

_MOST_NAMED = 3
_STRATEGIES = {
    "treatment_policy": "used whatever happened (treatment policy)",
    "hypothetical": "as if it had not happened (hypothetical)",
    "composite_variable": "counted as part of the outcome (composite variable)",
    "while_on_treatment": "values until then (while on treatment)",
    "principal_stratum": "only subjects in whom it would not happen (principal stratum)",
}
_FILLED = {
    "none": "Missing values stay missing.",
    "last_observation_carried_forward": "Missing values: last observation carried forward.",
    "failure": "Missing values count as failure.",
}


def assumption_blocks(protocol: Protocol) -> tuple[Block, ...]:
    """List what stands in for what was not found; nothing where everything has a source."""
    found = assumption_table(protocol)
    notes = tuple(Paragraph(runs=(note,), kind="note") for note in protocol.notes)
    return (*(() if found is None else (found,)), *notes)


def assumption_table(
    protocol: Protocol, *, within: Sequence[str] = ("",), id: str = "assumed"
) -> Table | None:
    """List each assumption once, with the places of the protocol that rest on it.

    Parameters
    ----------
    protocol : Protocol
        The plan.
    within : sequence of str
        Beginnings of the places that are asked about; all of them by default.
    id : str
        Of the table.
    """
    places: dict[str, list[str]] = {}
    for path, text in _stand_ins(protocol, ()):
        if path.startswith(tuple(within)):
            places.setdefault(_told(text), []).append(path)
    if not places:
        return None
    body = tuple(
        Row(label=(text,), cells=(text_cell(_listed(found)),)) for text, found in places.items()
    )
    return Table(
        id=id,
        title="Assumptions that stand in for what was not found",
        stub="Assumption",
        columns=(Column(label="Places in the protocol"),),
        rows=body,
    )


def _data_blocks(notes: Sequence[str]) -> tuple[Block, ...]:
    """Say what the data rest on: of virtual patients, how they were made."""
    return tuple(Paragraph(runs=(f"{_told(note)}.",)) for note in dict.fromkeys(notes))


def _told(text: str) -> str:
    told = text.strip().removeprefix("stand-in:").strip()
    return opened(told).removesuffix(".")


def _listed(places: Sequence[str]) -> str:
    """Name places, each once and the first few of many."""
    distinct = list(dict.fromkeys(places))
    more = len(distinct) - _MOST_NAMED
    listed = ", ".join(distinct[:_MOST_NAMED])
    return f"{listed} and {more} more" if more > 0 else listed


def caveat_blocks(
    protocol: Protocol, rows: ResultRows, words: Words, notes: Sequence[str] = ()
) -> tuple[Block, ...]:
    """List assumptions of the protocol, handling of missing values, and results without value.

    Parameters
    ----------
    protocol, rows, words
        The plan, the results, and the names of the trial.
    notes : sequence of str
        What the data themselves rest on, as the provenance holds it.
    """
    blocks: list[Block] = [*_data_blocks(notes), *assumption_blocks(protocol)]
    if protocol.estimands:
        blocks.append(_estimand_table(protocol))
    absent = [name for name in protocol.analyses if not rows.where(analysis=name).rows]
    if absent:
        titles = ", ".join(protocol.analyses[name].title for name in absent)
        text = f"Planned analyses without results: {titles}."
        blocks.append(Paragraph(runs=(text,)))
    failed = [row for row in rows if not row.is_estimated]
    if failed:
        blocks.append(_failed_table(protocol, failed, words))
    else:
        blocks.append(Paragraph(runs=("Every planned statistic could be estimated.",)))
    return tuple(blocks)


def _stand_ins(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield each marked source with the place of what it is the source of."""
    if isinstance(node, Noun):
        for field, text in node.stand_ins.items():
            yield ".".join(part for part in (*path, field) if part) or "protocol", text
    if isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from _stand_ins(getattr(node, name), (*path, name))
    elif isinstance(node, Mapping):
        for name, value in node.items():
            yield from _stand_ins(value, (*path, str(name)))
    elif isinstance(node, tuple):
        for place, value in enumerate(node):
            yield from _stand_ins(value, (*path, str(place)))


def _estimand_table(protocol: Protocol) -> Table:
    body = []
    for estimand in protocol.estimands.values():
        events = [
            f"{event.label}: {_STRATEGIES[event.strategy]}."
            for event in estimand.intercurrent_events.values()
        ]
        text = " ".join([*events, _FILLED[estimand.missing]])
        body.append(Row(label=(estimand.label,), cells=(text_cell(text),)))
    return Table(
        id="estimands",
        title="What was done about events after randomisation and missing values",
        stub="Estimand",
        columns=(Column(label="Handling"),),
        rows=tuple(body),
    )


@dataclass(frozen=True, slots=True)
class _Cause:
    """Why results of an analysis have no value."""

    analysis: str
    state: str
    message: str


def _failed_table(protocol: Protocol, failed: list[Datum], words: Words) -> Table:
    causes: dict[_Cause, list[Datum]] = {}
    for row in failed:
        cause = _Cause(row.analysis, row.state, row.message)
        causes.setdefault(cause, []).append(row)
    body: list[Row] = []
    for name in dict.fromkeys(cause.analysis for cause in causes):
        title = protocol.analyses[name].title if name in protocol.analyses else name
        body.append(Row(label=(title,), is_group=True))
        for cause, rows in causes.items():
            if cause.analysis != name:
                continue
            why = f"{cause.state}: {cause.message}" if cause.message else cause.state
            named = text_cell(*_named(rows, words))
            body.append(Row(label=(_statistics(rows),), cells=(named, text_cell(why)), indent=1))
    columns = (Column(label="Of what"), Column(label="Why there is no number"))
    return Table(
        id="not-estimated",
        title="Results that could not be estimated",
        stub="Statistic",
        columns=columns,
        rows=tuple(body),
    )


def _statistics(rows: list[Datum]) -> str:
    names = list(dict.fromkeys(row.statistic.replace("_", " ") for row in rows))
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _named(rows: list[Datum], words: Words) -> Iterator[Run]:
    """Name what has no number, each once, with the id of its first row."""
    first: dict[str, Datum] = {}
    for row in rows:
        first.setdefault(_what(row, words), row)
    for place, (what, row) in enumerate(list(first.items())[:_MOST_NAMED]):
        if place:
            yield "; "
        yield Number(what, row.result_id, row.message)
    if len(first) > _MOST_NAMED:
        yield f"; and {len(first) - _MOST_NAMED} more in results.csv"


def _what(row: Datum, words: Words) -> str:
    parts = [
        words.variable(row.variable).label if row.variable else "",
        words.level(row.variable, row.variable_level) if row.variable_level else "",
        words.contrast(row.group) if row.group else "",
        _by(row, words),
    ]
    return ", ".join(part for part in parts if part) or row.statistic


def _by(row: Datum, words: Words) -> str:
    levels = levels_of(row.by)
    time = levels.pop("time", None)
    named = [words.by(levels)] if levels else []
    return ", ".join([*named, f"day {time}"] if time is not None else named)


def method_paragraph(protocol: Protocol, name: str) -> Paragraph:
    """Say how an analysis was made, and by which methods."""
    analysis = protocol.analyses[name]
    note = f" {analysis.note}" if analysis.note else ""
    text = f"{method_words(protocol, analysis)}{note} Methods: {cited_methods(analysis)}."
    return Paragraph(runs=(text,), kind="note")
