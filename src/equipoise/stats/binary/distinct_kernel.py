"""Distinct rows of a table of whole numbers, found by hashing: each row is looked at once."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Floats, Integers

__all__ = ["distinct_rows"]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: odd, its bits well mixed
_HALF = np.uint64(32)


@compiled
def distinct_rows(rows: Floats) -> tuple[Integers, Integers]:
    """Find the first of each kind of row, and the kind of every row.

    Parameters
    ----------
    rows : (rows, columns) float
        Whole numbers up to 2**53.

    Returns
    -------
    first : (distinct,) int
        Places of the rows that differ from all before them, in their order.
    kind : (rows,) int
        For each row the number of its equal among these.

    Notes
    -----
    Multiplicative hashing with linear probing: Knuth DE. The Art of Computer Programming 3, 2nd
    ed. 1998, section 6.4.
    """
    number, columns = rows.shape
    slots = 2
    while slots < 2 * number:
        slots *= 2
    kind_at = np.full(slots, -1, dtype=np.int64)
    first, kind = np.empty(number, dtype=np.int64), np.empty(number, dtype=np.int64)
    found = 0
    for row in range(number):
        key = np.uint64(0)
        for column in range(columns):
            key = (key ^ np.uint64(np.int64(rows[row, column]))) * _MULTIPLIER
            key ^= key >> _HALF
        slot = np.int64(key & np.uint64(slots - 1))
        while kind_at[slot] >= 0 and not _is_equal(rows, first[kind_at[slot]], row):
            slot = (slot + 1) % slots
        if kind_at[slot] < 0:
            kind_at[slot] = found
            first[found] = row
            found += 1
        kind[row] = kind_at[slot]
    return first[:found].copy(), kind


@compiled
def _is_equal(rows: Floats, one: int, other: int) -> bool:
    column = 0
    while column < rows.shape[1] and rows[one, column] == rows[other, column]:
        column += 1
    return bool(column == rows.shape[1])
