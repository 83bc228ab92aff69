"""How a group sequential trial may stop: efficacy by shape or spending, futility, sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import did_you_mean
from equipoise.stats.arrays import Floats
from equipoise.stats.design.spending import Spending, check_spending
from equipoise.stats.door import Door

__all__ = ["Futility", "Plan", "Shape", "read_plan"]

_SHAPES = ("obrien_fleming", "pocock", "wang_tsiatis", "haybittle_peto")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Efficacy bounds of one shape, scaled to the error rate.

    Attributes
    ----------
    family : str
        ``wang_tsiatis``: bounds in proportion to t^(parameter - 1/2); ``obrien_fleming``
        (parameter 0) and ``pocock`` (1/2) are two of them. ``haybittle_peto``: ``parameter``
        (3 if not given) at every look but the last.
    parameter : float, optional
        As said.
    """

    family: str = "obrien_fleming"
    parameter: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Futility:
    """Lower bounds; one of ``bounds`` and ``spending``.

    Attributes
    ----------
    bounds : sequence of float, optional
        On the z scale at every look but the last, where failing to reject is the end.
    spending : Spending, optional
        Function that spends the type II error (``under="effect"``), or ``total`` under no effect
        (``under="null"``: a bound against harm).
    under : str
        ``effect`` or ``null``.
    total : float, optional
        Probability to stop low under no effect; for ``under="null"``.
    is_binding : bool
        True where the efficacy bounds count on stopping at the lower ones; they are then a
        little lower, and the trial must stop.
    """

    bounds: Sequence[float] | None = None
    spending: Spending | None = None
    under: str = "effect"
    total: float | None = None
    is_binding: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Checked arguments of a design."""

    fraction: Floats
    alpha: float
    power: float
    sides: int
    efficacy: Spending | Shape
    futility: Futility | None


def read_plan(
    *,
    fraction: ArrayLike,
    alpha: float,
    power: float,
    sides: int,
    efficacy: Spending | Shape,
    futility: Futility | None,
) -> Plan:
    """Check the arguments of a design, all faults together."""
    door = Door()
    share = door.numbers("fraction", fraction, core=1, low=0, open_low=True)
    door.wants(
        share.ndim == 1
        and share.size > 0
        and np.all(np.diff(share) > 0)
        and np.isclose(share[-1], 1, rtol=1e-12, atol=0),
        where="fraction",
        came=np.array2string(share, threshold=6),
        wanted="rising shares of the information, 1 at the last look",
    )
    alpha, power = door.level("alpha", alpha), door.level("power", power)
    is_sided = door.choice("sides", sides, (1, 2))
    if is_sided and sides == 1:
        door.rise(alpha=alpha, power=power)
    looks = share.shape[-1] if share.ndim else 0
    if isinstance(efficacy, Spending):
        check_spending(door, "efficacy", efficacy, looks=looks)
        _check_total(door, "efficacy", efficacy, alpha / sides if is_sided else alpha)
    else:
        _check_shape(door, efficacy)
    if futility is not None:
        _check_futility(door, futility, looks=looks, sides=sides, efficacy=efficacy)
        if futility.spending is not None and futility.under == "effect":
            _check_total(door, "futility.spending", futility.spending, 1 - power)
    door.close()
    return Plan(
        fraction=share,
        alpha=float(alpha),
        power=float(power),
        sides=sides,
        efficacy=efficacy,
        futility=futility,
    )


def _check_total(door: Door, name: str, spending: Spending, total: float) -> None:
    """Error given by looks must end at the total, and leave something to the last look."""
    if spending.family == "user" and spending.cumulative:
        door.wants(
            len(spending.cumulative) < 2 or spending.cumulative[-2] < spending.cumulative[-1],
            where=f"{name}.cumulative",
            came=spending.cumulative,
            wanted="something left for the last look",
        )
        door.wants(
            np.isclose(spending.cumulative[-1], total, rtol=1e-9),
            where=f"{name}.cumulative",
            came=f"{spending.cumulative[-1]:g} at the end",
            wanted=f"{total:g}, the error rate (of one side)",
        )


def _check_shape(door: Door, shape: Shape) -> None:
    hint = did_you_mean(shape.family, _SHAPES)
    door.wants(
        shape.family in _SHAPES,
        where="efficacy.family",
        came=repr(shape.family),
        wanted=", ".join(_SHAPES) + (f"; {hint}" if hint else ""),
    )
    value = shape.parameter
    if shape.family == "wang_tsiatis":
        fits, wanted = value is not None and np.isfinite(value), "a number: delta"
    elif shape.family == "haybittle_peto":
        fits, wanted = value is None or value > 0, "a bound above zero, or none for 3"
    else:
        fits, wanted = value is None, "none for this family"
    door.wants(fits, where="efficacy.parameter", came=value, wanted=wanted)


def _check_futility(
    door: Door, futility: Futility, *, looks: int, sides: int, efficacy: Spending | Shape
) -> None:
    door.wants(
        sides == 1, where="futility", came="with two sides", wanted="futility in one-sided designs"
    )
    door.wants(
        (futility.bounds is None) != (futility.spending is None),
        where="futility",
        came="both or neither",
        wanted="either bounds or spending",
    )
    if futility.bounds is not None:
        bounds = np.asarray(futility.bounds, dtype=np.float64)
        door.wants(
            bounds.shape == (looks - 1,) and not np.isnan(bounds).any(),
            where="futility.bounds",
            came=futility.bounds,
            wanted=f"{looks - 1} numbers, one for each look but the last",
        )
        return
    if futility.spending is not None:
        check_spending(door, "futility.spending", futility.spending, looks=looks)
    if not door.wants(
        futility.under in ("effect", "null"),
        where="futility.under",
        came=repr(futility.under),
        wanted="'effect' or 'null'",
    ):
        return
    if futility.under == "null":
        door.wants(
            futility.total is not None and 0 < futility.total < 1,
            where="futility.total",
            came=futility.total,
            wanted="the probability to stop low under no effect",
        )
    else:
        door.wants(
            futility.total is None,
            where="futility.total",
            came=futility.total,
            wanted="none: one less the power is spent",
        )
    door.wants(
        isinstance(efficacy, Spending) or not futility.is_binding,
        where="futility",
        came="binding, by spending, with efficacy by shape",
        wanted="efficacy by spending, or futility that does not bind",
    )
