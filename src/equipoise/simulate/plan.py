"""A scenario of a protocol made ready: checked whole before any patient is drawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from equipoise.allocation import Scheme, scheme_of
from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.protocol import Protocol
from equipoise.protocol.model.arm import Days, Dose
from equipoise.protocol.model.look import Scenario
from equipoise.simulate.knob import Effects, knob_faults
from equipoise.simulate.population import Population, load_population, populations
from equipoise.simulate.variable import variable_faults
from equipoise.stats import Floats, Integers
from equipoise.units import DAYS_PER_WEEK

__all__ = ["MODEL_VERSION", "DosePlan", "Plan", "make_plan"]

MODEL_VERSION = 1
"""Raised whenever the same address would give another patient."""

_LARGEST_SEED = 2**64 - 1
_LAST_TRIAL = 2**63 - 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DosePlan:
    """One planned dose of one arm."""

    arm: int
    agent: str
    day: int
    dose: Dose | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a virtual trial is made from.

    Attributes
    ----------
    protocol, scenario_id, population
        What is simulated, and in whom.
    subjects, sites : int
        Of each trial.
    effects : Effects
        Knobs by arm.
    scheme : Scheme
        Randomisation.
    strata : tuple of str
        Variables that define the strata.
    dated : (visits,) int
        Places on the visit axis of the visits that have a day.
    days : (dated visits,) float
        Their planned days. [day]
    doses : tuple of DosePlan
        Planned doses that are not background; none is given before randomisation.
    second_infusion : (arms,) float
        Week of the second day of dosing of each arm, that of a second infusion; infinite where
        there is none. [week]
    hash : str
        SHA-256 over protocol, scenario, population and version of the model.
    notes : tuple of str
        What stands in for something that the protocol does not know.
    """

    protocol: Protocol
    scenario_id: str
    population: Population
    subjects: int
    sites: int
    effects: Effects
    scheme: Scheme
    strata: tuple[str, ...]
    dated: Integers
    days: Floats
    doses: tuple[DosePlan, ...]
    second_infusion: Floats
    hash: str
    notes: tuple[str, ...]

    @property
    def at_entry(self) -> Integers:
        """Places among the dated visits of those up to randomisation."""
        return np.flatnonzero(self.days <= 0)


def make_plan(
    protocol: Protocol, *, scenario: str, seed: int, trials: range, subjects: int | None = None
) -> Plan:
    """Check a scenario and make it ready.

    Parameters
    ----------
    protocol : Protocol
        Holds the scenario.
    scenario : str
        Its id.
    seed : int
        From 0 to 2**64 - 1.
    trials : range
        Numbers of the trials.
    subjects : int, optional
        Subjects of each trial, instead of the scenario's.

    Raises
    ------
    DataError
        For everything that is wrong with the scenario, all at once.
    """
    known = protocol.scenarios.get(scenario)
    faults = list(_request_faults(protocol, scenario, seed=seed, trials=trials))
    number = _subjects(protocol, known, subjects)
    if number < 1:
        faults.append(
            Fault(where=f"scenarios.{scenario}.subjects", came=str(number), wanted="1 or more")
        )
    faults += variable_faults(protocol)
    faults += _schedule_faults(protocol)
    faults += _strata_faults(protocol)
    if known is not None:
        faults += scenario_faults(protocol, scenario)
    if faults or known is None:
        raise DataError(faults)
    population = load_population(known.population)
    scheme, notes = _scheme(protocol, number)
    doses, dose_notes = _doses(protocol)
    dated = [place for place, one in enumerate(protocol.visits.values()) if one.day is not None]
    days = [float(one.day) for one in protocol.visits.values() if one.day is not None]
    return Plan(
        protocol=protocol,
        scenario_id=scenario,
        population=population,
        subjects=number,
        sites=protocol.population.planned_sites or 1,
        effects=Effects.of(known.effects, list(protocol.arms)),
        scheme=scheme,
        strata=() if scheme.procedure == "fixed_numbers" else protocol.randomisation.strata,
        dated=np.array(dated, dtype=np.int64),
        days=np.array(days),
        doses=doses,
        second_infusion=_second_day(protocol, doses) / DAYS_PER_WEEK,
        hash=_hash(protocol, scenario, population, number),
        notes=(*notes, *dose_notes, *(_scenario_notes(known) if known else ())),
    )


def scenario_faults(protocol: Protocol, scenario: str) -> Iterator[Fault]:
    """Find an unknown population and wrong effects; each fault stands at its field."""
    where, one = f"scenarios.{scenario}", protocol.scenarios[scenario]
    if one.population not in populations():
        yield Fault(
            where=f"{where}.population",
            came=repr(one.population),
            wanted=f"one of {', '.join(populations())}",
            repair=did_you_mean(one.population, populations()),
        )
    yield from knob_faults(
        where,
        one.effects,
        is_blinded="subject" in protocol.masking.blinded,
        arms=list(protocol.arms),
    )


