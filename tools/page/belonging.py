"""Which values of a reference case belong to which method: those that change with its answer.

A case calls several functions of `equipoise.stats`, and each of its values comes from one or more
of them. Nobody lists which: the case is answered once as it is, and once more for each method that
it called, whose answer is then spoilt on its way back. The values that differ belong to it.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from functools import wraps
from typing import Any

import numpy as np

from equipoise.qualification import Adapter, Case, Given
from equipoise.qualification.compare import is_refusal
from equipoise.stats import Explanation
from equipoise.stats.explanation import explanations

__all__ = ["ADAPTERS", "Watch", "belonging", "placed", "watched"]

ADAPTERS = "equipoise.qualification.statistics"


@dataclass(slots=True)
class Watch:
    """What adapters call: names of methods called, and the one whose answers are spoilt."""

    called: set[str] = field(default_factory=set)
    spoilt: str = ""


def belonging(
    case: Case, adapter: Adapter, answer: Mapping[str, Any], watch: Watch
) -> dict[str, set[str]]:
    """Give for each method that a case called the paths of the values that belong to it."""
    called = sorted(watch.called)
    if is_refusal(case.expected):
        return {method: {path for path, _ in placed(case.expected, None)} for method in called}
    right = dict(placed(case.expected, answer))
    return {
        method: {path for path, value in right.items() if not _same(value, other.get(path))}
        for method in called
        for other in [_spoilt_answer(case, adapter, watch, method)]
    }


def _spoilt_answer(case: Case, adapter: Adapter, watch: Watch, method: str) -> dict[str, object]:
    watch.spoilt = method
    try:
        with np.errstate(all="ignore"):
            answer = adapter(Given(case.inputs, case.folder))
    except Exception:  # whatever breaks on a spoilt answer depends on it altogether
        return {}
    finally:
        watch.spoilt = ""
    return dict(placed(case.expected, answer))


def _same(one: object, other: object) -> bool:
    return one == other or (one != one and other != other)  # NaN is itself


def placed(expected: object, answer: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield path and answer of every value expected, with the paths of the comparison."""
    answer = answer.tolist() if isinstance(answer, np.ndarray | np.generic) else answer
    if isinstance(expected, Mapping):
        own = answer if isinstance(answer, Mapping) else {}
        for key, value in expected.items():
            yield from placed(value, own.get(key), f"{path}.{key}" if path else str(key))
        return
    if isinstance(answer, Mapping):
        answer = answer.get("each")
        answer = answer.tolist() if isinstance(answer, np.ndarray) else answer
    items = list(answer) if isinstance(answer, list | tuple) else [answer]
    if isinstance(expected, list):
        for place, value in enumerate(expected):
            one = items[place] if place < len(items) else None
            yield from placed(value, one, f"{path}[{place}]")
    else:
        yield path, items[0] if len(items) == 1 else items


@contextmanager
def watched() -> Iterator[Watch]:
    """Let adapters call the functions of every method through a watch."""
    watch = Watch()
    through = {
        _function(name): _through(name, watch)
        for name in sorted({name for one in explanations().values() for name in one.functions})
    }
    places = [*_places()]
    before = [(place, key, place[key]) for place in places for key in place]
    try:
        for place, key, value in before:
            if inspect.isfunction(value) and value in through:
                place[key] = through[value]
        yield watch
    finally:
        for place, key, value in before:
            place[key] = value


def _places() -> Iterator[dict[str, Any]]:
    """Namespaces in which adapters find the functions, and the tables that they keep there."""
    for name, module in sorted(sys.modules.items()):
        if name.startswith(f"{ADAPTERS}."):
            own = vars(module)
            yield own
            yield from (table for table in list(own.values()) if _holds_functions(table))
    for family in {one.split(".")[0] for row in explanations().values() for one in row.functions}:
        yield vars(importlib.import_module(f"equipoise.stats.{family}"))


def _holds_functions(table: object) -> bool:
    return isinstance(table, dict) and bool(table) and all(map(inspect.isfunction, table.values()))


def _function(name: str) -> Callable[..., Any]:
    family, function = name.split(".")
    found: Callable[..., Any] = getattr(
        importlib.import_module(f"equipoise.stats.{family}"), function
    )
    return found


def _through(name: str, watch: Watch) -> Callable[..., Any]:
    function = _function(name)
    signature = inspect.signature(function)
    methods = [one for one in explanations().values() if name in one.functions]

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        caller = sys._getframe(1).f_globals["__name__"]
        if not caller.startswith(ADAPTERS):  # estimators that call each other are no case
            return function(*args, **kwargs)
        asked = _asked(methods, signature, args, kwargs)
        watch.called.update(asked)
        answer = function(*args, **kwargs)
        return _spoil(answer) if watch.spoilt in asked else answer

    return call


def _asked(
    methods: Sequence[Explanation],
    signature: inspect.Signature,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
) -> set[str]:
    given = signature.bind(*args, **kwargs)
    given.apply_defaults()
    return {one.name for one in methods if one.is_called_with(given.arguments)}


def _spoil(answer: Any) -> Any:
    """Change every number and truth value of an answer; words and states stay."""
    if isinstance(answer, bool | np.bool_):
        return not answer
    if isinstance(answer, int):
        return answer + 1
    if isinstance(answer, float | np.floating):
        return 0.73 * answer + 0.01 if np.isfinite(answer) else 0.37
    if isinstance(answer, np.ndarray):
        return _spoil_array(answer)
    if isinstance(answer, tuple | list):
        return type(answer)(map(_spoil, answer))
    if is_dataclass(answer) and not isinstance(answer, type):
        spoilt = object.__new__(type(answer))
        for one in fields(answer):
            object.__setattr__(spoilt, one.name, _spoil(getattr(answer, one.name)))
        return spoilt
    return answer


def _spoil_array(answer: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    match answer.dtype.kind:
        case "f":
            return np.where(np.isfinite(answer), 0.73 * answer + 0.01, 0.37)
        case "b":
            return ~answer
        case "i" | "u" if answer.dtype != np.int8:  # int8 holds states
            return answer + 1
    return answer
