"""Weights of least squares means: what the model says of each group at one common mix."""

from __future__ import annotations

import itertools
from typing import Literal, TypeAlias

import numpy as np

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.continuous.design import Model

__all__ = ["Weighting", "group_pairs", "mean_weights", "pair_weights"]

Weighting: TypeAlias = Literal["equal", "observed"]


def mean_weights(model: Model, group: int, *, weighting: Weighting) -> Floats:
    """Build the weights of the coefficients in the mean of each group, (trials, groups, columns).

    Covariates stand at their mean over the subjects of the fit; the levels of factors count
    equally or as they were observed there. ``group`` is the place of the group's variable.
    """
    n = np.asarray(np.sum(model.inside, axis=-1, dtype=np.float64))
    groups = model.variables[group].levels or 0
    typical: dict[int, Floats] = {}
    for place, variable in enumerate(model.variables):
        if place == group:
            continue
        if variable.levels is not None and weighting == "equal":
            share = np.full((model.trials, 1, variable.width), 1 / variable.levels)
        else:
            columns = np.where(model.inside[:, None, :], variable.columns("treatment"), 0.0)
            share = divide_or_nan(np.sum(columns, axis=-1), n[:, None])[:, None, :]
        typical[place] = share
    typical[group] = np.broadcast_to(np.eye(groups)[:, 1:], (model.trials, groups, groups - 1))
    parts = []
    for term in model.terms:
        weights = np.ones((model.trials, groups, 1))
        for place in term:
            product = typical[place][..., :, None] * weights[..., None, :]
            weights = product.reshape(model.trials, groups, product.shape[2] * product.shape[3])
        parts.append(weights)
    # A trial without subjects has no mean of a covariate; its functions are not estimable anyway.
    return np.nan_to_num(np.concatenate(parts, axis=-1))


def group_pairs(groups: int) -> tuple[tuple[int, int], ...]:
    """Name all pairs, the later group against the earlier: (1, 0), (2, 0), (2, 1)."""
    return tuple((later, earlier) for earlier, later in itertools.combinations(range(groups), 2))


def pair_weights(means: Floats, pairs: tuple[tuple[int, int], ...]) -> Floats:
    """Subtract the weights of the second of each pair from those of the first."""
    later, earlier = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    difference: Floats = means[:, later] - means[:, earlier]
    return difference
