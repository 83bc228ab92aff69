"""Work through a batch in blocks of trials, so that temporaries stay small."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
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
    size = max(model.response.shape[-1] * model.width, 1)
    step = max(_BLOCK // size, 1)
    parts = [
        work(model.part(slice(start, start + step)))
        for start in range(0, max(model.trials, 1), step)
    ]
    whole: Result = _joined(parts, model.leading)
    return whole


def _joined(parts: list[Any], leading: tuple[int, ...]) -> Any:
    first = parts[0]
    if isinstance(first, np.ndarray):
        whole = first if len(parts) == 1 else np.concatenate(parts)
        return whole.reshape(leading + whole.shape[1:])
    if is_dataclass(first) and not isinstance(first, Model | type):
        return type(first)(
            **{
                field.name: _joined([getattr(part, field.name) for part in parts], leading)
                for field in fields(first)
            }
        )
    return first
