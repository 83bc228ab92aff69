"""SLEDAI points: total, clinical total and organ groups, each with its bounds.

The total is the sum of the weights of the items present, 0 to 105; the clinical total leaves
serology out, 0 to 101. An item that is unknown adds nothing to the lower bound and its weight to
the upper one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError
from equipoise.instruments.checks import (
    Bools,
    Floats,
    check_choice,
    check_items,
    row_blocks,
)
from equipoise.instruments.sledai.form import GROUPS, ITEMS, SEROLOGY, WEIGHTS

__all__ = ["POLICIES", "Sledai", "activity_category", "change_class", "total"]

POLICIES = ("strict", "as_absent")
"""What an unknown item does to a score: it makes it unknown, or it counts as absent."""

_CLINICAL = np.array([item.system != SEROLOGY for item in ITEMS])
_SCORES = np.stack(
    [
        WEIGHTS,
        WEIGHTS * _CLINICAL,
        *(WEIGHTS * [item.system == group for item in ITEMS] for group in GROUPS),
    ],
    axis=-1,
)
"""Weight of each item in the total, the clinical total and each group: (items, scores)."""

_SCHEMES = {"mosca": (1, 6, 11, 20), "eular": (1, 5, 11)}
"""Least total of each category above the lowest.

``mosca``: none, mild 1-5, moderate 6-10, high 11-19, very high from 20.
``eular``: remission 0, low 1-4, moderate 5-10, high above 10.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sledai:
    """Points of each visit.

    Attributes
    ----------
    total, clinical : (...) float
        Points; NaN where an item that matters is unknown and the policy is strict. [points]
    lower, upper, clinical_lower, clinical_upper : (...) float
        Bounds between which the points lie whatever the unknown items are. [points]
    groups : (..., groups) float
        Points of each organ group, in the order of ``GROUPS``. [points]
    items : (..., items) float
        The items that were scored: 1 present, 0 absent, NaN unknown.
    missing : (..., items) bool
        True where an item is unknown.
    n_missing : (...) int
        Number of unknown items.
    parameters : mapping
        The rules that were used.
    """

    total: Floats
    lower: Floats
    upper: Floats
    clinical: Floats
    clinical_lower: Floats
    clinical_upper: Floats
    groups: Floats
    items: NDArray[Any]
    missing: Bools
    n_missing: NDArray[np.int64]
    parameters: Mapping[str, Any]


def total(present: ArrayLike, *, missing: str = "strict") -> Sledai:
    """Add up the points of 24 items.

    Parameters
    ----------
    present : (..., 24) float or bool
        1 present, 0 absent, NaN unknown, in the order of ``ITEMS``.
    missing : {'strict', 'as_absent'}
        Whether an unknown item makes its scores unknown, or counts as absent.

    Returns
    -------
    Sledai
        Higher is more active disease.

    Raises
    ------
    DataError
        If the last axis is not 24 long, or a value is not 0, 1 or NaN.

    Notes
    -----
    Source of the weights: Bombardier C, et al. Arthritis Rheum 1992; 35:630-640; clinical
    SLEDAI: the total without complement and anti-dsDNA.
    """
    check_choice("missing", missing, POLICIES)
    values = _plain_numbers(present)
    rows = values.reshape(-1, len(ITEMS))
    scores, lower, upper = (np.empty((len(rows), width)) for width in (_SCORES.shape[1], 2, 2))
    unknown = np.empty(rows.shape, dtype=np.bool_)
    n_missing = np.zeros(len(rows), dtype=np.int64)
    for block in row_blocks(*rows.shape):
        cells = _checked(rows[block], whole=values)
        gaps = np.isnan(cells, out=unknown[block])
        if not gaps.any():
            scores[block] = cells @ _SCORES
            lower[block] = upper[block] = scores[block, :2]
            continue
        n_missing[block] = np.count_nonzero(gaps, axis=-1)
        known, doubt = np.where(gaps, 0, cells) @ _SCORES, gaps.astype(np.float64) @ _SCORES
        scores[block] = np.where(doubt > 0, np.nan, known) if missing == "strict" else known
        lower[block], upper[block] = known[:, :2], known[:, :2] + doubt[:, :2]
    shape = values.shape[:-1]
    return Sledai(
        total=scores[:, 0].reshape(shape),
        lower=lower[:, 0].reshape(shape),
        upper=upper[:, 0].reshape(shape),
        clinical=scores[:, 1].reshape(shape),
        clinical_lower=lower[:, 1].reshape(shape),
        clinical_upper=upper[:, 1].reshape(shape),
        groups=scores[:, 2:].reshape(*shape, len(GROUPS)),
        items=values,
        missing=unknown.reshape(values.shape),
        n_missing=n_missing.reshape(shape),
        parameters=MappingProxyType({"missing": missing}),
    )


def activity_category(points: ArrayLike, *, scheme: str = "mosca") -> Floats:
    """Put totals into activity categories: 0 lowest, then 1, 2, ...; NaN stays NaN.

    Parameters
    ----------
    points : (...) float
        Totals. [points]
    scheme : {'mosca', 'eular'}
        ``mosca``: 0 none, 1-5 mild, 6-10 moderate, 11-19 high, 20 and more very high.
        ``eular``: 0 remission, 1-4 low, 5-10 moderate, above 10 high.
    """
    check_choice("scheme", scheme, tuple(_SCHEMES))
    values = np.asarray(points, dtype=np.float64)
    return np.where(np.isnan(values), np.nan, np.digitize(values, _SCHEMES[scheme]))


def change_class(*, now: ArrayLike, before: ArrayLike, by_more_than: float = 3) -> Floats:
    """Classify a change: 1 flare, -1 improvement, 0 persistent; NaN where a total is unknown.

    Parameters
    ----------
    now, before : (...) float
        Totals of the two visits. [points]
    by_more_than : float
        A rise or fall must exceed it; one of exactly this size is persistent activity. [points]
    """
    rise = np.asarray(now, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    return np.where(np.abs(rise) > by_more_than, np.sign(rise), np.where(np.isnan(rise), rise, 0))


def _plain_numbers(present: ArrayLike) -> NDArray[Any]:
    """Leave booleans and small numbers as they are: they are widened block by block."""
    values = np.asarray(present)
    if values.dtype.kind in "bif" and values.ndim and values.shape[-1] == len(ITEMS):
        return values
    return check_items(present, ITEMS)


def _checked(cells: NDArray[Any], *, whole: NDArray[Any]) -> Floats:
    try:
        return check_items(cells, ITEMS)
    except DataError:
        check_items(whole, ITEMS)  # tell about all of them, not about this block
        raise
