"""Risk sets of many trials at once: sort the subjects by time, then sum along the last axis.

Everything a survival estimator counts is one of three sums over the sorted subjects: over those
still at risk at a time, over those tied with it, over the times while a subject was at risk.
No sum is taken as a difference of two, because the risks of a Cox model on its way to infinity
differ by more than the digits of a float.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.arrays import Bools, Floats, Integers, spread

__all__ = ["RiskSets", "order_of", "take"]

_Kind = TypeVar("_Kind", bound=np.generic)
_DENSE = 2_000_000  # elements of the matrix of who is at risk when, at one go


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSets:
    """Subjects of (trials, subjects), ordered by stratum and, within it, by ascending time.

    Subjects with ``time = -inf`` come first in their stratum and are in no risk set. Where events
    are given, those with an event at a time come before those who leave then.

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
    has_strata : bool
        False where each trial is one stratum.
    start : (trials, subjects) float or None
        For intervals (start, time]: the sorted starts.
    """

    order: Integers
    time: Floats
    first: Integers
    last: Integers
    begin: Integers
    end: Integers
    has_strata: bool
    start: Floats | None = None

    @classmethod
    def of(
        cls,
        time: Floats,
        *,
        event: Bools | None = None,
        stratum: Integers | None = None,
        start: Floats | None = None,
    ) -> RiskSets:
        """Sort the subjects of each trial."""
        from equipoise.stats.survival import risk_sets_kernel  # loads the compiler

        order = order_of(time, stratum)
        one = np.zeros_like(order[:1]) if stratum is None else stratum
        any_order = np.empty((1, 0), dtype=np.bool_)
        sorted_time, first, last, begin, end = risk_sets_kernel.runs(
            order, time, one, any_order if event is None else event
        )
        return cls(
            order=order,
            time=sorted_time,
            first=first,
            last=last,
            begin=spread(begin, order.shape),
            end=spread(end, order.shape),
            has_strata=stratum is not None,
            start=None if start is None else take(start, order),
        )

    def rows(self, chosen: Integers) -> RiskSets:
        """Take some of the trials."""
        return RiskSets(
            order=self.order[chosen],
            time=self.time[chosen],
            first=self.first[chosen],
            last=self.last[chosen],
            begin=self.begin[chosen],
            end=self.end[chosen],
            has_strata=self.has_strata,
            start=None if self.start is None else self.start[chosen],
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
        if self.start is not None:
            sums = np.zeros(array.shape)
            for trial, places, is_there in self._membership():
                sums[trial, places] = is_there @ array[trial].astype(np.float64)
            return take(sums, self.first)
        if not self.has_strata:
            from_here = np.cumsum(array[:, ::-1], axis=1, dtype=np.float64)[:, ::-1]
            return take(from_here, self.first)
        turned = array.shape[1] - self.end[:, ::-1]
        return take(_scan(array[:, ::-1], turned)[:, ::-1], self.first)

    def tied(self, array: NDArray[Any]) -> Floats:
        """Sum over the subjects tied with each place."""
        here = self.is_first.ravel()
        flat = np.asarray(array, dtype=np.float64).reshape((here.size, *array.shape[2:]))
        sums = np.add.reduceat(flat, np.flatnonzero(here), axis=0)
        spread: Floats = sums[np.cumsum(here) - 1].reshape(array.shape)
        return spread

    def while_at_risk(self, array: NDArray[Any]) -> Floats:
        """Sum over the times at which the subject at each place is at risk, its own included."""
        if self.start is not None:
            sums, once = np.zeros(array.shape), self.tied(array)
            for trial, places, is_there in self._membership():
                sums[trial] += is_there.T @ once[trial, places]
            return sums
        if not self.has_strata:
            return take(np.cumsum(array, axis=1, dtype=np.float64), self.last)
        return take(_scan(array, self.begin), self.last)

    def _membership(self) -> Iterator[tuple[int, Integers, Floats]]:
        """Yield, for intervals, some distinct times of a trial and who is at risk at each."""
        if self.start is None:
            return
        size = self.time.shape[-1]
        for trial, is_first in enumerate(self.is_first):
            distinct = np.flatnonzero(is_first & (self.time[trial] > -np.inf))
            for places in np.array_split(distinct, 1 + distinct.size * size // _DENSE):
                moment = self.time[trial, places, None]
                is_there = (self.start[trial] < moment) & (moment <= self.time[trial])
                is_there &= self.begin[trial, places, None] == self.begin[trial]
                yield trial, places, is_there.astype(np.float64)


def order_of(time: Floats, stratum: Integers | None = None) -> Integers:
    """Place the subjects of (trials, subjects) by stratum and, within it, by ascending time."""
    if stratum is None:
        return time.argsort(axis=-1)  # ties in any order: they are counted together
    return np.asarray(np.lexsort((time, stratum), axis=-1))


def take(array: NDArray[_Kind], index: Integers) -> NDArray[_Kind]:
    """Take along the subjects; ``index`` (trials, places) serves every further axis."""
    return array[np.arange(len(array))[:, None], index]


def _scan(array: NDArray[Any], begin: Integers) -> Floats:
    """Sum from the begin of its stratum to each place, by doubling the reach of the sums."""
    total = np.array(array, dtype=np.float64)
    size = total.shape[1]
    reach = np.arange(size) - begin
    wide = (...,) + (None,) * (total.ndim - 2)
    shift = 1
    while shift <= int(reach.max(initial=0)):
        within = (reach[:, shift:] >= shift)[wide]
        total[:, shift:] += np.where(within, total[:, :-shift], 0.0)
        shift *= 2
    return total
