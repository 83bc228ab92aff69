"""Rules of variables: kinds, limits, derivations and their order."""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from equipoise.errors import ProtocolError
from equipoise.protocol.expression import (
    BUILT_IN,
    FUNCTIONS,
    Compiled,
    Level,
    Scope,
    compile_expression,
)
from equipoise.protocol.instrument_input import texts_of_inputs
from equipoise.protocol.model.arm import TOTAL
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.model.variable import Variable
from equipoise.protocol.rules.fault import FieldFault, Path, expression_faults
from equipoise.protocol.rules.instrument import instrument_faults
from equipoise.protocol.scope import variable_scope

__all__ = ["derivation_order", "variable_faults"]

_COLUMNS: dict[Level, frozenset[str]] = {
    "subject": frozenset({"subject", "arm", "randomised", "row"}),
    "event": frozenset({"subject", "start", "end", "start_day", "end_day", "row"}),
}
"""Columns that the tables of captured data have for purposes of their own."""

_MAY_REPLACE = frozenset(
    name for name, symbol in BUILT_IN.items() if symbol.level == "event"
) | frozenset({"site", "withdrawal_reason"})
"""Built-in names that a variable of the same level may take, to give codes to them."""


def variable_faults(protocol: Protocol) -> Iterator[FieldFault]:
    """Find faults in the variables."""
    scope = variable_scope(protocol)
    for name, variable in protocol.variables.items():
        path: Path = ("variables", name)
        yield from _name(path, name, variable)
        yield from _form(path, variable)
        yield from _derivation(path, variable, scope)
        yield from instrument_faults(path, variable, protocol.variables)
        if variable.level == "visit" and not variable.is_derived and not protocol.visits_of(name):
            yield FieldFault(
                path=path, came=f"{name!r} is of a visit, but no assessment yields it",
                wanted="an assessment in schedule.assessments that lists it",
            )  # fmt: skip
    yield from _cycles(protocol, scope)


def _name(path: Path, name: str, variable: Variable) -> Iterator[FieldFault]:
    built_in = BUILT_IN.get(name)
    if (
        (built_in is not None and name not in _MAY_REPLACE)
        or name in FUNCTIONS
        or keyword.iskeyword(name)
        or name == TOTAL
    ):
        yield FieldFault(
            path=path, came=f"{name!r} has a meaning of its own", wanted="another name"
        )
    elif name in _COLUMNS.get(variable.level, ()):
        yield FieldFault(
            path=path, came=f"{name!r} is a column of the {variable.level}s that has its own use",
            wanted="another name",
        )  # fmt: skip
    elif built_in is not None and built_in.level != variable.level:
        yield FieldFault(
            path=(*path, "level"), came=f"{variable.level} of {name!r}, which every trial has",
            wanted=f"level: {built_in.level}, or another name",
        )  # fmt: skip
    if name.startswith("in_"):
        yield FieldFault(
            path=path, came=f"{name!r}: names that begin with in_ stand for analysis sets",
            wanted="another name",
        )  # fmt: skip


def _form(path: Path, variable: Variable) -> Iterator[FieldFault]:
    if variable.codes is not None and variable.kind != "category":
        yield FieldFault(
            path=(*path, "codes"), came=f"codes of a {variable.kind}", wanted="kind: category"
        )
    if variable.kind != "number" and (variable.range is not None or variable.unit is not None):
        yield FieldFault(
            path=path, came=f"a range or unit of a {variable.kind}", wanted="kind: number"
        )
    low, high = variable.range or (None, None)
    if low is not None and high is not None and low > high:
        yield FieldFault(
            path=(*path, "range"), came=f"{low} to {high}", wanted="the lower limit first"
        )
    given = [
        name for name in ("derive", "instrument", "cdisc") if getattr(variable, name) is not None
    ]
    if len(given) > 1:
        yield FieldFault(path=path, came=" and ".join(given), wanted="one of them")
    if isinstance(variable.cdisc, str) and variable.cdisc.count(".") != 1:
        yield FieldFault(
            path=(*path, "cdisc"), came=repr(variable.cdisc), wanted="DATASET.NAME or a mapping"
        )


def _derivation(path: Path, variable: Variable, scope: Scope) -> Iterator[FieldFault]:
    levels: tuple[Level, ...] = ("constant", "subject")
    if variable.level != "subject":
        levels = (*levels, variable.level)
    if variable.derive is not None:
        kind = None if variable.kind in ("category", "text") else variable.kind
        yield from expression_faults(
            (*path, "derive"), variable.derive, scope, kind=kind, levels=levels
        )
    if variable.instrument is not None:
        for name, text in variable.instrument.inputs.items():
            yield from expression_faults(
                (*path, "instrument", "inputs", name), text, scope, kind=None, levels=levels
            )


def _cycles(protocol: Protocol, scope: Scope) -> Iterator[FieldFault]:
    try:
        derivation_order(protocol, scope)
    except CycleError as error:
        names = error.args[1]
        yield FieldFault(
            path=("variables", names[0], "derive"), came=f"a circle: {' -> '.join(names)}",
            wanted="derivations that end at captured variables",
        )  # fmt: skip
    except ProtocolError:
        pass  # an expression that does not compile is reported by its own rule


def derivation_order(protocol: Protocol, scope: Scope) -> list[str]:
    """Sort derived variables into an order in which each finds what it reads.

    Raises
    ------
    CycleError
        If two variables are derived from each other.
    """
    graph = {
        name: {
            read for text in _texts(name, one, scope) for read in _compiled(text, one, scope).names
        }
        for name, one in protocol.variables.items()
        if one.is_derived
    }
    return [name for name in TopologicalSorter(graph).static_order() if name in graph]


def _texts(name: str, variable: Variable, scope: Scope) -> list[str]:
    if variable.derive is not None:
        return [variable.derive]
    assert variable.instrument is not None, name
    others = [symbol for symbol in scope.symbols if symbol != name]
    return list(texts_of_inputs(variable.instrument, others).values())


def _compiled(text: str, variable: Variable, scope: Scope) -> Compiled:
    levels: tuple[Level, ...] = ("constant", "subject", "visit", "event")
    return compile_expression(text, scope, where=variable.label, levels=levels)
