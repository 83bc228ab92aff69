"""What a protocol asks of the studies of others, as a chapter: syntheses and curves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from equipoise.analyse.chapter import Chapter
from equipoise.analyse.results import frame_of
from equipoise.errors import Fault, ProtocolError
from equipoise.evidence.curve import CurveTable, read_all, rebuild
from equipoise.evidence.synthesis import Selected, select_all, synthesise
from equipoise.protocol import Protocol
from equipoise.protocol.rules import FieldFault
from equipoise.protocol.yaml_lines import Lines, read_yaml
from equipoise.trials import protocol_path

__all__ = ["require_tables", "synthesis_chapter"]


def synthesis_chapter(name: str | Path, protocol: Protocol) -> Chapter | None:
    """Say what each synthesis and each published curve comes to; nothing where none is asked for.

    Parameters
    ----------
    name : str or path
        A trial of the library, a protocol file, or its folder; tables stand beside it.
    protocol : Protocol
        That protocol.

    Raises
    ------
    ProtocolError
        With every fault of the tables, and between them and the protocol.
    """
    if not (protocol.synthesis or protocol.curves):
        return None
    selected, tables = _read(name, protocol)
    found = [*synthesise(protocol, selected), *rebuild(protocol, tables)]
    return Chapter(
        id="synthesis",
        results=frame_of([row for rows, _ in found for row in rows]),
        statements=tuple(statement for _, statement in found),
    )


def require_tables(name: str | Path, protocol: Protocol) -> None:
    """Check the tables that a protocol names, computing nothing.

    Raises
    ------
    ProtocolError
        As `synthesis_chapter`.
    """
    if protocol.synthesis or protocol.curves:
        _read(name, protocol)


def _read(name: str | Path, protocol: Protocol) -> tuple[Selected, dict[str, CurveTable]]:
    path = protocol_path(name)
    selected, faults = select_all(protocol, path.parent)
    tables, others = read_all(protocol, path.parent)
    if faults or others:
        _, lines = read_yaml(path)
        raise ProtocolError(list(_placed([*faults, *others], lines)))
    return selected, tables


def _placed(faults: list[Fault | FieldFault], lines: Lines) -> Iterator[Fault]:
    """Give a fault between table and protocol the line of the field; one of a table has its row."""
    for one in faults:
        if isinstance(one, Fault):
            yield one
        else:
            where = f"{lines.where(one.path)} {'.'.join(map(str, one.path))}"
            yield Fault(where=where, came=one.came, wanted=one.wanted, repair=one.repair)
