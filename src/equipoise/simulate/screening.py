"""Screening: candidates come until one is eligible by what is observed, and takes the place.

Selection at a peak of activity, and the regression to the mean that follows, come from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import DataError, Fault
from equipoise.instruments import find_instrument
from equipoise.protocol import Scope, Value, compile_expression, scope_of
from equipoise.protocol.expression import Level
from equipoise.protocol.model.identity import Criterion
from equipoise.protocol.model.variable import Variable
from equipoise.protocol.scoring import instrument_columns, instrument_value
from equipoise.simulate.parameter import Parameters, Serology
from equipoise.simulate.plan import Plan
from equipoise.simulate.variable import NERVOUS, SIGNS
from equipoise.stats import Bools, Floats, Integers

__all__ = ["Candidates", "Tally", "eligible"]

_LEVELS: tuple[Level, ...] = ("constant", "subject", "visit", "event")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What is known of candidates up to randomisation.

    Attributes
    ----------
    plan : Plan
        The trial.
    subject : mapping of str to (n,) float
        Variables of subjects; a category is an index into its codes.
    visit : mapping of str to (n, entry visits) float
        Variables of the visits up to randomisation.
    levels : mapping of str to tuple of str
        Codes of categories.
    """

    plan: Plan
    subject: Mapping[str, Floats]
    visit: Mapping[str, Floats]
    levels: Mapping[str, tuple[str, ...]]

    @property
    def size(self) -> int:
        """Number of candidates."""
        return int(next(iter(self.visit.values())).shape[0])


@dataclass(slots=True)
class Tally:
    """How often each rule was met, to explain why nobody is eligible."""

    seen: int = 0
    met: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, meets: Bools) -> Bools:
        """Count, and hand the answer on."""
        self.met[name] = self.met.get(name, 0) + int(meets.sum())
        return meets

    def fault(self, scenario: str, attempts: int) -> DataError:
        """Say which rules keep candidates out."""
        shares = ", ".join(f"{name} {100 * n / self.seen:.0f} %" for name, n in self.met.items())
        return DataError(
            Fault(
                where=f"scenarios.{scenario}",
                came=f"a subject for whom none of {attempts} candidates is eligible",
                wanted=f"criteria that the population can meet (met by: {shares})",
            )
        )


def eligible(candidates: Candidates, tally: Tally) -> Bools:
    """Judge candidates by the population's rule of entry and the protocol's criteria.

    An inclusion criterion must be known to hold; an exclusion criterion must not be known to.
    Criteria without logic are words for people, and keep nobody out.
    """
    plan = candidates.plan
    tally.seen += candidates.size
    meets = _enters(candidates, plan.population.parameters, tally)
    world = _EntryWorld(candidates, scope_of(plan.protocol))
    rules = plan.protocol.population.eligibility
    for name, criterion in rules.include.items():
        meets &= tally.add(name, _truth(criterion, world, name) == 1)
    for name, criterion in rules.exclude.items():
        meets &= tally.add(f"not {name}", _truth(criterion, world, name, absent=0.0) != 1)
    return meets


def _truth(criterion: Criterion, world: _EntryWorld, name: str, absent: float = 1.0) -> Floats:
    size = world.candidates.size
    if criterion.when is None:
        return np.full(size, absent)
    compiled = compile_expression(criterion.when, world.scope, where=name, kind="yes_no")
    return np.broadcast_to(compiled.evaluate(world).array, (size,))


def _enters(candidates: Candidates, parameters: Parameters, tally: Tally) -> Bools:
    entry = parameters.entry
    first = {name: array[:, 0] for name, array in candidates.visit.items()}
    meets = tally.add("protein at entry", first["protein_24h"] >= entry.protein_24h_from)
    if entry.sledai_2k_from > 0:
        active = _sledai(first, parameters.serology) >= entry.sledai_2k_from
        meets = meets & tally.add("SLEDAI-2K at entry", active)
    return meets


