"""Simple randomisation, and fixed numbers in random order."""

from __future__ import annotations

import numpy as np

from equipoise.allocation.entropy import Entropy
from equipoise.allocation.integers import integers_below
from equipoise.allocation.scheme import Scheme
from equipoise.errors import DataError, Fault
from equipoise.stats import Integers

__all__ = ["fixed_numbers", "simple"]


def simple(scheme: Scheme, *, length: int, strata: int = 1, entropy: Entropy) -> Integers:
    """Allocate each place by itself, with the chances of the ratio.

    Returns
    -------
    (..., strata, length) int
        Index of the arm.
    """
    ends = np.cumsum(scheme.ratio)
    bounds = np.full(length, scheme.share)
    lists = [
        np.searchsorted(ends, integers_below(bounds, number=one, entropy=entropy), side="right")
        for one in range(strata)
    ]
    return np.stack(lists, axis=-2).astype(np.int64)


def fixed_numbers(scheme: Scheme, *, entropy: Entropy) -> Integers:
    """Allocate just as many to each arm as the scheme says: all orders equally likely.

    The random allocation rule: one block as long as the trial.

    Returns
    -------
    (..., subjects) int
        Index of the arm.

    Raises
    ------
    DataError
        If the scheme gives no numbers.
    """
    if not scheme.numbers:
        raise DataError(Fault(where="numbers", came="none", wanted="subjects of each arm"))
    content = np.repeat(np.arange(len(scheme.arms)), scheme.numbers)
    order = np.array(np.broadcast_to(content, (*entropy.shape, content.size)))
    bounds = np.arange(content.size, 1, -1)
    drawn = integers_below(bounds, number=0, entropy=entropy)
    for exchange, place in enumerate(range(content.size - 1, 0, -1)):
        other = drawn[..., [exchange]]
        moved = np.take_along_axis(order, other, axis=-1)[..., 0]
        np.put_along_axis(order, other, order[..., [place]], axis=-1)
        order[..., place] = moved
    return order
