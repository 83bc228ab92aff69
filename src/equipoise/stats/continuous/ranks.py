"""Ranks along the last axis, ties sharing their mean rank, missing values without one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Floats

__all__ = ["Ranks", "midranks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """``ranks`` count from 1, NaN where missing; ``ties`` is the sum of t^3 - t over tied sets."""

    ranks: Floats
    ties: Floats


def midranks(values: Floats) -> Ranks:
    """Rank (..., subjects); NaN values stand outside.

    Values are tied where they are equal as floating point numbers.
    """
    size = values.shape[-1]
    order = np.argsort(values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    place = np.broadcast_to(np.arange(size), values.shape)
    is_new = np.ones(values.shape, dtype=np.bool_)
    is_new[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    first = np.maximum.accumulate(np.where(is_new, place, 0), axis=-1)
    is_last = np.ones(values.shape, dtype=np.bool_)
    is_last[..., :-1] = is_new[..., 1:]
    last = np.minimum.accumulate(np.where(is_last, place, size)[..., ::-1], axis=-1)[..., ::-1]
    shared = np.where(np.isnan(ordered), np.nan, (first + last) / 2 + 1)
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, shared, axis=-1)
    # Each of t tied values adds t^2 - 1, all of them t^3 - t.
    tied = np.where(np.isnan(ordered), 0.0, np.square(last - first + 1.0) - 1)
    return Ranks(ranks=ranks, ties=np.asarray(np.sum(tied, axis=-1)))
