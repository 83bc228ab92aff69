"""Weights of least squares means: what the model says of each group at one common mix."""

from __future__ import annotations

import itertools
from typing import Literal, TypeAlias

import numpy as np

from equipoise.stats.arrays import Floats
from equipoise.stats.continuous.design import Model

__all__ = ["Weighting", "group_pairs", "mean_weights", "pair_weights"]

Weighting: TypeAlias = Literal["equal", "observed"]


def mean_weights(model: Model, group: int, *, weighting: Weighting) -> Floats:
    """Build the weights of the coefficients in the mean of each group, (trials, groups, columns).

    Covariates stand at their mean over the subjects of the fit; the levels of factors count
    equally or as they were observed there. ``group`` is the place of the group's variable.
    """
    groups = model.variables[group].levels or 0
    n = model.inside.sum(axis=-1, dtype=np.float64)
    # A trial without subjects has no mean of a covariate; its functions are not estimable anyway.
    some = np.where(n > 0, n, 1.0)[:, None]
    typical: dict[int, Floats] = {group: np.eye(groups)[None, :, 1:]}
    for place, variable in enumerate(model.variables):
        if place == group:
            continue
        if variable.levels is not None and weighting == "equal":
            share = np.full((1, variable.width), 1 / variable.levels)
        else:
            columns = np.where(model.inside[:, None, :], variable.columns("treatment"), 0.0)
            share = columns.sum(axis=-1) / some
        typical[place] = share[:, None, :]
    weights = np.empty((model.trials, groups, model.width))
    first = 0
    for term in model.terms:
        part = np.ones((1, 1, 1))
        for place in term:
            product = typical[place][..., :, None] * part[..., None, :]
            part = product.reshape(*product.shape[:2], product.shape[2] * product.shape[3])
        weights[..., first : first + part.shape[2]] = part
        first += part.shape[2]
    return weights


def group_pairs(groups: int) -> tuple[tuple[int, int], ...]:
    """Name all pairs, the later group against the earlier: (1, 0), (2, 0), (2, 1)."""
    return tuple((later, earlier) for earlier, later in itertools.combinations(range(groups), 2))


def pair_weights(means: Floats, pairs: tuple[tuple[int, int], ...]) -> Floats:
    """Subtract the weights of the second of each pair from those of the first."""
    later, earlier = ([pair[side] for pair in pairs] for side in (0, 1))
    difference: Floats = means[:, later] - means[:, earlier]
    return difference
