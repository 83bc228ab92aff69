"""Visits at which an expression can be known: those at which all that it reads is assessed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from equipoise.protocol.expression.function import FUNCTIONS
from equipoise.protocol.expression.scope import Scope

__all__ = ["assessed_at"]

_ELSEWHERE = frozenset({"baseline", "previous"})
"""Functions that read other visits than the one they are asked at."""


def assessed_at(node: ast.expr, scope: Scope) -> tuple[str, ...]:
    """Give the visits at which everything that a part of an expression reads is assessed.

    Parameters
    ----------
    node : ast.expr
        A part of an expression, or all of it.
    scope : Scope
        Says at which visits each name is assessed.

    Returns
    -------
    tuple of str
        In the order of the schedule. All visits for an expression that has one value for each
        subject; none if its variables are never assessed together.

    Notes
    -----
    A value of a named visit (``protein@W0``), of all visits (``any_visit(...)``) or of others
    (``baseline(x)``, ``previous(x)``) asks nothing of the visit itself. Nor does a variable that
    the expression asks about with ``known`` or ``missing``: it provides for its absence.
    """
    visits = set(scope.visits)
    for name in set(_read(node)) - set(_asked(node)):
        visits &= set(scope.assessed.get(name, scope.visits))
    return tuple(visit for visit in scope.visits if visit in visits)


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
