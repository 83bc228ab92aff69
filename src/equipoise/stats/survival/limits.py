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
from scipy.special import ndtri

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
    from equipoise.stats.survival.limits_kernel import limits  # loads the compiler

    found = limits(
        np.ascontiguousarray(survival).ravel(),
        np.ascontiguousarray(log_error).ravel(),
        SCALES.index(scale),
        normal_quantile(level),
    )
    return found[0].reshape(survival.shape), found[1].reshape(survival.shape)
