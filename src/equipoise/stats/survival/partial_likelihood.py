"""The partial likelihood of the Cox model, with its derivatives, of many trials at once.

For an event of subject i at time t, with risk r = exp(x' beta), S the sum over the risk set, D
the sum over the d tied events and l = 0 .. d - 1 the number of the event among them::

    log likelihood   x_i' beta - log(S(r) - f D(r))          f = l / d  (Efron), 0 (Breslow)
    score            x_i - m,   m = (S(r x) - f D(r x)) / (S(r) - f D(r))
    information      (S(r x x') - f D(r x x')) / (S(r) - f D(r)) - m m'

The first part of the information is summed by subject instead of by event: a subject gives
r x x' times the hazard it passed while at risk. Sources: Cox. J R Stat Soc B 1972; 34:187-220;
Efron. J Am Stat Assoc 1977; 72:557-565; Breslow. Biometrics 1974; 30:89-99; Therneau, Grambsch.
Modeling Survival Data, 2000, sections 3.1 and 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival.door import Subjects
from equipoise.stats.survival.risk_sets import RiskSets, take

__all__ = ["TIES", "Likelihood", "PartialLikelihood", "Passage", "Terms", "Ties", "centre"]

Ties: TypeAlias = Literal["efron", "breslow", "exact"]
TIES: tuple[Ties, ...] = ("efron", "breslow", "exact")
_TINY = np.finfo(np.float64).tiny


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Log partial likelihood, score and information of each trial at one coefficient."""

    log_likelihood: Floats  # (trials,)
    score: Floats  # (trials, covariates)
    information: Floats  # (trials, covariates, covariates)


class Likelihood(Protocol):
    """What the maximiser needs."""

    def at(self, coefficient: Floats) -> Terms:
        """Evaluate at (trials, covariates)."""

    def rows(self, chosen: Bools) -> Likelihood:
        """Take some of the trials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What happens at each place at one coefficient, in the order of the risk sets.

    Attributes
    ----------
    log_risk, risk : (trials, places) float
        Linear predictor, shifted so that the largest of the trial is 0, and its exponential.
    hazard : (trials, places) float
        Step of the cumulative hazard at an event, 1 / (S(r) - f D(r)); 0 elsewhere.
    mean : (trials, places, covariates) float
        Mean m of the covariates over the risk set at an event; 0 elsewhere.
    """

    log_risk: Floats
    risk: Floats
    hazard: Floats
    mean: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialLikelihood:
    """Sorted subjects of the trials, ready to be evaluated."""

    sets: RiskSets
    x: Floats  # (trials, places, covariates), centred
    event: Bools
    fraction: Floats  # f of each event
    is_in: Bools

    @classmethod
    def of(cls, subjects: Subjects, *, ties: Ties) -> PartialLikelihood:
        """Sort the subjects and number the tied events."""
        stratum = subjects.codes.get("stratum")
        sets = RiskSets.of(subjects.time, stratum=stratum, start=subjects.start)
        event, is_in = sets.sort(subjects.event), sets.sort(subjects.is_in)
        fraction = np.zeros(event.shape)
        if ties == "efron":
            earlier: Integers = np.cumsum(event, axis=-1) - event
            number = earlier - take(earlier, sets.first)
            fraction = np.where(event, number / np.maximum(sets.tied(event), 1), 0.0)
        return cls(
            sets=sets,
            x=sets.sort(centre(subjects)),
            event=event,
            fraction=fraction,
            is_in=is_in,
        )

    def rows(self, chosen: Bools) -> PartialLikelihood:
        """Take some of the trials."""
        return PartialLikelihood(
            sets=self.sets.rows(chosen),
            x=self.x[chosen],
            event=self.event[chosen],
            fraction=self.fraction[chosen],
            is_in=self.is_in[chosen],
        )

    def passage(self, coefficient: Floats) -> Passage:
        """Compute risks, hazard steps and means at (trials, covariates)."""
        linear = np.where(self.is_in, np.einsum("tij,tj->ti", self.x, coefficient), -np.inf)
        highest = linear.max(axis=-1, keepdims=True)
        log_risk = np.where(self.is_in, linear - np.where(np.isfinite(highest), highest, 0), 0)
        risk = np.where(self.is_in, np.exp(log_risk), 0.0)
        weighted = risk[..., None] * self.x
        event, fraction = self.event, self.fraction
        below = self.sets.at_risk(risk)
        above = self.sets.at_risk(weighted)
        if fraction.any():
            below = below - fraction * self.sets.tied(risk * event)
            above = above - fraction[..., None] * self.sets.tied(weighted * event[..., None])
        hazard = np.where(event, 1 / np.maximum(below, _TINY), 0.0)
        return Passage(log_risk=log_risk, risk=risk, hazard=hazard, mean=above * hazard[..., None])

    def exposure(self, step: Floats) -> Floats:
        """Sum steps at events over the time each subject was at risk; a tied event counts 1 - f.

        ``step`` is (trials, places[, covariates]) and 0 where there is no event.
        """
        wide = (...,) + (None,) * (step.ndim - 2)
        fraction, event = self.fraction[wide], self.event[wide]
        passed = self.sets.while_at_risk(step)
        if not self.fraction.any():
            return passed
        return passed - event * self.sets.tied(fraction * step)

    def information(self, passage: Passage, weight: Floats | None = None) -> Floats:
        """Sum the information over events, each times its weight."""
        scale = np.ones(self.event.shape) if weight is None else weight
        passed = passage.risk * self.exposure(passage.hazard * scale)
        squares = np.matmul((passed[..., None] * self.x).swapaxes(1, 2), self.x)
        weighted_mean = (scale * self.event)[..., None] * passage.mean
        total: Floats = squares - np.matmul(weighted_mean.swapaxes(1, 2), passage.mean)
        return total

    def at(self, coefficient: Floats) -> Terms:
        """Evaluate at (trials, covariates)."""
        passage = self.passage(coefficient)
        steps = np.where(self.event, passage.hazard, 1.0)
        gain = np.where(self.event, passage.log_risk + np.log(steps), 0.0)
        excess = np.where(self.event[..., None], self.x - passage.mean, 0.0)
        return Terms(
            log_likelihood=gain.sum(axis=-1),
            score=excess.sum(axis=1),
            information=self.information(passage),
        )


def centre(subjects: Subjects) -> Floats:
    """Take the mean off each covariate, which changes no coefficient and keeps digits."""
    if subjects.covariates is None:
        raise ValueError("a Cox model needs covariates")
    inside = subjects.is_in[..., None]
    count = np.maximum(inside.sum(axis=1, keepdims=True), 1)
    mean = subjects.covariates.sum(axis=1, keepdims=True) / count
    centred: Floats = np.where(inside, subjects.covariates - mean, 0.0)
    return centred