def _sledai(values: Mapping[str, Floats], law: Serology) -> Floats:
    """Score SLEDAI-2K with the limits that the population was fitted with."""
    columns = {name: values[name] for name in (*SIGNS, *NERVOUS, "urinary_casts")}
    columns |= {name: values[name] for name in ("urine_rbc_hpf", "urine_wbc_hpf", "anti_dsdna")}
    columns |= {
        "urine_protein_24h_g": values["protein_24h"],
        "c3_g_l": values["c3"],
        "c4_g_l": values["c4"],
        "platelets_10e9_l": values["platelets"],
        "wbc_10e9_l": values["wbc"],
        "c3_lln_g_l": np.array(law.c3_lower_limit),
        "c4_lln_g_l": np.array(law.c4_lower_limit),
        "anti_dsdna_uln": np.array(law.dsdna_upper_limit),
    }
    scored = find_instrument("sledai_2k").score(
        columns, parameters={"unrecorded_exclusion": "absent"}
    )
    return np.asarray(scored["total"], dtype=np.float64)


@dataclass(slots=True)
class _EntryWorld:
    """An environment for expressions in which only the time up to randomisation exists."""

    candidates: Candidates
    scope: Scope
    found: dict[str, Value] = field(default_factory=dict)
    scores: dict[str, dict[str, NDArray[Any]]] = field(default_factory=dict)

    def lookup(self, name: str) -> Value:
        """Find or derive the value of a name; what lies in the future is unknown."""
        if name not in self.found:
            variable = self.candidates.plan.protocol.variables.get(name)
            is_derived = variable is not None and variable.is_derived
            self.found[name] = (
                self._derived(name, variable)
                if variable is not None and is_derived
                else self._captured(name)
            )
        return self.found[name]

    def visit_index(self, visit: str) -> int:
        """Find the place of a visit on the visit axis."""
        return self.scope.visits.index(visit)

    def event_owner(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """No adverse events are known yet."""
        nobody: Integers = np.zeros(0, dtype=np.int64)
        return nobody, nobody

    def _captured(self, name: str) -> Value:
        symbol = self.scope.symbols[name]
        levels = self.candidates.levels.get(name, symbol.levels or ())
        if symbol.level == "visit":
            array = self._on_schedule(self.candidates.visit.get(name))
        elif symbol.level == "event":
            array = np.zeros(0)
        else:
            array = self.candidates.subject.get(name, np.full(self.candidates.size, np.nan))
        return Value(symbol.kind, symbol.level, array, levels)

    def _on_schedule(self, seen: Floats | None) -> Floats:
        plan = self.candidates.plan
        array = np.full((self.candidates.size, len(self.scope.visits)), np.nan)
        if seen is not None:
            array[:, plan.dated[plan.at_entry]] = seen
        return array

    def _derived(self, name: str, variable: Variable) -> Value:
        if variable.derive is not None:
            compiled = compile_expression(variable.derive, self.scope, where=name, levels=_LEVELS)
            return compiled.evaluate(self)
        return self._scored(name, variable)

    def _scored(self, name: str, variable: Variable) -> Value:
        """Score an instrument at the visits up to randomisation; once for all its outputs."""
        wanted = variable.instrument
        assert wanted is not None
        question = wanted.model_dump_json(include={"name", "inputs", "options"})
        if question not in self.scores:
            plan = self.candidates.plan
            visits, whole = plan.dated[plan.at_entry], len(self.scope.visits)
            columns = {
                one: array[..., visits] if array.ndim and array.shape[-1] == whole else array
                for one, array in instrument_columns(name, wanted, self.scope, self).items()
            }
            self.scores[question] = find_instrument(wanted.name).score(
                columns, parameters=wanted.options
            )
        found = instrument_value(variable, self.scores[question])
        if found.level != "visit":
            return found
        shape = (self.candidates.size, self.candidates.plan.at_entry.size)
        array = self._on_schedule(np.broadcast_to(found.array, shape))
        return Value(found.kind, "visit", array, found.levels)
