"""Error spending: how much of an error rate may be used up by a share of the information."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from equipoise.errors import did_you_mean
from equipoise.stats.arrays import Floats
from equipoise.stats.door import Door

__all__ = ["SPENDING_FAMILIES", "Spending", "check_spending", "spend", "spent_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """A spending function.

    Attributes
    ----------
    family : str
        ``obrien_fleming``, ``pocock`` (both after Lan and DeMets), ``hwang_shih_decani``,
        ``power`` (Kim and DeMets), ``exponential`` (Anderson and Clark), or ``user``.
    parameter : float, optional
        Gamma of Hwang, Shih and DeCani; exponent, above zero, of ``power`` and ``exponential``.
    cumulative : sequence of float, optional
        For ``user``: error spent up to each look.
    """

    family: str = "obrien_fleming"
    parameter: float | None = None
    cumulative: Sequence[float] | None = None


def spend(*, fraction: ArrayLike, total: float, spending: Spending) -> Floats:
    """Error spent up to each share of the information.

    Parameters
    ----------
    fraction : (...) float
        Information so far over that planned for the end; from 1 on all is spent.
    total : float
        Error rate to be spent, one-sided.
    spending : Spending
        The function; not of family ``user``, which is given by looks.

    Returns
    -------
    (...) float
        Cumulative error.

    Raises
    ------
    DataError
        If a fraction is negative or NaN, ``total`` is not between 0 and 1, the family is
        unknown, or its parameter is missing or out of range.

    Notes
    -----
    Sources: Lan KKG, DeMets DL. Biometrika 1983; 70:659-663. Hwang IK, Shih WJ, DeCani JS. Stat
    Med 1990; 9:1439-1445. Kim K, DeMets DL. Biometrika 1987; 74:149-154. Anderson KM, Clark JB.
    Stat Med 2010; 29:321-327.
    """
    door = Door()
    share = door.numbers("fraction", fraction, low=0)
    door.level("total", total)
    check_spending(door, "spending", spending, looks=None)
    door.close()
    return spent_at(share, total, spending)


def check_spending(door: Door, name: str, spending: Spending, *, looks: int | None) -> None:
    """Note what is wrong with a spending function for so many looks."""
    known = (*SPENDING_FAMILIES, *(("user",) if looks is not None else ()))
    hint = did_you_mean(spending.family, known)
    if not door.wants(
        spending.family in known,
        where=f"{name}.family",
        came=repr(spending.family),
        wanted=", ".join(known) + (f"; {hint}" if hint else ""),
    ):
        return
    if spending.family == "user":
        given = np.asarray(spending.cumulative if spending.cumulative is not None else ())
        door.wants(
            given.shape == (looks,) and np.all(np.diff(given, prepend=0) >= 0),
            where=f"{name}.cumulative",
            came=spending.cumulative,
            wanted=f"{looks} numbers that do not fall",
        )
    needs = spending.family in ("hwang_shih_decani", "power", "exponential")
    value = spending.parameter
    fits = (
        value is not None
        and bool(np.isfinite(value))
        and (spending.family == "hwang_shih_decani" or value > 0)
    )
    door.wants(
        fits if needs else value is None,
        where=f"{name}.parameter",
        came=value,
        wanted=_PARAMETERS.get(spending.family, "none for this family"),
    )


def spent_at(fraction: Floats, total: float, spending: Spending) -> Floats:
    """Cumulative error at each fraction; for ``user``, the numbers given."""
    if spending.family == "user":
        return np.asarray(spending.cumulative, dtype=np.float64)
    share = np.minimum(fraction, 1.0)
    parameter = 0.0 if spending.parameter is None else float(spending.parameter)
    positive = np.where(share > 0, share, 1.0)
    value = SPENDING_FAMILIES[spending.family](positive, total, parameter)
    return np.where(share > 0, np.where(share < 1, value, total), 0.0)


def _obrien_fleming(t: Floats, total: float, _: float) -> Floats:
    return np.asarray(2 * ndtr(ndtri(total / 2) / np.sqrt(t)))


def _pocock(t: Floats, total: float, _: float) -> Floats:
    return np.asarray(total * np.log1p(np.expm1(1.0) * t))


def _hwang_shih_decani(t: Floats, total: float, gamma: float) -> Floats:
    if gamma == 0:
        return np.asarray(total * t)
    return np.asarray(total * np.expm1(-gamma * t) / np.expm1(-gamma))


def _power(t: Floats, total: float, rho: float) -> Floats:
    return np.asarray(total * t**rho)


def _exponential(t: Floats, total: float, nu: float) -> Floats:
    return np.asarray(total ** (t**-nu))


SPENDING_FAMILIES: dict[str, Callable[[Floats, float, float], Floats]] = {
    "obrien_fleming": _obrien_fleming,
    "pocock": _pocock,
    "hwang_shih_decani": _hwang_shih_decani,
    "power": _power,
    "exponential": _exponential,
}
"""Cumulative error by fraction in (0, 1), total and parameter."""
_PARAMETERS = {
    "hwang_shih_decani": "a number: gamma",
    "power": "a number above zero: the exponent",
    "exponential": "a number above zero: the exponent",
}
