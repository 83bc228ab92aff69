"""What several methods do alike: the p value of a one-sided alternative."""

from __future__ import annotations

import numpy as np

from equipoise.stats import Floats

__all__ = ["one_sided"]


def one_sided(statistic: Floats, p_value: Floats, alternative: str) -> Floats:
    """Turn the two-sided p value of a symmetric statistic into that of the alternative.

    Parameters
    ----------
    statistic, p_value : (trials,) float
        The statistic, positive where the experimental group is higher, and its two-sided p value.
    alternative : str
        ``two_sided``, ``greater`` or ``less``.
    """
    if alternative == "two_sided":
        return p_value
    agrees = statistic > 0 if alternative == "greater" else statistic < 0
    return np.where(agrees, p_value / 2, 1 - p_value / 2)
