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
from equipoise.stats.survival.door import read_number, read_number_of
from equipoise.stats.survival.incidence import read_interest
from equipoise.stats.survival.linear import ROUNDING, chi_square_tail, independent, quadratic
from equipoise.stats.survival.risk_sets import order_of

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
    from equipoise.stats.survival import gray_kernel  # loads the compiler

    groups = read_number_of("groups", groups, least=2)
    power = read_number("rho", rho)
    subjects = read_interest(
        time=time, cause=cause, interest=interest, group=group, stratum=stratum
    )
    if (largest := int(subjects.codes["group"].max(initial=0))) >= groups:
        wanted = f"0 to {groups - 1} (groups)"
        raise DataError(Fault(where="group", came=f"code {largest}", wanted=wanted))
    codes = subjects.codes
    score, variance, scale = gray_kernel.gray_sums(
        order_of(subjects.time, codes.get("stratum")),
        subjects.time,
        codes["cause"],
        codes["group"],
        codes.get("stratum", np.zeros_like(codes["group"][:1])),
        groups,
        int(interest),
        power,
    )
    is_free = independent(variance, ROUNDING * scale[:, None] * np.ones(groups))
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
