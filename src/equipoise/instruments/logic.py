"""Three-valued logic over arrays: 1 is true, 0 is false, NaN is unknown.

Source: Kleene SC. Introduction to Metamathematics. 1952, section 64 (the strong tables).
"""

from __future__ import annotations

from functools import reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Floats",
    "all_of",
    "any_of",
    "at_least",
    "at_most",
    "less_than",
    "more_than",
    "negate",
]

Floats: TypeAlias = NDArray[np.float64]


def all_of(*conditions: ArrayLike) -> Floats:
    """Conjunction: any false is false, else any unknown is unknown, else true."""
    values = [np.asarray(one, dtype=np.float64) for one in conditions]
    lowest: Floats = reduce(np.fmin, values)
    return np.where(lowest == 0, lowest, reduce(np.minimum, values))  # minimum keeps NaN


def any_of(*conditions: ArrayLike) -> Floats:
    """Disjunction: any true is true, else any unknown is unknown, else false."""
    values = [np.asarray(one, dtype=np.float64) for one in conditions]
    highest: Floats = reduce(np.fmax, values)
    return np.where(highest == 1, highest, reduce(np.maximum, values))  # maximum keeps NaN


def negate(condition: ArrayLike) -> Floats:
    """Negation: unknown stays unknown."""
    return 1 - np.asarray(condition, dtype=np.float64)


def less_than(value: ArrayLike, limit: ArrayLike) -> Floats:
    """Strictly less; unknown where either side is NaN."""
    return _known(value, limit, np.less(value, limit))


def at_most(value: ArrayLike, limit: ArrayLike) -> Floats:
    """Less or equal; unknown where either side is NaN."""
    return _known(value, limit, np.less_equal(value, limit))


def more_than(value: ArrayLike, limit: ArrayLike) -> Floats:
    """Strictly more; unknown where either side is NaN."""
    return _known(value, limit, np.greater(value, limit))


def at_least(value: ArrayLike, limit: ArrayLike) -> Floats:
    """More or equal; unknown where either side is NaN."""
    return _known(value, limit, np.greater_equal(value, limit))


def _known(value: ArrayLike, limit: ArrayLike, answer: NDArray[np.bool_]) -> Floats:
    unknown = np.isnan(np.asarray(value, dtype=np.float64)) | np.isnan(
        np.asarray(limit, dtype=np.float64)
    )
    return np.where(unknown, np.nan, answer.astype(np.float64))
