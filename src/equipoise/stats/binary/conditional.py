"""Conditional inference on an odds ratio: the tilted hypergeometric distribution.

Given the margins, the number of events in the experimental arm has masses proportional to
``mass(s) * odds_ratio ** s``. The same holds for the sum over strata that share an odds ratio.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.roots import bracketed_root

__all__ = ["ConditionalOddsRatio", "conditional_odds_ratio"]

_WIDEST_LOG = 80.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalOddsRatio:
    """Conditional maximum likelihood odds ratio and exact limits, one per row."""

    estimate: Floats
    ci_low: Floats
    ci_high: Floats


def conditional_odds_ratio(
    log_mass: Floats, place: Integers, *, last: Integers, confidence: float
) -> ConditionalOddsRatio:
    """Solve for the odds ratio at which the observed count is the mean, or cuts off a tail.

    Parameters
    ----------
    log_mass : (rows, support) float
        Log masses under an odds ratio of 1, up to a constant; minus infinity past the end.
    place : (rows,) int
        Column of the observed count.
    last : (rows,) int
        Column of the largest possible count.
    confidence : float
        Two-sided level; each limit leaves half of the rest in its tail.

    Returns
    -------
    ConditionalOddsRatio
        At the low end of the support estimate and low limit are 0, at the high end estimate
        and high limit are infinite. A support of one point has a NaN estimate.
    """
    is_first, is_last = place == 0, place == last
    half = (1 - confidence) / 2
    size = np.full(place.shape, _WIDEST_LOG)
    problem = _Tilted(log_mass=log_mass, place=place)
    with np.errstate(divide="ignore"):
        estimate = np.exp(bracketed_root(problem.mean_excess, -size, size))
        low = np.exp(
            bracketed_root(lambda t, i: problem.log_upper(t, i) - np.log(half), -size, size)
        )
        high = np.exp(
            bracketed_root(lambda t, i: problem.log_lower(t, i) - np.log(half), -size, size)
        )
    estimate = np.where(is_first, 0.0, np.where(is_last, np.inf, estimate))
    return ConditionalOddsRatio(
        estimate=np.where(is_first & is_last, np.nan, estimate),
        ci_low=np.where(is_first, 0.0, low),
        ci_high=np.where(is_last, np.inf, high),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tilted:
    """Masses under any log odds ratio, as functions for the root search."""

    log_mass: Floats
    place: Integers

    def _steps_and_mass(self, tilt: Floats, row: Integers) -> tuple[Floats, Floats]:
        step = np.arange(self.log_mass.shape[1], dtype=np.float64) - self.place[row][:, None]
        exponent = self.log_mass[row] + step * tilt[:, None]
        return step, np.asarray(np.exp(exponent - np.max(exponent, axis=1, keepdims=True)))

    def mean_excess(self, tilt: Floats, row: Integers) -> Floats:
        """Subtract the observed count from the expected one."""
        step, mass = self._steps_and_mass(tilt, row)
        return np.asarray(np.sum(step * mass, axis=1) / np.sum(mass, axis=1))

    def log_upper(self, tilt: Floats, row: Integers) -> Floats:
        """Log probability of the observed count or more."""
        step, mass = self._steps_and_mass(tilt, row)
        return _log_share(np.where(step >= 0, mass, 0.0), mass)

    def log_lower(self, tilt: Floats, row: Integers) -> Floats:
        """Log probability of the observed count or fewer."""
        step, mass = self._steps_and_mass(tilt, row)
        return _log_share(np.where(step <= 0, mass, 0.0), mass)


def _log_share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.log(np.sum(part, axis=1)) - np.log(np.sum(whole, axis=1)))
