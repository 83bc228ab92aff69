"""Ranks that ties share, and their sums in the groups of a trial, whose sizes differ."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Floats, Integers

__all__ = ["rank_sums", "tied_ranks"]


@compiled
def tied_ranks(values: Floats, order: Integers) -> tuple[Floats, Floats]:
    """Rank sorted rows, equal values sharing their mean rank.

    Parameters
    ----------
    values : (trials, subjects) float
        NaN has no rank.
    order : (trials, subjects) int
        Places of the values in rising order, NaN last.

    Returns
    -------
    ranks : (trials, subjects) float
        From 1; NaN for NaN.
    ties : (trials,) float
        Sum of t^3 - t over the sets of t tied values.
    """
    trials, subjects = values.shape
    ranks, ties = np.full((trials, subjects), np.nan), np.zeros(trials)
    for trial in range(trials):
        row, places = values[trial], order[trial]
        first = 0
        while first < subjects and not np.isnan(row[places[first]]):
            value, last = row[places[first]], first
            while last + 1 < subjects and row[places[last + 1]] == value:
                last += 1
            for place in range(first, last + 1):
                ranks[trial, places[place]] = (first + last) / 2 + 1
            tied = last - first + 1.0
            ties[trial] += tied**3 - tied
            first = last + 1
    return ranks, ties


@compiled
def rank_sums(ranks: Floats, group: Integers, groups: int) -> tuple[Floats, Floats]:
    """Count and add the ranks of each group.

    Parameters
    ----------
    ranks : (trials, subjects) float
        NaN is left out.
    group : (trials, subjects) or (1, subjects) int
        Codes from 0 below ``groups``; -1 is left out. One row serves all trials.
    groups : int

    Returns
    -------
    n, sums : (trials, groups) float
    """
    trials, subjects = ranks.shape
    n, sums = np.zeros((trials, groups)), np.zeros((trials, groups))
    for trial in range(trials):
        code = group[trial % len(group)]
        for subject in range(subjects):
            if code[subject] >= 0 and not np.isnan(ranks[trial, subject]):
                n[trial, code[subject]] += 1
                sums[trial, code[subject]] += ranks[trial, subject]
    return n, sums
