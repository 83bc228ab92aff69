"""Events: one exponential clock each, which strikes when its cumulative hazard passes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.simulate.course import (
    Treatment,
    activity,
    relapse_activity,
    response,
)
from equipoise.simulate.knob import Effects
from equipoise.simulate.laboratory import expected_wbc, prednisone
from equipoise.simulate.parameter import Parameters
from equipoise.simulate.person import DOMAINS, Person
from equipoise.simulate.slot import exponential
from equipoise.stats import Floats, Integers

__all__ = ["Clocks", "run_clocks", "strike"]

_RENAL, _SEROLOGICAL, _HAEMATOLOGICAL = (
    DOMAINS.index(name) for name in ("renal", "serological", "haematological")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Weeks of events, whether or not anybody is there to see them: (n,), infinite if never.

    Attributes
    ----------
    relapse, infection, vascular, drop_out : float
        First relapse, first serious infection, vascular event, leaving the trial. [week]
    fatal_infection, fatal_vascular, other_death : float
        Deaths by cause. [week]
    """

    relapse: Floats
    infection: Floats
    vascular: Floats
    drop_out: Floats
    fatal_infection: Floats
    fatal_vascular: Floats
    other_death: Floats

    @property
    def death(self) -> Floats:
        """Week of death of any cause."""
        return np.minimum(np.minimum(self.fatal_infection, self.fatal_vascular), self.other_death)


def strike(hazard: Floats, target: Floats) -> Floats:
    """Find when a hazard that is constant in each week has accumulated to a target.

    Parameters
    ----------
    hazard : (n, weeks) float
        Hazard in the weeks 0-1, 1-2 and so on. [1/week]
    target : (n,) float
        Cumulative hazard at which the event comes.

    Returns
    -------
    (n,) float
        Week of the event; infinite where it does not come in these weeks.
    """
    total = np.cumsum(hazard, axis=-1)
    reached = total >= target[:, np.newaxis]
    week = np.argmax(reached, axis=-1)
    here = np.arange(hazard.shape[0])
    rest = total[here, week] - target
    rate = np.where(hazard[here, week] > 0, hazard[here, week], 1.0)
    return np.where(reached.any(axis=-1), week + 1 - rest / rate, np.inf)


def run_clocks(
    person: Person,
    treatment: Treatment,
    parameters: Parameters,
    effects: Effects,
    *,
    arm: Integers,
    draws: Mapping[str, Floats],
    path: Floats,
    visit_week: Floats,
    weeks: int,
) -> Clocks:
    """Run every clock over the weeks of the trial.

    Parameters
    ----------
    person, treatment, parameters, effects
        Whom, and by which law.
    arm : (n,) int
        Arm of each person.
    draws : mapping of str to (n,) float
        Uniforms of the clocks.
    path : (n, visits, 4) float
        Fluctuation at the visits; between them a hazard sees what is expected of it since the
        visit before. [A]
    visit_week : (n, visits) float
        Times of the visits. [week]
    weeks : int
        Length of the trial. [week]

    Notes
    -----
    Hazards: the design of the simulation, section 3.4.
    """
    law = parameters.hazards
    target = {name: exponential(draws[name]) for name in draws}
    week = np.broadcast_to(np.arange(weeks, dtype=float), (person.age.size, weeks))
    answer = response(treatment, week)
    drift = _expected_fluctuation(path, visit_week, week, parameters.fluctuation.reversion)

    def hazard_ratio(knob: str) -> Floats:
        return effects.at(knob, arm)[:, np.newaxis]

    def level(relapse: Floats) -> Floats:
        added = relapse_activity(person, parameters, relapse=relapse, week=week)
        return activity(person, parameters, response=answer, fluctuation=drift, relapse=added)

    quiet = level(np.full(person.age.shape, np.inf))
    hazard = law.relapse * hazard_ratio("relapse_hr")
    hazard = hazard * np.where(treatment.is_full, 1.0, law.relapse_not_full)[:, np.newaxis]
    serology = quiet[..., _SEROLOGICAL] - law.relapse_centre
    hazard = hazard * np.exp(law.relapse_serology * serology) * (answer > law.relapse_depth)
    relapse = strike(hazard, target["relapse"])

    active = level(relapse)
    dose = prednisone(person, parameters.steroid, relapse=relapse, week=week)
    cells = expected_wbc(person, parameters.blood, active[..., _HAEMATOLOGICAL], week)
    early = np.where(week < law.infection_early_weeks, law.infection_early, 1.0)
    hazard = law.infection * hazard_ratio("infection_hr") * early
    hazard = hazard * np.exp(
        law.infection_steroid * (dose - law.infection_steroid_centre)
        + law.infection_wbc * (law.infection_wbc_centre - cells)
    )
    infection = strike(hazard, target["infection"])
    span = law.infection_longest_fatal - law.infection_shortest_fatal
    delay = law.infection_shortest_fatal + span * draws["infection_fatal_delay"]
    is_fatal = draws["infection_fatal"] < law.infection_fatality

    renal = active[..., _RENAL]
    hazard = law.death * np.exp(law.death_renal * (renal - law.death_centre))
    other_death = strike(hazard * hazard_ratio("death_hr"), target["death"])
    hazard = law.drop_out * np.exp(law.drop_out_renal * (renal - law.drop_out_centre))
    vascular = (
        target["vascular"] / law.vascular if law.vascular > 0 else np.full_like(relapse, np.inf)
    )
    return Clocks(
        relapse=relapse,
        infection=infection,
        vascular=vascular,
        drop_out=strike(hazard, target["drop_out"]),
        fatal_infection=np.where(is_fatal, infection + delay, np.inf),
        fatal_vascular=np.where(draws["vascular_fatal"] < law.vascular_fatality, vascular, np.inf),
        other_death=other_death,
    )


def _expected_fluctuation(
    path: Floats, visit_week: Floats, week: Floats, reversion: float
) -> Floats:
    """Fluctuation expected at each week from the last visit before it; 0 before any visit."""
    before = (visit_week[:, np.newaxis, :] <= week[:, :, np.newaxis]).sum(axis=-1) - 1
    place = np.maximum(before, 0)
    last = np.take_along_axis(path, place[..., np.newaxis], axis=1)
    since = week - np.take_along_axis(visit_week, place, axis=1)
    keep = np.where(before < 0, 0.0, np.exp(-reversion * np.maximum(since, 0.0)))
    return last * keep[..., np.newaxis]
