"""Columns of a model: factors as indicator columns, covariates as numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.derive import Measure
from equipoise.stats import Bools, Floats, Integers

__all__ = ["covariate_columns", "design_columns", "factor_codes", "factor_levels", "stratum_codes"]


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


def factor_codes(frame: Frame, factors: tuple[str, ...]) -> tuple[Integers, tuple[int, ...]]:
    """Read factors, keeping only levels that a member of some group has.

    A factor of which only one level is left is constant, and no part of the model.

    Returns
    -------
    codes : (trials, subjects, factors) int
        From 0 upwards among the levels kept; -1 where unknown.
    sizes : tuple of int
        Number of levels kept of each factor.
    """
    columns = []
    sizes = []
    for name, present in _present(frame, factors):
        array = frame.derived.world.subject[name]
        place = np.searchsorted(present, np.nan_to_num(array))
        place = np.minimum(place, len(present) - 1)
        known = ~np.isnan(array) & np.isin(array, present)
        columns.append(np.where(known, place, -1))
        sizes.append(len(present))
    if not columns:
        return np.empty((*frame.members.shape, 0), dtype=np.int64), ()
    return np.stack(columns, axis=-1).astype(np.int64), tuple(sizes)


def factor_levels(frame: Frame, factors: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Name the levels that :func:`factor_codes` keeps, of each factor it keeps: ``sex F``."""
    return tuple(
        tuple(f"{name} {_levels(frame, name)[int(code)]}" for code in present)
        for name, present in _present(frame, factors)
    )


def _present(frame: Frame, factors: tuple[str, ...]) -> Iterator[tuple[str, Floats]]:
    """Yield each factor that is not constant with the codes that a member of some group has."""
    inside = frame.codes >= 0
    for name in factors:
        array = frame.derived.world.subject[name]
        present = np.unique(array[inside & ~np.isnan(array)])
        if len(present) > 1:
            yield name, present


def _levels(frame: Frame, name: str) -> tuple[str, ...]:
    return frame.derived.world.levels.get(name, ("no", "yes"))


def stratum_codes(frame: Frame, names: tuple[str, ...]) -> tuple[Integers, Bools]:
    """Read the strata made of some categories.

    Returns
    -------
    code : (trials, subjects) int
        One number for each combination of levels; 0 where unknown.
    is_known : (trials, subjects) bool
        Subjects whose stratum is known; the others leave the analysis.
    """
    code = np.zeros(frame.members.shape, dtype=np.int64)
    is_known = np.ones(frame.members.shape, dtype=np.bool_)
    for name in names:
        array = frame.derived.world.subject[name]
        size = len(_levels(frame, name))
        code = code * size + np.nan_to_num(array).astype(np.int64)
        is_known = is_known & ~np.isnan(array)
    return np.where(is_known, code, 0), is_known


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
