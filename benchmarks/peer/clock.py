"""Processor time of pieces of work on one core: short bursts in turns, the least of each."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

__all__ = ["seconds_in_turns"]

_BURST = 0.02
"""A burst lasts about this long at least; shorter work is repeated within it. [s]"""

_MOST = 3.0
"""Work on which so much time was spent is not repeated. [s]"""


def seconds_in_turns(works: Sequence[Callable[[], object]], repeat: int) -> list[float]:
    """Time each of ``works``, all of which have run before: loading and compiling do not count.

    A machine that is busy is so by spells. Bursts are shorter than those, and each work has one
    in each round, so that the least of each comes from the quiet moments that all had.
    """
    least = [_spent(work, 1) for work in works]
    total = list(least)
    loops = [max(1, math.ceil(_BURST / max(once, 1e-7))) for once in least]
    for _ in range(repeat):
        for place, work in enumerate(works):
            if total[place] < _MOST:
                spent = _spent(work, loops[place])
                least[place] = min(least[place], spent / loops[place])
                total[place] += spent
    return least


def _spent(work: Callable[[], object], loops: int) -> float:
    begin = time.process_time()
    for _ in range(loops):
        work()
    return time.process_time() - begin
