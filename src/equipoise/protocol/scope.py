"""The names that expressions of one protocol may use."""

from __future__ import annotations

from dataclasses import replace

from equipoise.protocol.expression import BUILT_IN, Scope, Symbol
from equipoise.protocol.model.protocol import Protocol

__all__ = ["scope_of", "variable_scope"]


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
    return Scope(symbols, tuple(protocol.visits), protocol.baseline)


def scope_of(protocol: Protocol) -> Scope:
    """Build the scope of endpoints and analyses: that of variables, and ``in_SET`` of each set."""
    scope = variable_scope(protocol)
    sets = {
        f"in_{name}": Symbol("yes_no", "subject", None, f"belongs to the set: {one.label}")
        for name, one in protocol.analysis_sets.items()
    }
    return replace(scope, symbols={**scope.symbols, **sets})
