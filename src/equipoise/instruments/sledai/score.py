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

from equipoise.instruments.checks import Bools, Floats, check_choice
from equipoise.instruments.columns import measured
from equipoise.instruments.composite import read_fields, read_setting
from equipoise.instruments.sledai.form import GROUPS, ITEMS, SEROLOGY, WEIGHTS
from equipoise.instruments.sums import Sums, add_up

__all__ = ["POLICIES", "Sledai", "activity_category", "change_class", "total"]

POLICIES = ("strict", "as_absent")
"""What an unknown item does to a score: it makes it unknown, or it counts as absent."""

_CLINICAL = np.array([item.system != SEROLOGY for item in ITEMS])
_BY_GROUP = np.stack([WEIGHTS * [item.system == group for item in ITEMS] for group in GROUPS])

_HIGHEST = float(WEIGHTS.sum())
_POINTS = measured("points", "total", "points", _HIGHEST)
_NOW_AND_BEFORE = tuple(measured(name, "total", "points", _HIGHEST) for name in ("now", "before"))

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
    n_missing : (...) int
        Number of unknown items.
    items : (..., items) float or bool
        The items that were scored, as given: 1 present, 0 absent, NaN unknown.
    parameters : mapping
        The rules that were used.
    """

    total: Floats
    lower: Floats
    upper: Floats
    clinical: Floats
    clinical_lower: Floats
    clinical_upper: Floats
    n_missing: NDArray[np.int64]
    items: NDArray[Any]
    parameters: Mapping[str, Any]

    @property
    def missing(self) -> Bools:
        """True where an item is unknown: (..., items)."""
        return np.asarray(np.isnan(self.items))

    @property
    def groups(self) -> Floats:
        """Points of each organ group, in the order of ``GROUPS``: (..., groups)."""
        sums = add_up(self.items, ITEMS, weights=_BY_GROUP)
        return np.moveaxis(_by_policy(sums, missing=self.parameters["missing"]), 0, -1)


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
    sums = add_up(present, ITEMS, weights=[WEIGHTS, WEIGHTS * _CLINICAL])
    points = _by_policy(sums, missing=missing)
    return Sledai(
        total=points[0],
        lower=sums.lower[0],
        upper=sums.upper[0],
        clinical=points[1],
        clinical_lower=sums.lower[1],
        clinical_upper=sums.upper[1],
        n_missing=sums.n_missing,
        items=sums.values,
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

    Raises
    ------
    DataError
        For totals that are not 0 to 105, and for another scheme.
    """
    check_choice("scheme", scheme, tuple(_SCHEMES))
    values = read_fields((_POINTS,), {"points": points})["points"]
    return np.where(np.isnan(values), np.nan, np.digitize(values, _SCHEMES[scheme]))


def change_class(*, now: ArrayLike, before: ArrayLike, by_more_than: float = 3) -> Floats:
    """Classify a change: 1 flare, -1 improvement, 0 persistent; NaN where a total is unknown.

    Parameters
    ----------
    now, before : (...) float
        Totals of the two visits. [points]
    by_more_than : float
        A rise or fall must exceed it; one of exactly this size is persistent activity. [points]

    Raises
    ------
    DataError
        For totals or a size that are not 0 to 105, and shapes that do not broadcast.
    """
    read_setting("by_more_than", by_more_than, lowest=0, highest=_HIGHEST)
    given = read_fields(_NOW_AND_BEFORE, {"now": now, "before": before})
    rise = given["now"] - given["before"]
    return np.where(np.abs(rise) > by_more_than, np.sign(rise), np.where(np.isnan(rise), rise, 0))


def _by_policy(sums: Sums, *, missing: str) -> Floats:
    return sums.total if missing == "strict" else sums.lower.copy()
