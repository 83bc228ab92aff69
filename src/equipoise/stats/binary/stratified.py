"""Tests over the strata of 2x2 tables: Cochran-Mantel-Haenszel, exact, and of homogeneity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from equipoise.stats.arrays import Floats, divide_or_nan, everywhere
from equipoise.stats.binary.counts import TwoArms, read_strata
from equipoise.stats.binary.interval import state_where
from equipoise.stats.binary.mantel_haenszel import (
    cells,
    common_odds_ratio,
    divide_or_zero,
    hold_both_outcomes,
)
from equipoise.stats.binary.score import odds_ratio_expectation

__all__ = ["BreslowDayTest", "CmhTest", "breslow_day_test", "cmh_test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CmhTest:
    """Cochran-Mantel-Haenszel test (1 degree of freedom); fields have the leading shape.

    Attributes
    ----------
    excess, variance : float
        Events of the experimental arm beyond those expected given the margins of every stratum,
        and their variance.
    z : float
        Signed root of ``statistic``; above zero with more events in the experimental arm.
    statistic, p_value : float
        Without correction for continuity.
    statistic_corrected, p_corrected : float
        With 1/2 taken off |observed - expected| where that is at least 1/2.
    state : int8
        NOT_ESTIMABLE, and NaN, where no stratum holds both outcomes and both arms.
    """

    excess: Floats
    variance: Floats
    z: Floats
    statistic: Floats
    p_value: Floats
    statistic_corrected: Floats
    p_corrected: Floats
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreslowDayTest:
    """Test of a common odds ratio over strata; fields have the leading shape.

    Attributes
    ----------
    statistic, p_value : float
        Breslow and Day's statistic at the Mantel-Haenszel odds ratio.
    statistic_tarone, p_tarone : float
        With Tarone's correction for that estimate.
    df : float
        One less than the number of strata that hold both outcomes and both arms.
    state : int8
        NOT_ESTIMABLE, and NaN, with fewer than two such strata or an odds ratio of 0 or infinity.
    """

    statistic: Floats
    p_value: Floats
    statistic_tarone: Floats
    p_tarone: Floats
    df: Floats
    state: NDArray[np.int8]


def cmh_test(*, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> CmhTest:
    """Test whether the arms differ in risk, given the strata.

    Parameters
    ----------
    x1, n1 : (..., strata) int
        Events and subjects of the experimental arm. NaN is refused; a stratum with an empty
        arm adds nothing.
    x0, n0 : (..., strata) int
        Events and subjects of the control arm; all four broadcast together.

    Returns
    -------
    CmhTest

    Raises
    ------
    DataError
        If a count is not a whole number, is negative or exceeds the size of its arm, shapes
        do not broadcast, or there is no axis of strata.

    Notes
    -----
    Source: Mantel N, Haenszel W. JNCI 1959; 22(4):719-748. R ``mantelhaen.test``.
    """
    arms = read_strata(x1=x1, n1=n1, x0=x0, n0=n0)
    events, total = arms.events, arms.total
    # A stratum of one subject or none has zeros above and below the line; it adds zero.
    expected = arms.n1 * events / np.maximum(total, 1)
    spread = arms.n1 * arms.n0 * events * (total - events)
    variance = (spread / np.maximum(np.square(total) * (total - 1), 1)).sum(axis=-1)
    excess = (arms.x1 - expected).sum(axis=-1)
    size, is_missing = np.abs(excess), variance == 0
    some = np.where(is_missing, np.nan, variance)
    plain = np.square(excess) / some
    corrected = np.square(size - np.where(size >= 0.5, 0.5, 0.0)) / some
    return CmhTest(
        excess=excess,
        variance=variance,
        z=excess / np.sqrt(some),
        statistic=plain,
        p_value=chdtrc(1, plain),
        statistic_corrected=corrected,
        p_corrected=chdtrc(1, corrected),
        state=state_where(not_estimable=is_missing),
    )


def breslow_day_test(
    *, x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike
) -> BreslowDayTest:
    """Test whether the strata share one odds ratio.

    Parameters and Raises are those of :func:`cmh_test`.

    Returns
    -------
    BreslowDayTest

    Notes
    -----
    Sources: Breslow NE, Day NE. Statistical Methods in Cancer Research I. IARC 1980, section
    4.4. Tarone RE. Biometrika 1985; 72(1):91-95. R ``metafor::rma.mh``.
    """
    arms = read_strata(x1=x1, n1=n1, x0=x0, n0=n0)
    a, b, c, d, total = cells(arms)
    pooled = common_odds_ratio(a, b, c, d, total)
    is_pooled, is_informative = (pooled > 0) & (pooled < np.inf), hold_both_outcomes(a, b, c, d)
    common = np.where(is_pooled, pooled, 1.0)
    expected, variance = odds_ratio_expectation(_or_one(arms), common[..., None])
    gap, variance = (a - expected) * is_informative, variance * is_informative
    df = np.maximum(np.add.reduce(is_informative, axis=-1, dtype=np.float64) - 1, 0)
    is_missing = ~is_pooled | (df == 0)
    share = np.add.reduce(divide_or_zero(np.square(gap), variance), axis=-1)
    plain = np.where(is_missing, np.nan, share)
    rest = np.square(np.add.reduce(gap, axis=-1))
    tarone = plain - divide_or_nan(rest, np.add.reduce(variance, axis=-1))
    return BreslowDayTest(
        statistic=plain,
        p_value=chdtrc(np.maximum(df, 1), plain),
        statistic_tarone=tarone,
        p_tarone=chdtrc(np.maximum(df, 1), tarone),
        df=df,
        state=state_where(not_estimable=is_missing),
    )


def _or_one(arms: TwoArms) -> TwoArms:
    """Put one subject into each empty arm, so that its numbers, which are not used, exist."""
    if everywhere(arms.n1) and everywhere(arms.n0):
        return arms
    return TwoArms(x1=arms.x1, n1=np.maximum(arms.n1, 1), x0=arms.x0, n0=np.maximum(arms.n0, 1))
