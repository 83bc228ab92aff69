"""Adverse events: background symptoms, serious infections, vascular events, deaths, reactions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.clock import Clocks
from equipoise.simulate.fate import Fate, day_of
from equipoise.simulate.parameter import AdverseEventLaw
from equipoise.simulate.population import Population, Term
from equipoise.simulate.slot import Draws, Stream, exponential, normal
from equipoise.simulate.variable import OUTCOME, RELATED, SEVERITY
from equipoise.stats import Bools, Floats, Integers
from equipoise.units import DAYS_PER_YEAR

__all__ = ["AdverseEvents", "Doses", "adverse_events"]

_RECOVERED, _ONGOING, _FATAL = OUTCOME
_RELATED, _UNRELATED = RELATED

# Places of the stream: background events count from 0, the others have a place of their own.
_INFECTION, _VASCULAR, _DEATH, _INFUSION = 0x4000, 0x4001, 0x4002, 0x8000

Texts = NDArray[np.str_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doses:
    """Doses that were given, in the long form; every field is (doses,).

    Attributes
    ----------
    subject : int
        Whose, on the axis of the chunk.
    number : int
        Which dose of the plan.
    day : float
        When. [day]
    amount : float
        How much, in the unit of the plan; NaN where that is not known.
    """

    subject: Integers
    number: Integers
    day: Floats
    amount: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEvents:
    """Adverse events in the long form; every field is (events,).

    Attributes
    ----------
    subject : int
        Whose, on the axis of the chunk.
    term, system, severity, related, outcome : str
        In words.
    start, end : float
        Days; NaN where an event has not ended. [day]
    grade : float
        1 to 5.
    serious : float
        1 or 0.
    """

    subject: Integers
    term: Texts
    system: Texts
    start: Floats
    end: Floats
    grade: Floats
    severity: Texts
    serious: Floats
    related: Texts
    outcome: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """Events of one kind before it is known what of them is seen."""

    name: Literal["background", "infection", "vascular", "death", "infusion"]
    subject: Integers
    start: Floats
    death: Floats
    u: dict[str, Floats]


def adverse_events(
    population: Population,
    *,
    draws: Draws,
    clocks: Clocks,
    fate: Fate,
    doses: Doses,
    reaction_rate: Floats,
) -> AdverseEvents:
    """Record the adverse events that are seen, sorted by subject, start and term.

    Parameters
    ----------
    population : Population
        Law and terms.
    draws : Draws
        Random numbers of the subjects.
    clocks, fate
        What happened, and to when it is seen.
    doses : Doses
        Doses given: each may bring a reaction.
    reaction_rate : (n,) float
        Probability of a reaction to a dose.
    """
    law = population.parameters.adverse_events
    parts = [
        _record(kind, population.terms[kind.name], law, fate)
        for kind in (
            *_background(law, draws, fate),
            *_clocked(draws, clocks),
            _reactions(draws, doses, reaction_rate),
        )
    ]
    fields = AdverseEvents.__slots__
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in fields}
    seen = joined["start"] <= fate.last_contact[joined["subject"]]
    order = np.lexsort((joined["term"], joined["start"], joined["subject"]))
    order = order[seen[order]]
    return AdverseEvents(**{name: array[order] for name, array in joined.items()})


def _background(law: AdverseEventLaw, draws: Draws, fate: Fate) -> Iterator[_Kind]:
    """Poisson events one after another, until none is left inside observation."""
    everybody = np.arange(draws.trial.size)
    at = np.zeros(everybody.size)
    number = 0
    while law.rate > 0:
        u = _uniforms(draws, everybody, np.full(everybody.size, number))
        at = at + exponential(u["gap"]) * DAYS_PER_YEAR / law.rate
        start = np.floor(at) + 1
        inside = start <= fate.last_contact
        if not inside.any():
            return
        yield _Kind(
            name="background",
            subject=everybody[inside],
            start=start[inside],
            death=np.full(int(inside.sum()), np.inf),
            u={name: values[inside] for name, values in u.items()},
        )
        number += 1


def _clocked(draws: Draws, clocks: Clocks) -> Iterator[_Kind]:
    for name, place, begin, death in (
        ("infection", _INFECTION, clocks.infection, clocks.fatal_infection),
        ("vascular", _VASCULAR, clocks.vascular, clocks.fatal_vascular),
        ("death", _DEATH, clocks.other_death, clocks.other_death),
    ):
        who = np.flatnonzero(np.isfinite(begin))
        is_cause = death[who] == clocks.death[who]
        yield _Kind(
            name=name,  # type: ignore[arg-type] # the table holds only the kinds of the Literal
            subject=who,
            start=day_of(begin[who]),
            death=np.where(is_cause, day_of(death[who]), np.inf),
            u=_uniforms(draws, who, np.full(who.size, place)),
        )


def _reactions(draws: Draws, doses: Doses, rate: Floats) -> _Kind:
    u = _uniforms(draws, doses.subject, _INFUSION + doses.number)
    occurs = u["occurs"] < rate[doses.subject]
    return _Kind(
        name="infusion",
        subject=doses.subject[occurs],
        start=doses.day[occurs],
        death=np.full(int(occurs.sum()), np.inf),
        u={name: values[occurs] for name, values in u.items()},
    )


def _uniforms(draws: Draws, who: Integers, place: Integers) -> dict[str, Floats]:
    own = Draws(
        seed=draws.seed,
        trial=draws.trial[who],
        subject=draws.subject[who],
        attempt=draws.attempt[who],
    )
    table = own.table(Stream.ADVERSE_EVENT, places=place[:, np.newaxis])
    return {name: values[:, 0] for name, values in table.items()}


def _record(kind: _Kind, terms: Sequence[Term], law: AdverseEventLaw, fate: Fate) -> AdverseEvents:
    """Give events their words, grade and end."""
    u, size = kind.u, kind.subject.size
    last = fate.last_contact[kind.subject]
    is_fatal = (kind.death <= last) & fate.died[kind.subject]
    median = law.infection_days if kind.name in ("infection", "vascular") else law.days
    length = np.round(median * np.exp(law.days_log_sd * normal(u["length"])))
    end = kind.start + (0.0 if kind.name == "infusion" else length)
    end = np.where(is_fatal, kind.death, end)
    is_over = end <= last
    grade = np.where(is_fatal, 5.0, _grade(kind, law))
    weights = np.cumsum([one.weight for one in terms])
    chosen = np.searchsorted(weights / weights[-1], u["term"], side="right")
    related = u["related"] < law.related
    if kind.name == "infusion":
        related = np.ones(size, dtype=np.bool_)
    return AdverseEvents(
        subject=kind.subject,
        term=np.array([one.term for one in terms])[chosen],
        system=np.array([one.system for one in terms])[chosen],
        start=kind.start,
        end=np.where(is_over, end, np.nan),
        grade=grade,
        severity=np.array(SEVERITY)[grade.astype(np.int64) - 1],
        serious=_serious(kind, law, grade).astype(float),
        related=np.where(related, _RELATED, _UNRELATED),
        outcome=np.where(is_fatal, _FATAL, np.where(is_over, _RECOVERED, _ONGOING)),
    )


def _grade(kind: _Kind, law: AdverseEventLaw) -> Floats:
    u = kind.u["grade"]
    if kind.name in ("infection", "vascular", "death"):
        return np.where(u < law.infection_grade_4, 4.0, 3.0)
    top = 1.0 if kind.name == "background" else 0.0  # a reaction is mild or moderate
    return 1.0 + (u < law.grade_2 + law.grade_3) + top * (u < law.grade_3)


def _serious(kind: _Kind, law: AdverseEventLaw, grade: Floats) -> Bools:
    if kind.name in ("infection", "vascular", "death"):
        return np.ones(grade.shape, dtype=np.bool_)
    serious: Bools = (grade >= 3) & (kind.u["serious"] < law.serious_of_grade_3)
    return serious
