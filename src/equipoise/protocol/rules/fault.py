"""A fault at a place in the protocol, and the checks that many rules share."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from equipoise.errors import ProtocolError, did_you_mean
from equipoise.protocol.expression import Kind, Level, Scope, Symbol, compile_expression

__all__ = [
    "FieldFault",
    "Path",
    "beside_protocol",
    "expression_faults",
    "known_levels",
    "level_of",
    "repeated",
    "unknown",
]

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFault:
    """Something wrong at a path of the protocol."""

    path: Path
    came: str
    wanted: str
    repair: str = ""


def unknown(path: Path, noun: str, name: str, known: Collection[str]) -> Iterator[FieldFault]:
    """Yield a fault if ``name`` is not one of the known names of that noun."""
    if name not in known:
        names = list(known)
        yield FieldFault(
            path=path,
            came=f"unknown {noun} {name!r}",
            wanted=f"one of {', '.join(names)}" if names else f"a {noun} that is defined",
            repair=did_you_mean(name, names),
        )


def beside_protocol(path: Path, file: str) -> Iterator[FieldFault]:
    """Yield a fault if a file is not a CSV file in the folder of the protocol."""
    if not file.lower().endswith(".csv") or {"/", "\\"} & set(file):
        yield FieldFault(
            path=path, came=repr(file), wanted="a CSV file beside the protocol, such as studies.csv"
        )


def level_of(text: str, scope: Scope) -> Level | None:
    """Find the level of an expression; None if it does not compile."""
    levels: tuple[Level, ...] = ("constant", "subject", "visit", "event")
    try:
        return compile_expression(text, scope, where="", levels=levels).level
    except ProtocolError:
        return None


def repeated(path: Path, names: Sequence[object]) -> Iterator[FieldFault]:
    """Yield a fault for each thing that a list names again."""
    for place, name in enumerate(names):
        if name in names[:place]:
            yield FieldFault(path=(*path, place), came=f"{name!r} again", wanted="each once")


def known_levels(symbol: Symbol) -> tuple[str, ...] | None:
    """Give the levels of a category or a yes/no; None where they come from the data."""
    return ("no", "yes") if symbol.kind == "yes_no" else symbol.levels


def expression_faults(
    path: Path,
    text: str | None,
    scope: Scope,
    *,
    kind: Kind | None,
    levels: Sequence[Level] = ("constant", "subject"),
) -> Iterator[FieldFault]:
    """Yield a fault if the expression cannot be compiled to the wanted kind and level."""
    if text is None:
        return
    try:
        compile_expression(text, scope, where="", kind=kind, levels=levels)
    except ProtocolError as error:
        for fault in error.faults:
            yield FieldFault(path=path, came=fault.came, wanted=fault.wanted, repair=fault.repair)
