"""Which function answers for a sample size: subjects for a power, power for subjects, events."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.design.sample_size.changing_hazard import (
    changing_share,
    power_changing,
    subjects_changing,
)
from equipoise.design.sample_size.exact import exact_power, exact_subjects
from equipoise.protocol.model.sample_size import (
    ChangingHazardSize,
    LogrankSize,
    MeanSize,
    ProportionSize,
)
from equipoise.stats import Floats, Integers
from equipoise.stats.design import (
    event_share,
    events_logrank,
    information_logrank,
    information_mean,
    information_proportion,
    power_equivalence_mean,
    power_equivalence_proportion,
    power_logrank,
    power_mean,
    power_proportion,
    sample_size_equivalence_mean,
    sample_size_lachin_foulkes,
    sample_size_mean,
    sample_size_mean_normal,
    sample_size_proportion,
)
from equipoise.stats.roots import bracketed_root
from equipoise.units import DAYS_PER_YEAR

__all__ = ["Comparison", "control_subjects", "event_probability", "information_of", "power_of"]

Comparison = ProportionSize | MeanSize | LogrankSize | ChangingHazardSize
"""Sizes for the comparison of two arms."""

_LARGEST = 1e9


def control_subjects(size: Comparison, *, power: float, ratio: float) -> float:
    """Find the subjects of the control arm that a power needs; none drops out.

    Not rounded, but where a test is exact.

    Parameters
    ----------
    size : Comparison
        What is assumed and to be shown.
    power : float
        Probability to show it.
    ratio : float
        Experimental over control subjects.
    """
    match size:
        case ProportionSize():
            return _of_proportions(size, power=power, ratio=ratio)
        case MeanSize():
            return _of_means(size, power=power, ratio=ratio)
        case LogrankSize():
            return _of_events(size, power=power, ratio=ratio)
        case ChangingHazardSize():
            return subjects_changing(size, power=power, ratio=ratio) / (1 + ratio)


def power_of(size: Comparison, *, n1: float, n0: float) -> float:
    """Find the power of so many experimental and control subjects, of whom none drops out."""
    match size:
        case ProportionSize():
            return _power_proportion(size, n1, n0)
        case MeanSize():
            return _power_mean(size, n1, n0)
        case LogrankSize():
            return _power_logrank(size, n1, n0)
        case ChangingHazardSize():
            return power_changing(size, n1=n1, n0=n0)


def information_of(size: Comparison, *, n1: float, n0: float) -> float:
    """Find the information about the effect at the end: one over the variance of its estimate.

    The effect is a difference of shares or means, or the logarithm of a hazard ratio; near no
    effect for hazards that stay in proportion.
    """
    match size:
        case ProportionSize():
            found = information_proportion(
                proportion1=size.experimental, proportion0=size.control, n1=n1, n0=n0
            )
        case MeanSize():
            found = information_mean(sd=_spread(size), n1=n1, n0=n0)
        case LogrankSize() | ChangingHazardSize():
            events = (n1 + n0) * event_probability(size, ratio=n1 / n0)
            found = information_logrank(events=events, ratio=n1 / n0)
    return float(found)


def event_probability(size: LogrankSize | ChangingHazardSize, *, ratio: float) -> float:
    """Share of the subjects of both arms whose event is seen."""
    if isinstance(size, ChangingHazardSize):
        return changing_share(size, ratio=ratio)
    if size.event_probability is not None:
        return size.event_probability
    hazard, dropout, accrual, time = _times(size)
    shares = event_share(
        hazard=np.array([hazard * size.hazard_ratio, hazard]),
        dropout=dropout, accrual=accrual, time=time,
    )  # fmt: skip
    return float((ratio * shares[0] + shares[1]) / (1 + ratio))


def _of_proportions(size: ProportionSize, *, power: float, ratio: float) -> float:
    if size.test is not None:
        plain = size.model_copy(update={"test": None})
        near = _of_proportions(plain, power=power, ratio=ratio)
        return exact_subjects(size, power=power, ratio=ratio, near=near)
    if size.hypothesis != "equivalence":
        found = sample_size_proportion(
            proportion1=size.experimental, proportion0=size.control, power=power,
            alpha=size.alpha, sides=size.sides, ratio=ratio, null=size.null,
        )  # fmt: skip
        return float(found.n0)

    def excess(control: Floats, _: Integers) -> Floats:
        return np.asarray([_power_proportion(size, ratio * one, one) for one in control]) - power

    return float(bracketed_root(excess, np.array([1.0]), np.array([_LARGEST]))[0])


def _power_proportion(size: ProportionSize, n1: float, n0: float) -> float:
    if size.test is not None:
        return exact_power(size, n1=round(n1), n0=round(n0))
    shares = {"proportion1": size.experimental, "proportion0": size.control}
    if size.hypothesis == "equivalence":
        assert size.margin is not None
        return float(
            power_equivalence_proportion(
                **shares, n1=n1, n0=n0, margin=size.margin, alpha=size.alpha / size.sides
            )
        )
    return float(
        power_proportion(**shares, n1=n1, n0=n0, alpha=size.alpha, sides=size.sides, null=size.null)
    )


def _of_means(size: MeanSize, *, power: float, ratio: float) -> float:
    if size.hypothesis == "equivalence":
        assert size.margin is not None
        whole = sample_size_equivalence_mean(
            difference=size.difference, sd=size.standard_deviation, low=-size.margin,
            high=size.margin, power=power, alpha=size.alpha / size.sides, ratio=ratio,
        )  # fmt: skip
        return float(whole.n0)
    if size.distribution == "normal":
        normal = sample_size_mean_normal(
            difference=size.difference, sd=_spread(size), power=power, alpha=size.alpha,
            sides=size.sides, ratio=ratio, null=size.null,
        )  # fmt: skip
        return float(normal.n0)
    found = sample_size_mean(
        difference=size.difference, sd=size.standard_deviation, power=power, alpha=size.alpha,
        sides=size.sides, ratio=ratio, null=size.null, correlation=size.correlation,
        covariates=int(size.correlation != 0),
    )  # fmt: skip
    return float(found.n0)


def _power_mean(size: MeanSize, n1: float, n0: float) -> float:
    if size.hypothesis == "equivalence":
        assert size.margin is not None
        return float(
            power_equivalence_mean(
                difference=size.difference, sd=size.standard_deviation, n1=n1, n0=n0,
                low=-size.margin, high=size.margin, alpha=size.alpha / size.sides,
            )
        )  # fmt: skip
    if size.distribution == "normal":
        drift = abs(size.difference - size.null) * math.sqrt(information_of(size, n1=n1, n0=n0))
        return float(ndtr(drift + ndtri(size.alpha / size.sides)))
    return float(
        power_mean(
            difference=size.difference, sd=size.standard_deviation, n1=n1, n0=n0,
            alpha=size.alpha, sides=size.sides, null=size.null, correlation=size.correlation,
            covariates=int(size.correlation != 0),
        )
    )  # fmt: skip


def _spread(size: MeanSize) -> float:
    """Give the standard deviation of the outcome once its baseline value is taken off."""
    return size.standard_deviation * math.sqrt(1 - size.correlation**2)


def _of_events(size: LogrankSize, *, power: float, ratio: float) -> float:
    if size.formula == "lachin_foulkes":
        return _lachin_foulkes(size, power=power, ratio=ratio) / (1 + ratio)
    events = events_logrank(
        hazard_ratio=size.hazard_ratio, power=power, alpha=size.alpha, sides=size.sides,
        ratio=ratio, formula=size.formula,
    )  # fmt: skip
    return float(events) / event_probability(size, ratio=ratio) / (1 + ratio)


def _power_logrank(size: LogrankSize, n1: float, n0: float) -> float:
    ratio = n1 / n0
    if size.formula == "lachin_foulkes":
        # The root of the size is linear in the normal quantile of the power; 0 and 1 fix the line.
        even, above = (
            math.sqrt(_lachin_foulkes(size, power=float(ndtr(place)), ratio=ratio))
            for place in (0.0, 1.0)
        )
        return float(ndtr((math.sqrt(n1 + n0) - even) / (above - even)))
    events = (n1 + n0) * event_probability(size, ratio=ratio)
    return float(
        power_logrank(
            hazard_ratio=size.hazard_ratio, events=events, alpha=size.alpha, sides=size.sides,
            ratio=ratio, formula=size.formula,
        )
    )  # fmt: skip


def _lachin_foulkes(size: LogrankSize, *, power: float, ratio: float) -> float:
    hazard, dropout, accrual, time = _times(size)
    found = sample_size_lachin_foulkes(
        hazard0=hazard, hazard_ratio=size.hazard_ratio, accrual=accrual, time=time,
        dropout=dropout, power=power, alpha=size.alpha, sides=size.sides, ratio=ratio,
    )  # fmt: skip
    return float(found.total)


def _times(size: LogrankSize) -> tuple[float, float, float, float]:
    """Give hazards of the event under control and of dropping out, accrual, the end; in days."""
    assert size.median_control is not None
    assert size.accrual is not None
    assert size.follow_up is not None
    dropout = -math.log1p(-size.yearly_dropout) / DAYS_PER_YEAR
    return math.log(2) / size.median_control, dropout, size.accrual, size.accrual + size.follow_up
