"""Exact power of a test of two shares, and the size that has it from there on."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from equipoise.analyse.method.two_proportions import two_proportions
from equipoise.design.tables import every_result
from equipoise.protocol.model.sample_size import ExactTest, ProportionSize
from equipoise.stats import Bools
from equipoise.stats.design import power_proportion_exact

__all__ = ["exact_power", "exact_subjects"]

_BEYOND = 1.3
"""Largest size that is looked at, over that of the normal approximation."""
_MORE = 10
"""Control subjects by which that size is larger still, for small trials."""


def exact_power(size: ProportionSize, *, n1: int, n0: int) -> float:
    """Sum the probability of the tables that the test rejects on the side of the effect.

    Parameters
    ----------
    size : ProportionSize
        With its test.
    n1, n0 : int
        Experimental and control subjects.
    """
    assert size.test is not None
    reject = _rejected(
        size.test, n1, n0, alpha=size.alpha, sides=size.sides, is_higher=size.assumed > 0
    )
    return float(
        power_proportion_exact(
            proportion1=size.experimental, proportion0=size.control, reject=reject
        )
    )


def exact_subjects(size: ProportionSize, *, power: float, ratio: float, near: float) -> int:
    """Find the control subjects from which on no size that is looked at has less power.

    Exact power is a saw-tooth: a subject more may lose some. Sizes are looked at from above, a
    third beyond the normal approximation and further while the power is not reached there.
    Boschloo's p value is never above Fisher's, so that its search begins at Fisher's size; each
    of its tables takes seconds in a trial of some hundreds.

    Parameters
    ----------
    size : ProportionSize
        With its test.
    power : float
        Probability to reject on the side of the effect.
    ratio : float
        Experimental over control subjects.
    near : float
        Control subjects by the normal approximation.
    """

    def has_power(control: int) -> bool:
        treated = math.ceil(ratio * control - 1e-9)
        return exact_power(size, n1=treated, n0=control) >= power

    if size.test == "boschloo":
        plain = size.model_copy(update={"test": "fisher"})
        most = exact_subjects(plain, power=power, ratio=ratio, near=near)
    else:
        most = math.ceil(_BEYOND * near) + _MORE
    while not has_power(most):
        most = math.ceil(_BEYOND * most)
    while most > 1 and has_power(most - 1):
        most -= 1
    return most


@lru_cache(maxsize=64)
def _rejected(
    test: ExactTest, n1: int, n0: int, *, alpha: float, sides: int, is_higher: bool
) -> Bools:
    """Tables that a test rejects on the side of the effect, (n1 + 1, n0 + 1)."""
    x1, x0 = np.broadcast_arrays(*every_result((n1, n0)))
    counts = (x1, np.full(x1.shape, float(n1)), x0, np.full(x0.shape, float(n0)))
    if sides == 1:
        found = two_proportions(counts, test=test, alternative="greater" if is_higher else "less")
        return np.asarray(found.p_value <= alpha)
    found = two_proportions(counts, test=test)
    is_on_side = (x1 * n0 > x0 * n1) if is_higher else (x1 * n0 < x0 * n1)
    return np.asarray((found.p_value <= alpha) & is_on_side)
