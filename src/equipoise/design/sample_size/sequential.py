"""Group sequential bounds of a sample size, and what they lead to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.analyse.method.bound import efficacy_of
from equipoise.protocol.model.sample_size import FutilityBound, TwoArmSize
from equipoise.stats import Floats
from equipoise.stats.design import (
    Crossing,
    Futility,
    Spending,
    crossing_probabilities,
    design_group_sequential,
)

__all__ = ["SequentialPlan", "plan_sequential"]

_NEAR_ONE = 1 - 1e-15


@dataclass(frozen=True, slots=True, kw_only=True)
class SequentialPlan:
    """Bounds of the looks, towards the effect, and where the trial stops.

    Attributes
    ----------
    information : (looks,) float
        Shares of the information.
    efficacy, futility : (looks,) float
        Bounds of z; ``futility`` is NaN where there is none. With two sides and no futility the
        mirror image of ``efficacy`` stops on the other side too.
    nominal : (looks,) float
        p value at the efficacy bound, of as many sides as the test.
    spent : (looks,) float
        Level spent so far; futility that does not bind is not counted on.
    null, effect : Crossing
        Stopping under no effect and under the assumed one.
    inflation : float
        Largest size over that of a trial without looks.
    alpha : float
        Level in the direction of the effect.
    """

    information: Floats
    efficacy: Floats
    futility: Floats
    nominal: Floats
    spent: Floats
    null: Crossing
    effect: Crossing
    inflation: float
    alpha: float

    def power(self, fixed: float) -> float:
        """Power of all looks, where a trial of the same size without looks has ``fixed``.

        The mean of the last z is taken as the drift that a z test of that power has.
        """
        drift = float(-ndtri(self.alpha) + ndtri(min(fixed, _NEAR_ONE)))
        found = crossing_probabilities(
            information=self.information, upper=self.efficacy, lower=_lower(self.futility),
            effect=drift,
        )  # fmt: skip
        return float(found.upper.sum())


def plan_sequential(size: TwoArmSize) -> SequentialPlan | None:
    """Find the bounds of a sample size; None for one without looks.

    Futility makes a design one-sided, at the level of the side of the effect.
    """
    if size.looks is None:
        return None
    assert size.power is not None
    sides = 1 if size.looks.futility is not None else size.sides
    found = design_group_sequential(
        fraction=size.looks.information, alpha=size.alpha * sides / size.sides, sides=sides,
        power=size.power, efficacy=efficacy_of(size.looks.efficacy),
        futility=_futility(size.looks.futility),
    )  # fmt: skip
    futility = np.full(found.upper.shape, np.nan)
    if size.looks.futility is not None:
        futility = found.lower
    binds = size.looks.futility is not None and size.looks.futility.binding
    crossed = crossing_probabilities(
        information=found.fraction, upper=found.upper,
        lower=found.lower if binds or sides == 2 else None,
    )  # fmt: skip
    both = crossed.upper + crossed.lower if sides == 2 else crossed.upper
    return SequentialPlan(
        information=found.fraction,
        efficacy=found.upper,
        futility=futility,
        nominal=sides * ndtr(-found.upper),
        spent=np.cumsum(both),
        null=found.null,
        effect=found.effect,
        inflation=found.inflation,
        alpha=size.alpha / size.sides,
    )


def _lower(futility: Floats) -> Floats:
    return np.where(np.isnan(futility), -np.inf, futility)


def _futility(bound: FutilityBound | None) -> Futility | None:
    if bound is None:
        return None
    spending = Spending(family=bound.spending, parameter=bound.parameter)
    return Futility(spending=spending, is_binding=bound.binding)
