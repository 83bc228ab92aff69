"""Confidence limits of a survival probability on five scales.

With S the estimate, s the standard error of log S (Greenwood) and z the normal quantile:

====================  ==========================================================
plain                 S -+ z S s
log                   exp(log S -+ z s)
log-log               exp(-exp(log(-log S) +- z s / log S))
logit                 expit(logit S -+ z s / (1 - S))
arcsine               sin^2(asin(sqrt S) -+ z s / 2 sqrt(S / (1 - S)))
====================  ==========================================================

Limits are kept within 0 and 1. Source: Klein, Moeschberger. Survival Analysis, 2nd ed., 2003,
section 4.3; the logit scale as in R ``survival::survfit(conf.type = "logit")``.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from scipy.special import expit, logit, ndtri

from equipoise.stats.arrays import Floats

__all__ = ["SCALES", "Scale", "normal_quantile", "survival_limits"]

Scale: TypeAlias = Literal["plain", "log", "log-log", "logit", "arcsine"]
SCALES: tuple[Scale, ...] = ("plain", "log", "log-log", "logit", "arcsine")


def normal_quantile(level: float) -> float:
    """Return the two-sided normal quantile of a confidence level: 1.96 for 0.95."""
    return float(-ndtri((1 - level) / 2))


def survival_limits(
    survival: Floats, log_error: Floats, *, scale: Scale, level: float
) -> tuple[Floats, Floats]:
    """Compute lower and upper limits of survival probabilities.

    Parameters
    ----------
    survival : (...) float
        Estimate S.
    log_error : (...) float
        Standard error of log S; infinite where S = 0.

    Returns
    -------
    ci_low, ci_high : (...) float
        Both S where the standard error is 0 (no event yet); NaN where S is 0 or NaN, because
        Greenwood's formula has no value there.
    """
    z = normal_quantile(level)
    is_inside = (survival > 0) & (survival < 1)
    p = np.where(is_inside, survival, 0.5)
    error = np.where(is_inside, log_error, 0.0)
    if scale == "plain":
        low, high = p - z * p * error, p + z * p * error
    elif scale == "log":
        low, high = p * np.exp(-z * error), p * np.exp(z * error)
    elif scale == "log-log":
        hazard = -np.log(p)
        factor = np.exp(z * error / hazard)
        low, high = np.exp(-hazard * factor), np.exp(-hazard / factor)
    elif scale == "logit":
        half = z * error / (1 - p)
        low, high = expit(logit(p) - half), expit(logit(p) + half)
    else:
        angle, half = np.arcsin(np.sqrt(p)), z * error / 2 * np.sqrt(p / (1 - p))
        low = np.sin(np.maximum(angle - half, 0)) ** 2
        high = np.sin(np.minimum(angle + half, np.pi / 2)) ** 2
    edge = np.where(survival == 1, 1.0, np.nan)
    return (
        np.where(is_inside, np.maximum(low, 0), edge),
        np.where(is_inside, np.minimum(high, 1), edge),
    )
