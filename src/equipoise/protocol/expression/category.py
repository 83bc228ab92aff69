"""Categories meet by their codes: each has its own list of levels, and indices into it."""

from __future__ import annotations

import numpy as np

from equipoise.protocol.expression.value import Floats

__all__ = ["joined_levels", "recoded", "same_code"]


def joined_levels(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """List the codes of two categories: those of the first, then what the second adds."""
    return (*first, *(code for code in second if code not in first))


def recoded(array: Floats, levels: tuple[str, ...], joined: tuple[str, ...]) -> Floats:
    """Translate category indices into a joined list of levels; numbers pass through."""
    if not joined or not levels:
        return array
    return _translated(array, np.array([float(joined.index(code)) for code in levels]))


def same_code(
    one: Floats, one_levels: tuple[str, ...], other: Floats, other_levels: tuple[str, ...]
) -> Floats:
    """Say where two categories have the same code: 1 or 0, NaN where either is unknown."""
    place = {code: index for index, code in enumerate(one_levels)}
    table = np.array([float(place.get(code, -1)) for code in other_levels] or [-1.0])
    same = (one == _translated(other, table)).astype(np.float64)
    return np.where(np.isnan(one) | np.isnan(other), np.nan, same)


def _translated(array: Floats, table: Floats) -> Floats:
    index = np.where(np.isnan(array), 0, array).astype(np.intp)
    return np.where(np.isnan(array), np.nan, table[index])
