"""A state over visits: confirmed, held, the share of time in it.

A state is 1, 0 or NaN at each visit of the last axis. A visit without a day was missed: its state
is unknown, and at the end of a series it is padding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import (
    Bools,
    Floats,
    check_choice,
    common_shape,
    read_numbers,
    value_faults,
)
from equipoise.instruments.columns import Column, flag
from equipoise.instruments.composite import read_setting
from equipoise.instruments.logic import all_of
from equipoise.instruments.thresholds import divide_or_nan, not_below

__all__ = [
    "UNKNOWN_VISITS",
    "TimeInState",
    "confirmed_after",
    "confirmed_next",
    "sustained",
    "time_in_state",
]

UNKNOWN_VISITS = ("left_out", "breaks_run", "not_in_state")
"""What an unknown visit does to shares of time and to a run."""

_STATE = flag("states", "in the state")
_DAY = Column(name="days", meaning="day of the visit", unit="day")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeInState:
    """How long a state was held, for each series.

    Attributes
    ----------
    fraction_visits : (...) float
        Visits in the state over visits at which it is known; NaN if at none. [1]
    fraction_time_forward : (...) float
        Share of time, where a state holds from its visit to the next; the last visit adds
        nothing. [1]
    fraction_time_both_ends : (...) float
        Share of time, where an interval counts if the state holds at both ends. [1]
    longest_run_days : (...) float
        Longest span from first to last of consecutive visits in the state; an unknown visit
        breaks it; 0 for a single visit and for none. [day]
    longest_run_upper_days : (...) float
        The same if every unknown visit were in the state. [day]
    n_visits, n_unknown : (...) float
        Visits that took place, and those of them whose state is unknown.
    """

    fraction_visits: Floats
    fraction_time_forward: Floats
    fraction_time_both_ends: Floats
    longest_run_days: Floats
    longest_run_upper_days: Floats
    n_visits: Floats
    n_unknown: Floats


def time_in_state(
    *, days: ArrayLike, states: ArrayLike, unknown_visit: str = "left_out"
) -> TimeInState:
    """Measure how long a state was held.

    Parameters
    ----------
    days : (..., visits) float
        Day of each visit, rising; NaN where a visit did not take place. [day]
    states : (..., visits) float
        1 in the state, 0 not, NaN unknown.
    unknown_visit : {'left_out', 'breaks_run', 'not_in_state'}
        With ``not_in_state`` a visit that took place and whose state is unknown counts as out of
        the state; the other two differ for :func:`sustained` alone.

    Returns
    -------
    TimeInState
        Intervals that touch an unknown visit are in neither numerator nor denominator.

    Raises
    ------
    DataError
        If days do not rise, a state is not 0, 1 or NaN, for an unknown rule, or if shapes do not
        broadcast.
    """
    check_choice("unknown_visit", unknown_visit, UNKNOWN_VISITS)
    day, state, took_place = _read_series(days, states)
    unknown = took_place & np.isnan(state)
    known = took_place if unknown_visit == "not_in_state" else took_place & ~unknown
    true = state == 1
    span = np.diff(day, axis=-1)
    usable = known[..., :-1] & known[..., 1:]
    total = np.sum(span, axis=-1, where=usable)
    starts, both = true[..., :-1] & usable, true[..., :-1] & true[..., 1:]
    n_known = np.count_nonzero(known, axis=-1)
    n_visits = np.count_nonzero(took_place, axis=-1)
    return TimeInState(
        fraction_visits=divide_or_nan(np.count_nonzero(true, axis=-1), n_known),
        fraction_time_forward=divide_or_nan(np.sum(span, axis=-1, where=starts), total),
        fraction_time_both_ends=divide_or_nan(np.sum(span, axis=-1, where=both), total),
        longest_run_days=np.nan_to_num(_longest_run(day, true)),
        longest_run_upper_days=np.nan_to_num(_longest_run(day, true | ~known)),
        n_visits=np.asarray(n_visits, dtype=np.float64),
        n_unknown=np.count_nonzero(unknown, axis=-1).astype(np.float64),
    )


def sustained(
    *, days: ArrayLike, states: ArrayLike, least_days: float, unknown_visit: str = "left_out"
) -> Floats:
    """Say whether a state was held over a span of at least ``least_days``.

    Parameters
    ----------
    days, states : (..., visits) float
        As in :func:`time_in_state`.
    least_days : float
        Span from the first to the last of consecutive visits in the state. [day]
    unknown_visit : {'left_out', 'breaks_run', 'not_in_state'}
        Whether an unknown visit leaves open if a run went on through it; the last two say that
        it did not.

    Returns
    -------
    (...) float
        1 if a run of known visits is long enough; 0 if none could be, even were the unknown
        visits in the state; else NaN, or 0 where an unknown visit ends a run.

    Raises
    ------
    DataError
        As :func:`time_in_state`, and for a span that is not one number from 0.
    """
    check_choice("unknown_visit", unknown_visit, UNKNOWN_VISITS)
    least = read_setting("least_days", least_days)
    day, state, took_place = _read_series(days, states)
    true, unknown = state == 1, np.isnan(state) | ~took_place
    surely = not_below(_longest_run(day, true), least) == 1
    perhaps = not_below(_longest_run(day, true | unknown), least) == 1
    open_run = np.nan if unknown_visit == "left_out" else 0.0
    return np.where(surely, 1.0, np.where(perhaps, open_run, 0.0))


def confirmed_next(states: ArrayLike) -> Floats:
    """Confirm each visit by the next one.

    Parameters
    ----------
    states : (..., visits) float
        1 in the state, 0 not, NaN unknown.

    Returns
    -------
    (..., visits) float
        1 where the state holds at the visit and the next; the last visit has no next one and is
        unknown unless it is 0.

    Raises
    ------
    DataError
        If there is no axis of visits, or a state is not 0, 1 or NaN.
    """
    state = _read_states(states)
    after = np.concatenate([state[..., 1:], np.full((*state.shape[:-1], 1), np.nan)], axis=-1)
    return all_of(state, after)


def confirmed_after(*, days: ArrayLike, states: ArrayLike, confirm_days: float) -> Floats:
    """Confirm each visit by the first known one that is at least ``confirm_days`` later.

    Parameters
    ----------
    days : (..., visits) float
        Day of each visit, rising; NaN where a visit did not take place. [day]
    states : (..., visits) float
        1 in the state, 0 not, NaN unknown.
    confirm_days : float
        Least distance of the confirming sample. [day]

    Returns
    -------
    (..., visits) float
        1 confirmed, 0 not in the state or not confirmed, NaN where no later sample tells.

    Raises
    ------
    DataError
        As :func:`time_in_state`, and for a distance that is not one number from 0.
    """
    least = read_setting("confirm_days", confirm_days)
    day, state, took_place = _read_series(days, states)
    known = took_place & ~np.isnan(state)
    answer = np.full(state.shape, np.nan)
    for visit in range(state.shape[-1]):
        late = known[..., visit + 1 :] & (
            not_below(day[..., visit + 1 :] - day[..., visit : visit + 1], least) == 1
        )
        first = np.argmax(late, axis=-1) if late.shape[-1] else np.zeros(state.shape[:-1], int)
        later = np.full(state.shape[:-1], np.nan)
        if late.shape[-1]:
            at_first = np.take_along_axis(state[..., visit + 1 :], first[..., None], axis=-1)
            later = np.where(late.any(axis=-1), at_first[..., 0], np.nan)
        answer[..., visit] = all_of(state[..., visit], later)
    return np.where(took_place, answer, np.nan)


def _longest_run(day: Floats, held: Bools) -> Floats:
    """Longest span of consecutive visits that hold; NaN where none with a day does."""
    first = np.full(day.shape[:-1], np.nan)
    longest = first.copy()
    for visit in range(day.shape[-1]):
        today, holds = day[..., visit], held[..., visit]
        first = np.where(holds, np.where(np.isnan(first), today, first), np.nan)
        longest = np.fmax(longest, today - first)
    return longest


def _read_states(states: ArrayLike) -> Floats:
    state = read_numbers("states", states)
    faults = list(value_faults(state, _STATE))
    if not state.ndim:
        faults.append(Fault(where="states", came="one number", wanted="an axis of visits"))
    if faults:
        raise DataError(faults)
    return state


def _read_series(days: ArrayLike, states: ArrayLike) -> tuple[Floats, Floats, Bools]:
    day, state = read_numbers("days", days), read_numbers("states", states)
    faults = [*value_faults(state, _STATE), *value_faults(day, _DAY)]
    shape = common_shape({"days": day, "states": state})
    if not shape:
        faults.append(Fault(where="days", came="one number", wanted="an axis of visits"))
        raise DataError(faults)
    day, state = np.broadcast_to(day, shape), np.broadcast_to(state, shape)
    took_place = ~np.isnan(day)
    earlier = np.maximum.accumulate(np.where(took_place, day, -np.inf), axis=-1)
    falls = took_place[..., 1:] & (day[..., 1:] <= earlier[..., :-1])
    if falls.any():
        wrong = day[..., 1:][falls].flat[0]
        faults.append(
            Fault(where="days", came=f"{wrong:g} not after the visit before", wanted="rising days")
        )
    if faults:
        raise DataError(faults)
    return day, np.where(took_place, state, np.nan), took_place
