"""Sums of a form: points of its items, and what they lie between where items are unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.instruments import kernel
from equipoise.instruments.checks import check_items, read_numbers
from equipoise.instruments.limits import Checked, Floats, blocks_of, limits_of

__all__ = ["Sums", "add_up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Points of each row in each score.

    Attributes
    ----------
    total : (scores, ...) float
        Points; NaN where an item that the score counts is unknown. [points]
    lower, upper : (scores, ...) float
        Points with the unknown items at 0, and at their most. [points]
    n_missing : (...) int
        Number of unknown items.
    values : (..., items) float or bool
        The codes as they were given, without a copy where they came as an array.
    """

    total: Floats
    lower: Floats
    upper: Floats
    n_missing: NDArray[np.int64]
    values: NDArray[Any]


def add_up(
    values: ArrayLike,
    items: Sequence[Checked],
    *,
    weights: ArrayLike,
    where: str = "items",
) -> Sums:
    """Check the codes of a form and add them up, weighted, in one pass.

    Parameters
    ----------
    values : (..., items) float or bool
        Codes in the order of the form; NaN is unknown.
    items : sequence of Item
        The form; each item holds codes 0, 1, 2 and so on.
    weights : (scores, items) float
        Points that a code of 1 adds to each score, whole numbers.
    where : str
        Name of the argument, for the message.

    Returns
    -------
    Sums
        The scores lie on the first axis, so that each is one piece of memory.

    Raises
    ------
    DataError
        As :func:`check_items`; and for a form that does not hold such codes.
    """
    limits = limits_of(items)
    if not limits.is_complete or limits.lowest.any() or not limits.is_coded.all():
        raise DataError(Fault(where=where, came="this form", wanted="items with codes 0, 1, 2 ..."))
    points = np.array(weights, dtype=np.int32, order="C")
    table = _plain_table(values, items, where=where)
    rows = table.reshape(-1, len(items))
    total, lower, upper = (np.empty((len(points), len(rows))) for _ in range(3))
    n_missing = np.empty(len(rows), dtype=np.int64)
    add = kernel.add_up.for_cells(rows.size)
    for start, cells in blocks_of(rows):
        ends = (limits.lowest, limits.highest)
        if add(cells, *ends, points, total, lower, upper, n_missing, start) >= 0:
            check_items(values, items, where=where)  # tells of every fault in all rows
    shape = table.shape[:-1]
    return Sums(
        total=total.reshape(len(points), *shape),
        lower=lower.reshape(len(points), *shape),
        upper=upper.reshape(len(points), *shape),
        n_missing=n_missing.reshape(shape),
        values=table,
    )


def _plain_table(values: ArrayLike, items: Sequence[Checked], *, where: str) -> NDArray[Any]:
    """Leave booleans and small numbers as they are: they are widened block by block."""
    table = values if isinstance(values, np.ndarray) else read_numbers(where, values)
    if table.dtype.kind in "bif" and table.ndim and table.shape[-1] == len(items):
        return table
    return check_items(values, items, where=where)
