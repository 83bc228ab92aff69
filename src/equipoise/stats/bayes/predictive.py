"""Predictive probability: how likely success at the end is, given the data so far.

Every final result that is still possible has its beta-binomial probability; the predictive
probability sums those that would be a success. Source: Lee JJ, Liu DD. Clin Trials 2008;
5:93-106 (one arm); Spiegelhalter DJ, Freedman LS, Blackburn PR. Control Clin Trials 1986; 7:8-17.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincc, betaln, gammaln

from equipoise.stats.arrays import Bools, Floats
from equipoise.stats.bayes.beta_difference import difference_exceeds, read_prior
from equipoise.stats.door import Door

__all__ = [
    "PredictiveOneArm",
    "posterior_success_table",
    "predictive_probability_one_arm",
    "predictive_probability_two_arms",
]

_MOST_AT_END = 1_000_000
"""Every number of responders at the end has its own probability in memory."""

_MOST_PER_ARM = 10_000
"""Every table of two arms is integrated: a hundred million at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictiveOneArm:
    """Predictive probability of one arm; fields have the leading shape.

    ``smallest_success`` is the least number of responders in all, of those still possible, that
    is a success; NaN where none is.
    """

    probability: Floats
    smallest_success: Floats


def predictive_probability_one_arm(
    *,
    x: ArrayLike,
    n: ArrayLike,
    total: ArrayLike,
    null: ArrayLike,
    cut: ArrayLike,
    alpha: ArrayLike = 1.0,
    beta: ArrayLike = 1.0,
) -> PredictiveOneArm:
    """Predictive probability that one arm ends with P(p > null) above a cut.

    Parameters
    ----------
    x, n : (...) int
        Responders and subjects so far. NaN is refused.
    total : (...) int
        Subjects at the end, at least n.
    null : (...) float
        Proportion to be exceeded.
    cut : (...) float
        Posterior probability that must be exceeded for success.
    alpha, beta : (...) float
        Prior, for the posterior and for the prediction.

    Raises
    ------
    DataError
        If x <= n <= total does not hold, a probability is outside 0 to 1, a parameter is not
        above zero, or shapes do not broadcast.
    """
    door = Door()
    values = [
        door.numbers("x", x, low=0, whole=True),
        door.numbers("n", n, low=0, whole=True),
        door.numbers("total", total, low=0, high=_MOST_AT_END, whole=True),
        door.probabilities("null", null),
        door.probabilities("cut", cut),
        door.numbers("alpha", alpha, low=0, open_low=True),
        door.numbers("beta", beta, low=0, open_low=True),
    ]
    lead = door.close()
    events, now, end, bar, limit, a, b = (np.broadcast_to(v, lead)[..., None] for v in values)
    door.wants(np.all(events <= now), where="x", came="more than n", wanted="x up to n")
    door.wants(np.all(now <= end), where="total", came="less than n", wanted="n or more")
    door.close()
    more = np.arange(int(np.max(end - now, initial=0)) + 1, dtype=np.float64)
    is_open = more <= end - now
    future = np.minimum(more, end - now)
    left = end - now - future
    posterior = betaincc(a + events + future, b + now - events + left, bar)
    is_success = is_open & (posterior > limit)
    mass = np.exp(_log_beta_binomial(future, end - now, a + events, b + now - events))
    smallest = np.min(np.where(is_success, events + future, np.inf), axis=-1, initial=np.inf)
    return PredictiveOneArm(
        probability=np.sum(np.where(is_success, mass, 0.0), axis=-1),
        smallest_success=np.where(np.isinf(smallest), np.nan, smallest),
    )


