"""What became of each subject: how observation ends, and what of the clocks is seen by then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.simulate.clock import Clocks
from equipoise.stats import Bools, Floats
from equipoise.units import DAYS_PER_WEEK

__all__ = ["Fate", "day_of", "fate_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """End of observation; every field is (n,). Days are whole days from randomisation.

    Attributes
    ----------
    last_contact : float
        Last day on which the subject was observed. [day]
    died, withdrew : bool
        How it ended; neither: completed.
    """

    last_contact: Floats
    died: Bools
    withdrew: Bools

    @property
    def completed(self) -> Bools:
        """Subjects observed to the last visit."""
        return ~self.died & ~self.withdrew

    def seen(self, week: Floats) -> Floats:
        """Give the day of an event that is observed; NaN where it is not."""
        day = day_of(week)
        return np.where(day <= self.last_contact, day, np.nan)

    def holds_visit(self, days: Floats) -> Bools:
        """Say at which (n, visits) days a visit can still be held."""
        last = self.last_contact[:, np.newaxis]
        holds: Bools = (days < last) | ((days == last) & self.completed[:, np.newaxis])
        return holds


def day_of(week: Floats) -> Floats:
    """Turn the week of an event into its day: 1 or later, infinite if never."""
    return np.maximum(np.ceil(DAYS_PER_WEEK * week), 1.0)


def fate_of(clocks: Clocks, *, last_visit: Floats) -> Fate:
    """Decide what ends observation: death, leaving the trial, or the last visit, whichever first.

    Parameters
    ----------
    clocks : Clocks
        Events that would come.
    last_visit : (n,) float
        Day of the last visit. [day]
    """
    death, leaving = day_of(clocks.death), day_of(clocks.drop_out)
    died = (death <= last_visit) & (death <= leaving)
    withdrew = ~died & (leaving < last_visit)
    end = np.where(died, death, np.where(withdrew, leaving, last_visit))
    return Fate(last_contact=end, died=died, withdrew=withdrew)
