"""Probabilities of every number of responders."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy

from equipoise.stats.arrays import Floats

__all__ = ["binomial_mass"]


def binomial_mass(n: int, proportion: Floats) -> Floats:
    """Binomial probabilities of 0 to n responders, (..., n + 1)."""
    x = np.arange(n + 1.0)
    p = proportion[..., None]
    choose = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    return np.asarray(np.exp(choose + xlogy(x, p) + xlog1py(n - x, -p)))
