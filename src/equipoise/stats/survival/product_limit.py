"""The product limit of many trials at once, and the counts that belong to it.

Source: Kaplan, Meier. J Am Stat Assoc 1958; 53:457-481; variance: Greenwood 1926.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival.risk_sets import order_of, take

__all__ = ["Product", "count_at_or_before"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """The product limit at each sorted place of (trials, subjects): values from that time on."""

    time: Floats  # ascending
    is_first: Bools  # at the first place of each time: sum here to count a time once
    at_risk: Floats
    events: Floats
    survival: Floats
    log_variance_step: Floats  # Greenwood's d / (n (n - d)), once for tied times
    log_variance: Floats  # Greenwood's sum

    @classmethod
    def of(cls, time: Floats, event: Bools) -> Product:
        """Multiply the conditional survival of each event time."""
        order = order_of(time)
        return cls.over(take(time, order), take(event, order))

    @classmethod
    def over(cls, time: Floats, event: Bools, start: Floats | None = None) -> Product:
        """Multiply over subjects that are in the order of their times already.

        Where ``start`` is given, in any order, subjects are at risk after it.
        """
        from equipoise.stats.survival import product_limit_kernel  # loads the compiler

        entry = np.empty((1, 0)) if start is None else np.sort(start, axis=-1)
        is_first, at_risk, events, survival, term, total = product_limit_kernel.product_limit(
            time, event, entry
        )
        return cls(
            time=time,
            is_first=is_first,
            at_risk=at_risk,
            events=events,
            survival=survival,
            log_variance_step=term,
            log_variance=total,
        )


def count_at_or_before(sorted_time: Floats, times: Floats) -> Integers:
    """Count, for each trial and fixed time, the subjects with a time at or before it."""
    if len(times) > sorted_time.shape[0]:
        rows = [np.searchsorted(row, times, side="right") for row in sorted_time]
        return np.array(rows, dtype=np.int64).reshape((len(rows), len(times)))
    counts = [np.count_nonzero(sorted_time <= time, axis=-1) for time in times]
    return np.stack(counts, axis=-1).astype(np.int64)
