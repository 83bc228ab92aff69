"""What each event time gives to a test between groups: observed, expected, spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Bools, Floats
from equipoise.stats.survival.door import Subjects, read_subjects
from equipoise.stats.survival.risk_sets import RiskSets, take
from equipoise.stats.survival.weights import Weight, weigh

__all__ = ["EventTimes", "read_groups"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTimes:
    """What each event time gives to the test, on (trials, places), once for tied times.

    Attributes
    ----------
    is_event : (trials, places) bool
        First place of each time with an event.
    at_risk, survival_before : (trials, places) float
        Number at risk; Kaplan-Meier estimate of the stratum just before.
    excess : (trials, places, groups) float
        Observed less expected events of each group.
    share : (trials, places, groups) float
        Share of each group in the risk set.
    spread : (trials, places) float
        Factor d (n - d) / (n - 1) of the hypergeometric variance.
    """

    is_event: Bools
    at_risk: Floats
    survival_before: Floats
    observed: Floats
    expected: Floats
    share: Floats
    spread: Floats

    @classmethod
    def of(cls, subjects: Subjects, groups: int) -> EventTimes:
        """Count over the risk sets of each stratum."""
        stratum = subjects.codes.get("stratum")
        sets = RiskSets.of(subjects.time, stratum=stratum)
        member = np.equal(subjects.codes["group"][..., None], np.arange(groups))
        member = sets.sort(member & subjects.is_in[..., None])
        event = sets.sort(subjects.event)
        at_risk_by_group = sets.at_risk(member)
        at_risk, events = at_risk_by_group.sum(axis=-1), sets.tied(event)
        is_event = sets.is_first & (events > 0)
        n, d = np.where(is_event, at_risk, 2.0), np.where(is_event, events, 0.0)
        share = at_risk_by_group / n[..., None] * is_event[..., None]
        return cls(
            is_event=is_event,
            at_risk=n,
            survival_before=_survival_before(sets, d / n, stratum),
            observed=sets.tied(event[..., None] & member) * is_event[..., None],
            expected=d[..., None] * share,
            share=share,
            spread=d * (n - d) / np.maximum(n - 1, 1),
        )

    def weigh(self, weight: Weight) -> Floats:
        """Compute the weight of each event time; 0 elsewhere."""
        weights = weigh(weight, at_risk=self.at_risk, survival_before=self.survival_before)
        return np.where(self.is_event, weights, 0.0)


def _survival_before(sets: RiskSets, hazard: Floats, stratum: NDArray[np.int64] | None) -> Floats:
    """Kaplan-Meier estimate of each stratum, just before the time of each place."""
    one = np.ones((hazard.shape[0], 1))
    if stratum is None:
        product = np.cumprod(1 - hazard, axis=-1)
        return take(np.concatenate([one, product], axis=-1), sets.first)
    before = np.ones_like(hazard)
    sorted_stratum = sets.sort(stratum)
    for code in np.unique(stratum):
        inside = sorted_stratum == code
        kept: Floats = np.where(inside, 1 - hazard, 1.0)
        padded = np.concatenate([one, np.cumprod(kept, axis=-1)], axis=-1)
        before = np.where(inside, take(padded, sets.first), before)
    return before


def read_groups(
    *, time: ArrayLike, event: ArrayLike, group: ArrayLike, stratum: ArrayLike | None, groups: int
) -> Subjects:
    """Check the arguments of a test between groups.

    Raises
    ------
    DataError
        Fewer than two groups, or a code that is not below ``groups``.
    """
    if groups < 2:
        raise DataError(Fault(where="groups", came=str(groups), wanted="2 or more"))
    codes = {"group": group, "stratum": stratum}
    subjects = read_subjects(time=time, event=event, codes=codes)
    if (largest := int(subjects.codes["group"].max(initial=0))) >= groups:
        raise DataError(
            Fault(where="group", came=f"code {largest}", wanted=f"0 to {groups - 1} (groups)")
        )
    return subjects
