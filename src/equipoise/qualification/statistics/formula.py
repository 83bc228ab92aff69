"""Model formulas of the reference cases, as R reads them: ``y ~ log(base) + sex*arm``.

Understood: ``+``, ``-``, ``:``, ``*``, ``/``, ``%in%``, ``^``, parentheses, ``1``, ``0``, numbers
made of columns (``I(x^2)``, ``log(x)``, ``factor(x)``), and a random part ``(visit | id)``, which
is set apart.

Source of the rules: Chambers JM, Hastie TJ. Statistical Models in S, 1992, section 2.3.1;
the R help page ``formula``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from equipoise.errors import Fault
from equipoise.qualification.adapter import NotRun, Unreadable
from equipoise.qualification.statistics.r_expression import Node, parse_expression

__all__ = ["Formula", "Term", "parse_formula"]

Term: TypeAlias = tuple[str, ...]
"""The variables of a term, written as R writes them; the empty term is the intercept."""

_NOT_BUILT = ("bs", "cluster", "ns", "offset", "poly", "pspline", "s", "scale", "strata", "tt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A parsed formula; ``terms`` are ordered as R orders them: by degree, then as they stand.

    Within a term the variables stand in the order in which the formula first mentions them.
    ``response`` and the variables may be expressions, such as ``log(base)``; ``special`` terms,
    such as ``strata(site)``, are set apart by the name of their function. A random part is its
    terms, of which the empty one is the random intercept, and its group.
    """

    response: str
    terms: tuple[Term, ...]
    has_intercept: bool
    random: tuple[tuple[tuple[Term, ...], str], ...] = ()
    special: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the fixed part, each once, in the order of their first mention."""
        return tuple(dict.fromkeys(itertools.chain.from_iterable(self.terms)))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a table that the variables are made of."""
        names = (parse_expression(variable).names for variable in self.variables)
        return tuple(dict.fromkeys(itertools.chain.from_iterable(names)))

    def without(self, term: Term) -> Formula:
        """Take one term out, as R's ``update(model, . ~ . - term)`` does."""
        return replace(self, terms=tuple(one for one in self.terms if set(one) != set(term)))


def parse_formula(text: str, *, specials: tuple[str, ...] = ()) -> Formula:
    """Read an R formula; the functions ``specials`` are no variables but set apart.

    Raises
    ------
    Unreadable
        If there is no ``~`` or R would not read a part either.
    NotRun
        If a part is R's but not built here.
    """
    response, tilde, right = text.partition("~")
    if not tilde or not response.strip():
        raise Unreadable(Fault(where="formula", came=repr(text), wanted="'response ~ terms'"))
    if "||" in right:
        raise NotRun("a random part without correlations, '||', is not built here")
    summands = list(_summands(parse_expression(right), "+"))
    random = tuple(_random(node) for sign, node in summands if _is_random(node))
    special = tuple(
        (node.text, tuple(map(str, node.parts)))
        for _, node in summands
        if node.kind == "call" and node.text in specials
    )
    terms = _sum(
        (sign, node)
        for sign, node in summands
        if not _is_random(node) and not (node.kind == "call" and node.text in specials)
    )
    mentioned = list(dict.fromkeys(name for _, node in summands for name in _variables(node)))
    named = [tuple(sorted(term, key=mentioned.index)) for term in terms]
    return Formula(
        response=str(parse_expression(response)),
        terms=tuple(sorted((term for term in named if term), key=len)),
        has_intercept=() in named,
        random=random,
        special=special,
    )


def _sum(summands: Iterable[tuple[str, Node]]) -> list[Term]:
    """Add and take away terms; the intercept is there unless it is taken away."""
    terms: list[Term] = [()]
    for sign, node in summands:
        if sign == "+" and (node.kind, node.text) == ("number", "0"):
            terms = _less(terms, [()])
        elif sign == "-" and (node.kind, node.text) == ("number", "0"):
            terms = _union(terms, [()])
        else:
            terms = (_union if sign == "+" else _less)(terms, _expand(node))
    return terms


def _summands(node: Node, sign: str) -> Iterator[tuple[str, Node]]:
    """Split sums into signed parts; a sum in parentheses stays whole."""
    if node.kind == "sign" and node.text in ("+", "-"):
        yield from _summands(node.parts[0], sign)
        yield node.text, node.parts[1]
    elif node.kind == "minus":
        yield "-", node.parts[0]
    else:
        yield sign, node


def _is_random(node: Node) -> bool:
    return node.kind == "paren" and (node.parts[0].kind, node.parts[0].text) == ("sign", "|")


def _random(node: Node) -> tuple[tuple[Term, ...], str]:
    inside, group = node.parts[0].parts
    if group.kind != "name":
        raise NotRun(f"random parts of nested or crossed groups, {node}, are not built here")
    return tuple(_sum(_summands(inside, "+"))), str(group)


def _variables(node: Node) -> Iterator[str]:
    """Name the variables of a part, from the left."""
    if node.kind in ("sign", "minus", "paren"):
        for part in node.parts:
            yield from _variables(part)
    elif node.kind in ("name", "call"):
        yield str(node)


def _expand(node: Node) -> list[Term]:
    """Read a part of a formula into terms: ``a*b`` is ``a + b + a:b``, ``a/b`` is ``a + a:b``."""
    if node.kind in ("name", "call"):
        function = node.text.rpartition("::")[2]
        if node.text == "." or (node.kind == "call" and function in _NOT_BUILT):
            raise NotRun(f"{node.text!r} in a formula is not built here")
        return [(str(node),)]
    if node.kind == "paren":
        return _expand(node.parts[0])
    if (node.kind, node.text) == ("number", "1"):
        return [()]
    if (node.kind, node.text) == ("number", "0"):
        return []
    if node.kind != "sign" or len(node.parts) < 2:
        raise _at_a_loss(node)
    left = _expand(node.parts[0])
    if node.text == "^":
        times = node.parts[1]
        if times.kind != "number" or not times.text.isdigit() or times.text == "0":
            raise _at_a_loss(node)
        found = left
        for _ in range(int(times.text) - 1):
            found = _union(_union(found, left), _join(found, left))
        return found
    right = _expand(node.parts[1])
    if node.text == "+":
        return _union(left, right)
    if node.text == "-":
        return _less(left, right)
    if node.text == "*":
        return _union(_union(left, right), _join(left, right))
    if node.text in (":", "%in%"):
        return _join(left, right)
    if node.text == "/":
        every = tuple(dict.fromkeys(itertools.chain.from_iterable(left)))
        return _union(left, _join([every], right))
    raise _at_a_loss(node)


def _at_a_loss(node: Node) -> Unreadable:
    return Unreadable(
        Fault(where="formula", came=repr(str(node)), wanted="variables joined by '+', ':' or '*'")
    )


def _union(first: list[Term], second: list[Term]) -> list[Term]:
    kept: dict[frozenset[str], Term] = {}
    for term in [*first, *second]:
        kept.setdefault(frozenset(term), term)
    return list(kept.values())


def _less(first: list[Term], second: list[Term]) -> list[Term]:
    gone = set(map(frozenset, second))
    return [term for term in first if frozenset(term) not in gone]


def _join(first: list[Term], second: list[Term]) -> list[Term]:
    pairs = [tuple(dict.fromkeys([*one, *other])) for one in first for other in second]
    return _union(pairs, [])
