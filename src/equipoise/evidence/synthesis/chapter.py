"""The syntheses of a protocol: from its tables to rows and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from equipoise.analyse.results import Row
from equipoise.analyse.statement import Statement
from equipoise.errors import DataError, Fault
from equipoise.evidence.synthesis.pooling import pool_studies
from equipoise.evidence.synthesis.rows import synthesis_rows
from equipoise.evidence.synthesis.selection import Selection, select_studies
from equipoise.evidence.synthesis.statement import synthesis_statement
from equipoise.evidence.synthesis.table import StudyTable, read_studies
from equipoise.protocol import Protocol
from equipoise.protocol.model.synthesis import Compared
from equipoise.protocol.rules import FieldFault

__all__ = ["Selected", "select_all", "synthesise"]

Selected = dict[str, tuple[StudyTable, Selection]]
"""Table and studies of each synthesis, by its name."""


def select_all(protocol: Protocol, folder: Path) -> tuple[Selected, list[Fault | FieldFault]]:
    """Select the studies of every synthesis, with every fault of all tables at once.

    Parameters
    ----------
    protocol : Protocol
        What is asked.
    folder : Path
        Where the protocol stands, and its tables beside it.
    """
    tables: dict[str, StudyTable] = {}
    faults: list[Fault | FieldFault] = []
    for file in dict.fromkeys(one.studies for one in protocol.synthesis.values()):
        try:
            tables[file] = read_studies(folder / file)
        except DataError as error:
            faults += error.faults
    selected: Selected = {}
    for name, plan in protocol.synthesis.items():
        if plan.studies in tables:
            table = tables[plan.studies]
            selection, found = select_studies(name, plan, table)
            faults += found
            selected[name] = (table, selection)
    return selected, faults


def synthesise(
    protocol: Protocol, selected: Selected
) -> Iterator[tuple[tuple[Row, ...], Statement]]:
    """Compute each synthesis: its rows, and the statement that cites them."""
    for name, (table, selection) in selected.items():
        plan = protocol.synthesis[name]
        pooling = pool_studies(plan, selection) if isinstance(plan, Compared) else None
        rows = synthesis_rows(name, plan, table, selection, pooling)
        yield rows, synthesis_statement(name, plan, selection, pooling, rows)
