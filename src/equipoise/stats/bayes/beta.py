"""Proportion of one arm: beta prior, binomial outcome, beta posterior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainccinv, betaincinv

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.door import Door
from equipoise.stats.roots import bracketed_root

__all__ = ["BetaPosterior", "beta_posterior", "highest_density"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BetaPosterior:
    """Posterior of a proportion; every field has the shape of the batch.

    Attributes
    ----------
    alpha, beta : float
        Parameters of the beta distribution.
    mean, sd : float
        Its mean and standard deviation.
    ci_low, ci_high : float
        Equal-tailed credible limits.
    hpd_low, hpd_high : float
        Highest-density limits: one-sided where the density has its peak at 0 or 1, NaN where
        it is flat or has a peak at both.
    """

    alpha: Floats
    beta: Floats
    mean: Floats
    sd: Floats
    ci_low: Floats
    ci_high: Floats
    hpd_low: Floats
    hpd_high: Floats


def beta_posterior(
    *,
    x: ArrayLike,
    n: ArrayLike,
    alpha: ArrayLike = 1.0,
    beta: ArrayLike = 1.0,
    confidence: float = 0.95,
) -> BetaPosterior:
    """Update a beta prior with x responders among n subjects.

    Parameters
    ----------
    x, n : (...) int
        Responders and subjects. NaN is refused; with n = 0 the prior comes back.
    alpha, beta : (...) float
        Parameters of the prior, above zero; 1 and 1 are uniform, 1/2 and 1/2 Jeffreys'.
    confidence : float
        Probability between the limits.

    Raises
    ------
    DataError
        If a count is not whole, negative or x exceeds n, a parameter is not above zero, shapes
        do not broadcast, or ``confidence`` is not between 0 and 1.

    Notes
    -----
    Source: Gelman A and others. Bayesian Data Analysis, 3rd edition, section 2.4.
    """
    door = Door()
    events = door.numbers("x", x, low=0, whole=True)
    subjects = door.numbers("n", n, low=0, whole=True)
    a = door.numbers("alpha", alpha, low=0, open_low=True)
    b = door.numbers("beta", beta, low=0, open_low=True)
    door.level("confidence", confidence)
    lead = door.close()
    events, subjects, a, b = (np.broadcast_to(value, lead) for value in (events, subjects, a, b))
    door.wants(np.all(events <= subjects), where="x", came="more than n", wanted="x up to n")
    door.close()
    a, b = a + events, b + subjects - events
    tail = (1 - confidence) / 2
    low, high = highest_density(a, b, confidence)
    return BetaPosterior(
        alpha=a,
        beta=b,
        mean=a / (a + b),
        sd=np.sqrt(a * b / (a + b + 1)) / (a + b),
        ci_low=betaincinv(a, b, tail),
        ci_high=betainccinv(a, b, tail),
        hpd_low=low,
        hpd_high=high,
    )


def highest_density(a: Floats, b: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Shortest interval of a beta distribution that holds ``confidence``.

    Where the peak is inside, both ends have the same density.
    """
    low, high = np.full(a.shape, np.nan), np.full(a.shape, np.nan)
    falls, rises = (a <= 1) & (b > 1), (a > 1) & (b <= 1)
    low[falls], high[falls] = 0.0, betaincinv(a[falls], b[falls], confidence)
    low[rises], high[rises] = betainccinv(a[rises], b[rises], confidence), 1.0
    inside = (a > 1) & (b > 1)
    one, other = a[inside], b[inside]

    def ends(below: Floats, which: Integers) -> tuple[Floats, Floats]:
        above = np.maximum(1 - confidence - below, 0)
        return (
            betaincinv(one[which], other[which], below),
            betainccinv(one[which], other[which], above),
        )

    def rise(below: Floats, which: Integers) -> Floats:
        left, right = ends(below, which)
        with np.errstate(divide="ignore", invalid="ignore"):
            density = (one[which] - 1) * (np.log(left) - np.log(right))
            return np.asarray(density + (other[which] - 1) * (np.log1p(-left) - np.log1p(-right)))

    every = np.arange(one.size)
    nothing = np.zeros(one.shape)
    below = bracketed_root(rise, nothing, nothing + (1 - confidence))
    low[inside], high[inside] = ends(below, every)
    return low, high
