"""Expressions of R inside formulas: read, written back as R writes them, and evaluated.

Source of precedence and of the way to write: the R help pages ``Syntax`` and ``deparse``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.errors import Fault
from equipoise.qualification.adapter import NotRun, Unreadable

__all__ = ["Node", "evaluate", "parse_expression"]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>(?:[A-Za-z]\w*::)?[A-Za-z.][A-Za-z0-9._]*)"
    r"|(?P<word>'[^']*'|\"[^\"]*\")"
    r"|(?P<sign>%in%|\*\*|<=|>=|==|!=|[-+*/^:()|,<>=]))"
)
_PRECEDENCE = {
    "=": 0.5,  # an argument by name
    "|": 1,
    **dict.fromkeys(("<", ">", "<=", ">=", "==", "!="), 2),
    "+": 3,
    "-": 3,
    "*": 4,
    "/": 4,
    "%in%": 5,
    ":": 6,
    "^": 8,
}
_MINUS = 7
_CLOSE = ("^", ":", "/")
"""Operators that R writes without spaces."""
_OPERATIONS: Mapping[str, Callable[..., NDArray[np.generic]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
    "<": np.less,
    ">": np.greater,
    "<=": np.less_equal,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
_FUNCTIONS: Mapping[str, Callable[..., NDArray[np.generic]]] = {
    "log": lambda value, base=np.e: np.log(value) / np.log(base),
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "exp": np.exp,
    "expm1": np.expm1,
    "round": lambda value, digits=0: np.asarray(np.round(value, int(digits))),
    "floor": np.floor,
    "ceiling": np.ceil,
    "sin": np.sin,
    "cos": np.cos,
    "pmin": lambda *values: functools.reduce(np.minimum, values),
    "pmax": lambda *values: functools.reduce(np.maximum, values),
    "ifelse": np.where,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "I": np.asarray,
}
_AS_THEY_ARE = ("factor", "as.factor", "as.numeric")


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression.

    ``kind`` is ``name``, ``number``, ``word``, ``call``, ``sign``, ``minus`` or ``paren``;
    ``text`` is the name, the number, the function or the operator; ``parts`` stand below it.
    """

    kind: str
    text: str
    parts: tuple[Node, ...] = ()

    def __str__(self) -> str:
        """Write the expression as R does."""
        inside = [str(part) for part in self.parts]
        if self.kind == "call":
            return f"{self.text}({', '.join(inside)})"
        if self.kind == "paren":
            return f"({inside[0]})"
        if self.kind == "minus":
            return f"-{inside[0]}"
        if self.kind == "sign":
            return (self.text if self.text in _CLOSE else f" {self.text} ").join(inside)
        return self.text

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that the expression takes, each once."""
        own = (self.text,) if self.kind == "name" else ()
        parts = self.parts[1:] if self.text == "=" else self.parts
        return tuple(dict.fromkeys([*own, *(name for part in parts for name in part.names)]))


def parse_expression(text: str) -> Node:
    """Read one expression.

    Raises
    ------
    Unreadable
        If R would not read it either.
    """
    reader = _Reader(text)
    node = reader.expression(0)
    if reader.ahead[0] != "end":
        raise reader.at_a_loss()
    return node


def evaluate(node: Node, table: pl.DataFrame) -> pl.Series:
    """Compute the expression for every row; missing where a column of it is.

    Raises
    ------
    NotRun
        If a function is not one of those known here.
    """
    if node.kind == "name" or (node.kind == "call" and node.text in _AS_THEY_ARE):
        inner = node if node.kind == "name" else node.parts[0]
        return table[inner.text] if inner.kind == "name" else evaluate(inner, table)
    known = pl.Series(values=[True] * table.height, dtype=pl.Boolean)
    for name in node.names:
        known &= table[name].is_not_null()
    with np.errstate(all="ignore"):  # what has no value is NaN or infinite, as in R
        values = pl.Series(np.broadcast_to(_compute(node, table), (table.height,)).copy())
    return values.to_frame("value").select(pl.when(known).then(pl.col("value")))["value"]


def _compute(node: Node, table: pl.DataFrame) -> NDArray[np.generic]:
    if node.kind == "number":
        return np.asarray(float(node.text))
    if node.kind == "word":
        return np.asarray(node.text[1:-1])
    if node.kind == "name":
        column = table[node.text]
        is_number = column.dtype.is_numeric() or column.dtype == pl.Boolean
        return (
            column.cast(pl.Float64).fill_null(np.nan).to_numpy()
            if is_number
            else column.cast(pl.String).fill_null("").to_numpy().astype(str)
        )
    by_name = {
        part.parts[0].text: _compute(part.parts[1], table)
        for part in node.parts
        if part.text == "="
    }
    parts = [_compute(part, table) for part in node.parts if part.text != "="]
    if node.kind == "paren":
        return parts[0]
    if node.kind == "minus":
        return np.negative(parts[0].astype(np.float64))
    known = _OPERATIONS if node.kind == "sign" else _FUNCTIONS
    if node.text not in known:
        raise NotRun(f"{node.text!r} in a formula is not built here")
    return known[node.text](*parts, **by_name)


class _Reader:
    """Reads tokens from the left, by precedence."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._tokens()
        self.ahead = next(self.tokens)

    def _tokens(self) -> Iterator[tuple[str, str]]:
        place, text = 0, self.text.rstrip()
        while place < len(text):
            found = _TOKEN.match(text, place)
            if found is None or found.lastgroup is None:
                raise self.at_a_loss(text[place:].strip())
            place = found.end()
            yield found.lastgroup, found[found.lastgroup].replace("**", "^")
        while True:
            yield "end", ""

    def at_a_loss(self, came: str | None = None) -> Unreadable:
        """Say what could not be read."""
        came = self.ahead[1] if came is None else came
        return Unreadable(
            Fault(
                where="formula",
                came=f"{came or 'its end'!r} in {self.text.strip()!r}",
                wanted="variables joined by '+', ':' or '*'",
            )
        )

    def take(self, sign: str | None = None) -> str:
        """Go on by a token, which must be ``sign`` where one is named."""
        if sign is not None and self.ahead != ("sign", sign):
            raise self.at_a_loss()
        text = self.ahead[1]
        self.ahead = next(self.tokens)
        return text

    def expression(self, least: float) -> Node:
        """Read what binds more tightly than ``least``."""
        node = self.operand()
        while self.ahead[0] == "sign" and _PRECEDENCE.get(self.ahead[1], 0) > least:
            sign = self.take()
            # A power alone is read from the right.
            right = self.expression(_PRECEDENCE[sign] - (sign == "^"))
            node = Node("sign", sign, (node, right))
        return node

    def operand(self) -> Node:
        kind, text = self.ahead
        if kind in ("number", "word"):
            return Node(kind, self.take())
        if kind == "name":
            self.take()
            if self.ahead != ("sign", "("):
                return Node("name", text)
            return Node("call", text, self.arguments())
        if text in ("-", "+"):
            self.take()
            inner = self.expression(_MINUS)
            return Node("minus", "-", (inner,)) if text == "-" else inner
        self.take("(")
        inner = self.expression(0)
        self.take(")")
        return Node("paren", "(", (inner,))

    def arguments(self) -> tuple[Node, ...]:
        self.take("(")
        parts = [self.expression(0)]
        while self.ahead == ("sign", ","):
            self.take()
            parts.append(self.expression(0))
        self.take(")")
        return tuple(parts)
