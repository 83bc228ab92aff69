"""Expected events and the average hazard ratio when hazards change over time.

Enrolment, hazards and the hazard ratio are constant in pieces. Sources: Kalbfleisch JD, Prentice
RL. Biometrika 1981; 68:105-112 (average hazard ratio); Mukhopadhyay P, et al. Pharm Stat 2020;
19:262-276 and R ``gsDesign2`` (its use in design).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.door import Door

__all__ = ["AverageHazardRatio", "average_hazard_ratio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AverageHazardRatio:
    """What is expected at calendar times; fields have the shape of ``time``.

    Attributes
    ----------
    average_hazard_ratio : float
        Exponential of the mean log hazard ratio, weighted by events.
    events, events1, events0 : float
        Expected events of both arms, of the experimental and of the control arm.
    information, information_null : float
        Of the log hazard ratio, under the alternative: the sum over periods of
        1 / (1 / events1 + 1 / events0); under no effect: events r / (1 + r)^2.
    """

    average_hazard_ratio: Floats
    events: Floats
    events1: Floats
    events0: Floats
    information: Floats
    information_null: Floats


def average_hazard_ratio(
    *,
    enrolment_duration: ArrayLike,
    enrolment_rate: ArrayLike,
    period_duration: ArrayLike,
    hazard0: ArrayLike,
    hazard_ratio: ArrayLike,
    time: ArrayLike,
    dropout: float = 0.0,
    ratio: float = 1.0,
) -> AverageHazardRatio:
    """Expect events and average the hazard ratio over the follow-up of a trial.

    Parameters
    ----------
    enrolment_duration, enrolment_rate : (pieces,) float
        Lengths of periods of enrolment one after the other [time], and subjects of both arms per
        unit of time in each; none after them.
    period_duration, hazard0, hazard_ratio : (periods,) float
        Lengths of periods since randomisation, the last going on for ever; hazard of the control
        arm [1/time] and hazard ratio in each.
    time : (...) float
        Calendar times since the first subject, above zero.
    dropout : float
        Hazard of dropping out in both arms. [1/time]
    ratio : float
        Experimental over control subjects.

    Raises
    ------
    DataError
        If a duration, hazard or ratio is not above zero, or lengths differ.

    Notes
    -----
    As R ``gsDesign2::ahr``.
    """
    door = Door()
    spans = door.numbers("enrolment_duration", enrolment_duration, core=1, low=0, open_low=True)
    rates = door.numbers("enrolment_rate", enrolment_rate, core=1, low=0)
    lengths = door.numbers("period_duration", period_duration, core=1, low=0, open_low=True)
    control = door.numbers("hazard0", hazard0, core=1, low=0, open_low=True)
    effect = door.numbers("hazard_ratio", hazard_ratio, core=1, low=0, open_low=True)
    now = door.numbers("time", time, low=0, open_low=True)
    door.number("dropout", dropout, low=0)
    door.number("ratio", ratio, low=0, open_low=True)
    rows = {"enrolment_duration": spans, "enrolment_rate": rates, "period_duration": lengths}
    for name, array in (rows | {"hazard0": control, "hazard_ratio": effect}).items():
        door.wants(
            array.ndim == 1 and array.size > 0,
            where=name,
            came=f"shape {array.shape}",
            wanted="one row of numbers",
        )
    door.same_length(enrolment_duration=spans, enrolment_rate=rates)
    door.same_length(period_duration=lengths, hazard0=control, hazard_ratio=effect)
    door.close()
    shares = (ratio / (1 + ratio), 1 / (1 + ratio))
    starts = np.concatenate([[0.0], np.cumsum(lengths)[:-1]])
    one, other = (
        np.array(
            [
                _events_by_period(spans, share * rates, starts, hazard, dropout, float(end))
                for end in now.ravel()
            ]
        ).reshape(*now.shape, lengths.size)
        for share, hazard in zip(shares, (control * effect, control), strict=True)
    )
    both = one + other
    total = np.sum(both, axis=-1)
    inverse = divide_or_nan(one * other, both)
    return AverageHazardRatio(
        average_hazard_ratio=np.exp(divide_or_nan(np.sum(both * np.log(effect), axis=-1), total)),
        events=total,
        events1=np.sum(one, axis=-1),
        events0=np.sum(other, axis=-1),
        information=np.nansum(inverse, axis=-1),
        information_null=total * ratio / (1 + ratio) ** 2,
    )


def _events_by_period(
    spans: Floats, rates: Floats, starts: Floats, hazard: Floats, dropout: float, end: float
) -> Floats:
    """Events expected by calendar time ``end`` in each period since randomisation.

    The integral over time s since randomisation of hazard x survival x those enrolled by end - s;
    between breaks survival is exponential and enrolment linear.
    """
    edges = np.concatenate([[0.0], np.cumsum(spans)])
    breaks = np.concatenate([starts, end - edges, [0.0, end]])
    breaks = np.unique(breaks[(breaks >= 0) & (breaks <= end)])
    events, log_survival = np.zeros(starts.size), 0.0
    for left, right in itertools.pairwise(breaks):
        period = int(np.searchsorted(starts, left, side="right")) - 1
        total = hazard[period] + dropout
        width = right - left
        at_left, at_right = (
            _enrolled(edges, rates, end - left),
            _enrolled(edges, rates, end - right),
        )
        slope = (at_right - at_left) / width
        fall = -np.expm1(-total * width) / total
        # The integrals of exp(-h u) and of u exp(-h u) from 0 to the width.
        weighted = (fall - width * np.exp(-total * width)) / total
        events[period] += (
            hazard[period] * np.exp(log_survival) * (at_left * fall + slope * weighted)
        )
        log_survival -= total * width
    return events


def _enrolled(edges: Floats, rates: Floats, time: float) -> float:
    inside = np.clip(time - edges[:-1], 0.0, np.diff(edges))
    return float(np.sum(rates * inside))
