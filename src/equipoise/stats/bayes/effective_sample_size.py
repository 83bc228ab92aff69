"""How many subjects a prior is worth: the expected local-information-ratio.

ESS = E[ i(theta) / i_F(theta) ] over the prior, with i minus the second derivative of its log
density and i_F the information of one subject. Source: Neuenschwander B, Weber S, Schmidli H,
O'Hagan A. Biometrics 2020; 76:578-587.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, log_expit, logsumexp

from equipoise.stats.arrays import Floats
from equipoise.stats.bayes.beta_mixture import BetaMixture
from equipoise.stats.bayes.normal_mixture import NormalMixture
from equipoise.stats.door import Door
from equipoise.stats.state import State, first_state

__all__ = ["EffectiveSampleSize", "beta_effective_sample_size", "normal_effective_sample_size"]

_REACH = 45.0
"""Exponent at which the integrand is cut, exp(-45) = 3e-20. [1]"""
_FLATTEST = 1e-3
"""Smallest excess of a parameter over 1 for which the tail is followed to its end. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveSampleSize:
    """Subjects a prior is worth; NOT_ESTIMABLE, and NaN, where the expectation is infinite."""

    subjects: Floats
    state: NDArray[np.int8]


def beta_effective_sample_size(*, mixture: BetaMixture) -> EffectiveSampleSize:
    """Effective sample size of a mixture of beta distributions for binary outcomes.

    Parameters
    ----------
    mixture : BetaMixture
        A single Beta(a, b) with a, b > 1 is worth a + b subjects.

    Returns
    -------
    EffectiveSampleSize
        NOT_ESTIMABLE where a component with weight has a parameter below 1, or above 1 by less
        than 0.001: the expectation diverges, or does not settle.
    """
    parts = mixture.weight.shape[-1]
    w, a, b = (v.reshape(-1, parts) for v in (mixture.weight, mixture.alpha, mixture.beta))
    subjects = np.array([_beta_ratio(*one) for one in zip(w, a, b, strict=True)])
    return _sized(subjects.reshape(mixture.weight.shape[:-1]))


def normal_effective_sample_size(*, mixture: NormalMixture, sd: ArrayLike) -> EffectiveSampleSize:
    """Effective sample size of a mixture of normals for outcomes of a known spread.

    Parameters
    ----------
    mixture : NormalMixture
        A single normal with standard deviation s is worth (sd / s)^2 subjects.
    sd : (...) float
        Standard deviation of one subject's outcome, above zero; for a log hazard ratio 2, one
        subject being one event.

    Raises
    ------
    DataError
        If ``sd`` is not above zero or shapes do not broadcast.
    """
    door = Door()
    spread = door.numbers("sd", sd, low=0, open_low=True)
    door.close()
    parts = mixture.weight.shape[-1]
    w, m, s = (v.reshape(-1, parts) for v in (mixture.weight, mixture.mean, mixture.sd))
    information = np.array([_normal_information(*one) for one in zip(w, m, s, strict=True)])
    return _sized(np.square(spread) * information.reshape(mixture.weight.shape[:-1]))


def _beta_ratio(w: Floats, a: Floats, b: Floats) -> float:
    """Integrate over the logit x of p; every factor is formed without dividing by p or 1 - p."""
    a, b, w = a[w > 0], b[w > 0], w[w > 0]
    excess = np.concatenate([a - 1, b - 1])
    if np.any(excess < 0) or np.any((excess > 0) & (excess < _FLATTEST)):
        return float("nan")
    left = _REACH / min(1.0, *(a - 1)[a > 1]) if np.any(a > 1) else _REACH
    right = _REACH / min(1.0, *(b - 1)[b > 1]) if np.any(b > 1) else _REACH
    # Shares of parts far apart change quickly: at four times the step nine digits are right.
    step = min(0.04, 0.2 / float(np.sqrt(np.max(a + b))))
    x = np.linspace(-left, right, int((left + right) / step) + 2)[:, None]
    log_p, log_q = log_expit(x), log_expit(-x)
    p, q = np.exp(log_p), np.exp(log_q)
    log_parts = np.log(w) + (a - 1) * log_p + (b - 1) * log_q - betaln(a, b)
    log_density = logsumexp(log_parts, axis=1, keepdims=True)
    share = np.exp(log_parts - log_density)
    # Score and curvature of each component, times p (1 - p) and its square.
    score = (a - 1) * q - (b - 1) * p
    curvature = -(a - 1) * q**2 - (b - 1) * p**2
    mean = np.sum(share * score, axis=1)
    ratio = mean**2 - np.sum(share * (curvature + score**2), axis=1)
    return float(np.sum(np.exp(log_density[:, 0]) * ratio) * (x[1, 0] - x[0, 0]))


def _normal_information(w: Floats, m: Floats, s: Floats) -> float:
    m, s, w = m[w > 0], s[w > 0], w[w > 0]
    low, high = np.min(m - 10 * s), np.max(m + 10 * s)
    x = np.linspace(low, high, int((high - low) / (0.1 * np.min(s))) + 2)[:, None]
    deviate = (x - m) / s
    log_parts = np.log(w) - deviate**2 / 2 - np.log(s) - np.log(2 * np.pi) / 2
    log_density = logsumexp(log_parts, axis=1, keepdims=True)
    share = np.exp(log_parts - log_density)
    score = -deviate / s
    mean = np.sum(share * score, axis=1)
    information = mean**2 - np.sum(share * (score**2 - 1 / s**2), axis=1)
    return float(np.sum(np.exp(log_density[:, 0]) * information) * (x[1, 0] - x[0, 0]))


def _sized(subjects: Floats) -> EffectiveSampleSize:
    state = first_state((np.isnan(subjects), State.NOT_ESTIMABLE))
    return EffectiveSampleSize(subjects=np.asarray(subjects), state=state)
