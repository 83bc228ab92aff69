"""Risk sets of many trials at once: sort the subjects by time, then sum along the last axis.

Everything a survival estimator counts is one of four sums over the sorted subjects: over those
still at risk at a time, over those tied with it, over those up to it, over the whole stratum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.arrays import Bools, Floats, Integers

__all__ = ["RiskSets", "take"]

_Kind = TypeVar("_Kind", bound=np.generic)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSets:
    """Subjects of (trials, subjects), ordered by stratum and, within it, by ascending time.

    Subjects with ``time = -inf`` come first in their stratum and are in no risk set.

    Attributes
    ----------
    order : (trials, subjects) int
        The subject at each place.
    time : (trials, subjects) float
        Sorted times.
    first, last : (trials, subjects) int
        First and last place of the subjects tied with the one at this place.
    begin, end : (trials, subjects) int
        First place of the stratum, and the place after its last.
    entered : (trials, subjects) int or None
        For intervals: the number of places, counted in ``entry_order``, with a start before
        this time (or in an earlier stratum).
    left : (trials, subjects) int or None
        For intervals: the number of places with a time at or before this subject's start.
    entry_order : (trials, subjects) int or None
        Subjects by stratum and ascending start.
    """

    order: Integers
    time: Floats
    first: Integers
    last: Integers
    begin: Integers
    end: Integers
    entered: Integers | None = None
    left: Integers | None = None
    entry_order: Integers | None = None

    @classmethod
    def of(
        cls, time: Floats, *, stratum: Integers | None = None, start: Floats | None = None
    ) -> RiskSets:
        """Sort the subjects of each trial."""
        if stratum is None:
            order = np.argsort(time, axis=-1, kind="stable")
            sorted_stratum = np.zeros(time.shape, dtype=np.int64)
        else:
            order = np.lexsort((time, stratum), axis=-1)
            sorted_stratum = np.take_along_axis(stratum, order, axis=-1)
        sorted_time = np.take_along_axis(time, order, axis=-1)
        new_stratum = _differs(sorted_stratum)
        new_time = new_stratum | _differs(sorted_time)
        begin, stratum_last = _run_ends(new_stratum)
        first, last = _run_ends(new_time)
        entered = left = entry_order = None
        if start is not None:
            code = np.zeros_like(order) if stratum is None else stratum
            entry_order = np.lexsort((start, code), axis=-1)
            entered, left = _merge(time, start, code, order)
        return cls(
            order=order,
            time=sorted_time,
            first=first,
            last=last,
            begin=begin,
            end=stratum_last + 1,
            entered=entered,
            left=left,
            entry_order=entry_order,
        )

    @property
    def is_first(self) -> Bools:
        """True at the first place of each tie: sum here to count a time once."""
        here: Bools = self.first == np.arange(self.first.shape[-1])
        return here

    def sort(self, array: NDArray[_Kind]) -> NDArray[_Kind]:
        """Bring (trials, subjects, ...) into the order of the risk sets."""
        return take(array, self.order)

    def unsort(self, array: NDArray[_Kind]) -> NDArray[_Kind]:
        """Bring (trials, subjects, ...) back into the order of the arguments."""
        back = np.empty_like(array)
        index = self.order.reshape(self.order.shape + (1,) * (array.ndim - 2))
        np.put_along_axis(back, np.broadcast_to(index, array.shape), array, axis=1)
        return back

    def at_risk(self, array: NDArray[Any]) -> Floats:
        """Sum over the risk set of each place: those with time >= this time, in the stratum."""
        total = _sums_from(array)
        inside = take(total, self.first) - take(total, self.end)
        if self.entered is None or self.entry_order is None:
            return inside
        # Who begins at or after this time is not yet at risk.
        late = _sums_from(take(self.unsort(array), self.entry_order))
        return inside - (take(late, self.entered) - take(late, self.end))

    def tied(self, array: NDArray[Any]) -> Floats:
        """Sum over the subjects tied with each place."""
        here = self.is_first.ravel()
        flat = np.asarray(array, dtype=np.float64).reshape((here.size, *array.shape[2:]))
        sums = np.add.reduceat(flat, np.flatnonzero(here), axis=0)
        spread: Floats = sums[np.cumsum(here) - 1].reshape(array.shape)
        return spread

    def up_to(self, array: NDArray[Any]) -> Floats:
        """Sum over the places of the stratum with time <= this time."""
        total = _sums_before(array)
        return take(total, self.last + 1) - take(total, self.begin)

    def before(self, array: NDArray[Any]) -> Floats:
        """Sum over the places of the stratum with time < this time."""
        total = _sums_before(array)
        return take(total, self.first) - take(total, self.begin)

    def while_at_risk(self, array: NDArray[Any]) -> Floats:
        """Sum over the times at which the subject at each place is at risk, its own included."""
        total = _sums_before(array)
        begin = self.begin if self.left is None else self.left
        return take(total, self.last + 1) - take(total, begin)


def take(array: NDArray[_Kind], index: Integers) -> NDArray[_Kind]:
    """Take along the subjects; ``index`` (trials, places) serves every further axis."""
    wide = index.reshape(index.shape + (1,) * (array.ndim - 2))
    return np.take_along_axis(array, wide, axis=1)


def _differs(array: NDArray[Any]) -> Bools:
    """Tell where a sorted array is not what stands before it."""
    new = np.ones(array.shape, dtype=np.bool_)
    new[:, 1:] = array[:, 1:] != array[:, :-1]
    return new


def _run_ends(is_new: Bools) -> tuple[Integers, Integers]:
    """First and last place of the run that each place is in."""
    place = np.broadcast_to(np.arange(is_new.shape[-1]), is_new.shape)
    first = np.maximum.accumulate(np.where(is_new, place, 0), axis=-1)
    is_last = np.ones_like(is_new)
    is_last[:, :-1] = is_new[:, 1:]
    nearest = np.where(is_last, place, is_new.shape[-1])[:, ::-1]
    last = np.minimum.accumulate(nearest, axis=-1)[:, ::-1]
    return first, last


def _sums_from(array: NDArray[Any]) -> Floats:
    """Sum from each place to the end; a zero stands after it."""
    total = np.zeros((array.shape[0], array.shape[1] + 1, *array.shape[2:]))
    np.cumsum(array[:, ::-1], axis=1, out=total[:, -2::-1])
    return total


def _sums_before(array: NDArray[Any]) -> Floats:
    """Sum all before each place; the sum of all stands last."""
    total = np.zeros((array.shape[0], array.shape[1] + 1, *array.shape[2:]))
    np.cumsum(array, axis=1, out=total[:, 1:])
    return total


def _merge(
    time: Floats, start: Floats, stratum: Integers, order: Integers
) -> tuple[Integers, Integers]:
    """Count starts before each (sorted) time, and times at or before each (sorted) start."""
    trials, subjects = time.shape
    kind = np.broadcast_to(np.arange(2 * subjects) >= subjects, (trials, 2 * subjects))
    both = np.concatenate([time, start], axis=-1)
    # A time stands before an equal start: an interval (start, time] is open at its start.
    merged = np.lexsort((kind, both, np.concatenate([stratum, stratum], axis=-1)), axis=-1)
    is_start = merged >= subjects
    starts_before = np.cumsum(is_start, axis=-1) - is_start
    times_before = np.cumsum(~is_start, axis=-1) - ~is_start
    back_starts = np.empty_like(merged)
    np.put_along_axis(back_starts, merged, starts_before, axis=-1)
    back_times = np.empty_like(merged)
    np.put_along_axis(back_times, merged, times_before, axis=-1)
    entered = np.take_along_axis(back_starts[:, :subjects], order, axis=-1)
    left = np.take_along_axis(back_times[:, subjects:], order, axis=-1)
    return entered, left
