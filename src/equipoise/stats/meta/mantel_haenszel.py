"""Mantel-Haenszel pooling of binary studies, overlapping cohorts refused.

The arithmetic is that of strata, see `equipoise.stats.binary`: studies are strata.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats import binary
from equipoise.stats.binary.counts import read_strata
from equipoise.stats.door import Door
from equipoise.stats.meta.overlap import kept_studies

__all__ = [
    "pool_mantel_haenszel_log_odds_ratio",
    "pool_mantel_haenszel_log_risk_ratio",
    "pool_mantel_haenszel_risk_difference",
]


def pool_mantel_haenszel_log_odds_ratio(
    *,
    x1: ArrayLike,
    n1: ArrayLike,
    x0: ArrayLike,
    n0: ArrayLike,
    confidence: float = 0.95,
    overlap_group: Sequence[str | None] | None = None,
    keep: ArrayLike | None = None,
) -> binary.PooledEffect:
    """Pool odds ratios by Mantel and Haenszel, on the logarithmic scale.

    Parameters
    ----------
    x1, n1, x0, n0 : (..., studies) int
        Events and subjects of the experimental and the control arm.
    confidence : float
        Two-sided level of the limits.
    overlap_group, keep
        As in `pool_common_effect`.

    Raises
    ------
    DataError
        If studies overlap, a count is not whole, is negative or exceeds its arm, or shapes do
        not fit.

    Notes
    -----
    As R ``metafor::rma.mh``; no cell is filled for the pooled effect.
    """
    pool = binary.mantel_haenszel_log_odds_ratio
    return _pool(pool, (x1, n1, x0, n0), confidence, overlap_group, keep)


def pool_mantel_haenszel_log_risk_ratio(
    *,
    x1: ArrayLike,
    n1: ArrayLike,
    x0: ArrayLike,
    n0: ArrayLike,
    confidence: float = 0.95,
    overlap_group: Sequence[str | None] | None = None,
    keep: ArrayLike | None = None,
) -> binary.PooledEffect:
    """Pool risk ratios; arguments and faults as in `pool_mantel_haenszel_log_odds_ratio`."""
    pool = binary.mantel_haenszel_log_risk_ratio
    return _pool(pool, (x1, n1, x0, n0), confidence, overlap_group, keep)


def pool_mantel_haenszel_risk_difference(
    *,
    x1: ArrayLike,
    n1: ArrayLike,
    x0: ArrayLike,
    n0: ArrayLike,
    confidence: float = 0.95,
    overlap_group: Sequence[str | None] | None = None,
    keep: ArrayLike | None = None,
) -> binary.PooledEffect:
    """Pool risk differences; arguments and faults as in `pool_mantel_haenszel_log_odds_ratio`."""
    pool = binary.mantel_haenszel_risk_difference
    return _pool(pool, (x1, n1, x0, n0), confidence, overlap_group, keep)


def _pool(
    pool: Callable[..., binary.PooledEffect],
    counts: tuple[ArrayLike, ...],
    confidence: float,
    overlap_group: Sequence[str | None] | None,
    keep: ArrayLike | None,
) -> binary.PooledEffect:
    named: dict[str, Any] = dict(zip(("x1", "n1", "x0", "n0"), counts, strict=True))
    arms = read_strata(**named)
    door = Door()
    kept = kept_studies(door, studies=arms.x1.shape[-1], overlap_group=overlap_group, keep=keep)
    door.close()
    left = {name: np.compress(kept, getattr(arms, name), axis=-1) for name in named}
    return pool(**left, confidence=confidence)
