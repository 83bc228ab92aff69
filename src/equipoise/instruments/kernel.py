"""Loops that read every value of a table once: does it fit its form, what does it add, what is it.

They know no instrument: the form comes as arrays over its items (limits, weights, places).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from equipoise.instruments.tiered import Tiered

__all__ = ["add_up", "first_misfit", "lay_out"]

Bools = NDArray[np.bool_]
Codes = NDArray[np.int8]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Points = NDArray[np.int32]
Places = NDArray[np.intp]


@Tiered
def first_misfit(cells: Floats, lowest: Floats, highest: Floats, is_coded: Bools) -> int:
    """Find the first row that holds a value outside codes or range.

    Parameters
    ----------
    cells : (rows, items) float
        Values; NaN is unknown and fits.
    lowest, highest : (items,) float
        Ends of the codes, or of the range.
    is_coded : (items,) bool
        Whether the item holds whole numbers only.

    Returns
    -------
    int
        The row, or -1 where all fit.
    """
    rows, items = cells.shape
    for row in range(rows):
        fitting = 0
        for item in range(items):
            value = cells[row, item]
            is_whole = (not is_coded[item]) | (np.floor(value) == value)
            is_inside = (value >= lowest[item]) & (value <= highest[item]) & is_whole
            fitting += is_inside | (value != value)
        if fitting < items:
            return row
    return -1


@Tiered
def add_up(
    cells: Floats,
    lowest: Floats,
    highest: Floats,
    weights: Points,
    total: Floats,
    lower: Floats,
    upper: Floats,
    n_missing: Integers,
    start: int,
) -> int:
    """Add up weighted codes, with bounds where some are unknown, into four arrays.

    Parameters
    ----------
    cells : (rows, items) float
        Whole numbers; NaN is unknown.
    lowest, highest : (items,) float
        Ends of the codes; an unknown one is the highest in the upper bound.
    weights : (scores, items) int
        Points of each item in each score, for a code of 1.
    total, lower, upper : (scores, all rows) float
        To fill: points, NaN where an item that counts is unknown; bounds.
    n_missing : (all rows,) int
        To fill: unknown items.
    start : int
        Where these rows begin among all rows.

    Returns
    -------
    int
        The first row that holds a value outside its codes, where it stops; else -1.
    """
    rows, items = cells.shape
    scores = weights.shape[0]
    count = np.empty(items, dtype=np.int32)
    for row in range(rows):
        at = start + row
        fitting = 0
        for item in range(items):
            value = cells[row, item]
            fits = (value >= lowest[item]) & (value <= highest[item]) & (np.floor(value) == value)
            fitting += fits
            count[item] = np.int32(value) if fits else 0
        for score in range(scores):
            points = 0
            for item in range(items):
                points += weights[score, item] * count[item]
            total[score, at] = points
            lower[score, at] = points
            upper[score, at] = points
        n_missing[at] = 0
        if fitting == items:
            continue
        missing = 0
        for item in range(items):
            is_missing = cells[row, item] != cells[row, item]
            missing += is_missing
            count[item] = np.int32(highest[item]) if is_missing else 0
        if fitting + missing < items:
            return row
        n_missing[at] = missing
        for score in range(scores):
            doubt = 0
            for item in range(items):
                doubt += weights[score, item] * count[item]
            upper[score, at] += doubt
            if doubt > 0:
                total[score, at] = np.nan
    return -1


@Tiered
def lay_out(
    cells: Floats,
    lowest: Floats,
    highest: Floats,
    is_coded: Bools,
    members: Places,
    ends: Places,
    measured: Places,
    greatest: Codes,
    gap: Codes,
    values: Floats,
    n_missing: Integers,
    start: int,
) -> int:
    """Lay a table out by item, and its lists of coded items by list, into four arrays.

    Parameters
    ----------
    cells, lowest, highest, is_coded
        As those of :func:`first_misfit`.
    members : (members,) int
        Places of the items of the lists, list after list.
    ends : (lists,) int
        Where each list ends among the members.
    measured : (measured,) int
        Places of the items to lay out as they are.
    greatest, gap : (lists, all rows) int
        To fill: greatest code of each list, from 0, and -1 where any is unknown, else 0.
    values : (measured, all rows) float
        To fill: values, NaN for unknown.
    n_missing : (all rows,) int
        To fill: unknown items.
    start : int
        Where these rows begin among all rows.

    Returns
    -------
    int
        The first row that holds a value that does not fit, where it stops; else -1.

    Notes
    -----
    Codes are turned about 64 rows at a time, so that lists are looked through many rows at once.
    """
    rows, items = cells.shape
    code = np.empty((len(members), 64), dtype=np.int8)
    most = np.empty(64, dtype=np.int8)
    least = np.empty(64, dtype=np.int8)
    for first_row in range(0, rows, 64):
        number = min(64, rows - first_row)
        at = start + first_row
        for row in range(number):
            fitting = 0
            gaps = 0
            for item in range(items):
                value = cells[first_row + row, item]
                is_whole = (not is_coded[item]) | (np.floor(value) == value)
                fitting += (value >= lowest[item]) & (value <= highest[item]) & is_whole
                gaps += value != value
            if fitting + gaps < items:
                return first_row + row
            n_missing[at + row] = gaps
            for member in range(len(members)):
                value = cells[first_row + row, members[member]]
                code[member, row] = -1 if value != value else np.int8(value)
            for place in range(len(measured)):
                values[place, at + row] = cells[first_row + row, measured[place]]
        first = 0
        for one in range(len(ends)):
            most[:] = 0
            least[:] = 0
            for member in range(first, ends[one]):
                codes = code[member]
                for row in range(number):
                    most[row] = max(most[row], codes[row])
                for row in range(number):
                    least[row] = min(least[row], codes[row])
            for row in range(number):
                greatest[one, at + row] = most[row]
                gap[one, at + row] = least[row]
            first = ends[one]
    return -1
