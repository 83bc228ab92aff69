"""Compare an answer with the expected one, key by key."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Close", "Difference", "differences", "is_refusal"]

_REFUSAL = "error"
"""Key under which a reference file keeps why R gave no answer."""

Close = Callable[[str, float, float], bool]
"""Says for a path, an expected and an actual number whether they agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place at which the answer is not the expected one."""

    path: str
    expected: object
    actual: object

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected!r}, got {self.actual!r}"


def differences(
    expected: object, actual: object, *, close: Close, path: str = ""
) -> Iterator[Difference]:
    """Yield every difference below ``path``; only the keys of ``expected`` are compared.

    Numpy scalars and arrays in ``actual`` count as numbers and lists; a list of length one and
    a bare number are the same; None and NaN both mean that there is no value. Where a list is
    expected, an answer by name gives it under ``each``. An interval without a formula has no limit.
    Where R refused to answer, or gave nothing, no finite number may be answered.
    """
    actual = _plain(actual)
    if is_refusal(expected):
        if (number := _finite_number(actual)) is not None:
            yield Difference(path=path, expected=expected, actual=number)
        return
    if _is_list(expected) and isinstance(actual, Mapping):
        actual = actual.get("each", actual)
    if expected is None and isinstance(actual, Mapping) and _finite_number(actual) is None:
        return
    if isinstance(expected, Mapping):
        if not isinstance(actual, Mapping):
            yield Difference(path=path, expected=expected, actual=actual)
            return
        for key, value in expected.items():
            below = f"{path}.{key}" if path else str(key)
            if key not in actual:
                yield Difference(path=below, expected=value, actual="no such key")
            else:
                yield from differences(value, actual[key], close=close, path=below)
        return
    if expected == "undefined" and _is_list(actual) and all(map(_is_nothing, _as_list(actual))):
        return
    if _is_list(expected) or _is_list(actual):
        left, right = _as_list(expected), _as_list(actual)
        if len(left) != len(right):
            yield Difference(path=path, expected=expected, actual=actual)
            return
        for place, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from differences(one, other, close=close, path=f"{path}[{place}]")
        return
    if not _agree(expected, actual, close=close, path=path):
        yield Difference(path=path, expected=expected, actual=actual)


def is_refusal(expected: object) -> bool:
    """Say whether the reference gave the reason why it has no answer."""
    return isinstance(expected, Mapping) and _REFUSAL in expected


def _finite_number(value: object) -> float | None:
    """Find a finite number in an answer; None where it holds none."""
    value = _plain(value)
    if isinstance(value, Mapping):
        value = list(value.values())
    if _is_list(value):
        return next((one for one in map(_finite_number, _as_list(value)) if one is not None), None)
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return None


def _agree(expected: object, actual: object, *, close: Close, path: str) -> bool:
    if _is_nothing(expected) or _is_nothing(actual):
        return _is_nothing(expected) and _is_nothing(actual)
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, int | float) and isinstance(actual, int | float):
        return expected == actual or close(path, float(expected), float(actual))
    return expected == actual


def _is_nothing(value: object) -> bool:
    """None, NaN, and the word of the reference files for a formula without a value."""
    return value is None or value == "undefined" or (isinstance(value, float) and math.isnan(value))


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return value


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _as_list(value: object) -> list[Any]:
    value = _plain(value)
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
