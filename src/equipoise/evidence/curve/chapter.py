"""The published curves of a protocol: from their points to rows and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from equipoise.analyse.results import Row
from equipoise.analyse.statement import Statement
from equipoise.errors import DataError, Fault
from equipoise.evidence.curve.reconstruction import compare_arms, rebuild_arms
from equipoise.evidence.curve.rows import curve_rows
from equipoise.evidence.curve.statement import curve_statement
from equipoise.evidence.curve.table import CurveTable, curve_faults, read_points
from equipoise.protocol import Protocol
from equipoise.protocol.rules import FieldFault

__all__ = ["read_all", "rebuild"]


def read_all(
    protocol: Protocol, folder: Path
) -> tuple[dict[str, CurveTable], list[Fault | FieldFault]]:
    """Read the points of every curve, with every fault of all files at once.

    Parameters
    ----------
    protocol : Protocol
        What is asked.
    folder : Path
        Where the protocol stands, and the files beside it.
    """
    tables: dict[str, CurveTable] = {}
    faults: list[Fault | FieldFault] = []
    read: dict[str, CurveTable] = {}
    for file in dict.fromkeys(one.points for one in protocol.curves.values()):
        try:
            read[file] = read_points(folder / file)
        except DataError as error:
            faults += error.faults
    for name, plan in protocol.curves.items():
        if plan.points in read:
            tables[name] = read[plan.points]
            faults += curve_faults(name, plan, tables[name])
    return tables, faults


def rebuild(
    protocol: Protocol, tables: dict[str, CurveTable]
) -> Iterator[tuple[tuple[Row, ...], Statement]]:
    """Reconstruct each curve: its rows, and the statement that cites them."""
    for name, table in tables.items():
        plan = protocol.curves[name]
        arms = rebuild_arms(plan, table)
        comparison = compare_arms(plan, arms)
        rows = curve_rows(name, plan, table, arms, comparison)
        yield rows, curve_statement(name, plan, arms, comparison, rows)
