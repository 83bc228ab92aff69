"""Ranks along the last axis, ties sharing their mean rank, missing values without one."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from equipoise.stats.arrays import Floats, Integers, in_rows
from equipoise.stats.continuous.grouped import trial_rows

__all__ = ["GroupRanks", "Ranks", "midranks", "ranks_by_group"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRanks:
    """Ranked subjects ``n`` and rank ``sums`` of each group; ``ties`` as in `Ranks`."""

    n: Floats
    sums: Floats
    ties: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """``ranks`` count from 1, NaN where missing; ``ties`` is the sum of t^3 - t over tied sets."""

    ranks: Floats
    ties: Floats


def midranks(values: Floats) -> Ranks:
    """Rank (..., subjects); NaN values stand outside.

    Values are tied where they are equal as floating point numbers.
    """
    # Loading the compiler takes a moment, which only who ranks should pay for.
    from equipoise.stats.continuous.ranks_kernel import tied_ranks

    rows = in_rows(values.reshape(prod(values.shape[:-1]), values.shape[-1]))
    ranks, ties = tied_ranks(rows, np.argsort(rows, axis=-1))
    return Ranks(ranks=ranks.reshape(values.shape), ties=ties.reshape(values.shape[:-1]))


def ranks_by_group(response: Floats, group: Integers, groups: int) -> GroupRanks:
    """Rank the responses of each trial and add the ranks of each group.

    A NaN response and a subject of group -1 stand outside, before anything is ranked.
    """
    # Loading the compiler takes a moment, which only who ranks should pay for.
    from equipoise.stats.continuous.ranks_kernel import rank_sums

    values, codes, leading = trial_rows(response, group)
    if codes.size and codes.min() < 0:
        values = np.where(codes >= 0, values, np.nan)
    ranked = midranks(values)
    n, sums = rank_sums(ranked.ranks, codes, groups)
    shape = (*leading, groups)
    return GroupRanks(
        n=n.reshape(shape), sums=sums.reshape(shape), ties=ranked.ties.reshape(leading)
    )
