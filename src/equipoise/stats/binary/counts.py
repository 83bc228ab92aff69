"""Counts at the door: events and sizes of two arms, tables, and the distinct ones of a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Bools, Floats, Integers, anywhere, everywhere, spread
from equipoise.stats.door import Door

__all__ = [
    "TwoArms",
    "distinct",
    "on_distinct_tables",
    "read_one_arm",
    "read_strata",
    "read_tables",
    "read_two_arms",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoArms:
    """Events and sizes of the experimental (1) and the control arm (0), broadcast together."""

    x1: Floats
    n1: Floats
    x0: Floats
    n0: Floats

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the batch."""
        return self.x1.shape

    @property
    def is_empty(self) -> Bools:
        """True where an arm has no subject."""
        return np.asarray((self.n1 == 0) | (self.n0 == 0))

    @property
    def events(self) -> Floats:
        """Events in both arms."""
        return self.x1 + self.x0

    @property
    def total(self) -> Floats:
        """Subjects in both arms."""
        return self.n1 + self.n0

    def take(self, chosen: Integers | Bools | slice) -> TwoArms:
        """Take the chosen trials of a batch that is a vector."""
        return TwoArms(
            x1=self.x1[chosen], n1=self.n1[chosen], x0=self.x0[chosen], n0=self.n0[chosen]
        )

    def distinct(self) -> tuple[TwoArms, Integers]:
        """Return the distinct tables as vectors, and which one each trial of the batch has."""
        columns = (self.x1, self.n1, self.x0, self.n0)
        if self.x1.size == 1:
            tables, place = np.reshape(columns, (4, 1)), np.zeros(1, dtype=np.int64)
        else:
            tables, place = distinct(*columns)
        x1, n1, x0, n0 = tables
        return TwoArms(x1=x1, n1=n1, x0=x0, n0=n0), place.reshape(self.shape)


def read_two_arms(
    *,
    x1: ArrayLike,
    n1: ArrayLike,
    x0: ArrayLike,
    n0: ArrayLike,
    confidence: float = 0.95,
) -> TwoArms:
    """Read the counts of two arms and broadcast them; check the level of their limits.

    Raises
    ------
    DataError
        With every fault together: a count that is not a whole number of zero or more (NaN
        included), more events than subjects, shapes that do not broadcast, a level that is not
        between 0 and 1.
    """
    door = Door()
    door.level("confidence", confidence)
    counts = door.counts_of(x1=x1, n1=n1, x0=x0, n0=n0)
    shape = door.close()
    one, size_one, zero, size_zero = (spread(count, shape) for count in counts)
    _check_events(door, "x1", one, "n1", size_one)
    _check_events(door, "x0", zero, "n0", size_zero)
    if not door.is_open:
        door.close()
    return TwoArms(x1=one, n1=size_one, x0=zero, n0=size_zero)


def read_strata(
    *,
    x1: ArrayLike,
    n1: ArrayLike,
    x0: ArrayLike,
    n0: ArrayLike,
    confidence: float = 0.95,
) -> TwoArms:
    """Read counts whose last axis is strata; raises as :func:`read_two_arms`, or without axes."""
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0, confidence=confidence)
    if arms.x1.ndim == 0:
        raise DataError(Fault(where="x1", came="a single number", wanted="an array (..., strata)"))
    return arms


def read_one_arm(*, x: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Read events and size of one arm; raises as :func:`read_two_arms` does."""
    door = Door()
    door.level("confidence", confidence)
    counts = door.counts_of(x=x, n=n)
    shape = door.close()
    events, size = (spread(count, shape) for count in counts)
    _check_events(door, "x", events, "n", size)
    if not door.is_open:
        door.close()
    return events, size


def read_tables(name: str, value: ArrayLike, *, axes: tuple[str, ...]) -> Floats:
    """Read tables of counts whose last axes are named ``axes``.

    Raises
    ------
    DataError
        If there are fewer axes, an axis of length zero, or a count that is not a whole number
        of zero or more.
    """
    door = Door()
    tables = door.counts(name, value)
    door.wants(
        tables.ndim >= len(axes) and 0 not in tables.shape[tables.ndim - len(axes) :],
        where=name,
        came=f"shape {tables.shape}",
        wanted=f"an array (..., {', '.join(axes)})",
    )
    door.close()
    return tables


def distinct(*columns: Floats | Integers) -> tuple[Floats, Integers]:
    """Find the distinct rows of whole-numbered columns of one shape.

    Returns
    -------
    tables : (columns, distinct) float
        The distinct rows, in the order in which they come.
    place : (rows,) int
        For each row of the flattened input the number of its distinct row.
    """
    # Loading the compiler takes a moment, which only who asks for a batch should pay for.
    from equipoise.stats.binary.distinct_kernel import distinct_rows

    rows = np.empty((columns[0].size, len(columns)))
    for number, column in enumerate(columns):
        rows[:, number] = np.ravel(column)
    first, place = distinct_rows(rows)
    return np.ascontiguousarray(rows[first].T), place


def on_distinct_tables(
    arms: TwoArms, limits: Callable[[TwoArms], tuple[Floats, ...]]
) -> tuple[Floats, ...]:
    """Compute columns once per distinct table and spread them over the batch.

    Tables with an empty arm are not given to ``limits``: they hold NaN.
    """
    tables, place = arms.distinct()
    is_filled = ~tables.is_empty
    if everywhere(is_filled):
        return tuple(column[place] for column in limits(tables))
    answers = limits(tables.take(is_filled))
    columns = np.full((len(answers), is_filled.size), np.nan)
    columns[:, is_filled] = answers
    return tuple(column[place] for column in columns)


def _check_events(door: Door, name: str, events: Floats, size_name: str, size: Floats) -> None:
    is_wrong = events > size
    if anywhere(is_wrong):
        came = f"{events[is_wrong][0]:g} of {size[is_wrong][0]:g}"
        number = f"({np.count_nonzero(is_wrong)} of {is_wrong.size})"
        door.refuse(name, f"{came} {number}", f"at most {size_name}")
