"""Adjusted p values of a family of hypotheses, many trials at once.

An adjusted p value is the smallest family-wise error (or false discovery) rate at which the
procedure rejects the hypothesis, so it is compared with alpha itself.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Floats
from equipoise.stats.door import Door

__all__ = ["ADJUSTMENTS", "adjust"]


def adjust(*, p_value: ArrayLike, method: str) -> Floats:
    """Adjust the p values of each family.

    Parameters
    ----------
    p_value : (..., hypotheses) float
        Unadjusted p values. A hypothesis whose p value is NaN stays in the family, as if its
        p value were 1: a family is set out before its data are seen.
    method : str
        ``none``, ``bonferroni``, ``sidak``, ``holm``, ``holm_sidak``, ``hochberg``, ``hommel``,
        ``fixed_sequence`` (the hypotheses in their order), ``benjamini_hochberg`` or
        ``benjamini_yekutieli`` (both for the false discovery rate).

    Returns
    -------
    (..., hypotheses) float
        Adjusted p values, at most 1; NaN where the p value is NaN.

    Raises
    ------
    DataError
        If a p value lies outside 0 to 1, there is no hypothesis axis, or the method is unknown.

    Notes
    -----
    Šidák, Hochberg, Hommel and Benjamini-Hochberg need independence or positive dependence of
    the p values; Bonferroni, Holm, fixed sequence and Benjamini-Yekutieli need neither. R
    ``p.adjust`` differs in one thing: it takes a missing p value out of the family.

    Sources: Holm S. Scand J Stat 1979; 6:65-70. Hochberg Y. Biometrika 1988; 75:800-802.
    Hommel G. Biometrika 1988; 75:383-386. Wright SP. Biometrics 1992; 48:1005-1013, for the
    adjusted p values. Benjamini Y, Hochberg Y. J R Stat Soc B 1995; 57:289-300. Benjamini Y,
    Yekutieli D. Ann Stat 2001; 29:1165-1188. Šidák Z. J Am Stat Assoc 1967; 62:626-633.
    """
    door = Door()
    p = door.probabilities("p_value", p_value, core=1, nan=True)
    door.choice("method", method, tuple(ADJUSTMENTS))
    door.close()
    if p.shape[-1] == 0:
        return p.copy()
    filled = np.where(np.isnan(p), 1.0, p)
    adjusted = np.minimum(ADJUSTMENTS[method](filled), 1.0)
    return np.where(np.isnan(p), np.nan, adjusted)


def _none(p: Floats) -> Floats:
    return p


def _bonferroni(p: Floats) -> Floats:
    total: Floats = p * p.shape[-1]
    return total


def _sidak(p: Floats) -> Floats:
    return _at_least_one(p, p.shape[-1])


def _at_least_one(p: Floats, tests: ArrayLike) -> Floats:
    """Return 1 - (1 - p)^tests without losing a small p."""
    with np.errstate(divide="ignore"):
        exceed: Floats = -np.expm1(np.asarray(tests) * np.log1p(-p))
    return exceed


def _fixed_sequence(p: Floats) -> Floats:
    highest: Floats = np.maximum.accumulate(p, axis=-1)
    return highest


def _holm(p: Floats) -> Floats:
    return _step_down(p, lambda ordered: ordered * _remaining(ordered))


def _holm_sidak(p: Floats) -> Floats:
    return _step_down(p, lambda ordered: _at_least_one(ordered, _remaining(ordered)))


def _hochberg(p: Floats) -> Floats:
    return _step_up(p, lambda ordered: ordered * _remaining(ordered))


def _benjamini_hochberg(p: Floats) -> Floats:
    number = p.shape[-1]
    return _step_up(p, lambda ordered: ordered * (number / np.arange(1, number + 1)))


def _benjamini_yekutieli(p: Floats) -> Floats:
    number = p.shape[-1]
    factor = np.sum(1 / np.arange(1, number + 1)) * number / np.arange(1, number + 1)
    return _step_up(p, lambda ordered: ordered * factor)


def _hommel(p: Floats) -> Floats:
    """Close the Simes test; Wright's algorithm, over all trials at once."""
    number = p.shape[-1]
    order = np.argsort(p, axis=-1, kind="stable")
    ordered = np.take_along_axis(p, order, axis=-1)
    places = np.arange(1, number + 1)
    simes = np.min(number * ordered / places, axis=-1, keepdims=True)
    adjusted = np.broadcast_to(simes, ordered.shape).copy()
    for size in range(number - 1, 1, -1):
        # The largest size - 1 p values, and the smaller ones, in families of this size.
        split = number - size + 1
        large = ordered[..., split:]
        least = np.min(size * large / np.arange(2, size + 1), axis=-1, keepdims=True)
        bound = np.empty_like(ordered)
        bound[..., :split] = np.minimum(size * ordered[..., :split], least)
        bound[..., split:] = bound[..., split - 1 : split]
        adjusted = np.maximum(adjusted, bound)
    return _back(np.maximum(adjusted, ordered), order)


def _remaining(ordered: Floats) -> Floats:
    return np.arange(ordered.shape[-1], 0, -1, dtype=np.float64)


def _step_down(p: Floats, raw: Callable[[Floats], Floats]) -> Floats:
    order = np.argsort(p, axis=-1, kind="stable")
    ordered = np.take_along_axis(p, order, axis=-1)
    return _back(np.maximum.accumulate(raw(ordered), axis=-1), order)


def _step_up(p: Floats, raw: Callable[[Floats], Floats]) -> Floats:
    order = np.argsort(p, axis=-1, kind="stable")
    ordered = np.take_along_axis(p, order, axis=-1)
    least = np.minimum.accumulate(raw(ordered)[..., ::-1], axis=-1)[..., ::-1]
    return _back(least, order)


def _back(ordered: Floats, order: np.ndarray) -> Floats:
    adjusted = np.empty_like(ordered)
    np.put_along_axis(adjusted, order, ordered, axis=-1)
    return adjusted


ADJUSTMENTS: dict[str, Callable[[Floats], Floats]] = {
    "none": _none,
    "bonferroni": _bonferroni,
    "sidak": _sidak,
    "holm": _holm,
    "holm_sidak": _holm_sidak,
    "hochberg": _hochberg,
    "hommel": _hommel,
    "fixed_sequence": _fixed_sequence,
    "benjamini_hochberg": _benjamini_hochberg,
    "benjamini_yekutieli": _benjamini_yekutieli,
}
"""Adjustment by name, over the last axis of p values without NaN."""
