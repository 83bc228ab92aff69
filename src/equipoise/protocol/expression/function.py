"""Functions of the expression language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.instruments.logic import any_of, negate
from equipoise.protocol.expression.scope import Kind, Level, Scope
from equipoise.protocol.expression.value import Environment, Floats, Value, finite, lift

__all__ = ["FUNCTIONS", "Function", "Term"]


@dataclass(frozen=True, slots=True)
class Term:
    """A checked part of an expression: its kind, its level, and how to evaluate it."""

    kind: Kind
    level: Level
    evaluate: Callable[[Environment], Value]
    levels: tuple[str, ...] | None = None


Build = Callable[[Sequence[Term], Level, Scope, tuple[str, ...]], Term]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function: what it takes, what it means, and how its term is built.

    ``takes`` is the kind of every argument, or a tuple with the kind of each; None takes any.
    """

    usage: str
    meaning: str
    build: Build
    takes: Kind | tuple[Kind | None, ...] | None = "number"
    arguments: tuple[int, int] = (1, 1)
    over_visits: bool = False
    needs_visits: bool = False


def _elementwise(kind: Kind, operation: Callable[[list[Floats]], Floats]) -> Build:
    def build(terms: Sequence[Term], level: Level, _: Scope, __: tuple[str, ...]) -> Term:
        def evaluate(world: Environment) -> Value:
            arrays = [lift(term.evaluate(world), level, world) for term in terms]
            return Value(kind, level, finite(np.asarray(operation(arrays), dtype=np.float64)))

        return Term(kind, level, evaluate)

    return build


def _over_visits(kind: Kind | None, operation: Callable[[Floats], Floats]) -> Build:
    """Reduce the visits that can yield the argument; ``kind`` None keeps its kind."""

    def build(terms: Sequence[Term], _: Level, scope: Scope, visits: tuple[str, ...]) -> Term:
        (term,) = terms
        span = [scope.visits.index(visit) for visit in visits]

        def evaluate(world: Environment) -> Value:
            value = term.evaluate(world)
            array = finite(operation(value.array[..., span]))
            return Value(kind or value.kind, "subject", array, value.levels)

        return Term(kind or term.kind, "subject", evaluate, term.levels)

    return build


def _against_baseline(operation: Callable[[Floats, Floats], Floats], level: Level) -> Build:
    def build(terms: Sequence[Term], _: Level, scope: Scope, __: tuple[str, ...]) -> Term:
        (term,) = terms

        def evaluate(world: Environment) -> Value:
            value = term.evaluate(world)
            start = value.array[..., world.visit_index(scope.baseline), np.newaxis]
            answer = finite(operation(value.array, start))
            array = answer if level == "visit" else answer[..., 0]
            return Value(value.kind, level, array, value.levels)

        return Term(term.kind, level, evaluate, term.levels)

    return build


def _any(array: Floats) -> Floats:
    return any_of(*np.moveaxis(array, -1, 0))


def _all(array: Floats) -> Floats:
    return negate(_any(negate(array)))


def _mean(array: Floats) -> Floats:
    known = ~np.isnan(array)
    count = known.sum(axis=-1)
    total = np.where(known, array, 0.0).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _first(array: Floats) -> Floats:
    known = ~np.isnan(array)
    place = known.argmax(axis=-1)
    picked = np.take_along_axis(array, place[..., np.newaxis], axis=-1)[..., 0]
    return np.where(known.any(axis=-1), picked, np.nan)


def _last(array: Floats) -> Floats:
    return _first(array[..., ::-1])


def _previous(array: Floats) -> Floats:
    """Last known value at an earlier visit, for each visit."""
    place = np.where(np.isnan(array), -1, np.arange(array.shape[-1]))
    latest = np.maximum.accumulate(place, axis=-1)
    before = np.concatenate([np.full_like(latest[..., :1], -1), latest[..., :-1]], axis=-1)
    carried = np.take_along_axis(array, np.maximum(before, 0), axis=-1)
    return np.where(before < 0, np.nan, carried)


def _so_far(array: Floats) -> Floats:
    """Three-valued `or` over this visit and all earlier ones."""
    is_true = np.maximum.accumulate(array == 1, axis=-1)
    is_open = np.maximum.accumulate(np.isnan(array), axis=-1)
    return np.where(is_true, 1.0, np.where(is_open, np.nan, 0.0))


def _along_visits(kind: Kind | None, operation: Callable[[Floats], Floats]) -> Build:
    """Compute a course from a course; ``kind`` None keeps the kind of the argument."""

    def build(terms: Sequence[Term], _: Level, __: Scope, ___: tuple[str, ...]) -> Term:
        (term,) = terms

        def evaluate(world: Environment) -> Value:
            value = term.evaluate(world)
            return Value(kind or value.kind, "visit", operation(value.array), value.levels)

        return Term(kind or term.kind, "visit", evaluate, term.levels)

    return build


def _only(terms: Sequence[Term], level: Level, _: Scope, __: tuple[str, ...]) -> Term:
    value_term, condition = terms

    def evaluate(world: Environment) -> Value:
        value = value_term.evaluate(world)
        holds = lift(condition.evaluate(world), level, world) == 1
        array = np.where(holds, lift(value, level, world), np.nan)
        return Value(value.kind, level, array, value.levels)

    return Term(value_term.kind, level, evaluate, value_term.levels)


