"""Difference of two proportions, each with a beta distribution.

P(p1 - p0 > d) is an integral over p0 of its density times the upper tail of p1. On the logistic
scale the integrand is analytic and falls off exponentially, so the trapezoidal rule converges
geometrically; the step follows from the sizes of both distributions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincc, betainccinv, betaincinv, betaln, expit, log_expit

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.door import Door
from equipoise.stats.roots import bracketed_root

__all__ = [
    "BetaPair",
    "difference_exceeds",
    "difference_quantile",
    "read_beta",
    "read_prior",
    "upper_tail",
]

_LARGEST = 1e9
"""Steps grow with the root of the largest parameter: some hundred thousand here."""

_CELLS = 400_000
"""Integrand values held at once."""
_CUT = 1e-18
"""Mass outside the range of the rule, where the tail of p1 does not move. [1]"""
_WEIGHTLESS = -80.0
"""Below this logarithm of its density a node adds nothing, and its tail is not computed. [1]"""
_FAR = 600.0
"""Largest logit that is still a proportion in double precision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BetaPair:
    """Beta distributions of the experimental (1) and control (0) proportion, (problems,) each."""

    alpha1: Floats
    beta1: Floats
    alpha0: Floats
    beta0: Floats

    def take(self, chosen: Integers | slice) -> BetaPair:
        """Take the chosen problems."""
        return BetaPair(
            alpha1=self.alpha1[chosen],
            beta1=self.beta1[chosen],
            alpha0=self.alpha0[chosen],
            beta0=self.beta0[chosen],
        )


def difference_exceeds(
    *,
    alpha1: ArrayLike,
    beta1: ArrayLike,
    alpha0: ArrayLike,
    beta0: ArrayLike,
    margin: ArrayLike = 0.0,
) -> Floats:
    """Probability that the experimental proportion exceeds the control's by more than a margin.

    Parameters
    ----------
    alpha1, beta1, alpha0, beta0 : (...) float
        Parameters of both beta distributions, above zero.
    margin : (...) float
        Between -1 and 1; negative for non-inferiority.

    Returns
    -------
    (...) float
        P(p1 > p0 + margin), with an absolute error below 1e-11; below 1e-13 up to some hundred
        subjects.

    Raises
    ------
    DataError
        If a parameter is not above zero, a margin is outside -1 to 1, or shapes do not broadcast.
    """
    door = Door()
    named = {"alpha1": alpha1, "beta1": beta1, "alpha0": alpha0, "beta0": beta0}
    values = [read_beta(door, name, value) for name, value in named.items()]
    values.append(door.numbers("margin", margin, low=-1, high=1))
    lead = door.close()
    columns = np.stack([np.broadcast_to(value, lead).ravel() for value in values])
    distinct, place = np.unique(columns, axis=1, return_inverse=True)
    pair = BetaPair(alpha1=distinct[0], beta1=distinct[1], alpha0=distinct[2], beta0=distinct[3])
    return upper_tail(pair, distinct[4])[place.reshape(-1)].reshape(lead)


def difference_quantile(
    *,
    alpha1: ArrayLike,
    beta1: ArrayLike,
    alpha0: ArrayLike,
    beta0: ArrayLike,
    probability: ArrayLike,
) -> Floats:
    """Quantile of the difference experimental minus control.

    Parameters
    ----------
    alpha1, beta1, alpha0, beta0 : (...) float
        As in `difference_exceeds`.
    probability : (...) float
        Probability below the quantile, strictly between 0 and 1.

    Returns
    -------
    (...) float
        Difference of proportions.

    Raises
    ------
    DataError
        As in `difference_exceeds`, or if a probability is not between 0 and 1.
    """
    door = Door()
    named = {"alpha1": alpha1, "beta1": beta1, "alpha0": alpha0, "beta0": beta0}
    values = [read_beta(door, name, value) for name, value in named.items()]
    values.append(
        door.numbers("probability", probability, low=0, high=1, open_low=True, open_high=True)
    )
    lead = door.close()
    columns = np.stack([np.broadcast_to(value, lead).ravel() for value in values])
    distinct, place = np.unique(columns, axis=1, return_inverse=True)
    pair = BetaPair(alpha1=distinct[0], beta1=distinct[1], alpha0=distinct[2], beta0=distinct[3])
    below = distinct[4]

    def excess(margin: Floats, which: Integers) -> Floats:
        return np.asarray((1 - below[which]) - upper_tail(pair.take(which), margin))

    one = np.ones(below.shape)
    found: Floats = bracketed_root(excess, -one, one)[place.reshape(-1)].reshape(lead)
    return found


def read_beta(door: Door, name: str, value: ArrayLike) -> Floats:
    """Read a parameter of a beta distribution."""
    return door.numbers(name, value, low=0, high=_LARGEST, open_low=True)


def read_prior(door: Door, name: str, value: float) -> float:
    """Read one parameter of the beta distribution that all trials share."""
    return door.number(name, value, low=0, high=_LARGEST, open_low=True)


