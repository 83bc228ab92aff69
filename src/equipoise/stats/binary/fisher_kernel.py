"""The p values of Fisher's test, table by table: supports differ in width, so rows would be ragged.

The masses of a table are built outwards from the mode by ratios of neighbours, as in `mass`, so
that each keeps its relative accuracy however small it is; only their total is divided by.
"""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Floats
from equipoise.stats.binary.mass import TIE

__all__ = ["fisher_p_values"]


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
    widest = 1
    for table in range(x1.size):
        events = x1[table] + x0[table]
        span = min(n1[table], events) - max(0.0, events - n0[table])
        widest = max(widest, int(span) + 1)
    mass, ratio, steps = np.empty(widest), np.empty(widest), np.arange(widest) + 0.0
    for table in range(x1.size):
        size, other, events = n1[table], n0[table], x1[table] + x0[table]
        low = max(0.0, events - other)
        width = int(min(size, events) - low) + 1
        mode = int((size + 1) * (events + 1) / (size + other + 2) - low)
        mode = min(max(mode, 0), width - 1)
        # The mass at s + 1 over that at s is (K - s)(n1 - s) / ((s + 1)(n0 - K + s + 1)).
        for place in range(mode):
            s = low + steps[place]
            ratio[place] = (s + 1) * (other - events + s + 1) / ((events - s) * (size - s))
        for place in range(mode, width - 1):
            s = low + steps[place]
            ratio[place] = (events - s) * (size - s) / ((s + 1) * (other - events + s + 1))
        mass[mode] = 1.0
        for place in range(mode - 1, -1, -1):
            mass[place] = mass[place + 1] * ratio[place]
        for place in range(mode, width - 1):
            mass[place + 1] = mass[place] * ratio[place]

        here = int(x1[table] - low)
        observed = mass[here]
        most, least = observed * TIE, observed / TIE
        below, above, is_low, is_tied = 0.0, 0.0, observed, observed
        # Each tail is summed from its small end.
        for place in range(here):
            one = mass[place]
            below += one
            if one <= most:
                is_low += one
                if one >= least:
                    is_tied += one
        for place in range(width - 1, here, -1):
            one = mass[place]
            above += one
            if one <= most:
                is_low += one
                if one >= least:
                    is_tied += one
        total = below + observed + above
        columns[0, table] = min(1.0, is_low / total)
        columns[1, table] = min(1.0, (below + observed) / total)
        columns[2, table] = min(1.0, (observed + above) / total)
        columns[3, table] = (below + observed / 2) / total
        columns[4, table] = (observed / 2 + above) / total
        columns[5, table] = (is_low - is_tied / 2) / total
        columns[6, table] = (is_low - observed / 2) / total
    return columns
