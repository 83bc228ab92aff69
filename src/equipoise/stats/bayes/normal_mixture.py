"""Mixtures of normal distributions as priors of a mean or a log ratio, and their update."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logsumexp, ndtr, ndtri

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.bayes.beta_mixture import MixtureSummary
from equipoise.stats.door import Door
from equipoise.stats.roots import bracketed_root

__all__ = [
    "NormalMixture",
    "normal_mixture",
    "normal_mixture_exceeds",
    "summarise_normal_mixture",
    "update_normal_mixture",
]


_ROUNDING = 1e-9
"""Room around the quantiles of the components, over their size. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalMixture:
    """A mixture of normals.

    Attributes
    ----------
    weight, mean, sd : (..., components) float
        Components; weights sum to 1.
    overall_mean, overall_sd : (...) float
        Of the whole mixture.
    log_marginal : (...) float
        Log density of the data that the mixture was updated with, 0 for a prior.
    """

    weight: Floats
    mean: Floats
    sd: Floats
    overall_mean: Floats
    overall_sd: Floats
    log_marginal: Floats


def normal_mixture(*, weight: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> NormalMixture:
    """Read a mixture of normal distributions.

    Parameters
    ----------
    weight : (..., components) float
        Not negative; divided by their sum.
    mean, sd : (..., components) float
        Of the components; ``sd`` above zero.

    Raises
    ------
    DataError
        If weights are negative or all zero, an sd is not above zero, or shapes do not fit.
    """
    door = Door()
    w = door.numbers("weight", weight, core=1, low=0)
    m = door.numbers("mean", mean, core=1)
    s = door.numbers("sd", sd, core=1, low=0, open_low=True)
    door.same_length(weight=w, mean=m, sd=s)
    total = np.sum(w, axis=-1, keepdims=True)
    door.wants(np.all(total > 0), where="weight", came="only zeros", wanted="a weight above zero")
    lead = door.close()
    shape = (*lead, w.shape[-1])
    w, m, s = (np.broadcast_to(value, shape) for value in (w / total, m, s))
    return _whole(w, m, s, np.zeros(lead))


def update_normal_mixture(
    *, mixture: NormalMixture, estimate: ArrayLike, standard_error: ArrayLike
) -> NormalMixture:
    """Update a mixture with a normal estimate.

    Parameters
    ----------
    mixture : NormalMixture
        The prior.
    estimate, standard_error : (...) float
        Of the new data, the standard error above zero; NaN makes the trial NaN.

    Raises
    ------
    DataError
        If a standard error is not above zero or shapes do not broadcast.

    Notes
    -----
    A robust meta-analytic-predictive prior is a mixture with one wide component. Source:
    Schmidli H and others. Biometrics 2014; 70:1023-1032.
    """
    door = Door()
    y = door.numbers("estimate", estimate, nan=True)
    se = door.numbers("standard_error", standard_error, low=0, open_low=True, nan=True)
    lead = np.broadcast_shapes(door.close(), mixture.weight.shape[:-1])
    y, se = (np.broadcast_to(value, lead)[..., None] for value in (y, se))
    total = mixture.sd**2 + se**2
    with np.errstate(divide="ignore"):
        fit = (
            np.log(mixture.weight)
            - np.square(y - mixture.mean) / (2 * total)
            - np.log(2 * np.pi * total) / 2
        )
    marginal = logsumexp(fit, axis=-1, keepdims=True)
    pull = mixture.sd**2 / total
    return _whole(
        np.exp(fit - marginal),
        mixture.mean + pull * (y - mixture.mean),
        se * np.sqrt(pull),
        mixture.log_marginal + marginal[..., 0],
    )


def normal_mixture_exceeds(*, mixture: NormalMixture, threshold: ArrayLike = 0.0) -> Floats:
    """Probability above a threshold, of the leading shape.

    Raises
    ------
    DataError
        If a threshold is not finite.
    """
    door = Door()
    bound = door.numbers("threshold", threshold)
    door.close()
    above = ndtr((mixture.mean - bound[..., None]) / mixture.sd)
    return np.asarray(np.sum(mixture.weight * above, axis=-1))


def summarise_normal_mixture(*, mixture: NormalMixture, confidence: float = 0.95) -> MixtureSummary:
    """Describe a mixture by its mean, standard deviation, median and equal-tailed limits.

    A mixture that is NaN has NaN throughout.

    Raises
    ------
    DataError
        If ``confidence`` is not between 0 and 1.
    """
    door = Door()
    door.level("confidence", confidence)
    door.close()
    tail = (1 - confidence) / 2
    return MixtureSummary(
        mean=mixture.overall_mean,
        sd=mixture.overall_sd,
        median=_quantile(mixture, 0.5),
        ci_low=_quantile(mixture, tail),
        ci_high=_quantile(mixture, 1 - tail),
    )


def _quantile(mixture: NormalMixture, probability: float) -> Floats:
    """Find a quantile, which lies between the least and the largest of the components."""
    parts = mixture.weight.shape[-1]
    w, m, s = (v.reshape(-1, parts) for v in (mixture.weight, mixture.mean, mixture.sd))
    own = m + s * ndtri(probability)
    width = np.max(np.abs(own), axis=1) * _ROUNDING + _ROUNDING * np.max(s, axis=1)

    def excess(x: Floats, which: Integers) -> Floats:
        below = np.sum(w[which] * ndtr((x[:, None] - m[which]) / s[which]), axis=1)
        return np.asarray(below - probability)

    found = bracketed_root(excess, np.min(own, axis=1) - width, np.max(own, axis=1) + width)
    return found.reshape(mixture.weight.shape[:-1])


def _whole(w: Floats, m: Floats, s: Floats, log_marginal: Floats) -> NormalMixture:
    mean = np.sum(w * m, axis=-1)
    variance = np.sum(w * (s**2 + np.square(m - mean[..., None])), axis=-1)
    return NormalMixture(
        weight=w,
        mean=m,
        sd=s,
        overall_mean=mean,
        overall_sd=np.sqrt(variance),
        log_marginal=log_marginal,
    )
