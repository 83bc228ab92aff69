"""P values of contrasts of means from any model, adjusted as Dunnett and as Tukey do.

`dunnett_test` and `tukey_test` take raw groups with one variance. Here the contrasts may come from
a model with covariates: their t statistics, degrees of freedom and standard errors are enough.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.door import Door
from equipoise.stats.multiplicity.largest_of_many import (
    largest_t_upper,
    studentised_range_upper,
)
from equipoise.stats.multiplicity.means import Side

__all__ = ["dunnett_p_values", "tukey_p_values"]

_STEPS = 200
_CLOSE = 1e-13
_HIGHEST = 1 - 1e-9

_LARGEST = 1e5
"""The distribution of a largest statistic is integrated up to it in steps of its own size."""
_MOST = 10_000
"""Steps shrink with the root of the number of groups."""


def tukey_p_values(*, statistic: ArrayLike, df: ArrayLike, groups: int) -> Floats:
    """Adjust two-sided p values of differences of two means out of several.

    Parameters
    ----------
    statistic : (..., contrasts) float
        t statistics; NaN gives NaN.
    df : (..., contrasts) float
        Degrees of freedom.
    groups : int
        Number of means, 2 or more, whether or not all their differences are asked.

    Raises
    ------
    DataError
        If there are fewer than two groups or shapes do not fit.

    Notes
    -----
    The studentised range of ``groups`` means at sqrt(2) abs(t): exact for equal variances of the
    differences, and else after Kramer, as R ``emmeans`` with ``adjust = "tukey"`` and SAS
    ``ADJUST=TUKEY``. Source: Kramer CY. Biometrics 1956; 12:307-310.
    """
    door = Door()
    t = door.numbers("statistic", statistic, core=1, low=-_LARGEST, high=_LARGEST, nan=True)
    freedom = door.numbers("df", df, core=1, low=1, nan=True, infinite=True)
    door.wants(
        freedom.shape[-1] in (1, t.shape[-1]),
        where="df",
        came=f"shape {freedom.shape}",
        wanted="one, or one for each statistic",
    )
    many = door.number("groups", groups, low=2, high=_MOST, whole=True)
    door.close()
    t, freedom = np.broadcast_arrays(t, freedom)
    p_value = np.full(t.shape, np.nan)
    known = np.isfinite(t) & ~np.isnan(freedom)
    p_value[known] = studentised_range_upper(
        np.sqrt(2) * np.abs(t[known]), np.full(int(known.sum()), many), freedom[known]
    )
    return p_value


def dunnett_p_values(
    *,
    statistic: ArrayLike,
    df: ArrayLike,
    correlation: ArrayLike,
    alternative: Side = "two_sided",
) -> Floats:
    """Adjust p values of differences to one control.

    Parameters
    ----------
    statistic, df : (..., contrasts) float
        t statistics and their common degrees of freedom; NaN: no such contrast.
    correlation : (..., contrasts, contrasts) float
        Correlation of the differences.
    alternative : str
        ``two_sided``; ``greater`` or ``less`` in the groups than in the control.

    Raises
    ------
    DataError
        If shapes do not fit or the alternative is unknown.

    Notes
    -----
    The largest of correlated t statistics, whose correlations are written as products of one
    loading each. That is exact for independent means, and for up to three contrasts of any model;
    for more the loadings that come closest are taken, the factor-analytic approximation of SAS
    ``ADJUST=DUNNETT``. Sources: Dunnett CW. J Am Stat Assoc 1955; 50:1096-1121; Hsu JC. J Comput
    Graph Stat 1992; 1:151-168.
    """
    door = Door()
    t = door.numbers("statistic", statistic, core=1, low=-_LARGEST, high=_LARGEST, nan=True)
    freedom = door.numbers("df", df, core=1, low=1, nan=True, infinite=True)
    door.wants(
        freedom.shape[-1] in (1, t.shape[-1]),
        where="df",
        came=f"shape {freedom.shape}",
        wanted="one, or one for each statistic",
    )
    rho = door.numbers("correlation", correlation, core=2, nan=True)
    many = t.shape[-1]
    door.wants(
        rho.shape[-2:] == (many, many),
        where="correlation",
        came=f"shape {rho.shape}",
        wanted=f"(..., {many}, {many})",
    )
    door.choice("alternative", alternative, ("two_sided", "greater", "less"))
    shape = (*door.close(), many)
    t, freedom = np.broadcast_to(t, shape), np.broadcast_to(freedom, shape)
    known = np.isfinite(t) & ~np.isnan(freedom)
    turned = {"two_sided": np.abs(t), "greater": t, "less": -t}[alternative]
    sharing = np.broadcast_to(_sharing(rho, known)[..., None, :], (*t.shape, many))
    p_value = np.full(t.shape, np.nan)
    p_value[known] = largest_t_upper(
        turned[known], sharing[known], freedom[known], two_sided=alternative == "two_sided"
    )
    return p_value


def _sharing(rho: Floats, known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    """Squares of the loadings whose products come closest to the correlations.

    NaN for a contrast that is not known. A contrast alone shares nothing that matters.
    """
    many = known.shape[-1]
    both = known[..., :, None] & known[..., None, :] & ~np.eye(many, dtype=np.bool_)
    off = np.where(both, np.clip(np.nan_to_num(rho), 0.0, 1.0), 0.0)
    others = both.sum(axis=-1)
    mean = divide_or_nan(off.sum(axis=-1), others)
    loading = np.sqrt(np.where(np.isnan(mean), 0.5, mean))
    for _ in range(_STEPS):
        before = loading
        for place in range(many):  # one at a time: each step lowers the sum of squares
            squares = np.sum(np.where(both[..., place, :], loading**2, 0.0), axis=-1)
            product = np.sum(off[..., place, :] * loading, axis=-1)
            best = np.where(squares > 0, divide_or_nan(product, squares), loading[..., place])
            loading = loading.copy()
            loading[..., place] = np.clip(best, 0.0, np.sqrt(_HIGHEST))
        if np.max(np.abs(loading - before), initial=0.0) < _CLOSE:
            break
    return np.where(known, np.maximum(loading**2, 1e-12), np.nan)
