"""Subjects and power of a log-rank test where the hazard ratio changes over time.

The statistic is taken as that of the average hazard ratio: its variance is that of no effect
under the hypothesis, and that of the assumed hazards else. Source: Mukhopadhyay P, et al. Pharm
Stat 2020; 19:262-276, as R ``gsDesign2::fixed_design_ahr`` with both kinds of information.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.errors import Fault, ProtocolError
from equipoise.protocol.model.sample_size import ChangingHazardSize
from equipoise.stats.design import AverageHazardRatio, average_hazard_ratio
from equipoise.units import DAYS_PER_YEAR

__all__ = ["changing_share", "power_changing", "subjects_changing"]

_LEAST = 1e-6
"""Average log hazard ratio up to which there is nothing to show. [1]"""


def expected(size: ChangingHazardSize, *, ratio: float) -> AverageHazardRatio:
    """Expect events and information of one randomised subject, at the end.

    Parameters
    ----------
    size : ChangingHazardSize
        What is assumed.
    ratio : float
        Experimental over control subjects.

    Raises
    ------
    ProtocolError
        If hazard ratios above and below 1 cancel each other.
    """
    found = average_hazard_ratio(
        enrolment_duration=[size.accrual],
        enrolment_rate=[1 / size.accrual],
        # The last period has no end, whatever its length here.
        period_duration=[one.days or 1.0 for one in size.periods],
        hazard0=[math.log(2) / one.median_control for one in size.periods],
        hazard_ratio=[one.hazard_ratio for one in size.periods],
        time=size.accrual + size.follow_up,
        dropout=-math.log1p(-size.yearly_dropout) / DAYS_PER_YEAR,
        ratio=ratio,
    )
    if abs(math.log(float(found.average_hazard_ratio))) < _LEAST:
        raise ProtocolError(
            Fault(
                where="periods",
                came="hazard ratios whose average is 1",
                wanted="an average other than 1, which alone can be shown",
            )
        )
    return found


def changing_share(size: ChangingHazardSize, *, ratio: float) -> float:
    """Share of the subjects of both arms whose event is seen."""
    return float(expected(size, ratio=ratio).events)


def subjects_changing(size: ChangingHazardSize, *, power: float, ratio: float) -> float:
    """Find the subjects of both arms that a power needs, not rounded."""
    found = expected(size, ratio=ratio)
    root = _bound(size, found) + ndtri(power)
    return float(np.square(root / _drift(found)))


def power_changing(size: ChangingHazardSize, *, n1: float, n0: float) -> float:
    """Find the power of so many experimental and control subjects."""
    found = expected(size, ratio=n1 / n0)
    return float(ndtr(math.sqrt(n1 + n0) * _drift(found) - _bound(size, found)))


def _drift(found: AverageHazardRatio) -> float:
    """Mean of the estimate in its standard errors, for one subject."""
    effect = abs(math.log(float(found.average_hazard_ratio)))
    return effect * math.sqrt(float(found.information))


def _bound(size: ChangingHazardSize, found: AverageHazardRatio) -> float:
    """Bound of the statistic in standard errors under the assumed hazards."""
    inflated = math.sqrt(float(found.information / found.information_null))
    return float(-ndtri(size.alpha / size.sides)) * inflated
