"""Log-rank tests: two or more groups, strata, weights, trend.

Source: Mantel N. Cancer Chemotherapy Reports 1966; 50:163-170; for k groups and strata
Kalbfleisch, Prentice. The Statistical Analysis of Failure Time Data, 2nd ed., 2002, section 1.5;
trend: Tarone. Biometrika 1975; 62:679-682.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats, as_floats, divide_or_nan
from equipoise.stats.state import State
from equipoise.stats.survival.groups import GroupSums, read_groups
from equipoise.stats.survival.linear import ROUNDING, chi_square_tail, independent, quadratic
from equipoise.stats.survival.weights import FlemingHarrington, Weight, read_weight

__all__ = [
    "LogRank",
    "LogRankTrend",
    "logrank",
    "logrank_trend",
    "weighted_logrank",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRank:
    """Log-rank test of each trial; fields have the leading shape, then what is said.

    ``z`` belongs to two groups, group 1 against group 0, and is NaN for more: below 0, group 1
    has fewer events than expected. ``p_value`` is two-sided.
    """

    observed: Floats  # (..., groups), weighted
    expected: Floats  # (..., groups), weighted
    variance: Floats  # (..., groups, groups) of observed - expected
    chi_square: Floats
    df: Floats  # 1 less than the groups that share risk sets with an event
    z: Floats
    p_value: Floats
    state: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRankTrend:
    """Test of a trend over ordered groups; ``z`` > 0: more events in groups of higher score."""

    z: Floats
    p_value: Floats
    state: NDArray[np.int8]


def logrank(
    *,
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    groups: int = 2,
    stratum: ArrayLike | None = None,
) -> LogRank:
    """Compare the hazards of groups with the log-rank test, within strata where given.

    Parameters
    ----------
    time : (..., subjects) float
        Time from randomisation to event or censoring. [day]
        ``-inf`` takes a subject out of the analysis: it leaves every risk set.
    event : (..., subjects) bool
        True where the event was seen at ``time``; False where censored.
    group : (..., subjects) int
        Code of the group, 0 to ``groups - 1``; 0 is the control of two.
    groups : int
        Number of groups.
    stratum : (..., subjects) int, optional
        Code of the stratum: subjects are compared within it alone.

    Returns
    -------
    LogRank
        Not estimable where no two groups share a risk set with an event.

    Raises
    ------
    DataError
        NaN in ``time``, codes that are not whole numbers, a group out of range.

    Notes
    -----
    Tied events have the hypergeometric variance, as in R ``survival::survdiff``.
    """
    return weighted_logrank(
        time=time,
        event=event,
        group=group,
        groups=groups,
        stratum=stratum,
        weight=FlemingHarrington(),
    )


def weighted_logrank(
    *,
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    weight: Weight,
    groups: int = 2,
    stratum: ArrayLike | None = None,
) -> LogRank:
    """Compare groups with a weighted log-rank test; see `logrank` and `weights`.

    Parameters
    ----------
    weight : FlemingHarrington or {"gehan", "tarone-ware"}
        How much each event time counts. Within strata, S(t-) and n are those of the stratum.

    Returns
    -------
    LogRank
        Its observed and expected events are weighted.
    """
    read_weight(weight)
    subjects = read_groups(time=time, event=event, group=group, stratum=stratum, groups=groups)
    sums = GroupSums.of(subjects, groups, [weight])
    observed, expected, variance = (
        sums.observed[:, 0],
        sums.expected[:, 0],
        sums.covariance[:, 0, 0],
    )
    excess = observed - expected
    is_free = independent(variance, ROUNDING * sums.scale[:, 0])
    df = is_free.sum(axis=-1).astype(np.float64)
    chi_square = np.where(df > 0, quadratic(excess, variance, is_free), np.nan)
    z = np.full(chi_square.shape, np.nan)
    if groups == 2:
        z = np.where(df > 0, divide_or_nan(excess[:, 1], np.sqrt(variance[:, 1, 1])), np.nan)
    state = np.where(df > 0, State.ESTIMATED, State.NOT_ESTIMABLE).astype(np.int8)
    return LogRank(
        observed=subjects.lay_out(observed),
        expected=subjects.lay_out(expected),
        variance=subjects.lay_out(variance),
        chi_square=subjects.lay_out(chi_square),
        df=subjects.lay_out(df),
        z=subjects.lay_out(z),
        p_value=subjects.lay_out(chi_square_tail(chi_square, df)),
        state=subjects.lay_out(state),
    )


def logrank_trend(
    *,
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    scores: ArrayLike,
    stratum: ArrayLike | None = None,
) -> LogRankTrend:
    """Test whether the hazard rises or falls with the score of ordered groups.

    Parameters
    ----------
    time, event, group, stratum
        As in `logrank`.
    scores : (groups,) float
        Score of each group: its dose, or 0, 1, 2.

    Returns
    -------
    LogRankTrend
        ``z`` is s'(O - E) / sqrt(s' V s), with the hypergeometric variance V.

    Raises
    ------
    DataError
        Scores that are not one list of finite numbers, and what `logrank` refuses.
    """
    score = as_floats("scores", scores)
    if score.ndim != 1 or not np.isfinite(score).all():
        raise DataError(Fault(where="scores", came=repr(scores)[:80], wanted="a score per group"))
    test = logrank(time=time, event=event, group=group, groups=len(score), stratum=stratum)
    spread = np.einsum("i,...ij,j->...", score, test.variance, score)
    is_known = spread > 1e-10 * np.einsum("i,...ii,i->...", score, test.variance, score)
    error = np.sqrt(np.where(is_known, spread, 0))
    z = divide_or_nan((test.observed - test.expected) @ score, error)
    state = np.where(is_known, State.ESTIMATED, State.NOT_ESTIMABLE).astype(np.int8)
    p_value = np.where(is_known, chi_square_tail(z**2, np.ones_like(z)), np.nan)
    return LogRankTrend(z=z, p_value=p_value, state=state)
