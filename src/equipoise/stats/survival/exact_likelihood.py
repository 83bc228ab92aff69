"""The exact (discrete) partial likelihood of the Cox model for tied times.

The events tied at a time are the likeliest d of the n at risk: the denominator is the elementary
symmetric function e_d of the risks. It is built up subject by subject, latest time first; with
a = r e_(j-1) / (e_j + r e_(j-1)), the chance that the new subject is among j drawn, the mean and
the second moment of the sum of covariates of the j drawn follow the same recursion, so nothing
overflows. Source: Gail, Lubin, Rubinstein. Biometrika 1981; 68:703-707; Cox 1972, section 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival.door import Subjects
from equipoise.stats.survival.partial_likelihood import Terms, centre
from equipoise.stats.survival.risk_sets import RiskSets

__all__ = ["ExactLikelihood"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactLikelihood:
    """Sorted subjects of the trials, ready to be evaluated."""

    sets: RiskSets
    x: Floats
    event: Bools
    is_in: Bools
    tied: Integers  # number of tied events, at the first place of each time; 0 elsewhere

    @classmethod
    def of(cls, subjects: Subjects) -> ExactLikelihood:
        """Sort the subjects and count the tied events."""
        sets = RiskSets.of(subjects.time, stratum=subjects.codes.get("stratum"))
        event = sets.sort(subjects.event)
        return cls(
            sets=sets,
            x=sets.sort(centre(subjects)),
            event=event,
            is_in=sets.sort(subjects.is_in),
            tied=np.where(sets.is_first, sets.tied(event), 0).astype(np.int64),
        )

    def _rows(self, chosen: Integers) -> ExactLikelihood:
        """Take some of the trials."""
        return ExactLikelihood(
            sets=self.sets.rows(chosen),
            x=self.x[chosen],
            event=self.event[chosen],
            is_in=self.is_in[chosen],
            tied=self.tied[chosen],
        )

    def at(self, coefficient: Floats, trials: Integers | None = None) -> Terms:
        """Evaluate the trials, all if none are named, at (trials, covariates)."""
        if trials is not None:
            return self._rows(trials).at(coefficient)
        log_risk = np.einsum("tij,tj->ti", self.x, coefficient)
        drawn = _Drawn.nobody(len(log_risk), int(self.tied.max(initial=0)), self.x.shape[-1])
        log_likelihood = np.sum(self.event * log_risk, axis=-1)
        score = np.einsum("ti,tij->tj", self.event, self.x)
        information = np.zeros(score.shape + score.shape[-1:])
        places = self.x.shape[1]
        for place in reversed(range(places)):
            drawn.forget(self.sets.end[:, place] == place + 1)
            drawn.add(np.where(self.is_in[:, place], log_risk[:, place], -np.inf), self.x[:, place])
            now = np.flatnonzero(self.tied[:, place])
            if now.size:
                number = self.tied[now, place]
                mean = drawn.mean[now, number]
                log_likelihood[now] -= drawn.log_total[now, number]
                score[now] -= mean
                information[now] += drawn.second[now, number] - mean[:, :, None] * mean[:, None, :]
        return Terms(log_likelihood=log_likelihood, score=score, information=information)


@dataclass(slots=True)
class _Drawn:
    """Sets of j = 0, 1, ... subjects drawn from the risk set with chance as their risk."""

    log_total: Floats  # (trials, j) log e_j
    mean: Floats  # (trials, j, covariates) of the sum over those drawn
    second: Floats  # (trials, j, covariates, covariates)

    @classmethod
    def nobody(cls, trials: int, most: int, covariates: int) -> _Drawn:
        empty = cls(
            np.zeros((trials, most + 1)),
            np.zeros((trials, most + 1, covariates)),
            np.zeros((trials, most + 1, covariates, covariates)),
        )
        empty.forget(np.ones(trials, dtype=np.bool_))
        return empty

    def forget(self, chosen: Bools) -> None:
        """Empty the risk set of the chosen trials: a new stratum begins."""
        self.log_total[chosen] = -np.inf
        self.log_total[chosen, 0] = 0.0
        self.mean[chosen] = 0.0
        self.second[chosen] = 0.0

    def add(self, log_risk: Floats, x: Floats) -> None:
        """Add one subject to each risk set."""
        before, mean, second = self.log_total[:, :-1], self.mean[:, :-1], self.second[:, :-1]
        with_it = log_risk[:, None] + before
        total = np.logaddexp(self.log_total[:, 1:], with_it)
        chance = np.exp(with_it - np.where(total > -np.inf, total, 0.0))
        x = x[:, None, :]
        cross = mean[..., :, None] * x[..., None, :]
        new_second = second + cross + cross.swapaxes(-1, -2) + x[..., :, None] * x[..., None, :]
        keep, take_it = 1 - chance[..., None], chance[..., None]
        self.second[:, 1:] = keep[..., None] * self.second[:, 1:] + take_it[..., None] * new_second
        self.mean[:, 1:] = keep * self.mean[:, 1:] + take_it * (mean + x)
        self.log_total[:, 1:] = total
