"""Exact monitoring of a number of responders in one arm: fixed limits and the sequential test.

Sources: Jennison C, Turnbull BW. Technometrics 1983; 25:49-58 (recursion). Wald A. Ann Math Stat
1945; 16:117-186 (sequential probability ratio test).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.binary import binomial_mass
from equipoise.stats.door import Door

__all__ = ["BinomialMonitoring", "SprtBounds", "monitor_binomial", "sprt_binomial"]

_LARGEST = 100_000
"""A look adds its subjects one by one to the distribution of the responders."""

_ROUNDING = 1e-9
"""Responders by which a limit may miss a whole number. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BinomialMonitoring:
    """Where a trial stops; (..., looks) or (...) by the shape of the proportion.

    ``upper`` and ``lower`` are the probabilities to stop at each look; ``reject`` and
    ``stop_low`` their sums; ``expected_n`` the mean size.
    """

    upper: Floats
    lower: Floats
    reject: Floats
    stop_low: Floats
    expected_n: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class SprtBounds:
    """Limits by number of subjects, (subjects,) each.

    Accept the null with ``lower`` responders or fewer, -1 where that cannot be; reject it with
    ``upper`` or more, one more than the subjects where that cannot be.
    """

    n: Integers
    lower: Integers
    upper: Integers


def monitor_binomial(
    *, n: ArrayLike, lower: ArrayLike, upper: ArrayLike, proportion: ArrayLike
) -> BinomialMonitoring:
    """Say where a trial stops that compares its responders with limits at each look.

    Parameters
    ----------
    n : (looks,) int
        Rising numbers of subjects.
    lower, upper : (looks,) int
        Stop low with ``lower`` responders or fewer, high with ``upper`` or more; -1 and n + 1
        never stop.
    proportion : (...) float
        True proportions.

    Raises
    ------
    DataError
        If sizes do not rise, limits are not whole or meet, or a proportion is outside 0 to 1.

    Notes
    -----
    As R ``gsDesign::gsBinomialExact``.
    """
    door = Door()
    size = door.numbers("n", n, core=1, low=1, high=_LARGEST, whole=True)
    low = door.numbers("lower", lower, core=1, low=-1, whole=True)
    high = door.numbers("upper", upper, core=1, low=0, whole=True)
    p = door.probabilities("proportion", proportion)
    door.same_length(n=size, lower=low, upper=high)
    door.wants(
        size.ndim == 1 and np.all(np.diff(size) > 0), where="n", came=size, wanted="rising sizes"
    )
    for name, limits in (("lower", low), ("upper", high)):
        door.wants(limits.ndim == 1, where=name, came=f"shape {limits.shape}", wanted="one a look")
    door.wants(
        low.shape != high.shape or np.all(low < high),
        where="lower",
        came="at or above upper",
        wanted="limits that do not meet",
    )
    door.close()
    looks, flat = size.size, p.reshape(-1)
    above, below = np.empty((2, flat.size, looks))
    going, before = np.ones((flat.size, 1)), 0
    for look in range(looks):
        now = int(size[look])
        going = _add(going, binomial_mass(n=now - before, probability=flat))
        count = np.arange(now + 1)
        is_high, is_low = count >= high[look], count <= low[look]
        above[:, look] = np.sum(going[:, is_high], axis=1)
        below[:, look] = np.sum(going[:, is_low], axis=1)
        going = np.where(is_high | is_low, 0.0, going)
        before = now
    stops = (above + below)[:, :-1]
    rest = 1 - np.sum(stops, axis=1)
    mean = stops @ size[:-1] + rest * size[-1]
    return BinomialMonitoring(
        upper=above.reshape(*p.shape, looks),
        lower=below.reshape(*p.shape, looks),
        reject=np.sum(above, axis=1).reshape(p.shape),
        stop_low=np.sum(below, axis=1).reshape(p.shape),
        expected_n=mean.reshape(p.shape),
    )


def sprt_binomial(
    *, null: float, alternative: float, alpha: float, beta: float, smallest: int, largest: int
) -> SprtBounds:
    """Give the limits of Wald's sequential probability ratio test of a proportion.

    Parameters
    ----------
    null, alternative : float
        Proportions, the second larger.
    alpha, beta : float
        Error rates, together below 1.
    smallest, largest : int
        First and last number of subjects.

    Raises
    ------
    DataError
        If proportions do not rise, error rates do not fit, or sizes do not rise.

    Notes
    -----
    Limits are where the log likelihood ratio leaves (log(beta / (1 - alpha)), log((1 - beta) /
    alpha)), as R ``gsDesign::binomialSPRT``.
    """
    door = Door()
    door.rise(null=door.level("null", null), alternative=door.level("alternative", alternative))
    rates = door.level("alpha", alpha) + door.level("beta", beta)
    door.wants(not rates >= 1, where="beta", came=beta, wanted="error rates together below 1")
    first = door.number_of("smallest", smallest, least=1)
    last = door.number_of("largest", largest, least=first)
    door.close()
    n = np.arange(first, last + 1)
    failure = np.log1p(-alternative) - np.log1p(-null)
    odds = np.log(alternative) - np.log(null) - failure
    accept, reject = np.log(beta) - np.log1p(-alpha), np.log1p(-beta) - np.log(alpha)
    # A ratio that is exactly at its limit stops, whatever the rounding of logarithms.
    lower = np.floor((accept - failure * n) / odds + _ROUNDING)
    upper = np.ceil((reject - failure * n) / odds - _ROUNDING)
    return SprtBounds(
        n=n,
        lower=np.maximum(lower, -1).astype(np.int64),
        upper=np.minimum(upper, n + 1).astype(np.int64),
    )


def _add(going: Floats, more: Floats) -> Floats:
    """Distribution of a sum of two counts, by proportion."""
    total = np.zeros((going.shape[0], going.shape[1] + more.shape[1] - 1))
    for place in range(more.shape[1]):
        total[:, place : place + going.shape[1]] += going * more[:, [place]]
    return total
