"""Three-valued logic in one byte: 0 is false, 1 is unknown, 2 is true.

Conjunction is the least and disjunction the greatest of the truths; what surely holds is 2, what
perhaps holds is not 0. The words are those of :mod:`equipoise.instruments.logic`, which keeps
truths as 0, NaN and 1; here they are an eighth of the size, for rules with many limbs.

Source: Kleene SC. Introduction to Metamathematics. 1952, section 64 (the strong tables).
"""

from __future__ import annotations

from functools import reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from equipoise.instruments.limits import Bools, Floats

__all__ = [
    "FALSE",
    "TRUE",
    "UNKNOWN",
    "Truth",
    "all_of",
    "any_of",
    "as_floats",
    "at_least",
    "less_than",
    "more_than",
    "negate",
    "settled",
    "truth_of",
]

Truth: TypeAlias = NDArray[np.int8]

FALSE, UNKNOWN, TRUE = np.int8(0), np.int8(1), np.int8(2)


def all_of(*conditions: Truth) -> Truth:
    """Conjunction: any false is false, else any unknown is unknown, else true."""
    return reduce(np.minimum, conditions)


def any_of(*conditions: Truth) -> Truth:
    """Disjunction: any true is true, else any unknown is unknown, else false."""
    return reduce(np.maximum, conditions)


def negate(condition: Truth) -> Truth:
    """Negation: unknown stays unknown."""
    return TRUE - condition


def less_than(value: Floats, limit: Floats | float) -> Truth:
    """Strictly less; unknown where either side is NaN."""
    return _decided(value < limit, value >= limit)


def more_than(value: Floats, limit: Floats | float) -> Truth:
    """Strictly more; unknown where either side is NaN."""
    return _decided(value > limit, value <= limit)


def at_least(value: Floats, limit: Floats | float) -> Truth:
    """More or equal; unknown where either side is NaN."""
    return _decided(value >= limit, value < limit)


def truth_of(flag: Floats) -> Truth:
    """Read 1 as true, 0 as false and NaN as unknown."""
    return _decided(flag == 1, flag == 0)


def settled(holds: Bools) -> Truth:
    """Take yes as true and no as false."""
    return holds.view(np.int8) << 1


def as_floats(truth: Truth) -> Floats:
    """Write true as 1, false as 0 and unknown as NaN."""
    return np.where(truth == UNKNOWN, np.nan, truth >> 1)


def _decided(holds: Bools, fails: Bools) -> Truth:
    """Neither holds nor fails: unknown."""
    return holds.view(np.int8) + np.logical_not(fails).view(np.int8)
