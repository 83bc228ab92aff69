"""Every result that two arms can have, and how probable each is."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, gammaln

from equipoise.errors import DataError, Fault
from equipoise.stats.arrays import Bools, Floats, as_floats, as_scalar, broadcast
from equipoise.stats.binary.mass import binomial_rows
from equipoise.stats.door import Door

__all__ = ["beta_binomial_mass", "binomial_mass", "expected_over_tables"]

_LARGEST = 10_000_000
"""Every number of events has its own probability in memory."""


def binomial_mass(*, n: int, probability: ArrayLike) -> Floats:
    """Give the probability of each number of events of an arm.

    Parameters
    ----------
    n : int
        Subjects of the arm.
    probability : (...) float
        True probability of the event, 0 and 1 included.

    Returns
    -------
    (..., n + 1) float
        Probability of 0 to n events; each row sums to 1.

    Raises
    ------
    DataError
        If ``n`` is not a whole number of zero or more, or a probability is outside 0 to 1.
    """
    faults = [*_size_faults(n), *_range_faults("probability", probability)]
    if faults:
        raise DataError(faults)
    chance = as_floats("probability", probability)
    rows = chance.ravel()
    is_inner = (rows > 0) & (rows < 1)
    mass = np.zeros((rows.size, n + 1))
    if is_inner.any():
        mass[is_inner] = binomial_rows(np.full(is_inner.sum(), float(n)), rows[is_inner])
    mass[rows == 0, 0] = 1.0
    mass[rows == 1, n] = 1.0
    return mass.reshape((*chance.shape, n + 1))


def beta_binomial_mass(*, n: int, alpha: ArrayLike, beta: ArrayLike) -> Floats:
    """Give the probability of each number of events when the true probability is Beta.

    Parameters
    ----------
    n : int
        Subjects of the arm.
    alpha, beta : (...) float
        Parameters of the Beta distribution, above zero; they broadcast together.

    Returns
    -------
    (..., n + 1) float
        Probability of 0 to n events; each row sums to 1.

    Raises
    ------
    DataError
        If ``n`` is not a whole number of zero or more, a parameter is not above zero, or shapes
        do not broadcast.

    Notes
    -----
    C(n, x) B(x + alpha, n - x + beta) / B(alpha, beta).
    Source: Skellam JG. Journal of the Royal Statistical Society B 1948; 10(2):257-261.
    """
    faults = _size_faults(n)
    a, b = as_floats("alpha", alpha), as_floats("beta", beta)
    for name, value in (("alpha", a), ("beta", b)):
        if not np.all((value > 0) & (value < np.inf)):
            wanted = "finite numbers above zero"
            faults.append(Fault(where=name, came=repr(value.tolist())[:60], wanted=wanted))
    if faults:
        raise DataError(faults)
    broadcast(alpha=a, beta=b)
    a, b = (part[..., np.newaxis] for part in np.broadcast_arrays(a, b))
    x = np.arange(n + 1.0)
    choose = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    mass = np.exp(choose + betaln(x + a, n - x + b) - betaln(a, b))
    return np.asarray(mass / mass.sum(axis=-1, keepdims=True))


def expected_over_tables(*, mass1: Floats, mass0: Floats, value: Floats | Bools) -> Floats:
    """Average a value of every table of two independent arms.

    Parameters
    ----------
    mass1, mass0 : (..., n1 + 1) and (..., n0 + 1) float
        Probability of each number of events of the arms, of the same leading shape.
    value : (n1 + 1, n0 + 1) float or bool
        Value of each table; of a condition the probability is given.

    Returns
    -------
    (...) float
    """
    door = Door()
    one, other = door.numbers("mass1", mass1, core=1), door.numbers("mass0", mass0, core=1)
    each = door.numbers("value", value, core=2)
    sizes = (one.shape[-1], other.shape[-1])
    door.wants(
        each.shape == sizes, where="value", came=f"shape {each.shape}", wanted=f"shape {sizes}"
    )
    door.close()
    return np.asarray(np.sum((one @ each) * other, axis=-1))


def _size_faults(n: int) -> list[Fault]:
    if isinstance(as_scalar(n), int | np.integer) and 0 <= n <= _LARGEST:
        return []
    return [Fault(where="n", came=repr(n), wanted=f"a whole number from 0 to {_LARGEST}")]


def _range_faults(name: str, value: ArrayLike) -> list[Fault]:
    chance = as_floats(name, value)
    is_wrong = ~((chance >= 0) & (chance <= 1))
    if not is_wrong.any():
        return []
    return [Fault(where=name, came=f"{chance[is_wrong].flat[0]:g}", wanted="numbers from 0 to 1")]
