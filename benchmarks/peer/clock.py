"""Processor time of a piece of work: the best of several repetitions, on one core."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

__all__ = ["ENOUGH", "TOO_LONG", "seconds"]

ENOUGH = 0.1
"""A repetition lasts about this long at least; shorter work is repeated within it. [s]"""

TOO_LONG = 5.0
"""Work of this length is not repeated. [s]"""


def seconds(work: Callable[[], object], repeat: int) -> float:
    """Time ``work``, which has run before, so that loading and compiling are not counted."""
    once = _spent(work, 1)
    if once > TOO_LONG:
        return once
    loops = max(1, math.ceil(ENOUGH / max(once, 1e-7)))
    return min(_spent(work, loops) / loops for _ in range(repeat))


def _spent(work: Callable[[], object], loops: int) -> float:
    begin = time.process_time()
    for _ in range(loops):
        work()
    return time.process_time() - begin
