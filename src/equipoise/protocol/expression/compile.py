"""From a syntax tree to a typed expression that can be evaluated on arrays."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from equipoise.errors import Fault, ProtocolError, did_you_mean
from equipoise.instruments.logic import (
    all_of,
    any_of,
    at_least,
    at_most,
    less_than,
    more_than,
    negate,
)
from equipoise.protocol.expression.assessed import assessed_at
from equipoise.protocol.expression.category import joined_levels, recoded, same_code
from equipoise.protocol.expression.function import FUNCTIONS, Term
from equipoise.protocol.expression.scope import Kind, Level, Scope
from equipoise.protocol.expression.syntax import parse
from equipoise.protocol.expression.value import Environment, Floats, Value, finite, lift

__all__ = ["Compiled", "compile_expression"]

Comparison: TypeAlias = Callable[[Floats, Floats], Floats]

_ORDER: dict[type[ast.cmpop], Comparison] = {
    ast.Lt: less_than,
    ast.LtE: at_most,
    ast.Gt: more_than,
    ast.GtE: at_least,
}
_ARITHMETIC: dict[type[ast.operator], np.ufunc] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_FINENESS: dict[Level, int] = {"constant": 0, "subject": 1, "visit": 2, "event": 2}


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression whose names and kinds have been checked.

    Attributes
    ----------
    text : str
        As written in the protocol.
    term : Term
        Its kind, level and evaluation.
    names : frozenset of str
        Names that it reads.
    """

    text: str
    term: Term
    names: frozenset[str]

    @property
    def kind(self) -> Kind:
        """Kind of its value."""
        return self.term.kind

    @property
    def level(self) -> Level:
        """Level of its value."""
        return self.term.level

    def evaluate(self, environment: Environment) -> Value:
        """Evaluate; unknown inputs make unknown outputs unless the answer is known anyway."""
        with np.errstate(all="ignore"):
            return self.term.evaluate(environment)


def compile_expression(
    text: str,
    scope: Scope,
    *,
    where: str,
    kind: Kind | None = None,
    levels: Sequence[Level] = ("constant", "subject"),
) -> Compiled:
    """Check an expression against the names of a trial.

    Parameters
    ----------
    text : str
        The expression.
    scope : Scope
        Names that it may use.
    where : str
        Its place, for messages.
    kind : kind, optional
        What its value must be; None takes any.
    levels : sequence of level
        Levels that its value may have.

    Raises
    ------
    ProtocolError
        If it cannot be read, uses an unknown name, mixes kinds, or has another kind or level
        than wanted.
    """
    builder = _Builder(scope, where=where, text=text)
    term = builder.term(parse(text, where))
    if kind is not None and term.kind != kind:
        builder.fail(f"{text!r} is a {_KIND[term.kind]}", f"a {_KIND[kind]}")
    if term.level not in levels:
        visit = next((name for name in builder.names if _is_of_visit(name, scope)), "")
        repair = f"write {visit}@{scope.visits[-1]}" if term.level == "visit" and visit else ""
        builder.fail(
            f"{text!r} has a value for each {term.level}", f"one for each {levels[-1]}", repair
        )
    return Compiled(text=text, term=term, names=frozenset(builder.names))


_KIND: dict[Kind, str] = {
    "number": "number",
    "category": "category",
    "yes_no": "condition (true or false)",
    "text": "text",
}


def _is_of_visit(name: str, scope: Scope) -> bool:
    return name in scope.symbols and scope.symbols[name].level == "visit"


