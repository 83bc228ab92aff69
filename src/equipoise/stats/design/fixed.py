"""What fixed designs share: sizes, levels, and the door of their arguments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from equipoise.stats.arrays import Floats
from equipoise.stats.door import Door

__all__ = ["SampleSize", "critical_value", "normal_power", "read_level", "sized", "z_sum"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSize:
    """Subjects a design needs, not rounded; fields have the shape of the arguments.

    ``n1`` experimental, ``n0`` control, ``total`` both. Infinite where the effect is none; round
    each arm up.
    """

    n1: Floats
    n0: Floats
    total: Floats


def read_level(door: Door, *, alpha: float, sides: int) -> None:
    """Check the level of a test."""
    door.level("alpha", alpha)
    door.choice("sides", sides, (1, 2))


def critical_value(alpha: float, sides: int) -> float:
    """Bound of the z statistic in the direction of the effect."""
    return float(-ndtri(alpha / sides))


def z_sum(power: Floats, *, alpha: float, sides: int) -> Floats:
    """Drift at which a z test has its power in the direction of the effect."""
    return np.asarray(critical_value(alpha, sides) + ndtri(power))


def normal_power(drift: ArrayLike, *, alpha: float, sides: int) -> Floats:
    """Power of a z test in the direction of the effect."""
    power: Floats = ndtr(np.asarray(drift) - critical_value(alpha, sides))
    return power


def sized(control: Floats, ratio: Floats) -> SampleSize:
    """Sizes of both arms from that of the control arm."""
    control, ratio = np.broadcast_arrays(control, ratio)
    return SampleSize(n1=control * ratio, n0=np.array(control), total=control * (1 + ratio))
