"""The partial likelihood of the Cox model, with its derivatives, of many trials at once.

For an event of subject i at time t, with risk r = exp(x' beta), S the sum over the risk set, D
the sum over the d tied events and l = 0 .. d - 1 the number of the event among them::

    log likelihood   x_i' beta - log(S(r) - f D(r))          f = l / d  (Efron), 0 (Breslow)
    score            x_i - m,   m = (S(r x) - f D(r x)) / (S(r) - f D(r))
    information      (S(r x x') - f D(r x x')) / (S(r) - f D(r)) - m m'

S - f D is taken as 1 - f of S and f of S - D, which is summed over the others at risk, so that no
sum is a difference of two. Sources: Cox. J R Stat Soc B 1972; 34:187-220;
Efron. J Am Stat Assoc 1977; 72:557-565; Breslow. Biometrics 1974; 30:89-99; Therneau, Grambsch.
Modeling Survival Data, 2000, sections 3.1 and 3.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival.door import OUT, Subjects
from equipoise.stats.survival.risk_sets import RiskSets

__all__ = [
    "TIES",
    "Likelihood",
    "PartialLikelihood",
    "Passage",
    "Terms",
    "Ties",
    "centre",
    "covariates_of",
]

Ties: TypeAlias = Literal["efron", "breslow", "exact"]
TIES: tuple[Ties, ...] = ("efron", "breslow", "exact")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Log partial likelihood, score and information of each trial at one coefficient."""

    log_likelihood: Floats  # (trials,)
    score: Floats  # (trials, covariates)
    information: Floats  # (trials, covariates, covariates)

    @classmethod
    def joined(cls, parts: Sequence[Terms]) -> Terms:
        """Put the trials of the parts one after the other."""
        return cls(
            log_likelihood=np.concatenate([part.log_likelihood for part in parts]),
            score=np.concatenate([part.score for part in parts]),
            information=np.concatenate([part.information for part in parts]),
        )

    def rows(self, chosen: Integers | Bools) -> Terms:
        """Take some of the trials, as a copy."""
        return Terms(
            log_likelihood=self.log_likelihood[chosen],
            score=self.score[chosen],
            information=self.information[chosen],
        )

    def put(self, places: Integers, terms: Terms) -> None:
        """Write the terms of some of the trials at their places."""
        self.log_likelihood[places] = terms.log_likelihood
        self.score[places] = terms.score
        self.information[places] = terms.information


class Likelihood(Protocol):
    """What the maximiser needs."""

    def at(self, coefficient: Floats, trials: Integers | None = None) -> Terms:
        """Evaluate the trials, all if none are named, at (trials, covariates)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What happens at each place at one coefficient, in the order of the risk sets.

    Attributes
    ----------
    terms : Terms
        The likelihood there; of events with their weights, where they have any, the information.
    log_risk, risk : (trials, places) float
        Linear predictor, shifted so that the largest of the trial is 0, and its exponential.
    hazard : (trials, places) float
        Step of the cumulative hazard at an event, 1 / (S(r) - f D(r)); 0 elsewhere.
    mean : (trials, places, covariates) float
        Mean m of the covariates over the risk set at an event; 0 elsewhere.
    """

    terms: Terms
    log_risk: Floats
    risk: Floats
    hazard: Floats
    mean: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialLikelihood:
    """Sorted subjects of the trials, ready to be evaluated.

    Attributes
    ----------
    sets : RiskSets
        Of a time, subjects with an event before the others.
    event : (trials, places) bool
    column, extreme, events, gone, count
        Covariates, and a list of the events, as `partial_likelihood_kernel.arrange` gives them.
    """

    sets: RiskSets
    event: Bools
    column: Floats
    extreme: Floats
    events: Integers
    gone: Floats
    count: Integers

    @classmethod
    def of(cls, subjects: Subjects, *, ties: Ties) -> PartialLikelihood:
        """Sort the subjects and list the events."""
        from equipoise.stats.survival.partial_likelihood_kernel import arrange  # the compiler

        sets = RiskSets.of(
            subjects.time,
            event=subjects.event,
            stratum=subjects.codes.get("stratum"),
            start=subjects.start,
        )
        column, extreme, events, gone, count = arrange(
            sets.order,
            sets.first,
            _borders(sets)[1],
            sets.time,
            subjects.event,
            covariates_of(subjects),
            int(ties == "efron"),
            int(subjects.start is not None),
        )
        return cls(
            sets=sets,
            event=sets.sort(subjects.event),
            column=column,
            extreme=extreme,
            events=events,
            gone=gone,
            count=count,
        )

    @property
    def is_in(self) -> Bools:
        """True at the places of subjects of the analysis."""
        inside: Bools = self.sets.time > OUT
        return inside

    @property
    def x(self) -> Floats:
        """Covariates of (trials, places, covariates), centred."""
        return self.column.swapaxes(1, 2)

    @property
    def share(self) -> Floats:
        """Share 1 - f of the events tied that is still there at each of them; 0 elsewhere."""
        share = np.zeros_like(self.gone)
        is_listed = np.arange(self.gone.shape[1]) < self.count[:, None]
        share[self.event] = 1 - self.gone[is_listed]
        return share

    def passage(self, coefficient: Floats, weight: Floats | None = None) -> Passage:
        """Evaluate at (trials, covariates), with what happens at each place."""
        from equipoise.stats.survival.partial_likelihood_kernel import evaluate  # the compiler

        sets = self.sets
        log_likelihood, score, information, log_risk, risk, hazard, mean = evaluate(
            sets.time,
            np.empty((1, 0)) if sets.start is None else sets.start,
            *_borders(sets),
            self.column,
            self.extreme,
            self.events,
            self.gone,
            self.count,
            coefficient,
            np.ones((1, sets.time.shape[1])) if weight is None else weight,
        )
        terms = Terms(log_likelihood=log_likelihood, score=score, information=information)
        return Passage(
            terms=terms, log_risk=log_risk, risk=risk, hazard=hazard, mean=mean.swapaxes(1, 2)
        )

    def exposure(self, step: Floats) -> Floats:
        """Sum steps at events over the time each subject was at risk; a tied event counts 1 - f.

        ``step`` is (trials, places[, covariates]) and 0 where there is no event.
        """
        wide = (...,) + (None,) * (step.ndim - 2)
        passed = self.sets.while_at_risk(step)
        return passed - self.event[wide] * self.sets.tied((1 - self.share[wide]) * step)


def _borders(sets: RiskSets) -> tuple[Integers, Integers]:
    """Begin and end of the strata; one row where it serves all trials."""
    rows = slice(None) if sets.has_strata else slice(1)
    return sets.begin[rows].copy(), sets.end[rows].copy()


def covariates_of(subjects: Subjects) -> Floats:
    """Covariates of (trials, subjects, covariates), which a model must have."""
    if subjects.covariates is None:
        raise DataError(Fault(where="covariates", came="none", wanted="one column or more"))
    return subjects.covariates


def centre(subjects: Subjects) -> Floats:
    """Take the mean off each covariate, which changes no coefficient and keeps digits."""
    x, is_in = covariates_of(subjects), subjects.is_in
    count = np.maximum(is_in.sum(axis=1), 1)[:, None, None]
    centred: Floats = x - x.sum(axis=1, keepdims=True) / count
    return centred if is_in.all() else np.where(is_in[..., None], centred, 0.0)
