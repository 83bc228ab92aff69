"""A digitised curve made fit to reconstruct from: in order, falling, a point at each risk time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.door import Door

__all__ = ["Digitised", "falling", "read_curve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digitised:
    """A curve by intervals between the times at which numbers at risk are printed.

    ``time``, ``survival``: (points,), rising and falling; ``risk_time``, ``at_risk``:
    (intervals,); ``first``: (intervals + 1,) place of the first point of each interval, which
    stands at its risk time, and the number of points.
    """

    time: Floats
    survival: Floats
    risk_time: Floats
    at_risk: Integers
    first: Integers


def read_curve(
    door: Door,
    *,
    time: ArrayLike,
    survival: ArrayLike,
    risk_time: ArrayLike,
    at_risk: ArrayLike,
) -> Digitised:
    """Read a digitised curve and the numbers at risk under it, and close the door."""
    t = door.numbers("time", time, core=1, low=0)
    s = door.numbers("survival", survival, core=1, low=0, high=1)
    risk = door.numbers("risk_time", risk_time, core=1, low=0)
    number = door.numbers("at_risk", at_risk, core=1, low=0, whole=True)
    for name, array in (("time", t), ("survival", s), ("risk_time", risk), ("at_risk", number)):
        door.wants(
            array.ndim == 1, where=name, came=f"shape {array.shape}", wanted="one row of numbers"
        )
    door.wants(t.size > 0, where="time", came="no point", wanted="one point or more")
    door.wants(
        t.size == s.size, where="survival", came=f"{s.size} values", wanted=f"{t.size}, as time"
    )
    door.wants(
        risk.size == number.size and risk.size > 0,
        where="at_risk",
        came=f"{number.size} numbers at {risk.size} times",
        wanted="one number for each time, one or more",
    )
    door.wants(
        risk.ndim != 1 or not risk.size or (risk[0] == 0 and np.all(np.diff(risk) > 0)),
        where="risk_time",
        came=np.array2string(risk, threshold=6),
        wanted="rising times that start at 0",
    )
    door.wants(
        np.all(np.diff(number) <= 0),
        where="at_risk",
        came=np.array2string(number, threshold=6),
        wanted="numbers that do not rise",
    )
    door.close()
    return _by_interval(t, s, risk, number.astype(np.int64))


def falling(survival: Floats) -> Floats:
    """Nearest curve that does not rise, in least squares: pooled adjacent violators.

    Source: Ayer M and others. Ann Math Stat 1955; 26:641-647.
    """
    means: list[float] = []
    sizes: list[int] = []
    for value in survival:
        mean, size = float(value), 1
        while means and means[-1] < mean:
            other, many = means.pop(), sizes.pop()
            mean = (mean * size + other * many) / (size + many)
            size += many
        means.append(mean)
        sizes.append(size)
    return np.repeat(np.array(means), sizes)


def _by_interval(t: Floats, s: Floats, risk: Floats, number: Integers) -> Digitised:
    order = np.argsort(t, kind="stable")
    t, s = t[order], falling(s[order])
    # The foot of a vertical line counts; the curve starts at 1.
    time, place = np.unique(t, return_index=True)
    height = np.minimum.reduceat(s, place)
    if time[0] > 0:
        time, height = np.concatenate([[0.0], time]), np.concatenate([[1.0], height])
    # A number at risk counts those about to have an event at its own time.
    missing = risk[~np.isin(risk, time)]
    before = np.searchsorted(time, missing) - 1
    time = np.concatenate([time, missing])
    height = np.concatenate([height, height[before]])
    order = np.argsort(time, kind="stable")
    time, height = time[order], height[order]
    return Digitised(
        time=time,
        survival=height,
        risk_time=risk,
        at_risk=number,
        first=np.append(np.searchsorted(time, risk), time.size),
    )
