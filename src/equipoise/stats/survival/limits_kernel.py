"""Confidence limits of survival probabilities, one after the other; formulas in `limits`."""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Floats

__all__ = ["limit", "limits"]


@compiled
def limits(survival: Floats, log_error: Floats, scale: int, z: float) -> Floats:
    """Compute the limits of (n,) probabilities: lower and upper, (2, n)."""
    found = np.empty((2, len(survival)))
    for place in range(len(survival)):
        found[0, place], found[1, place] = limit(survival[place], log_error[place], scale, z)
    return found


@compiled
def limit(survival: float, log_error: float, scale: int, z: float) -> tuple[float, float]:
    """Compute lower and upper limit of one probability on the scale at its place in `SCALES`."""
    if survival == 1:
        return 1.0, 1.0
    if not 0 < survival < 1:
        return np.nan, np.nan
    half = z * log_error
    if scale == 0:  # plain
        low, high = survival - half * survival, survival + half * survival
    elif scale == 1:  # log
        low, high = survival * np.exp(-half), survival * np.exp(half)
    elif scale == 2:  # log-log
        hazard = -np.log(survival)
        factor = np.exp(half / hazard)
        low, high = np.exp(-hazard * factor), np.exp(-hazard / factor)
    elif scale == 3:  # logit
        factor = np.exp(half / (1 - survival))
        rest = 1 - survival
        low, high = survival / (survival + rest * factor), survival / (survival + rest / factor)
    else:  # arcsine
        angle = np.arcsin(np.sqrt(survival))
        half *= np.sqrt(survival / (1 - survival)) / 2
        low, high = np.sin(max(angle - half, 0.0)) ** 2, np.sin(min(angle + half, np.pi / 2)) ** 2
    # Compared this way round, NaN stays NaN.
    return 0.0 if low < 0 else low, 1.0 if high > 1 else high
