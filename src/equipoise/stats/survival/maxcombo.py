"""MaxCombo: the most extreme of several weighted log-rank tests, with its joint distribution.

Source: Lee. Biometrics 1996; 52:721-725; Karrison. Stata J 2016; 16:678-690; Roychoudhury et al.
Stat Biopharm Res 2023; 15:300-314. The covariance of two weighted statistics is the sum of the
product of their weights times the hypergeometric variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.state import State
from equipoise.stats.survival.door import blocks
from equipoise.stats.survival.groups import GroupSums, read_groups
from equipoise.stats.survival.linear import ROUNDING
from equipoise.stats.survival.normal_tail import MOST, tail_of_largest
from equipoise.stats.survival.weights import FlemingHarrington, Weight, read_weight

__all__ = ["MaxCombo", "maxcombo"]

_USUAL = (
    FlemingHarrington(),
    FlemingHarrington(gamma=1),
    FlemingHarrington(rho=1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxCombo:
    """MaxCombo test of each trial, group 1 against group 0.

    ``z`` < 0: fewer events than expected in group 1. ``p_value`` is two-sided, of the largest
    absolute z; ``p_value_fewer`` one-sided, of the smallest z: group 1 has fewer events.
    """

    z: Floats  # (..., weights)
    correlation: Floats  # (..., weights, weights)
    p_value: Floats  # (...)
    p_value_fewer: Floats  # (...)
    state: NDArray[np.int8]  # (...)


def maxcombo(
    *,
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    weights: Sequence[Weight] = _USUAL,
    stratum: ArrayLike | None = None,
) -> MaxCombo:
    """Test the largest of several weighted log-rank statistics of two arms.

    Parameters
    ----------
    time, event, group, stratum
        As in `logrank`, for two groups.
    weights : sequence of FlemingHarrington, "gehan" or "tarone-ware"
        Two to four weights; usually the log-rank, the late and the early one.

    Returns
    -------
    MaxCombo
        Not estimable where one of the weighted tests is not. p values hold to about 1e-6 of
        themselves.

    Raises
    ------
    DataError
        Fewer than two or more than four weights, and what `logrank` refuses.
    """
    if not 2 <= len(weights) <= MOST:
        raise DataError(
            Fault(where="weights", came=f"{len(weights)} weights", wanted=f"2 to {MOST}")
        )
    for weight in weights:
        read_weight(weight)
    subjects = read_groups(time=time, event=event, group=group, stratum=stratum, groups=2)
    sums = GroupSums.of(subjects, 2, weights)
    excess = (sums.observed - sums.expected)[..., 1]
    covariance = sums.covariance[..., 1, 1]
    variance = np.diagonal(covariance, axis1=-2, axis2=-1)
    is_known = np.all(variance > ROUNDING * sums.scale.sum(axis=-1), axis=-1)
    error = np.sqrt(np.where(is_known[:, None], variance, 0))
    z = divide_or_nan(excess, error)
    correlation = divide_or_nan(covariance, error[:, :, None] * error[:, None, :])
    two_sided, fewer = np.full(len(z), np.nan), np.full(len(z), np.nan)
    for rows in blocks(int(is_known.sum()), 20_000):
        some = np.flatnonzero(is_known)[rows]
        two_sided[some] = tail_of_largest(
            np.abs(z[some]).max(axis=-1), correlation[some], two_sided=True
        )
        fewer[some] = tail_of_largest(-z[some].min(axis=-1), correlation[some], two_sided=False)
    state = np.where(is_known, State.ESTIMATED, State.NOT_ESTIMABLE).astype(np.int8)
    return MaxCombo(
        z=subjects.lay_out(z),
        correlation=subjects.lay_out(correlation),
        p_value=subjects.lay_out(two_sided),
        p_value_fewer=subjects.lay_out(fewer),
        state=subjects.lay_out(state),
    )
