"""How the protocol names things for a reader: arms, variables, endpoints, sets, visits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from equipoise.analyse.statement import opened
from equipoise.protocol.contrast import sides_of
from equipoise.protocol.model.arm import ALL_ARMS, TOTAL
from equipoise.report.figure.style import FigureArm

__all__ = [
    "Benefit",
    "EndpointWords",
    "VariableWords",
    "VisitWords",
    "Words",
    "humanised",
    "unit_words",
]

_FIXED = {TOTAL: TOTAL, ALL_ARMS: "All arms", "no": "No", "yes": "Yes"}


Benefit = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableWords:
    """A variable: label, unit, decimals as captured, labels of its levels, which end is worst."""

    label: str
    unit: str = ""
    decimals: int = 0
    levels: Mapping[str, str] = field(default_factory=dict)
    is_worst_first: bool = False

    @property
    def titled(self) -> str:
        """Label with its unit."""
        return f"{self.label}, {self.unit}" if self.unit else self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointWords:
    """An endpoint: label, unit, decimals, and what a difference means to a subject.

    ``levels`` names the states of a course through states; ``origin`` and ``competing`` say from
    what a time counts, where that is not randomisation, and what ends it without the event;
    ``variable`` is the id of what is measured.
    """

    label: str
    unit: str = ""
    decimals: int = 0
    benefit: Benefit = "neither"
    important: float | None = None
    kind: str = "value"
    levels: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    competing: str = ""
    variable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitWords:
    """A visit: label, and day from randomisation where it has one."""

    label: str
    day: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All names of a trial; what is not named reads as its id, written out.

    Attributes
    ----------
    arms : tuple of FigureArm
        In the order of the protocol.
    variables, endpoints, sets, visits : mapping of id to words
        ``endpoints`` holds estimands too.
    """

    arms: tuple[FigureArm, ...] = ()
    variables: Mapping[str, VariableWords] = field(default_factory=dict)
    endpoints: Mapping[str, EndpointWords] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    visits: Mapping[str, VisitWords] = field(default_factory=dict)

    def group(self, name: str) -> str:
        """Name an arm, a level that takes the place of arms, or the total."""
        labels = {arm.id: arm.label for arm in self.arms}
        return labels.get(name) or _FIXED.get(name) or self._level(name)

    def _level(self, name: str) -> str:
        for variable in self.variables.values():
            if name in variable.levels:
                return variable.levels[name]
        return humanised(name)

    def groups(self, names: Iterable[str]) -> tuple[FigureArm, ...]:
        """Order group names as the protocol does, levels after arms, the total last."""
        given = list(dict.fromkeys(name for name in names if name and sides_of(name) is None))
        known = [arm for arm in self.arms if arm.id in given]
        others = [name for name in given if name not in {arm.id for arm in self.arms}]
        others = [name for name in others if name != ALL_ARMS]
        others.sort(key=lambda name: name == TOTAL)
        return (*known, *(FigureArm(id=name, label=self.group(name)) for name in others))

    def contrast(self, name: str) -> str:
        """Name a contrast: ``A against B``."""
        sides = sides_of(name)
        if sides is None:
            return self.group(name)
        return f"{self.group(sides[0])} against {self.group(sides[1])}"

    def variable(self, name: str) -> VariableWords:
        """Words of a variable; of an endpoint that is described; of an expression itself."""
        if name in self.variables:
            return self.variables[name]
        if name in self.endpoints:
            words = self.endpoints[name]
            return VariableWords(
                label=words.label, unit=words.unit, decimals=words.decimals, levels=words.levels
            )
        base, _, visit = name.partition("@")
        if base in self.variables and visit in self.visits:
            words_of = self.variables[base]
            label = f"{words_of.label}, {self.visits[visit].label}"
            return VariableWords(
                label=label,
                unit=words_of.unit,
                decimals=words_of.decimals,
                levels=words_of.levels,
            )
        if name.startswith("in_") and name.removeprefix("in_") in self.sets:
            return VariableWords(label=f"{self.sets[name.removeprefix('in_')]} set")
        return VariableWords(label=humanised(name))

    def level(self, variable: str, level: str) -> str:
        """Name a level of a variable."""
        words = self.variable(variable).levels
        return words.get(level) or _FIXED.get(level) or level

    def visit(self, name: str) -> str:
        """Name a visit, or the average over all of them."""
        if name == "all" and name not in self.visits:
            return "All visits, averaged"
        return self.visits[name].label if name in self.visits else humanised(name)

    def by(self, levels: Mapping[str, str]) -> str:
        """Name a combination of further levels: ``Week 24, Female``."""
        return ", ".join(self._by(name, level) for name, level in levels.items())

    def _by(self, name: str, level: str) -> str:
        if name == "visit":
            return self.visit(level)
        if name in ("measure", "strategy"):
            return humanised(level)
        return f"{self.variable(name).label}: {self.level(name, level)}"


def humanised(name: str) -> str:
    """Write an id as words: ``first_event`` becomes ``First event``."""
    text = name.replace("_", " ") if name.isidentifier() else name
    return opened(text)


def unit_words(unit: str) -> str:
    """Write a unit as print does: ``kg/m2`` becomes ``kg/m²``, ``umol/L`` becomes ``µmol/L``."""
    text = re.sub(r"(?<=m)2\b", "²", unit)
    text = re.sub(r"\bu(?=mol|g|L)", "µ", text)
    return re.sub(r"\b1e9\b", "10⁹", text)
