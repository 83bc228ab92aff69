"""Gray's test of equal cumulative incidence between groups.

Source: Gray. Ann Stat 1988; 16:1141-1154, with the weights rho of its section 2. With S_i and
F_i the event-free and incidence curves of group i and R_i = n_i / S_i(t-), the score compares
the events of the cause in a group with those expected if all had one subdistribution hazard,
where a subject with another cause stays in the risk set; ties as in R ``cmprsk::cuminc``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats
from equipoise.stats.state import State
from equipoise.stats.survival.door import OUT, Subjects, blocks
from equipoise.stats.survival.incidence import read_interest
from equipoise.stats.survival.linear import ROUNDING, chi_square_tail, independent, quadratic
from equipoise.stats.survival.risk_sets import RiskSets

__all__ = ["GrayTest", "gray_test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrayTest:
    """Gray's test of each trial; ``score`` > 0: more events of the cause than expected."""

    score: Floats  # (..., groups)
    variance: Floats  # (..., groups, groups)
    chi_square: Floats  # (...)
    df: Floats  # (...)
    p_value: Floats  # (...)
    state: NDArray[np.int8]  # (...)


def gray_test(
    *,
    time: ArrayLike,
    cause: ArrayLike,
    group: ArrayLike,
    interest: int = 1,
    groups: int = 2,
    stratum: ArrayLike | None = None,
    rho: float = 0.0,
) -> GrayTest:
    """Compare the cumulative incidence of one cause between groups.

    Parameters
    ----------
    time : (..., subjects) float
        Time to the first event or censoring; ``-inf`` for subjects that are out. [day]
    cause : (..., subjects) int
        0 where censored, else the cause.
    group : (..., subjects) int
        Code of the group, 0 to ``groups - 1``.
    interest : int
        The cause that is compared; all others compete.
    groups : int
        Number of groups.
    stratum : (..., subjects) int, optional
        Groups are compared within strata.
    rho : float
        Power of the weight (1 - F)^rho; above 0 favours early differences.

    Returns
    -------
    GrayTest
        Not estimable where no two groups are at risk at an event of the cause.

    Raises
    ------
    DataError
        NaN in ``time``, codes out of range, fewer than two groups.
    """
    if groups < 2:
        raise DataError(Fault(where="groups", came=str(groups), wanted="2 or more"))
    subjects = read_interest(
        time=time, cause=cause, interest=interest, group=group, stratum=stratum
    )
    if (largest := int(subjects.codes["group"].max(initial=0))) >= groups:
        wanted = f"0 to {groups - 1} (groups)"
        raise DataError(Fault(where="group", came=f"code {largest}", wanted=wanted))
    parts = [
        _over_strata(subjects.part(rows), interest, groups, rho)
        for rows in blocks(subjects.trials, subjects.time.shape[1] * groups**2)
    ]
    score, variance, scale = map(np.concatenate, zip(*parts, strict=True))
    is_free = independent(variance, ROUNDING * scale)
    df = is_free.sum(axis=-1).astype(np.float64)
    chi_square = np.where(df > 0, quadratic(score, variance, is_free), np.nan)
    state = np.where(df > 0, State.ESTIMATED, State.NOT_ESTIMABLE).astype(np.int8)
    return GrayTest(
        score=subjects.lay_out(score),
        variance=subjects.lay_out(variance),
        chi_square=subjects.lay_out(chi_square),
        df=subjects.lay_out(df),
        p_value=subjects.lay_out(chi_square_tail(chi_square, df)),
        state=subjects.lay_out(state),
    )


def _over_strata(
    subjects: Subjects, interest: int, groups: int, rho: float
) -> tuple[Floats, Floats, Floats]:
    """Sum score and variance, and the size of the terms of the variance, over the strata."""
    stratum = subjects.codes.get("stratum")
    if stratum is None or not stratum.size:
        return _sums(subjects, interest, groups, rho)
    parts = []
    for code in np.unique(stratum):
        time = np.where(stratum == code, subjects.time, OUT)
        within = Subjects(time=time, event=subjects.event, codes=subjects.codes, leading=())
        parts.append(_sums(within, interest, groups, rho))
    score, variance, scale = (sum(column) for column in zip(*parts, strict=True))
    return np.asarray(score), np.asarray(variance), np.asarray(scale)


def _sums(
    subjects: Subjects, interest: int, groups: int, rho: float
) -> tuple[Floats, Floats, Floats]:
    sets = RiskSets.of(subjects.time)
    once = (sets.is_first & (sets.time > OUT))[..., None]
    member = np.equal(subjects.codes["group"][..., None], np.arange(groups))
    member = sets.sort(member & subjects.is_in[..., None])
    cause = sets.sort(np.where(subjects.is_in, subjects.codes["cause"], 0))[..., None]
    n = np.where(once, sets.at_risk(member), 0)
    events = np.where(once, sets.tied(member & (cause == interest)), 0)
    others = np.where(once, sets.tied(member & (cause > 0) & (cause != interest)), 0)

    safe_n = np.maximum(n, 1)
    free = np.cumprod(1 - (events + others) / safe_n, axis=1).astype(np.float64)
    free_before = _before(free, first=1.0)
    own_before = _before(np.cumsum(free_before * events / safe_n, axis=1), first=0.0)
    size = np.where(n > 0, n / np.where(free_before > 0, free_before, 1), 0.0)
    total = np.maximum(size.sum(axis=-1, keepdims=True), np.finfo(np.float64).tiny)
    d = events.sum(axis=-1, keepdims=True)
    pooled = np.cumsum(d / total * once, axis=1)
    pooled_before = _before(pooled, first=0.0)
    weight = np.maximum(1 - pooled_before, 0) ** rho

    still = size * (1 - own_before)
    expected = d * still / np.maximum(still.sum(axis=-1, keepdims=True), 1e-300)
    score = np.sum(weight * (events - expected) * once, axis=1)

    # How the score of group i moves with the hazard of group k, and how that adds up in time.
    eye = np.eye(groups)
    apart = (weight * size)[..., None] * (eye - (size / total)[..., None, :])
    passed = np.where(
        pooled_before < 1, d / total / np.where(pooled_before < 1, 1 - pooled_before, 1), 0
    )
    passed = np.cumsum(apart * passed[..., None], axis=1)
    to_come = passed[:, -1:] - passed

    left = np.where(free > 0, (1 - pooled) / np.where(free > 0, free, 1), 0.0)[..., None, :]
    has = (n > 0) * (d > 0)
    thin = 1 - np.maximum(d - 1, 0) / np.where(
        d > 1, np.maximum(total * free_before - 1, 1e-300), 1
    )
    spread = has * thin * free_before * d / (total * safe_n)
    moves = apart + np.where(free[..., None, :] > 0, 1 - left, 1.0) * to_come
    variance = np.einsum("tpik,tpjk,tpk->tij", moves, moves, spread)
    thin = 1 - np.maximum(others - 1, 0) / np.maximum(n - 1, 1)
    spread = (free > 0) * thin * free_before**2 * others / safe_n**2
    moves = left * to_come
    variance += np.einsum("tpik,tpjk,tpk->tij", moves, moves, spread)
    return score, variance, np.sum(weight * d, axis=1) * np.ones(groups)


def _before(values: Floats, *, first: float) -> Floats:
    """Values just before each place, of a function that steps at the first of tied places."""
    return np.concatenate([np.full_like(values[:, :1], first), values[:, :-1]], axis=1)
