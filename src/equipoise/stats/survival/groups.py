"""Groups that are compared: their arguments, and the sums that every log-rank test is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Floats
from equipoise.stats.survival.door import Subjects, read_number_of, read_subjects
from equipoise.stats.survival.risk_sets import order_of
from equipoise.stats.survival.weights import Weight, powers

__all__ = ["GroupSums", "read_groups"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSums:
    """Sums over the event times, within strata, by weight and group.

    Attributes
    ----------
    observed, expected : (trials, weights, groups) float
        Weighted events.
    covariance : (trials, weights, weights, groups, groups) float
        Of the differences of observed and expected events, hypergeometric.
    scale : (trials, weights, groups) float
        Size of the terms of the variance: rounding leaves a share of it.
    """

    observed: Floats
    expected: Floats
    covariance: Floats
    scale: Floats

    @classmethod
    def of(cls, subjects: Subjects, groups: int, weights: Sequence[Weight]) -> GroupSums:
        """Count over the risk sets of each stratum."""
        from equipoise.stats.survival.logrank_kernel import weighted_sums  # loads the compiler

        stratum = subjects.codes.get("stratum")
        observed, expected, covariance, scale = weighted_sums(
            order_of(subjects.time, stratum),
            subjects.time,
            subjects.event,
            subjects.codes["group"],
            np.zeros_like(subjects.codes["group"][:1]) if stratum is None else stratum,
            int(groups),
            np.array([powers(weight) for weight in weights]),
        )
        return cls(observed=observed, expected=expected, covariance=covariance, scale=scale)


def read_groups(
    *, time: ArrayLike, event: ArrayLike, group: ArrayLike, stratum: ArrayLike | None, groups: int
) -> Subjects:
    """Check the arguments of a test between groups.

    Raises
    ------
    DataError
        Fewer than two groups, or a code that is not below ``groups``.
    """
    groups = read_number_of("groups", groups, least=2)
    codes = {"group": group, "stratum": stratum}
    subjects = read_subjects(time=time, event=event, codes=codes)
    if (largest := int(subjects.codes["group"].max(initial=0))) >= groups:
        raise DataError(
            Fault(where="group", came=f"code {largest}", wanted=f"0 to {groups - 1} (groups)")
        )
    return subjects
