"""Columns of a model: factors as indicator columns, covariates as numbers."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.derive import Measure
from equipoise.stats import Bools, Floats

__all__ = ["covariate_columns", "design_columns", "factor_codes"]


def covariate_columns(frame: Frame, covariates: tuple[str, ...]) -> Floats:
    """Evaluate covariates: (trials, subjects, covariates); ``baseline`` is the endpoint's own."""
    columns = []
    for text in covariates:
        if text == "baseline":
            value = frame.endpoint
            assert isinstance(value, Measure)
            array = value.baseline
        else:
            array = frame.derived.evaluate(text, kind="number").array
        columns.append(np.broadcast_to(array, frame.members.shape))
    if not columns:
        return np.empty((*frame.members.shape, 0))
    return np.stack(columns, axis=-1)


def factor_codes(
    frame: Frame, factors: tuple[str, ...]
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], tuple[int, ...]]:
    """Read factors, keeping only levels that a member of some group has.

    Returns
    -------
    codes : (trials, subjects, factors) int
        From 0 upwards among the levels kept; -1 where unknown.
    sizes : tuple of int
        Number of levels kept of each factor.
    """
    columns = []
    sizes = []
    inside = frame.codes >= 0
    for name in factors:
        array = frame.derived.world.subject[name]
        present = np.unique(array[inside & ~np.isnan(array)])
        place = np.searchsorted(present, np.nan_to_num(array))
        place = np.minimum(place, max(len(present) - 1, 0))
        known = ~np.isnan(array) & np.isin(array, present)
        columns.append(np.where(known, place, -1))
        sizes.append(len(present))
    if not columns:
        return np.empty((*frame.members.shape, 0), dtype=np.int64), ()
    return np.stack(columns, axis=-1).astype(np.int64), tuple(sizes)


def design_columns(
    frame: Frame, factors: tuple[str, ...], covariates: tuple[str, ...]
) -> tuple[Floats, Bools]:
    """Build indicator columns of factors and columns of covariates.

    Returns
    -------
    columns : (trials, subjects, columns) float
        Treatment contrasts against the first level that any member has; levels without a member
        in any trial are left out; 0 where unknown.
    complete : (trials, subjects) bool
        Subjects with every factor and covariate known.
    """
    numbers = covariate_columns(frame, covariates)
    codes, sizes = factor_codes(frame, factors)
    complete: Bools = ~np.isnan(numbers).any(axis=-1) & np.all(codes >= 0, axis=-1)
    columns = [numbers[..., place] for place in range(numbers.shape[-1])]
    for place, size in enumerate(sizes):
        columns += [(codes[..., place] == code).astype(float) for code in range(1, size)]
    if not columns:
        return np.empty((*frame.members.shape, 0)), complete
    return np.nan_to_num(np.stack(columns, axis=-1)), complete
