"""Closed tests: a hypothesis falls where every intersection that holds it falls.

Source: Marcus R, Peritz E, Gabriel KR. Biometrika 1976; 63:655-660.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Bools, Floats
from equipoise.stats.door import Door
from equipoise.stats.multiplicity.combine import (
    combine_bonferroni,
    combine_fisher,
    combine_inverse_normal,
    combine_simes,
)

__all__ = ["close_intersections", "closed_test", "intersections"]

_MOST = 14
"""Largest family that is closed by writing every intersection out. [1]"""
_LOCAL: dict[str, Callable[..., Floats]] = {
    "bonferroni": combine_bonferroni,
    "simes": combine_simes,
    "fisher": combine_fisher,
    "inverse_normal": combine_inverse_normal,
}


def intersections(hypotheses: int) -> Bools:
    """List every intersection of a family, one a row: (2^hypotheses - 1, hypotheses) bool.

    Row i holds the hypotheses whose bits are set in i + 1, the first hypothesis being bit 0.

    Raises
    ------
    DataError
        If there are no hypotheses or more than 14.
    """
    door = Door()
    door.number("hypotheses", hypotheses, low=1, high=_MOST, whole=True)
    door.close()
    masks = np.arange(1, 2 ** int(hypotheses))
    return np.asarray((masks[:, None] >> np.arange(int(hypotheses))) & 1, dtype=np.bool_)


def closed_test(*, p_value: ArrayLike, local: str) -> Floats:
    """Close a local test of the intersections over the whole family.

    Parameters
    ----------
    p_value : (..., hypotheses) float
        At most 14 hypotheses; NaN counts as 1, as in `adjust`.
    local : str
        Test of an intersection: ``bonferroni`` (closed, it is Holm), ``simes`` (Hommel),
        ``fisher`` or ``inverse_normal`` (both for independent p values).

    Returns
    -------
    (..., hypotheses) float
        Adjusted p values; NaN where the p value is NaN.

    Raises
    ------
    DataError
        If a p value lies outside 0 to 1, the local test is unknown, or the family too large.
    """
    door = Door()
    p = door.probabilities("p_value", p_value, core=1, nan=True)
    door.choice("local", local, tuple(_LOCAL))
    door.close()
    filled = np.where(np.isnan(p), 1.0, p)
    sets = intersections(p.shape[-1])
    inner = [_LOCAL[local](p_value=filled[..., members]) for members in sets]
    adjusted = close_intersections(p_intersection=np.stack(inner, axis=-1))
    return np.where(np.isnan(p), np.nan, adjusted)


def close_intersections(*, p_intersection: ArrayLike) -> Floats:
    """Turn the p values of all intersections into adjusted p values of the hypotheses.

    Parameters
    ----------
    p_intersection : (..., 2^hypotheses - 1) float
        In the order of `intersections`, from any local test; NaN counts as 1.

    Returns
    -------
    (..., hypotheses) float
        The largest p value of the intersections that hold the hypothesis.

    Raises
    ------
    DataError
        If their number is not one less than a power of two, or one lies outside 0 to 1.
    """
    door = Door()
    p = door.probabilities("p_intersection", p_intersection, core=1, nan=True)
    number = int(p.shape[-1] + 1).bit_length() - 1
    door.wants(
        p.shape[-1] == 2**number - 1 and number > 0,
        where="p_intersection",
        came=f"{p.shape[-1]} p values",
        wanted="1, 3, 7, 15, ... (one less than a power of two)",
    )
    door.close()
    filled = np.where(np.isnan(p), 1.0, p)
    sets = intersections(number)
    return np.stack([np.max(filled[..., holds], axis=-1) for holds in sets.T], axis=-1)
