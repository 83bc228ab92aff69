"""The p values of Fisher's test, table by table: supports differ in width, so rows would be ragged.

The masses of a table are walked outwards from the mode by ratios of neighbours, as in `mass`, so
that each keeps its relative accuracy however small it is; only their total is divided by. A walk
ends where what is left changes no sum: every sum holds at least the observed mass.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Floats
from equipoise.stats.binary.mass import TIE

__all__ = ["fisher_p_values"]

Cells: TypeAlias = tuple[float, float, float, float]
"""Events and others of an arm, then of the other arm."""

_NOTHING = 2.0**-64
"""A mass below this share of the observed one, and all beyond it, is less than rounding. [1]"""


@compiled
def fisher_p_values(x1: Floats, n1: Floats, x0: Floats, n0: Floats) -> Floats:
    """P values of tables without an empty arm.

    Parameters
    ----------
    x1, n1, x0, n0 : (tables,) float
        Whole numbers.

    Returns
    -------
    (7, tables) float
        Two-sided, less, greater, then mid-p: less, greater, two-sided with every tie counted half
        and with the observed table alone counted half.
    """
    columns = np.empty((7, x1.size))
    for table in range(x1.size):
        size, other, events = n1[table], n0[table], x1[table] + x0[table]
        mode = np.floor((size + 1) * (events + 1) / (size + other + 2))
        mode = min(max(mode, events - other, 0.0), size, events)
        cells = (mode, size - mode, events - mode, other - events + mode)
        flipped = (cells[1], cells[0], cells[3], cells[2])
        is_below = x1[table] <= mode
        near, far = (cells, flipped) if is_below else (flipped, cells)
        between, observed, ties, near = _towards(near, int(abs(mode - x1[table])))
        beyond, higher, lower, is_tied = _outwards(near, far, observed)

        opposite = between + higher + lower
        total = opposite + observed + beyond
        below, above = (beyond, opposite) if is_below else (opposite, beyond)
        is_low = observed + ties + beyond + lower
        is_tied += observed + ties
        columns[0, table] = min(1.0, is_low / total)
        columns[1, table] = min(1.0, (below + observed) / total)
        columns[2, table] = min(1.0, (observed + above) / total)
        columns[3, table] = (below + observed / 2) / total
        columns[4, table] = (observed / 2 + above) / total
        columns[5, table] = (is_low - is_tied / 2) / total
        columns[6, table] = (is_low - observed / 2) / total
    return columns


@compiled
def _towards(mode: Cells, steps: int) -> tuple[float, float, float, Cells]:
    """Walk from the mode, whose mass is 1, downwards to the observed table.

    Returns the masses before that table, of it, of its ties among those before, and its cells.
    """
    # The mass at a - 1 over that at a is a d / ((b + 1)(c + 1)).
    a, b, c, d = mode
    mass, between, ties = 1.0, 0.0, 0.0
    for _ in range(steps):
        between += mass
        mass *= a * d / ((b + 1) * (c + 1))
        a, b, c, d = a - 1, b + 1, c + 1, d - 1
    observed, cells = mass, (a, b, c, d)
    for _ in range(steps):
        mass *= b * c / ((a + 1) * (d + 1))
        if mass > observed * TIE:
            break
        ties += mass
        a, b, c, d = a + 1, b - 1, c - 1, d + 1
    return between, observed, ties, cells


@compiled
def _outwards(near: Cells, far: Cells, observed: float) -> tuple[float, float, float, float]:
    """Walk on from the observed table and, on the other side, from the mode, both downwards.

    Returns the masses beyond the observed table; on the other side those above its own and the
    rest; and its ties among both. The two walks share a loop, so that neither waits for its sums.
    """
    a, b, c, d = near
    e, f, g, h = far
    most, least, nothing = observed * TIE, observed / TIE, observed * _NOTHING
    left, right = observed, 1.0
    beyond, higher, lower, ties = 0.0, 0.0, 0.0, 0.0
    while max(left, right) > nothing:
        left *= a * d / ((b + 1) * (c + 1))
        right *= e * h / ((f + 1) * (g + 1))
        a, b, c, d = a - 1, b + 1, c + 1, d - 1
        e, f, g, h = e - 1, f + 1, g + 1, h - 1
        beyond += left
        if left >= least:
            ties += left
        if right > most:
            higher += right
            continue
        lower += right
        if right >= least:
            ties += right
    return beyond, higher, lower, ties
