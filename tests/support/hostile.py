"""What an argument should never be given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl


def hostile(good: Any) -> Iterator[Any]:
    """Yield what an argument should never be given, made from what it should."""
    yield from ("text", None, [], {"a": 1}, object(), 1 + 2j, [[1, 2], [3]], np.zeros((2, 3, 4, 5)))
    yield from (-1, 0.5, True, 2**63, 1e300, -1e300, np.nan, np.inf, -np.inf)
    yield from (["a", "b"], np.array([object()] * 2), np.array([None, 1.0]), pl.Series([1.0, None]))
    if good is None or isinstance(good, str | dict):
        return
    array = np.array(good, dtype=float)
    if not array.ndim or not array.size:
        return
    for last in (np.nan, np.inf, -np.inf, -1, 1e300, -1e300, 0.5, 2.0**63):
        array.flat[-1] = last
        yield array.copy()
    array = np.array(good, dtype=float)
    yield from (np.full_like(array, np.nan), np.zeros_like(array), array.astype(object))
    yield from (array[..., :0], array[..., :-1], array[None, None], array > 1)
    yield np.ma.masked_array(array, mask=array > 1)
