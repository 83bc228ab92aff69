"""Degrees of freedom that need no covariance: between-within and residual.

With n observations of s subjects and p columns, of which b are constant within each subject
(the intercept not counted) and w vary within one: a coefficient between subjects has
``s - b - 1`` degrees of freedom, one within subjects and the intercept ``n - s - w``.

Source: Schluchter MD, Elashoff JT. Journal of Statistical Computation and Simulation 1990;
37:69-87; R ``mmrm``, vignette "Between-Within Degrees of Freedom", for the intercept.
"""

from __future__ import annotations

import numpy as np

from equipoise.stats.arrays import Bools, Floats
from equipoise.stats.mmrm.problem import Standard

__all__ = ["coefficient_df"]

_SAME = 1e-9


def coefficient_df(standard: Standard, df: str) -> Floats:
    """Degrees of freedom of each coefficient (trials, p); NaN where ``df`` is another method."""
    trials, _, _, width = standard.rows.shape
    observations = standard.observed.sum(axis=(1, 2))
    if df == "residual":
        return np.repeat((observations - width + 1.0)[:, None], width - 1, axis=1)
    if df != "between-within":
        return np.full((trials, width - 1), np.nan)
    design = np.einsum("tnvq,tqp->tnvp", standard.rows[..., :-1], standard.triangle)
    length = np.sqrt(np.mean(design**2, axis=(1, 2)))[:, None, None]
    design = design / length
    within = _spread(design, standard.observed[..., None], axis=2).max(axis=1) > _SAME
    flat = design.reshape(trials, 1, -1, width - 1)
    seen = standard.observed.reshape(trials, 1, -1, 1)
    intercept = _spread(flat, seen, axis=2)[:, 0] <= _SAME
    between = ~within & ~intercept
    subjects = standard.observed.any(axis=2).sum(axis=1)
    among = subjects - between.sum(axis=1) - intercept.any(axis=1)
    inside = observations - subjects - within.sum(axis=1)
    freedom: Floats = np.where(between, among[:, None], inside[:, None]).astype(np.float64)
    return freedom


def _spread(values: Floats, seen: Bools, *, axis: int) -> Floats:
    """Largest minus smallest observed value along an axis; 0 where nothing is observed."""
    highest = np.max(np.where(seen, values, -np.inf), axis=axis)
    lowest = np.min(np.where(seen, values, np.inf), axis=axis)
    return np.where(np.isfinite(highest), highest, 0) - np.where(np.isfinite(lowest), lowest, 0)
