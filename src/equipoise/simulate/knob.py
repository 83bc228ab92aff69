"""Knobs: where a treatment may enter the course of disease. Each default is no effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.errors import Fault, did_you_mean
from equipoise.stats import Floats, Integers

__all__ = ["KNOBS", "Effects", "Knob", "knob_faults"]


@dataclass(frozen=True, slots=True)
class Knob:
    """One knob: what it does, its default, and the values that it may take."""

    meaning: str
    default: float
    lowest: float = -np.inf
    highest: float = np.inf
    is_open: bool = False
    """True where the lowest value itself is not allowed."""

    def holds(self, value: float) -> bool:
        """Say whether a value is allowed."""
        above = value > self.lowest if self.is_open else value >= self.lowest
        return above and value <= self.highest

    @property
    def limits(self) -> str:
        """The allowed values in words."""
        if np.isinf(self.lowest) and np.isinf(self.highest):
            return "a number"
        least = f"above {self.lowest:g}" if self.is_open else f"at least {self.lowest:g}"
        return least if np.isinf(self.highest) else f"{least} and at most {self.highest:g}"


KNOBS: Mapping[str, Knob] = {
    "response_log_odds": Knob("added to the log odds of full, and of any, response", 0.0),
    "depth": Knob("added to the depth of response", 0.0),
    "speed": Knob("multiplies the weeks that a response takes", 1.0, 0.0, is_open=True),
    "onset_delay": Knob("weeks before a response starts", 0.0, 0.0),
    "waning_half_life": Knob("weeks in which a response falls to half", np.inf, 0.0, is_open=True),
    "second_infusion_depth": Knob("added to the depth from the second infusion on", 0.0),
    "relapse_hr": Knob("multiplies the hazard of relapse", 1.0, 0.0),
    "infection_hr": Knob("multiplies the hazard of serious infection", 1.0, 0.0),
    "death_hr": Knob("multiplies the hazard of death without infection", 1.0, 0.0),
    "infusion_reaction_rate": Knob("probability of a reaction at each infusion", 0.0, 0.0, 1.0),
    "effect_modifier": Knob(
        "added to response_log_odds for each doubling of the protein at entry above 3 g/24 h", 0.0
    ),
    "expectation": Knob("taken off the activity behind arthritis, pleurisy and PGA", 0.0),
}  # fmt: skip
"""Every knob by name. Source: the design of the simulation, section 3.2."""

SHARED_IF_BLINDED = ("expectation",)


def knob_faults(
    where: str, effects: Mapping[str, Mapping[str, float]], *, is_blinded: bool, arms: list[str]
) -> Iterator[Fault]:
    """Find unknown knobs, values out of range, and knobs that a blinded subject cannot have."""
    for arm, knobs in effects.items():
        for name, value in knobs.items():
            if name not in KNOBS:
                yield Fault(
                    where=f"{where}.effects.{arm}.{name}", came="an unknown knob",
                    wanted=f"one of {', '.join(KNOBS)}", repair=did_you_mean(name, list(KNOBS)),
                )  # fmt: skip
            elif not KNOBS[name].holds(value):
                yield Fault(
                    where=f"{where}.effects.{arm}.{name}", came=f"{value:g}",
                    wanted=KNOBS[name].limits,
                )  # fmt: skip
    for name in SHARED_IF_BLINDED:
        values = {effects.get(arm, {}).get(name, KNOBS[name].default) for arm in arms}
        if is_blinded and len(values) > 1:
            yield Fault(
                where=f"{where}.effects", came=f"{name} differs between arms",
                wanted="one value, because subjects are blinded",
            )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Values of all knobs by arm: each an array over the arms of the protocol."""

    by_knob: Mapping[str, Floats]

    @classmethod
    def of(cls, effects: Mapping[str, Mapping[str, float]], arms: list[str]) -> Effects:
        """Read the effects of a scenario; a knob that is not named has no effect."""
        return cls(
            by_knob={
                name: np.array([effects.get(arm, {}).get(name, knob.default) for arm in arms])
                for name, knob in KNOBS.items()
            }
        )

    def at(self, knob: str, arm: Integers) -> Floats:
        """Value of a knob for each subject."""
        return self.by_knob[knob][arm]