def predictive_probability_two_arms(
    *,
    x1: ArrayLike,
    n1: ArrayLike,
    x0: ArrayLike,
    n0: ArrayLike,
    success: ArrayLike,
    alpha1: float = 1.0,
    beta1: float = 1.0,
    alpha0: float = 1.0,
    beta0: float = 1.0,
) -> Floats:
    """Predictive probability that the final table of two arms is a success.

    Parameters
    ----------
    x1, n1, x0, n0 : (...) int
        Responders and subjects so far, experimental and control. NaN is refused.
    success : (total1 + 1, total0 + 1) bool
        True where the final analysis calls x1 experimental (row) and x0 control responders
        (column) a success, by whatever test: see `posterior_success_table` for the Bayesian one.
        Its size tells the numbers of subjects at the end.
    alpha1, beta1, alpha0, beta0 : float
        Priors of the prediction.

    Returns
    -------
    (...) float
        Sum of the beta-binomial probabilities of the successes.

    Raises
    ------
    DataError
        If x <= n <= total does not hold in an arm, a parameter is not above zero, or shapes do
        not broadcast.
    """
    door = Door()
    named = {"x1": x1, "n1": n1, "x0": x0, "n0": n0}
    values = [door.numbers(name, v, low=0, whole=True) for name, v in named.items()]
    priors = {"alpha1": alpha1, "beta1": beta1, "alpha0": alpha0, "beta0": beta0}
    for name, prior in priors.items():
        read_prior(door, name, prior)
    table = door.numbers("success", success, core=2, low=0, high=1, whole=True)
    door.wants(
        table.ndim == 2 and table.size,
        where="success",
        came=f"shape {table.shape}",
        wanted="a table of true and false, (total1 + 1, total0 + 1)",
    )
    lead = door.close()
    e1, m1, e0, m0 = (np.broadcast_to(v, lead).ravel() for v in values)
    most1, most0 = table.shape[0] - 1, table.shape[1] - 1
    for name, events, now, most in (("1", e1, m1, most1), ("0", e0, m0, most0)):
        door.wants(
            np.all(events <= now), where=f"x{name}", came="more than n", wanted=f"x up to n{name}"
        )
        door.wants(
            np.all(now <= most),
            where=f"n{name}",
            came=f"{np.max(now, initial=0):g}",
            wanted=f"{most} at most, as the table of successes is made for",
        )
    door.close()
    mass1 = _final_mass(e1, m1, most1, alpha1, beta1)
    mass0 = _final_mass(e0, m0, most0, alpha0, beta0)
    return np.asarray(np.einsum("ti,ij,tj->t", mass1, table, mass0, optimize=True)).reshape(lead)


def posterior_success_table(
    *,
    total1: int,
    total0: int,
    cut: float,
    margin: float = 0.0,
    alpha1: float = 1.0,
    beta1: float = 1.0,
    alpha0: float = 1.0,
    beta0: float = 1.0,
) -> Bools:
    """List the final tables in which P(p1 > p0 + margin) exceeds a cut.

    Parameters
    ----------
    total1, total0 : int
        Subjects of the experimental and the control arm at the end.
    cut : float
        Posterior probability that must be exceeded.
    margin : float
        Between -1 and 1.
    alpha1, beta1, alpha0, beta0 : float
        Priors of the final analysis.

    Returns
    -------
    (total1 + 1, total0 + 1) bool
        By experimental (row) and control responders (column).

    Raises
    ------
    DataError
        If a total is not whole, ``cut`` or ``margin`` is out of range, or a parameter not above
        zero.
    """
    door = Door()
    sizes = {"total1": total1, "total0": total0}
    for name, size in sizes.items():
        door.number(name, size, low=0, high=_MOST_PER_ARM, whole=True)
    door.number("cut", cut, low=0, high=1)
    for name, prior in {"alpha1": alpha1, "beta1": beta1, "alpha0": alpha0, "beta0": beta0}.items():
        read_prior(door, name, prior)
    door.number("margin", margin, low=-1, high=1)
    door.close()
    x1 = np.arange(int(total1) + 1.0)[:, None]
    x0 = np.arange(int(total0) + 1.0)
    return np.asarray(
        difference_exceeds(
            alpha1=alpha1 + x1,
            beta1=beta1 + total1 - x1,
            alpha0=alpha0 + x0,
            beta0=beta0 + total0 - x0,
            margin=margin,
        )
        > cut
    )


def _final_mass(events: Floats, now: Floats, most: int, a: float, b: float) -> Floats:
    """Probability of each final number of responders, (trials, most + 1)."""
    future = np.arange(most + 1.0) - events[:, None]
    left = (most - now)[:, None]
    is_open = (future >= 0) & (future <= left)
    log_mass = _log_beta_binomial(
        np.where(is_open, future, 0.0), left, a + events[:, None], b + (now - events)[:, None]
    )
    return np.where(is_open, np.exp(log_mass), 0.0)


def _log_beta_binomial(x: Floats, n: Floats, a: Floats, b: Floats) -> Floats:
    choose = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    return np.asarray(choose + betaln(a + x, b + n - x) - betaln(a, b))
