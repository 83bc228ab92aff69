"""Simon's two-stage designs of one arm, searched exactly.

Source: Simon R. Control Clin Trials 1989; 10:1-10.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtrc

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.binary import binomial_mass
from equipoise.stats.door import Door

__all__ = [
    "SimonCharacteristics",
    "SimonDesign",
    "SimonDesigns",
    "simon_characteristics",
    "simon_two_stage",
]

_SMALLEST = 5
_LARGEST = 1000
"""The search of one size takes time and memory by its square."""
_TIE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class SimonDesign:
    """Stop after ``n1`` subjects with ``r1`` responders or fewer; else reject above ``r`` of ``n``.

    ``expected_n_null`` and ``early_stop_null`` hold under the null proportion; ``alpha`` and
    ``power`` are exact. All are NaN, and sizes -1, where no design was found.
    """

    r1: int
    n1: int
    r: int
    n: int
    expected_n_null: float
    early_stop_null: float
    alpha: float
    power: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SimonDesigns:
    """The design of smallest size, that of smallest expected size, and the best of every size."""

    minimax: SimonDesign
    optimal: SimonDesign
    by_size: tuple[SimonDesign, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimonCharacteristics:
    """What a design does under a proportion; fields have the shape of the proportion."""

    reject: Floats
    early_stop: Floats
    expected_n: Floats


def simon_two_stage(
    *, null: float, alternative: float, alpha: float = 0.05, power: float = 0.8, largest: int = 100
) -> SimonDesigns:
    """Search the two-stage designs that keep alpha and power.

    Parameters
    ----------
    null, alternative : float
        Proportion that is not interesting, and the larger one that is.
    alpha : float
        Largest probability to reject under ``null``.
    power : float
        Least probability to reject under ``alternative``.
    largest : int
        Largest size looked at; the search starts at 5.

    Returns
    -------
    SimonDesigns
        Of each size the design with the smallest expected size under ``null``; of its stages and
        limits the first found where several are equal.

    Raises
    ------
    DataError
        If proportions do not rise, a probability is out of range, or ``largest`` is not from 5 to
        1000.
    """
    door = Door()
    door.rise(null=door.level("null", null), alternative=door.level("alternative", alternative))
    door.level("alpha", alpha)
    door.level("power", power)
    door.number("largest", largest, low=_SMALLEST, high=_LARGEST, whole=True)
    door.close()
    found = [
        design
        for size in range(_SMALLEST, int(largest) + 1)
        if (design := _best_of_size(size, null, alternative, alpha, power)) is not None
    ]
    if not found:
        return SimonDesigns(minimax=_NOTHING, optimal=_NOTHING, by_size=())
    return SimonDesigns(
        minimax=found[0],
        optimal=min(found, key=lambda design: design.expected_n_null),
        by_size=tuple(found),
    )


def simon_characteristics(
    *, r1: int, n1: int, r: int, n: int, proportion: ArrayLike
) -> SimonCharacteristics:
    """Probability to reject and to stop early, and mean size, of a two-stage design.

    Parameters
    ----------
    r1, n1, r, n : int
        As in `SimonDesign`.
    proportion : (...) float
        True proportions.

    Raises
    ------
    DataError
        If 0 <= r1 < n1 < n and r1 <= r < n does not hold, or a proportion is outside 0 to 1.
    """
    door = Door()
    p = door.probabilities("proportion", proportion)
    sizes = {"r1": r1, "n1": n1, "r": r, "n": n}
    read = [door.number_of(name, size, least=0) for name, size in sizes.items()]
    door.wants(
        not door.is_open or (0 <= read[0] < read[1] < read[3] and read[0] <= read[2] < read[3]),
        where="design",
        came=f"{r1}/{n1}, {r}/{n}",
        wanted="whole numbers, 0 <= r1 < n1 < n and r1 <= r < n",
    )
    door.close()
    x = np.arange(r1 + 1, n1 + 1)
    first = binomial_mass(n=n1, probability=p)
    reject = np.sum(first[..., r1 + 1 :] * _tail(r - x, n - n1, p[..., None]), axis=-1)
    early = np.sum(first[..., : r1 + 1], axis=-1)
    return SimonCharacteristics(
        reject=reject, early_stop=early, expected_n=n1 + (1 - early) * (n - n1)
    )


def _best_of_size(
    size: int, null: float, alternative: float, alpha: float, power: float
) -> SimonDesign | None:
    best: SimonDesign | None = None
    total = np.arange(size)
    for first in range(1, size):
        mass0, mass1 = (
            binomial_mass(n=first, probability=np.asarray(null)),
            binomial_mass(n=first, probability=np.asarray(alternative)),
        )
        early0, early1 = np.cumsum(mass0), np.cumsum(mass1)
        x = np.arange(first + 1)[:, None]
        # (limit of stage 1, limit in all): the sum over more than r1 responders.
        level = _beyond(mass0[:, None] * _tail(total - x, size - first, np.asarray(null)))
        hit = _beyond(mass1[:, None] * _tail(total - x, size - first, np.asarray(alternative)))
        for low in range(first):
            if early1[low] > 1 - power:
                break
            enough = np.flatnonzero(level[low, low:] <= alpha)
            if enough.size == 0:
                continue
            limit = low + int(enough[0])
            expected = first + (1 - early0[low]) * (size - first)
            if hit[low, limit] < power:
                continue
            if best is None or expected < best.expected_n_null - _TIE:
                best = SimonDesign(
                    r1=low,
                    n1=first,
                    r=limit,
                    n=size,
                    expected_n_null=float(expected),
                    early_stop_null=float(early0[low]),
                    alpha=float(level[low, limit]),
                    power=float(hit[low, limit]),
                )
    return best


def _beyond(each: Floats) -> Floats:
    """Sum of the rows below each row."""
    return np.asarray(np.cumsum(each[::-1], axis=0)[::-1][1:])


def _tail(limit: Integers, n: int, p: Floats) -> Floats:
    """P(X > limit) for X of n; 1 below zero, 0 from n on."""
    inside = np.clip(limit, 0, n)
    tail = bdtrc(inside.astype(np.float64), n, p)
    return np.where(limit < 0, 1.0, np.where(limit >= n, 0.0, tail))


_NOTHING = SimonDesign(
    r1=-1,
    n1=-1,
    r=-1,
    n=-1,
    expected_n_null=float("nan"),
    early_stop_null=float("nan"),
    alpha=float("nan"),
    power=float("nan"),
)
