"""Work through a batch in blocks of trials, so that temporaries stay small."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

from equipoise.stats.continuous.design import Model

__all__ = ["by_blocks"]

_BLOCK = 1_000_000  # elements of the columns of a model built at once
Result = TypeVar("Result")


def by_blocks(model: Model, work: Callable[[Model], Result]) -> Result:
    """Apply ``work`` to blocks of trials and put its results together in the leading shape.

    A result is a dataclass of arrays whose first axis is trials, and of such dataclasses; all
    other fields are taken from the first block.
    """
    step = max(_BLOCK // max(model.response.shape[-1] * model.width, 1), 1)
    if model.trials <= step:
        whole = work(model)
    else:
        parts = [work(model.part(slice(row, row + step))) for row in range(0, model.trials, step)]
        whole = _joined(parts)
    return whole if model.leading == (model.trials,) else _laid_out(whole, model.leading)


def _joined(parts: list[Any]) -> Any:
    first = parts[0]
    if isinstance(first, np.ndarray):
        return np.concatenate(parts)
    if names := _fields(first):
        return type(first)(
            **{name: _joined([getattr(part, name) for part in parts]) for name in names}
        )
    return first


def _laid_out(whole: Any, leading: tuple[int, ...]) -> Any:
    values = {}
    for name in _fields(whole):
        value = getattr(whole, name)
        if isinstance(value, np.ndarray):
            value = value.reshape(leading + value.shape[1:]) if leading else value[0]
        elif _fields(value):
            value = _laid_out(value, leading)
        values[name] = value
    return type(whole)(**values)


def _fields(value: Any) -> Iterable[str]:
    """Name the fields of a result; none of the model, which is not cut, nor of plain values."""
    return () if isinstance(value, Model) else getattr(value, "__dataclass_fields__", ())