class _Builder:
    """Builds the term of each node; holds the scope and the place for messages."""

    def __init__(self, scope: Scope, *, where: str, text: str) -> None:
        self.scope = scope
        self.where = where
        self.text = text
        self.names: set[str] = set()

    def fail(self, came: str, wanted: str, repair: str = "") -> None:
        raise ProtocolError(Fault(where=self.where, came=came, wanted=wanted, repair=repair))

    def term(self, node: ast.expr) -> Term:
        match node:
            case ast.Constant():
                return self.constant(node)
            case ast.Name():
                return self.name(node.id)
            case ast.BoolOp():
                join = all_of if isinstance(node.op, ast.And) else any_of
                parts = [self.wanted(self.term(value), "yes_no") for value in node.values]
                return self.combine(parts, "yes_no", lambda arrays: join(*arrays))
            case ast.UnaryOp(op=ast.Not()):
                part = self.wanted(self.term(node.operand), "yes_no")
                return self.combine([part], "yes_no", lambda arrays: negate(arrays[0]))
            case ast.UnaryOp():
                part = self.wanted(self.term(node.operand), "number")
                return self.combine([part], "number", lambda arrays: -arrays[0])
            case ast.BinOp(op=ast.MatMult()):
                return self.at_visit(node)
            case ast.BinOp():
                operation = _ARITHMETIC[type(node.op)]
                parts = [self.wanted(self.term(side), "number") for side in (node.left, node.right)]
                return self.combine(parts, "number", lambda arrays: finite(operation(*arrays)))
            case ast.Compare():
                return self.comparison(node)
            case ast.IfExp():
                return self.choice(node)
            case ast.Call():
                return self.call(node)
        self.fail(f"a list in {self.text!r}", "a list only after `in`")
        raise AssertionError

    def constant(self, node: ast.Constant) -> Term:
        value = node.value
        if isinstance(value, bool):
            answer = Value("yes_no", "constant", np.asarray(float(value)))
        elif isinstance(value, int | float):
            answer = Value("number", "constant", np.asarray(self.number(value)))
        elif isinstance(value, str):
            answer = Value("text", "constant", np.asarray(0.0), (value,))
        else:
            self.fail(f"{value!r} in {self.text!r}", "a number, a text in quotes, True or False")
        return Term(answer.kind, "constant", lambda _: answer, answer.levels or None)

    def number(self, value: float) -> float:
        try:
            number = float(value)
        except OverflowError:  # a whole number of more than 308 digits
            number = math.inf
        if math.isinf(number):
            self.fail(f"a number too large in {self.text[:60]!r}", "a number below 1.8e308")
        return number

    def name(self, name: str) -> Term:
        symbol = self.scope.symbols.get(name)
        if symbol is None:
            known = [*self.scope.symbols, *FUNCTIONS]
            self.fail(f"unknown name {name!r}", "a variable", did_you_mean(name, known))
            raise AssertionError
        self.names.add(name)

        def evaluate(world: Environment) -> Value:
            value = world.lookup(name)
            return Value(value.kind, value.level, finite(value.array), value.levels)

        return Term(symbol.kind, symbol.level, evaluate, symbol.levels)

    def wanted(self, term: Term, kind: Kind) -> Term:
        if term.kind != kind:
            self.fail(f"a {_KIND[term.kind]} in {self.text!r}", f"a {_KIND[kind]} there")
        return term

    def finest(self, terms: Sequence[Term]) -> Level:
        levels = {term.level for term in terms}
        if {"visit", "event"} <= levels:
            self.fail(f"{self.text!r} mixes visits and events", "one of the two")
        return max(levels, key=lambda level: _FINENESS[level])

    def combine(
        self, terms: Sequence[Term], kind: Kind, operation: Callable[[list[Floats]], Floats]
    ) -> Term:
        level = self.finest(terms)

        def evaluate(world: Environment) -> Value:
            arrays = [lift(term.evaluate(world), level, world) for term in terms]
            return Value(kind, level, np.asarray(operation(arrays), dtype=np.float64))

        return Term(kind, level, evaluate)

    def at_visit(self, node: ast.BinOp) -> Term:
        inner = self.term(node.left)
        if inner.level != "visit":
            self.fail(f"{ast.unparse(node)!r}", "a value of visits before @")
        if not isinstance(node.right, ast.Name):
            self.fail(f"{ast.unparse(node)!r}", "the id of a visit after @")
            raise AssertionError
        visit = self.visit(node.right.id)

        def evaluate(world: Environment) -> Value:
            value = inner.evaluate(world)
            return Value(
                value.kind, "subject", value.array[..., world.visit_index(visit)], value.levels
            )

        return Term(inner.kind, "subject", evaluate, inner.levels)

    def visit(self, name: str) -> str:
        if name == "baseline":
            return self.scope.baseline
        if name not in self.scope.visits:
            self.fail(
                f"visit {name!r} is not scheduled",
                f"one of {', '.join(self.scope.visits)}",
                did_you_mean(name, self.scope.visits),
            )
        return name

    def comparison(self, node: ast.Compare) -> Term:
        sides = [node.left, *node.comparators]
        links = [
            self.link(sides[place], operator, sides[place + 1])
            for place, operator in enumerate(node.ops)
        ]
        if len(links) == 1:
            return links[0]
        return self.combine(links, "yes_no", lambda arrays: all_of(*arrays))

    def link(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Term:
        first = self.term(left)
        if isinstance(operator, ast.In | ast.NotIn):
            if not isinstance(right, ast.List | ast.Tuple) or not right.elts:
                self.fail(f"{self.text!r}", "a list in brackets after `in`")
                raise AssertionError
            options = [self.equality(first, self.term(option)) for option in right.elts]
            found = self.combine(options, "yes_no", lambda arrays: any_of(*arrays))
            if isinstance(operator, ast.In):
                return found
            return self.combine([found], "yes_no", lambda arrays: negate(arrays[0]))
        second = self.term(right)
        if isinstance(operator, ast.Eq | ast.NotEq):
            same = self.equality(first, second)
            if isinstance(operator, ast.Eq):
                return same
            return self.combine([same], "yes_no", lambda arrays: negate(arrays[0]))
        compare = _ORDER[type(operator)]
        parts = [self.wanted(first, "number"), self.wanted(second, "number")]
        return self.combine(parts, "yes_no", lambda arrays: compare(arrays[0], arrays[1]))

    def equality(self, first: Term, second: Term) -> Term:
        kinds = {first.kind, second.kind}
        if kinds <= {"category", "text"}:
            return self.same_category(first, second)
        if len(kinds) > 1:
            self.fail(
                f"{self.text!r} compares a {_KIND[first.kind]} with a {_KIND[second.kind]}",
                "two of the same kind",
            )
        return self.combine(
            [first, second],
            "yes_no",
            lambda arrays: np.where(
                np.isnan(arrays[0]) | np.isnan(arrays[1]), np.nan, arrays[0] == arrays[1]
            ),
        )

    def same_category(self, first: Term, second: Term) -> Term:
        for category, text in ((first, second), (second, first)):
            if text.kind == "text" and text.levels and category.levels is not None:
                (code,) = text.levels
                if category.kind == "category" and code not in category.levels:
                    self.fail(
                        f"code {code!r} in {self.text!r}",
                        f"one of {', '.join(category.levels)}",
                        did_you_mean(code, category.levels),
                    )
        level = self.finest([first, second])

        def evaluate(world: Environment) -> Value:
            left, right = first.evaluate(world), second.evaluate(world)
            one, other = lift(left, level, world), lift(right, level, world)
            return Value("yes_no", level, same_code(one, left.levels, other, right.levels))

        return Term("yes_no", level, evaluate)

    def choice(self, node: ast.IfExp) -> Term:
        condition = self.wanted(self.term(node.test), "yes_no")
        chosen, other = self.term(node.body), self.term(node.orelse)
        kinds = {"category" if term.kind == "text" else term.kind for term in (chosen, other)}
        if len(kinds) > 1:
            self.fail(f"{self.text!r} chooses between two kinds", "two of the same kind")
        level = self.finest([condition, chosen, other])
        (kind,) = kinds
        known = (
            None
            if kind != "category" or chosen.levels is None or other.levels is None
            else joined_levels(chosen.levels, other.levels)
        )

        def evaluate(world: Environment) -> Value:
            test = lift(condition.evaluate(world), level, world)
            yes, no = chosen.evaluate(world), other.evaluate(world)
            levels = joined_levels(yes.levels, no.levels) if kind == "category" else ()
            arrays = [
                recoded(lift(value, level, world), value.levels, levels) for value in (yes, no)
            ]
            picked = np.where(test == 1, arrays[0], arrays[1])
            return Value(kind, level, np.where(np.isnan(test), np.nan, picked), levels)

        return Term(kind, level, evaluate, known)

    def call(self, node: ast.Call) -> Term:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        function = FUNCTIONS.get(name)
        if function is None or node.keywords:
            self.fail(
                f"{ast.unparse(node)!r}",
                f"one of {', '.join(FUNCTIONS)}",
                did_you_mean(name, list(FUNCTIONS)),
            )
            raise AssertionError
        span: tuple[str, ...] = ()
        arguments = node.args
        if function.over_visits:
            names = [one.id if isinstance(one, ast.Name) else "" for one in node.args[1:]]
            if len(node.args) not in (1, 3):
                self.fail(f"{ast.unparse(node)!r}", f"{name}(value) or {name}(value, W1, W2)")
            bounds = [self.visit(visit) for visit in names] or self.scope.visits
            first, last = (self.scope.visits.index(bounds[end]) for end in (0, -1))
            if first > last:
                self.fail(f"{ast.unparse(node)!r} ends before it begins", "the earlier visit first")
            span = self.scope.visits[first : last + 1]
            arguments = node.args[:1]
            assessed = assessed_at(arguments[0], self.scope)
            span = tuple(visit for visit in span if visit in assessed) or span
        low, high = function.arguments
        if not low <= len(arguments) <= high:
            self.fail(f"{ast.unparse(node)!r} has {len(arguments)} arguments", function.usage)
        terms = [self.term(argument) for argument in arguments]
        takes = function.takes
        kinds = takes if isinstance(takes, tuple) else (takes,) * len(terms)
        for term, kind in zip(terms, kinds, strict=True):
            if kind is not None:
                self.wanted(term, kind)
            if function.needs_visits and term.level != "visit":
                self.fail(f"{ast.unparse(node)!r}", "a value of visits in it", function.usage)
        return function.build(terms, self.finest(terms), self.scope, span)
