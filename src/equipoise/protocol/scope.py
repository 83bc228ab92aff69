"""The names that expressions of one protocol may use."""

from __future__ import annotations

import ast
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

from equipoise.errors import ProtocolError
from equipoise.protocol.expression import BUILT_IN, Scope, Symbol, assessed_at
from equipoise.protocol.expression.syntax import parse
from equipoise.protocol.instrument_input import texts_of_inputs
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.model.variable import Variable

__all__ = ["assessed_visits", "scope_of", "variable_scope"]


def variable_scope(protocol: Protocol) -> Scope:
    """Build the scope of derivations and analysis sets: built-in names, variables, visits.

    A variable may replace a built-in name of an event (``grade``, ``related``), which is how a
    trial gives codes to it.
    """
    symbols = dict(BUILT_IN)
    symbols["arm"] = Symbol("category", "subject", tuple(protocol.arms), BUILT_IN["arm"].meaning)
    for name, variable in protocol.variables.items():
        symbols[name] = Symbol(
            "category" if variable.kind == "text" else variable.kind,
            variable.level,
            variable.levels(),
            variable.label,
        )
    scope = Scope(symbols, tuple(protocol.visits), protocol.baseline)
    return replace(scope, assessed=_assessed(protocol, scope))


def scope_of(protocol: Protocol) -> Scope:
    """Build the scope of endpoints and analyses: that of variables, and ``in_SET`` of each set."""
    scope = variable_scope(protocol)
    sets = {
        f"in_{name}": Symbol("yes_no", "subject", None, f"belongs to the set: {one.label}")
        for name, one in protocol.analysis_sets.items()
    }
    return replace(scope, symbols={**scope.symbols, **sets})


def assessed_visits(protocol: Protocol, text: str) -> tuple[str, ...]:
    """Give the visits at which every variable that an expression reads is assessed.

    Derived variables are followed down to what is captured; see
    :func:`~equipoise.protocol.expression.assessed_at`.

    Parameters
    ----------
    protocol : Protocol
        Says what is assessed when, and how variables are derived from others.
    text : str
        An expression, such as ``remission`` or ``protein < 0.5``.

    Raises
    ------
    ProtocolError
        If the expression cannot be read.
    """
    return assessed_at(parse(text, text), scope_of(protocol))


def _assessed(protocol: Protocol, scope: Scope) -> dict[str, tuple[str, ...]]:
    """Give the visits at which each variable of visits can be known, whatever it is read from."""
    known: dict[str, tuple[str, ...]] = {}
    names = tuple(scope.symbols)

    def visits_of(name: str) -> tuple[str, ...]:
        if name in known:
            return known[name]
        known[name] = scope.visits  # ends a circle, which is a fault of its own
        variable = protocol.variables[name]
        texts = _texts(variable, [one for one in names if one != name])
        visits = scope.visits if texts else protocol.visits_of(name)
        for text in texts:
            with suppress(ProtocolError):  # text that cannot be read has a fault of its own
                node = parse(text, name)
                for one in ast.walk(node):
                    if isinstance(one, ast.Name) and one.id in courses:
                        visits_of(one.id)
                own = assessed_at(node, replace(scope, assessed=known))
                visits = tuple(visit for visit in visits if visit in own)
        known[name] = visits
        return visits

    courses = protocol.variables_at("visit")
    return {name: visits_of(name) for name in courses}


def _texts(variable: Variable, names: Collection[str]) -> list[str]:
    """List the expressions that a variable is computed from; none for one that is captured."""
    if variable.instrument is not None:
        return list(texts_of_inputs(variable.instrument, names).values())
    return [] if variable.derive is None else [variable.derive]
