"""What a sample size comes to: subjects by arm, events, power, and power around it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from equipoise.analyse.key import by_text
from equipoise.design.sample_size.around import around
from equipoise.design.sample_size.route import (
    Comparison,
    control_subjects,
    event_probability,
    information_of,
    power_of,
)
from equipoise.design.sample_size.sequential import SequentialPlan, plan_sequential
from equipoise.protocol import Protocol
from equipoise.protocol.model.sample_size import (
    ChangingHazardSize,
    LogrankSize,
    MeanSize,
    ProportionSize,
    SimonSize,
)
from equipoise.stats.design import SimonDesign, simon_characteristics, simon_two_stage

__all__ = ["GridPower", "SizePlan", "TwoStagePlan", "plan_size"]

_SLACK = 1e-9
"""A size that exceeds a whole number by less than this is that number."""
_STEPS = 5
"""Shares from the uninteresting to the desirable one at which a two-stage design is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridPower:
    """Power under an assumption near that of the size; ``by`` as results write it."""

    by: str
    power: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SizePlan:
    """The size of a comparison of two arms.

    Attributes
    ----------
    name : str
        Id of the size in the protocol.
    size : Comparison
        What is assumed and to be shown.
    contrast : tuple of str
        Ids of the arms that are compared: experimental, control.
    unrounded : float
        Subjects of all arms with an outcome before rounding; NaN where subjects are given.
    with_outcome : mapping of arm to float
        Subjects with an outcome: whole where a power is given.
    randomised : mapping of arm to int
        Subjects randomised, to allow for those who drop out.
    events : float
        Expected events of the two arms; NaN where the endpoint is no time to an event.
    information : float
        About the effect at the end: one over the variance of its estimate.
    power : float
        Of the subjects with an outcome, after rounding.
    grid : tuple of GridPower
        Power of the same subjects under other assumptions.
    sequential : SequentialPlan or None
        The looks; sizes are then those of the last, and powers those of all looks together.
    """

    name: str
    size: Comparison
    contrast: tuple[str, str]
    unrounded: float
    with_outcome: Mapping[str, float]
    randomised: Mapping[str, int]
    events: float
    information: float
    power: float
    grid: tuple[GridPower, ...]
    sequential: SequentialPlan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoStagePlan:
    """A two-stage design of one arm; ``grid`` has the true shares on the way to the desirable one.

    ``power`` of the grid is the probability to end with more than ``design.r`` responders.
    ``early_stop`` and ``expected`` subjects are in its order. Without a design all are empty.
    """

    name: str
    size: SimonSize
    design: SimonDesign
    grid: tuple[GridPower, ...]
    early_stop: tuple[float, ...]
    expected: tuple[float, ...]


def plan_size(protocol: Protocol, name: str) -> SizePlan | TwoStagePlan:
    """Find the subjects that a sample size of the protocol comes to.

    Parameters
    ----------
    protocol : Protocol
        Names the arms with their ratio, and the sample size.
    name : str
        Id of the sample size.
    """
    size = protocol.sample_size[name]
    match size:
        case SimonSize():
            return _two_stage(name, size)
        case ProportionSize() | MeanSize() | LogrankSize() | ChangingHazardSize():
            return _comparison(protocol, name, size)
        case _:
            assert_never(size)


def _comparison(protocol: Protocol, name: str, size: Comparison) -> SizePlan:
    experimental, control = contrast = protocol.contrast_of(size)
    shares = {arm: one.ratio / protocol.arms[control].ratio for arm, one in protocol.arms.items()}
    unrounded = math.nan
    sequential = plan_sequential(size)
    if size.subjects is not None:
        randomised: dict[str, int] = dict(size.subjects)
        with_outcome = {arm: n * (1 - size.dropout) for arm, n in randomised.items()}
    else:
        assert size.power is not None
        least = control_subjects(size, power=size.power, ratio=shares[experimental])
        least *= 1.0 if sequential is None else sequential.inflation
        unrounded = least * sum(shares.values())
        with_outcome = {arm: float(_up(least * share)) for arm, share in shares.items()}
        randomised = {arm: _up(n / (1 - size.dropout)) for arm, n in with_outcome.items()}
    n1, n0 = with_outcome[experimental], with_outcome[control]

    def power(one: Comparison) -> float:
        found = power_of(one, n1=n1, n0=n0)
        return found if sequential is None else sequential.power(found)

    return SizePlan(
        name=name,
        size=size,
        contrast=contrast,
        unrounded=unrounded,
        with_outcome=with_outcome,
        randomised=randomised,
        events=(n1 + n0) * event_probability(size, ratio=n1 / n0)
        if isinstance(size, LogrankSize | ChangingHazardSize)
        else math.nan,
        information=information_of(size, n1=n1, n0=n0),
        power=power(size),
        grid=tuple(GridPower(by=by, power=power(one)) for by, one in around(size)),
        sequential=sequential,
    )


def _up(subjects: float) -> int:
    return math.ceil(subjects - _SLACK)


def _two_stage(name: str, size: SimonSize) -> TwoStagePlan:
    found = simon_two_stage(
        null=size.uninteresting, alternative=size.desirable, alpha=size.alpha, power=size.power,
        largest=size.largest,
    )  # fmt: skip
    design = found.optimal if size.criterion == "optimal" else found.minimax
    if design.n < 0:
        return TwoStagePlan(name=name, size=size, design=design, grid=(), early_stop=(),
                            expected=())  # fmt: skip
    shares = np.linspace(size.uninteresting, size.desirable, _STEPS)
    does = simon_characteristics(
        r1=design.r1, n1=design.n1, r=design.r, n=design.n, proportion=shares
    )
    return TwoStagePlan(
        name=name,
        size=size,
        design=design,
        grid=tuple(
            GridPower(by=by_text(share=f"{share:.6g}"), power=float(power))
            for share, power in zip(shares, does.reject, strict=True)
        ),
        early_stop=tuple(does.early_stop.tolist()),
        expected=tuple(does.expected_n.tolist()),
    )
