"""The product limit of many trials at once, and the counts that belong to it.

Source: Kaplan, Meier. J Am Stat Assoc 1958; 53:457-481; variance: Greenwood 1926.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival.risk_sets import RiskSets

__all__ = ["Product", "count_at_or_before"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """The product limit at each sorted place of (trials, subjects): values from that time on."""

    sets: RiskSets
    at_risk: Floats
    events: Floats
    survival: Floats
    log_variance_step: Floats  # Greenwood's d / (n (n - d)), once for tied times

    @classmethod
    def of(cls, time: Floats, event: Bools) -> Product:
        """Multiply the conditional survival of each event time."""
        sets = RiskSets.of(time)
        return cls.over(sets, sets.sort(event))

    @classmethod
    def over(cls, sets: RiskSets, event: Bools) -> Product:
        """Multiply over risk sets without strata; ``event`` is sorted already."""
        at_risk = sets.at_risk(np.ones(event.shape))
        events = sets.tied(event)
        once = sets.is_first & (events > 0)
        share = np.where(once, events / at_risk, 0.0)
        survival = np.cumprod(1 - share, axis=-1)
        # A last event of all at risk makes the term infinite, and log survival too.
        left = np.where(once, at_risk * (at_risk - events), 1.0)
        with np.errstate(divide="ignore"):
            term = np.where(once, events / left, 0.0)
        return cls(
            sets=sets,
            at_risk=at_risk,
            events=events,
            survival=survival,
            log_variance_step=term,
        )

    @property
    def log_variance(self) -> Floats:
        """Variance of the log of survival: Greenwood's sum."""
        return np.cumsum(self.log_variance_step, axis=-1)


def count_at_or_before(sorted_time: Floats, times: Floats) -> Integers:
    """Count, for each trial and fixed time, the subjects with a time at or before it."""
    if len(times) > sorted_time.shape[0]:
        rows = [np.searchsorted(row, times, side="right") for row in sorted_time]
        return np.array(rows, dtype=np.int64).reshape((len(rows), len(times)))
    counts = [np.count_nonzero(sorted_time <= time, axis=-1) for time in times]
    return np.stack(counts, axis=-1).astype(np.int64)