def _extreme(reduce: np.ufunc) -> Callable[[list[Floats]], Floats]:
    def operation(arrays: list[Floats]) -> Floats:
        answer: Floats = reduce.reduce(np.broadcast_arrays(*arrays))
        return answer

    return operation


def _positive(operation: Callable[[Floats], Floats]) -> Callable[[list[Floats]], Floats]:
    return lambda arrays: operation(np.where(arrays[0] > 0, arrays[0], np.nan))


FUNCTIONS: Mapping[str, Function] = {
    "known": Function(
        usage="known(x)", meaning="true where x is not missing", takes=None,
        build=_elementwise("yes_no", lambda arrays: (~np.isnan(arrays[0])).astype(np.float64)),
    ),
    "missing": Function(
        usage="missing(x)", meaning="true where x is missing", takes=None,
        build=_elementwise("yes_no", lambda arrays: np.isnan(arrays[0]).astype(np.float64)),
    ),
    "abs": Function(
        usage="abs(x)", meaning="absolute value",
        build=_elementwise("number", lambda arrays: np.abs(arrays[0])),
    ),
    "sqrt": Function(
        usage="sqrt(x)", meaning="square root; unknown below zero",
        build=_elementwise("number", lambda arrays: np.sqrt(arrays[0])),
    ),
    "log": Function(
        usage="log(x)", meaning="natural logarithm; unknown for x <= 0",
        build=_elementwise("number", _positive(np.log)),
    ),
    "exp": Function(
        usage="exp(x)", meaning="exponential", build=_elementwise("number", lambda a: np.exp(a[0])),
    ),
    "floor": Function(
        usage="floor(x)", meaning="largest whole number not above x",
        build=_elementwise("number", lambda arrays: np.floor(arrays[0])),
    ),
    "lowest": Function(
        usage="lowest(x, y, ...)", meaning="lowest of several; unknown if any is",
        arguments=(2, 8), build=_elementwise("number", _extreme(np.minimum)),
    ),
    "highest": Function(
        usage="highest(x, y, ...)", meaning="highest of several; unknown if any is",
        arguments=(2, 8), build=_elementwise("number", _extreme(np.maximum)),
    ),
    "only": Function(
        usage="only(x, condition)", meaning="x where the condition is true; unknown elsewhere",
        takes=(None, "yes_no"), arguments=(2, 2), build=_only,
    ),
    "previous": Function(
        usage="previous(x)", meaning="last known x of the visits before this one", takes=None,
        needs_visits=True, build=_along_visits(None, _previous),
    ),
    "so_far": Function(
        usage="so_far(condition)", meaning="true at this visit or an earlier one",
        takes="yes_no", needs_visits=True, build=_along_visits("yes_no", _so_far),
    ),
    "baseline": Function(
        usage="baseline(x)", meaning="x at the baseline visit", takes=None, needs_visits=True,
        build=_against_baseline(lambda _, start: start, "subject"),
    ),
    "change": Function(
        usage="change(x)", meaning="x minus its baseline", needs_visits=True,
        build=_against_baseline(lambda value, start: value - start, "visit"),
    ),
    "percent_change": Function(
        usage="percent_change(x)", meaning="100 (x - baseline) / baseline", needs_visits=True,
        build=_against_baseline(
            lambda value, start: np.where(start == 0, np.nan, 100 * (value - start) / start),
            "visit",
        ),
    ),
    "any_visit": Function(
        usage="any_visit(condition, W1, W2)", meaning="true at one of the visits W1 to W2",
        takes="yes_no", over_visits=True, needs_visits=True, build=_over_visits("yes_no", _any),
    ),
    "all_visits": Function(
        usage="all_visits(condition, W1, W2)", meaning="true at all of the visits W1 to W2",
        takes="yes_no", over_visits=True, needs_visits=True, build=_over_visits("yes_no", _all),
    ),
    "count_visits": Function(
        usage="count_visits(condition, W1, W2)", meaning="number of visits known to be true",
        takes="yes_no", over_visits=True, needs_visits=True,
        build=_over_visits("number", lambda array: np.nansum(array, axis=-1)),
    ),
    "mean_visits": Function(
        usage="mean_visits(x, W1, W2)", meaning="mean of the known values of visits W1 to W2",
        over_visits=True, needs_visits=True, build=_over_visits("number", _mean),
    ),
    "lowest_visit": Function(
        usage="lowest_visit(x, W1, W2)", meaning="lowest known value of visits W1 to W2",
        over_visits=True, needs_visits=True,
        build=_over_visits("number", lambda array: np.fmin.reduce(array, axis=-1)),
    ),
    "highest_visit": Function(
        usage="highest_visit(x, W1, W2)", meaning="highest known value of visits W1 to W2",
        over_visits=True, needs_visits=True,
        build=_over_visits("number", lambda array: np.fmax.reduce(array, axis=-1)),
    ),
    "first_visit": Function(
        usage="first_visit(x, W1, W2)", meaning="first known value of visits W1 to W2",
        takes=None, over_visits=True, needs_visits=True, build=_over_visits(None, _first),
    ),
    "last_visit": Function(
        usage="last_visit(x, W1, W2)", meaning="last known value of visits W1 to W2",
        takes=None, over_visits=True, needs_visits=True, build=_over_visits(None, _last),
    ),
}  # fmt: skip
"""Every function by name; the table is also the documentation."""
