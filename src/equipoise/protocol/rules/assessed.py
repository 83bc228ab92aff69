"""Visits at which an expression can be known: those at which all that it reads is assessed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress

from equipoise.errors import ProtocolError
from equipoise.protocol.expression import FUNCTIONS
from equipoise.protocol.expression.syntax import parse
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules.instrument import texts_of_inputs
from equipoise.protocol.scope import scope_of

__all__ = ["Assessed", "assessed_visits"]

_ELSEWHERE = frozenset({"baseline", "previous"})
"""Functions that read other visits than the one they are asked at."""


def assessed_visits(protocol: Protocol, text: str) -> tuple[str, ...]:
    """Give the visits at which every variable that an expression reads is assessed.

    Parameters
    ----------
    protocol : Protocol
        Says what is assessed when, and how variables are derived from others.
    text : str
        An expression, such as ``remission`` or ``protein < 0.5``.

    Returns
    -------
    tuple of str
        In the order of the schedule. All visits for an expression that has one value for each
        subject; none if its variables are never assessed together.

    Raises
    ------
    ProtocolError
        If the expression cannot be read.

    Notes
    -----
    Derived variables are followed down to what is captured. A value of a named visit
    (``protein@W0``), of all visits (``any_visit(...)``) or of others (``baseline(x)``,
    ``previous(x)``) asks nothing of the visit itself. Nor does a variable that the expression
    asks about with ``known`` or ``missing``: it provides for its absence.
    """
    return Assessed(protocol).at(parse(text, text))


class Assessed:
    """Answers for many expressions of one protocol; remembers each variable."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._names = tuple(scope_of(protocol).symbols)
        self._known: dict[str, frozenset[str]] = {}

    def at(self, node: ast.expr) -> tuple[str, ...]:
        """Give the visits at which all that a part of an expression reads is assessed."""
        visits = self._visits(node)
        return tuple(visit for visit in self._protocol.visits if visit in visits)

    def _visits(self, node: ast.expr) -> frozenset[str]:
        visits = frozenset(self._protocol.visits)
        for name in set(_read(node)) - set(_asked(node)):
            visits &= self._of_variable(name)
        return visits

    def _of_variable(self, name: str) -> frozenset[str]:
        variable = self._protocol.variables.get(name)
        every = frozenset(self._protocol.visits)
        if variable is None or variable.level != "visit":
            return every
        if name in self._known:
            return self._known[name]
        self._known[name] = every  # ends a circle, which is a fault of its own
        if variable.instrument is not None:
            others = [one for one in self._names if one != name]
            texts = list(texts_of_inputs(variable.instrument, others).values())
        elif variable.derive is not None:
            texts = [variable.derive]
        else:
            texts = []
        visits = every if texts else frozenset(self._protocol.visits_of(name))
        for text in texts:
            with suppress(ProtocolError):  # text that cannot be read has a fault of its own
                visits &= self._visits(parse(text, name))
        self._known[name] = visits
        return visits


def _read(node: ast.AST) -> Iterator[str]:
    """Yield the names that are read at the visit at which an expression is asked."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        function = FUNCTIONS.get(name)
        if name in _ELSEWHERE or (function is not None and function.over_visits):
            return
        for argument in node.args:
            yield from _read(argument)
        return
    if isinstance(node, ast.Name):
        yield node.id
    for child in ast.iter_child_nodes(node):
        yield from _read(child)


def _asked(node: ast.AST) -> Iterator[str]:
    """Yield the names of which an expression asks whether they are known."""
    for one in ast.walk(node):
        if (
            isinstance(one, ast.Call)
            and isinstance(one.func, ast.Name)
            and one.func.id in ("known", "missing")
        ):
            yield from (part.id for part in one.args if isinstance(part, ast.Name))
