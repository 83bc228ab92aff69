"""From text to a checked syntax tree: the grammar is a small share of Python's own.

Python's parser reads the text; nothing is ever executed. Only the node types listed here are
let through, so attribute access, calls of unknown names, comprehensions and the like are faults.
"""

from __future__ import annotations

import ast
import warnings

from equipoise.errors import Fault, ProtocolError

__all__ = ["parse"]

_LONGEST = 2000
_DEEPEST = 40
_ALLOWED = (
    ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Add, ast.Sub,
    ast.Mult, ast.Div, ast.Pow, ast.MatMult, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE,
    ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.IfExp, ast.Call, ast.Name, ast.Load, ast.Constant,
    ast.List, ast.Tuple,
)  # fmt: skip


def parse(text: str, where: str) -> ast.expr:
    """Read an expression.

    Parameters
    ----------
    text : str
        The expression, at most 2,000 characters.
    where : str
        Its place, for messages.

    Raises
    ------
    ProtocolError
        If the text is too long, nested too deeply, not an expression, or uses something that
        the language does not have.
    """
    if len(text) > _LONGEST:
        raise _fault(where, f"{len(text)} characters", f"at most {_LONGEST}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Python only warns of, such as `1if`, is a fault
            tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        place = f"at character {error.offset}" if error.offset else "here"
        raise _fault(where, f"{text!r} cannot be read {place}", "an expression") from error
    except (RecursionError, MemoryError, ValueError) as error:
        raise _fault(where, f"{text[:60]!r}...", "an expression of ordinary depth") from error
    _require_allowed(tree, text=text, where=where, depth=0)
    return tree


def _require_allowed(node: ast.AST, *, text: str, where: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise _fault(where, f"{text[:60]!r}...", f"at most {_DEEPEST} levels of nesting")
    if not isinstance(node, _ALLOWED):
        raise _fault(
            where,
            f"{type(node).__name__.lower()} in {text!r}",
            "comparisons, arithmetic, and/or/not, in [...], x if a else b, name@visit, functions",
        )
    for child in ast.iter_child_nodes(node):
        _require_allowed(child, text=text, where=where, depth=depth + 1)


def _fault(where: str, came: str, wanted: str) -> ProtocolError:
    return ProtocolError(Fault(where=where, came=came, wanted=wanted))
