"""Exact recursive integration of sequential test statistics between boundaries.

The statistics z_1, ..., z_K are jointly normal with means drift times the root of the information
fraction and Corr(z_j, z_k) = sqrt(t_j / t_k). The sub-density of z_k among trials that go on is
carried from look to look on Gauss-Legendre nodes, in panels so short against the width of every
normal kernel involved that the error of a step is near 1e-16.

Source: Armitage P, McPherson CK, Rowe BC. J R Stat Soc A 1969; 132:235-244; Jennison C, Turnbull
BW. Group Sequential Methods 2000, chapter 19.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.roots import bracketed_root

__all__ = ["Continuing", "begin", "find_bound"]

_REACH = 9.0
"""Standard deviations around its mean in which a statistic is followed; 1e-19 lies beyond. [1]"""
_NODES = 16
_PANEL = 4.0
"""Length of a panel in standard deviations of the narrowest kernel. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuing:
    """Trials still going after a look: nodes of z and the probability each stands for.

    Before the first look there is one node with all probability and no information.
    """

    z: Floats
    mass: Floats
    information: float
    drift: float

    def above(self, bound: float, information: float) -> float:
        """Probability that the next statistic lies above ``bound``."""
        return float(self.mass @ ndtr(-self._deviate(bound, information)))

    def below(self, bound: float, information: float) -> float:
        """Probability that the next statistic lies below ``bound``."""
        return float(self.mass @ ndtr(self._deviate(bound, information)))

    def mean_between(self, lower: float, upper: float, information: float) -> float:
        """Mean of the next statistic times the indicator that it lies between the bounds."""
        step = information - self.information
        spread = np.sqrt(step / information)
        centre = self.z * np.sqrt(self.information / information)
        centre = centre + self.drift * step / np.sqrt(information)
        low, high = self._deviate(lower, information), self._deviate(upper, information)
        # exp(-inf) is 0: an infinite bound has no density.
        density = (np.exp(-np.square(low) / 2) - np.exp(-np.square(high) / 2)) / np.sqrt(2 * np.pi)
        inside = centre * (ndtr(high) - ndtr(low)) + spread * density
        return float(self.mass @ inside)

    def go_on(
        self, lower: float, upper: float, information: float, following: float | None
    ) -> Continuing:
        """Keep the trials whose next statistic lies between the bounds.

        ``following`` is the information of the look after, whose kernel must be resolved too.
        """
        mean = self.drift * np.sqrt(information)
        low, high = max(lower, mean - _REACH), min(upper, mean + _REACH)
        widths = [1.0, (information - self.information) / information]
        if following is not None:
            widths.append((following - information) / information)
        z, weight = _panels(low, high, float(np.sqrt(min(widths))))
        step = information - self.information
        gap = self._gap(z[:, None], information)
        kernel = np.exp(-np.square(gap) / 2) * np.sqrt(information / (2 * np.pi * step))
        return Continuing(
            z=z, mass=weight * (kernel @ self.mass), information=information, drift=self.drift
        )

    def _deviate(self, bound: float, information: float) -> Floats:
        if np.isinf(bound):
            return np.full(self.z.shape, bound)
        return self._gap(np.asarray(bound), information)

    def _gap(self, z: Floats, information: float) -> Floats:
        step = information - self.information
        moved = z * np.sqrt(information) - self.z * np.sqrt(self.information)
        return np.asarray((moved - self.drift * step) / np.sqrt(step))


def begin(drift: float) -> Continuing:
    """All trials, before the first look."""
    return Continuing(z=np.zeros(1), mass=np.ones(1), information=0.0, drift=drift)


def find_bound(
    probability: Callable[[float], float], target: float, *, rising: bool, centre: float = 0.0
) -> float:
    """Find the bound at which a probability of crossing has its target.

    ``probability`` falls in the bound, or rises where ``rising``. A target of zero is met by an
    infinite bound; a target that even a bound on the far side misses by a bound there.
    """
    away, near = (-np.inf, np.inf) if rising else (np.inf, -np.inf)
    if target <= 0:
        return away
    if probability(near) <= target:
        return near
    low, high = np.array([centre - 4 * _REACH]), np.array([centre + 4 * _REACH])

    def excess(bound: Floats, which: Integers) -> Floats:
        del which
        with np.errstate(divide="ignore"):
            found = np.log([probability(float(one)) for one in bound])
        return np.asarray(found - np.log(target))

    return float(bracketed_root(excess, low, high)[0])


@lru_cache(maxsize=8)
def _legendre(nodes: int) -> tuple[Floats, Floats]:
    z, weight = np.polynomial.legendre.leggauss(nodes)
    return z, weight


def _panels(low: float, high: float, width: float) -> tuple[Floats, Floats]:
    """Nodes and weights of composite Gauss-Legendre quadrature; none where the range is empty."""
    if not high > low:
        return np.zeros(1), np.zeros(1)
    count = max(1, int(np.ceil((high - low) / (_PANEL * width))))
    edges = np.linspace(low, high, count + 1)
    half = np.diff(edges)[:, None] / 2
    node, weight = _legendre(_NODES)
    z = (edges[:-1, None] + half) + half * node
    return z.ravel(), (half * weight).ravel()
