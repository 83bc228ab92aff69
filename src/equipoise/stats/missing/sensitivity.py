"""How far the missing values would have to be from what was assumed to change the conclusion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Floats
from equipoise.stats.binary.counts import read_two_arms
from equipoise.stats.door import Door
from equipoise.stats.missing.reference_based import (
    fits_visits,
    last_observed_departure,
    read_delta,
)

__all__ = ["ImputedTables", "add_delta", "imputed_tables", "tipping_point"]

_POINTS = 41
_ROUNDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ImputedTables:
    """Counts of two arms for every split of the missing responders.

    Each field is (missing1 + 1, missing0 + 1): the row counts the responders among the missing of
    the experimental arm, the column those of the control arm. Any test of 2 x 2 tables takes them.
    """

    x1: Floats
    n1: Floats
    x0: Floats
    n0: Floats


def add_delta(
    *,
    imputed: ArrayLike,
    response: ArrayLike,
    delta: ArrayLike,
    departure: ArrayLike | None = None,
) -> Floats:
    """Move imputed values by delta from departure on.

    Parameters
    ----------
    imputed : (..., subjects, visits) float
        Completed responses.
    response : (..., subjects, visits) float
        As observed, NaN where missing.
    delta : float or (..., subjects, visits) float
        What is added; of the unit of the response. For a delta that grows with each visit give
        its sum up to each visit.
    departure : (..., subjects) int, optional
        First visit that is moved; the visit after the last observed one if not given, so that
        gaps before it stay as they are.

    Raises
    ------
    DataError
        If shapes do not fit or a departure is not a visit.

    Notes
    -----
    Source: O'Kelly M, Ratitch B. Clinical Trials with Missing Data 2014, chapter 7.
    """
    door = Door()
    completed = door.numbers("imputed", imputed, core=2, nan=True)
    y = door.numbers("response", response, core=2, nan=True)
    visits = y.shape[-1]
    left = last_observed_departure(response=y).astype(np.float64)
    if departure is not None:
        left = door.numbers("departure", departure, core=1, low=0, high=visits, whole=True)
    shift = read_delta(door, delta)
    door.wants(
        fits_visits(shift, subjects=y.shape[-2], visits=visits),
        where="delta",
        came=f"shape {shift.shape}",
        wanted="one number, or (..., subjects, visits)",
    )
    door.wants(
        completed.shape[-2:] == y.shape[-2:] and left.shape[-1] == y.shape[-2],
        where="shapes",
        came=f"imputed {completed.shape}, response {y.shape}, departure {left.shape}",
        wanted="the same subjects and visits",
    )
    door.close()
    is_moved = np.isnan(y) & (np.arange(visits) >= left[..., None])
    return np.asarray(completed + np.where(is_moved, shift, 0.0))


def tipping_point(
    *,
    p_value_at: Callable[[Floats], Floats],
    low: float,
    high: float,
    alpha: float = 0.05,
) -> float:
    """Find the first delta, going from ``low`` to ``high``, at which significance is lost.

    Parameters
    ----------
    p_value_at : callable
        Takes deltas (points,) and returns p values (points,).
    low, high : float
        Where to start and where to end; ``high`` may be the smaller number.
    alpha : float
        Significance is p < alpha.

    Returns
    -------
    float
        To a trillionth of the span; NaN where significance is kept throughout, ``low``
        where there is none to lose. Crossings closer than a fortieth of the span may be missed.

    Raises
    ------
    DataError
        If an end is not finite, both are equal, or ``alpha`` is not between 0 and 1.

    Notes
    -----
    Source: O'Kelly M, Ratitch B. Clinical Trials with Missing Data 2014, chapter 7.
    """
    door = Door()
    ends = door.number("low", low), door.number("high", high)
    door.wants(ends[0] != ends[1], where="high", came=high, wanted="another number than low")
    door.level("alpha", alpha)
    door.close()
    start, end = float(low), float(high)
    for _ in range(_ROUNDS):
        deltas = np.linspace(start, end, _POINTS)
        is_lost = ~(np.asarray(p_value_at(deltas)) < alpha)
        if not is_lost.any():
            return float("nan")
        first = int(np.argmax(is_lost))
        if first == 0:
            return start
        start, end = float(deltas[first - 1]), float(deltas[first])
    return end


def imputed_tables(
    *, x1: int, n1: int, missing1: int, x0: int, n0: int, missing0: int
) -> ImputedTables:
    """List the 2 x 2 tables for every number of responders among the missing.

    Parameters
    ----------
    x1, n1, missing1 : int
        Responders among the subjects observed, and subjects with no outcome, experimental arm.
    x0, n0, missing0 : int
        The same of the control arm.

    Raises
    ------
    DataError
        If a count is not whole, negative, or responders exceed the subjects observed.

    Notes
    -----
    Source: Yan X, Lee S, Li N. J Biopharm Stat 2009; 19:1085-1098 (tipping point displays).
    """
    door = Door()
    more = [
        door.number_of(name, value, least=0)
        for name, value in (("missing1", missing1), ("missing0", missing0))
    ]
    for name, count in (("x1", x1), ("n1", n1), ("x0", x0), ("n0", n0)):
        door.number(name, count, low=0, whole=True)
    door.close()
    arms = read_two_arms(x1=x1, n1=n1, x0=x0, n0=n0)
    row = np.arange(int(more[0]) + 1.0)[:, None]
    column = np.arange(int(more[1]) + 1.0)
    shape = (row.size, column.size)
    return ImputedTables(
        x1=np.broadcast_to(arms.x1 + row, shape),
        n1=np.broadcast_to(arms.n1 + more[0], shape),
        x0=np.broadcast_to(arms.x0 + column, shape),
        n0=np.broadcast_to(arms.n0 + more[1], shape),
    )
