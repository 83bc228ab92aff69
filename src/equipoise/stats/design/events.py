"""Size and power of trials with a time to event: events, and the subjects and time they take.

Sources: Schoenfeld DA. Biometrics 1983; 39:499-503. Freedman LS. Stat Med 1982; 1:121-129.
Lachin JM, Foulkes MA. Biometrics 1986; 42:507-519.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.design.fixed import critical_value, normal_power, read_level, z_sum
from equipoise.stats.door import Door
from equipoise.stats.roots import bracketed_root

__all__ = [
    "EventFormula",
    "SurvivalSize",
    "event_share",
    "events_logrank",
    "power_logrank",
    "sample_size_lachin_foulkes",
    "time_of_share",
]

EventFormula: TypeAlias = Literal["schoenfeld", "freedman"]
_FORMULAS = ("schoenfeld", "freedman")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalSize:
    """Subjects, events and accrual rate a survival trial needs, not rounded.

    ``events1`` and ``events0`` are expected in the experimental and the control arm at the end;
    ``accrual_rate`` is subjects per unit of time in both arms.
    """

    total: Floats
    events: Floats
    events1: Floats
    events0: Floats
    accrual_rate: Floats


def events_logrank(
    *,
    hazard_ratio: ArrayLike,
    power: ArrayLike = 0.8,
    alpha: float = 0.05,
    sides: int = 2,
    ratio: ArrayLike = 1.0,
    formula: EventFormula = "schoenfeld",
) -> Floats:
    """Events needed to show a hazard ratio by the log-rank test.

    Parameters
    ----------
    hazard_ratio : (...) float
        Experimental over control, above zero.
    power : (...) float
        Probability to reject in the direction of the effect.
    alpha : float
        Level of the test, of both sides together where ``sides`` is 2.
    sides : int
        1 or 2.
    ratio : (...) float
        Experimental over control subjects.
    formula : str
        ``schoenfeld``: from the log hazard ratio; ``freedman``: from (1 - HR) / (1 + r HR).

    Returns
    -------
    (...) float
        Events of both arms; infinite for a hazard ratio of 1.

    Raises
    ------
    DataError
        If an argument is out of range or shapes do not broadcast.
    """
    door = Door()
    hr, odds = _read(door, hazard_ratio, ratio, formula)
    wanted = door.numbers("power", power, low=0, high=1, open_low=True, open_high=True)
    read_level(door, alpha=alpha, sides=sides)
    lead = door.close()
    drift = np.maximum(z_sum(wanted, alpha=alpha, sides=sides), 0.0)
    with np.errstate(divide="ignore"):
        events = np.square(drift / np.abs(_effect(hr, odds, formula)))
    return np.broadcast_to(events, lead)


def power_logrank(
    *,
    hazard_ratio: ArrayLike,
    events: ArrayLike,
    alpha: float = 0.05,
    sides: int = 2,
    ratio: ArrayLike = 1.0,
    formula: EventFormula = "schoenfeld",
) -> Floats:
    """Power of the log-rank test with so many events; arguments as in `events_logrank`."""
    door = Door()
    hr, odds = _read(door, hazard_ratio, ratio, formula)
    number = door.numbers("events", events, low=0)
    read_level(door, alpha=alpha, sides=sides)
    lead = door.close()
    drift = np.sqrt(number) * np.abs(_effect(hr, odds, formula))
    return np.broadcast_to(normal_power(drift, alpha=alpha, sides=sides), lead)


def event_share(
    *, hazard: ArrayLike, dropout: ArrayLike = 0.0, accrual: ArrayLike, time: ArrayLike
) -> Floats:
    """Share of all planned subjects whose event is seen by a calendar time.

    Parameters
    ----------
    hazard, dropout : (...) float
        Constant hazards of the event, above zero, and of dropping out. [1/time]
    accrual : (...) float
        Time from the first to the last subject, who come evenly. [time]
    time : (...) float
        Calendar time since the first subject; before the end of accrual some are still to come.

    Raises
    ------
    DataError
        If a hazard or a time is out of range or shapes do not broadcast.
    """
    door = Door()
    rate = door.numbers("hazard", hazard, low=0, open_low=True)
    lost = door.numbers("dropout", dropout, low=0)
    span = door.numbers("accrual", accrual, low=0, open_low=True)
    now = door.numbers("time", time, low=0)
    lead = door.close()
    return np.broadcast_to(_share(rate, lost, span, now), lead)


def time_of_share(
    *,
    share: ArrayLike,
    hazard1: ArrayLike,
    hazard0: ArrayLike,
    accrual: ArrayLike,
    dropout: ArrayLike = 0.0,
    ratio: ArrayLike = 1.0,
) -> Floats:
    """Calendar time at which events of both arms reach a share of all planned subjects.

    Parameters
    ----------
    share : (...) float
        Events over planned subjects, at least 0.
    hazard1, hazard0 : (...) float
        Hazards of the event in the experimental and the control arm, above zero. [1/time]
    accrual, dropout : (...) float
        As in `event_share`, the same for both arms.
    ratio : (...) float
        Experimental over control subjects.

    Returns
    -------
    (...) float
        NaN where so many events never come.

    Raises
    ------
    DataError
        If an argument is out of range or shapes do not broadcast.
    """
    door = Door()
    wanted = door.numbers("share", share, low=0, high=1)
    rate1, rate0 = (
        door.numbers(name, value, low=0, open_low=True)
        for name, value in (("hazard1", hazard1), ("hazard0", hazard0))
    )
    span = door.numbers("accrual", accrual, low=0, open_low=True)
    lost = door.numbers("dropout", dropout, low=0)
    odds = door.numbers("ratio", ratio, low=0, open_low=True)
    lead = door.close()
    wanted, rate1, rate0, span, lost, odds = (
        np.broadcast_to(value, lead).ravel() for value in (wanted, rate1, rate0, span, lost, odds)
    )

    def excess(time: Floats, which: Integers) -> Floats:
        one = _share(rate1[which], lost[which], span[which], time)
        other = _share(rate0[which], lost[which], span[which], time)
        weight = odds[which] / (1 + odds[which])
        return np.asarray(weight * one + (1 - weight) * other - wanted[which])

    longest = span + 750 / np.minimum(rate1, rate0)
    return bracketed_root(excess, np.zeros(span.shape), longest).reshape(lead)


def sample_size_lachin_foulkes(
    *,
    hazard0: ArrayLike,
    hazard_ratio: ArrayLike,
    accrual: ArrayLike,
    time: ArrayLike,
    dropout: ArrayLike = 0.0,
    power: ArrayLike = 0.8,
    alpha: float = 0.05,
    sides: int = 2,
    ratio: ArrayLike = 1.0,
) -> SurvivalSize:
    """Subjects and events of a trial with constant hazards and even accrual.

    Parameters
    ----------
    hazard0 : (...) float
        Hazard of the event in the control arm, above zero. [1/time]
    hazard_ratio : (...) float
        Experimental over control, above zero.
    accrual, time : (...) float
        Time from the first to the last subject, and to the end of the trial. [time]
    dropout : (...) float
        Hazard of dropping out in both arms. [1/time]
    power, alpha, sides, ratio
        As in `events_logrank`.

    Raises
    ------
    DataError
        If an argument is out of range, the trial ends before accrual does, or shapes do not
        broadcast.

    Notes
    -----
    Variances are those of the estimated log hazard ratio under alternative and hypothesis; under
    the hypothesis both arms have the mean hazard (h0 + r h1) / (1 + r). As R ``gsDesign::nSurv``.
    """
    door = Door()
    hr, odds = _read(door, hazard_ratio, ratio, "schoenfeld")
    rate0 = door.numbers("hazard0", hazard0, low=0, open_low=True)
    span = door.numbers("accrual", accrual, low=0, open_low=True)
    end = door.numbers("time", time, low=0, open_low=True)
    lost = door.numbers("dropout", dropout, low=0)
    wanted = door.numbers("power", power, low=0, high=1, open_low=True, open_high=True)
    read_level(door, alpha=alpha, sides=sides)
    lead = door.close()
    door.wants(
        np.all(end >= span),
        where="time",
        came="before the end of accrual",
        wanted="accrual or later",
    )
    door.close()
    mean = rate0 * (1 + odds * hr) / (1 + odds)
    part1, part0 = odds / (1 + odds), 1 / (1 + odds)
    shares = [
        part * _share(rate, lost, span, end)
        for part, rate in ((part1, mean), (part0, mean), (part1, rate0 * hr), (part0, rate0))
    ]
    spread0 = 1 / shares[0] + 1 / shares[1]
    spread1 = 1 / shares[2] + 1 / shares[3]
    root = critical_value(alpha, sides) * np.sqrt(spread0) + ndtri(wanted) * np.sqrt(spread1)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.square(np.maximum(root, 0.0) / np.log(hr))
        parts = {
            "total": total,
            "events": total * (shares[2] + shares[3]),
            "events1": total * shares[2],
            "events0": total * shares[3],
            "accrual_rate": total / span,
        }
    return SurvivalSize(**{name: np.broadcast_to(part, lead) for name, part in parts.items()})


def _read(
    door: Door, hazard_ratio: ArrayLike, ratio: ArrayLike, formula: str
) -> tuple[Floats, Floats]:
    hr = door.numbers("hazard_ratio", hazard_ratio, low=0, open_low=True)
    odds = door.numbers("ratio", ratio, low=0, open_low=True)
    door.choice("formula", formula, _FORMULAS)
    return hr, odds


def _effect(hr: Floats, ratio: Floats, formula: str) -> Floats:
    """Mean of the log-rank z statistic per root of events."""
    if formula == "schoenfeld":
        return np.asarray(np.log(hr) * np.sqrt(ratio) / (1 + ratio))
    return np.asarray((1 - hr) * np.sqrt(ratio) / (1 + ratio * hr))


def _share(rate: Floats, lost: Floats, span: Floats, now: Floats) -> Floats:
    hazard = rate + lost
    come = np.minimum(now, span)
    # The integral of 1 - exp(-hazard follow-up) over those who have come.
    still = (np.exp(-hazard * (now - come)) - np.exp(-hazard * now)) / hazard
    return np.asarray(rate / hazard * (come - still) / span)
