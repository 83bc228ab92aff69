"""Mixtures of beta distributions: priors from historical controls and their update.

A robust meta-analytic-predictive prior is such a mixture with one vague component, whose weight
says how far the historical controls are trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaln, gammaln, logsumexp

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.bayes.beta_difference import BetaPair, read_prior, upper_tail
from equipoise.stats.door import Door
from equipoise.stats.roots import bracketed_root

__all__ = [
    "BetaMixture",
    "MixtureSummary",
    "beta_mixture",
    "mixture_exceeds",
    "robust_mixture",
    "summarise_beta_mixture",
    "update_beta_mixture",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BetaMixture:
    """Components of a mixture, (..., components) each; ``weight`` sums to 1 over the last axis.

    ``log_marginal`` (...) is the log probability of the data that the mixture was updated with,
    0 for a prior.
    """

    weight: Floats
    alpha: Floats
    beta: Floats
    log_marginal: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class MixtureSummary:
    """Mean, standard deviation, median and equal-tailed limits, of the leading shape."""

    mean: Floats
    sd: Floats
    median: Floats
    ci_low: Floats
    ci_high: Floats


def beta_mixture(*, weight: ArrayLike, alpha: ArrayLike, beta: ArrayLike) -> BetaMixture:
    """Read a mixture of beta distributions.

    Parameters
    ----------
    weight : (..., components) float
        Not negative; divided by their sum.
    alpha, beta : (..., components) float
        Parameters of the components, above zero.

    Raises
    ------
    DataError
        If weights are negative or all zero, a parameter is not above zero, or shapes do not fit.
    """
    door = Door()
    w = door.numbers("weight", weight, core=1, low=0)
    a = door.numbers("alpha", alpha, core=1, low=0, open_low=True)
    b = door.numbers("beta", beta, core=1, low=0, open_low=True)
    door.same_length(weight=w, alpha=a, beta=b)
    total = np.sum(w, axis=-1, keepdims=True)
    door.wants(np.all(total > 0), where="weight", came="only zeros", wanted="a weight above zero")
    lead = door.close()
    shape = (*lead, w.shape[-1])
    return BetaMixture(
        weight=np.broadcast_to(w / total, shape),
        alpha=np.broadcast_to(a, shape),
        beta=np.broadcast_to(b, shape),
        log_marginal=np.zeros(lead),
    )


def robust_mixture(
    *, mixture: BetaMixture, vague_weight: ArrayLike, alpha: float = 1.0, beta: float = 1.0
) -> BetaMixture:
    """Add a vague component, last, so that a conflict with history can be felt.

    Parameters
    ----------
    mixture : BetaMixture
        Prior from historical controls.
    vague_weight : (...) float
        Weight of the vague component, 0 to 1; the others share the rest.
    alpha, beta : float
        Parameters of the vague component.

    Raises
    ------
    DataError
        If the weight is outside 0 to 1, a parameter is not above zero, or shapes do not fit.

    Notes
    -----
    Source: Schmidli H, Gsteiger S, Roychoudhury S, O'Hagan A, Spiegelhalter D, Neuenschwander B.
    Biometrics 2014; 70:1023-1032.
    """
    door = Door()
    share = door.probabilities("vague_weight", vague_weight)[..., None]
    read_prior(door, "alpha", alpha)
    read_prior(door, "beta", beta)
    door.close()
    lead = np.broadcast_shapes(share.shape[:-1], mixture.weight.shape[:-1])

    def join(parts: Floats, last: Floats) -> Floats:
        parts = np.broadcast_to(parts, (*lead, mixture.weight.shape[-1]))
        return np.concatenate([parts, np.broadcast_to(last, (*lead, 1))], axis=-1)

    return BetaMixture(
        weight=join(mixture.weight * (1 - share), share),
        alpha=join(mixture.alpha, np.asarray(alpha, dtype=np.float64)),
        beta=join(mixture.beta, np.asarray(beta, dtype=np.float64)),
        log_marginal=np.zeros(lead),
    )


def update_beta_mixture(*, mixture: BetaMixture, x: ArrayLike, n: ArrayLike) -> BetaMixture:
    """Update a mixture with x responders among n subjects.

    Parameters
    ----------
    mixture : BetaMixture
        The prior.
    x, n : (...) int
        Responders and subjects; they broadcast with the leading shape of the mixture.

    Returns
    -------
    BetaMixture
        Components updated one by one, weights by how well each foretold the data.

    Raises
    ------
    DataError
        If a count is not whole, negative or x exceeds n, or shapes do not broadcast.
    """
    door = Door()
    events = door.numbers("x", x, low=0, whole=True)
    subjects = door.numbers("n", n, low=0, whole=True)
    lead = door.close()
    door.wants(np.all(events <= subjects), where="x", came="more than n", wanted="x up to n")
    door.close()
    lead = np.broadcast_shapes(lead, mixture.weight.shape[:-1])
    events, failures = (
        np.broadcast_to(value, lead)[..., None] for value in (events, subjects - events)
    )
    a, b = mixture.alpha + events, mixture.beta + failures
    choose = gammaln(events + failures + 1) - gammaln(events + 1) - gammaln(failures + 1)
    with np.errstate(divide="ignore"):
        fit = np.log(mixture.weight) + choose + betaln(a, b) - betaln(mixture.alpha, mixture.beta)
    marginal = logsumexp(fit, axis=-1, keepdims=True)
    return BetaMixture(
        weight=np.exp(fit - marginal),
        alpha=a,
        beta=b,
        log_marginal=mixture.log_marginal + marginal[..., 0],
    )


def summarise_beta_mixture(*, mixture: BetaMixture, confidence: float = 0.95) -> MixtureSummary:
    """Describe a mixture by its mean, standard deviation, median and equal-tailed limits.

    Raises
    ------
    DataError
        If ``confidence`` is not between 0 and 1.
    """
    door = Door()
    door.level("confidence", confidence)
    door.close()
    a, b, w = mixture.alpha, mixture.beta, mixture.weight
    each = a / (a + b)
    mean = np.sum(w * each, axis=-1)
    own = a * b / ((a + b) ** 2 * (a + b + 1))
    between = np.square(each - mean[..., None])
    tail = (1 - confidence) / 2
    return MixtureSummary(
        mean=mean,
        sd=np.sqrt(np.sum(w * (own + between), axis=-1)),
        median=_quantile(mixture, 0.5),
        ci_low=_quantile(mixture, tail),
        ci_high=_quantile(mixture, 1 - tail),
    )


def mixture_exceeds(
    *, treated: BetaMixture, control: BetaMixture, margin: ArrayLike = 0.0
) -> Floats:
    """Probability that the proportion of one mixture exceeds that of another by a margin.

    Parameters
    ----------
    treated, control : BetaMixture
        Distributions of the experimental and the control proportion.
    margin : (...) float
        Between -1 and 1.

    Returns
    -------
    (...) float
        Sum over all pairs of components.

    Raises
    ------
    DataError
        If a margin is outside -1 to 1 or shapes do not broadcast.
    """
    door = Door()
    bound = door.numbers("margin", margin, low=-1, high=1)
    door.close()
    shape = np.broadcast_shapes(
        (*bound.shape, 1, 1),
        (*treated.weight.shape, 1),
        (*control.weight.shape[:-1], 1, control.weight.shape[-1]),
    )
    one = [np.broadcast_to(v[..., :, None], shape) for v in (treated.alpha, treated.beta)]
    other = [np.broadcast_to(v[..., None, :], shape) for v in (control.alpha, control.beta)]
    margins = np.broadcast_to(bound[..., None, None], shape)
    columns = np.stack([value.ravel() for value in (*one, *other, margins)])
    distinct, place = np.unique(columns, axis=1, return_inverse=True)
    pair = BetaPair(alpha1=distinct[0], beta1=distinct[1], alpha0=distinct[2], beta0=distinct[3])
    each = upper_tail(pair, distinct[4])[place.reshape(-1)].reshape(shape)
    weight = treated.weight[..., :, None] * control.weight[..., None, :]
    return np.asarray(np.sum(weight * each, axis=(-2, -1)))


def _quantile(mixture: BetaMixture, probability: float) -> Floats:
    parts = mixture.weight.shape[-1]
    w, a, b = (v.reshape(-1, parts) for v in (mixture.weight, mixture.alpha, mixture.beta))

    def excess(p: Floats, which: Integers) -> Floats:
        below = np.sum(w[which] * betainc(a[which], b[which], p[:, None]), axis=1)
        return np.asarray(below - probability)

    found = bracketed_root(excess, np.zeros(len(w)), np.ones(len(w)))
    return found.reshape(mixture.weight.shape[:-1])