def upper_tail(pair: BetaPair, margin: Floats) -> Floats:
    """P(p1 > p0 + margin) of each problem."""
    # The width of p0's range in which p1 can lie on either side of p0 + margin.
    width = 1 - np.abs(margin)
    answer = np.where(margin >= 0, 0.0, 1.0)
    size = pair.alpha0 + pair.beta0 + pair.alpha1 + pair.beta1
    step = np.minimum(0.35, 1.0 / np.sqrt(size))
    left, right = _range(pair, margin, width)
    nodes = np.maximum(np.ceil((right - left) / step), 1).astype(np.int64) + 1
    # Problems of like size share their number of nodes.
    order = np.argsort(nodes, kind="stable")
    order = order[width[order] > 0]
    count = max(1, _CELLS // int(nodes.max(initial=1)))
    for start in range(0, order.size, count):
        chosen = order[start : start + count]
        share = np.linspace(0, 1, int(nodes[chosen].max()))
        x = left[chosen, None] + (right - left)[chosen, None] * share
        answer[chosen] = _integrate(pair.take(chosen), margin[chosen], x)
    return np.clip(answer, 0.0, 1.0)


def _range(pair: BetaPair, margin: Floats, width: Floats) -> tuple[Floats, Floats]:
    """Logits between which all but a share of 1e-18 of p0 lies."""
    low = betaincinv(pair.alpha0, pair.beta0, _CUT)
    high = betainccinv(pair.alpha0, pair.beta0, _CUT)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.log(low) - np.log(np.maximum(width, 0))
        right = np.log(width) - np.log(betaincinv(pair.beta0, pair.alpha0, _CUT))
    far = -np.log(_CUT)
    # At an end inside (0, 1) the logistic density alone makes the integrand fall off.
    left = np.where((margin < 0) | (low >= 0.5), -far, np.clip(left, -_FAR, -far))
    right = np.where((margin > 0) | (high <= 0.5), far, np.clip(right, far, _FAR))
    return left, right


def _integrate(pair: BetaPair, margin: Floats, x: Floats) -> Floats:
    """Sum the rule over nodes x, (problems, nodes), and what lies beyond its ends."""
    a0, b0 = pair.alpha0[:, None], pair.beta0[:, None]
    a1, b1 = pair.alpha1[:, None], pair.beta1[:, None]
    up, down = np.maximum(margin, 0)[:, None], np.maximum(-margin, 0)[:, None]
    width = 1 - up - down
    rising, falling = width * expit(x), width * expit(-x)
    # p0 = down + rising, 1 - p0 = up + falling; p1's bound is up + rising.
    log_density = (
        (a0 - 1) * np.log(down + rising)
        + (b0 - 1) * np.log(up + falling)
        - betaln(a0, b0)
        + np.log(width)
        + log_expit(x)
        + log_expit(-x)
    )
    # The smaller of the two arguments keeps its digits.
    bound, rest = up + rising, down + falling
    is_low, is_heavy = bound < rest, log_density > _WEIGHTLESS
    tail = np.zeros(log_density.shape)
    betaincc(a1, b1, bound, out=tail, where=is_heavy & is_low)
    betainc(b1, a1, rest, out=tail, where=is_heavy & ~is_low)
    value = np.exp(log_density) * tail
    # Gregory's rule: only with parameters near zero is there anything at the ends.
    ends = (value[:, 0] + value[:, -1]) / 2
    bend = (value[:, 1] - value[:, 0] - value[:, -1] + value[:, -2]) / 12
    inside = (np.sum(value, axis=1) - ends + bend) * (x[:, 1] - x[:, 0])
    return np.asarray(inside + _beyond(pair, margin, rising[:, 0], falling[:, -1]))


def _beyond(pair: BetaPair, margin: Floats, first: Floats, last: Floats) -> Floats:
    """Mass of p0 below the first and above the last node, times the tail of p1 there.

    Next to a positive margin p1's bound is inside (0, 1) at the lower end and the tail constant;
    without a margin both move, and the leading term of each is integrated.
    """
    a0, b0, a1, b1 = pair.alpha0, pair.beta0, pair.alpha1, pair.beta1
    both = betaln(a0, b0) + betaln(a1, b1)
    lower = betainc(a0, b0, np.where(margin < 0, -margin, first))
    rise = np.exp((a0 + a1) * np.log(first) - both) / ((a0 + a1) * a1)
    constant = np.where(margin > 0, betainc(b1, a1, 1 - np.maximum(margin, 0)), 1.0)
    below = lower * constant - np.where(margin == 0, rise, 0.0)
    fall = np.exp((b0 + b1) * np.log(last) - both) / ((b0 + b1) * b1)
    # Below a negative margin p0 may reach 1 while p1's bound does not.
    reach = betainc(b0, a0, last) * betainc(b1, a1, np.maximum(-margin, 0))
    above = np.where(margin == 0, fall, np.where(margin < 0, reach, 0.0))
    return np.asarray(below + above)
