"""The Fine-Gray model: proportional hazards of the subdistribution of one cause.

Subjects with another cause stay in the risk set with the weight G(t-) / G(X-), G the
Kaplan-Meier estimate of censoring. Source: Fine, Gray. J Am Stat Assoc 1999; 94:496-509; the
variance is that of its section 3, with the estimation of G; ties as Breslow's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.survival.cox import span_of
from equipoise.stats.survival.cox_fit import OverallTest, lay_out, summarise
from equipoise.stats.survival.door import Subjects, blocks, read_level
from equipoise.stats.survival.incidence import read_interest
from equipoise.stats.survival.linear import inverse
from equipoise.stats.survival.newton import Maximum, maximise
from equipoise.stats.survival.partial_likelihood import Terms, centre
from equipoise.stats.survival.product_limit import Product
from equipoise.stats.survival.risk_sets import RiskSets, take

__all__ = ["FineGrayFit", "fine_gray"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FineGrayFit:
    """Fine-Gray models of the trials; fields are (..., covariates) where nothing else is said.

    A coefficient is the log ratio of subdistribution hazards of one unit more; ``state`` as in
    `CoxFit`. Tests are Wald tests, two-sided: a pseudo likelihood has no others.
    """

    coefficient: Floats
    standard_error: Floats
    hazard_ratio: Floats
    ci_low: Floats  # of the ratio
    ci_high: Floats
    z: Floats
    p_value: Floats
    state: NDArray[np.int8]
    covariance: Floats  # (..., covariates, covariates)
    log_likelihood_null: Floats  # (...), pseudo
    log_likelihood: Floats  # (...)
    wald: OverallTest
    iterations: Integers  # (...)


def fine_gray(
    *,
    time: ArrayLike,
    cause: ArrayLike,
    covariates: ArrayLike,
    interest: int = 1,
    level: float = 0.95,
) -> FineGrayFit:
    """Fit a Fine-Gray model to each trial.

    Parameters
    ----------
    time : (..., subjects) float
        Time to the first event or censoring; ``-inf`` for subjects that are out. [day]
    cause : (..., subjects) int
        0 where censored, else the cause.
    covariates : (..., subjects, covariates) float
        Columns of the model.
    interest : int
        The cause that is modelled; all others compete.
    level : float
        Confidence level. [1]

    Returns
    -------
    FineGrayFit
        Coefficient below 0: the cause is rarer with more of the covariate.

    Raises
    ------
    DataError
        NaN in ``time`` or a covariate, a cause that is not a whole number from 0.
    """
    level = read_level(level)
    subjects = read_interest(time=time, cause=cause, interest=interest, covariates=covariates)
    maxima, errors = [], []
    for rows in blocks(subjects.trials, subjects.time.shape[1] * 4):
        part = subjects.part(rows)
        likelihood = _Subdistribution.of(part, interest)
        events = likelihood.event.sum(axis=-1).astype(np.float64)
        found = maximise(likelihood, span=span_of(part), events=events)
        model = inverse(found.terms.information, found.is_finite)
        change = likelihood.residuals(found.coefficient) @ model
        maxima.append(found)
        errors.append((np.matmul(change.swapaxes(1, 2), change), model))
    maximum = Maximum.joined(maxima)
    robust, model = map(np.concatenate, zip(*errors, strict=True))
    fit = lay_out(subjects, summarise(maximum, robust, model, level=level))
    return FineGrayFit(
        coefficient=fit.coefficient,
        standard_error=fit.standard_error,
        hazard_ratio=fit.hazard_ratio,
        ci_low=fit.ci_low,
        ci_high=fit.ci_high,
        z=fit.z,
        p_value=fit.p_value,
        state=fit.state,
        covariance=fit.covariance,
        log_likelihood_null=fit.log_likelihood_null,
        log_likelihood=fit.log_likelihood,
        wald=fit.wald,
        iterations=fit.iterations,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subdistribution:
    """Sorted subjects with the weights of those who had another cause.

    Attributes
    ----------
    event : (trials, places) bool
        The cause of interest.
    uncensored : (trials, places) float
        G just before the time of each place.
    staying : (trials, places) float
        1 / G(X-) for subjects with another cause; 0 for all others.
    leaving : (trials, places) bool
        True where censored.
    """

    sets: RiskSets
    x: Floats
    event: Bools
    is_in: Bools
    uncensored: Floats
    staying: Floats
    leaving: Bools

    @classmethod
    def of(cls, subjects: Subjects, interest: int) -> _Subdistribution:
        sets = RiskSets.of(subjects.time)
        is_in = sets.sort(subjects.is_in)
        cause = sets.sort(subjects.codes["cause"])
        leaving = is_in & (cause == 0)
        one = np.ones((subjects.trials, 1))
        uncensored = np.concatenate([one, Product.over(sets.time, leaving).survival], axis=-1)
        before = take(uncensored, sets.first)
        is_other = is_in & (cause > 0) & (cause != interest)
        return cls(
            sets=sets,
            x=sets.sort(centre(subjects)),
            event=is_in & (cause == interest),
            is_in=is_in,
            uncensored=before,
            staying=np.where(is_other, 1 / np.where(before > 0, before, 1), 0.0),
            leaving=leaving,
        )

    def _rows(self, chosen: Integers) -> _Subdistribution:
        """Take some of the trials."""
        return _Subdistribution(
            sets=self.sets.rows(chosen),
            x=self.x[chosen],
            event=self.event[chosen],
            is_in=self.is_in[chosen],
            uncensored=self.uncensored[chosen],
            staying=self.staying[chosen],
            leaving=self.leaving[chosen],
        )

    def _passage(self, coefficient: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Log risk, risk, hazard step 1 / S and mean m at each event, as in `Passage`."""
        linear = np.where(self.is_in, np.einsum("tij,tj->ti", self.x, coefficient), -np.inf)
        highest = linear.max(axis=-1, keepdims=True)
        log_risk = np.where(self.is_in, linear - np.where(np.isfinite(highest), highest, 0), 0)
        risk = np.where(self.is_in, np.exp(log_risk), 0.0)
        below = self._weighted(risk)
        above = self._weighted(risk[..., None] * self.x)
        hazard = np.where(self.event, 1 / np.maximum(below, np.finfo(np.float64).tiny), 0.0)
        return log_risk, risk, hazard, above * hazard[..., None]

    def _weighted(self, array: Floats) -> Floats:
        """Sum over the risk set, with those who had another cause before in their weight."""
        wide = (...,) + (None,) * (array.ndim - 2)
        return self.sets.at_risk(array) + self.uncensored[wide] * self._before(
            array * self.staying[wide]
        )

    def _before(self, array: Floats) -> Floats:
        """Sum over the places with an earlier time."""
        padded = np.concatenate([np.zeros_like(array[:, :1]), np.cumsum(array, axis=1)], axis=1)
        return take(padded, self.sets.first)

    def _after(self, array: Floats) -> Floats:
        """Sum over the places with a later time."""
        from_here = np.cumsum(array[:, ::-1], axis=1)[:, ::-1]
        padded = np.concatenate([from_here, np.zeros_like(array[:, :1])], axis=1)
        return take(padded, self.sets.last + 1)

    def _exposure(self, step: Floats) -> Floats:
        """Sum steps at events over the time each subject counts, in its weight."""
        wide = (...,) + (None,) * (step.ndim - 2)
        later = self._after(step * self.uncensored[wide])
        return self.sets.while_at_risk(step) + self.staying[wide] * later

    def at(self, coefficient: Floats, trials: Integers | None = None) -> Terms:
        """Evaluate the trials, all if none are named, at (trials, covariates)."""
        if trials is not None:
            return self._rows(trials).at(coefficient)
        log_risk, risk, hazard, mean = self._passage(coefficient)
        gain = log_risk + np.log(np.where(self.event, hazard, 1.0))
        excess = np.where(self.event[..., None], self.x - mean, 0.0)
        passed = risk * self._exposure(hazard)
        squares = np.matmul((passed[..., None] * self.x).swapaxes(1, 2), self.x)
        return Terms(
            log_likelihood=np.where(self.event, gain, 0.0).sum(axis=-1),
            score=excess.sum(axis=1),
            information=squares - np.matmul(mean.swapaxes(1, 2), mean),
        )

    def residuals(self, coefficient: Floats) -> Floats:
        """Part of each subject in the score, with its part in the estimate of G."""
        _, risk, hazard, mean = self._passage(coefficient)
        excess = np.where(self.event[..., None], self.x - mean, 0.0)
        drift = self._exposure(hazard[..., None] * mean)
        passed = self.x * self._exposure(hazard)[..., None] - drift
        own = excess - risk[..., None] * passed

        # q(u): how the score moves with the hazard of censoring at u.
        weighted = risk * self.staying
        zero, first = self._before(weighted), self._before(weighted[..., None] * self.x)
        to_come = self.sets.at_risk(self.uncensored * hazard)
        mean_to_come = self.sets.at_risk((self.uncensored * hazard)[..., None] * mean)
        q = first * to_come[..., None] - zero[..., None] * mean_to_come
        at_risk = np.maximum(self.sets.at_risk(self.is_in), 1)[..., None]
        leaving = self.leaving[..., None]
        steps = leaving * q / at_risk
        return own + steps - self.is_in[..., None] * self.sets.while_at_risk(steps / at_risk)
