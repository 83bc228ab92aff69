"""Individual times behind a curve whose every step is known, as from a vector figure.

A drop of the curve by a share d / n tells the events d and the number at risk n, if it is read
well enough. Among all courses of the number at risk that agree with the printed ones, the most
likely one is found by dynamic programming.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.door import Door
from equipoise.stats.km_reconstruction.curve import Digitised, read_curve
from equipoise.stats.km_reconstruction.guyot import Reconstruction, rebuild, reconstruct_curve

__all__ = ["reconstruct_steps"]

_UNEVEN = 0.1
"""Standard deviation of the number at risk about that under even censoring, as a share. [1]"""


def reconstruct_steps(
    *,
    time: ArrayLike,
    survival: ArrayLike,
    risk_time: ArrayLike,
    at_risk: ArrayLike,
    total_events: int | None = None,
    precision: float = 1e-4,
) -> Reconstruction:
    """Reconstruct the times of one arm from the exact steps of its curve.

    Parameters
    ----------
    time, survival, risk_time, at_risk, total_events
        As in `reconstruct`; every step must be there, in time and in height.
    precision : float
        Standard error of a reading of survival: 1e-4 for four digits. The smaller, the more the
        heights decide, and the less that censoring is expected to be even.

    Returns
    -------
    Reconstruction
        NOT_CONVERGED where no course of the number at risk fits the printed ones (then it is that
        of `reconstruct`), or where ``total_events`` is not met.

    Raises
    ------
    DataError
        As in `reconstruct`, or if ``precision`` is not above zero.

    Notes
    -----
    Minimised is the sum over steps of ((d / n - drop) / (precision / height))^2 plus
    ((n - n0) / (0.1 n0 + 1))^2, with n0 the number at risk in the reconstruction of Guyot and
    others (2012) and d the whole number nearest to n times the drop.
    """
    door = Door()
    if total_events is not None:
        door.number("total_events", total_events, low=0, whole=True)
    door.number("precision", precision, low=0, open_low=True)
    curve = read_curve(door, time=time, survival=survival, risk_time=risk_time, at_risk=at_risk)
    even = reconstruct_curve(curve, total_events)
    height = np.concatenate([[1.0], curve.survival[:-1]])
    is_step = curve.survival < height
    place = np.flatnonzero(is_step)
    drop = 1 - curve.survival[place] / height[place]
    expected = np.sum(even.time[:, None] >= curve.time[place], axis=0)
    number, events = _most_likely(
        curve, place, drop, precision / height[place], np.maximum(expected, 1)
    )
    if number is None:
        return rebuild(curve, even.time[even.event], even.time[~even.event], met=False)
    censored = _censoring(curve, place, number, events)
    met = total_events is None or int(events.sum()) == total_events
    return rebuild(curve, np.repeat(curve.time[place], events), censored, met=met)


def _most_likely(
    curve: Digitised, place: Integers, drop: Floats, error: Floats, expected: Integers
) -> tuple[Integers | None, Integers]:
    """Numbers at risk and events at each step; None where nothing fits the printed numbers."""
    most = int(curve.at_risk[0])
    interval = np.searchsorted(curve.first, place, side="right") - 1
    printed = np.append(curve.at_risk, 0)
    candidates = np.arange(most + 1)
    events = np.maximum(np.rint(drop[:, None] * candidates), 1).astype(np.int64)
    left = candidates - events
    allowed = (candidates <= printed[interval][:, None]) & (left >= printed[interval + 1][:, None])
    share = events / np.maximum(candidates, 1)
    cost = np.square((share - drop[:, None]) / error[:, None])
    cost += np.square((candidates - expected[:, None]) / (_UNEVEN * expected[:, None] + 1))
    cost = np.where(allowed & (candidates > 0), cost, np.inf)
    best, came_from = _forward(cost, left)
    if best.size and not np.isfinite(best).any():
        return None, np.empty(0, dtype=np.int64)
    number = np.zeros(len(place), dtype=np.int64)
    for step in range(len(place) - 1, -1, -1):
        last = step == len(place) - 1
        number[step] = int(np.argmin(best)) if last else came_from[step + 1, number[step + 1]]
    return number, events[np.arange(len(place)), number]


def _forward(cost: Floats, left: Integers) -> tuple[Floats, Integers]:
    """Least cost of reaching each number at each step, and from which number before."""
    came_from = np.zeros(cost.shape, dtype=np.int64)
    best = np.empty(0)
    for step, own in enumerate(cost):
        if step == 0:
            best = own
            continue
        # The cheapest number before that leaves at least this many.
        cheapest = np.full(own.size, np.inf)
        source = np.zeros(own.size, dtype=np.int64)
        for before in np.flatnonzero(np.isfinite(best)):
            after = left[step - 1, before]
            if best[before] < cheapest[after]:
                cheapest[after], source[after] = best[before], before
        for number in range(own.size - 2, -1, -1):
            if cheapest[number + 1] < cheapest[number]:
                cheapest[number], source[number] = cheapest[number + 1], source[number + 1]
        best, came_from[step] = own + cheapest, source
    return best, came_from


def _censoring(curve: Digitised, place: Integers, number: Integers, events: Integers) -> Floats:
    """Spread those who leave between two known numbers at risk evenly between their times."""
    time = np.concatenate([curve.time[place], curve.risk_time])
    is_step: Bools = np.arange(time.size) < place.size
    before = np.concatenate([number, curve.at_risk])
    after = np.concatenate([number - events, curve.at_risk])
    # A printed number counts those with an event at its time: it stands before the step.
    order = np.lexsort((is_step, time))
    time, before, after = time[order], before[order], after[order]
    leaving = after[:-1] - before[1:]
    parts = [
        start + (end - start) * np.arange(1, count + 1) / (count + 1)
        for start, end, count in zip(time[:-1], time[1:], leaving, strict=True)
        if count > 0
    ]
    return np.concatenate([np.empty(0), *parts])
