"""Stays of subjects in states: one row per subject and state, as the multistate model reads it.

A row says that a subject was in ``origin`` from after ``start`` up to ``stop``, and went to
``destination`` then; the row ends without a move where the two are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats, Integers, as_floats
from equipoise.stats.survival.door import OUT, Subjects, read_number_of, read_subjects

__all__ = ["Sojourns", "read_sojourns", "sojourns"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sojourns:
    """Rows of the multistate model; fields are (..., rows), ``stop`` is -inf for no row."""

    start: Floats
    stop: Floats
    origin: Integers
    destination: Integers
    subject: Integers


def sojourns(*, entered: ArrayLike, until: ArrayLike) -> Sojourns:
    """Lay out the stays of subjects who enter each state at most once.

    Parameters
    ----------
    entered : (..., subjects, states) float
        Time of entry into each state; NaN where it was never entered. The state at
        randomisation has time 0: active disease, then remission, relapse, death. [day]
    until : (..., subjects) float
        Last time at which the state is known; ``-inf`` takes a subject out. [day]

    Returns
    -------
    Sojourns
        With subjects times states rows. A state that may be entered again (a second
        remission) is a further state, or its rows are written by hand.

    Raises
    ------
    DataError
        Two states entered at one time, a state entered after the end, a subject without any.
    """
    entry, end = as_floats("entered", entered), as_floats("until", until)
    if entry.ndim < 2 or end.ndim < 1:
        came = f"entered {entry.shape}, until {end.shape}"
        wanted = "(..., subjects, states) and (..., subjects)"
        raise DataError(Fault(where="shapes", came=came, wanted=wanted))
    try:
        shape = np.broadcast_shapes(entry.shape[:-1], end.shape)
    except ValueError as error:
        came = f"entered {entry.shape}, until {end.shape}"
        wanted = "arrays that broadcast together"
        raise DataError(Fault(where="shapes", came=came, wanted=wanted)) from error
    states = entry.shape[-1]
    entry = np.broadcast_to(entry, (*shape, states))
    end = np.broadcast_to(end, shape)
    _check_entries(entry, end)

    order = np.argsort(np.where(np.isnan(entry), np.inf, entry), axis=-1, kind="stable")
    start = np.take_along_axis(entry, order, axis=-1)
    following = np.concatenate([start[..., 1:], np.full((*shape, 1), np.nan)], axis=-1)
    moves = ~np.isnan(following)
    stop = np.where(moves, following, end[..., None])
    next_state = np.concatenate([order[..., 1:], order[..., -1:]], axis=-1)
    # A state entered at the last known time is the destination of a row and has none itself.
    is_row = (start < stop) & (end[..., None] > OUT)
    subject = np.broadcast_to(np.arange(shape[-1])[:, None], entry.shape)
    rows = (*shape[:-1], shape[-1] * states)
    return Sojourns(
        start=np.where(is_row, start, OUT).reshape(rows),
        stop=np.where(is_row, stop, OUT).reshape(rows),
        origin=order.reshape(rows).astype(np.int64),
        destination=np.where(moves, next_state, order).reshape(rows).astype(np.int64),
        subject=subject.reshape(rows).astype(np.int64),
    )


def _check_entries(entry: Floats, end: Floats) -> None:
    inside = end > OUT
    ordered = np.sort(entry, axis=-1)  # NaN last
    checks = {
        "until": (np.isnan(end), "NaN", "times; -inf for out"),
        "entered": (
            inside & np.any(ordered[..., 1:] == ordered[..., :-1], axis=-1),
            "two states entered at one time",
            "one state at a time",
        ),
        "entered after the end": (
            inside & np.any(entry > end[..., None], axis=-1),
            "a state entered after 'until'",
            "entries up to 'until'",
        ),
        "entered nowhere": (
            inside & np.isnan(entry).all(axis=-1),
            "no state",
            "the state at randomisation, entered at 0",
        ),
    }
    faults = [
        Fault(
            where=where.split(" ")[0], came=f"{came} for {int(bad.sum())} subject(s)", wanted=wanted
        )
        for where, (bad, came, wanted) in checks.items()
        if bad.any()
    ]
    if faults:
        raise DataError(faults)


def read_sojourns(
    *,
    start: ArrayLike,
    stop: ArrayLike,
    origin: ArrayLike,
    destination: ArrayLike,
    subject: ArrayLike,
    states: int,
) -> Subjects:
    """Check the rows of a multistate model.

    Raises
    ------
    DataError
        States out of range, a row that ends before it begins, a subject in two states at once
        or in another state than the one it went to.
    """
    rows = read_subjects(
        time=stop,
        event=[False],
        start=as_floats("start", start),
        codes={"origin": origin, "destination": destination, "subject": subject},
    )
    largest = max(int(rows.codes[name].max(initial=0)) for name in ("origin", "destination"))
    states = read_number_of("states", states, least=2)
    if largest >= states:
        came = f"state {largest} of {states} states"
        raise DataError(Fault(where="states", came=came, wanted="2 or more, codes below that"))
    _check_histories(rows)
    return rows


def _check_histories(rows: Subjects) -> None:
    assert rows.start is not None
    order = np.lexsort((rows.start, rows.codes["subject"], ~rows.is_in), axis=-1)

    def sort(array: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.float64]:
        return np.take_along_axis(array, order, axis=-1).astype(np.float64)

    start, stop, subject = sort(rows.start), sort(rows.time), sort(rows.codes["subject"])
    origin, destination = sort(rows.codes["origin"]), sort(rows.codes["destination"])
    is_next = (subject[:, 1:] == subject[:, :-1]) & (stop[:, 1:] > OUT)
    overlaps = is_next & (start[:, 1:] < stop[:, :-1])
    jumps = is_next & (start[:, 1:] == stop[:, :-1]) & (origin[:, 1:] != destination[:, :-1])
    faults = []
    if count := int(overlaps.sum()):
        came = f"{count} row(s) begin before the subject's last one ended"
        faults.append(Fault(where="start", came=came, wanted="one state at a time"))
    if count := int(jumps.sum()):
        came = f"{count} row(s) in another state than the one the subject went to"
        faults.append(Fault(where="origin", came=came, wanted="the destination before it"))
    if faults:
        raise DataError(faults)
