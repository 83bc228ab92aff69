"""The null distribution of the rank sum statistic without ties, counted exactly."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from equipoise.stats.arrays import Bools, Floats

__all__ = ["at_least", "at_most", "cumulative", "lower_critical"]


@lru_cache(maxsize=256)
def cumulative(a: int, b: int) -> Floats:
    """P(U <= u) for u = 0 ... a b, arms of ``a`` and ``b`` subjects.

    The number of arrangements with U = u is the coefficient of q^u in the Gaussian binomial
    coefficient, the product over i = 1 ... a of (1 - q^(b+i)) / (1 - q^i); whole numbers of any
    size make it exact. Source: Andrews GE. The Theory of Partitions, 1976, theorem 3.1.
    """
    a, b = min(a, b), max(a, b)
    counts = np.zeros(a * b + 1, dtype=object)
    counts[0] = 1
    for i in range(1, a + 1):
        # The product stays within i b + 1 places after i factors.
        kept = counts[: i * b + 1].copy()
        for rest in range(min(i, len(kept))):
            kept[rest::i] = np.cumsum(kept[rest::i])
        whole = kept.copy()
        if b + i < len(kept):
            whole[b + i :] -= kept[: -(b + i)]
        counts[: i * b + 1] = whole
    sums = np.cumsum(counts)
    shares = np.array([int(part) / int(sums[-1]) for part in sums])
    shares.setflags(write=False)
    return shares


def at_most(u: Floats, a: Floats, b: Floats, inside: Bools) -> Floats:
    """P(U <= u) of each trial; NaN where the trial is not inside."""
    return _look_up(u, a, b, inside, lambda shares, place: shares[place])


def at_least(u: Floats, a: Floats, b: Floats, inside: Bools) -> Floats:
    """P(U >= u) of each trial, by symmetry P(U <= a b - u); NaN where not inside."""
    return _look_up(u, a, b, inside, lambda shares, place: shares[len(shares) - 1 - place])


def lower_critical(share: float, a: Floats, b: Floats, inside: Bools) -> tuple[Floats, Floats]:
    """Find the smallest u >= 1 with P(U <= u) >= share, and P(U <= u - 1)."""
    fuzz = 10 * np.finfo(np.float64).eps  # as in R's qwilcox
    critical, below = np.full(a.shape, np.nan), np.full(a.shape, np.nan)
    for sizes, at in _sizes(a, b, inside):
        shares = cumulative(*sizes)
        place = max(int(np.searchsorted(shares, share - fuzz)), 1)
        critical[at], below[at] = place, shares[place - 1]
    return critical, below


def _look_up(u: Floats, a: Floats, b: Floats, inside: Bools, take: Callable[..., Floats]) -> Floats:
    found = np.full(u.shape, np.nan)
    for sizes, at in _sizes(a, b, inside):
        found[at] = take(cumulative(*sizes), u[at].astype(np.int64))
    return found


def _sizes(a: Floats, b: Floats, inside: Bools) -> list[tuple[tuple[int, int], Bools]]:
    """Group the trials by the sizes of their arms."""
    pairs = np.unique(np.stack([a[inside], b[inside]], axis=-1), axis=0)
    return [((int(one), int(other)), inside & (a == one) & (b == other)) for one, other in pairs]
