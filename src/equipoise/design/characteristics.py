"""What a design can show: operating characteristics over a grid of true rates, in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.exact_fixed import FixedCharacteristics, assurance, fixed_characteristics
from equipoise.design.exact_looks import LookCharacteristics, look_characteristics
from equipoise.design.plan import BinaryDesign, binary_design
from equipoise.errors import DataError, Fault
from equipoise.protocol import Protocol
from equipoise.stats import Floats, Integers
from equipoise.stats.arrays import as_floats, broadcast

__all__ = [
    "OperatingCharacteristics",
    "Prior",
    "Size",
    "operating_characteristics",
]

_NULL_STEPS = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """Beta priors of the true rates of both arms, for assurance."""

    label: str
    experimental: tuple[float, float]
    control: tuple[float, float]


UNIFORM = Prior(label="uniform", experimental=(1.0, 1.0), control=(1.0, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """True size: the largest probability of a claim where both arms share one rate.

    ``size`` at the common ``rate`` is that of the test without looks; ``looks_size`` at
    ``looks_rate`` that of success in the trial with looks, NaN without looks.
    """

    size: float
    rate: float
    looks_size: float
    looks_rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingCharacteristics:
    """Exact operating characteristics of a binary endpoint.

    Attributes
    ----------
    design : BinaryDesign
        What was enumerated.
    experimental, control : (points,) float
        True rates of the arms.
    scenario : tuple of str
        Scenario of each point; empty for a point of the grid.
    fixed : FixedCharacteristics
        The trial without looks.
    looks : LookCharacteristics or None
        The trial with its looks.
    size : Size
        True size.
    assurance : mapping of prior label to mapping of quantity to probability
        The trial without looks, averaged over priors.
    """

    design: BinaryDesign
    experimental: Floats
    control: Floats
    scenario: tuple[str, ...]
    fixed: FixedCharacteristics
    looks: LookCharacteristics | None
    size: Size
    assurance: Mapping[str, Mapping[str, float]]

    def at(self, places: Sequence[int]) -> OperatingCharacteristics:
        """Keep some of the points, such as those of the scenarios."""
        chosen = np.asarray(places, dtype=np.int64)
        return replace(
            self,
            experimental=self.experimental[chosen],
            control=self.control[chosen],
            scenario=tuple(self.scenario[place] for place in places),
            fixed=_chosen(self.fixed, chosen),
            looks=None if self.looks is None else _chosen(self.looks, chosen),
        )

    @property
    def named(self) -> tuple[int, ...]:
        """Places of the points that are those of a scenario."""
        return tuple(place for place, name in enumerate(self.scenario) if name)

    def important(self, control: float) -> int | None:
        """Place of the point whose difference is the smallest that matters, at a control rate.

        None without such a difference, or where it would leave 0 to 1.
        """
        margin = self.design.margin
        if margin is None:
            return None
        wanted = control + (margin if self.design.is_higher_better else -margin)
        near = np.isclose(self.control, control) & np.isclose(self.experimental, wanted)
        return int(np.flatnonzero(near)[-1]) if near.any() else None


_Points = TypeVar("_Points", FixedCharacteristics, LookCharacteristics)


def _chosen(points: _Points, places: Integers) -> _Points:
    return replace(
        points, **{one.name: getattr(points, one.name)[places] for one in fields(points)}
    )


def operating_characteristics(
    protocol: Protocol,
    *,
    analysis: str | None = None,
    sizes: Mapping[str, int] | None = None,
    experimental: ArrayLike | None = None,
    control: ArrayLike | None = None,
    priors: Sequence[Prior] = (UNIFORM,),
) -> OperatingCharacteristics:
    """Enumerate what a trial of two arms with a binary endpoint can show.

    Parameters
    ----------
    protocol : Protocol
        Names arms, endpoint, analysis, smallest important difference and looks.
    analysis : str, optional
        Analysis of method ``proportion``; the first primary one by default.
    sizes : mapping of arm to int, optional
        Subjects of the arms in the trial without looks, see :func:`binary_design`.
    experimental, control : (...) float, optional
        True rates of the arms; they broadcast together and are flattened. By default the rates
        of the scenarios, and a grid of experimental rates beside each of their control rates.
    priors : sequence of Prior
        Priors for assurance.

    Raises
    ------
    ProtocolError
        If the design cannot be enumerated.
    DataError
        If a rate is outside 0 to 1, only one of the two is given, or shapes do not broadcast.
    """
    design = binary_design(protocol, analysis=analysis, sizes=sizes)
    rates1, rates0, scenario = _rates(protocol, design, experimental, control)
    return OperatingCharacteristics(
        design=design,
        experimental=rates1,
        control=rates0,
        scenario=scenario,
        fixed=fixed_characteristics(design, experimental=rates1, control=rates0),
        looks=look_characteristics(design, experimental=rates1, control=rates0)
        if design.stages
        else None,
        size=_size(design),
        assurance={
            prior.label: assurance(design, experimental=prior.experimental, control=prior.control)
            for prior in priors
        },
    )


def _default_rates(
    protocol: Protocol, design: BinaryDesign
) -> tuple[Floats, Floats, tuple[str, ...]]:
    """List the rates of the scenarios, then a grid of experimental rates beside their controls.

    The grid has steps of 5 points, and the smallest difference that matters on both sides of the
    control rate.
    """
    rates1: list[float] = []
    rates0: list[float] = []
    names: list[str] = []
    for name, one in protocol.scenarios.items():
        known = one.response_probability
        if design.experimental in known and design.control in known:
            rates1.append(known[design.experimental])
            rates0.append(known[design.control])
            names.append(name)
    steps = np.round(np.arange(0, 21) * 0.05, 2)
    margin = design.margin or 0.0
    for base in dict.fromkeys(rates0 or [0.5]):
        grid = np.unique(np.round([*steps, base - margin, base, base + margin], 9))
        grid = grid[(grid >= 0) & (grid <= 1)]
        rates1 += grid.tolist()
        rates0 += [base] * len(grid)
        names += [""] * len(grid)
    return np.array(rates1), np.array(rates0), tuple(names)


def _rates(
    protocol: Protocol,
    design: BinaryDesign,
    experimental: ArrayLike | None,
    control: ArrayLike | None,
) -> tuple[Floats, Floats, tuple[str, ...]]:
    if experimental is None and control is None:
        return _default_rates(protocol, design)
    faults: list[Fault] = []
    given: dict[str, Floats] = {}
    for name, value in (("experimental", experimental), ("control", control)):
        if value is None:
            faults.append(Fault(where=name, came="nothing", wanted="rates of both arms"))
            continue
        rates = given[name] = as_floats(name, value)
        wrong = rates[~((rates >= 0) & (rates <= 1))]
        if wrong.size:
            faults.append(Fault(where=name, came=f"{wrong[0]:g}", wanted="rates from 0 to 1"))
    if faults:
        raise DataError(faults)
    broadcast(**given)
    one, other = (
        np.ravel(part) for part in np.broadcast_arrays(given["experimental"], given["control"])
    )
    return one, other, ("",) * one.size


def _size(design: BinaryDesign) -> Size:
    rates = np.linspace(0, 1, _NULL_STEPS)
    fixed = fixed_characteristics(design, experimental=rates, control=rates).significant
    place = int(np.argmax(fixed))
    size, rate = float(fixed[place]), float(rates[place])
    if not design.stages:
        return Size(size=size, rate=rate, looks_size=np.nan, looks_rate=np.nan)
    looked = look_characteristics(design, experimental=rates, control=rates).success
    where = int(np.argmax(looked))
    return Size(
        size=size, rate=rate, looks_size=float(looked[where]), looks_rate=float(rates[where])
    )