def _request_faults(
    protocol: Protocol, scenario: str, *, seed: int, trials: range
) -> Iterator[Fault]:
    scenarios = list(protocol.scenarios)
    if scenario not in protocol.scenarios:
        yield Fault(
            where="scenario", came=repr(scenario),
            wanted=f"one of {', '.join(scenarios)}" if scenarios else "a scenario in the protocol",
            repair=did_you_mean(scenario, scenarios),
        )  # fmt: skip
    if not 0 <= seed <= _LARGEST_SEED:
        yield Fault(where="seed", came=str(seed), wanted=f"0 to {_LARGEST_SEED}")
    if not trials or min(trials[0], trials[-1]) < 0 or max(trials[0], trials[-1]) > _LAST_TRIAL:
        yield Fault(
            where="trials", came=str(trials), wanted=f"one or more numbers from 0 to {_LAST_TRIAL}"
        )


def _subjects(protocol: Protocol, scenario: Scenario | None, given: int | None) -> int:
    """Subjects of each trial: given, the scenario's, the arms' together, the population's."""
    if given is not None:
        return given
    if scenario is not None and scenario.subjects is not None:
        return scenario.subjects
    by_arm = [arm.planned_subjects for arm in protocol.arms.values()]
    if all(one is not None for one in by_arm):
        return sum(one for one in by_arm if one is not None)
    return protocol.population.planned_subjects or 0


def _schedule_faults(protocol: Protocol) -> Iterator[Fault]:
    day = protocol.visits[protocol.baseline].day
    if day is None or day > 0:
        yield Fault(
            where=f"schedule.visits.{protocol.baseline}.day", came=str(day),
            wanted="a day up to 0, because patients are screened on what is seen up to then",
        )  # fmt: skip


def _strata_faults(protocol: Protocol) -> Iterator[Fault]:
    for place, name in enumerate(protocol.randomisation.strata):
        variable = protocol.variables.get(name)
        where = f"randomisation.strata.{place}"
        if name != "site" and variable is not None and variable.levels() is None:
            yield Fault(where=where, came=f"{name!r} without codes", wanted="codes of its levels")
        if variable is not None and variable.is_derived:
            yield Fault(where=where, came=f"{name!r} is derived", wanted="a captured variable")


def _scheme(protocol: Protocol, subjects: int) -> tuple[Scheme, tuple[str, ...]]:
    """Read the scheme; where it was not found, fixed numbers or simple chance stand in."""
    if protocol.randomisation.procedure != "not_found":
        return scheme_of(protocol), ()
    planned = tuple(arm.planned_subjects or 0 for arm in protocol.arms.values())
    arms = tuple(protocol.arms)
    ratio = tuple(arm.ratio for arm in protocol.arms.values())
    if all(planned) and sum(planned) == subjects:
        note = "stand-in: how subjects were randomised is NOT FOUND; the planned numbers of the "
        note += "arms were dealt in random order"
        scheme = Scheme(arms=arms, ratio=ratio, procedure="fixed_numbers", numbers=planned)
        return scheme, (note,)
    note = "stand-in: how subjects were randomised is NOT FOUND; simple randomisation was used"
    return Scheme(arms=arms, ratio=ratio, procedure="simple"), (note,)


def _scenario_notes(scenario: Scenario) -> Iterator[str]:
    """Say what of a scenario the patients do not follow."""
    if scenario.response_probability:
        effects = "with its effects" if scenario.effects else "without an effect of treatment"
        yield (
            "the response probabilities of the scenario serve the exact design alone; its virtual "
            f"patients follow the population, {effects}"
        )


def _doses(protocol: Protocol) -> tuple[tuple[DosePlan, ...], tuple[str, ...]]:
    plans: list[DosePlan] = []
    notes: list[str] = []
    for number, (name, arm) in enumerate(protocol.arms.items()):
        for one in arm.interventions:
            if one.background:
                continue
            if one.days is None:
                notes.append(f"stand-in: days of {one.agent} in arm {name} are NOT FOUND; day 0")
            days = _days_of(one.days)
            early = [day for day in days if day < 0]
            if early:
                notes.append(
                    f"{one.agent} in arm {name} is planned before randomisation (day {early[0]}) "
                    "and recorded on day 0"
                )
            plans += [
                DosePlan(arm=number, agent=one.agent, day=max(day, 0), dose=one.dose)
                for day in days
            ]
    return tuple(plans), tuple(notes)


def _days_of(days: tuple[int, ...] | Days | None) -> tuple[int, ...]:
    if days is None:
        return (0,)
    if isinstance(days, Days):
        return tuple(range(days.first, days.last + 1, days.every))
    return days


def _second_day(protocol: Protocol, doses: tuple[DosePlan, ...]) -> Floats:
    second = np.full(len(protocol.arms), np.inf)
    for number in range(len(protocol.arms)):
        days = sorted({one.day for one in doses if one.arm == number})
        if len(days) > 1:
            second[number] = days[1]
    return second


def _hash(protocol: Protocol, scenario: str, population: Population, subjects: int) -> str:
    parts = [MODEL_VERSION, protocol.content_hash, scenario, population.hash, subjects]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
