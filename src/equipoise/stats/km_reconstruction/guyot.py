"""Individual times behind a published Kaplan-Meier curve.

Source: Guyot P, Ades AE, Ouwens MJNM, Welton NJ. BMC Med Res Methodol 2012; 12:9, section
"Methods", steps 1 to 9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.door import Door
from equipoise.stats.km_reconstruction.curve import Digitised, read_curve
from equipoise.stats.state import State

__all__ = ["Reconstruction", "rebuild", "reconstruct", "reconstruct_curve"]

_ROUNDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconstruction:
    """Individual data that give the curve back.

    Attributes
    ----------
    time : (subjects,) float
        Time to event or censoring, rising. [unit of the curve]
    event : (subjects,) bool
        True where the event was seen.
    curve_time, curve_survival : (points,) float
        The curve that was reconstructed: in order, falling, with a point at each risk time.
    survival : (points,) float
        Kaplan-Meier estimate of the reconstructed data at ``curve_time``.
    at_risk : (intervals,) int
        Reconstructed numbers at risk at the printed times.
    events : int
        Events in all.
    largest_gap : float
        Largest distance between ``survival`` and ``curve_survival``.
    state : int8
        NOT_CONVERGED where numbers at risk or events could not all be met; see those fields.
    """

    time: Floats
    event: Bools
    curve_time: Floats
    curve_survival: Floats
    survival: Floats
    at_risk: Integers
    events: int
    largest_gap: float
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """What one interval gives: events by point, estimates by point, censoring times, the rest."""

    events: Integers
    survival: Floats
    censored: Floats
    left: int


def reconstruct(
    *,
    time: ArrayLike,
    survival: ArrayLike,
    risk_time: ArrayLike,
    at_risk: ArrayLike,
    total_events: int | None = None,
) -> Reconstruction:
    """Reconstruct the times of one arm from its digitised curve and the numbers at risk.

    Parameters
    ----------
    time, survival : (points,) float
        Points read off the curve, in any order; survival from 0 to 1. Steps read exactly give
        events exactly; a curve read with error is first made to fall.
    risk_time : (intervals,) float
        Times at which numbers at risk are printed; the first is 0.
    at_risk : (intervals,) int
        The numbers; those with an event at the time itself count.
    total_events : int, optional
        Events reported for the arm; fixes how many are censored after the last printed number.

    Returns
    -------
    Reconstruction
        As many subjects as the first number at risk. Who is left after the last point is
        censored there.

    Raises
    ------
    DataError
        If points are missing or out of range, risk times do not rise from 0, or numbers at risk
        rise.

    Notes
    -----
    Between two printed numbers censoring is spread evenly, and its amount changed until the
    number at the end is met; each drop of the curve is turned into whole events given the number
    then at risk. Times of censoring are those of the even spread, where the published program
    takes the middle between two points.
    """
    door = Door()
    if total_events is not None:
        door.number("total_events", total_events, low=0, whole=True)
    curve = read_curve(door, time=time, survival=survival, risk_time=risk_time, at_risk=at_risk)
    return reconstruct_curve(curve, total_events)


def reconstruct_curve(curve: Digitised, total_events: int | None) -> Reconstruction:
    """Reconstruct from a curve that was read."""
    walks: list[_Walk] = []
    number, height, met = int(curve.at_risk[0]), 1.0, True
    for interval in range(len(curve.at_risk) - 1):
        walk = _meet_next_number(curve, interval, number, height)
        met &= walk.left == curve.at_risk[interval + 1]
        walks.append(walk)
        number = walk.left
        height = float(walk.survival[-1])
    already = sum(int(walk.events.sum()) for walk in walks)
    walks.append(_finish(curve, walks, number, height, already, total_events))
    counts = np.concatenate([walk.events for walk in walks])
    met &= total_events is None or int(counts.sum()) == total_events
    with_event = np.repeat(curve.time, counts)
    censored = np.concatenate([walk.censored for walk in walks])
    return rebuild(curve, with_event, censored, met=bool(met))


def rebuild(curve: Digitised, with_event: Floats, censored: Floats, *, met: bool) -> Reconstruction:
    """Put individual data together; whoever is left is censored at the end of the curve."""
    rest = int(curve.at_risk[0]) - with_event.size - censored.size
    censored = np.concatenate([censored, np.full(rest, curve.time[-1])])
    time = np.concatenate([with_event, censored])
    event = np.arange(time.size) < with_event.size
    # An event comes before a censoring at the same time.
    order = np.lexsort((~event, time))
    time, event = time[order], event[order]
    survival = _kaplan_meier(time, event, curve.time)
    return Reconstruction(
        time=time,
        event=event,
        curve_time=curve.time,
        curve_survival=curve.survival,
        survival=survival,
        at_risk=np.sum(time >= curve.risk_time[:, None], axis=1),
        events=int(event.sum()),
        largest_gap=float(np.max(np.abs(survival - curve.survival))),
        state=np.asarray(State.ESTIMATED if met else State.NOT_CONVERGED, dtype=np.int8),
    )


def _kaplan_meier(time: Floats, event: Bools, wanted: Floats) -> Floats:
    """Kaplan-Meier estimate of sorted data at the wanted times."""
    at_risk = np.arange(time.size, 0, -1)
    # Tied events each take their share of those still left, which gives 1 - d / n in all.
    factor = np.concatenate([[1.0], np.cumprod(np.where(event, 1 - 1 / at_risk, 1.0))])
    return np.asarray(factor[np.searchsorted(time, wanted, side="right")])


def _meet_next_number(curve: Digitised, interval: int, number: int, height: float) -> _Walk:
    """Change how many are censored until as many are left as printed for the next time."""
    target = int(curve.at_risk[interval + 1])
    after = curve.survival[curve.first[interval + 1]]
    # Without events of its own the next point may belong to the next interval.
    expected = number * (after / height) if height > 0 else 0.0
    censored = min(max(int(np.rint(expected)) - target, 0), number)
    best = _walk(curve, interval, number, height, censored)
    tried = {censored}
    for _ in range(_ROUNDS):
        if best.left == target:
            break
        censored = min(max(censored + best.left - target, 0), number)
        if censored in tried:
            break
        tried.add(censored)
        walk = _walk(curve, interval, number, height, censored)
        if abs(walk.left - target) <= abs(best.left - target):
            best = walk
    return best


def _finish(
    curve: Digitised,
    walks: list[_Walk],
    number: int,
    height: float,
    already: int,
    total_events: int | None,
) -> _Walk:
    """Walk the last interval: at the earlier rate of censoring, or to meet the total of events."""
    interval = len(curve.at_risk) - 1
    start, end = curve.risk_time[interval], curve.time[-1]
    gone = sum(walk.censored.size for walk in walks)
    censored = 0
    if interval and start > 0:
        censored = min(int(np.rint(gone * (end - start) / start)), number)
    best = _walk(curve, interval, number, height, censored)
    if total_events is None:
        return best
    wanted = max(total_events - already, 0)
    if wanted == 0:
        return _walk(curve, interval, number, height, 0, most=0)
    tried = {censored}
    for _ in range(_ROUNDS):
        found = int(best.events.sum())
        if found == wanted:
            break
        censored = min(max(censored + found - wanted, 0), number)
        if censored in tried:
            break
        tried.add(censored)
        walk = _walk(curve, interval, number, height, censored)
        if abs(int(walk.events.sum()) - wanted) <= abs(found - wanted):
            best = walk
    return best


def _walk(
    curve: Digitised,
    interval: int,
    number: int,
    height: float,
    censored: int,
    *,
    most: int | None = None,
) -> _Walk:
    """Turn the drops of one interval into whole events, ``censored`` subjects leaving evenly."""
    first, last = curve.first[interval], curve.first[interval + 1]
    time = curve.time[first:last]
    start = curve.risk_time[interval]
    is_final = interval + 1 == len(curve.at_risk)
    end = curve.time[-1] if is_final else curve.risk_time[interval + 1]
    leave = start + (end - start) * np.arange(1, censored + 1) / (censored + 1)
    bound = np.append(time[1:], np.inf)
    events, estimate = np.zeros(time.size, dtype=np.int64), np.empty(time.size)
    kept: list[float] = []
    for place, target in enumerate(curve.survival[first:last]):
        if number > 0 and height > 0:
            count = int(np.rint(number * (1 - target / height)))
            events[place] = min(max(count, 0), number if most is None else most)
            height *= 1 - events[place] / number
            number -= int(events[place])
        estimate[place] = height
        going = leave[(leave > time[place]) & (leave <= bound[place])][:number]
        kept.extend(going.tolist())
        number -= going.size
    return _Walk(events=events, survival=estimate, censored=np.array(kept), left=number)
