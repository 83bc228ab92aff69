"""Describe a continuous variable: number, mean, standard deviation, quartiles, range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.continuous.moments import moments
from equipoise.stats.door import Door
from equipoise.stats.state import State, first_state

__all__ = ["QuantileType", "Summary", "describe", "quantile"]

QuantileType: TypeAlias = Literal[1, 2, 3, 4, 5, 6, 7, 8, 9]
"""Numbers of Hyndman and Fan, as R's ``type``. SAS PCTLDEF 1 to 5 are types 4, 3, 1, 6, 2."""

# Types 4 to 9 interpolate at p (n + 1 - a - b) + a; Hyndman and Fan 1996, table 1.
_INTERPOLATING = {
    4: (0.0, 1.0),
    5: (0.5, 0.5),
    6: (0.0, 0.0),
    7: (1.0, 1.0),
    8: (1 / 3, 1 / 3),
    9: (3 / 8, 3 / 8),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a table of baseline characteristics says of a continuous variable.

    Every field has the leading shape of the input; NaN where the number does not exist, that is
    ``sd`` and ``standard_error`` below two values and everything but the counts below one.
    ``state`` is NOT_ESTIMABLE where no value is known.
    """

    n: Floats
    n_missing: Floats
    mean: Floats
    sd: Floats
    standard_error: Floats
    minimum: Floats
    q1: Floats
    median: Floats
    q3: Floats
    maximum: Floats
    state: NDArray[np.int8]


def describe(*, values: ArrayLike, quantile_type: QuantileType = 2) -> Summary:
    """Summarise the known values over the last axis.

    Parameters
    ----------
    values : (..., subjects) float
        NaN is missing; it is counted and left out.
    quantile_type : int
        Definition of the quartiles by Hyndman and Fan; 2 is the default of SAS (PCTLDEF=5),
        7 that of R. The median is the mean of the middle two under each of them.

    Returns
    -------
    Summary
        In the unit of ``values``.

    Raises
    ------
    DataError
        If a value is infinite or the type is not known.

    Notes
    -----
    Source of the quantiles: Hyndman RJ, Fan Y. American Statistician 1996; 50:361-365.
    """
    door = Door()
    known = door.responses("values", values)
    door.choice("quantile_type", quantile_type, range(1, 10))
    door.close()
    inside = ~np.isnan(known)
    parts = moments(known, inside)
    ordered = np.sort(known, axis=-1)  # NaN comes last
    q1, q3 = (_ordered_quantile(ordered, parts.n, share, quantile_type) for share in (0.25, 0.75))
    return Summary(
        n=parts.n,
        n_missing=known.shape[-1] - parts.n,
        mean=parts.mean,
        sd=parts.sd,
        standard_error=np.sqrt(divide_or_nan(parts.variance, parts.n)),
        minimum=_at(ordered, parts.n, np.zeros_like(parts.n)),
        q1=q1,
        median=_ordered_quantile(ordered, parts.n, 0.5, 2),
        q3=q3,
        maximum=_at(ordered, parts.n, parts.n - 1),
        state=first_state((~(parts.n > 0), State.NOT_ESTIMABLE)),
    )


def quantile(*, values: ArrayLike, probability: float, quantile_type: QuantileType = 2) -> Floats:
    """Compute one quantile of the known values over the last axis.

    Parameters
    ----------
    values : (..., subjects) float
        NaN is missing.
    probability : float
        From 0 to 1.
    quantile_type : int
        As in `describe`.

    Returns
    -------
    (...) float
        NaN where no value is known.

    Raises
    ------
    DataError
        If a value is infinite, the probability outside 0 to 1, or the type not known.
    """
    door = Door()
    known = door.responses("values", values)
    door.number("probability", probability, low=0, high=1)
    door.choice("quantile_type", quantile_type, range(1, 10))
    door.close()
    n = np.asarray(np.sum(~np.isnan(known), axis=-1, dtype=np.float64))
    return _ordered_quantile(np.sort(known, axis=-1), n, probability, quantile_type)


def _ordered_quantile(ordered: Floats, n: Floats, share: float, kind: int) -> Floats:
    """Interpolate between the order statistics around a place; places count from 1."""
    # A place that is a whole number but for rounding counts as whole, as in R.
    fuzz = 4 * np.finfo(np.float64).eps
    if kind <= 3:
        place = n * share - (0.5 if kind == 3 else 0.0)
        below = np.floor(place + fuzz)
        is_beyond = place > below + fuzz
        if kind == 1:
            weight = np.where(is_beyond, 1.0, 0.0)
        elif kind == 2:
            weight = np.where(is_beyond, 1.0, 0.5)
        else:
            weight = np.where(is_beyond | (below % 2 == 1), 1.0, 0.0)
    else:
        a, b = _INTERPOLATING[kind]
        place = a + share * (n + 1 - a - b)
        below = np.floor(place + fuzz)
        weight = np.where(np.abs(place - below) < fuzz, 0.0, place - below)
    lower, upper = _at(ordered, n, below - 1), _at(ordered, n, below)
    between: Floats = np.where(
        weight == 0, lower, np.where(weight == 1, upper, (1 - weight) * lower + weight * upper)
    )
    return between


def _at(ordered: Floats, n: Floats, place: Floats) -> Floats:
    """Take order statistics, counted from 0 and kept within the known values; NaN if none."""
    if ordered.shape[-1] == 0:
        return np.full(n.shape, np.nan)
    kept = np.clip(place, 0, np.maximum(n - 1, 0)).astype(np.int64)
    taken: Floats = np.take_along_axis(ordered, kept[..., None], axis=-1)[..., 0]
    return taken
